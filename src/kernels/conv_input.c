/* The gradient of a convolution's input. dx[i] is the sum of dy[o] kernel[t]^T over all o and t
 * with o stride + t dilation - before = i: for all i with the same remainder of i + before by the
 * strides, a phase, these are the same t, and dx is a convolution of dy of stride 1 with these, in
 * reverse. */
#include "kernels/conv.h"

/* One phase of an axis: every step-th cell of the kernel from first on, cells of them; every
 * stride-th cell of x from begin on. */
typedef struct phase {
    int64_t first, step, cells, begin;
} phase;

static int64_t greatest_common_divisor(int64_t a, int64_t b)
{
    while (b != 0) {
        const int64_t rest = a % b;
        a = b, b = rest;
    }
    return a;
}

/* Phase number begin of an axis of x, and the axis of its convolution. */
static phase phase_of(const cn_conv_axis *x, int64_t begin, cn_conv_axis *axis)
{
    const int64_t divisor = greatest_common_divisor(x->stride, x->dilation);
    const int64_t remainder = (begin + x->before) % x->stride;
    phase p = {.step = x->stride / divisor, .begin = begin};
    while (p.first < p.step && p.first * x->dilation % x->stride != remainder)
        p.first++;
    if (p.first < p.step && p.first < x->kernel)
        p.cells = (x->kernel - p.first + p.step - 1) / p.step;
    *axis = (cn_conv_axis){.in = x->out,
                           .out = (x->in - begin + x->stride - 1) / x->stride,
                           .kernel = p.cells,
                           .stride = 1,
                           .dilation = x->dilation / divisor,
                           .x_step = x->y_step,
                           .y_step = x->x_step * x->stride};
    /* dx's first cell, begin, meets the kernel's cell first in window offset of y, and the later
     * cells in earlier ones. */
    const int64_t offset = (begin + x->before - p.first * x->dilation) / x->stride;
    if (p.cells > 0)
        axis->before = (p.cells - 1) * axis->dilation - offset;
    return p;
}

/* The convolution of one phase, whose number has a digit for each axis; where it begins in dx, and
 * in the kernel, whose cells it reads in reverse. */
static cn_conv convolution_of(const cn_conv *conv, int64_t number, int64_t *dx_begin,
                              int64_t *kernel_begin)
{
    cn_conv back = {.rank = conv->rank,
                    .groups = conv->groups,
                    .channels = conv->filters,
                    .filters = conv->channels,
                    .transposed = true};
    *dx_begin = *kernel_begin = 0;
    for (int64_t i = conv->rank - 1; i >= 0; i--) {
        const cn_conv_axis *axis = &conv->axis[i];
        const phase p = phase_of(axis, number % axis->stride, &back.axis[i]);
        back.axis[i].kernel_step = -p.step * axis->kernel_step;
        *dx_begin += p.begin * axis->x_step;
        if (p.cells > 0)
            *kernel_begin += (p.first + (p.cells - 1) * p.step) * axis->kernel_step;
        number /= axis->stride;
    }
    return back;
}

cn_status cn_conv_input_gradient_run(const cn_conv *conv, const float *dy, const float *kernel,
                                     float *dx)
{
    int64_t count = 1;
    for (int64_t i = 0; i < conv->rank; i++)
        count *= conv->axis[i].stride;
    for (int64_t number = 0; number < count; number++) {
        int64_t dx_begin, kernel_begin;
        cn_conv back = convolution_of(conv, number, &dx_begin, &kernel_begin);
        cn_conv_prepare(&back);
        CN_TRY(cn_conv_run(&back, dy, kernel + kernel_begin, dx + dx_begin, NULL));
    }
    return CN_OK;
}
