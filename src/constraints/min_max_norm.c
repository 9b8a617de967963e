/* MinMaxNorm: w * (rate * clip(n, min_value, max_value) + (1 - rate) * n) / (1e-7 + n), n the
 * Euclidean norm over some axes. */
#include "constraints/constraints.h"

static cn_value emit(cn_program *p, const void *arguments, cn_value w)
{
    const cn_min_max_norm_args *args = arguments;
    cn_value norms = cn_emit_norms(p, w, args->axis);
    cn_value desired = cn_emit_clip(p, norms, args->min_value, args->max_value);
    if (args->rate != 1)
        desired = cn_emit_add(p, cn_emit_multiply_scalar(p, desired, args->rate),
                              cn_emit_multiply_scalar(p, norms, 1 - args->rate));
    return cn_emit_with_norms(p, w, norms, desired);
}

static cn_status check(const void *arguments)
{
    const cn_min_max_norm_args *args = arguments;
    CN_CHECK(args->min_value >= 0 && args->min_value <= args->max_value,
             "MinMaxNorm: 0 <= min_value <= max_value is needed, not %g and %g", args->min_value,
             args->max_value);
    CN_CHECK(args->rate >= 0 && args->rate <= 1, "MinMaxNorm: rate must be between 0 and 1, not %g",
             args->rate);
    return CN_OK;
}

static const cn_field fields[] = {
    CN_FIELD(cn_min_max_norm_args, min_value, CN_FIELD_REAL, 0),
    CN_FIELD(cn_min_max_norm_args, max_value, CN_FIELD_REAL, 0),
    CN_FIELD(cn_min_max_norm_args, rate, CN_FIELD_REAL, 0),
    CN_FIELD(cn_min_max_norm_args, axis, CN_FIELD_DIMS, CN_FIELD_ONE_OR_MORE | CN_FIELD_AXES),
    CN_END_FIELDS,
};

static const cn_min_max_norm_args defaults = {CN_MIN_MAX_NORM_DEFAULTS};

const cn_constraint_class cn_constraint_MinMaxNorm = {
    .base = {CN_CONSTRAINT("MinMaxNorm"), .fields = fields, .args_size = sizeof defaults,
             .defaults = &defaults, .check = check},
    .emit = emit,
};

const char *cn_min_max_norm_with(const cn_min_max_norm_args *args)
{
    return cn_object_text(&cn_constraint_MinMaxNorm.base, args);
}
