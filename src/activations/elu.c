/* elu: y = x where x > 0, otherwise alpha * (e^x - 1). selu: y = 1.0507... * elu(x, 1.6732...).
 * celu: y = max(x, 0) + alpha * (e^(min(x, 0) / alpha) - 1). */
#include "activations/activations.h"

/* Klambauer et al., Self-Normalizing Neural Networks (2017). */
static const double selu_scale = 1.0507009873554805, selu_alpha = 1.6732632423543772;

static cn_value scaled(cn_program *p, cn_value x, double factor)
{
    return factor == 1 ? x : cn_emit_multiply_scalar(p, x, factor);
}

/* The inner where keeps e^x finite for large x, whose infinite slope would spoil the gradient. */
static cn_value emit_curve(cn_program *p, double alpha, cn_value x)
{
    cn_value positive = cn_emit_greater_scalar(p, x, 0);
    cn_value below = cn_emit_expm1(p, cn_emit_where(p, positive, cn_emit_scalar(p, 0), x));
    return cn_emit_where(p, positive, x, scaled(p, below, alpha));
}

static cn_value emit_elu(cn_program *p, const void *arguments, cn_value x)
{
    const cn_activation_elu_args *args = arguments;
    return emit_curve(p, args->alpha, x);
}

static cn_value emit_selu(cn_program *p, const void *args, cn_value x)
{
    (void)args;
    return cn_emit_multiply_scalar(p, emit_curve(p, selu_alpha, x), selu_scale);
}

static cn_value emit_celu(cn_program *p, const void *arguments, cn_value x)
{
    const cn_activation_elu_args *args = arguments;
    cn_value below = cn_emit_expm1(p, scaled(p, cn_emit_minimum_scalar(p, x, 0), 1 / args->alpha));
    return cn_emit_add(p, cn_emit_maximum_scalar(p, x, 0), scaled(p, below, args->alpha));
}

static cn_status check_celu(const void *arguments)
{
    const cn_activation_elu_args *args = arguments;
    CN_CHECK(args->alpha != 0, "celu: alpha must not be 0");
    return CN_OK;
}

static const cn_field fields[] = {
    CN_FIELD(cn_activation_elu_args, alpha, CN_FIELD_REAL, 0),
    CN_END_FIELDS,
};

static const cn_activation_elu_args defaults = {.alpha = 1};

#define ELU(name_)                                                                                 \
    CN_ACTIVATION(name_), .fields = fields, .args_size = sizeof defaults, .defaults = &defaults

const cn_activation_class cn_activation_elu = {{ELU("elu")}, emit_elu};
const cn_activation_class cn_activation_selu = {{CN_PLAIN_ACTIVATION("selu")}, emit_selu};
const cn_activation_class cn_activation_celu = {{ELU("celu"), .check = check_celu}, emit_celu};
