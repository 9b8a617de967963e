/* Products of windows of single channels: depthwise convolutions. Columns are channels. */
#include "kernels/native/isa/gemm.h"

enum {
    BLOCK = 4,    /* vectors whose sums are in registers together */
    STRETCH = 128 /* columns of a row that are read in one go, as memory likes it */
};

static inline cn_gemm_vector load(const float *from)
{
    return *(const cn_gemm_vector *)from;
}

static inline void store(float *to, cn_gemm_vector x)
{
    *(cn_gemm_vector *)to = x;
}

/* vectors is a constant where this is inlined. */
CN_INLINE void multiply_vectors(const int vectors, const cn_channel_product *g, int64_t r,
                                int64_t j)
{
    const int64_t cells = g->cells, rows = g->rows;
    const float *const *x = g->x + r;
    const float *const *kernel = g->kernel;
    float *y = g->y[r] + j;
    cn_gemm_vector sums[BLOCK];
    CN_UNROLLED
    for (int i = 0; i < vectors; i++)
        sums[i] = g->add ? load(y + i * CN_GEMM_LANES) : (cn_gemm_vector){0};
    for (int64_t cell = 0; cell < cells; cell++, x += rows) {
        const float *from = *x + j, *factor = kernel[cell] + j;
        CN_UNROLLED
        for (int i = 0; i < vectors; i++)
            sums[i] += load(from + i * CN_GEMM_LANES) * load(factor + i * CN_GEMM_LANES);
    }
    CN_UNROLLED
    for (int i = 0; i < vectors; i++)
        store(y + i * CN_GEMM_LANES, sums[i]);
}

static void multiply_column(const cn_channel_product *g, int64_t r, int64_t j)
{
    float sum = g->add ? g->y[r][j] : 0;
    for (int64_t cell = 0; cell < g->cells; cell++)
        sum += g->x[cell * g->rows + r][j] * g->kernel[cell][j];
    g->y[r][j] = sum;
}

/* Columns j .. end-1 of a row. */
static void multiply_stretch(const cn_channel_product *g, int64_t r, int64_t j, int64_t end)
{
    for (; j + BLOCK * CN_GEMM_LANES <= end; j += BLOCK * CN_GEMM_LANES)
        multiply_vectors(BLOCK, g, r, j);
    for (; j + CN_GEMM_LANES <= end; j += CN_GEMM_LANES)
        multiply_vectors(1, g, r, j);
    for (; j < end; j++)
        multiply_column(g, r, j);
}

void CN_LOCAL(cn_multiply_channels)(const cn_channel_product *g)
{
    for (int64_t j = 0; j < g->columns; j += STRETCH)
        for (int64_t r = 0; r < g->rows; r++)
            multiply_stretch(g, r, j, j + STRETCH < g->columns ? j + STRETCH : g->columns);
}
