/* NonNeg: max(w, 0). */
#include "constraints/constraints.h"

static cn_value emit(cn_program *p, const void *args, cn_value w)
{
    (void)args;
    return cn_emit_relu(p, w);
}

const cn_constraint_class cn_constraint_NonNeg = {
    .base = {CN_CONSTRAINT("NonNeg"), .args_size = 1, .defaults = ""},
    .emit = emit,
};

const char *cn_non_neg_with(const cn_non_neg_args *args)
{
    (void)args;
    return cn_object_text(&cn_constraint_NonNeg.base, "");
}
