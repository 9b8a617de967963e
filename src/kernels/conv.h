/* Convolutions of one to three spatial axes as sums of matrix products, without copies of x. */
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
    bool transposed; /* the kernel's cells are [F, C] instead; for one group */
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
 * from x, and is not prepared. scratch has cn_conv_kernel_size floats. */
cn_status cn_conv_input_gradient_run(const cn_conv *conv, const float *dy, const float *kernel,
                                     float *dx, float *scratch);
int64_t cn_conv_kernel_size(const cn_conv *conv);

/* ---- for the files of this kernel ------------------------------------------------------------ */

/* Consecutive windows along an axis that have the same cells inside x: cells of them from first on. */
typedef struct cn_conv_windows {
    int64_t begin, count;
    int64_t first, cells;
} cn_conv_windows;

/* A block of y whose windows have the same cells inside x. It is cut into lines along its longest
 * axis, and its windows into pieces, which lie together in x as well as in the kernel. A line's
 * part of y is the sum over the pieces of [rows, depth] of x times [depth, F] of the kernel. Of narrow groups, a piece is all cells along
 * the last axis, which lie at equal distances. */
typedef struct cn_conv_block {
    cn_conv_windows windows[CN_CONV_AXES];
    int64_t rows_axis, lines, parts_of_line;
    int64_t pieces, depth; /* depth: cells of a piece times C */
    bool together;         /* the cells along the last axis are one piece */
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
