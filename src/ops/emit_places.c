/* Emitting ops for single places of a tensor: elements by their places, places in order, and
 * writing at places. */
#include "ops/emit.h"

/* Where element [i, ..., indices[i, ...], ...] of a tensor of a shape stands in memory. */
static cn_value places_of(cn_program *p, const cn_shape *shape, cn_value indices, int64_t axis)
{
    const cn_shape wanted = *cn_shape_of(p, indices);
    cn_value place = CN_NO_VALUE;
    for (int64_t i = shape->rank - 1, stride = 1; i >= 0; stride *= shape->dim[i], i--) {
        cn_value along = i == axis ? indices : cn_emit_iota(p, wanted, i);
        cn_value part = cn_emit_multiply(p, along, cn_emit_whole(p, stride));
        place = place == CN_NO_VALUE ? part : cn_emit_add(p, place, part);
    }
    return place;
}

cn_value cn_emit_take_along_axis(cn_program *p, cn_value x, cn_value indices, int64_t axis)
{
    if (x == CN_NO_VALUE || indices == CN_NO_VALUE)
        return CN_NO_VALUE;
    const cn_shape shape = *cn_shape_of(p, x);
    cn_shape wanted = shape;
    const cn_shape *given = cn_shape_of(p, indices);
    const int64_t along = cn_shape_axis(&shape, axis);
    if (along < 0 || given->rank != shape.rank)
        return cn_program_fail(p, cn_fail(CN_INVALID,
                                          "take_along_axis: indices %s do not go along axis %d of "
                                          "a tensor %s",
                                          cn_shape_str(given), (int)axis, cn_shape_str(&shape)));
    wanted.dim[along] = given->dim[along];
    indices = cn_emit_broadcast_to(p, cn_emit_cast(p, indices, CN_INT32), wanted);
    cn_value below = cn_emit_less_scalar(p, indices, 0);
    cn_value from_end = cn_emit_add(p, indices, cn_emit_whole(p, shape.dim[along]));
    indices = cn_emit_where(p, below, from_end, indices);
    if (indices == CN_NO_VALUE)
        return CN_NO_VALUE;
    cn_value place = places_of(p, &shape, indices, along);
    cn_value numbers = cn_emit_reshape(p, x, CN_SHAPE(CN_NONE, 1));
    return cn_emit_reshape(p, cn_emit_gather(p, numbers, place), wanted);
}

cn_value cn_emit_argsort(cn_program *p, cn_value x, bool descending, int64_t count)
{
    const cn_argsort_attributes attributes = {descending, count};
    return cn_program_append(p, &cn_op_argsort, &attributes, &x, 1);
}

cn_value cn_emit_sort(cn_program *p, cn_value x)
{
    return cn_emit_take_along_axis(p, x, cn_emit_argsort(p, x, false, 0), -1);
}

cn_value cn_emit_scatter(cn_program *p, cn_value base, cn_value indices, cn_value x,
                         const char *reduction)
{
    const cn_scatter_attributes attributes = {reduction};
    const cn_value operands[3] = {base, indices, x};
    return cn_program_append(p, &cn_op_scatter, &attributes, operands, 3);
}

cn_value cn_emit_scatter_add(cn_program *p, cn_value x, cn_value indices, int64_t rows)
{
    const cn_rows_attributes attributes = {rows};
    const cn_value operands[2] = {x, indices};
    return cn_program_append(p, &cn_op_scatter_add, &attributes, operands, 2);
}

cn_value cn_emit_bucketize(cn_program *p, cn_value x, cn_value boundaries)
{
    cn_value operands[2];
    operands[0] = cn_emit_cast(p, x, CN_FLOAT32);
    operands[1] = cn_emit_cast(p, boundaries, CN_FLOAT32);
    return cn_program_append(p, &cn_op_bucketize, NULL, operands, 2);
}
