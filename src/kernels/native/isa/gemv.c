/* Products of a vector and a matrix. They read the matrix once, in order: memory is what limits
 * them. */
#include <string.h>

#include "kernels/native/isa/gemm.h"
#include "runtime/threads.h"

enum {
    AT_ONCE = 4,              /* rows */
    COLUMNS = 1024,           /* of c, which stay in the first cache */
    SHARE = 64,               /* columns that one thread does at least */
    THREAD_ELEMENTS = 1 << 18 /* of the matrix, worth a thread */
};

/* ---- c[N] = a[K] B[K,N]: sums of rows -------------------------------------------------------- */

static void add_4_rows(float *restrict c, const float *restrict b, int64_t ldb,
                       const float factor[AT_ONCE], int64_t n)
{
    const float *restrict b1 = b + ldb, *restrict b2 = b1 + ldb, *restrict b3 = b2 + ldb;
    const float f0 = factor[0], f1 = factor[1], f2 = factor[2], f3 = factor[3];
    for (int64_t j = 0; j < n; j++)
        c[j] += (f0 * b[j] + f1 * b1[j]) + (f2 * b2[j] + f3 * b3[j]);
}

static void add_row(float *restrict c, const float *restrict b, float factor, int64_t n)
{
    for (int64_t j = 0; j < n; j++)
        c[j] += factor * b[j];
}

static void sum_rows(const cn_gemv *g, int64_t begin, int64_t n)
{
    float *c = g->c + begin;
    const float *b = g->b + begin;
    if (!g->add)
        memset(c, 0, (size_t)n * sizeof *c);
    int64_t p = 0;
    for (; p + AT_ONCE <= g->k; p += AT_ONCE) {
        float factor[AT_ONCE];
        for (int64_t i = 0; i < AT_ONCE; i++)
            factor[i] = g->a[(p + i) * g->a_stride];
        add_4_rows(c, b + p * g->ldb, g->ldb, factor, n);
    }
    for (; p < g->k; p++)
        add_row(c, b + p * g->ldb, g->a[p * g->a_stride], n);
}

static void sum_rows_part(void *context, int64_t begin, int64_t end)
{
    const cn_gemv *g = context;
    const int64_t last = end * SHARE < g->n ? end * SHARE : g->n;
    for (int64_t j = begin * SHARE; j < last; j += COLUMNS)
        sum_rows(g, j, last - j < COLUMNS ? last - j : COLUMNS);
}

void cn_gemv_rows(const cn_gemv *g)
{
    cn_parallel_for((g->n + SHARE - 1) / SHARE, THREAD_ELEMENTS / (SHARE * g->k) + 1, sum_rows_part,
                    (void *)(uintptr_t)g);
}

/* ---- c[N] = B[N,K] a[K]: dot products -------------------------------------------------------- */

static float sum_of(cn_gemm_vector x)
{
    float lanes[CN_GEMM_LANES];
    memcpy(lanes, &x, sizeof lanes);
    for (int half = CN_GEMM_LANES / 2; half > 0; half /= 2)
        for (int i = 0; i < half; i++)
            lanes[i] += lanes[i + half];
    return lanes[0];
}

static void dot_4(const float *a, const float *b, int64_t ldb, int64_t k, float dots[AT_ONCE])
{
    cn_gemm_vector sums[AT_ONCE] = {{0}}, more[AT_ONCE] = {{0}};
    const int64_t step = 2 * CN_GEMM_LANES, whole = k - k % step;
    for (int64_t p = 0; p < whole; p += step) {
        CN_UNROLLED
        for (int i = 0; i < AT_ONCE; i++) {
            const cn_gemm_vector *x = (const cn_gemm_vector *)(a + p);
            const cn_gemm_vector *y = (const cn_gemm_vector *)(b + i * ldb + p);
            sums[i] += x[0] * y[0];
            more[i] += x[1] * y[1];
        }
    }
    for (int i = 0; i < AT_ONCE; i++) {
        dots[i] = sum_of(sums[i] + more[i]);
        for (int64_t p = whole; p < k; p++)
            dots[i] += a[p] * b[i * ldb + p];
    }
}

static float dot(const float *a, const float *b, int64_t k)
{
    float dots[AT_ONCE];
    dot_4(a, b, 0, k, dots);
    return dots[0];
}

static void dots_part(void *context, int64_t begin, int64_t end)
{
    const cn_gemv *g = context;
    for (int64_t j = begin * AT_ONCE; j < end * AT_ONCE && j < g->n; j += AT_ONCE) {
        const int64_t rows = g->n - j < AT_ONCE ? g->n - j : AT_ONCE;
        float dots[AT_ONCE];
        if (rows == AT_ONCE)
            dot_4(g->a, g->b + j * g->ldb, g->ldb, g->k, dots);
        for (int64_t i = 0; i < rows && rows < AT_ONCE; i++)
            dots[i] = dot(g->a, g->b + (j + i) * g->ldb, g->k);
        for (int64_t i = 0; i < rows; i++)
            g->c[(j + i) * g->c_stride] = dots[i] + (g->add ? g->c[(j + i) * g->c_stride] : 0);
    }
}

void cn_gemv_dots(const cn_gemv *g)
{
    cn_parallel_for((g->n + AT_ONCE - 1) / AT_ONCE, THREAD_ELEMENTS / (AT_ONCE * g->k) + 1,
                    dots_part, (void *)(uintptr_t)g);
}
