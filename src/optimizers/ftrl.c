/* Ftrl: h = g + 2*l2_shrinkage*w; n = a + g^2; z += h - (n^-p - a^-p)/lr*w; q = n^-p/lr + 2*l2 +
 * beta/lr; w = (clip(z, -l1, l1) - z)/q, where p is learning_rate_power. */
#include "optimizers/optimizers.h"

enum { ACCUMULATOR, LINEAR };

/* The scalars that all weights share: 1/lr, and what q has besides n^-p/lr. */
enum { SPEED, CONSTANT };

static int slots(const void *args, cn_slot *slots)
{
    slots[ACCUMULATOR].name = "accumulator";
    slots[ACCUMULATOR].initial = ((const cn_ftrl_args *)args)->initial_accumulator_value;
    slots[LINEAR].name = "linear";
    return 2;
}

static void begin(cn_optimizer_call *call)
{
    const cn_ftrl_args *args = call->args;
    cn_program *p = call->p;
    call->shared[SPEED] = cn_emit_reciprocal(p, call->learning_rate);
    call->shared[CONSTANT] =
        cn_emit_add_scalar(p, cn_emit_multiply_scalar(p, call->shared[SPEED], args->beta),
                           2 * args->l2_regularization_strength);
}

static void update(const cn_optimizer_call *call, cn_value gradient, cn_value *variable,
                   cn_value *slots)
{
    const cn_ftrl_args *args = call->args;
    const double power = -args->learning_rate_power, l1 = args->l1_regularization_strength;
    cn_program *p = call->p;
    cn_value shrinkage =
        cn_emit_multiply_scalar(p, *variable, 2 * args->l2_shrinkage_regularization_strength);
    cn_value accumulated = cn_emit_add(p, slots[ACCUMULATOR], cn_emit_square(p, gradient));
    cn_value new_power = cn_emit_power_scalar(p, accumulated, power);
    cn_value growth =
        cn_emit_subtract(p, new_power, cn_emit_power_scalar(p, slots[ACCUMULATOR], power));
    growth = cn_emit_multiply(p, cn_emit_multiply(p, growth, call->shared[SPEED]), *variable);
    cn_value change = cn_emit_subtract(p, cn_emit_add(p, gradient, shrinkage), growth);
    slots[ACCUMULATOR] = accumulated;
    slots[LINEAR] = cn_emit_add(p, slots[LINEAR], change);
    cn_value quadratic =
        cn_emit_add(p, cn_emit_multiply(p, new_power, call->shared[SPEED]), call->shared[CONSTANT]);
    cn_value above = cn_emit_subtract(p, cn_emit_clip(p, slots[LINEAR], -l1, l1), slots[LINEAR]);
    *variable = cn_emit_divide(p, above, quadratic);
}

static cn_status check(const void *args)
{
    const cn_ftrl_args *ftrl = args;
    const double values[] = {ftrl->initial_accumulator_value, ftrl->l1_regularization_strength,
                             ftrl->l2_regularization_strength,
                             ftrl->l2_shrinkage_regularization_strength};
    static const char *const names[] = {"initial_accumulator_value", "l1_regularization_strength",
                                        "l2_regularization_strength",
                                        "l2_shrinkage_regularization_strength"};
    for (int i = 0; i < 4; i++)
        CN_CHECK(values[i] >= 0, "Ftrl: %s must not be negative, got %g", names[i], values[i]);
    CN_CHECK(ftrl->learning_rate_power <= 0, "Ftrl: learning_rate_power must be at most 0, got %g",
             ftrl->learning_rate_power);
    return CN_OK;
}

static const cn_field fields[] = {
    CN_OPTIMIZER_FIELDS(cn_ftrl_args),
    CN_FIELD(cn_ftrl_args, learning_rate_power, CN_FIELD_REAL, 0),
    CN_FIELD(cn_ftrl_args, initial_accumulator_value, CN_FIELD_REAL, 0),
    CN_FIELD(cn_ftrl_args, l1_regularization_strength, CN_FIELD_REAL, 0),
    CN_FIELD(cn_ftrl_args, l2_regularization_strength, CN_FIELD_REAL, 0),
    CN_FIELD(cn_ftrl_args, l2_shrinkage_regularization_strength, CN_FIELD_REAL, 0),
    CN_FIELD(cn_ftrl_args, beta, CN_FIELD_REAL, 0),
    CN_END_FIELDS,
};

static const cn_ftrl_args defaults = {CN_FTRL_DEFAULTS};

const cn_optimizer_class cn_optimizer_ftrl = {
    .base = {.name = "Ftrl",
             .module = "keras.optimizers",
             .fields = fields,
             .args_size = sizeof defaults,
             .defaults = &defaults,
             .check = check},
    .slots = slots,
    .begin = begin,
    .update = update,
};

const char *cn_ftrl_with(const cn_ftrl_args *args)
{
    return cn_optimizer_text(&cn_optimizer_ftrl.base, args);
}
