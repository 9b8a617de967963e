/* Lamb: u = m/(1 - beta_1^t) / (sqrt(v/(1 - beta_2^t)) + epsilon); w -= lr*|w|/|u|*u. */
#include "optimizers/adam.h"

enum { MOMENTUM, VELOCITY };

/* The scalars that all weights share: 1/(1 - beta^t) of both. */
enum { OF_MOMENTUM, OF_VELOCITY };

static int slots(const void *args, cn_slot *slots)
{
    (void)args;
    return cn_adam_slots(false, slots);
}

static void begin(cn_optimizer_call *call)
{
    const cn_lamb_args *args = call->args;
    call->shared[OF_MOMENTUM] =
        cn_emit_reciprocal(call->p, cn_emit_bias_correction(call, args->beta_1));
    call->shared[OF_VELOCITY] =
        cn_emit_reciprocal(call->p, cn_emit_bias_correction(call, args->beta_2));
}

static cn_value norm(cn_program *p, cn_value x)
{
    return cn_emit_sqrt(p, cn_emit_sum(p, cn_emit_square(p, x), CN_ALL_AXES, false));
}

/* |w|/|u|, or 1 where either is 0. */
static cn_value ratio(cn_program *p, cn_value w, cn_value u)
{
    cn_value norm_w = norm(p, w), norm_u = norm(p, u);
    cn_value both = cn_emit_logical_and(p, cn_emit_greater_scalar(p, norm_w, 0),
                                        cn_emit_greater_scalar(p, norm_u, 0));
    return cn_emit_where(p, both, cn_emit_divide(p, norm_w, norm_u), cn_emit_scalar(p, 1));
}

static void update(const cn_optimizer_call *call, cn_value gradient, cn_value *variable,
                   cn_value *slots)
{
    const cn_lamb_args *args = call->args;
    cn_program *p = call->p;
    slots[MOMENTUM] = cn_emit_moving_average(p, slots[MOMENTUM], gradient, args->beta_1);
    slots[VELOCITY] =
        cn_emit_moving_average(p, slots[VELOCITY], cn_emit_square(p, gradient), args->beta_2);
    cn_value root =
        cn_emit_sqrt(p, cn_emit_multiply(p, slots[VELOCITY], call->shared[OF_VELOCITY]));
    cn_value direction =
        cn_emit_divide(p, cn_emit_multiply(p, slots[MOMENTUM], call->shared[OF_MOMENTUM]),
                       cn_emit_add_scalar(p, root, args->epsilon));
    cn_value rate = cn_emit_multiply(p, ratio(p, *variable, direction), call->learning_rate);
    *variable = cn_emit_subtract(p, *variable, cn_emit_multiply(p, direction, rate));
}

static const cn_field fields[] = {
    CN_OPTIMIZER_FIELDS(cn_lamb_args),
    CN_FIELD(cn_lamb_args, beta_1, CN_FIELD_REAL, 0),
    CN_FIELD(cn_lamb_args, beta_2, CN_FIELD_REAL, 0),
    CN_FIELD(cn_lamb_args, epsilon, CN_FIELD_REAL, 0),
    CN_END_FIELDS,
};

static const cn_lamb_args defaults = {CN_LAMB_DEFAULTS};

const cn_optimizer_class cn_optimizer_lamb = {
    .base = {.name = "Lamb",
             .module = "keras.optimizers",
             .fields = fields,
             .args_size = sizeof defaults,
             .defaults = &defaults},
    .slots = slots,
    .begin = begin,
    .update = update,
};

const char *cn_lamb_with(const cn_lamb_args *args)
{
    return cn_optimizer_text(&cn_optimizer_lamb.base, args);
}
