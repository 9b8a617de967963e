/* Operations that go along axes: running sums, turns. */
#include "cornu/array_ops.h"
#include "cornu/math_ops.h"

#include <inttypes.h>

#include "graph/draw.h"
#include "ops/emit.h"

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
    const int64_t axis = cn_axis_of(p, class, x, args->axis.rank < 0 ? 0 : args->axis.dim[0]);
    if (axis < 0)
        return CN_NO_VALUE;
    const int64_t length = cn_shape_of(p, x)->dim[axis];
    for (int64_t by = 1; by < length && p->status == CN_OK; by *= 2) {
        cn_value other = moved(p, x, axis, by, product ? 1 : 0);
        x = product ? cn_emit_multiply(p, x, other) : cn_emit_add(p, x, other);
    }
    return x;
}

CN_EMIT(emit_cumsum)
{
    (void)n;
    return run(p, class, args, inputs[0], false);
}

CN_EMIT(emit_cumprod)
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

CN_EMIT(emit_nancumsum)
{
    (void)n;
    return run(p, class, args, filled(p, inputs[0], 0), false);
}

CN_EMIT(emit_nancumprod)
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

CN_EMIT(emit_diff)
{
    (void)n;
    cn_value x = inputs[0];
    const int64_t axis = cn_axis_of(p, class, x, args->number);
    if (axis < 0)
        return CN_NO_VALUE;
    if (args->other < 0 || args->other > cn_shape_of(p, x)->dim[axis])
        return cn_refuse(p, class, "n must be from 0 to the length of the axis, got %" PRId64,
                         args->other);
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

CN_EMIT(emit_flip)
{
    (void)n;
    cn_value x = inputs[0];
    const int64_t rank = cn_shape_of(p, x)->rank;
    for (int64_t i = 0; i < (args->axis.rank < 0 ? rank : args->axis.rank); i++) {
        const int64_t axis = cn_axis_of(p, class, x, args->axis.rank < 0 ? i : args->axis.dim[i]);
        if (axis < 0)
            return CN_NO_VALUE;
        x = reversed(p, x, axis);
    }
    return x;
}

CN_EMIT(emit_flipud)
{
    (void)args, (void)n;
    const int64_t axis = cn_axis_of(p, class, inputs[0], 0);
    return axis < 0 ? CN_NO_VALUE : reversed(p, inputs[0], axis);
}

CN_EMIT(emit_fliplr)
{
    (void)args, (void)n;
    const int64_t axis = cn_axis_of(p, class, inputs[0], 1);
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

CN_EMIT(emit_roll)
{
    (void)n;
    cn_value x = inputs[0];
    const cn_shape shape = *cn_shape_of(p, x);
    if (args->axis.rank < 0)
        return cn_emit_reshape(
            p, rolled(p, cn_emit_reshape(p, x, CN_SHAPE(CN_NONE)), 0, args->shape.dim[0]), shape);
    for (int64_t i = 0; i < args->axis.rank; i++) {
        const int64_t axis = cn_axis_of(p, class, x, args->axis.dim[i]);
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

CN_EMIT(emit_rot90)
{
    (void)n;
    cn_value x = inputs[0];
    const int64_t a = cn_axis_of(p, class, x, args->shape.dim[0]);
    const int64_t b = cn_axis_of(p, class, x, args->shape.dim[1]);
    if (a < 0 || b < 0)
        return CN_NO_VALUE;
    if (a == b)
        return cn_refuse(p, class, "axes must be two, not axis %" PRId64 " twice", a);
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
CN_EMIT(emit_moveaxis)
{
    (void)n;
    const int64_t rank = cn_shape_of(p, inputs[0])->rank;
    cn_shape order = {.rank = rank};
    bool moves[CN_MAX_RANK] = {false}, taken[CN_MAX_RANK] = {false};
    if (args->start.rank != args->shape.rank || args->start.rank > rank)
        return cn_refuse(p, class, "source and destination must be as many axes of the tensor");
    for (int64_t i = 0; i < args->start.rank; i++) {
        const int64_t from = cn_axis_of(p, class, inputs[0], args->start.dim[i]);
        const int64_t to = cn_axis_of(p, class, inputs[0], args->shape.dim[i]);
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

/* ---- in C ------------------------------------------------------------------------------------ */

cn_tensor *cn_ops_diff_with(const cn_ops_diff_args *from)
{
    return cn_draw_numbers(&cn_operation_diff, from->x, from->axis, from->n);
}
cn_tensor *cn_ops_cumsum_with(const cn_ops_axis_args *args)
{
    return cn_draw_along_or_all(&cn_operation_cumsum, args);
}
cn_tensor *cn_ops_cumprod_with(const cn_ops_axis_args *args)
{
    return cn_draw_along_or_all(&cn_operation_cumprod, args);
}
cn_tensor *cn_ops_nancumsum_with(const cn_ops_axis_args *args)
{
    return cn_draw_along_or_all(&cn_operation_nancumsum, args);
}
cn_tensor *cn_ops_nancumprod_with(const cn_ops_axis_args *args)
{
    return cn_draw_along_or_all(&cn_operation_nancumprod, args);
}

cn_tensor *cn_ops_flip_with(const cn_ops_flip_args *from)
{
    cn_operation_args args = cn_operation_defaults;
    if (from->axis[0] != CN_EVERY_AXIS)
        args.axis = cn_shape_of_axes(from->axis);
    return cn_operation(&cn_operation_flip, &args, &from->x, 1);
}
cn_tensor *cn_ops_flipud(cn_tensor *x)
{
    return cn_draw_1(&cn_operation_flipud, x);
}
cn_tensor *cn_ops_fliplr(cn_tensor *x)
{
    return cn_draw_1(&cn_operation_fliplr, x);
}

/* As many shifts as axes. */
cn_tensor *cn_ops_roll_with(const cn_ops_roll_args *from)
{
    cn_operation_args args = cn_operation_defaults;
    if (from->axis[0] != CN_EVERY_AXIS)
        args.axis = cn_shape_of_axes(from->axis);
    args.shape.rank = args.axis.rank < 1 ? 1 : args.axis.rank;
    for (int64_t i = 0; i < args.shape.rank; i++)
        args.shape.dim[i] = from->shift[i];
    return cn_operation(&cn_operation_roll, &args, &from->x, 1);
}

cn_tensor *cn_ops_rot90_with(const cn_ops_rot90_args *from)
{
    cn_operation_args args = cn_operation_defaults;
    args.number = from->k;
    args.shape = CN_SHAPE(from->axes[0], from->axes[1]);
    return cn_operation(&cn_operation_rot90, &args, &from->x, 1);
}

/* Both lists are as long as the longer, which axis 0 ends too unless it comes first. */
cn_tensor *cn_ops_moveaxis_with(const cn_ops_moveaxis_args *from)
{
    cn_operation_args args = cn_operation_defaults;
    args.start = cn_shape_of_axes(from->source);
    args.shape = cn_shape_of_axes(from->destination);
    if (args.start.rank < args.shape.rank)
        args.start.rank = args.shape.rank;
    args.shape.rank = args.start.rank;
    return cn_operation(&cn_operation_moveaxis, &args, &from->x, 1);
}
