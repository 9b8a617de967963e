/* UnitNorm: w / (1e-7 + n), n the Euclidean norm over some axes. */
#include "constraints/constraints.h"

static cn_value emit(cn_program *p, const void *arguments, cn_value w)
{
    const cn_unit_norm_args *args = arguments;
    return cn_emit_with_norms(p, w, cn_emit_norms(p, w, args->axis), cn_emit_scalar(p, 1));
}

static const cn_field fields[] = {
    CN_FIELD(cn_unit_norm_args, axis, CN_FIELD_DIMS, CN_FIELD_ONE_OR_MORE | CN_FIELD_AXES),
    CN_END_FIELDS,
};

static const cn_unit_norm_args defaults = {CN_UNIT_NORM_DEFAULTS};

const cn_constraint_class cn_constraint_UnitNorm = {
    .base = {CN_CONSTRAINT("UnitNorm"), .fields = fields, .args_size = sizeof defaults,
             .defaults = &defaults},
    .emit = emit,
};

const char *cn_unit_norm_with(const cn_unit_norm_args *args)
{
    return cn_object_text(&cn_constraint_UnitNorm.base, args);
}
