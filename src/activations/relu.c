/* relu: y = max(x, 0); in general x where x > threshold, otherwise slope * (x - threshold), and
 * at most max_value. relu6: y = min(max(x, 0), 6). leaky_relu: y = x where x >= 0, otherwise
 * slope * x. */
#include <math.h>

#include "activations/activations.h"

static cn_value emit_leaky(cn_program *p, double slope, cn_value x)
{
    cn_value positive = cn_emit_greater_equal(p, x, cn_emit_scalar(p, 0));
    return cn_emit_where(p, positive, x, cn_emit_multiply_scalar(p, x, slope));
}

/* What is above the threshold; like Keras, nothing above a negative threshold is cut off unless
 * there is a maximum. */
static cn_value emit_upper(cn_program *p, const cn_activation_relu_args *args, cn_value x)
{
    cn_value y = args->threshold == 0
                     ? cn_emit_relu(p, x)
                     : cn_emit_where(p, cn_emit_greater_scalar(p, x, args->threshold), x,
                                     cn_emit_scalar(p, 0));
    if (isnan(args->max_value))
        return y;
    if (args->threshold < 0)
        y = cn_emit_relu(p, y);
    return cn_emit_minimum_scalar(p, y, args->max_value);
}

/* relu(threshold - x) */
static cn_value emit_lower(cn_program *p, const cn_activation_relu_args *args, cn_value x)
{
    return cn_emit_relu(p, args->threshold == 0 ? cn_emit_negative(p, x)
                                                : cn_emit_subtract_from(p, args->threshold, x));
}

static cn_value emit_relu(cn_program *p, const void *arguments, cn_value x)
{
    const cn_activation_relu_args *args = arguments;
    if (args->negative_slope == 0)
        return emit_upper(p, args, x);
    if (args->threshold == 0 && isnan(args->max_value))
        return emit_leaky(p, args->negative_slope, x);
    cn_value lower = cn_emit_multiply_scalar(p, emit_lower(p, args, x), args->negative_slope);
    return cn_emit_subtract(p, emit_upper(p, args, x), lower);
}

static cn_value emit_relu6(cn_program *p, const void *args, cn_value x)
{
    (void)args;
    return cn_emit_clip(p, x, 0, 6);
}

static cn_value emit_leaky_relu(cn_program *p, const void *arguments, cn_value x)
{
    const cn_activation_leaky_relu_args *args = arguments;
    return emit_leaky(p, args->negative_slope, x);
}

static const cn_field relu_fields[] = {
    CN_FIELD(cn_activation_relu_args, negative_slope, CN_FIELD_REAL, 0),
    CN_FIELD(cn_activation_relu_args, max_value, CN_FIELD_REAL, CN_FIELD_OPTIONAL),
    CN_FIELD(cn_activation_relu_args, threshold, CN_FIELD_REAL, 0),
    CN_END_FIELDS,
};

static const cn_field leaky_relu_fields[] = {
    CN_FIELD(cn_activation_leaky_relu_args, negative_slope, CN_FIELD_REAL, 0),
    CN_END_FIELDS,
};

const cn_activation_class cn_activation_relu = {
    .base = {CN_ACTIVATION("relu"), .fields = relu_fields,
             .args_size = sizeof(cn_activation_relu_args),
             .defaults = &(const cn_activation_relu_args){.max_value = CN_UNSET}},
    .emit = emit_relu,
};

const cn_activation_class cn_activation_relu6 = {{CN_PLAIN_ACTIVATION("relu6")}, emit_relu6};

const cn_activation_class cn_activation_leaky_relu = {
    .base = {CN_ACTIVATION("leaky_relu"), .fields = leaky_relu_fields,
             .args_size = sizeof(cn_activation_leaky_relu_args),
             .defaults = &(const cn_activation_leaky_relu_args){.negative_slope = 0.2}},
    .emit = emit_leaky_relu,
};
