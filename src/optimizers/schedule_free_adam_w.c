/* ScheduleFreeAdamW: v as Adam; z' = z - a*g/(sqrt(v/(1 - beta_2^t)) + epsilon) with a =
 * lr*min(t/warmup_steps, 1); x, which w = (1 - beta_1)*z + beta_1*x says, goes to x + (z' - x)/t;
 * then w = (1 - beta_1)*z' + beta_1*x. */
#include <inttypes.h>

#include "optimizers/adam.h"

enum { MOMENTUM, VELOCITY };

/* The scalars that all weights share. */
enum { RATE, CORRECTION, WEIGHT, REST };

static int slots(const void *args, cn_slot *slots)
{
    (void)args;
    slots[MOMENTUM].name = "momentum";
    slots[MOMENTUM].copies = true;
    slots[VELOCITY].name = "velocity";
    return 2;
}

static void begin(cn_optimizer_call *call)
{
    const cn_schedule_free_adam_w_args *args = call->args;
    cn_program *p = call->p;
    call->shared[RATE] = call->learning_rate;
    if (args->warmup_steps > 0) {
        cn_value part =
            cn_emit_divide(p, call->step, cn_emit_scalar(p, (double)args->warmup_steps));
        call->shared[RATE] =
            cn_emit_multiply(p, call->learning_rate, cn_emit_minimum_scalar(p, part, 1));
    }
    call->shared[CORRECTION] = cn_emit_bias_correction(call, args->beta_2);
    call->shared[WEIGHT] = cn_emit_reciprocal(p, call->step);
    call->shared[REST] = cn_emit_subtract_from(p, 1, call->shared[WEIGHT]);
}

static void update(const cn_optimizer_call *call, cn_value gradient, cn_value *variable,
                   cn_value *slots)
{
    const cn_schedule_free_adam_w_args *args = call->args;
    const double beta = args->beta_1, rest = (double)(1 - (float)beta);
    cn_program *p = call->p;
    cn_value old = cn_emit_multiply_scalar(p, slots[MOMENTUM], rest);
    cn_value x = cn_emit_multiply_scalar(p, cn_emit_subtract(p, *variable, old), 1 / beta);
    slots[VELOCITY] = cn_emit_moving_average(p, slots[VELOCITY], cn_emit_square(p, gradient),
                                             (double)(float)args->beta_2);
    cn_value corrected = cn_emit_divide(p, slots[VELOCITY], call->shared[CORRECTION]);
    cn_value root = cn_emit_add_scalar(p, cn_emit_sqrt(p, corrected), args->epsilon);
    cn_value change = cn_emit_multiply(p, gradient, call->shared[RATE]);
    slots[MOMENTUM] = cn_emit_subtract(p, slots[MOMENTUM], cn_emit_divide(p, change, root));
    cn_value kept = cn_emit_multiply(p, x, call->shared[REST]);
    x = cn_emit_add(p, kept, cn_emit_multiply(p, slots[MOMENTUM], call->shared[WEIGHT]));
    cn_value part = cn_emit_multiply_scalar(p, slots[MOMENTUM], rest);
    *variable = cn_emit_add(p, part, cn_emit_multiply_scalar(p, x, beta));
}

static cn_status check(const void *arguments)
{
    const cn_schedule_free_adam_w_args *args = arguments;
    CN_CHECK(args->beta_1 > 0 && args->beta_1 <= 1,
             "ScheduleFreeAdamW: beta_1 must be above 0 and at most 1, got %g", args->beta_1);
    CN_CHECK(args->warmup_steps >= 0,
             "ScheduleFreeAdamW: warmup_steps must not be negative, got %" PRId64,
             args->warmup_steps);
    return CN_OK;
}

static const cn_field fields[] = {
    CN_OPTIMIZER_FIELDS(cn_schedule_free_adam_w_args),
    CN_FIELD(cn_schedule_free_adam_w_args, beta_1, CN_FIELD_REAL, 0),
    CN_FIELD(cn_schedule_free_adam_w_args, beta_2, CN_FIELD_REAL, 0),
    CN_FIELD(cn_schedule_free_adam_w_args, epsilon, CN_FIELD_REAL, 0),
    CN_FIELD(cn_schedule_free_adam_w_args, warmup_steps, CN_FIELD_INT, 0),
    CN_END_FIELDS,
};

static const cn_schedule_free_adam_w_args defaults = {CN_SCHEDULE_FREE_ADAM_W_DEFAULTS};

const cn_optimizer_class cn_optimizer_schedule_free_adam_w = {
    .base = {.name = "ScheduleFreeAdamW",
             .module = "keras.optimizers",
             .fields = fields,
             .args_size = sizeof defaults,
             .defaults = &defaults,
             .check = check},
    .slots = slots,
    .begin = begin,
    .update = update,
};

const char *cn_schedule_free_adam_w_with(const cn_schedule_free_adam_w_args *args)
{
    return cn_optimizer_text(&cn_optimizer_schedule_free_adam_w.base, args);
}
