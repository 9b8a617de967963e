/* What the references of ops on matrices share. */
#include <math.h>
#include <string.h>

#include "ops/matrices.h"

double cn_determinant_reference(const double *a, int64_t m, int64_t row, unsigned taken)
{
    double sum = row == m, sign = 1;
    for (int64_t c = 0; c < m && row < m; c++) {
        if (taken >> c & 1)
            continue;
        sum += sign * a[row * m + c] * cn_determinant_reference(a, m, row + 1, taken | 1u << c);
        sign = -sign;
    }
    return sum;
}

/* y = x x / trace */
static void square(const double *x, int64_t m, double *y)
{
    double trace = 0;
    for (int64_t i = 0; i < m * m; i++)
        trace += x[i] * x[i % m * m + i / m];
    for (int64_t i = 0; i < m * m; i++) {
        y[i] = 0;
        for (int64_t k = 0; k < m; k++)
            y[i] += x[i / m * m + k] * x[k * m + i % m] / trace;
    }
}

/* The vector of the largest eigenvalue of a positive matrix, which is used up: what is left of a
 * power of it is a product of that vector with itself. */
static void largest_vector(double *x, int64_t m, double *v)
{
    double y[CN_MOST_REFERENCE * CN_MOST_REFERENCE], length = 0;
    for (int round = 0; round < 30; round++) {
        square(x, m, y);
        square(y, m, x);
    }
    int64_t best = 0;
    for (int64_t i = 1; i < m; i++)
        best = x[i * m + i] > x[best * m + best] ? i : best;
    for (int64_t i = 0; i < m; i++)
        length += x[best * m + i] * x[best * m + i];
    for (int64_t i = 0; i < m; i++)
        v[i] = x[best * m + i] / sqrt(length);
}

void cn_eigen_reference(const double *a, int64_t m, double *w, double *v)
{
    double left[CN_MOST_REFERENCE * CN_MOST_REFERENCE], x[CN_MOST_REFERENCE * CN_MOST_REFERENCE];
    double more = 1;
    for (int64_t i = 0; i < m * m; i++)
        more += fabs(a[i]);
    for (int64_t i = 0; i < m * m; i++)
        left[i] = a[i] + (i / m == i % m ? more : 0);
    for (int64_t k = m - 1; k >= 0; k--) {
        double *vector = v + k * m;
        memcpy(x, left, (size_t)(m * m) * sizeof *x);
        largest_vector(x, m, vector);
        w[k] = 0;
        for (int64_t i = 0; i < m * m; i++)
            w[k] += vector[i / m] * a[i] * vector[i % m];
        for (int64_t i = 0; i < m * m; i++)
            left[i] -= (w[k] + more) * vector[i / m] * vector[i % m];
    }
}

void cn_singular_of_reference(const double *a, int64_t m, int64_t n, cn_singular_reference *found)
{
    const int64_t k = m < n ? m : n, along = m < n ? n : 1, across = m < n ? 1 : n,
                  longer = m < n ? n : m;
    double *vectors = m < n ? found->u : found->v, *others = m < n ? found->v : found->u;
    double products[CN_MOST_REFERENCE * CN_MOST_REFERENCE], w[CN_MOST_REFERENCE],
        rows[CN_MOST_REFERENCE * CN_MOST_REFERENCE];
    for (int64_t i = 0; i < k * k; i++) {
        products[i] = 0;
        for (int64_t l = 0; l < longer; l++)
            products[i] += a[i / k * along + l * across] * a[i % k * along + l * across];
    }
    cn_eigen_reference(products, k, w, rows);
    for (int64_t i = 0; i < k; i++) {
        const double *row = rows + (k - 1 - i) * k;
        found->s[i] = sqrt(fmax(w[k - 1 - i], 0));
        memcpy(vectors + i * k, row, (size_t)k * sizeof *row);
        for (int64_t l = 0; l < longer; l++) {
            double *other = others + i * longer + l;
            *other = 0;
            for (int64_t j = 0; j < k; j++)
                *other += row[j] * a[j * along + l * across] / found->s[i];
        }
    }
}

/* x = x - t v v^T x for x[M, N]. */
static void reflect(const double *v, double t, double *x, int64_t m, int64_t n)
{
    for (int64_t c = 0; c < n; c++) {
        double sum = 0;
        for (int64_t r = 0; r < m; r++)
            sum += v[r] * x[r * n + c];
        for (int64_t r = 0; r < m; r++)
            x[r * n + c] -= t * sum * v[r];
    }
}

void cn_reflections_reference(const double *a, int64_t m, int64_t n, double *q, double *r)
{
    double turned[CN_MOST_REFERENCE * CN_MOST_REFERENCE];
    memcpy(r, a, (size_t)(m * n) * sizeof *r);
    for (int64_t i = 0; i < m * m; i++)
        turned[i] = i / m == i % m;
    for (int64_t k = 0; k < n && k + 1 < m; k++) {
        double v[CN_MOST_REFERENCE] = {0}, squares = 0, size = 0;
        for (int64_t i = k; i < m; i++)
            size += r[i * n + k] * r[i * n + k];
        for (int64_t i = k; i < m; i++)
            v[i] = r[i * n + k];
        v[k] += v[k] < 0 ? -sqrt(size) : sqrt(size);
        for (int64_t i = k; i < m; i++)
            squares += v[i] * v[i];
        reflect(v, 2 / squares, r, m, n);
        reflect(v, 2 / squares, turned, m, m);
    }
    for (int64_t i = 0; i < m * m; i++)
        q[i] = turned[i % m * m + i / m];
}

int64_t cn_eliminate_reference(double *y, double *rows, int64_t m, int64_t n, int64_t step)
{
    int64_t pivot = step;
    for (int64_t r = step; r < m; r++)
        pivot = fabs(y[r * n + step]) > fabs(y[pivot * n + step]) ? r : pivot;
    for (int64_t c = -1; c < n; c++) {
        double *one = c < 0 ? &rows[step] : &y[step * n + c];
        double *other = c < 0 ? &rows[pivot] : &y[pivot * n + c], kept = *one;
        *one = *other;
        *other = kept;
    }
    for (int64_t r = step + 1; r < m; r++)
        for (int64_t c = step; c < n; c++)
            y[r * n + c] = c == step ? y[r * n + c] / y[step * n + c]
                                     : y[r * n + c] - y[r * n + step] * y[step * n + c];
    return pivot;
}
