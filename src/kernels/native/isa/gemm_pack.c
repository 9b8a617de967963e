/* Copies of matrices in strips of columns, and products of windows with them. */
#include "kernels/native/isa/gemm.h"

enum { STRIP = CN_GEMM_STRIP };

static int64_t smaller(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* ---- copying --------------------------------------------------------------------------------- */

/* Columns of one strip, zeros behind the last one, to [K, width]. */
static void pack_strip(const float *b, int64_t depth_step, int64_t column_step, int64_t k,
                       int64_t inside, int64_t width, float *to)
{
    if (inside < width)
        memset(to, 0, (size_t)(k * width) * sizeof *to);
    if (column_step != 1)
        cn_gemm_transpose(b, column_step, to, width, inside, k);
    else if (inside == STRIP)
        for (int64_t p = 0; p < k; p++)
            memcpy(to + p * STRIP, b + p * depth_step, STRIP * sizeof *to);
    else
        for (int64_t p = 0; p < k; p++)
            cn_copy_few(to + p * width, b + p * depth_step, inside);
}

/* Each row is read to its end before the next one, as memory likes it. */
static void pack_whole_strips(const float *b, int64_t depth_step, int64_t k, int64_t strips,
                              float *to, int64_t all)
{
    for (int64_t p = 0; p < k; p++)
        for (int64_t j = 0; j < strips; j++)
            memcpy(to + (j * all + p) * STRIP, b + p * depth_step + j * STRIP, STRIP * sizeof *to);
}

void cn_gemm_pack(const float *b, int64_t depth_step, int64_t column_step, int64_t k, int64_t n,
                  float *to, int64_t all, int64_t first)
{
    const int64_t whole = column_step == 1 ? n / STRIP : 0;
    pack_whole_strips(b, depth_step, k, whole, to + first * STRIP, all);
    for (int64_t begin = whole * STRIP, width; begin < n; begin += width) {
        width = cn_gemm_strip_width(n - begin);
        pack_strip(b + begin * column_step, depth_step, column_step, k, smaller(width, n - begin),
                   width, to + begin * all + first * width);
    }
}

void CN_LOCAL(cn_pack_columns)(const float *b, int64_t depth_step, int64_t column_step, int64_t k,
                               int64_t n, float *to, int64_t all, int64_t first)
{
    cn_gemm_pack(b, depth_step, column_step, k, n, to, all, first);
}

/* ---- windows --------------------------------------------------------------------------------- */

/* A block at the edge of y: of the strip's width only columns are inside. */
static void multiply_edge(int64_t rows, int64_t width, int64_t columns, cn_gemm_windows run)
{
    float block[CN_GEMM_ROWS * STRIP], *place[CN_GEMM_ROWS];
    float *const *c = run.c;
    for (int64_t i = 0; i < rows; i++) {
        place[i] = block + i * width;
        if (run.add)
            cn_copy_few(place[i], c[i] + run.column, columns);
    }
    run.c = place;
    const int64_t column = run.column;
    run.column = 0;
    cn_gemm_run_windows(rows, width / CN_GEMM_LANES, &run);
    for (int64_t i = 0; i < rows; i++)
        cn_copy_few(c[i] + column, place[i], columns);
}

static void multiply_block(const cn_window_product *w, int64_t row, int64_t rows, int64_t begin,
                           int64_t width)
{
    const int64_t columns = smaller(width, w->columns - begin);
    const cn_gemm_windows run = {.cells = w->cells,
                                 .depth = w->depth,
                                 .a = w->x + row,
                                 .a_cell = w->rows,
                                 .b = w->packed + begin * w->cells * w->depth,
                                 .c = w->y + row,
                                 .column = w->column + begin,
                                 .add = w->add};
    if (columns < width)
        multiply_edge(rows, width, columns, run);
    else
        cn_gemm_run_windows(rows, width / CN_GEMM_LANES, &run);
}

void CN_LOCAL(cn_multiply_windows)(const cn_window_product *w)
{
    const int64_t blocks = (w->rows + CN_GEMM_ROWS - 1) / CN_GEMM_ROWS;
    for (int64_t begin = 0, width; begin < w->columns; begin += width) {
        width = cn_gemm_strip_width(w->columns - begin);
        for (int64_t block = 0; block < blocks; block++) {
            const int64_t row = w->rows * block / blocks;
            multiply_block(w, row, w->rows * (block + 1) / blocks - row, begin, width);
        }
    }
}
