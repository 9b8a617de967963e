/* Where Keras's "valid", "same" and "causal" put windows along one axis. */
#ifndef CORNU_OPS_PADDING_H
#define CORNU_OPS_PADDING_H

#include <stdint.h>

/* Windows of so many cells, each `dilation` from the next, every `stride` cells. */
typedef struct cn_window {
    int64_t size, stride, dilation;
    const char *padding;
} cn_window;

/* Cells from the first to the last of a window. */
int64_t cn_window_cells(const cn_window *window);

/* How many windows there are over `in` cells: 0 if none fits. */
int64_t cn_window_count(const cn_window *window, int64_t in);

/* The zeros around those cells. Of an odd number, "same" puts the larger half behind. */
void cn_window_around(const cn_window *window, int64_t in, int64_t *before, int64_t *after);

/* The output of a transposed convolution of `in` cells, and the zeros around it in the convolution
 * of which it is the gradient. output_padding: -1 if not given. */
typedef struct cn_transposed_axis {
    int64_t size, before, after;
} cn_transposed_axis;
cn_transposed_axis cn_window_transposed(const cn_window *window, int64_t in,
                                        int64_t output_padding);

#endif
