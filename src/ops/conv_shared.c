/* What conv, its gradients and conv_bias share: shapes, the sizes that kernels take, plain
 * loops. */
#include <inttypes.h>

#include "ops/conv.h"

#include "ops/finished.h"
#include "ops/moving.h"

static const int64_t most = INT64_MAX / 64; /* so that sums and small multiples do not overflow */

const cn_field cn_conv_fields[] = {
    CN_FIELD(cn_conv_attributes, strides, CN_FIELD_SHAPE, 0),
    CN_FIELD(cn_conv_attributes, dilation, CN_FIELD_SHAPE, 0),
    CN_FIELD(cn_conv_attributes, before, CN_FIELD_SHAPE, 0),
    CN_FIELD(cn_conv_attributes, after, CN_FIELD_SHAPE, 0),
    CN_FIELD(cn_conv_attributes, groups, CN_FIELD_INT, 0),
    CN_FIELD(cn_conv_attributes, size, CN_FIELD_SHAPE, 0),
    CN_FINISH_FIELDS(cn_conv_attributes),
    CN_END_FIELDS,
};

/* ---- shapes ---------------------------------------------------------------------------------- */

static cn_status check_attributes(const cn_conv_attributes *a, int64_t axes)
{
    CN_CHECK(a->strides.rank == axes && a->dilation.rank == axes && a->before.rank == axes &&
                 a->after.rank == axes,
             "strides %s, dilation %s, before %s and after %s need one number for each of %" PRId64
             " spatial axes",
             cn_shape_str(&a->strides), cn_shape_str(&a->dilation), cn_shape_str(&a->before),
             cn_shape_str(&a->after), axes);
    for (int64_t i = 0; i < axes; i++)
        CN_CHECK(a->strides.dim[i] > 0 && a->strides.dim[i] <= most && a->dilation.dim[i] > 0 &&
                     a->before.dim[i] >= 0 && a->before.dim[i] <= most && a->after.dim[i] >= 0 &&
                     a->after.dim[i] <= most,
                 "strides %s and dilation %s must be positive, before %s and after %s not negative",
                 cn_shape_str(&a->strides), cn_shape_str(&a->dilation), cn_shape_str(&a->before),
                 cn_shape_str(&a->after));
    CN_CHECK(a->groups > 0, "groups must be positive, got %" PRId64, a->groups);
    return CN_OK;
}

/* Windows along one spatial axis. */
static cn_status infer_axis(const cn_conv_attributes *a, int64_t i, int64_t in, int64_t kernel,
                            int64_t *out)
{
    CN_CHECK(kernel > 0 && a->dilation.dim[i] <= most / kernel && in <= most,
             "a window of %" PRId64 " cells that are %" PRId64 " apart is not possible", kernel,
             a->dilation.dim[i]);
    const int64_t window = (kernel - 1) * a->dilation.dim[i] + 1,
                  padded = in + a->before.dim[i] + a->after.dim[i];
    CN_CHECK(padded >= window,
             "a window of %" PRId64 " cells does not fit into %" PRId64
             " cells (spatial axis %" PRId64 ")",
             window, padded, i);
    *out = (padded - window) / a->strides.dim[i] + 1;
    return CN_OK;
}

cn_status cn_conv_infer_shape(const cn_conv_attributes *a, const cn_shape *x,
                              const cn_shape *kernel, cn_shape *y)
{
    const int64_t axes = x->rank - 2, channels = x->dim[axes + 1];
    const int64_t filters = kernel->dim[axes + 1];
    CN_TRY(check_attributes(a, axes));
    CN_CHECK(a->groups <= most / 64 && kernel->dim[axes] <= most / a->groups &&
                 kernel->dim[axes] * a->groups == channels && filters % a->groups == 0,
             "a kernel of shape %s in %" PRId64 " groups does not fit an input of shape %s",
             cn_shape_str(kernel), a->groups, cn_shape_str(x));
    *y = (cn_shape){.rank = x->rank, .dim = {x->dim[0]}};
    for (int64_t i = 0; i < axes; i++)
        CN_TRY(infer_axis(a, i, x->dim[i + 1], kernel->dim[i], &y->dim[i + 1]));
    y->dim[axes + 1] = filters;
    return CN_OK;
}

cn_status cn_conv_check_inputs(const cn_type *inputs)
{
    for (int64_t i = 0; i < 2; i++)
        CN_CHECK(inputs[i].dtype == CN_FLOAT32, "takes float32, not %s",
                 cn_dtype_name(inputs[i].dtype));
    const cn_shape *a = &inputs[0].shape, *b = &inputs[1].shape;
    CN_CHECK(a->rank >= 3 && a->rank <= 5 && a->rank == b->rank,
             "takes two inputs of the same rank, 3 to 5, got shapes %s and %s", cn_shape_str(a),
             cn_shape_str(b));
    return CN_OK;
}

cn_shape cn_conv_shape_of_x(const cn_conv_attributes *a, const cn_shape *dy, const cn_shape *kernel)
{
    cn_shape x = *dy;
    for (int64_t i = 0; i < a->size.rank; i++)
        x.dim[i + 1] = a->size.dim[i];
    x.dim[x.rank - 1] = kernel->dim[kernel->rank - 2] * a->groups;
    return x;
}

cn_shape cn_conv_shape_of_kernel(const cn_conv_attributes *a, const cn_shape *x, const cn_shape *dy)
{
    cn_shape kernel = *dy;
    for (int64_t i = 0; i < a->size.rank; i++)
        kernel.dim[i] = a->size.dim[i];
    kernel.dim[kernel.rank - 2] = a->groups > 0 ? x->dim[x->rank - 1] / a->groups : 0;
    return kernel;
}

cn_conv cn_conv_of(const cn_conv_attributes *a, const cn_shape *x, const cn_shape *kernel,
                   const cn_shape *y)
{
    const int64_t axes = x->rank - 2;
    int64_t x_steps[CN_MAX_RANK], y_steps[CN_MAX_RANK], kernel_steps[CN_MAX_RANK];
    cn_row_major_strides(x, x_steps);
    cn_row_major_strides(y, y_steps);
    cn_row_major_strides(kernel, kernel_steps);
    cn_conv conv = {.rank = axes + 1,
                    .groups = a->groups,
                    .channels = kernel->dim[axes],
                    .filters = kernel->dim[axes + 1] / a->groups};
    conv.axis[0] = (cn_conv_axis){x->dim[0], x->dim[0], 1, 1, 1, 0, x_steps[0], y_steps[0], 0};
    for (int64_t i = 0; i < axes; i++)
        conv.axis[i + 1] = (cn_conv_axis){.in = x->dim[i + 1],
                                          .out = y->dim[i + 1],
                                          .kernel = kernel->dim[i],
                                          .stride = a->strides.dim[i],
                                          .dilation = a->dilation.dim[i],
                                          .before = a->before.dim[i],
                                          .x_step = x_steps[i + 1],
                                          .y_step = y_steps[i + 1],
                                          .kernel_step = kernel_steps[i]};
    return conv;
}

cn_conv cn_conv_of_values(const cn_lowering *lowering, const cn_conv_attributes *a, cn_value x,
                          cn_value kernel, cn_value y)
{
    const cn_program *p = lowering->program;
    const cn_shape *x_shape = cn_shape_of(p, x), *y_shape = cn_shape_of(p, y);
    const int64_t channels = x_shape->dim[x_shape->rank - 1],
                  filters = y_shape->dim[y_shape->rank - 1];
    cn_conv conv = cn_conv_of(a, x_shape, cn_shape_of(p, kernel), y_shape);
    for (int64_t i = 0; i < conv.rank; i++) {
        if (channels > 0)
            conv.axis[i].x_step = conv.axis[i].x_step / channels * cn_pitch_of(lowering, x);
        if (filters > 0)
            conv.axis[i].y_step = conv.axis[i].y_step / filters * cn_pitch_of(lowering, y);
    }
    return conv;
}

/* ---- plain loops ----------------------------------------------------------------------------- */

/* Places in x, kernel and y. */
typedef struct places {
    int64_t x, kernel, y;
} places;

/* One window with one cell of the kernel: all groups, channels and filters. */
static void loop_over_channels(const cn_conv *c, const cn_conv_arrays *arrays, places at)
{
    const int64_t filters = c->groups * c->filters;
    for (int64_t i = 0; i < filters; i++)
        for (int64_t k = 0; k < c->channels; k++) {
            const int64_t x = at.x + i / c->filters * c->channels + k, y = at.y + i,
                          kernel = at.kernel + k * filters + i;
            if (arrays->y == NULL)
                arrays->result[y] += arrays->x[x] * arrays->kernel[kernel];
            else if (arrays->x == NULL)
                arrays->result[x] += arrays->y[y] * arrays->kernel[kernel];
            else
                arrays->result[kernel] += arrays->x[x] * arrays->y[y];
        }
}

static void loop_over_axes(const cn_conv *c, const cn_conv_arrays *arrays, int64_t i, places at)
{
    if (i == c->rank) {
        loop_over_channels(c, arrays, at);
        return;
    }
    const cn_conv_axis *axis = &c->axis[i];
    for (int64_t o = 0; o < axis->out; o++)
        for (int64_t t = 0; t < axis->kernel; t++) {
            const int64_t cell = o * axis->stride + t * axis->dilation - axis->before;
            if (cell >= 0 && cell < axis->in)
                loop_over_axes(c, arrays, i + 1,
                               (places){at.x + cell * axis->x_step,
                                        at.kernel + t * axis->kernel_step,
                                        at.y + o * axis->y_step});
        }
}

void cn_conv_loops(const cn_conv *conv, const cn_conv_arrays *arrays)
{
    loop_over_axes(conv, arrays, 0, (places){0, 0, 0});
}
