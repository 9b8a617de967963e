/* What the recurrent cells share: a panel of some rows of the batch, which is taken through all
 * steps on its own, in memory of its own where units stand in whole vectors. */
#ifndef CORNU_KERNELS_NATIVE_ISA_RECURRENT_H
#define CORNU_KERNELS_NATIVE_ISA_RECURRENT_H

#include "kernels/native/isa/gemm.h"
#include "kernels/native/recurrent.h"

/* A matrix [depth, vectors * CN_GEMM_LANES] in strips of most vectors, each strip in one piece; no
 * strip crosses the border of a group of columns. */
typedef struct cn_packed {
    float *data;
    int64_t depth, most;
} cn_packed;

/* Rows begin .. begin+rows-1 of the batch. Every list has a line for each of them; width is that of
 * U in lines, and gates are width apart. */
typedef struct cn_panel {
    const cn_recurrent *r;
    cn_packed weights;
    int64_t begin, rows, width;
    int64_t line, gate_line; /* from one line to the next, of lists of U and of 4U */
    float *h, *c;            /* the state, or its gradient: lines of U */
    float *product, *kept;   /* lines of U */
    float *gates;            /* lines of 4U */
    float *spare;            /* lines of 4U, or one of 8U: for what does not lie in whole vectors */
    float *bias;             /* a line of 4U; only before gradients */
} cn_panel;

/* What one step does to a panel. */
typedef void cn_panel_step(cn_panel *panel, int64_t step);

/* The kernel by vectors of units, each [U, gates, CN_GEMM_LANES]; and the product of one of them
 * with rows states h, line apart: sums[gates, rows, CN_GEMM_LANES] = added + h U_r, gates sums_gate
 * apart.
 * gate_line: from the h of one gate to that of the next, where they differ; then there is one
 * row. */
enum {
    CN_CELL_MOST_GATES = 4,
    CN_CELL_MOST_ROWS = 2 * CN_GEMM_ROWS / 3, /* with three gates; with four it is a quarter less */
    CN_CELL_BLOCKS = 4                        /* of rows, that a cell does at once */
};
typedef struct cn_cell_block {
    const float *h, *weights, *added;
    int64_t line, gate_line, depth, added_line, added_gate;
    float *sums;
    int64_t sums_gate;
} cn_cell_block;
void CN_LOCAL(cn_cell_multiply)(int64_t rows, int64_t gates, const cn_cell_block *block);
#define cn_cell_multiply CN_LOCAL(cn_cell_multiply)

/* A vector of units of some rows. All that a cell does to it, it does to all rows before it does
 * the next thing: one row's numbers wait for each other. */
enum { CN_CELLS_MOST = CN_CELL_BLOCKS * CN_CELL_MOST_ROWS * CN_GEMM_LANES };
typedef struct cn_cells {
    int64_t step, row, rows, unit;
    float *sums; /* [gates, rows, CN_GEMM_LANES] */
} cn_cells;
typedef void cn_cell(const cn_panel *panel, const cn_cells *cells);

/* Where sums begin: numbers for each row, line apart, those of gates width apart. */
typedef struct cn_cell_start {
    const float *at;
    int64_t line;
} cn_cell_start;

/* The cell for all units and rows of the panel. Afterwards product is h, and h what it was
 * before. */
void CN_LOCAL(cn_panel_cells)(cn_panel *panel, int64_t gates, int64_t step, cn_cell_start start,
                              cn_cell *cell);
#define cn_panel_cells CN_LOCAL(cn_panel_cells)

static inline cn_gemm_vector cn_vector(const float *from)
{
    return *(const cn_gemm_vector *)from;
}

static inline void cn_set_vector(float *to, cn_gemm_vector vector)
{
    *(cn_gemm_vector *)to = vector;
}

/* Takes all rows through all steps, in the order given or, for gradients, in the opposite one. The
 * kernel's first gates are packed by vectors of units; the others, one by one, by columns. */
void CN_LOCAL(cn_recurrent_forward)(const cn_recurrent *r, int64_t gates, cn_panel_step *step);
void CN_LOCAL(cn_recurrent_backward)(const cn_recurrent *r, cn_panel_step *step);
#define cn_recurrent_forward CN_LOCAL(cn_recurrent_forward)
#define cn_recurrent_backward CN_LOCAL(cn_recurrent_backward)

/* c = (c +) a B for all rows of the panel, of the packed B the columns from column on, and its rows
 * from depth on. Columns are a group's. */
typedef struct cn_panel_product {
    const float *a;
    int64_t a_line, depth, depth_count, column, column_count;
    float *c;
    int64_t c_line;
    bool add;
} cn_panel_product;
void CN_LOCAL(cn_panel_multiply)(const cn_panel *panel, const cn_panel_product *product);
#define cn_panel_multiply CN_LOCAL(cn_panel_multiply)

/* kept = h keep of a gate; to: lines of kept, line apart. */
void CN_LOCAL(cn_panel_keep)(const cn_panel *panel, int64_t gate, float *kept, int64_t line);
#define cn_panel_keep CN_LOCAL(cn_panel_keep)

/* h += the gradient of a row's state that the sequence's own gives. */
void CN_LOCAL(cn_panel_add)(const cn_panel *panel, int64_t step, int64_t row);
#define cn_panel_add CN_LOCAL(cn_panel_add)

/* h = (h +) the products of count gates' gradients d, a line for each row, with the transposed
 * kernel of gate and those behind it, times what they keep. */
void CN_LOCAL(cn_panel_back)(const cn_panel *panel, const float *d, int64_t line, int64_t gate,
                             int64_t count, bool add);
#define cn_panel_back CN_LOCAL(cn_panel_back)

/* x = f(x), and d = d f'(x) for x = f(..), for n numbers in whole vectors. */
void CN_LOCAL(cn_squash_run)(cn_squash kind, float *x, int64_t n);
void CN_LOCAL(cn_squash_gradient)(cn_squash kind, const float *x, float *d, int64_t n);
#define cn_squash_run CN_LOCAL(cn_squash_run)
#define cn_squash_gradient CN_LOCAL(cn_squash_gradient)

/* Whether a row takes part in a step. */
static inline bool cn_panel_active(const cn_panel *panel, int64_t step, int64_t row)
{
    const cn_recurrent *r = panel->r;
    return r->mask == NULL || r->mask[step * r->batch + panel->begin + row] != 0;
}

/* A row of a sequence [T,N,size]. */
static inline int64_t cn_panel_at(const cn_panel *panel, int64_t step, int64_t row, int64_t size)
{
    return (step * panel->r->batch + panel->begin + row) * size;
}

/* The state before a step, in the sequence or, before the first step done, at its start. */
static inline const float *cn_panel_before(const cn_panel *panel, const float *sequence,
                                           const float *start, int64_t step, int64_t row)
{
    const cn_recurrent *r = panel->r;
    const int64_t before = r->reverse ? step + 1 : step - 1;
    if (before < 0 || before >= r->steps)
        return start + (panel->begin + row) * r->units;
    return sequence + cn_panel_at(panel, before, row, r->units);
}

/* The mask of rows from row on, or NULL. */
static inline const uint8_t *cn_panel_mask(const cn_panel *panel, int64_t step, int64_t row)
{
    const cn_recurrent *r = panel->r;
    return r->mask == NULL ? NULL : r->mask + step * r->batch + panel->begin + row;
}

/* Asks for n numbers, from begin on, of a row of a sequence [T,N,size] at the step done next, while
 * there is work to do. */
static inline void cn_panel_fetch(const cn_panel *panel, const float *sequence, int64_t next,
                                  int64_t row, int64_t size, int64_t begin, int64_t n)
{
    if (next < 0 || next >= panel->r->steps)
        return;
    const float *at = sequence + cn_panel_at(panel, next, row, size) + begin;
    for (int64_t i = 0; i < n; i += CN_RECURRENT_GAP)
        __builtin_prefetch(at + i, 0, 2);
}

/* Units of n gates, from where they lie together to lines in whole vectors, and back; NULL:
 * none. */
void CN_LOCAL(cn_units_load)(const cn_panel *panel, const float *from, int64_t n, float *to);
void CN_LOCAL(cn_units_store)(const cn_panel *panel, const float *from, int64_t n, float *to);
#define cn_units_load CN_LOCAL(cn_units_load)
#define cn_units_store CN_LOCAL(cn_units_store)

/* The same units, at a place where they are in whole vectors: where they lie, or in line. */
static inline const float *cn_units_of(const cn_panel *panel, const float *from, int64_t n,
                                       float *line)
{
    if (panel->width == panel->r->units)
        return from;
    cn_units_load(panel, from, n, line);
    return line;
}

#endif
