/* Convolutions of one to three spatial axes as matrix products, without copies of x: a row of the
 * matrix is a window, of which each cell is read where it lies, or from zeros if it is outside. */
#ifndef CORNU_KERNELS_CONV_H
#define CORNU_KERNELS_CONV_H

#include "kernels/native/finish.h"

/* One axis. Window o begins at cell o * stride - before of x, and its cells are dilation apart;
 * those outside 0 .. in-1 count as zeros. before may be negative. Steps are in floats. */
typedef struct cn_conv_axis {
    int64_t in, out, kernel;
    int64_t stride, dilation, before;
    int64_t x_step, y_step, kernel_step;
} cn_conv_axis;

enum { CN_CONV_AXES = 4 };

/* y[o, g F + f] = sum over t and c of x[o stride + t dilation - before, g C + c] kernel[t, c, g F +
 * f], where o and t have an index for each axis. The batch is the first axis: its windows have one
 * cell. C channels and F filters are those of one of the groups. */
typedef struct cn_conv {
    int64_t rank;
    cn_conv_axis axis[CN_CONV_AXES];
    int64_t groups, channels, filters;
    bool transposed; /* the kernel's cells are [F, groups C] instead */
} cn_conv;

/* Merges axes whose windows have one cell, once, before it is run. */
void cn_conv_prepare(cn_conv *conv);

/* y from x and kernel, each row finished while it is in the cache. Each element is summed in the
 * same order whatever the number of threads, here and below. Fails only as cn_sgemm does. */
cn_status cn_conv_run(const cn_conv *conv, const float *x, const float *kernel, float *y,
                      const cn_finish *finish);

/* The kernel's gradient, of the kernel's shape, from x and that of y. */
cn_status cn_conv_kernel_gradient_run(const cn_conv *conv, const float *x, const float *dy,
                                      float *dkernel);

/* The gradient of x from that of y and the kernel, which is not transposed; the conv is that of y
 * from x, and is not prepared. */
cn_status cn_conv_input_gradient_run(const cn_conv *conv, const float *dy, const float *kernel,
                                     float *dx);

/* ---- for the files of this kernel ------------------------------------------------------------ */

int64_t cn_conv_kernel_size(const cn_conv *conv);

/* Items of which each thread has work enough, of count items that share the whole work. */
int64_t cn_conv_grain(const cn_conv *conv, int64_t count);

/* How many windows there are. */
int64_t cn_conv_count_rows(const cn_conv *conv);

/* The cells of a window, depth floats each. Those along the last axis are one if they lie together
 * in x as well as in the kernel, and are inside x in every window: of few channels that is
 * faster. */
typedef struct cn_conv_cells {
    int64_t count, depth, axes; /* axes along which they are counted */
} cn_conv_cells;
cn_conv_cells cn_conv_cells_of(const cn_conv *conv);

/* A part of all sums: whole cells, or a part of one cell. */
typedef struct cn_conv_slice {
    int64_t cell, cells, first, depth;
} cn_conv_slice;
int64_t cn_conv_count_slices(const cn_conv_cells *cells, int64_t most);
cn_conv_slice cn_conv_slice_of(const cn_conv_cells *cells, int64_t most, int64_t number);

/* Some consecutive windows: where the first cell of each is (or would be) in x, and where y is;
 * along each axis, the cells first .. end-1 that are inside x. */
enum {
    CN_CONV_ROWS = 384,     /* most at a time, */
    CN_CONV_CELLS = 64,     /* most in a slice, */
    CN_CONV_CHANNELS = 384, /* most that are read from one place, */
    CN_CONV_NARROW = 16     /* fewer channels than these are gathered first */
};
typedef struct cn_conv_rows {
    int64_t count;
    int64_t x[CN_CONV_ROWS], y[CN_CONV_ROWS];
    int64_t first[CN_CONV_AXES][CN_CONV_ROWS], end[CN_CONV_AXES][CN_CONV_ROWS];
    bool inside[CN_CONV_ROWS]; /* all cells are */
} cn_conv_rows;
void cn_conv_find_rows(const cn_conv *conv, int64_t begin, int64_t count, cn_conv_rows *rows);

/* Where float first of a cell lies in each row, into places[rows]; x is that of a group. */
void cn_conv_find_cell(const cn_conv *conv, const cn_conv_cells *cells, const cn_conv_rows *rows,
                       int64_t cell, const float *x, const float **places);

/* Copies windows whose cells are so narrow that reading them one by one takes longer: places[cells,
 * rows], depth floats each, to copy[rows, cells depth]. places[rows] is where the rows are then;
 * all places of a row are read before its first one is written. */
void cn_conv_gather(const float **places, int64_t rows, int64_t cells, int64_t depth, float *copy);

/* Where a cell begins in the kernel. */
int64_t cn_conv_cell_of_kernel(const cn_conv *conv, const cn_conv_cells *cells, int64_t cell);

/* The same for narrow groups, in conv_depthwise.c. */
void cn_conv_run_depthwise(const cn_conv *conv, const float *x, const float *kernel, float *y,
                           const cn_finish *finish);
void cn_conv_depthwise_kernel_gradient(const cn_conv *conv, const float *x, const float *dy,
                                       float *dkernel);

/* Consecutive windows along an axis that have the same cells inside x: cells of them from first
 * on. */
typedef struct cn_conv_windows {
    int64_t begin, count;
    int64_t first, cells;
} cn_conv_windows;

/* A block of y whose windows have the same cells inside x. It is cut into lines along its longest
 * axis, and its windows into pieces: all cells along the last axis, which lie at equal
 * distances. */
typedef struct cn_conv_block {
    cn_conv_windows windows[CN_CONV_AXES];
    int64_t rows_axis, lines, parts_of_line, pieces;
} cn_conv_block;

/* The first block, and the one behind another; false if there is none. */
bool cn_conv_first_block(const cn_conv *conv, cn_conv_block *block);
bool cn_conv_next_block(const cn_conv *conv, cn_conv_block *block);

/* Where a line begins in x (its first cell inside) and y, and its rows. */
typedef struct cn_conv_line {
    int64_t x, y, rows, x_row, y_row;
} cn_conv_line;
cn_conv_line cn_conv_line_of(const cn_conv *conv, const cn_conv_block *block, int64_t line);

/* Where a piece begins, from a line's beginning in x; its first cell in the kernel, in floats. */
typedef struct cn_conv_piece {
    int64_t x, kernel;
} cn_conv_piece;
cn_conv_piece cn_conv_piece_of(const cn_conv *conv, const cn_conv_block *block, int64_t piece);

/* Whether groups are so narrow that products of vectors over all groups serve better than matrix
 * products for each. */
static inline bool cn_conv_is_depthwise(const cn_conv *conv)
{
    return conv->groups > 1 && (conv->channels == 1 || conv->filters == 1);
}

#endif
