/* MaxNorm: w * clip(n, 0, max_value) / (1e-7 + n), n the Euclidean norm over some axes. */
#include <math.h>

#include "constraints/constraints.h"

static cn_value emit(cn_program *p, const void *arguments, cn_value w)
{
    const cn_max_norm_args *args = arguments;
    cn_value norms = cn_emit_norms(p, w, args->axis);
    return cn_emit_with_norms(p, w, norms, cn_emit_minimum_scalar(p, norms, args->max_value));
}

static cn_status check(const void *arguments)
{
    const cn_max_norm_args *args = arguments;
    CN_CHECK(args->max_value >= 0, "MaxNorm: max_value must not be negative, not %g",
             args->max_value);
    return CN_OK;
}

static const cn_field fields[] = {
    CN_FIELD(cn_max_norm_args, max_value, CN_FIELD_REAL, 0),
    CN_FIELD(cn_max_norm_args, axis, CN_FIELD_DIMS, CN_FIELD_ONE_OR_MORE | CN_FIELD_AXES),
    CN_END_FIELDS,
};

static const cn_max_norm_args defaults = {CN_MAX_NORM_DEFAULTS};

const cn_constraint_class cn_constraint_MaxNorm = {
    .base = {CN_CONSTRAINT("MaxNorm"), .fields = fields, .args_size = sizeof defaults,
             .defaults = &defaults, .check = check},
    .emit = emit,
};

const char *cn_max_norm_with(const cn_max_norm_args *args)
{
    return cn_object_text(&cn_constraint_MaxNorm.base, args);
}
