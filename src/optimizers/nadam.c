/* Nadam: n = u_(t+1)*m/(1 - P*u_(t+1)) + (1 - u_t)*g/(1 - P); w -= lr*n / (sqrt(v/(1 - beta_2^t)) +
 * epsilon), where u_t = beta_1*(1 - 0.96^t/2) and P is the product of all u so far, which is the
 * class's common variable. */
#include "optimizers/adam.h"

enum { MOMENTUM, VELOCITY };

/* The scalars that all weights share: the factors of m, of g and of v. */
enum { OF_MOMENTUM, OF_GRADIENT, OF_VELOCITY };

static int slots(const void *args, cn_slot *slots)
{
    (void)args;
    return cn_adam_slots(false, slots);
}

/* u_t */
static cn_value schedule(cn_program *p, double beta_1, cn_value step)
{
    cn_value half =
        cn_emit_multiply_scalar(p, cn_emit_power(p, cn_emit_scalar(p, 0.96), step), 0.5);
    return cn_emit_multiply_scalar(p, cn_emit_subtract_from(p, 1, half), beta_1);
}

static void begin(cn_optimizer_call *call)
{
    const cn_nadam_args *args = call->args;
    cn_program *p = call->p;
    cn_value now = schedule(p, args->beta_1, call->step);
    cn_value next = schedule(p, args->beta_1, cn_emit_add_scalar(p, call->step, 1));
    call->common = cn_emit_multiply(p, call->common, now);
    cn_value product = cn_emit_multiply(p, call->common, next);
    call->shared[OF_MOMENTUM] = cn_emit_divide(p, next, cn_emit_subtract_from(p, 1, product));
    call->shared[OF_GRADIENT] = cn_emit_divide(p, cn_emit_subtract_from(p, 1, now),
                                               cn_emit_subtract_from(p, 1, call->common));
    call->shared[OF_VELOCITY] = cn_emit_reciprocal(p, cn_emit_bias_correction(call, args->beta_2));
}

/* Keras rounds the betas to float32 before it subtracts them from 1 here, which Adam does not. */
static double rounded(double beta)
{
    return (double)(float)beta;
}

static void update(const cn_optimizer_call *call, cn_value gradient, cn_value *variable,
                   cn_value *slots)
{
    const cn_nadam_args *args = call->args;
    cn_program *p = call->p;
    slots[MOMENTUM] = cn_emit_moving_average(p, slots[MOMENTUM], gradient, rounded(args->beta_1));
    slots[VELOCITY] = cn_emit_moving_average(p, slots[VELOCITY], cn_emit_square(p, gradient),
                                             rounded(args->beta_2));
    cn_value direction =
        cn_emit_add(p, cn_emit_multiply(p, slots[MOMENTUM], call->shared[OF_MOMENTUM]),
                    cn_emit_multiply(p, gradient, call->shared[OF_GRADIENT]));
    cn_value root =
        cn_emit_sqrt(p, cn_emit_multiply(p, slots[VELOCITY], call->shared[OF_VELOCITY]));
    cn_value change = cn_emit_divide(p, cn_emit_multiply(p, direction, call->learning_rate),
                                     cn_emit_add_scalar(p, root, args->epsilon));
    *variable = cn_emit_subtract(p, *variable, change);
}

static const cn_field fields[] = {
    CN_OPTIMIZER_FIELDS(cn_nadam_args),
    CN_FIELD(cn_nadam_args, beta_1, CN_FIELD_REAL, 0),
    CN_FIELD(cn_nadam_args, beta_2, CN_FIELD_REAL, 0),
    CN_FIELD(cn_nadam_args, epsilon, CN_FIELD_REAL, 0),
    CN_END_FIELDS,
};

static const cn_nadam_args defaults = {CN_NADAM_DEFAULTS};

const cn_optimizer_class cn_optimizer_nadam = {
    .base = {.name = "Nadam",
             .module = "keras.optimizers",
             .fields = fields,
             .args_size = sizeof defaults,
             .defaults = &defaults},
    .slots = slots,
    .begin = begin,
    .update = update,
    .has_common = true,
    .initial_common = 1,
};

const char *cn_nadam_with(const cn_nadam_args *args)
{
    return cn_optimizer_text(&cn_optimizer_nadam.base, args);
}
