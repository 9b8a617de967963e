/* Decompositions with orthogonal factors: Jacobi's rotations and Householder's reflections. */
#include "kernels/orthogonal.h"

#include <float.h>
#include <math.h>
#include <string.h>

/* Rotations converge quadratically: six to ten rounds over all pairs are the rule. */
enum { MOST_ROUNDS = 60 };

static double dot(const double *a, const double *b, int64_t n)
{
    double sum = 0;
    for (int64_t i = 0; i < n; i++)
        sum += a[i] * b[i];
    return sum;
}

static void scale(double *a, double factor, int64_t n)
{
    for (int64_t i = 0; i < n; i++)
        a[i] *= factor;
}

static void set_identity(double *v, int64_t m)
{
    for (int64_t i = 0; i < m * m; i++)
        v[i] = i / m == i % m;
}

/* Two vectors become c p - s q and s p + c q. */
static void rotate(double *p, double *q, int64_t n, int64_t stride, double c, double s)
{
    for (int64_t i = 0; i < n * stride; i += stride) {
        const double one = p[i], other = q[i];
        p[i] = c * one - s * other;
        q[i] = s * one + c * other;
    }
}

/* The cosine and sine of the smaller angle that makes [[p, both], [both, q]] diagonal. */
static void find_rotation(double p, double q, double both, double *c, double *s)
{
    const double half = (q - p) / (2 * both);
    const double tangent = copysign(1, half) / (fabs(half) + hypot(1, half));
    *c = 1 / sqrt(1 + tangent * tangent);
    *s = tangent * *c;
}

static void exchange(double *one, double *other, int64_t n)
{
    for (int64_t i = 0; i < n; i++) {
        const double kept = one[i];
        one[i] = other[i];
        other[i] = kept;
    }
}

bool cn_points_backwards(const double *vector, int64_t n)
{
    const double nearly = 1 - 1e-4; /* so that rounding does not choose between equal ones */
    double largest = 0;
    for (int64_t i = 0; i < n; i++)
        largest = fmax(largest, fabs(vector[i]));
    for (int64_t i = 0; i < n; i++)
        if (fabs(vector[i]) >= nearly * largest)
            return vector[i] < 0;
    return false;
}

/* ---- eigenvalues ----------------------------------------------------------------------------- */

/* Rotates rows and columns p and q so that a[p][q] becomes 0; false if it is as good as that. */
static bool clear_pair(double *a, int64_t m, double *v, int64_t p, int64_t q)
{
    double c, s;
    const double both = a[p * m + q], size = fabs(a[p * m + p]) + fabs(a[q * m + q]);
    if (fabs(both) <= DBL_EPSILON * DBL_EPSILON * size || fabs(both) < DBL_MIN)
        return false;
    find_rotation(a[p * m + p], a[q * m + q], both, &c, &s);
    rotate(a + p * m, a + q * m, m, 1, c, s);
    rotate(a + p, a + q, m, m, c, s);
    a[p * m + q] = a[q * m + p] = 0;
    rotate(v + p * m, v + q * m, m, 1, c, s);
    return fabs(both) > DBL_EPSILON * size;
}

void cn_decompose_symmetric(double *a, int64_t m, double *w, double *v)
{
    bool again = true;
    set_identity(v, m);
    for (int round = 0; round < MOST_ROUNDS && again; round++) {
        again = false;
        for (int64_t p = 0; p < m; p++)
            for (int64_t q = p + 1; q < m; q++)
                again |= clear_pair(a, m, v, p, q);
    }
    for (int64_t i = 0; i < m; i++)
        w[i] = a[i * m + i];
    for (int64_t to = 0; to < m; to++) {
        int64_t least = to;
        for (int64_t i = to + 1; i < m; i++)
            least = w[i] < w[least] ? i : least;
        exchange(w + to, w + least, 1);
        exchange(v + to * m, v + least * m, m);
    }
}

/* ---- singular values ------------------------------------------------------------------------- */

/* Makes rows p and q orthogonal; false if they are, or one is but what rounding left. */
static bool part_pair(double *a, int64_t m, int64_t n, double *v, int64_t p, int64_t q)
{
    double c, s;
    double *one = a + p * n, *other = a + q * n;
    const double of_one = dot(one, one, n), of_other = dot(other, other, n);
    const double both = dot(one, other, n), noise = DBL_EPSILON * (double)n;
    if (fabs(both) <= noise * sqrt(of_one) * sqrt(of_other) ||
        fmin(of_one, of_other) <= noise * noise * fmax(of_one, of_other))
        return false;
    find_rotation(of_one, of_other, both, &c, &s);
    rotate(one, other, n, 1, c, s);
    if (v != NULL)
        rotate(v + p * m, v + q * m, m, 1, c, s);
    return true;
}

/* Fills row `at` with a vector that is orthogonal to the rows before it: what they leave of the
 * axis that they say least about, twice for the sake of rounding. */
static void add_row(double *rows, int64_t n, int64_t at)
{
    double *row = rows + at * n, least = INFINITY;
    int64_t axis = 0;
    for (int64_t i = 0; i < n; i++) {
        double said = 0;
        for (int64_t k = 0; k < at; k++)
            said += rows[k * n + i] * rows[k * n + i];
        axis = said < least ? i : axis;
        least = fmin(said, least);
    }
    memset(row, 0, (size_t)n * sizeof *row);
    row[axis] = 1;
    for (int64_t k = 0; k < 2 * at; k++) {
        const double *other = rows + k % at * n, part = dot(row, other, n);
        for (int64_t i = 0; i < n; i++)
            row[i] -= part * other[i];
    }
    scale(row, 1 / sqrt(dot(row, row, n)), n);
}

/* Rows of the lengths s, which descend, get the length 1. What rounding left of a row of none says
 * nothing of its direction. */
static void finish_rows(double *a, int64_t m, int64_t n, const double *s)
{
    for (int64_t i = 0; i < m; i++)
        if (s[i] > s[0] * DBL_EPSILON * (double)n)
            scale(a + i * n, 1 / s[i], n);
        else
            add_row(a, n, i);
}

void cn_decompose_singular(double *a, int64_t m, int64_t n, double *s, double *v)
{
    bool again = true;
    if (v != NULL)
        set_identity(v, m);
    for (int round = 0; round < MOST_ROUNDS && again; round++) {
        again = false;
        for (int64_t p = 0; p < m; p++)
            for (int64_t q = p + 1; q < m; q++)
                again |= part_pair(a, m, n, v, p, q);
    }
    for (int64_t i = 0; i < m; i++)
        s[i] = sqrt(dot(a + i * n, a + i * n, n));
    for (int64_t to = 0; to < m; to++) {
        int64_t most = to;
        for (int64_t i = to + 1; i < m; i++)
            most = s[i] > s[most] ? i : most;
        exchange(s + to, s + most, 1);
        exchange(a + to * n, a + most * n, n);
        if (v != NULL)
            exchange(v + to * m, v + most * m, m);
    }
    if (v != NULL)
        finish_rows(a, m, n, s);
}

/* ---- reflections ----------------------------------------------------------------------------- */

/* The factor t of the reflection 1 - t v v^T, v[0] = 1, that leaves a vector its first element
 * only. v takes the place of the others. */
static double reflection(double *a, int64_t n)
{
    const double below = dot(a + 1, a + 1, n - 1), first = a[0];
    if (below == 0)
        return 0;
    a[0] = -copysign(sqrt(first * first + below), first);
    scale(a + 1, 1 / (first - a[0]), n - 1);
    return (a[0] - first) / a[0];
}

static void reflect(const double *v, double factor, double *b, int64_t n)
{
    const double part = factor * (b[0] + dot(v + 1, b + 1, n - 1));
    b[0] -= part;
    for (int64_t i = 1; i < n; i++)
        b[i] -= part * v[i];
}

void cn_decompose_qr(double *a, int64_t m, int64_t n, double *factors)
{
    for (int64_t k = 0; k < m && k < n; k++) {
        double *corner = a + k * m + k;
        factors[k] = reflection(corner, m - k);
        for (int64_t i = 1; i < n - k; i++)
            reflect(corner, factors[k], corner + i * m, m - k);
    }
}

void cn_make_q(const double *a, int64_t m, int64_t n, const double *factors, int64_t first,
               int64_t count, double *q)
{
    for (int64_t i = 0; i < count * m; i++)
        q[i] = i % m == first + i / m;
    for (int64_t k = (m < n ? m : n) - 1; k >= 0; k--)
        for (int64_t i = 0; i < count; i++)
            reflect(a + k * m + k, factors[k], q + i * m + k, m - k);
}
