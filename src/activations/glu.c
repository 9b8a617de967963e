/* glu: y = a * sigmoid(b), where a and b are the halves of x along an axis: x[..., 2 n, ...],
 * y[..., n, ...]. Dauphin et al., Language Modeling with Gated Convolutional Networks (2016). */
#include "activations/activations.h"

static cn_status find_axis(const cn_shape *shape, int64_t wanted, int64_t *axis)
{
    *axis = cn_shape_axis(shape, wanted);
    CN_CHECK(*axis >= 0 && shape->dim[*axis] % 2 == 0,
             "glu: axis %d must exist and have an even size, got shape %s", (int)wanted,
             cn_shape_str(shape));
    return CN_OK;
}

static cn_value emit(cn_program *p, const void *arguments, cn_value x)
{
    const cn_activation_axis_args *args = arguments;
    if (p->status != CN_OK)
        return CN_NO_VALUE;
    int64_t axis;
    cn_status status = find_axis(cn_shape_of(p, x), args->axis, &axis);
    if (status != CN_OK)
        return cn_program_fail(p, status);
    int64_t half = cn_shape_of(p, x)->dim[axis] / 2;
    cn_value a = cn_emit_slice_axis(p, x, axis, 0, half),
             b = cn_emit_slice_axis(p, x, axis, half, half);
    return cn_emit_multiply(p, a, cn_emit_sigmoid(p, b));
}

static const cn_field fields[] = {
    CN_FIELD(cn_activation_axis_args, axis, CN_FIELD_INT, 0),
    CN_END_FIELDS,
};

const cn_activation_class cn_activation_glu = {
    .base = {CN_ACTIVATION("glu"), .fields = fields, .args_size = sizeof(cn_activation_axis_args),
             .defaults = &(const cn_activation_axis_args){.axis = -1}},
    .emit = emit,
};
