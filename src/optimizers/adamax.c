/* Adamax: m += (g - m)*(1 - beta_1); u = max(beta_2*u, |g|); w -= lr*m / ((1 - beta_1^t)*(u +
 * epsilon)). */
#include "optimizers/adam.h"

enum { MOMENTUM, NORM };

static int slots(const void *args, cn_slot *slots)
{
    (void)args;
    slots[MOMENTUM].name = "momentum";
    slots[NORM].name = "norm";
    return 2;
}

static void begin(cn_optimizer_call *call)
{
    const cn_adamax_args *args = call->args;
    call->shared[0] =
        cn_emit_divide(call->p, call->learning_rate, cn_emit_bias_correction(call, args->beta_1));
}

static void update(const cn_optimizer_call *call, cn_value gradient, cn_value *variable,
                   cn_value *slots)
{
    const cn_adamax_args *args = call->args;
    cn_program *p = call->p;
    cn_value faded = cn_emit_multiply_scalar(p, slots[NORM], args->beta_2);
    slots[MOMENTUM] = cn_emit_moving_average(p, slots[MOMENTUM], gradient, args->beta_1);
    slots[NORM] = cn_emit_maximum(p, faded, cn_emit_absolute(p, gradient));
    cn_value change = cn_emit_divide(p, cn_emit_multiply(p, slots[MOMENTUM], call->shared[0]),
                                     cn_emit_add_scalar(p, slots[NORM], args->epsilon));
    *variable = cn_emit_subtract(p, *variable, change);
}

static const cn_field fields[] = {
    CN_OPTIMIZER_FIELDS(cn_adamax_args),
    CN_FIELD(cn_adamax_args, beta_1, CN_FIELD_REAL, 0),
    CN_FIELD(cn_adamax_args, beta_2, CN_FIELD_REAL, 0),
    CN_FIELD(cn_adamax_args, epsilon, CN_FIELD_REAL, 0),
    CN_END_FIELDS,
};

static const cn_adamax_args defaults = {CN_ADAMAX_DEFAULTS};

const cn_optimizer_class cn_optimizer_adamax = {
    .base = {.name = "Adamax",
             .module = "keras.optimizers",
             .fields = fields,
             .args_size = sizeof defaults,
             .defaults = &defaults},
    .slots = slots,
    .begin = begin,
    .update = update,
};

const char *cn_adamax_with(const cn_adamax_args *args)
{
    return cn_optimizer_text(&cn_optimizer_adamax.base, args);
}
