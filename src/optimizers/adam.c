/* Adam: m += (g - m)*(1 - beta_1); v += (g^2 - v)*(1 - beta_2); w -= a*m / (sqrt(v) + epsilon),
 * where a = lr*sqrt(1 - beta_2^t)/(1 - beta_1^t). */
#include "optimizers/adam.h"

enum { MOMENTUM, VELOCITY, LARGEST_VELOCITY };

cn_value cn_emit_adam_rate(const cn_optimizer_call *call, double beta_1, double beta_2)
{
    cn_program *p = call->p;
    cn_value root = cn_emit_sqrt(p, cn_emit_bias_correction(call, beta_2));
    return cn_emit_divide(p, cn_emit_multiply(p, call->learning_rate, root),
                          cn_emit_bias_correction(call, beta_1));
}

int cn_adam_slots(bool amsgrad, cn_slot *slots)
{
    slots[MOMENTUM].name = "momentum";
    slots[VELOCITY].name = "velocity";
    slots[LARGEST_VELOCITY].name = "velocity_hat";
    slots[LARGEST_VELOCITY].group = 1;
    return amsgrad ? 3 : 2;
}

void cn_emit_adam_update(const cn_optimizer_call *call, const cn_adam_options *options,
                         cn_value gradient, cn_value *variable, cn_value *slots)
{
    cn_program *p = call->p;
    slots[MOMENTUM] = cn_emit_moving_average(p, slots[MOMENTUM], gradient, options->beta_1);
    slots[VELOCITY] =
        cn_emit_moving_average(p, slots[VELOCITY], cn_emit_square(p, gradient), options->beta_2);
    cn_value velocity = slots[VELOCITY];
    if (options->amsgrad)
        velocity = slots[LARGEST_VELOCITY] = cn_emit_maximum(p, slots[LARGEST_VELOCITY], velocity);
    cn_value root = cn_emit_add_scalar(p, cn_emit_sqrt(p, velocity), options->epsilon);
    cn_value change =
        cn_emit_divide(p, cn_emit_multiply(p, slots[MOMENTUM], call->shared[0]), root);
    *variable = cn_emit_subtract(p, *variable, change);
}

static int slots(const void *args, cn_slot *slots)
{
    return cn_adam_slots(((const cn_adam_args *)args)->amsgrad, slots);
}

static void begin(cn_optimizer_call *call)
{
    const cn_adam_args *args = call->args;
    call->shared[0] = cn_emit_adam_rate(call, args->beta_1, args->beta_2);
}

static void update(const cn_optimizer_call *call, cn_value gradient, cn_value *variable,
                   cn_value *slots)
{
    const cn_adam_args *args = call->args;
    const cn_adam_options options = {args->beta_1, args->beta_2, args->epsilon, args->amsgrad};
    cn_emit_adam_update(call, &options, gradient, variable, slots);
}

static const cn_field fields[] = {
    CN_OPTIMIZER_FIELDS(cn_adam_args),
    CN_FIELD(cn_adam_args, beta_1, CN_FIELD_REAL, 0),
    CN_FIELD(cn_adam_args, beta_2, CN_FIELD_REAL, 0),
    CN_FIELD(cn_adam_args, epsilon, CN_FIELD_REAL, 0),
    CN_FIELD(cn_adam_args, amsgrad, CN_FIELD_BOOL, 0),
    CN_END_FIELDS,
};

static const cn_adam_args defaults = {CN_ADAM_DEFAULTS};

const cn_optimizer_class cn_optimizer_adam = {
    .base = {.name = "Adam",
             .module = "keras.optimizers",
             .fields = fields,
             .args_size = sizeof defaults,
             .defaults = &defaults},
    .slots = slots,
    .begin = begin,
    .update = update,
};

const char *cn_adam_with(const cn_adam_args *args)
{
    return cn_optimizer_text(&cn_optimizer_adam.base, args);
}
