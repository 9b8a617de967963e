/* Adadelta: e = rho*e + (1-rho)*g^2; s = sqrt(d + epsilon)/sqrt(e + epsilon)*g; d = rho*d +
 * (1-rho)*s^2; w -= lr*s. */
#include "optimizers/optimizers.h"

enum { GRADIENTS, CHANGES };

static int slots(const void *args, cn_slot *slots)
{
    (void)args;
    slots[GRADIENTS].name = "accumulated_grad";
    slots[CHANGES].name = "accumulated_delta_var";
    return 2;
}

/* rho*average + (1-rho)*value^2 */
static cn_value mean_square(cn_program *p, double rho, cn_value average, cn_value value)
{
    return cn_emit_add(p, cn_emit_multiply_scalar(p, average, rho),
                       cn_emit_multiply_scalar(p, cn_emit_square(p, value), 1 - rho));
}

static void update(const cn_optimizer_call *call, cn_value gradient, cn_value *variable,
                   cn_value *slots)
{
    const cn_adadelta_args *args = call->args;
    cn_program *p = call->p;
    slots[GRADIENTS] = mean_square(p, args->rho, slots[GRADIENTS], gradient);
    cn_value above = cn_emit_sqrt(p, cn_emit_add_scalar(p, slots[CHANGES], args->epsilon));
    cn_value below = cn_emit_sqrt(p, cn_emit_add_scalar(p, slots[GRADIENTS], args->epsilon));
    cn_value change = cn_emit_divide(p, cn_emit_multiply(p, above, gradient), below);
    slots[CHANGES] = mean_square(p, args->rho, slots[CHANGES], change);
    *variable = cn_emit_subtract(p, *variable, cn_emit_multiply(p, change, call->learning_rate));
}

static const cn_field fields[] = {
    CN_OPTIMIZER_FIELDS(cn_adadelta_args),
    CN_FIELD(cn_adadelta_args, rho, CN_FIELD_REAL, 0),
    CN_FIELD(cn_adadelta_args, epsilon, CN_FIELD_REAL, 0),
    CN_END_FIELDS,
};

static const cn_adadelta_args defaults = {CN_ADADELTA_DEFAULTS};

const cn_optimizer_class cn_optimizer_adadelta = {
    .base = {.name = "Adadelta",
             .module = "keras.optimizers",
             .fields = fields,
             .args_size = sizeof defaults,
             .defaults = &defaults},
    .slots = slots,
    .update = update,
};

const char *cn_adadelta_with(const cn_adadelta_args *args)
{
    return cn_optimizer_text(&cn_optimizer_adadelta.base, args);
}
