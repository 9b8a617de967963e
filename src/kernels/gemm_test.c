/* Matrix products of every table, and of the chooser, against plain loops in double. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cornu/session.h"
#include "kernels/gemm.h"
#include "kernels/native/native.h"
#ifdef CN_HAVE_ONEDNN
#include "kernels/onednn/onednn.h"
#endif

#ifdef CN_TESTS_THREADS_ONLY
enum { CASES = 100 };
#else
enum { CASES = 1500 };
#endif

static uint32_t state = 5;

static int64_t below(int64_t bound)
{
    state = state * 1664525u + 1013904223u;
    return (int64_t)((state >> 8) % (uint32_t)bound);
}

typedef struct product {
    bool transpose_a, transpose_b, accumulate;
    int64_t m, n, k, lda, ldb, ldc;
    float *a, *b, *c, *before;
} product;

static float *numbers(int64_t n)
{
    float *x = malloc((size_t)(n + 1) * sizeof *x);
    for (int64_t i = 0; i < n; i++)
        x[i] = (float)(below(2001) - 1000) * 1e-3f;
    return x;
}

static int64_t rows_of_a(const product *p)
{
    return p->transpose_a ? p->k : p->m;
}

static int64_t rows_of_b(const product *p)
{
    return p->transpose_b ? p->n : p->k;
}

/* slack: how many elements longer than needed the rows may be. The last row has none: reading
 * there is an error. */
static void draw(product *p, int64_t slack)
{
    p->lda = (p->transpose_a ? p->m : p->k) + below(slack + 1);
    p->ldb = (p->transpose_b ? p->k : p->n) + below(slack + 1);
    p->ldc = p->n + below(slack + 1);
    p->a = numbers(rows_of_a(p) * p->lda);
    p->b = numbers(rows_of_b(p) * p->ldb);
    p->c = numbers(p->m * p->ldc);
    p->before = malloc((size_t)(p->m * p->ldc) * sizeof *p->before + 1);
    memcpy(p->before, p->c, (size_t)(p->m * p->ldc) * sizeof *p->c);
}

static void drop(product *p)
{
    free(p->a), free(p->b), free(p->c), free(p->before);
}

static double expected(const product *p, int64_t i, int64_t j)
{
    double sum = p->accumulate ? (double)p->before[i * p->ldc + j] : 0;
    for (int64_t q = 0; q < p->k; q++)
        sum += (double)p->a[p->transpose_a ? q * p->lda + i : i * p->lda + q] *
               (double)p->b[p->transpose_b ? j * p->ldb + q : q * p->ldb + j];
    return sum;
}

static void compare(const char *who, const product *p, int64_t step)
{
    for (int64_t i = 0; i < p->m; i += step)
        for (int64_t j = 0; j < p->ldc; j++) {
            const double want = j < p->n ? expected(p, i, j) : (double)p->before[i * p->ldc + j];
            const double got = (double)p->c[i * p->ldc + j],
                         most = j < p->n ? 1e-6 * sqrt((double)p->k + 1) * 4 : 0;
            if (!(fabs(got - want) <= most))
                fail_msg("%s: %dx%dx%d%s%s%s, ld %d %d %d: element (%d, %d) is %.9g, expected %.9g",
                         who, (int)p->m, (int)p->n, (int)p->k, p->transpose_a ? " A^T" : "",
                         p->transpose_b ? " B^T" : "", p->accumulate ? " added" : "", (int)p->lda,
                         (int)p->ldb, (int)p->ldc, (int)i, (int)j, got, want);
        }
}

static void run(const cn_native *table, const product *p)
{
    table->sgemm(p->transpose_a, p->transpose_b, p->m, p->n, p->k, p->a, p->lda, p->b, p->ldb, p->c,
                 p->ldc, p->accumulate, NULL);
}

static void check(const cn_native *table, product p, int64_t slack)
{
    draw(&p, slack);
    run(table, &p);
    compare(table->name, &p, 1);
    drop(&p);
}

static product random_product(int i)
{
    const bool large = i % 50 == 0;
    product p = {.transpose_a = below(2), .transpose_b = below(2), .accumulate = below(2)};
    p.m = i % 7 == 0 ? 1 : 1 + below(large ? 300 : 40);
    p.n = i % 11 == 0 ? 1 : 1 + below(large ? 300 : 70);
    p.k = below(large ? 700 : 60);
    return p;
}

static void test_random_products(void **unused)
{
    (void)unused;
    for (const cn_native *const *table = cn_native_all(); *table != NULL; table++)
        for (int i = 0; i < CASES; i++)
            check(*table, random_product(i), i % 3 == 0 ? 0 : 5);
}

/* Rows whose distance is a power of two are copied. */
static void test_powers_of_two(void **unused)
{
    (void)unused;
    for (const cn_native *const *table = cn_native_all(); *table != NULL; table++)
        for (int i = 0; i < 8; i++) {
            const product p = {.transpose_a = i & 1,
                               .transpose_b = i & 2,
                               .accumulate = i & 4,
                               .m = 60,
                               .n = 512,
                               .k = 512};
            check(*table, p, 0);
        }
}

/* As the windows of a convolution do. */
static void overlap_rows_of_a(product *p)
{
    const int64_t length = p->transpose_a ? p->m : p->k;
    free(p->a);
    p->lda = 1 + below(length);
    p->a = numbers(rows_of_a(p) * p->lda + length);
}

static void test_rows_of_a_may_overlap(void **unused)
{
    (void)unused;
    for (const cn_native *const *table = cn_native_all(); *table != NULL; table++)
        for (int i = 0; i < CASES / 5; i++) {
            product p = random_product(i);
            p.k += p.k == 0;
            draw(&p, 2);
            overlap_rows_of_a(&p);
            run(*table, &p);
            compare((*table)->name, &p, 1);
            drop(&p);
        }
}

/* The sums do not depend on how the work is cut. */
static void test_threads_do_not_change_bits(void **unused)
{
    (void)unused;
    static const int64_t sizes[][3] = {
        {300, 500, 400}, {20, 2000, 700}, {3000, 30, 300}, {1, 3000, 1000}, {3000, 1, 1000}};
    for (const cn_native *const *table = cn_native_all(); *table != NULL; table++)
        for (int i = 0; i < 20; i++) {
            product p = {.transpose_a = i & 1, .transpose_b = i & 2};
            p.m = sizes[i / 4][0], p.n = sizes[i / 4][1], p.k = sizes[i / 4][2];
            draw(&p, 3);
            cn_set_threads(1);
            run(*table, &p);
            compare((*table)->name, &p, 37);
            memcpy(p.before, p.c, (size_t)(p.m * p.ldc) * sizeof *p.c);
            cn_set_threads(3);
            run(*table, &p);
            cn_set_threads(0);
            if (memcmp(p.before, p.c, (size_t)(p.m * p.ldc) * sizeof *p.c) != 0)
                fail_msg("%s: %dx%dx%d by three threads differs from one", (*table)->name, (int)p.m,
                         (int)p.n, (int)p.k);
            drop(&p);
        }
}

static void test_chooser(void **unused)
{
    (void)unused;
    static const int64_t sizes[][3] = {{128, 32, 64}, {1, 1000, 200}, {900, 800, 800}};
    for (int i = 0; i < 12; i++) {
        product p = {.transpose_a = i & 1, .transpose_b = i & 2, .accumulate = i & 1};
        p.m = sizes[i / 4][0], p.n = sizes[i / 4][1], p.k = sizes[i / 4][2];
        draw(&p, 2);
        assert_int_equal(cn_sgemm(p.transpose_a, p.transpose_b, p.m, p.n, p.k, p.a, p.lda, p.b,
                                  p.ldb, p.c, p.ldc, p.accumulate, NULL),
                         CN_OK);
        compare("chooser", &p, 61);
        drop(&p);
    }
}

static void test_chooser_with_overlapping_rows(void **unused)
{
    (void)unused;
    for (int i = 0; i < 2; i++) {
        product p = {.transpose_a = i & 1, .m = 900, .n = 800, .k = 800};
        draw(&p, 0);
        overlap_rows_of_a(&p);
        assert_int_equal(cn_sgemm(p.transpose_a, false, p.m, p.n, p.k, p.a, p.lda, p.b, p.ldb, p.c,
                                  p.ldc, false, NULL),
                         CN_OK);
        compare("chooser", &p, 61);
        drop(&p);
    }
}

#ifdef CN_HAVE_ONEDNN
static void test_onednn(void **unused)
{
    (void)unused;
    for (int i = 0; i < CASES / 5; i++) {
        product p = random_product(i);
        p.k += p.k == 0;
        draw(&p, 5);
        assert_int_equal(cn_onednn_sgemm(p.transpose_a, p.transpose_b, p.m, p.n, p.k, p.a, p.lda,
                                         p.b, p.ldb, p.c, p.ldc, p.accumulate, NULL),
                         CN_OK);
        compare("oneDNN", &p, 1);
        drop(&p);
    }
}
#endif

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_random_products),
        cmocka_unit_test(test_powers_of_two),
        cmocka_unit_test(test_threads_do_not_change_bits),
        cmocka_unit_test(test_rows_of_a_may_overlap),
        cmocka_unit_test(test_chooser),
        cmocka_unit_test(test_chooser_with_overlapping_rows),
#ifdef CN_HAVE_ONEDNN
        cmocka_unit_test(test_onednn),
#endif
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
