/* Windows along one axis: how many there are, and what lies around the cells. */
#include "ops/padding.h"

#include <string.h>

int64_t cn_window_cells(const cn_window *window)
{
    return (window->size - 1) * window->dilation + 1;
}

int64_t cn_window_count(const cn_window *window, int64_t in)
{
    if (strcmp(window->padding, "valid") != 0)
        return (in + window->stride - 1) / window->stride;
    const int64_t cells = cn_window_cells(window);
    return in < cells ? 0 : (in - cells) / window->stride + 1;
}

void cn_window_around(const cn_window *window, int64_t in, int64_t *before, int64_t *after)
{
    const int64_t cells = cn_window_cells(window),
                  missing = (cn_window_count(window, in) - 1) * window->stride + cells - in;
    *before = *after = 0;
    if (strcmp(window->padding, "causal") == 0)
        *before = cells - 1;
    else if (missing > 0)
        *before = missing / 2, *after = missing - missing / 2;
}

/* Of the window of the first step, cells lie before the output; the last windows end some cells
 * before the end of theirs, or leave cells behind them that get nothing. */
cn_transposed_axis cn_window_transposed(const cn_window *window, int64_t in, int64_t output_padding)
{
    const int64_t cells = cn_window_cells(window), stride = window->stride,
                  total = (in - 1) * stride + cells;
    cn_transposed_axis axis = {.size = total};
    if (strcmp(window->padding, "valid") == 0) {
        axis.size += output_padding >= 0 ? output_padding : stride > cells ? stride - cells : 0;
    } else {
        axis.size = output_padding < 0 ? in * stride
                                       : (in - 1) * stride + cells % 2 + output_padding;
        const int64_t around = axis.size - total + 2 * (cells - 1);
        const int64_t inside = (around + 1) / 2 < cells - 1 ? (around + 1) / 2 : cells - 1;
        axis.before = cells - 1 - inside;
    }
    axis.after = total - axis.before - axis.size;
    if (axis.after < 0)
        axis.after = 0;
    return axis;
}
