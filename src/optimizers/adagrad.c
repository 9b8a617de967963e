/* Adagrad: a += g^2; w -= lr*g / sqrt(a + epsilon). */
#include "optimizers/optimizers.h"

static int slots(const void *args, cn_slot *slots)
{
    slots[0].name = "accumulator";
    slots[0].initial = ((const cn_adagrad_args *)args)->initial_accumulator_value;
    return 1;
}

static void update(const cn_optimizer_call *call, cn_value gradient, cn_value *variable,
                   cn_value *slots)
{
    const cn_adagrad_args *args = call->args;
    cn_program *p = call->p;
    slots[0] = cn_emit_add(p, slots[0], cn_emit_square(p, gradient));
    cn_value root = args->epsilon_outside
                        ? cn_emit_add_scalar(p, cn_emit_sqrt(p, slots[0]), args->epsilon)
                        : cn_emit_sqrt(p, cn_emit_add_scalar(p, slots[0], args->epsilon));
    cn_value change = cn_emit_divide(p, cn_emit_multiply(p, gradient, call->learning_rate), root);
    *variable = cn_emit_subtract(p, *variable, change);
}

static const cn_field fields[] = {
    CN_OPTIMIZER_FIELDS(cn_adagrad_args),
    CN_FIELD(cn_adagrad_args, initial_accumulator_value, CN_FIELD_REAL, 0),
    CN_FIELD(cn_adagrad_args, epsilon, CN_FIELD_REAL, 0),
    CN_FIELD(cn_adagrad_args, epsilon_outside, CN_FIELD_BOOL, CN_FIELD_HIDDEN),
    CN_END_FIELDS,
};

static const cn_adagrad_args defaults = {CN_ADAGRAD_DEFAULTS};

const cn_optimizer_class cn_optimizer_adagrad = {
    .base = {.name = "Adagrad",
             .module = "keras.optimizers",
             .fields = fields,
             .args_size = sizeof defaults,
             .defaults = &defaults},
    .slots = slots,
    .update = update,
};

const char *cn_adagrad_with(const cn_adagrad_args *args)
{
    return cn_optimizer_text(&cn_optimizer_adagrad.base, args);
}
