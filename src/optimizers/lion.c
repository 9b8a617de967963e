/* Lion: w -= lr*sign(beta_1*m + (1-beta_1)*g); then m = beta_2*m + (1-beta_2)*g. */
#include "optimizers/optimizers.h"

static int slots(const void *args, cn_slot *slots)
{
    (void)args;
    slots[0].name = "momentum";
    return 1;
}

/* beta*m + (1-beta)*g; Keras rounds beta to float32 before it subtracts it from 1. */
static cn_value blend(cn_program *p, double beta, cn_value momentum, cn_value gradient)
{
    beta = (double)(float)beta;
    return cn_emit_add(p, cn_emit_multiply_scalar(p, momentum, beta),
                       cn_emit_multiply_scalar(p, gradient, 1 - beta));
}

static void update(const cn_optimizer_call *call, cn_value gradient, cn_value *variable,
                   cn_value *slots)
{
    const cn_lion_args *args = call->args;
    cn_program *p = call->p;
    cn_value direction = cn_emit_sign(p, blend(p, args->beta_1, slots[0], gradient));
    *variable = cn_emit_subtract(p, *variable, cn_emit_multiply(p, direction, call->learning_rate));
    slots[0] = blend(p, args->beta_2, slots[0], gradient);
}

static cn_status check(const void *args)
{
    double beta_1 = ((const cn_lion_args *)args)->beta_1;
    CN_CHECK(beta_1 > 0 && beta_1 <= 1, "Lion: beta_1 must be above 0 and at most 1, got %g",
             beta_1);
    return CN_OK;
}

static const cn_field fields[] = {
    CN_OPTIMIZER_FIELDS(cn_lion_args),
    CN_FIELD(cn_lion_args, beta_1, CN_FIELD_REAL, 0),
    CN_FIELD(cn_lion_args, beta_2, CN_FIELD_REAL, 0),
    CN_END_FIELDS,
};

static const cn_lion_args defaults = {CN_LION_DEFAULTS};

const cn_optimizer_class cn_optimizer_lion = {
    .base = {.name = "Lion",
             .module = "keras.optimizers",
             .fields = fields,
             .args_size = sizeof defaults,
             .defaults = &defaults,
             .check = check},
    .slots = slots,
    .update = update,
};

const char *cn_lion_with(const cn_lion_args *args)
{
    return cn_optimizer_text(&cn_optimizer_lion.base, args);
}
