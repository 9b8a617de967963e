/* Products of rows, column by column: what convolutions of single channels are made of. */
#include "kernels/native/isa/gemm.h"

enum { BLOCK = 4 /* vectors whose sums are in registers together */ };

/* ---- one column, with any steps -------------------------------------------------------------- */

static void multiply_column(const cn_row_products *g, int64_t j)
{
    for (int64_t r = 0; r < g->rows; r++) {
        const float *a = g->a + r * g->a_row + j * g->a_step, *b = g->b + j * g->b_step;
        float *c = g->c + r * g->c_row + j * g->c_step, sum = 0;
        for (int64_t u = 0; u < g->cells; u++)
            sum += a[u * g->a_cell] * b[u * g->b_cell];
        *c = g->add ? *c + sum : sum;
    }
}

static void sum_column(const cn_row_products *g, int64_t j)
{
    for (int64_t u = 0; u < g->cells; u++) {
        const float *a = g->a + u * g->a_cell + j * g->a_step, *b = g->b + j * g->b_step;
        float sum = 0;
        for (int64_t r = 0; r < g->rows; r++)
            sum += a[r * g->a_row] * b[r * g->b_row];
        g->c[u * g->c_cell + j * g->c_step] += sum;
    }
}

/* ---- vectors of columns ---------------------------------------------------------------------- */

static inline cn_gemm_vector load(const float *from)
{
    return *(const cn_gemm_vector *)from;
}

/* vectors is a constant where this is inlined. */
CN_INLINE void multiply_vectors(const int vectors, const cn_row_products *g, int64_t j)
{
    for (int64_t r = 0; r < g->rows; r++) {
        const float *a = g->a + r * g->a_row + j, *b = g->b + j;
        float *c = g->c + r * g->c_row + j;
        cn_gemm_vector sums[BLOCK];
        CN_UNROLLED
        for (int i = 0; i < vectors; i++)
            sums[i] = g->add ? load(c + i * CN_GEMM_LANES) : (cn_gemm_vector){0};
        for (int64_t u = 0; u < g->cells; u++) {
            CN_UNROLLED
            for (int i = 0; i < vectors; i++)
                sums[i] += load(a + u * g->a_cell + i * CN_GEMM_LANES) *
                           load(b + u * g->b_cell + i * CN_GEMM_LANES);
        }
        CN_UNROLLED
        for (int i = 0; i < vectors; i++)
            *(cn_gemm_vector *)(c + i * CN_GEMM_LANES) = sums[i];
    }
}

CN_INLINE void sum_vectors(const int vectors, const cn_row_products *g, int64_t j)
{
    for (int64_t u = 0; u < g->cells; u++) {
        const float *a = g->a + u * g->a_cell + j, *b = g->b + j;
        float *c = g->c + u * g->c_cell + j;
        cn_gemm_vector sums[BLOCK];
        CN_UNROLLED
        for (int i = 0; i < vectors; i++)
            sums[i] = load(c + i * CN_GEMM_LANES);
        for (int64_t r = 0; r < g->rows; r++) {
            CN_UNROLLED
            for (int i = 0; i < vectors; i++)
                sums[i] += load(a + r * g->a_row + i * CN_GEMM_LANES) *
                           load(b + r * g->b_row + i * CN_GEMM_LANES);
        }
        CN_UNROLLED
        for (int i = 0; i < vectors; i++)
            *(cn_gemm_vector *)(c + i * CN_GEMM_LANES) = sums[i];
    }
}

/* ---- all columns ----------------------------------------------------------------------------- */

static bool lies_in_vectors(const cn_row_products *g)
{
    return g->a_step == 1 && g->b_step == 1 && g->c_step == 1;
}

void CN_LOCAL(cn_multiply_rows)(const cn_row_products *g)
{
    int64_t j = 0;
    if (lies_in_vectors(g)) {
        for (; j + BLOCK * CN_GEMM_LANES <= g->columns; j += BLOCK * CN_GEMM_LANES)
            multiply_vectors(BLOCK, g, j);
        for (; j + CN_GEMM_LANES <= g->columns; j += CN_GEMM_LANES)
            multiply_vectors(1, g, j);
    }
    for (; j < g->columns; j++)
        multiply_column(g, j);
}

void CN_LOCAL(cn_sum_row_products)(const cn_row_products *g)
{
    int64_t j = 0;
    if (lies_in_vectors(g)) {
        for (; j + BLOCK * CN_GEMM_LANES <= g->columns; j += BLOCK * CN_GEMM_LANES)
            sum_vectors(BLOCK, g, j);
        for (; j + CN_GEMM_LANES <= g->columns; j += CN_GEMM_LANES)
            sum_vectors(1, g, j);
    }
    for (; j < g->columns; j++)
        sum_column(g, j);
}
