/* Products of windows of single channels: depthwise convolutions. Columns are channels. */
#include "kernels/native/isa/gemm.h"

enum { BLOCK = 4 /* vectors whose sums are in registers together */ };

static inline cn_gemm_vector load(const float *from)
{
    return *(const cn_gemm_vector *)from;
}

static inline void store(float *to, cn_gemm_vector x)
{
    *(cn_gemm_vector *)to = x;
}

/* ---- y --------------------------------------------------------------------------------------- */

/* vectors is a constant where this is inlined. */
CN_INLINE void multiply_vectors(const int vectors, const cn_channel_product *g, int64_t j)
{
    for (int64_t r = 0; r < g->rows; r++) {
        const float *const *x = g->x + r;
        float *y = g->y[r] + j;
        cn_gemm_vector sums[BLOCK];
        CN_UNROLLED
        for (int i = 0; i < vectors; i++)
            sums[i] = g->add ? load(y + i * CN_GEMM_LANES) : (cn_gemm_vector){0};
        for (int64_t cell = 0; cell < g->cells; cell++, x += g->rows) {
            const float *from = *x + j, *kernel = g->kernel[cell] + j;
            CN_UNROLLED
            for (int i = 0; i < vectors; i++)
                sums[i] += load(from + i * CN_GEMM_LANES) * load(kernel + i * CN_GEMM_LANES);
        }
        CN_UNROLLED
        for (int i = 0; i < vectors; i++)
            store(y + i * CN_GEMM_LANES, sums[i]);
    }
}

static void multiply_column(const cn_channel_product *g, int64_t j)
{
    for (int64_t r = 0; r < g->rows; r++) {
        float sum = g->add ? g->y[r][j] : 0;
        for (int64_t cell = 0; cell < g->cells; cell++)
            sum += g->x[cell * g->rows + r][j] * g->kernel[cell][j];
        g->y[r][j] = sum;
    }
}

void CN_LOCAL(cn_multiply_channels)(const cn_channel_product *g)
{
    int64_t j = 0;
    for (; j + BLOCK * CN_GEMM_LANES <= g->columns; j += BLOCK * CN_GEMM_LANES)
        multiply_vectors(BLOCK, g, j);
    for (; j + CN_GEMM_LANES <= g->columns; j += CN_GEMM_LANES)
        multiply_vectors(1, g, j);
    for (; j < g->columns; j++)
        multiply_column(g, j);
}

/* ---- the kernel's gradient ------------------------------------------------------------------- */

CN_INLINE void sum_vectors(const int vectors, const cn_channel_product *g, int64_t cell, int64_t j)
{
    const float *const *x = g->x + cell * g->rows;
    float *kernel = g->kernel[cell] + j;
    cn_gemm_vector sums[BLOCK];
    CN_UNROLLED
    for (int i = 0; i < vectors; i++)
        sums[i] = load(kernel + i * CN_GEMM_LANES);
    for (int64_t r = 0; r < g->rows; r++) {
        const float *from = x[r] + j, *y = g->y[r] + j;
        CN_UNROLLED
        for (int i = 0; i < vectors; i++)
            sums[i] += load(from + i * CN_GEMM_LANES) * load(y + i * CN_GEMM_LANES);
    }
    CN_UNROLLED
    for (int i = 0; i < vectors; i++)
        store(kernel + i * CN_GEMM_LANES, sums[i]);
}

static void sum_column(const cn_channel_product *g, int64_t cell, int64_t j)
{
    const float *const *x = g->x + cell * g->rows;
    float sum = 0;
    for (int64_t r = 0; r < g->rows; r++)
        sum += x[r][j] * g->y[r][j];
    g->kernel[cell][j] += sum;
}

/* The cells follow each other, so that rows of y are read from the first cache. */
void CN_LOCAL(cn_sum_channel_products)(const cn_channel_product *g)
{
    int64_t j = 0;
    for (; j + BLOCK * CN_GEMM_LANES <= g->columns; j += BLOCK * CN_GEMM_LANES)
        for (int64_t cell = 0; cell < g->cells; cell++)
            sum_vectors(BLOCK, g, cell, j);
    for (; j + CN_GEMM_LANES <= g->columns; j += CN_GEMM_LANES)
        for (int64_t cell = 0; cell < g->cells; cell++)
            sum_vectors(1, g, cell, j);
    for (; j < g->columns; j++)
        for (int64_t cell = 0; cell < g->cells; cell++)
            sum_column(g, cell, j);
}
