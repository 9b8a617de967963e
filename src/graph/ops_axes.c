/* Operations that models of Keras may hold and that go along axes: running sums, turns, joins. */
#include <inttypes.h>

#include "graph/operation.h"
#include "ops/emit.h"

#define EMIT(name)                                                                                 \
    static cn_value name(cn_program *p, const cn_operation_class *class,                           \
                         const cn_operation_args *args, const cn_value *inputs, int64_t n)

static cn_value refuse(cn_program *p, const cn_operation_class *class, const char *what)
{
    return cn_program_fail(p, cn_fail(CN_INVALID, "%s: %s", class->layer.automatic_name, what));
}

/* An axis counted from 0; fails if x has no such axis. */
static int64_t axis_of(cn_program *p, const cn_operation_class *class, cn_value x, int64_t axis)
{
    const int64_t found = x == CN_NO_VALUE ? -1 : cn_shape_axis(cn_shape_of(p, x), axis);
    if (found < 0 && p->status == CN_OK)
        (void)refuse(p, class, "the axis is not one of the tensor's");
    return found;
}

static const cn_field axes_fields[] = {
    CN_OPERATION_FIELD("axis", axis, CN_FIELD_SHAPE,
                       CN_FIELD_OPTIONAL | CN_FIELD_ONE_OR_MORE | CN_FIELD_SIGNED),
    CN_END_FIELDS,
};

/* ---- running sums ---------------------------------------------------------------------------- */

/* Elements from one side of an axis, moved to the other; what becomes free is filled. */
static cn_value moved(cn_program *p, cn_value x, int64_t axis, int64_t by, double fill)
{
    const cn_shape shape = *cn_shape_of(p, x);
    cn_shape before = {.rank = shape.rank}, after = before;
    before.dim[axis] = by;
    x = cn_emit_slice_axis(p, x, axis, 0, shape.dim[axis] - by);
    return cn_emit_pad(p, x, before, after, fill);
}

/* In steps of 1, 2, 4 ...: each element has met all that are before it when the steps are longer
 * than the axis. */
static cn_value run(cn_program *p, const cn_operation_class *class, const cn_operation_args *args,
                    cn_value x, bool product)
{
    if (args->axis.rank < 0)
        x = cn_emit_reshape(p, x, CN_SHAPE(CN_NONE));
    const int64_t axis = axis_of(p, class, x, args->axis.rank < 0 ? 0 : args->axis.dim[0]);
    if (axis < 0)
        return CN_NO_VALUE;
    const int64_t length = cn_shape_of(p, x)->dim[axis];
    for (int64_t by = 1; by < length && p->status == CN_OK; by *= 2) {
        cn_value other = moved(p, x, axis, by, product ? 1 : 0);
        x = product ? cn_emit_multiply(p, x, other) : cn_emit_add(p, x, other);
    }
    return x;
}

EMIT(emit_cumsum)
{
    (void)n;
    return run(p, class, args, inputs[0], false);
}

EMIT(emit_cumprod)
{
    (void)n;
    return run(p, class, args, inputs[0], true);
}

/* x with another number in the place of NaN. */
static cn_value filled(cn_program *p, cn_value x, double number)
{
    x = cn_emit_cast(p, x, CN_FLOAT32);
    return cn_emit_where(p, cn_emit_is_nan(p, x), cn_emit_scalar(p, number), x);
}

EMIT(emit_nancumsum)
{
    (void)n;
    return run(p, class, args, filled(p, inputs[0], 0), false);
}

EMIT(emit_nancumprod)
{
    (void)n;
    return run(p, class, args, filled(p, inputs[0], 1), true);
}

#define RUNNING(name, class, emit_)                                                                \
    {                                                                                              \
        CN_OPERATION(name, class, "numpy", axes_fields, 1, 1), .emit = (emit_),                    \
                                                               .rest = "{\"dtype\": null}"         \
    }

const cn_operation_class cn_operation_cumsum = RUNNING("cumsum", "Cumsum", emit_cumsum);
const cn_operation_class cn_operation_cumprod = RUNNING("cumprod", "Cumprod", emit_cumprod);
const cn_operation_class cn_operation_nancumsum = RUNNING("nancumsum", "Nancumsum", emit_nancumsum);
const cn_operation_class cn_operation_nancumprod =
    RUNNING("nancumprod", "Nancumprod", emit_nancumprod);

EMIT(emit_diff)
{
    (void)n;
    cn_value x = inputs[0];
    const int64_t axis = axis_of(p, class, x, args->number);
    if (axis < 0)
        return CN_NO_VALUE;
    for (int64_t i = 0; i < args->other && p->status == CN_OK; i++) {
        const int64_t length = cn_shape_of(p, x)->dim[axis] - 1;
        cn_value next = cn_emit_slice_axis(p, x, axis, 1, length);
        x = cn_emit_subtract(p, next, cn_emit_slice_axis(p, x, axis, 0, length));
    }
    return x;
}

static const cn_field diff_fields[] = {CN_OPERATION_FIELD("n", other, CN_FIELD_INT, 0),
                                       CN_OPERATION_FIELD("axis", number, CN_FIELD_INT, 0),
                                       CN_END_FIELDS};

const cn_operation_class cn_operation_diff = {
    CN_OPERATION("diff", "Diff", "numpy", diff_fields, 1, 1), .emit = emit_diff};

/* ---- turns ----------------------------------------------------------------------------------- */

static cn_value reversed(cn_program *p, cn_value x, int64_t axis)
{
    const cn_shape shape = *cn_shape_of(p, x);
    cn_shape start = {.rank = shape.rank}, step = start;
    for (int64_t i = 0; i < shape.rank; i++)
        step.dim[i] = 1;
    start.dim[axis] = shape.dim[axis] - 1;
    step.dim[axis] = -1;
    return cn_emit_slice(p, x, start, shape, step);
}

EMIT(emit_flip)
{
    (void)n;
    cn_value x = inputs[0];
    const int64_t rank = cn_shape_of(p, x)->rank;
    for (int64_t i = 0; i < (args->axis.rank < 0 ? rank : args->axis.rank); i++) {
        const int64_t axis = axis_of(p, class, x, args->axis.rank < 0 ? i : args->axis.dim[i]);
        if (axis < 0)
            return CN_NO_VALUE;
        x = reversed(p, x, axis);
    }
    return x;
}

EMIT(emit_flipud)
{
    (void)args, (void)n;
    const int64_t axis = axis_of(p, class, inputs[0], 0);
    return axis < 0 ? CN_NO_VALUE : reversed(p, inputs[0], axis);
}

EMIT(emit_fliplr)
{
    (void)args, (void)n;
    const int64_t axis = axis_of(p, class, inputs[0], 1);
    return axis < 0 ? CN_NO_VALUE : reversed(p, inputs[0], axis);
}

const cn_operation_class cn_operation_flip = {
    CN_OPERATION("flip", "Flip", "numpy", axes_fields, 1, 1), .emit = emit_flip};
const cn_operation_class cn_operation_flipud = {
    CN_OPERATION("flipud", "Flipud", "numpy", cn_no_operation_fields, 1, 1), .emit = emit_flipud};
const cn_operation_class cn_operation_fliplr = {
    CN_OPERATION("fliplr", "Fliplr", "numpy", cn_no_operation_fields, 1, 1), .emit = emit_fliplr};

/* One axis moved around by a number of places. */
static cn_value rolled(cn_program *p, cn_value x, int64_t axis, int64_t by)
{
    const int64_t length = cn_shape_of(p, x)->dim[axis];
    by = length == 0 ? 0 : (by % length + length) % length;
    if (by == 0)
        return x;
    cn_value parts[2];
    parts[0] = cn_emit_slice_axis(p, x, axis, length - by, by);
    parts[1] = cn_emit_slice_axis(p, x, axis, 0, length - by);
    return cn_emit_concatenate(p, parts, 2, axis);
}

EMIT(emit_roll)
{
    (void)n;
    cn_value x = inputs[0];
    const cn_shape shape = *cn_shape_of(p, x);
    if (args->axis.rank < 0)
        return cn_emit_reshape(
            p, rolled(p, cn_emit_reshape(p, x, CN_SHAPE(CN_NONE)), 0, args->shape.dim[0]), shape);
    for (int64_t i = 0; i < args->axis.rank; i++) {
        const int64_t axis = axis_of(p, class, x, args->axis.dim[i]);
        if (axis < 0)
            return CN_NO_VALUE;
        x = rolled(p, x, axis, args->shape.dim[args->shape.rank == 1 ? 0 : i]);
    }
    return x;
}

static const cn_field roll_fields[] = {
    CN_OPERATION_FIELD("shift", shape, CN_FIELD_SHAPE, CN_FIELD_ONE_OR_MORE | CN_FIELD_SIGNED),
    CN_OPERATION_FIELD("axis", axis, CN_FIELD_SHAPE,
                       CN_FIELD_OPTIONAL | CN_FIELD_ONE_OR_MORE | CN_FIELD_SIGNED),
    CN_END_FIELDS,
};

const cn_operation_class cn_operation_roll = {
    CN_OPERATION("roll", "Roll", "numpy", roll_fields, 1, 1), .emit = emit_roll};

EMIT(emit_rot90)
{
    (void)n;
    cn_value x = inputs[0];
    const int64_t a = axis_of(p, class, x, args->shape.dim[0]);
    const int64_t b = axis_of(p, class, x, args->shape.dim[1]);
    if (a < 0 || b < 0)
        return CN_NO_VALUE;
    for (int64_t i = (args->number % 4 + 4) % 4; i > 0; i--)
        x = reversed(p, cn_emit_swap_axes(p, x, a, b), a);
    return x;
}

static const cn_field rot90_fields[] = {
    CN_OPERATION_FIELD("k", number, CN_FIELD_INT, 0),
    CN_OPERATION_FIELD("axes", shape, CN_FIELD_SHAPE, CN_FIELD_SIGNED), CN_END_FIELDS};

const cn_operation_class cn_operation_rot90 = {
    CN_OPERATION("rot90", "Rot90", "numpy", rot90_fields, 1, 1), .emit = emit_rot90};

/* The axes that move take their places; the others keep their order. */
EMIT(emit_moveaxis)
{
    (void)n;
    const int64_t rank = cn_shape_of(p, inputs[0])->rank;
    cn_shape order = {.rank = rank};
    bool moves[CN_MAX_RANK] = {false}, taken[CN_MAX_RANK] = {false};
    if (args->start.rank != args->shape.rank || args->start.rank > rank)
        return refuse(p, class, "source and destination have as many axes");
    for (int64_t i = 0; i < args->start.rank; i++) {
        const int64_t from = axis_of(p, class, inputs[0], args->start.dim[i]);
        const int64_t to = axis_of(p, class, inputs[0], args->shape.dim[i]);
        if (from < 0 || to < 0)
            return CN_NO_VALUE;
        order.dim[to] = from;
        moves[from] = taken[to] = true;
    }
    for (int64_t i = 0, from = 0; i < rank; i++) {
        while (!taken[i] && from < rank && moves[from])
            from++;
        if (!taken[i])
            order.dim[i] = from++;
    }
    return cn_emit_transpose(p, inputs[0], order);
}

static const cn_field moveaxis_fields[] = {
    CN_OPERATION_FIELD("source", start, CN_FIELD_SHAPE, CN_FIELD_ONE_OR_MORE | CN_FIELD_SIGNED),
    CN_OPERATION_FIELD("destination", shape, CN_FIELD_SHAPE,
                       CN_FIELD_ONE_OR_MORE | CN_FIELD_SIGNED),
    CN_END_FIELDS,
};

const cn_operation_class cn_operation_moveaxis = {
    CN_OPERATION("moveaxis", "Moveaxis", "numpy", moveaxis_fields, 1, 1), .emit = emit_moveaxis};

/* ---- parts and copies ------------------------------------------------------------------------ */

EMIT(emit_tile)
{
    (void)n;
    cn_value x = inputs[0];
    cn_shape shape = *cn_shape_of(p, x);
    while (shape.rank < args->shape.rank) {
        x = cn_emit_expand_dims(p, x, 0);
        shape.rank++;
    }
    for (int64_t i = 0; i < args->shape.rank; i++) {
        const int64_t times = args->shape.dim[i], axis = shape.rank - args->shape.rank + i;
        cn_value parts[CN_MOST_TENSORS];
        if (times < 1 || times > CN_MOST_TENSORS)
            return refuse(p, class, "so many repeats of an axis are not known");
        for (int64_t k = 0; k < times; k++)
            parts[k] = x;
        x = times == 1 ? x : cn_emit_concatenate(p, parts, times, axis);
    }
    return x;
}

static const cn_field tile_fields[] = {
    CN_OPERATION_FIELD("repeats", shape, CN_FIELD_SHAPE, CN_FIELD_ONE_OR_MORE), CN_END_FIELDS};

const cn_operation_class cn_operation_tile = {
    CN_OPERATION("tile", "Tile", "numpy", tile_fields, 1, 1), .emit = emit_tile};

/* Whether column - row is at least k, of the last two axes. */
static cn_value is_above(cn_program *p, cn_value x, int64_t k)
{
    const cn_shape *shape = cn_shape_of(p, x);
    const cn_shape square = CN_SHAPE(shape->dim[shape->rank - 2], shape->dim[shape->rank - 1]);
    cn_value rows = cn_emit_add_scalar(p, cn_emit_iota(p, square, 0), (double)k);
    return cn_emit_greater_equal(p, cn_emit_iota(p, square, 1), rows);
}

static cn_value half(cn_program *p, const cn_operation_class *class, cn_value x, int64_t k,
                     bool upper)
{
    if (x == CN_NO_VALUE || cn_shape_of(p, x)->rank < 2)
        return refuse(p, class, "takes tensors of two axes or more");
    cn_value above = is_above(p, x, upper ? k : k + 1), none = cn_emit_zeros_like(p, x);
    return upper ? cn_emit_where(p, above, x, none) : cn_emit_where(p, above, none, x);
}

EMIT(emit_triu)
{
    (void)n;
    return half(p, class, inputs[0], args->number, true);
}

EMIT(emit_tril)
{
    (void)n;
    return half(p, class, inputs[0], args->number, false);
}

static const cn_field k_fields[] = {CN_OPERATION_FIELD("k", number, CN_FIELD_INT, 0),
                                    CN_END_FIELDS};

const cn_operation_class cn_operation_triu = {CN_OPERATION("triu", "Triu", "numpy", k_fields, 1, 1),
                                              .emit = emit_triu};
const cn_operation_class cn_operation_tril = {CN_OPERATION("tril", "Tril", "numpy", k_fields, 1, 1),
                                              .emit = emit_tril};

/* The diagonal of two axes as the last one: rows and columns from where it begins, as many of both,
 * and of each row its one element. */
EMIT(emit_diagonal)
{
    (void)n;
    const int64_t offset = args->number, rank = cn_shape_of(p, inputs[0])->rank;
    const int64_t a = axis_of(p, class, inputs[0], args->shape.dim[0]);
    const int64_t b = axis_of(p, class, inputs[0], args->shape.dim[1]);
    if (a < 0 || b < 0 || a == b)
        return p->status == CN_OK ? refuse(p, class, "takes two axes") : CN_NO_VALUE;
    cn_shape order = {.rank = rank};
    for (int64_t i = 0, at = 0; i < rank; i++)
        if (i != a && i != b)
            order.dim[at++] = i;
    order.dim[rank - 2] = a;
    order.dim[rank - 1] = b;
    cn_value x = cn_emit_transpose(p, inputs[0], order);
    const cn_shape shape = *cn_shape_of(p, x);
    const int64_t row = offset < 0 ? -offset : 0, column = offset < 0 ? 0 : offset;
    const int64_t rows = shape.dim[rank - 2] - row, columns = shape.dim[rank - 1] - column;
    const int64_t length = rows < columns ? rows : columns;
    x = cn_emit_slice_axis(p, x, rank - 2, row, length);
    x = cn_emit_slice_axis(p, x, rank - 1, column, length);
    const cn_shape square = CN_SHAPE(length, length);
    cn_value here = cn_emit_equal(p, cn_emit_iota(p, square, 0), cn_emit_iota(p, square, 1));
    x = cn_emit_where(p, here, x, cn_emit_zeros_like(p, x));
    return cn_emit_sum(p, x, CN_AXES(-1), false);
}

EMIT(emit_trace)
{
    return cn_emit_sum(p, emit_diagonal(p, class, args, inputs, n), CN_AXES(-1), false);
}

/* axis1 and axis2 are the two numbers of one member. */
static const cn_field diagonal_fields[] = {
    CN_OPERATION_FIELD("offset", number, CN_FIELD_INT, 0),
    CN_OPERATION_FIELD("axis1", shape.dim[0], CN_FIELD_INT, 0),
    CN_OPERATION_FIELD("axis2", shape.dim[1], CN_FIELD_INT, 0),
    CN_END_FIELDS,
};

const cn_operation_class cn_operation_diagonal = {
    CN_OPERATION("diagonal", "Diagonal", "numpy", diagonal_fields, 1, 1), .emit = emit_diagonal};
const cn_operation_class cn_operation_trace = {
    CN_OPERATION("trace", "Trace", "numpy", diagonal_fields, 1, 1), .emit = emit_trace};

/* ---- joins ----------------------------------------------------------------------------------- */

/* Along an axis, of tensors that have at least so many. */
static cn_value join(cn_program *p, const cn_value *inputs, int64_t n, int64_t axis, int64_t rank)
{
    cn_value parts[CN_MOST_TENSORS];
    for (int64_t i = 0; i < n; i++) {
        parts[i] = inputs[i];
        while (parts[i] != CN_NO_VALUE && cn_shape_of(p, parts[i])->rank < rank)
            parts[i] = cn_emit_expand_dims(p, parts[i], rank == 3 ? -1 : 0);
    }
    return cn_emit_concatenate(p, parts, n, axis);
}

EMIT(emit_hstack)
{
    (void)class, (void)args;
    return join(p, inputs, n, cn_shape_of(p, inputs[0])->rank < 2 ? 0 : 1, 1);
}

EMIT(emit_vstack)
{
    (void)class, (void)args;
    return join(p, inputs, n, 0, 2);
}

EMIT(emit_dstack)
{
    (void)class, (void)args;
    return join(p, inputs, n, 2, 3);
}

EMIT(emit_append)
{
    cn_value both[2];
    if (args->axis.rank >= 0)
        return cn_emit_concatenate(p, inputs, n, args->axis.dim[0]);
    for (int i = 0; i < 2; i++)
        both[i] = cn_emit_reshape(p, inputs[i], CN_SHAPE(CN_NONE));
    (void)class;
    return cn_emit_concatenate(p, both, 2, 0);
}

#define STACK(name, class, emit_)                                                                  \
    {                                                                                              \
        CN_OPERATION(name, class, "numpy", cn_no_operation_fields, 1, CN_MOST_TENSORS),            \
            .emit = (emit_), .takes_list = true                                                    \
    }

const cn_operation_class cn_operation_hstack = STACK("hstack", "Hstack", emit_hstack);
const cn_operation_class cn_operation_vstack = STACK("vstack", "Vstack", emit_vstack);
const cn_operation_class cn_operation_dstack = STACK("dstack", "Dstack", emit_dstack);
const cn_operation_class cn_operation_append = {
    CN_OPERATION("append", "Append", "numpy", axes_fields, 2, 2), .emit = emit_append};

/* ---- single places --------------------------------------------------------------------------- */

/* y[..., i, ...] = x[..., indices[..., i, ...], ...]; without an axis of all elements in a row. */
EMIT(emit_take_along_axis)
{
    (void)class, (void)n;
    if (args->axis.rank >= 0)
        return cn_emit_take_along_axis(p, inputs[0], inputs[1], args->axis.dim[0]);
    cn_value x = cn_emit_reshape(p, inputs[0], CN_SHAPE(CN_NONE));
    cn_value indices = cn_emit_reshape(p, inputs[1], CN_SHAPE(CN_NONE));
    return cn_emit_take_along_axis(p, x, indices, 0);
}

const cn_operation_class cn_operation_take_along_axis = {
    CN_OPERATION("take_along_axis", "TakeAlongAxis", "numpy", axes_fields, 2, 2),
    .emit = emit_take_along_axis};
