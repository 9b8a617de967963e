/* Public operations over axes. */
#include "cornu/ops.h"

#include "graph/graph.h"
#include "ops/emit.h"

/* ---- axes that vanish ------------------------------------------------------------------------ */

typedef cn_value emit_over(cn_program *p, cn_value x, cn_shape axes, bool keep_dims);

struct reduction {
    emit_over *emit;
    cn_shape axes;
    bool keepdims;
};

static cn_value emit_reduction(cn_program *p, const void *args, const cn_value *inputs, int64_t n)
{
    (void)n;
    const struct reduction *own = args;
    return own->emit(p, inputs[0], own->axes, own->keepdims);
}

static cn_tensor *reduce(const char *name, emit_over *emit, const cn_ops_reduce_args *args)
{
    const bool all = args->axis[0] == CN_EVERY_AXIS;
    const struct reduction own = {emit, all ? CN_ALL_AXES : cn_shape_of_axes(args->axis),
                                  args->keepdims};
    return cn_operation(name, emit_reduction, &own, sizeof own, &args->x, 1);
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

cn_tensor *cn_ops_sum_with(const cn_ops_reduce_args *args)
{
    return reduce("sum", cn_emit_sum, args);
}
cn_tensor *cn_ops_mean_with(const cn_ops_reduce_args *args)
{
    return reduce("mean", cn_emit_mean, args);
}
cn_tensor *cn_ops_max_with(const cn_ops_reduce_args *args)
{
    return reduce("max", cn_emit_max, args);
}
cn_tensor *cn_ops_min_with(const cn_ops_reduce_args *args)
{
    return reduce("min", cn_emit_min, args);
}
cn_tensor *cn_ops_prod_with(const cn_ops_reduce_args *args)
{
    return reduce("prod", cn_emit_prod, args);
}
cn_tensor *cn_ops_any_with(const cn_ops_reduce_args *args)
{
    return reduce("any", cn_emit_any, args);
}
cn_tensor *cn_ops_all_with(const cn_ops_reduce_args *args)
{
    return reduce("all", cn_emit_all, args);
}
cn_tensor *cn_ops_var_with(const cn_ops_reduce_args *args)
{
    return reduce("var", cn_emit_variance, args);
}
cn_tensor *cn_ops_std_with(const cn_ops_reduce_args *args)
{
    return reduce("std", emit_std, args);
}
cn_tensor *cn_ops_logsumexp_with(const cn_ops_reduce_args *args)
{
    return reduce("logsumexp", cn_emit_logsumexp, args);
}
cn_tensor *cn_ops_argmax_with(const cn_ops_reduce_args *args)
{
    return reduce("argmax", emit_argmax, args);
}
cn_tensor *cn_ops_argmin_with(const cn_ops_reduce_args *args)
{
    return reduce("argmin", emit_argmin, args);
}

/* ---- an axis that stays ---------------------------------------------------------------------- */

typedef cn_value emit_along(cn_program *p, cn_value x, int64_t axis);

struct along {
    emit_along *emit;
    int64_t axis;
};

static cn_value emit_along_axis(cn_program *p, const void *args, const cn_value *inputs, int64_t n)
{
    (void)n;
    const struct along *own = args;
    return own->emit(p, inputs[0], own->axis);
}

static cn_tensor *along(const char *name, emit_along *emit, const cn_ops_axis_args *args)
{
    const struct along own = {emit, args->axis};
    return cn_operation(name, emit_along_axis, &own, sizeof own, &args->x, 1);
}

static cn_value emit_normalize(cn_program *p, cn_value x, int64_t axis)
{
    return cn_emit_l2_normalize(p, cn_emit_cast(p, x, CN_FLOAT32), CN_AXES(axis), 1e-7);
}

cn_tensor *cn_ops_softmax_with(const cn_ops_axis_args *args)
{
    return along("softmax", cn_emit_softmax, args);
}
cn_tensor *cn_ops_log_softmax_with(const cn_ops_axis_args *args)
{
    return along("log_softmax", cn_emit_log_softmax, args);
}
cn_tensor *cn_ops_normalize_with(const cn_ops_axis_args *args)
{
    return along("normalize", emit_normalize, args);
}
