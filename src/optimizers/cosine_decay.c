/* CosineDecay: r*((1 - alpha)*(1 + cos(pi*s/decay_steps))/2 + alpha), after a linear warmup. */
#include <math.h>

#include "optimizers/optimizers.h"

/* The part after the warmup, from `rate` on. */
static cn_value fall(cn_program *p, const cn_cosine_decay_args *decay, cn_value step, double rate)
{
    const double pi = 3.14159265358979323846;
    cn_value fraction = cn_emit_divide(p, step, cn_emit_scalar(p, decay->decay_steps));
    cn_value cosine = cn_emit_cos(p, cn_emit_multiply_scalar(p, fraction, pi));
    cn_value height =
        cn_emit_multiply_scalar(p, cn_emit_add_scalar(p, cosine, 1), (1 - decay->alpha) * 0.5);
    return cn_emit_multiply_scalar(p, cn_emit_add_scalar(p, height, decay->alpha), rate);
}

static cn_value emit(cn_program *p, const void *args, cn_value step)
{
    const cn_cosine_decay_args *decay = args;
    if (isnan(decay->warmup_target))
        return fall(p, decay, cn_emit_minimum_scalar(p, step, decay->decay_steps),
                    decay->initial_learning_rate);
    const double first = decay->initial_learning_rate, warmup = decay->warmup_steps;
    step = cn_emit_minimum_scalar(p, step, decay->decay_steps + warmup);
    cn_value after = fall(p, decay, cn_emit_add_scalar(p, step, -warmup), decay->warmup_target);
    if (warmup == 0)
        return after;
    cn_value rise = cn_emit_divide(p, step, cn_emit_scalar(p, warmup));
    rise = cn_emit_add_scalar(p, cn_emit_multiply_scalar(p, rise, decay->warmup_target - first),
                              first);
    return cn_emit_where(p, cn_emit_less_scalar(p, step, warmup), rise, after);
}

static cn_status check(const void *args)
{
    const cn_cosine_decay_args *decay = args;
    CN_CHECK(decay->decay_steps > 0, "CosineDecay: decay_steps must be positive, got %g",
             decay->decay_steps);
    CN_CHECK(decay->warmup_steps >= 0, "CosineDecay: warmup_steps must not be negative, got %g",
             decay->warmup_steps);
    return CN_OK;
}

static const cn_field fields[] = {
    CN_FIELD(cn_cosine_decay_args, initial_learning_rate, CN_FIELD_REAL, 0),
    CN_FIELD(cn_cosine_decay_args, decay_steps, CN_FIELD_REAL, 0),
    CN_FIELD(cn_cosine_decay_args, alpha, CN_FIELD_REAL, 0),
    CN_FIELD(cn_cosine_decay_args, name, CN_FIELD_TEXT, CN_FIELD_OPTIONAL),
    CN_FIELD(cn_cosine_decay_args, warmup_target, CN_FIELD_REAL, CN_FIELD_OPTIONAL),
    CN_FIELD(cn_cosine_decay_args, warmup_steps, CN_FIELD_REAL, 0),
    CN_END_FIELDS,
};

static const cn_cosine_decay_args defaults = {CN_COSINE_DECAY_DEFAULTS};

const cn_schedule_class cn_schedule_cosine_decay = {
    .base = {.name = "CosineDecay",
             .module = "keras.optimizers.schedules",
             .fields = fields,
             .args_size = sizeof defaults,
             .defaults = &defaults,
             .check = check},
    .emit = emit,
};

const char *cn_cosine_decay_with(const cn_cosine_decay_args *args)
{
    return cn_object_text(&cn_schedule_cosine_decay.base, args);
}
