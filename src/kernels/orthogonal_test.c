/* Decompositions of matrices that the ops' samples are not: larger ones, those without full rank,
 * equal eigenvalues, zeros. What is asked of each is what defines it. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "kernels/orthogonal.h"

enum { MOST = 40 };
typedef double matrix[MOST * MOST];

/* Numbers between -1 and 1, the same in every run. */
static void fill(double *a, int64_t n)
{
    uint32_t state = 7;
    for (int64_t i = 0; i < n; i++) {
        state = state * 1664525u + 1013904223u;
        a[i] = (double)(state >> 8) / 8388608.0 - 1;
    }
}

/* c[m, n] = the sum over k of a[k][row] b[k][column] */
static void multiply(const double *a, const double *b, int64_t m, int64_t n, int64_t k, double *c)
{
    for (int64_t i = 0; i < m * n; i++) {
        c[i] = 0;
        for (int64_t l = 0; l < k; l++)
            c[i] += a[l * m + i / n] * b[l * n + i % n];
    }
}

static void assert_near(const double *a, const double *b, int64_t n, const char *what)
{
    for (int64_t i = 0; i < n; i++)
        if (!(fabs(a[i] - b[i]) <= 1e-12 * MOST))
            fail_msg("%s: element %d is %.17g, not %.17g", what, (int)i, a[i], b[i]);
}

/* The rows are of length 1 and orthogonal to each other. */
static void assert_orthogonal(const double *rows, int64_t m, int64_t n, const char *what)
{
    for (int64_t i = 0; i < m * m; i++) {
        double sum = i / m == i % m ? -1 : 0;
        for (int64_t k = 0; k < n; k++)
            sum += rows[i / m * n + k] * rows[i % m * n + k];
        if (!(fabs(sum) <= 1e-13 * MOST))
            fail_msg("%s: rows %d and %d are off by %g", what, (int)(i / m), (int)(i % m), sum);
    }
}

/* ---- eigenvalues ----------------------------------------------------------------------------- */

static void check_symmetric(const double *a, int64_t m)
{
    matrix used, v, scaled, again;
    double w[MOST];
    memcpy(used, a, (size_t)(m * m) * sizeof *a);
    cn_decompose_symmetric(used, m, w, v);
    assert_orthogonal(v, m, m, "eigenvectors");
    for (int64_t i = 0; i < m * m; i++)
        scaled[i] = w[i / m] * v[i];
    multiply(scaled, v, m, m, m, again);
    assert_near(again, a, m * m, "eigenvectors put together");
    for (int64_t i = 1; i < m; i++)
        assert_true(w[i - 1] <= w[i]);
}

static void test_symmetric(void **state)
{
    matrix a, b;
    (void)state;
    for (int64_t m = 1; m <= MOST; m += 13) {
        fill(b, m * m);
        multiply(b, b, m, m, 1, a); /* of rank 1 */
        check_symmetric(a, m);
        for (int64_t i = 0; i < m * m; i++)
            a[i] = b[i] + b[i % m * m + i / m];
        check_symmetric(a, m);
        for (int64_t i = 0; i < m * m; i++)
            a[i] = i / m == i % m ? 3 : 0;
        check_symmetric(a, m);
    }
}

/* ---- singular values ------------------------------------------------------------------------- */

static void check_singular(const double *a, int64_t m, int64_t n)
{
    matrix u, v, scaled, again, alone;
    double s[MOST], without[MOST];
    memcpy(u, a, (size_t)(m * n) * sizeof *a);
    memcpy(alone, a, (size_t)(m * n) * sizeof *a);
    cn_decompose_singular(u, m, n, s, v);
    assert_orthogonal(u, m, n, "the longer vectors");
    assert_orthogonal(v, m, m, "the shorter vectors");
    for (int64_t i = 0; i < m * m; i++)
        scaled[i] = s[i / m] * v[i];
    multiply(scaled, u, m, n, m, again);
    assert_near(again, a, m * n, "singular vectors put together");
    for (int64_t i = 1; i < m; i++)
        assert_true(s[i - 1] >= s[i]);
    cn_decompose_singular(alone, m, n, without, NULL);
    assert_near(without, s, m, "singular values alone");
}

static void test_singular(void **state)
{
    static const int64_t sizes[][2] = {{1, 1}, {1, 40}, {3, 4}, {20, 31}, {40, 40}};
    (void)state;
    for (size_t k = 0; k < sizeof sizes / sizeof sizes[0]; k++) {
        const int64_t m = sizes[k][0], n = sizes[k][1];
        matrix a, b;
        fill(a, m * n);
        check_singular(a, m, n);
        for (int64_t i = 0; i < m * n; i++) /* two rows in turn, and none */
            b[i] = i / n % 3 == 2 ? 0 : a[i / n % 3 * n % (m * n) + i % n];
        check_singular(b, m, n);
        memset(b, 0, sizeof b);
        check_singular(b, m, n);
    }
}

/* ---- reflections ----------------------------------------------------------------------------- */

static void check_qr(const double *columns, int64_t m, int64_t n)
{
    matrix a, q, again;
    double factors[MOST];
    memcpy(a, columns, (size_t)(m * n) * sizeof *a);
    cn_decompose_qr(a, m, n, factors);
    cn_make_q(a, m, n, factors, 0, m, q);
    assert_orthogonal(q, m, m, "columns of q");
    for (int64_t i = 0; i < m * n; i++) { /* column i / m of q r */
        again[i] = 0;
        for (int64_t k = 0; k <= i / m && k < m; k++)
            again[i] += a[i / m * m + k] * q[k * m + i % m];
    }
    assert_near(again, columns, m * n, "q r");
    if (m > 1) {
        matrix last;
        cn_make_q(a, m, n, factors, m - 1, 1, last);
        assert_near(last, q + (m - 1) * m, m, "the last column alone");
    }
}

static void test_qr(void **state)
{
    static const int64_t sizes[][2] = {{1, 1}, {40, 1}, {1, 5}, {17, 40}, {40, 23}, {12, 12}};
    (void)state;
    for (size_t k = 0; k < sizeof sizes / sizeof sizes[0]; k++) {
        const int64_t m = sizes[k][0], n = sizes[k][1];
        matrix a;
        fill(a, m * n);
        check_qr(a, m, n);
        for (int64_t i = 0; i < m * n; i++)
            a[i] = i / m % 2 ? 0 : 1; /* equal columns, and zeros */
        check_qr(a, m, n);
    }
}

static void test_signs(void **state)
{
    (void)state;
    assert_true(cn_points_backwards((const double[]){0.1, -3, 2}, 3));
    assert_false(cn_points_backwards((const double[]){0.1, 3, -3}, 3));
    assert_true(cn_points_backwards((const double[]){-0.7071067811865475, 0.7071067811865476}, 2));
    assert_false(cn_points_backwards((const double[]){0, 0}, 2));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_symmetric),
        cmocka_unit_test(test_singular),
        cmocka_unit_test(test_qr),
        cmocka_unit_test(test_signs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
