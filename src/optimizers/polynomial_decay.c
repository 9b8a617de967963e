/* PolynomialDecay: (initial_learning_rate - end_learning_rate)*(1 - s/d)^power + end_learning_rate.
 */
#include "optimizers/optimizers.h"

/* s/d: with cycle, d is the next multiple of decay_steps. */
static cn_value fraction(cn_program *p, const cn_polynomial_decay_args *decay, cn_value step)
{
    cn_value steps = cn_emit_scalar(p, decay->decay_steps);
    if (!decay->cycle)
        return cn_emit_divide(p, cn_emit_minimum(p, step, steps), steps);
    cn_value cycles = cn_emit_maximum_scalar(p, cn_emit_ceil(p, cn_emit_divide(p, step, steps)), 1);
    return cn_emit_divide(p, step, cn_emit_multiply(p, steps, cycles));
}

static cn_value emit(cn_program *p, const void *args, cn_value step)
{
    const cn_polynomial_decay_args *decay = args;
    cn_value rest = cn_emit_subtract_from(p, 1, fraction(p, decay, step));
    cn_value factor = cn_emit_power_scalar(p, rest, decay->power);
    factor =
        cn_emit_multiply_scalar(p, factor, decay->initial_learning_rate - decay->end_learning_rate);
    return cn_emit_add_scalar(p, factor, decay->end_learning_rate);
}

static cn_status check(const void *args)
{
    double decay_steps = ((const cn_polynomial_decay_args *)args)->decay_steps;
    CN_CHECK(decay_steps > 0, "PolynomialDecay: decay_steps must be positive, got %g", decay_steps);
    return CN_OK;
}

static const cn_field fields[] = {
    CN_FIELD(cn_polynomial_decay_args, initial_learning_rate, CN_FIELD_REAL, 0),
    CN_FIELD(cn_polynomial_decay_args, decay_steps, CN_FIELD_REAL, 0),
    CN_FIELD(cn_polynomial_decay_args, end_learning_rate, CN_FIELD_REAL, 0),
    CN_FIELD(cn_polynomial_decay_args, power, CN_FIELD_REAL, 0),
    CN_FIELD(cn_polynomial_decay_args, cycle, CN_FIELD_BOOL, 0),
    CN_FIELD(cn_polynomial_decay_args, name, CN_FIELD_TEXT, CN_FIELD_OPTIONAL),
    CN_END_FIELDS,
};

static const cn_polynomial_decay_args defaults = {CN_POLYNOMIAL_DECAY_DEFAULTS};

const cn_schedule_class cn_schedule_polynomial_decay = {
    .base = {.name = "PolynomialDecay",
             .module = "keras.optimizers.schedules",
             .fields = fields,
             .args_size = sizeof defaults,
             .defaults = &defaults,
             .check = check},
    .emit = emit,
};

const char *cn_polynomial_decay_with(const cn_polynomial_decay_args *args)
{
    return cn_object_text(&cn_schedule_polynomial_decay.base, args);
}
