/* The gradient of a convolution's input. dx[i] is the sum of dy[o] kernel[t]^T over all o and t with
 * o stride + t dilation - before = i: for all i with the same remainder of i + before by the strides,
 * a phase, these are the same t, and dx is a convolution of dy of stride 1 with these, in reverse. */
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

/* The phase's cells in reverse, each [F, C of all groups] instead of [C, F of all groups]. */
static void turn_kernel(const cn_conv *conv, const phase phases[CN_CONV_AXES], const float *kernel,
                        float *turned)
{
    const int64_t groups = conv->groups, channels = conv->channels, filters = conv->filters;
    const int64_t inner[3][3] = {{filters, 1, groups * channels},
                                 {groups, filters, channels},
                                 {channels, groups * filters, 1}};
    cn_copy copy = {.to = turned, .item = sizeof(float)};
    int64_t to_step = groups * channels * filters;
    for (int64_t i = conv->rank - 1; i >= 0; i--) {
        const phase *p = &phases[i];
        const int64_t from_step = p->step * conv->axis[i].kernel_step;
        kernel += p->first * conv->axis[i].kernel_step + (p->cells - 1) * from_step;
        copy.dim[i] = p->cells, copy.from_stride[i] = -from_step, copy.to_stride[i] = to_step;
        to_step *= p->cells;
        if (p->cells == 0)
            return;
    }
    copy.from = kernel;
    copy.rank = conv->rank + 3;
    for (int64_t i = 0; i < 3; i++) {
        const int64_t axis = conv->rank + i;
        copy.dim[axis] = inner[i][0];
        copy.from_stride[axis] = inner[i][1], copy.to_stride[axis] = inner[i][2];
    }
    cn_copy_prepare(&copy);
    cn_copy_run(&copy);
}

/* The convolution of one phase, whose number has a digit for each axis, and where it begins in dx. */
static cn_conv convolution_of(const cn_conv *conv, int64_t number, phase phases[CN_CONV_AXES],
                              int64_t *begin)
{
    cn_conv back = {.rank = conv->rank,
                    .groups = conv->groups,
                    .channels = conv->filters,
                    .filters = conv->channels};
    int64_t step = conv->groups * conv->channels * conv->filters;
    *begin = 0;
    for (int64_t i = conv->rank - 1; i >= 0; i--) {
        const cn_conv_axis *axis = &conv->axis[i];
        phases[i] = phase_of(axis, number % axis->stride, &back.axis[i]);
        back.axis[i].kernel_step = step;
        step *= phases[i].cells;
        *begin += phases[i].begin * axis->x_step;
        number /= axis->stride;
    }
    return back;
}

cn_status cn_conv_input_gradient_run(const cn_conv *conv, const float *dy, const float *kernel,
                                     float *dx, float *scratch)
{
    const bool pointwise = conv->groups == 1 &&
                           cn_conv_kernel_size(conv) == conv->channels * conv->filters;
    int64_t count = 1;
    for (int64_t i = 0; i < conv->rank; i++)
        count *= conv->axis[i].stride;
    for (int64_t number = 0; number < count; number++) {
        phase phases[CN_CONV_AXES];
        int64_t begin;
        cn_conv back = convolution_of(conv, number, phases, &begin);
        back.transposed = pointwise;
        if (!pointwise)
            turn_kernel(conv, phases, kernel, scratch);
        cn_conv_prepare(&back);
        CN_TRY(cn_conv_run(&back, dy, pointwise ? kernel : scratch, dx + begin, NULL));
    }
    return CN_OK;
}
