/* Emitting ops that move elements: reshape, broadcast, transpose, join, cut, pad. */
#include "ops/emit.h"

static cn_value fail(cn_program *p, const char *format, const cn_shape *shape, int64_t axis)
{
    return cn_program_fail(p, cn_fail(CN_INVALID, format, (int)axis, cn_shape_str(shape)));
}

/* ---- the same elements ----------------------------------------------------------------------- */

/* Fills in the one unknown dimension; what does not divide stays unknown, and infer says so. */
static void complete(cn_shape *shape, int64_t size)
{
    int64_t known = 1, unknown = -1;
    for (int64_t i = 0; i < shape->rank; i++) {
        if (shape->dim[i] == CN_NONE)
            unknown = i;
        else
            known *= shape->dim[i];
    }
    if (unknown >= 0 && known > 0 && size % known == 0)
        shape->dim[unknown] = size / known;
}

cn_value cn_emit_reshape(cn_program *p, cn_value a, cn_shape shape)
{
    if (a == CN_NO_VALUE)
        return a;
    complete(&shape, cn_shape_size(cn_shape_of(p, a)));
    if (cn_shape_equal(&shape, cn_shape_of(p, a)))
        return a;
    cn_shape_attributes attributes = {shape};
    return cn_program_append(p, &cn_op_reshape, &attributes, &a, 1);
}

cn_value cn_emit_expand_dims(cn_program *p, cn_value a, int64_t axis)
{
    if (a == CN_NO_VALUE)
        return a;
    cn_shape shape = *cn_shape_of(p, a);
    if (axis < 0)
        axis += shape.rank + 1;
    if (axis < 0 || axis > shape.rank || shape.rank == CN_MAX_RANK)
        return fail(p, "expand_dims: there is no place for axis %d in shape %s", &shape, axis);
    for (int64_t i = shape.rank++; i > axis; i--)
        shape.dim[i] = shape.dim[i - 1];
    shape.dim[axis] = 1;
    return cn_emit_reshape(p, a, shape);
}

cn_value cn_emit_squeeze(cn_program *p, cn_value a, int64_t axis)
{
    if (a == CN_NO_VALUE)
        return a;
    cn_shape shape = *cn_shape_of(p, a);
    int64_t at = cn_shape_axis(&shape, axis);
    if (at < 0 || shape.dim[at] != 1)
        return fail(p, "squeeze: axis %d of shape %s is not 1", &shape, axis);
    shape.rank--;
    for (int64_t i = at; i < shape.rank; i++)
        shape.dim[i] = shape.dim[i + 1];
    return cn_emit_reshape(p, a, shape);
}

cn_value cn_emit_broadcast_to(cn_program *p, cn_value a, cn_shape shape)
{
    if (a == CN_NO_VALUE || cn_shape_equal(&shape, cn_shape_of(p, a)))
        return a;
    cn_shape_attributes attributes = {shape};
    return cn_program_append(p, &cn_op_broadcast_to, &attributes, &a, 1);
}

cn_value cn_emit_repeat(cn_program *p, cn_value a, int64_t times, int64_t axis)
{
    if (a == CN_NO_VALUE)
        return a;
    cn_shape shape = *cn_shape_of(p, a);
    int64_t at = cn_shape_axis(&shape, axis);
    if (at < 0)
        return fail(p, "repeat: axis %d is not in shape %s", &shape, axis);
    cn_value apart = cn_emit_expand_dims(p, a, at + 1);
    if (apart == CN_NO_VALUE)
        return apart;
    cn_shape wide = *cn_shape_of(p, apart);
    wide.dim[at + 1] = times;
    shape.dim[at] *= times;
    return cn_emit_reshape(p, cn_emit_broadcast_to(p, apart, wide), shape);
}

/* ---- transpose ------------------------------------------------------------------------------- */

cn_value cn_emit_transpose(cn_program *p, cn_value a, cn_shape permutation)
{
    if (a == CN_NO_VALUE)
        return a;
    bool moves = false;
    for (int64_t i = 0; i < permutation.rank; i++) {
        if (permutation.dim[i] < 0)
            permutation.dim[i] += permutation.rank;
        moves |= permutation.dim[i] != i;
    }
    if (!moves && permutation.rank == cn_shape_of(p, a)->rank)
        return a;
    cn_transpose_attributes attributes = {permutation};
    return cn_program_append(p, &cn_op_transpose, &attributes, &a, 1);
}

cn_value cn_emit_swap_axes(cn_program *p, cn_value a, int64_t one, int64_t other)
{
    if (a == CN_NO_VALUE)
        return a;
    cn_shape shape = *cn_shape_of(p, a), permutation = {.rank = shape.rank};
    int64_t first = cn_shape_axis(&shape, one), second = cn_shape_axis(&shape, other);
    if (first < 0 || second < 0)
        return fail(p, "swap_axes: axis %d is not in shape %s", &shape, first < 0 ? one : other);
    for (int64_t i = 0; i < shape.rank; i++)
        permutation.dim[i] = i;
    permutation.dim[first] = second;
    permutation.dim[second] = first;
    return cn_emit_transpose(p, a, permutation);
}

/* ---- join, cut, pad -------------------------------------------------------------------------- */

cn_value cn_emit_concatenate(cn_program *p, const cn_value *parts, int64_t n, int64_t axis)
{
    for (int64_t i = 0; i < n; i++)
        if (parts[i] == CN_NO_VALUE)
            return CN_NO_VALUE;
    if (n == 0)
        return cn_program_fail(p, cn_fail(CN_INVALID, "concatenate: got no parts"));
    if (n == 1)
        return parts[0];
    const cn_shape *shape = cn_shape_of(p, parts[0]);
    cn_axis_attributes attributes = {cn_shape_axis(shape, axis)};
    if (attributes.axis < 0)
        return fail(p, "concatenate: axis %d is not in shape %s", shape, axis);
    return cn_program_append(p, &cn_op_concatenate, &attributes, parts, n);
}

cn_value cn_emit_slice(cn_program *p, cn_value a, cn_shape start, cn_shape size, cn_shape step)
{
    if (a == CN_NO_VALUE)
        return a;
    const cn_shape *shape = cn_shape_of(p, a);
    bool all = cn_shape_equal(&size, shape);
    for (int64_t i = 0; all && i < shape->rank; i++)
        all = start.dim[i] == 0 && step.dim[i] == 1;
    if (all)
        return a;
    cn_slice_attributes attributes = {start, size, step};
    return cn_program_append(p, &cn_op_slice, &attributes, &a, 1);
}

cn_value cn_emit_slice_axis(cn_program *p, cn_value a, int64_t axis, int64_t start, int64_t size)
{
    if (a == CN_NO_VALUE)
        return a;
    cn_shape sizes = *cn_shape_of(p, a), starts = {.rank = sizes.rank},
             steps = {.rank = sizes.rank};
    int64_t at = cn_shape_axis(&sizes, axis);
    if (at < 0)
        return fail(p, "slice: axis %d is not in shape %s", &sizes, axis);
    for (int64_t i = 0; i < steps.rank; i++)
        steps.dim[i] = 1;
    starts.dim[at] = start;
    sizes.dim[at] = size;
    return cn_emit_slice(p, a, starts, sizes, steps);
}

cn_value cn_emit_pad(cn_program *p, cn_value a, cn_shape before, cn_shape after, double value)
{
    bool pads = false;
    for (int64_t i = 0; i < before.rank; i++)
        pads |= before.dim[i] != 0 || after.dim[i] != 0;
    if (a == CN_NO_VALUE || !pads)
        return a;
    cn_pad_attributes attributes = {before, after, {0}, value};
    return cn_program_append(p, &cn_op_pad, &attributes, &a, 1);
}
