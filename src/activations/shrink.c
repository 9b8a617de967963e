/* hard_shrink: y = x where |x| > t, otherwise 0. soft_shrink: y = x - t where x > t, x + t where
 * x < -t, otherwise 0. threshold: y = x where x > t, otherwise default_value. */
#include "activations/activations.h"

static cn_value emit_hard_shrink(cn_program *p, const void *arguments, cn_value x)
{
    const cn_activation_shrink_args *args = arguments;
    cn_value large = cn_emit_greater_scalar(p, cn_emit_absolute(p, x), args->threshold);
    return cn_emit_where(p, large, x, cn_emit_scalar(p, 0));
}

static cn_value emit_soft_shrink(cn_program *p, const void *arguments, cn_value x)
{
    const cn_activation_shrink_args *args = arguments;
    cn_value up = cn_emit_add_scalar(p, x, args->threshold),
             down = cn_emit_add_scalar(p, x, -args->threshold);
    cn_value lower =
        cn_emit_where(p, cn_emit_less_scalar(p, x, -args->threshold), up, cn_emit_scalar(p, 0));
    return cn_emit_where(p, cn_emit_greater_scalar(p, x, args->threshold), down, lower);
}

static cn_value emit_threshold(cn_program *p, const void *arguments, cn_value x)
{
    const cn_activation_threshold_args *args = arguments;
    cn_value above = cn_emit_greater_scalar(p, x, args->threshold);
    return cn_emit_where(p, above, x, cn_emit_scalar(p, args->default_value));
}

static const cn_field shrink_fields[] = {
    CN_FIELD(cn_activation_shrink_args, threshold, CN_FIELD_REAL, 0),
    CN_END_FIELDS,
};

static const cn_field threshold_fields[] = {
    CN_FIELD(cn_activation_threshold_args, threshold, CN_FIELD_REAL, 0),
    CN_FIELD(cn_activation_threshold_args, default_value, CN_FIELD_REAL, 0),
    CN_END_FIELDS,
};

static const cn_activation_shrink_args shrink_defaults = {.threshold = 0.5};

#define SHRINK(name_)                                                                              \
    CN_ACTIVATION(name_), .fields = shrink_fields, .args_size = sizeof shrink_defaults,            \
                          .defaults = &shrink_defaults

const cn_activation_class cn_activation_hard_shrink = {{SHRINK("hard_shrink")}, emit_hard_shrink};
const cn_activation_class cn_activation_soft_shrink = {{SHRINK("soft_shrink")}, emit_soft_shrink};

/* Keras has no defaults for these two arguments. */
const cn_activation_class cn_activation_threshold = {
    .base = {CN_ACTIVATION("threshold"), .fields = threshold_fields,
             .args_size = sizeof(cn_activation_threshold_args),
             .defaults = &(const cn_activation_threshold_args){0}},
    .emit = emit_threshold,
};
