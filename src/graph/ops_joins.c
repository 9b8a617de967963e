/* Operations that join tensors, and repeat them. */
#include "cornu/array_ops.h"

#include <inttypes.h>

#include "graph/draw.h"
#include "ops/emit.h"

/* ---- joins ----------------------------------------------------------------------------------- */

/* Along an axis, of tensors that get at least so many: x[N] becomes [1, N] and then [1, N, 1]. */
static cn_value joined(cn_program *p, const cn_value *inputs, int64_t n, int64_t axis, int64_t rank)
{
    cn_value parts[CN_MOST_TENSORS];
    for (int64_t i = 0; i < n; i++) {
        parts[i] = inputs[i];
        while (parts[i] != CN_NO_VALUE && cn_shape_of(p, parts[i])->rank < rank)
            parts[i] = cn_emit_expand_dims(p, parts[i], cn_shape_of(p, parts[i])->rank < 2 ? 0 : 2);
    }
    return cn_emit_concatenate(p, parts, n, axis);
}

CN_EMIT(emit_hstack)
{
    (void)class, (void)args;
    return joined(p, inputs, n, cn_shape_of(p, inputs[0])->rank < 2 ? 0 : 1, 1);
}

CN_EMIT(emit_vstack)
{
    (void)class, (void)args;
    return joined(p, inputs, n, 0, 2);
}

CN_EMIT(emit_dstack)
{
    (void)class, (void)args;
    return joined(p, inputs, n, 2, 3);
}

CN_EMIT(emit_append)
{
    cn_value both[2];
    (void)class;
    if (args->axis.rank >= 0)
        return cn_emit_concatenate(p, inputs, n, args->axis.dim[0]);
    for (int i = 0; i < 2; i++)
        both[i] = cn_emit_reshape(p, inputs[i], CN_SHAPE(CN_NONE));
    return cn_emit_concatenate(p, both, 2, 0);
}

static const cn_field axis_fields[] = {
    CN_OPERATION_FIELD("axis", axis, CN_FIELD_SHAPE,
                       CN_FIELD_OPTIONAL | CN_FIELD_ONE_OR_MORE | CN_FIELD_SIGNED),
    CN_END_FIELDS};

#define STACK(name, class, emit_)                                                                  \
    {                                                                                              \
        CN_OPERATION(name, class, "numpy", cn_no_operation_fields, 1, CN_MOST_TENSORS),            \
            .emit = (emit_), .takes_list = true                                                    \
    }

const cn_operation_class cn_operation_hstack = STACK("hstack", "Hstack", emit_hstack);
const cn_operation_class cn_operation_vstack = STACK("vstack", "Vstack", emit_vstack);
const cn_operation_class cn_operation_dstack = STACK("dstack", "Dstack", emit_dstack);
const cn_operation_class cn_operation_append = {
    CN_OPERATION("append", "Append", "numpy", axis_fields, 2, 2), .emit = emit_append};

/* ---- repeats --------------------------------------------------------------------------------- */

/* An axis so many times: [before, 1, the axis and what is behind it] -> [before, times, ...]. */
static cn_value repeated(cn_program *p, cn_value x, int64_t axis, int64_t times)
{
    cn_shape shape = *cn_shape_of(p, x);
    int64_t before = 1, behind = 1;
    for (int64_t i = 0; i < shape.rank; i++)
        *(i < axis ? &before : &behind) *= shape.dim[i];
    x = cn_emit_reshape(p, x, CN_SHAPE(before, 1, behind));
    x = cn_emit_broadcast_to(p, x, CN_SHAPE(before, times, behind));
    shape.dim[axis] *= times;
    return cn_emit_reshape(p, x, shape);
}

CN_EMIT(emit_tile)
{
    (void)n;
    cn_value x = inputs[0];
    while (x != CN_NO_VALUE && cn_shape_of(p, x)->rank < args->shape.rank)
        x = cn_emit_expand_dims(p, x, 0);
    for (int64_t i = 0; i < args->shape.rank && x != CN_NO_VALUE; i++) {
        const int64_t times = args->shape.dim[i];
        if (times < 1 || times > INT32_MAX)
            return cn_refuse(p, class, "repeats must be positive, got %" PRId64, times);
        if (times > 1)
            x = repeated(p, x, cn_shape_of(p, x)->rank - args->shape.rank + i, times);
    }
    return x;
}

static const cn_field tile_fields[] = {
    CN_OPERATION_FIELD("repeats", shape, CN_FIELD_SHAPE, CN_FIELD_ONE_OR_MORE), CN_END_FIELDS};

const cn_operation_class cn_operation_tile = {
    CN_OPERATION("tile", "Tile", "numpy", tile_fields, 1, 1), .emit = emit_tile};

/* ---- in C ------------------------------------------------------------------------------------ */

static cn_tensor *join(const cn_operation_class *class, cn_items xs)
{
    cn_tensor *inputs[CN_MOST_TENSORS];
    const int64_t n = cn_listed_tensors(class, xs, inputs);
    return n == 0 ? NULL : cn_operation(class, NULL, inputs, n);
}

cn_tensor *cn_ops_hstack(cn_items xs)
{
    return join(&cn_operation_hstack, xs);
}
cn_tensor *cn_ops_vstack(cn_items xs)
{
    return join(&cn_operation_vstack, xs);
}
cn_tensor *cn_ops_dstack(cn_items xs)
{
    return join(&cn_operation_dstack, xs);
}

cn_tensor *cn_ops_append_with(const cn_ops_append_args *from)
{
    cn_operation_args args = cn_operation_defaults;
    cn_tensor *const inputs[] = {from->x1, from->x2};
    args.axis = cn_one_axis(from->axis);
    return cn_operation(&cn_operation_append, &args, inputs, 2);
}

cn_tensor *cn_ops_tile_with(const cn_ops_tile_args *from)
{
    cn_operation_args args = cn_operation_defaults;
    args.shape = cn_shape_of_dims(from->repeats);
    return cn_operation(&cn_operation_tile, &args, &from->x, 1);
}
