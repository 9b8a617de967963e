/* softmax: y = e^x / sum of e^x over some axes. log_softmax: y = x - log sum e^x. sparsemax: the
 * point of the simplex nearest to x (Martins and Astudillo, 2016), over one axis. */
#include "activations/activations.h"

typedef cn_value emit_along(cn_program *p, cn_value x, int64_t axis);

/* An order of the axes in which the given ones come last; the sizes of those others that come
 * first are in joined, followed by one size for all that come last. */
static cn_status put_last(const cn_shape *shape, const cn_shape *axes, cn_shape *order,
                          cn_shape *joined)
{
    bool last[CN_MAX_RANK] = {false};
    for (int64_t i = 0; i < axes->rank; i++) {
        int64_t axis = cn_shape_axis(shape, axes->dim[i]);
        CN_CHECK(axis >= 0, "softmax: axis %d does not exist in shape %s", (int)axes->dim[i],
                 cn_shape_str(shape));
        last[axis] = true;
    }
    *order = *joined = (cn_shape){0};
    for (int64_t i = 0; i < shape->rank; i++)
        if (!last[i]) {
            order->dim[order->rank++] = i;
            joined->dim[joined->rank++] = shape->dim[i];
        }
    joined->dim[joined->rank++] = CN_NONE;
    for (int64_t i = 0; i < shape->rank; i++)
        if (last[i])
            order->dim[order->rank++] = i;
    return CN_OK;
}

static cn_value emit_together(cn_program *p, emit_along *emit, const cn_shape *axes, cn_value x)
{
    if (p->status != CN_OK)
        return CN_NO_VALUE;
    cn_shape order, joined, back = {0};
    cn_status status = put_last(cn_shape_of(p, x), axes, &order, &joined);
    if (status != CN_OK)
        return cn_program_fail(p, status);
    back.rank = order.rank;
    for (int64_t i = 0; i < order.rank; i++)
        back.dim[order.dim[i]] = i;
    cn_value moved = cn_emit_transpose(p, x, order);
    if (moved == CN_NO_VALUE)
        return moved;
    cn_shape shape = *cn_shape_of(p, moved);
    cn_value y = emit(p, cn_emit_reshape(p, moved, joined), -1);
    return cn_emit_transpose(p, cn_emit_reshape(p, y, shape), back);
}

static cn_value emit_over(cn_program *p, emit_along *emit, const int64_t *list, cn_value x)
{
    const cn_shape axes = cn_shape_of_axes(list);
    return axes.rank == 1 ? emit(p, x, axes.dim[0]) : emit_together(p, emit, &axes, x);
}

static cn_value emit_softmax(cn_program *p, const void *arguments, cn_value x)
{
    const cn_activation_softmax_args *args = arguments;
    return emit_over(p, cn_emit_softmax, args->axis, x);
}

static cn_value emit_log_softmax(cn_program *p, const void *arguments, cn_value x)
{
    const cn_activation_softmax_args *args = arguments;
    return emit_over(p, cn_emit_log_softmax, args->axis, x);
}

static cn_value emit_sparsemax(cn_program *p, const void *arguments, cn_value x)
{
    const cn_activation_axis_args *args = arguments;
    return cn_emit_sparsemax(p, x, args->axis);
}

static const cn_field softmax_fields[] = {
    CN_FIELD(cn_activation_softmax_args, axis, CN_FIELD_DIMS, CN_FIELD_ONE_OR_MORE | CN_FIELD_AXES),
    CN_END_FIELDS,
};

static const cn_field sparsemax_fields[] = {
    CN_FIELD(cn_activation_axis_args, axis, CN_FIELD_INT, 0),
    CN_END_FIELDS,
};

static const cn_activation_softmax_args softmax_defaults = {.axis = {-1}};

#define SOFTMAX(name_)                                                                             \
    CN_ACTIVATION(name_), .fields = softmax_fields, .args_size = sizeof softmax_defaults,          \
                          .defaults = &softmax_defaults

const cn_activation_class cn_activation_softmax = {{SOFTMAX("softmax")}, emit_softmax};
const cn_activation_class cn_activation_log_softmax = {{SOFTMAX("log_softmax")}, emit_log_softmax};
const cn_activation_class cn_activation_sparsemax = {
    .base = {CN_ACTIVATION("sparsemax"), .fields = sparsemax_fields,
             .args_size = sizeof(cn_activation_axis_args),
             .defaults = &(const cn_activation_axis_args){.axis = -1}},
    .emit = emit_sparsemax,
};
