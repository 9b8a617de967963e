/* Operations that sort: orders, the largest, and whether something is among them. */
#include "cornu/math_ops.h"

#include <math.h>

#include "graph/draw.h"
#include "ops/emit.h"

/* ---- along an axis --------------------------------------------------------------------------- */

/* Works along the last axis. kth: argpartition's. */
typedef cn_value order_function(cn_program *p, cn_value x, int64_t kth);

/* Along args->axis, or, without one, all elements in a row. */
static cn_value order(cn_program *p, const cn_operation_class *class, const cn_operation_args *args,
                      cn_value x, order_function *function)
{
    if (x == CN_NO_VALUE)
        return x;
    if (args->axis.rank < 0 || cn_shape_of(p, x)->rank == 0)
        return function(p, cn_emit_reshape(p, x, CN_SHAPE(CN_NONE)), args->number);
    const cn_shape *shape = cn_shape_of(p, x);
    const int64_t axis = cn_shape_axis(shape, args->axis.dim[0]);
    if (axis < 0)
        return cn_program_fail(p, cn_fail(CN_INVALID, "%s: axis %d is not in shape %s",
                                          class->layer.automatic_name, (int)args->axis.dim[0],
                                          cn_shape_str(shape)));
    return cn_emit_swap_axes(p, function(p, cn_emit_swap_axes(p, x, axis, -1), args->number), axis,
                             -1);
}

static cn_value sorted(cn_program *p, cn_value x, int64_t unused)
{
    (void)unused;
    return cn_emit_sort(p, x);
}

static cn_value argsorted(cn_program *p, cn_value x, int64_t unused)
{
    (void)unused;
    return cn_emit_argsort(p, x, false, 0);
}

/* The places of the kth + 1 smallest in order, then the others as they stand: as Keras with JAX. */
static cn_value argpartitioned(cn_program *p, cn_value x, int64_t kth)
{
    const int64_t n = cn_shape_of(p, x)->dim[cn_shape_of(p, x)->rank - 1];
    if (kth < -n || kth >= n)
        return cn_program_fail(
            p, cn_fail(CN_INVALID, "argpartition: kth %d is not among %d", (int)kth, (int)n));
    kth = kth < 0 ? kth + n : kth;
    cn_value all = cn_emit_argsort(p, x, false, 0);
    cn_value rank = cn_emit_argsort(p, all, false, 0);
    cn_value is_small = cn_emit_less_scalar(p, rank, (double)(kth + 1)), parts[2];
    parts[0] = cn_emit_slice_axis(p, all, -1, 0, kth + 1);
    parts[1] = cn_emit_slice_axis(p, cn_emit_argsort(p, is_small, false, 0), -1, 0, n - kth - 1);
    return cn_emit_concatenate(p, parts, 2, -1);
}

CN_EMIT(emit_sort)
{
    (void)n;
    return order(p, class, args, inputs[0], sorted);
}

CN_EMIT(emit_argsort)
{
    (void)n;
    return order(p, class, args, inputs[0], argsorted);
}

CN_EMIT(emit_argpartition)
{
    (void)n;
    return order(p, class, args, inputs[0], argpartitioned);
}

#define AXIS                                                                                       \
    CN_OPERATION_FIELD("axis", axis, CN_FIELD_SHAPE,                                               \
                       CN_FIELD_OPTIONAL | CN_FIELD_ONE_OR_MORE | CN_FIELD_SIGNED)
static const cn_field axis_fields[] = {AXIS, CN_END_FIELDS};
static const cn_field kth_fields[] = {CN_OPERATION_FIELD("kth", number, CN_FIELD_INT, 0), AXIS,
                                      CN_END_FIELDS};

const cn_operation_class cn_operation_sort = {
    CN_OPERATION("sort", "Sort", "numpy", axis_fields, 1, 1), .emit = emit_sort};
const cn_operation_class cn_operation_argsort = {
    CN_OPERATION("argsort", "Argsort", "numpy", axis_fields, 1, 1), .emit = emit_argsort};
const cn_operation_class cn_operation_argpartition = {
    CN_OPERATION("argpartition", "Argpartition", "numpy", kth_fields, 1, 1),
    .emit = emit_argpartition};

cn_tensor *cn_ops_sort_with(const cn_ops_axis_args *args)
{
    return cn_draw_along_or_all(&cn_operation_sort, args);
}
cn_tensor *cn_ops_argsort_with(const cn_ops_axis_args *args)
{
    return cn_draw_along_or_all(&cn_operation_argsort, args);
}
cn_tensor *cn_ops_argpartition_with(const cn_ops_argpartition_args *from)
{
    cn_operation_args args = cn_operation_defaults;
    args.number = from->kth;
    args.axis = cn_one_axis(from->axis);
    return cn_operation(&cn_operation_argpartition, &args, &from->x, 1);
}

/* ---- the largest ----------------------------------------------------------------------------- */

static bool has_k(cn_program *p, const cn_operation_class *class, cn_value x, int64_t k)
{
    if (x == CN_NO_VALUE)
        return false;
    const cn_shape *shape = cn_shape_of(p, x);
    const bool fits = shape->rank > 0 && k > 0 && k <= shape->dim[shape->rank - 1];
    if (!fits)
        (void)cn_program_fail(p, cn_fail(CN_INVALID, "%s: there are no %d largest in shape %s",
                                         class->layer.automatic_name, (int)k, cn_shape_str(shape)));
    return fits;
}

CN_EMIT_SEVERAL(emit_top_k)
{
    (void)n;
    cn_value x = inputs[0];
    if (!has_k(p, class, x, args->number))
        return 0;
    outputs[1] = cn_emit_argsort(p, x, true, args->number);
    outputs[0] = cn_emit_take_along_axis(p, x, outputs[1], -1);
    return 2;
}

/* keepdims stands for "sorted", which here they always are. */
static const cn_field top_k_fields[] = {CN_OPERATION_FIELD("k", number, CN_FIELD_INT, 0),
                                        CN_OPERATION_FIELD("sorted", keepdims, CN_FIELD_BOOL, 0),
                                        CN_END_FIELDS};

const cn_operation_class cn_operation_top_k = {
    CN_OPERATION("top_k", "TopK", "math", top_k_fields, 1, 1), .emit_several = emit_top_k};

cn_tensors cn_ops_top_k(cn_tensor *x, int64_t k)
{
    cn_operation_args args = cn_operation_defaults;
    args.number = k;
    args.keepdims = true;
    return cn_operation_several(&cn_operation_top_k, &args, x);
}

/* Whether fewer than k of the predictions are larger than the target's. */
CN_EMIT(emit_in_top_k)
{
    (void)class, (void)n;
    cn_value targets = cn_emit_expand_dims(p, inputs[0], -1);
    cn_value own = cn_emit_take_along_axis(p, cn_emit_cast(p, inputs[1], CN_FLOAT32), targets, -1);
    own = cn_emit_where(p, cn_emit_is_nan(p, own), cn_emit_scalar(p, -INFINITY), own);
    cn_value larger = cn_emit_cast(p, cn_emit_greater(p, inputs[1], own), CN_INT32);
    cn_value before = cn_emit_sum(p, larger, CN_AXES(-1), false);
    return cn_emit_less_scalar(p, before, (double)args->number);
}

static const cn_field k_fields[] = {CN_OPERATION_FIELD("k", number, CN_FIELD_INT, 0),
                                    CN_END_FIELDS};

const cn_operation_class cn_operation_in_top_k = {
    CN_OPERATION("in_top_k", "InTopK", "math", k_fields, 2, 2), .emit = emit_in_top_k};

cn_tensor *cn_ops_in_top_k(cn_tensor *targets, cn_tensor *predictions, int64_t k)
{
    cn_operation_args args = cn_operation_defaults;
    cn_tensor *inputs[2];
    args.number = k;
    inputs[0] = targets;
    inputs[1] = predictions;
    return cn_operation(&cn_operation_in_top_k, &args, inputs, 2);
}
