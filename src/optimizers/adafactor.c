/* Adafactor: w -= a*u / max(1, rms(u)/clip_threshold), where u = g/sqrt(v), a = max(epsilon_2,
 * rms(w))*min(lr, 1/sqrt(t)) and v comes from running means of g^2 + epsilon_1: over rows (r) and
 * columns (c) where there are two axes or more. */
#include "optimizers/optimizers.h"

enum { ROWS, COLUMNS, VELOCITY };

/* The scalars that all weights share. */
enum { RATE, BETA, REST };

/* With fewer than two axes r and c are scalars that nothing uses, which Keras's files have all the
 * same. */
static int slots(const void *args, cn_slot *slots)
{
    (void)args;
    const cn_shape shape = slots[VELOCITY].shape;
    slots[VELOCITY].name = "velocity";
    slots[ROWS].shape.rank = slots[COLUMNS].shape.rank = shape.rank < 2 ? 0 : shape.rank - 1;
    if (shape.rank >= 2)
        slots[COLUMNS].shape.dim[shape.rank - 2] = shape.dim[shape.rank - 1];
    return 3;
}

static void begin(cn_optimizer_call *call)
{
    const cn_adafactor_args *args = call->args;
    cn_program *p = call->p;
    cn_value power = cn_emit_power_scalar(p, call->step, args->beta_2_decay);
    call->shared[RATE] = cn_emit_minimum(p, call->learning_rate, cn_emit_rsqrt(p, call->step));
    call->shared[BETA] = cn_emit_subtract_from(p, 1, power);
    call->shared[REST] = cn_emit_subtract_from(p, 1, call->shared[BETA]);
}

static cn_value average(const cn_optimizer_call *call, cn_value old, cn_value value)
{
    cn_program *p = call->p;
    return cn_emit_add(p, cn_emit_multiply(p, old, call->shared[BETA]),
                       cn_emit_multiply(p, value, call->shared[REST]));
}

static cn_value root_mean_square(cn_program *p, cn_value x)
{
    return cn_emit_sqrt(p, cn_emit_mean(p, cn_emit_square(p, x), CN_ALL_AXES, false));
}

static void update_factors(const cn_optimizer_call *call, cn_value square, cn_value *slots)
{
    cn_program *p = call->p;
    slots[ROWS] = average(call, slots[ROWS], cn_emit_mean(p, square, CN_AXES(-1), false));
    slots[COLUMNS] = average(call, slots[COLUMNS], cn_emit_mean(p, square, CN_AXES(-2), false));
    cn_value rows = cn_emit_divide(p, slots[ROWS], cn_emit_mean(p, slots[ROWS], CN_AXES(-1), true));
    slots[VELOCITY] = cn_emit_multiply(p, cn_emit_expand_dims(p, rows, -1),
                                       cn_emit_expand_dims(p, slots[COLUMNS], -2));
}

static void update(const cn_optimizer_call *call, cn_value gradient, cn_value *variable,
                   cn_value *slots)
{
    const cn_adafactor_args *args = call->args;
    cn_program *p = call->p;
    cn_value square = cn_emit_add_scalar(p, cn_emit_square(p, gradient), args->epsilon_1);
    if (*variable != CN_NO_VALUE && cn_shape_of(p, *variable)->rank >= 2)
        update_factors(call, square, slots);
    else
        slots[VELOCITY] = average(call, slots[VELOCITY], square);
    cn_value direction = cn_emit_divide(p, gradient, cn_emit_sqrt(p, slots[VELOCITY]));
    cn_value excess =
        cn_emit_multiply_scalar(p, root_mean_square(p, direction), 1 / args->clip_threshold);
    cn_value rate = cn_emit_multiply(
        p, cn_emit_maximum_scalar(p, root_mean_square(p, *variable), args->epsilon_2),
        call->shared[RATE]);
    rate = cn_emit_divide(p, rate, cn_emit_maximum_scalar(p, excess, 1));
    *variable = cn_emit_subtract(p, *variable, cn_emit_multiply(p, direction, rate));
}

static const cn_field fields[] = {
    CN_OPTIMIZER_FIELDS(cn_adafactor_args),
    CN_FIELD(cn_adafactor_args, beta_2_decay, CN_FIELD_REAL, 0),
    CN_FIELD(cn_adafactor_args, epsilon_1, CN_FIELD_REAL, 0),
    CN_FIELD(cn_adafactor_args, epsilon_2, CN_FIELD_REAL, 0),
    CN_FIELD(cn_adafactor_args, clip_threshold, CN_FIELD_REAL, 0),
    CN_FIELD(cn_adafactor_args, relative_step, CN_FIELD_BOOL, 0),
    CN_END_FIELDS,
};

static const cn_adafactor_args defaults = {CN_ADAFACTOR_DEFAULTS};

const cn_optimizer_class cn_optimizer_adafactor = {
    .base = {.name = "Adafactor",
             .module = "keras.optimizers",
             .fields = fields,
             .args_size = sizeof defaults,
             .defaults = &defaults},
    .slots = slots,
    .begin = begin,
    .update = update,
};

const char *cn_adafactor_with(const cn_adafactor_args *args)
{
    return cn_optimizer_text(&cn_optimizer_adafactor.base, args);
}
