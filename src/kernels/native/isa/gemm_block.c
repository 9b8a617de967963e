/* The innermost loops of matrix products. */
#include "kernels/native/isa/gemm.h"
#include "kernels/native/transpose.h"

enum {
    MOST_VECTORS = 4,
    PREFETCH_DEPTH = 96 /* from which on there is time to fetch C while the sums are made */
};

/* rows and vectors are constants where this is inlined, and all sums are registers. */
CN_INLINE void run(const int rows, const int vectors, const cn_gemm_block *g)
{
    const float *a = g->a, *b = g->b;
    const bool add = g->add;
    float *c = g->c;
    const int64_t k = g->k, a_row = g->a_row, a_depth = g->a_depth, ldb = g->ldb, ldc = g->ldc;
    cn_gemm_vector sums[CN_GEMM_ROWS][MOST_VECTORS];
    CN_UNROLLED
    for (int i = 0; i < rows; i++) {
        CN_UNROLLED
        for (int j = 0; j < vectors; j++) {
            sums[i][j] = (cn_gemm_vector){0};
            if (k >= PREFETCH_DEPTH)
                __builtin_prefetch(c + i * ldc + j * CN_GEMM_LANES, 1);
        }
    }
    for (int64_t p = 0; p < k; p++) {
        cn_gemm_vector row[MOST_VECTORS];
        CN_UNROLLED
        for (int j = 0; j < vectors; j++)
            row[j] = *(const cn_gemm_vector *)(b + p * ldb + j * CN_GEMM_LANES);
        CN_UNROLLED
        for (int i = 0; i < rows; i++) {
            CN_UNROLLED
            for (int j = 0; j < vectors; j++)
                sums[i][j] += a[i * a_row + p * a_depth] * row[j];
        }
    }
    CN_UNROLLED
    for (int i = 0; i < rows; i++) {
        CN_UNROLLED
        for (int j = 0; j < vectors; j++) {
            cn_gemm_vector *to = (cn_gemm_vector *)(c + i * ldc + j * CN_GEMM_LANES);
            if (add)
                sums[i][j] += *to;
            *to = sums[i][j];
        }
    }
}

static void run_1(int64_t rows, const cn_gemm_block *g)
{
    switch (rows) {
    case 1: run(1, 1, g); break;
    case 2: run(2, 1, g); break;
    case 3: run(3, 1, g); break;
    case 4: run(4, 1, g); break;
    case 5: run(5, 1, g); break;
    case 6: run(6, 1, g); break;
#if CN_GEMM_MOST_ROWS > 6
    case 7: run(7, 1, g); break;
    case 8: run(8, 1, g); break;
    case 9: run(9, 1, g); break;
    case 10: run(10, 1, g); break;
    case 11: run(11, 1, g); break;
    case 12: run(12, 1, g); break;
#endif
    default: break;
    }
}

static void run_2(int64_t rows, const cn_gemm_block *g)
{
    switch (rows) {
    case 1: run(1, 2, g); break;
    case 2: run(2, 2, g); break;
    case 3: run(3, 2, g); break;
    case 4: run(4, 2, g); break;
    case 5: run(5, 2, g); break;
    case 6: run(6, 2, g); break;
#if CN_GEMM_MOST_ROWS > 6
    case 7: run(7, 2, g); break;
    case 8: run(8, 2, g); break;
    case 9: run(9, 2, g); break;
    case 10: run(10, 2, g); break;
    case 11: run(11, 2, g); break;
    case 12: run(12, 2, g); break;
#endif
    default: break;
    }
}

static void run_4(int64_t rows, const cn_gemm_block *g)
{
    switch (rows) {
    case 1: run(1, 4, g); break;
    case 2: run(2, 4, g); break;
    case 3: run(3, 4, g); break;
#if CN_GEMM_MOST_ROWS > 6
    case 4: run(4, 4, g); break;
    case 5: run(5, 4, g); break;
    case 6: run(6, 4, g); break;
#endif
    default: break;
    }
}

void cn_gemm_run(int64_t rows, int64_t vectors, const cn_gemm_block *block)
{
    if (vectors == 1)
        run_1(rows, block);
    else if (vectors == 2)
        run_2(rows, block);
    else
        run_4(rows, block);
}

/* ---- rows that lie anywhere ------------------------------------------------------------------ */

/* rows and vectors are constants where this is inlined. */
CN_INLINE void run_windows(const int rows, const int vectors, const cn_gemm_windows *g)
{
    const float *const *a = g->a, *b = g->b;
    const int64_t cells = g->cells, depth = g->depth, a_cell = g->a_cell;
    cn_gemm_vector sums[CN_GEMM_ROWS][2];
    CN_UNROLLED
    for (int i = 0; i < rows; i++) {
        CN_UNROLLED
        for (int j = 0; j < vectors; j++)
            sums[i][j] = (cn_gemm_vector){0};
        if (cells * depth >= PREFETCH_DEPTH)
            __builtin_prefetch(g->c[i] + g->column, 1);
    }
    for (int64_t cell = 0; cell < cells; cell++, a += a_cell) {
        const float *row[CN_GEMM_ROWS];
        CN_UNROLLED
        for (int i = 0; i < rows; i++)
            row[i] = a[i];
        for (int64_t p = 0; p < depth; p++, b += vectors * CN_GEMM_LANES) {
            cn_gemm_vector column[2];
            CN_UNROLLED
            for (int j = 0; j < vectors; j++)
                column[j] = *(const cn_gemm_vector *)(b + j * CN_GEMM_LANES);
            CN_UNROLLED
            for (int i = 0; i < rows; i++) {
                CN_UNROLLED
                for (int j = 0; j < vectors; j++)
                    sums[i][j] += row[i][p] * column[j];
            }
        }
    }
    CN_UNROLLED
    for (int i = 0; i < rows; i++) {
        CN_UNROLLED
        for (int j = 0; j < vectors; j++) {
            cn_gemm_vector *to = (cn_gemm_vector *)(g->c[i] + g->column + j * CN_GEMM_LANES);
            if (g->add)
                sums[i][j] += *to;
            *to = sums[i][j];
        }
    }
}

static void run_windows_1(int64_t rows, const cn_gemm_windows *g)
{
    switch (rows) {
    case 1: run_windows(1, 1, g); break;
    case 2: run_windows(2, 1, g); break;
    case 3: run_windows(3, 1, g); break;
    case 4: run_windows(4, 1, g); break;
    case 5: run_windows(5, 1, g); break;
    case 6: run_windows(6, 1, g); break;
#if CN_GEMM_MOST_ROWS > 6
    case 7: run_windows(7, 1, g); break;
    case 8: run_windows(8, 1, g); break;
    case 9: run_windows(9, 1, g); break;
    case 10: run_windows(10, 1, g); break;
    case 11: run_windows(11, 1, g); break;
    case 12: run_windows(12, 1, g); break;
#endif
    default: break;
    }
}

static void run_windows_2(int64_t rows, const cn_gemm_windows *g)
{
    switch (rows) {
    case 1: run_windows(1, 2, g); break;
    case 2: run_windows(2, 2, g); break;
    case 3: run_windows(3, 2, g); break;
    case 4: run_windows(4, 2, g); break;
    case 5: run_windows(5, 2, g); break;
    case 6: run_windows(6, 2, g); break;
#if CN_GEMM_MOST_ROWS > 6
    case 7: run_windows(7, 2, g); break;
    case 8: run_windows(8, 2, g); break;
    case 9: run_windows(9, 2, g); break;
    case 10: run_windows(10, 2, g); break;
    case 11: run_windows(11, 2, g); break;
    case 12: run_windows(12, 2, g); break;
#endif
    default: break;
    }
}

void cn_gemm_run_windows(int64_t rows, int64_t vectors, const cn_gemm_windows *windows)
{
    if (vectors == 1)
        run_windows_1(rows, windows);
    else
        run_windows_2(rows, windows);
}

/* ---- transposing ----------------------------------------------------------------------------- */

void cn_gemm_transpose(const float *from, int64_t from_stride, float *to, int64_t width,
                       int64_t rows, int64_t n)
{
    const int64_t whole_rows = rows - rows % 4, whole_n = n - n % 4;
    for (int64_t i = 0; i < whole_rows; i += 4)
        for (int64_t p = 0; p < whole_n; p += 4)
            cn_transpose_4_by_4(from + i * from_stride + p, from_stride, to + p * width + i, width);
    for (int64_t i = 0; i < rows; i++)
        for (int64_t p = i < whole_rows ? whole_n : 0; p < n; p++)
            to[p * width + i] = from[i * from_stride + p];
}
