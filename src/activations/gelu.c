/* gelu: y = x/2 * (1 + erf(x / sqrt 2)); approximate: y = x/2 * (1 + tanh(sqrt(2/pi) * (x +
 * 0.044715 x^3))). Hendrycks and Gimpel, Gaussian Error Linear Units (2016). */
#include "activations/activations.h"

static cn_value emit_curve(cn_program *p, bool approximate, cn_value x)
{
    const double sqrt_half = 0.70710678118654752440, sqrt_2_over_pi = 0.79788456080286535588;
    if (!approximate)
        return cn_emit_erf(p, cn_emit_multiply_scalar(p, x, sqrt_half));
    cn_value cubic = cn_emit_multiply_scalar(p, cn_emit_square(p, x), 0.044715 * sqrt_2_over_pi);
    return cn_emit_tanh(p, cn_emit_multiply(p, x, cn_emit_add_scalar(p, cubic, sqrt_2_over_pi)));
}

static cn_value emit(cn_program *p, const void *arguments, cn_value x)
{
    const cn_activation_gelu_args *args = arguments;
    cn_value share = cn_emit_add_scalar(p, emit_curve(p, args->approximate, x), 1);
    return cn_emit_multiply(p, cn_emit_multiply_scalar(p, x, 0.5), share);
}

static const cn_field fields[] = {
    CN_FIELD(cn_activation_gelu_args, approximate, CN_FIELD_BOOL, 0),
    CN_END_FIELDS,
};

const cn_activation_class cn_activation_gelu = {
    .base = {CN_ACTIVATION("gelu"), .fields = fields, .args_size = sizeof(cn_activation_gelu_args),
             .defaults = &(const cn_activation_gelu_args){.approximate = false}},
    .emit = emit,
};
