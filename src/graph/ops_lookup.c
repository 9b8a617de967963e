/* Public operations that look up elements by whole numbers, or say whole numbers by places. */
#include "cornu/array_ops.h"

#include "graph/draw.h"
#include "ops/emit.h"

/* ---- elements by their places ---------------------------------------------------------------- */

/* Indices below 0 count from the end. */
static cn_value from_the_end(cn_program *p, cn_value indices, int64_t length)
{
    cn_value turned = cn_emit_add(p, indices, cn_emit_whole(p, length));
    return cn_emit_where(p, cn_emit_less_scalar(p, indices, 0), turned, indices);
}

/* y[before..., indices..., behind...] from x[before..., axis, behind...]. */
static cn_value take_along(cn_program *p, cn_value x, cn_value indices, int64_t axis)
{
    const int64_t rank = cn_shape_of(p, x)->rank, length = cn_shape_of(p, x)->dim[axis];
    const int64_t of_indices = cn_shape_of(p, indices)->rank;
    cn_shape to_front = {.rank = rank}, back = {.rank = rank - 1 + of_indices};
    for (int64_t i = 0; i < rank; i++)
        to_front.dim[i] = i == 0 ? axis : i - (i <= axis);
    x = cn_emit_transpose(p, x, to_front);
    x = cn_emit_gather(p, x, from_the_end(p, indices, length));
    if (axis == 0 || x == CN_NO_VALUE)
        return x;
    for (int64_t i = 0; i < back.rank; i++)
        back.dim[i] = i < axis ? of_indices + i : i < axis + of_indices ? i - axis : i;
    return cn_emit_transpose(p, x, back);
}

CN_EMIT(emit_take)
{
    cn_value x = inputs[0], indices = cn_emit_cast(p, inputs[1], CN_INT32);
    (void)n;
    if (args->axis.rank < 0)
        x = cn_emit_reshape(p, x, CN_SHAPE(CN_NONE));
    const int64_t axis = cn_axis_of(p, class, x, args->axis.rank < 0 ? 0 : args->axis.dim[0]);
    if (axis < 0 || indices == CN_NO_VALUE)
        return CN_NO_VALUE;
    if (cn_shape_of(p, x)->rank - 1 + cn_shape_of(p, indices)->rank > CN_MAX_RANK)
        return cn_refuse(p, class, "the result has more than %d axes", CN_MAX_RANK);
    return take_along(p, x, indices, axis);
}

static const cn_field take_fields[] = {
    CN_OPERATION_FIELD("axis", axis, CN_FIELD_SHAPE,
                       CN_FIELD_OPTIONAL | CN_FIELD_ONE_OR_MORE | CN_FIELD_SIGNED),
    CN_END_FIELDS};

const cn_operation_class cn_operation_take =
    CN_OPERATION_OF("take", "Take", "numpy", take_fields, 2, emit_take);

cn_tensor *cn_ops_take_with(const cn_ops_take_args *from)
{
    cn_operation_args args = cn_operation_defaults;
    cn_tensor *const inputs[] = {from->x, from->indices};
    args.axis = cn_one_axis(from->axis);
    return cn_operation(&cn_operation_take, &args, inputs, 2);
}

/* y[..., i, ...] = x[..., indices[..., i, ...], ...]; without an axis of all elements in a row. */
CN_EMIT(emit_take_along_axis)
{
    (void)class, (void)n;
    if (args->axis.rank >= 0)
        return cn_emit_take_along_axis(p, inputs[0], inputs[1], args->axis.dim[0]);
    cn_value x = cn_emit_reshape(p, inputs[0], CN_SHAPE(CN_NONE));
    cn_value indices = cn_emit_reshape(p, inputs[1], CN_SHAPE(CN_NONE));
    return cn_emit_take_along_axis(p, x, indices, 0);
}

const cn_operation_class cn_operation_take_along_axis = {
    CN_OPERATION("take_along_axis", "TakeAlongAxis", "numpy", take_fields, 2, 2),
    .emit = emit_take_along_axis};

cn_tensor *cn_ops_take_along_axis_with(const cn_ops_take_along_axis_args *from)
{
    cn_operation_args args = cn_operation_defaults;
    cn_tensor *const inputs[] = {from->x, from->indices};
    args.axis = cn_one_axis(from->axis);
    return cn_operation(&cn_operation_take_along_axis, &args, inputs, 2);
}

/* ---- places by numbers ----------------------------------------------------------------------- */

/* [labels...] with a new axis, at the place args->other, that is 1 where it is the label's. */
CN_EMIT(emit_one_hot)
{
    (void)n;
    if (args->number <= 0)
        return cn_refuse(p, class, "num_classes must be positive, got %d", (int)args->number);
    cn_value y = cn_emit_one_hot(p, cn_emit_cast(p, inputs[0], CN_INT32), args->number);
    const int64_t axis = cn_axis_of(p, class, y, args->other);
    if (axis < 0)
        return CN_NO_VALUE;
    const int64_t rank = cn_shape_of(p, y)->rank;
    cn_shape order = {.rank = rank};
    for (int64_t i = 0; i < rank; i++)
        order.dim[i] = i == axis ? rank - 1 : i - (i > axis);
    return cn_emit_typed(p, class, args, cn_emit_transpose(p, y, order));
}

/* Which labels there are, of each row or of a list. */
CN_EMIT(emit_multi_hot)
{
    const int64_t rank = inputs[0] == CN_NO_VALUE ? 0 : cn_shape_of(p, inputs[0])->rank;
    if (rank == 0 && p->status == CN_OK)
        return cn_refuse(p, class, "takes a tensor of at least one axis");
    cn_value y = emit_one_hot(p, class, args, inputs, n);
    return cn_emit_max(p, y, CN_AXES(rank > 1), false);
}

static const cn_field one_hot_fields[] = {
    CN_OPERATION_FIELD("num_classes", number, CN_FIELD_INT, 0),
    CN_OPERATION_FIELD("axis", other, CN_FIELD_INT, 0),
    CN_OPERATION_FIELD("dtype", dtype, CN_FIELD_TEXT, CN_FIELD_OPTIONAL), CN_END_FIELDS};

#define HOT(name, class, emit_)                                                                    \
    {                                                                                              \
        CN_OPERATION(name, class, "nn", one_hot_fields, 1, 1), .emit = (emit_),                    \
                                                               .rest = "{\"sparse\": false}"       \
    }

const cn_operation_class cn_operation_one_hot = HOT("one_hot", "OneHot", emit_one_hot);
const cn_operation_class cn_operation_multi_hot = HOT("multi_hot", "MultiHot", emit_multi_hot);

static cn_tensor *hot(const cn_operation_class *class, const cn_ops_one_hot_args *from)
{
    cn_operation_args args = cn_operation_defaults;
    args.number = from->num_classes;
    args.other = from->axis;
    args.dtype = from->dtype;
    return cn_operation(class, &args, &from->x, 1);
}

cn_tensor *cn_ops_one_hot_with(const cn_ops_one_hot_args *args)
{
    return hot(&cn_operation_one_hot, args);
}
cn_tensor *cn_ops_multi_hot_with(const cn_ops_one_hot_args *args)
{
    return hot(&cn_operation_multi_hot, args);
}
