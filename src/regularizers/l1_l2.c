/* L1: l1 * sum |x|. L2: l2 * sum x^2, without a half. L1L2: both. */
#include <math.h>

#include "regularizers/regularizers.h"

static cn_value emit_sum_of(cn_program *p, double factor, cn_value terms)
{
    return cn_emit_multiply_scalar(p, cn_emit_sum(p, terms, CN_ALL_AXES, false), factor);
}

static cn_value emit_l1(cn_program *p, const void *arguments, cn_value x)
{
    const cn_l1_args *args = arguments;
    return emit_sum_of(p, args->l1, cn_emit_absolute(p, x));
}

static cn_value emit_l2(cn_program *p, const void *arguments, cn_value x)
{
    const cn_l2_args *args = arguments;
    return emit_sum_of(p, args->l2, cn_emit_square(p, x));
}

static cn_value emit_l1_l2(cn_program *p, const void *arguments, cn_value x)
{
    const cn_l1_l2_args *args = arguments;
    if (args->l1 == 0 && args->l2 == 0)
        return cn_emit_scalar(p, 0);
    if (args->l2 == 0)
        return emit_sum_of(p, args->l1, cn_emit_absolute(p, x));
    if (args->l1 == 0)
        return emit_sum_of(p, args->l2, cn_emit_square(p, x));
    cn_value absolute = cn_emit_multiply_scalar(p, cn_emit_absolute(p, x), args->l1);
    cn_value squares = cn_emit_multiply_scalar(p, cn_emit_square(p, x), args->l2);
    return cn_emit_sum(p, cn_emit_add(p, absolute, squares), CN_ALL_AXES, false);
}

static cn_status check_factor(const char *who, const char *argument, double value)
{
    CN_CHECK(isfinite(value) && value >= 0, "%s: %s must be finite and not negative, not %g", who,
             argument, value);
    return CN_OK;
}

static cn_status check_l1(const void *arguments)
{
    return check_factor("L1", "l1", ((const cn_l1_args *)arguments)->l1);
}

static cn_status check_l2(const void *arguments)
{
    return check_factor("L2", "l2", ((const cn_l2_args *)arguments)->l2);
}

static cn_status check_l1_l2(const void *arguments)
{
    const cn_l1_l2_args *args = arguments;
    CN_TRY(check_factor("L1L2", "l1", args->l1));
    return check_factor("L1L2", "l2", args->l2);
}

static const cn_field l1_fields[] = {CN_FIELD(cn_l1_args, l1, CN_FIELD_REAL, 0), CN_END_FIELDS};
static const cn_field l2_fields[] = {CN_FIELD(cn_l2_args, l2, CN_FIELD_REAL, 0), CN_END_FIELDS};
static const cn_field l1_l2_fields[] = {
    CN_FIELD(cn_l1_l2_args, l1, CN_FIELD_REAL, 0),
    CN_FIELD(cn_l1_l2_args, l2, CN_FIELD_REAL, 0),
    CN_END_FIELDS,
};

static const cn_l1_args l1_defaults = {CN_L1_DEFAULTS};
static const cn_l2_args l2_defaults = {CN_L2_DEFAULTS};
static const cn_l1_l2_args l1_l2_defaults = {CN_L1_L2_DEFAULTS};
static const char *const l1_l2_aliases[] = {"l1_l2", NULL};

const cn_regularizer_class cn_regularizer_L1 = {
    .base = {CN_REGULARIZER("L1"), .fields = l1_fields, .args_size = sizeof l1_defaults,
             .defaults = &l1_defaults, .check = check_l1},
    .emit = emit_l1,
};

const cn_regularizer_class cn_regularizer_L2 = {
    .base = {CN_REGULARIZER("L2"), .fields = l2_fields, .args_size = sizeof l2_defaults,
             .defaults = &l2_defaults, .check = check_l2},
    .emit = emit_l2,
};

const cn_regularizer_class cn_regularizer_L1L2 = {
    .base = {CN_REGULARIZER("L1L2"), .aliases = l1_l2_aliases, .fields = l1_l2_fields,
             .args_size = sizeof l1_l2_defaults, .defaults = &l1_l2_defaults, .check = check_l1_l2},
    .emit = emit_l1_l2,
};

const char *cn_l1_with(const cn_l1_args *args)
{
    return cn_object_text(&cn_regularizer_L1.base, args);
}

const char *cn_l2_with(const cn_l2_args *args)
{
    return cn_object_text(&cn_regularizer_L2.base, args);
}

const char *cn_l1_l2_with(const cn_l1_l2_args *args)
{
    return cn_object_text(&cn_regularizer_L1L2.base, args);
}
