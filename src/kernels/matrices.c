/* Decompositions of matrices by elimination. Inner loops run along rows. */
#include "kernels/matrices.h"

#include <math.h>

static void exchange(double *a, int64_t n, int64_t one, int64_t other)
{
    for (int64_t k = 0; k < n && one != other; k++) {
        const double kept = a[one * n + k];
        a[one * n + k] = a[other * n + k];
        a[other * n + k] = kept;
    }
}

static int64_t largest_below(const double *a, int64_t m, int64_t n, int64_t column)
{
    int64_t best = column;
    for (int64_t i = column + 1; i < m; i++)
        if (fabs(a[i * n + column]) > fabs(a[best * n + column]))
            best = i;
    return best;
}

/* to -= factor * from */
static void subtract(double *to, double factor, const double *from, int64_t n)
{
    for (int64_t k = 0; k < n; k++)
        to[k] -= factor * from[k];
}

int cn_decompose_lu(double *a, int64_t m, int64_t n, int64_t *rows)
{
    int sign = 1;
    for (int64_t i = 0; i < m; i++)
        rows[i] = i;
    for (int64_t c = 0; c < m && c < n; c++) {
        const int64_t pivot = largest_below(a, m, n, c), kept = rows[c];
        exchange(a, n, c, pivot);
        rows[c] = rows[pivot];
        rows[pivot] = kept;
        sign = pivot == c ? sign : -sign;
        for (int64_t i = c + 1; i < m && a[c * n + c] != 0; i++) {
            a[i * n + c] /= a[c * n + c];
            subtract(a + i * n + c + 1, a[i * n + c], a + c * n + c + 1, n - c - 1);
        }
    }
    return sign;
}

void cn_solve_triangular(const double *a, int64_t m, bool lower, bool unit, double *b, int64_t n)
{
    for (int64_t step = 0; step < m; step++) {
        const int64_t i = lower ? step : m - 1 - step;
        const int64_t first = lower ? 0 : i + 1, end = lower ? i : m;
        for (int64_t k = first; k < end; k++)
            subtract(b + i * n, a[i * m + k], b + k * n, n);
        for (int64_t j = 0; j < n && !unit; j++)
            b[i * n + j] /= a[i * m + i];
    }
}

bool cn_decompose_cholesky(double *a, int64_t m)
{
    for (int64_t i = 0; i < m; i++)
        for (int64_t j = 0; j <= i; j++) {
            double sum = a[i * m + j];
            for (int64_t k = 0; k < j; k++)
                sum -= a[i * m + k] * a[j * m + k];
            if (i == j && !(sum > 0))
                return false;
            a[i * m + j] = i == j ? sqrt(sum) : sum / a[j * m + j];
        }
    return true;
}
