/* Operations that NumPy has for arrays: means with weights, distances, choices. */
#include "cornu/array_ops.h"
#include "cornu/math_ops.h"
#include "cornu/product_ops.h"

#include <math.h>

#include "graph/draw.h"
#include "ops/emit.h"

static cn_value real(cn_program *p, cn_value x)
{
    return cn_emit_cast(p, x, CN_FLOAT32);
}

/* ---- sums along an axis ---------------------------------------------------------------------- */

/* sum(x w) / sum(w), weights being x's shape or that of the axis. */
CN_EMIT(emit_average)
{
    cn_value x = real(p, inputs[0]), weights = real(p, inputs[1]);
    const bool all = args->axis.rank < 0;
    (void)n;
    if (weights == CN_NO_VALUE)
        return cn_emit_mean(p, x, args->axis, false);
    const int64_t axis = all ? 0 : cn_axis_of(p, class, x, args->axis.dim[0]);
    if (axis < 0 || x == CN_NO_VALUE)
        return CN_NO_VALUE;
    const cn_shape shape = *cn_shape_of(p, x);
    if (!all && cn_shape_of(p, weights)->rank == 1 && shape.rank > 1) {
        cn_shape along = {.rank = shape.rank};
        for (int64_t i = 0; i < shape.rank; i++)
            along.dim[i] = i == axis ? shape.dim[i] : 1;
        weights = cn_emit_reshape(p, weights, along);
    }
    weights = cn_emit_broadcast_to(p, weights, shape);
    cn_value sum = cn_emit_sum(p, cn_emit_multiply(p, x, weights), args->axis, false);
    return cn_emit_divide(p, sum, cn_emit_sum(p, weights, args->axis, false));
}

/* dx times the sum of the means of neighbours. */
CN_EMIT(emit_trapezoid)
{
    cn_value y = real(p, inputs[0]);
    const int64_t axis = cn_axis_of(p, class, y, args->number);
    (void)n;
    if (axis < 0)
        return CN_NO_VALUE;
    const int64_t length = cn_shape_of(p, y)->dim[axis] - 1;
    cn_value left = cn_emit_slice_axis(p, y, axis, 0, length);
    cn_value sums = cn_emit_add(p, left, cn_emit_slice_axis(p, y, axis, 1, length));
    cn_value sum = cn_emit_sum(p, sums, CN_AXES(axis), false);
    return cn_emit_multiply_scalar(p, sum, args->low / 2);
}

static const cn_argument average_arguments[] = {
    {"x", 0}, {"weights", CN_ARGUMENT_OPTIONAL | CN_ARGUMENT_NAMED}, {NULL, 0}};
static const cn_field axis_fields[] = {
    CN_OPERATION_FIELD("axis", axis, CN_FIELD_SHAPE,
                       CN_FIELD_OPTIONAL | CN_FIELD_ONE_OR_MORE | CN_FIELD_SIGNED),
    CN_END_FIELDS};
static const cn_field trapezoid_fields[] = {CN_OPERATION_FIELD("dx", low, CN_FIELD_REAL, 0),
                                            CN_OPERATION_FIELD("axis", number, CN_FIELD_INT, 0),
                                            CN_END_FIELDS};

const cn_operation_class cn_operation_average = {
    CN_OPERATION("average", "Average", "numpy", axis_fields, 1, 2), .emit = emit_average,
    .arguments = average_arguments};
const cn_operation_class cn_operation_trapezoid = {
    CN_OPERATION("trapezoid", "Trapezoid", "numpy", trapezoid_fields, 1, 1), .emit = emit_trapezoid,
    .rest = "{\"x\": null}"};

/* ---- distances and products ------------------------------------------------------------------ */

/* The distances of rows: sqrt(sum((a[..., M, 1, F] - b[..., 1, N, F])^2)). */
CN_EMIT(emit_cdist)
{
    cn_value a = cn_emit_expand_dims(p, real(p, inputs[0]), -2);
    cn_value b = cn_emit_expand_dims(p, real(p, inputs[1]), -3);
    (void)class, (void)args, (void)n;
    cn_value squares = cn_emit_square(p, cn_emit_subtract(p, a, b));
    return cn_emit_sqrt(p, cn_emit_sum(p, squares, CN_AXES(-1), false));
}

/* Every element of a times all of b: [A..., B...] as [A B...]. */
CN_EMIT(emit_kron)
{
    cn_value a = inputs[0], b = inputs[1];
    (void)args, (void)n;
    if (a == CN_NO_VALUE || b == CN_NO_VALUE)
        return CN_NO_VALUE;
    const cn_shape of_a = *cn_shape_of(p, a), of_b = *cn_shape_of(p, b);
    cn_shape wide = {.rank = 2 * of_a.rank}, narrow = wide, result = of_a;
    if (of_a.rank != of_b.rank || wide.rank > CN_MAX_RANK)
        return cn_refuse(p, class, "takes two tensors of as many axes, at most %d",
                         CN_MAX_RANK / 2);
    for (int64_t i = 0; i < of_a.rank; i++) {
        wide.dim[2 * i] = of_a.dim[i], wide.dim[2 * i + 1] = 1;
        narrow.dim[2 * i] = 1, narrow.dim[2 * i + 1] = of_b.dim[i];
        result.dim[i] *= of_b.dim[i];
    }
    a = cn_emit_reshape(p, a, wide);
    return cn_emit_reshape(p, cn_emit_multiply(p, a, cn_emit_reshape(p, b, narrow)), result);
}

const cn_operation_class cn_operation_cdist = {
    CN_OPERATION("c_dist", "CDist", "math", cn_no_operation_fields, 2, 2), .emit = emit_cdist};
const cn_operation_class cn_operation_kron = {
    CN_OPERATION("kron", "Kron", "numpy", cn_no_operation_fields, 2, 2), .emit = emit_kron};

/* ---- choices --------------------------------------------------------------------------------- */

/* The choice of the first condition that holds: [conditions..., choices..., otherwise]. */
CN_EMIT(emit_select)
{
    const int64_t conditions = (n - 1) / 2;
    cn_value chosen = inputs[n - 1];
    (void)class, (void)args;
    for (int64_t i = conditions - 1; i >= 0; i--) {
        cn_value holds = cn_emit_cast(p, inputs[i], CN_BOOL);
        chosen = cn_emit_where(p, holds, inputs[conditions + i], chosen);
    }
    return chosen;
}

/* |a - b| <= atol + rtol |b|, where both are finite; otherwise a = b. */
CN_EMIT(emit_isclose)
{
    cn_value a = real(p, inputs[0]), b = real(p, inputs[1]);
    (void)class, (void)n;
    cn_value allowed = cn_emit_multiply(p, cn_emit_absolute(p, b), real(p, inputs[2]));
    allowed = cn_emit_add(p, allowed, real(p, inputs[3]));
    cn_value distance = cn_emit_absolute(p, cn_emit_subtract(p, a, b));
    cn_value near = cn_emit_less_equal(p, distance, allowed);
    cn_value finite = cn_emit_is_finite(p, a);
    finite = cn_emit_logical_and(p, finite, cn_emit_is_finite(p, b));
    near = cn_emit_logical_and(p, near, finite);
    near = cn_emit_logical_or(p, near, cn_emit_equal(p, a, b));
    if (!args->keepdims)
        return near;
    cn_value both = cn_emit_is_nan(p, a);
    both = cn_emit_logical_and(p, both, cn_emit_is_nan(p, b));
    return cn_emit_logical_or(p, near, both);
}

static const cn_argument select_arguments[] = {
    {"condlist", CN_ARGUMENT_LIST}, {"choicelist", CN_ARGUMENT_LIST}, {"default", 0}, {NULL, 0}};
static const cn_argument isclose_arguments[] = {
    {"x1", 0}, {"x2", 0}, {"rtol", 0}, {"atol", 0}, {NULL, 0}};
static const cn_field isclose_fields[] = {
    CN_OPERATION_FIELD("equal_nan", keepdims, CN_FIELD_BOOL, 0), CN_END_FIELDS};

const cn_operation_class cn_operation_select = {
    CN_OPERATION("select", "Select", "numpy", cn_no_operation_fields, 3, CN_MOST_TENSORS),
    .emit = emit_select, .arguments = select_arguments};
const cn_operation_class cn_operation_isclose = {
    CN_OPERATION("isclose", "Isclose", "numpy", isclose_fields, 4, 4), .emit = emit_isclose,
    .arguments = isclose_arguments};

/* ---- in C ------------------------------------------------------------------------------------ */

cn_tensor *cn_ops_average_with(const cn_ops_average_args *from)
{
    cn_operation_args args = cn_operation_defaults;
    cn_tensor *const inputs[] = {from->x, from->weights};
    args.axis = cn_one_axis(from->axis);
    return cn_operation(&cn_operation_average, &args, inputs, 2);
}

cn_tensor *cn_ops_trapezoid_with(const cn_ops_trapezoid_args *from)
{
    cn_operation_args args = cn_operation_defaults;
    args.low = from->dx;
    args.number = from->axis;
    return cn_operation(&cn_operation_trapezoid, &args, &from->y, 1);
}

cn_tensor *cn_ops_isclose_with(const cn_ops_isclose_args *from)
{
    cn_operation_args args = cn_operation_defaults;
    cn_tensor *inputs[] = {from->x1, from->x2, NULL, NULL};
    inputs[2] = cn_ops_scalar(from->rtol);
    inputs[3] = cn_ops_scalar(from->atol);
    args.keepdims = from->equal_nan;
    return cn_operation(&cn_operation_isclose, &args, inputs, 4);
}

/* Conditions, then choices, then what is left. */
cn_tensor *cn_ops_select(cn_items conditions, cn_items choices, cn_tensor *otherwise)
{
    cn_tensor *inputs[CN_MOST_TENSORS], *chosen[CN_MOST_TENSORS];
    const cn_operation_class *class = &cn_operation_select;
    const int64_t n = cn_listed_tensors(class, conditions, inputs);
    const int64_t n_choices = n == 0 ? 0 : cn_listed_tensors(class, choices, chosen);
    if (n == 0 || n_choices == 0)
        return NULL;
    if (n_choices != n || 2 * n + 1 > CN_MOST_TENSORS) {
        (void)cn_fail(CN_INVALID,
                      "select: takes as many choices as conditions, at most %d, got %d and %d",
                      (CN_MOST_TENSORS - 1) / 2, (int)n_choices, (int)n);
        return NULL;
    }
    for (int64_t i = 0; i < n; i++)
        inputs[n + i] = chosen[i];
    inputs[2 * n] = otherwise;
    return cn_operation(class, NULL, inputs, 2 * n + 1);
}
cn_tensor *cn_ops_cdist(cn_tensor *a, cn_tensor *b)
{
    return cn_draw_2(&cn_operation_cdist, a, b);
}
cn_tensor *cn_ops_kron(cn_tensor *a, cn_tensor *b)
{
    return cn_draw_2(&cn_operation_kron, a, b);
}
