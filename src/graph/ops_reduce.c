/* Public operations over axes. */
#include "cornu/math_ops.h"

#include <math.h>

#include "graph/draw.h"
#include "ops/emit.h"

/* ---- axes that vanish ------------------------------------------------------------------------ */

static cn_value emit_reduction(cn_program *p, const cn_operation_class *class,
                               const cn_operation_args *args, const cn_value *inputs, int64_t n)
{
    (void)n;
    return class->over(p, inputs[0], args->axis, args->keepdims);
}

static const cn_field reduction_fields[] = {
    CN_OPERATION_FIELD("axis", axis, CN_FIELD_SHAPE, CN_FIELD_OPTIONAL | CN_FIELD_ONE_OR_MORE),
    CN_OPERATION_FIELD("keepdims", keepdims, CN_FIELD_BOOL, 0),
    CN_END_FIELDS,
};

#define REDUCTION(name, class, module, over_, rest_)                                               \
    {                                                                                              \
        CN_OPERATION(name, class, module, reduction_fields, 1, 1),                                 \
            .emit = emit_reduction, .rest = (rest_), .over = (over_)                               \
    }

static cn_value emit_std(cn_program *p, cn_value x, cn_shape axes, bool keep_dims)
{
    return cn_emit_sqrt(p, cn_emit_variance(p, x, axes, keep_dims));
}

/* The place of the largest or smallest element along one axis, or in all. */
static cn_value emit_place(cn_program *p, cn_value x, cn_shape axes, bool keep_dims, bool smallest)
{
    cn_shape shape = *cn_shape_of(p, x);
    if (axes.rank > 1)
        return cn_program_fail(p,
                               cn_fail(CN_INVALID, "argmax, argmin: take one axis or all, not %s",
                                       cn_shape_str(&axes)));
    if (axes.rank < 0)
        x = cn_emit_reshape(p, x, CN_SHAPE(CN_NONE));
    const int64_t axis = axes.rank < 0 ? 0 : cn_shape_axis(&shape, axes.dim[0]);
    if (axis < 0)
        return cn_program_fail(p, cn_fail(CN_INVALID, "argmax, argmin: axis %d is not in shape %s",
                                          (int)axes.dim[0], cn_shape_str(&shape)));
    x = smallest ? cn_emit_argmin(p, x, axis) : cn_emit_argmax(p, x, axis);
    for (int64_t i = 0; i < shape.rank; i++)
        if (axes.rank < 0 || i == axis)
            shape.dim[i] = 1;
    return keep_dims ? cn_emit_reshape(p, x, shape) : x;
}

static cn_value emit_argmax(cn_program *p, cn_value x, cn_shape axes, bool keep_dims)
{
    return emit_place(p, x, axes, keep_dims, false);
}

static cn_value emit_argmin(cn_program *p, cn_value x, cn_shape axes, bool keep_dims)
{
    return emit_place(p, x, axes, keep_dims, true);
}

/* Of those that are not NaN; -1 where all are. */
static cn_value emit_nanplace(cn_program *p, cn_value x, cn_shape axes, bool keep_dims,
                              bool smallest)
{
    cn_value nothing = cn_emit_scalar(p, smallest ? (double)INFINITY : -(double)INFINITY);
    cn_value is_nan = cn_emit_is_nan(p, cn_emit_cast(p, x, CN_FLOAT32));
    cn_value place = emit_place(p, cn_emit_where(p, is_nan, nothing, x), axes, keep_dims, smallest);
    cn_value none = cn_emit_all(p, is_nan, axes, keep_dims);
    return cn_emit_where(p, none, cn_emit_whole(p, -1), place);
}

static cn_value emit_nanargmax(cn_program *p, cn_value x, cn_shape axes, bool keep_dims)
{
    return emit_nanplace(p, x, axes, keep_dims, false);
}

static cn_value emit_nanargmin(cn_program *p, cn_value x, cn_shape axes, bool keep_dims)
{
    return emit_nanplace(p, x, axes, keep_dims, true);
}

const cn_operation_class cn_operation_sum = REDUCTION("sum", "Sum", "numpy", cn_emit_sum, NULL);
const cn_operation_class cn_operation_mean = REDUCTION("mean", "Mean", "numpy", cn_emit_mean, NULL);
const cn_operation_class cn_operation_max =
    REDUCTION("max", "Max", "numpy", cn_emit_max, "{\"initial\": null}");
const cn_operation_class cn_operation_min =
    REDUCTION("min", "Min", "numpy", cn_emit_min, "{\"initial\": null}");
const cn_operation_class cn_operation_prod =
    REDUCTION("prod", "Prod", "numpy", cn_emit_prod, "{\"dtype\": null}");
const cn_operation_class cn_operation_any = REDUCTION("any", "Any", "numpy", cn_emit_any, NULL);
const cn_operation_class cn_operation_all = REDUCTION("all", "All", "numpy", cn_emit_all, NULL);
const cn_operation_class cn_operation_var =
    REDUCTION("var", "Var", "numpy", cn_emit_variance, NULL);
const cn_operation_class cn_operation_std = REDUCTION("std", "Std", "numpy", emit_std, NULL);
const cn_operation_class cn_operation_logsumexp =
    REDUCTION("logsumexp", "Logsumexp", "math", cn_emit_logsumexp, NULL);
const cn_operation_class cn_operation_argmax =
    REDUCTION("argmax", "Argmax", "numpy", emit_argmax, NULL);
const cn_operation_class cn_operation_argmin =
    REDUCTION("argmin", "Argmin", "numpy", emit_argmin, NULL);
const cn_operation_class cn_operation_nanargmax =
    REDUCTION("nanargmax", "Nanargmax", "numpy", emit_nanargmax, NULL);
const cn_operation_class cn_operation_nanargmin =
    REDUCTION("nanargmin", "Nanargmin", "numpy", emit_nanargmin, NULL);

cn_tensor *cn_ops_sum_with(const cn_ops_reduce_args *args)
{
    return cn_draw_over(&cn_operation_sum, args);
}
cn_tensor *cn_ops_mean_with(const cn_ops_reduce_args *args)
{
    return cn_draw_over(&cn_operation_mean, args);
}
cn_tensor *cn_ops_max_with(const cn_ops_reduce_args *args)
{
    return cn_draw_over(&cn_operation_max, args);
}
cn_tensor *cn_ops_min_with(const cn_ops_reduce_args *args)
{
    return cn_draw_over(&cn_operation_min, args);
}
cn_tensor *cn_ops_prod_with(const cn_ops_reduce_args *args)
{
    return cn_draw_over(&cn_operation_prod, args);
}
cn_tensor *cn_ops_any_with(const cn_ops_reduce_args *args)
{
    return cn_draw_over(&cn_operation_any, args);
}
cn_tensor *cn_ops_all_with(const cn_ops_reduce_args *args)
{
    return cn_draw_over(&cn_operation_all, args);
}
cn_tensor *cn_ops_var_with(const cn_ops_reduce_args *args)
{
    return cn_draw_over(&cn_operation_var, args);
}
cn_tensor *cn_ops_std_with(const cn_ops_reduce_args *args)
{
    return cn_draw_over(&cn_operation_std, args);
}
cn_tensor *cn_ops_logsumexp_with(const cn_ops_reduce_args *args)
{
    return cn_draw_over(&cn_operation_logsumexp, args);
}
cn_tensor *cn_ops_argmax_with(const cn_ops_reduce_args *args)
{
    return cn_draw_over(&cn_operation_argmax, args);
}
cn_tensor *cn_ops_argmin_with(const cn_ops_reduce_args *args)
{
    return cn_draw_over(&cn_operation_argmin, args);
}
cn_tensor *cn_ops_nanargmax_with(const cn_ops_reduce_args *args)
{
    return cn_draw_over(&cn_operation_nanargmax, args);
}
cn_tensor *cn_ops_nanargmin_with(const cn_ops_reduce_args *args)
{
    return cn_draw_over(&cn_operation_nanargmin, args);
}

/* ---- an axis that stays ---------------------------------------------------------------------- */

static cn_value emit_along_axis(cn_program *p, const cn_operation_class *class,
                                const cn_operation_args *args, const cn_value *inputs, int64_t n)
{
    (void)n;
    return class->along(p, inputs[0], args->number);
}

static cn_value emit_normalize(cn_program *p, cn_value x, int64_t axis)
{
    return cn_emit_l2_normalize(p, cn_emit_cast(p, x, CN_FLOAT32), CN_AXES(axis), 1e-7);
}

static const cn_field axis_fields[] = {CN_OPERATION_FIELD("axis", number, CN_FIELD_INT, 0),
                                       CN_END_FIELDS};

const cn_operation_class cn_operation_softmax = {
    CN_OPERATION("softmax", "Softmax", "nn", axis_fields, 1, 1), .emit = emit_along_axis,
    .along = cn_emit_softmax};
const cn_operation_class cn_operation_log_softmax = {
    CN_OPERATION("log_softmax", "LogSoftmax", "nn", axis_fields, 1, 1), .emit = emit_along_axis,
    .along = cn_emit_log_softmax};
const cn_operation_class cn_operation_normalize = {
    CN_OPERATION("normalize", "Normalize", "nn", axis_fields, 1, 1), .emit = emit_along_axis,
    .rest = "{\"order\": 2, \"epsilon\": null}", .along = emit_normalize};

cn_tensor *cn_ops_softmax_with(const cn_ops_axis_args *args)
{
    return cn_draw_along(&cn_operation_softmax, args);
}
cn_tensor *cn_ops_log_softmax_with(const cn_ops_axis_args *args)
{
    return cn_draw_along(&cn_operation_log_softmax, args);
}
cn_tensor *cn_ops_normalize_with(const cn_ops_axis_args *args)
{
    return cn_draw_along(&cn_operation_normalize, args);
}
