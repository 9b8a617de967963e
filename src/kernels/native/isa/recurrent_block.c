/* The product of a step, sum over k of h[k] U_r[k], for a few rows and one vector of units of all
 * gates: the cell reads the sums while they are in the nearest cache. */
#include "kernels/native/isa/recurrent.h"

typedef cn_gemm_vector all_sums[CN_CELL_MOST_ROWS][CN_CELL_MOST_GATES];

CN_INLINE cn_gemm_vector vector(const float *weights, int gate)
{
    return *(const cn_gemm_vector *)(weights + gate * CN_GEMM_LANES);
}

/* One k, where rows are fewer than gates: the states stay in registers. */
CN_INLINE void add_by_gates(const int rows, const int gates, const float *h, int64_t line,
                            const float *weights, all_sums sums)
{
    float states[CN_CELL_MOST_ROWS];
    CN_UNROLLED
    for (int i = 0; i < rows; i++)
        states[i] = h[i * line];
    CN_UNROLLED
    for (int j = 0; j < gates; j++) {
        const cn_gemm_vector weight = vector(weights, j);
        CN_UNROLLED
        for (int i = 0; i < rows; i++)
            sums[i][j] += states[i] * weight;
    }
}

/* The other way round: the weights stay there. */
CN_INLINE void add_by_rows(const int rows, const int gates, const float *h, int64_t line,
                           int64_t gate_line, const float *weights, all_sums sums)
{
    cn_gemm_vector row[CN_CELL_MOST_GATES];
    CN_UNROLLED
    for (int j = 0; j < gates; j++)
        row[j] = vector(weights, j);
    CN_UNROLLED
    for (int i = 0; i < rows; i++) {
        CN_UNROLLED
        for (int j = 0; j < gates; j++)
            sums[i][j] += h[i * line + j * gate_line] * row[j];
    }
}

/* rows, gates and keeps are constants where this is inlined, and all sums are registers. */
CN_INLINE void run(const int rows, const int gates, const bool keeps, const cn_cell_block *g)
{
    const float *weights = g->weights;
    const int64_t line = g->line, gate_line = keeps ? g->gate_line : 0;
    all_sums sums;
    CN_UNROLLED
    for (int i = 0; i < rows; i++) {
        CN_UNROLLED
        for (int j = 0; j < gates; j++)
            sums[i][j] = (cn_gemm_vector){0};
    }
    for (int64_t k = 0; k < g->depth; k++, weights += gates * CN_GEMM_LANES)
        if (rows < gates && !keeps)
            add_by_gates(rows, gates, g->h + k, line, weights, sums);
        else
            add_by_rows(rows, gates, g->h + k, line, gate_line, weights, sums);
    CN_UNROLLED
    for (int i = 0; i < rows; i++) {
        CN_UNROLLED
        for (int j = 0; j < gates; j++)
            *(cn_gemm_vector *)(g->sums + j * g->sums_gate + i * CN_GEMM_LANES) =
                sums[i][j] +
                *(const cn_gemm_vector *)(g->added + i * g->added_line + j * g->added_gate);
    }
}

static void run_4_gates(int64_t rows, const cn_cell_block *g)
{
    switch (rows) {
    case 1: run(1, 4, false, g); break;
    case 2: run(2, 4, false, g); break;
    case 3: run(3, 4, false, g); break;
#if CN_GEMM_MOST_ROWS > 6
    case 4: run(4, 4, false, g); break;
    case 5: run(5, 4, false, g); break;
    case 6: run(6, 4, false, g); break;
#endif
    default: break;
    }
}

static void run_3_gates(int64_t rows, const cn_cell_block *g)
{
    switch (rows) {
    case 1: run(1, 3, false, g); break;
    case 2: run(2, 3, false, g); break;
    case 3: run(3, 3, false, g); break;
    case 4: run(4, 3, false, g); break;
#if CN_GEMM_MOST_ROWS > 6
    case 5: run(5, 3, false, g); break;
    case 6: run(6, 3, false, g); break;
    case 7: run(7, 3, false, g); break;
    case 8: run(8, 3, false, g); break;
#endif
    default: break;
    }
}

void cn_cell_multiply(int64_t rows, int64_t gates, const cn_cell_block *block)
{
    if (gates == 4 && block->gate_line > 0)
        run(1, 4, true, block);
    else if (gates == 4)
        run_4_gates(rows, block);
    else if (block->gate_line > 0)
        run(1, 3, true, block);
    else
        run_3_gates(rows, block);
}
