/* ExponentialDecay: initial_learning_rate * decay_rate^(s/decay_steps). */
#include "optimizers/optimizers.h"

static cn_value emit(cn_program *p, const void *args, cn_value step)
{
    const cn_exponential_decay_args *decay = args;
    cn_value periods = cn_emit_divide(p, step, cn_emit_scalar(p, decay->decay_steps));
    if (decay->staircase)
        periods = cn_emit_floor(p, periods);
    cn_value factor = cn_emit_power(p, cn_emit_scalar(p, decay->decay_rate), periods);
    return cn_emit_multiply_scalar(p, factor, decay->initial_learning_rate);
}

static cn_status check(const void *args)
{
    double decay_steps = ((const cn_exponential_decay_args *)args)->decay_steps;
    CN_CHECK(decay_steps > 0, "ExponentialDecay: decay_steps must be positive, got %g",
             decay_steps);
    return CN_OK;
}

static const cn_field fields[] = {
    CN_FIELD(cn_exponential_decay_args, initial_learning_rate, CN_FIELD_REAL, 0),
    CN_FIELD(cn_exponential_decay_args, decay_steps, CN_FIELD_REAL, 0),
    CN_FIELD(cn_exponential_decay_args, decay_rate, CN_FIELD_REAL, 0),
    CN_FIELD(cn_exponential_decay_args, staircase, CN_FIELD_BOOL, 0),
    CN_FIELD(cn_exponential_decay_args, name, CN_FIELD_TEXT, CN_FIELD_OPTIONAL),
    CN_END_FIELDS,
};

static const cn_exponential_decay_args defaults = {CN_EXPONENTIAL_DECAY_DEFAULTS};

const cn_schedule_class cn_schedule_exponential_decay = {
    .base = {.name = "ExponentialDecay",
             .module = "keras.optimizers.schedules",
             .fields = fields,
             .args_size = sizeof defaults,
             .defaults = &defaults,
             .check = check},
    .emit = emit,
};

const char *cn_exponential_decay_with(const cn_exponential_decay_args *args)
{
    return cn_object_text(&cn_schedule_exponential_decay.base, args);
}
