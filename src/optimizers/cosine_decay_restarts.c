/* CosineDecayRestarts: initial_learning_rate*((1 - alpha)*m_mul^i*(1 + cos(pi*f))/2 + alpha), where
 * i counts the restarts and f is the fraction of the period that has passed; period i is
 * first_decay_steps*t_mul^i long. */
#include "optimizers/optimizers.h"

/* The restarts so far, from the time passed in first periods: floor(log(1 + time*(t_mul - 1)) /
 * log(t_mul)). */
static cn_value restarts(cn_program *p, double t_mul, cn_value time)
{
    if (t_mul == 1)
        return cn_emit_floor(p, time);
    cn_value grown = cn_emit_add_scalar(p, cn_emit_multiply_scalar(p, time, t_mul - 1), 1);
    cn_value base = cn_emit_log(p, cn_emit_scalar(p, t_mul));
    return cn_emit_floor(p, cn_emit_divide(p, cn_emit_log(p, grown), base));
}

/* The fraction of the present period that has passed. */
static cn_value fraction(cn_program *p, double t_mul, cn_value time, cn_value count)
{
    if (t_mul == 1)
        return cn_emit_subtract(p, time, count);
    cn_value length = cn_emit_power(p, cn_emit_scalar(p, t_mul), count);
    cn_value start = cn_emit_multiply_scalar(p, cn_emit_add_scalar(p, length, -1), 1 / (t_mul - 1));
    return cn_emit_divide(p, cn_emit_subtract(p, time, start), length);
}

static cn_value emit(cn_program *p, const void *args, cn_value step)
{
    const cn_cosine_decay_restarts_args *decay = args;
    const double pi = 3.14159265358979323846;
    cn_value time = cn_emit_divide(p, step, cn_emit_scalar(p, decay->first_decay_steps));
    cn_value count = restarts(p, decay->t_mul, time);
    cn_value angle = cn_emit_multiply_scalar(p, fraction(p, decay->t_mul, time, count), pi);
    cn_value height =
        cn_emit_multiply_scalar(p, cn_emit_add_scalar(p, cn_emit_cos(p, angle), 1), 0.5);
    height = cn_emit_multiply(p, height, cn_emit_power(p, cn_emit_scalar(p, decay->m_mul), count));
    height =
        cn_emit_add_scalar(p, cn_emit_multiply_scalar(p, height, 1 - decay->alpha), decay->alpha);
    return cn_emit_multiply_scalar(p, height, decay->initial_learning_rate);
}

static cn_status check(const void *args)
{
    const cn_cosine_decay_restarts_args *decay = args;
    CN_CHECK(decay->first_decay_steps > 0,
             "CosineDecayRestarts: first_decay_steps must be positive, got %g",
             decay->first_decay_steps);
    CN_CHECK(decay->t_mul >= 1, "CosineDecayRestarts: t_mul must be at least 1, got %g",
             decay->t_mul);
    return CN_OK;
}

static const cn_field fields[] = {
    CN_FIELD(cn_cosine_decay_restarts_args, initial_learning_rate, CN_FIELD_REAL, 0),
    CN_FIELD(cn_cosine_decay_restarts_args, first_decay_steps, CN_FIELD_REAL, 0),
    CN_FIELD(cn_cosine_decay_restarts_args, t_mul, CN_FIELD_REAL, 0),
    CN_FIELD(cn_cosine_decay_restarts_args, m_mul, CN_FIELD_REAL, 0),
    CN_FIELD(cn_cosine_decay_restarts_args, alpha, CN_FIELD_REAL, 0),
    CN_FIELD(cn_cosine_decay_restarts_args, name, CN_FIELD_TEXT, CN_FIELD_OPTIONAL),
    CN_END_FIELDS,
};

static const cn_cosine_decay_restarts_args defaults = {CN_COSINE_DECAY_RESTARTS_DEFAULTS};

const cn_schedule_class cn_schedule_cosine_decay_restarts = {
    .base = {.name = "CosineDecayRestarts",
             .module = "keras.optimizers.schedules",
             .fields = fields,
             .args_size = sizeof defaults,
             .defaults = &defaults,
             .check = check},
    .emit = emit,
};

const char *cn_cosine_decay_restarts_with(const cn_cosine_decay_restarts_args *args)
{
    return cn_object_text(&cn_schedule_cosine_decay_restarts.base, args);
}
