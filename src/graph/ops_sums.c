/* Operations that make axes vanish: sums and their kin, also of what is no NaN. */
#include "cornu/math_ops.h"

#include <math.h>

#include "graph/draw.h"
#include "ops/emit.h"

/* ---- sums and their kin ---------------------------------------------------------------------- */

static cn_value emit_reduction(cn_program *p, const cn_operation_class *class,
                               const cn_operation_args *args, const cn_value *inputs, int64_t n)
{
    (void)n;
    return class->over(p, inputs[0], args->axis, args->keepdims);
}

static cn_value valid(cn_program *p, cn_value x)
{
    return cn_emit_logical_not(p, cn_emit_is_nan(p, cn_emit_cast(p, x, CN_FLOAT32)));
}

/* x with another number in the place of NaN. */
static cn_value filled(cn_program *p, cn_value x, double number)
{
    x = cn_emit_cast(p, x, CN_FLOAT32);
    return cn_emit_where(p, valid(p, x), x, cn_emit_scalar(p, number));
}

static cn_value count(cn_program *p, cn_value x, cn_shape axes, bool keep_dims)
{
    return cn_emit_sum(p, cn_emit_cast(p, valid(p, x), CN_FLOAT32), axes, keep_dims);
}

static cn_value emit_nansum(cn_program *p, cn_value x, cn_shape axes, bool keep_dims)
{
    return cn_emit_sum(p, filled(p, x, 0), axes, keep_dims);
}

static cn_value emit_nanprod(cn_program *p, cn_value x, cn_shape axes, bool keep_dims)
{
    return cn_emit_prod(p, filled(p, x, 1), axes, keep_dims);
}

static cn_value emit_nanmean(cn_program *p, cn_value x, cn_shape axes, bool keep_dims)
{
    cn_value sum = emit_nansum(p, x, axes, keep_dims);
    return cn_emit_divide(p, sum, count(p, x, axes, keep_dims));
}

static cn_value emit_nanvar(cn_program *p, cn_value x, cn_shape axes, bool keep_dims)
{
    cn_value apart = cn_emit_subtract(p, x, emit_nanmean(p, x, axes, true));
    return emit_nanmean(p, cn_emit_square(p, apart), axes, keep_dims);
}

static cn_value emit_nanstd(cn_program *p, cn_value x, cn_shape axes, bool keep_dims)
{
    return cn_emit_sqrt(p, emit_nanvar(p, x, axes, keep_dims));
}

/* NaN where there is nothing else. */
static cn_value or_nan(cn_program *p, cn_value x, cn_shape axes, bool keep_dims, cn_value result)
{
    cn_value any = cn_emit_any(p, valid(p, x), axes, keep_dims);
    return cn_emit_where(p, any, result, cn_emit_scalar(p, NAN));
}

static cn_value emit_nanmax(cn_program *p, cn_value x, cn_shape axes, bool keep_dims)
{
    cn_value most = cn_emit_max(p, filled(p, x, -INFINITY), axes, keep_dims);
    return or_nan(p, x, axes, keep_dims, most);
}

static cn_value emit_nanmin(cn_program *p, cn_value x, cn_shape axes, bool keep_dims)
{
    cn_value least = cn_emit_min(p, filled(p, x, INFINITY), axes, keep_dims);
    return or_nan(p, x, axes, keep_dims, least);
}

static cn_value emit_ptp(cn_program *p, cn_value x, cn_shape axes, bool keep_dims)
{
    cn_value most = cn_emit_max(p, x, axes, keep_dims);
    return cn_emit_subtract(p, most, cn_emit_min(p, x, axes, keep_dims));
}

static cn_value emit_count_nonzero(cn_program *p, cn_value x, cn_shape axes, bool keep_dims)
{
    cn_value set = cn_emit_cast(p, cn_emit_cast(p, x, CN_BOOL), CN_INT32);
    return cn_emit_sum(p, set, axes, keep_dims);
}

static const cn_field reduction_fields[] = {
    CN_OPERATION_FIELD("axis", axis, CN_FIELD_SHAPE,
                       CN_FIELD_OPTIONAL | CN_FIELD_ONE_OR_MORE | CN_FIELD_SIGNED),
    CN_OPERATION_FIELD("keepdims", keepdims, CN_FIELD_BOOL, 0),
    CN_END_FIELDS,
};
static const cn_field axes_fields[] = {
    CN_OPERATION_FIELD("axis", axis, CN_FIELD_SHAPE,
                       CN_FIELD_OPTIONAL | CN_FIELD_ONE_OR_MORE | CN_FIELD_SIGNED),
    CN_END_FIELDS,
};

#define OVER(name, class, fields, over_)                                                           \
    {                                                                                              \
        CN_OPERATION(name, class, "numpy", fields, 1, 1), .emit = emit_reduction, .over = (over_)  \
    }

const cn_operation_class cn_operation_amax = OVER("amax", "Amax", reduction_fields, cn_emit_max);
const cn_operation_class cn_operation_amin = OVER("amin", "Amin", reduction_fields, cn_emit_min);
const cn_operation_class cn_operation_ptp = OVER("ptp", "Ptp", reduction_fields, emit_ptp);
const cn_operation_class cn_operation_nansum =
    OVER("nansum", "Nansum", reduction_fields, emit_nansum);
const cn_operation_class cn_operation_nanprod =
    OVER("nanprod", "Nanprod", reduction_fields, emit_nanprod);
const cn_operation_class cn_operation_nanmean =
    OVER("nanmean", "Nanmean", reduction_fields, emit_nanmean);
const cn_operation_class cn_operation_nanvar =
    OVER("nanvar", "Nanvar", reduction_fields, emit_nanvar);
const cn_operation_class cn_operation_nanstd =
    OVER("nanstd", "Nanstd", reduction_fields, emit_nanstd);
const cn_operation_class cn_operation_nanmax =
    OVER("nanmax", "Nanmax", reduction_fields, emit_nanmax);
const cn_operation_class cn_operation_nanmin =
    OVER("nanmin", "Nanmin", reduction_fields, emit_nanmin);
const cn_operation_class cn_operation_count_nonzero =
    OVER("count_nonzero", "CountNonzero", axes_fields, emit_count_nonzero);

/* ---- in C ------------------------------------------------------------------------------------ */

cn_tensor *cn_ops_amax_with(const cn_ops_reduce_args *args)
{
    return cn_draw_over(&cn_operation_amax, args);
}
cn_tensor *cn_ops_amin_with(const cn_ops_reduce_args *args)
{
    return cn_draw_over(&cn_operation_amin, args);
}
cn_tensor *cn_ops_ptp_with(const cn_ops_reduce_args *args)
{
    return cn_draw_over(&cn_operation_ptp, args);
}
cn_tensor *cn_ops_nansum_with(const cn_ops_reduce_args *args)
{
    return cn_draw_over(&cn_operation_nansum, args);
}
cn_tensor *cn_ops_nanprod_with(const cn_ops_reduce_args *args)
{
    return cn_draw_over(&cn_operation_nanprod, args);
}
cn_tensor *cn_ops_nanmean_with(const cn_ops_reduce_args *args)
{
    return cn_draw_over(&cn_operation_nanmean, args);
}
cn_tensor *cn_ops_nanvar_with(const cn_ops_reduce_args *args)
{
    return cn_draw_over(&cn_operation_nanvar, args);
}
cn_tensor *cn_ops_nanstd_with(const cn_ops_reduce_args *args)
{
    return cn_draw_over(&cn_operation_nanstd, args);
}
cn_tensor *cn_ops_nanmax_with(const cn_ops_reduce_args *args)
{
    return cn_draw_over(&cn_operation_nanmax, args);
}
cn_tensor *cn_ops_nanmin_with(const cn_ops_reduce_args *args)
{
    return cn_draw_over(&cn_operation_nanmin, args);
}

cn_tensor *cn_ops_count_nonzero_with(const cn_ops_reduce_args *args)
{
    if (!args->keepdims)
        return cn_draw_over(&cn_operation_count_nonzero, args);
    (void)cn_fail(CN_INVALID, "count_nonzero: takes no keepdims");
    return NULL;
}
