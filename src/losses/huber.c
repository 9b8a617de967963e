/* Huber: the mean over the last axis of e^2 / 2 where |e| <= delta, otherwise delta |e| - delta^2
 * / 2; e = p - t. LogCosh: the mean of log(cosh(e)). */
#include <math.h>

#include "losses/losses.h"

/* Both cases in one: m (|e| - m / 2) with m = min(|e|, delta). */
static cn_value huber(cn_program *p, const void *arguments, cn_value y_true, cn_value y_pred)
{
    const cn_huber_args *args = arguments;
    cn_value size = cn_emit_absolute(p, cn_emit_subtract(p, y_pred, y_true));
    cn_value m = cn_emit_minimum_scalar(p, size, args->delta);
    cn_value rest = cn_emit_subtract(p, size, cn_emit_multiply_scalar(p, m, 0.5));
    return cn_emit_mean_along(p, cn_emit_multiply(p, m, rest), -1);
}

/* log(cosh(e)) = e + softplus(-2 e) - log 2, which does not overflow. */
static cn_value log_cosh(cn_program *p, const void *args, cn_value y_true, cn_value y_pred)
{
    (void)args;
    cn_value e = cn_emit_subtract(p, y_pred, y_true);
    cn_value rest = cn_emit_softplus(p, cn_emit_multiply_scalar(p, e, -2));
    return cn_emit_mean_along(p, cn_emit_add_scalar(p, cn_emit_add(p, e, rest), -log(2)), -1);
}

static cn_status check_huber(const void *arguments)
{
    const cn_huber_args *args = arguments;
    CN_CHECK(args->delta >= 0, "huber: delta must not be negative, not %g", args->delta);
    return cn_check_reduction(args->name, args->reduction);
}

/* Keras leaves delta out of the config. */
static const cn_field huber_fields[] = {
    CN_LOSS_FIELDS(cn_huber_args),
    CN_FIELD(cn_huber_args, delta, CN_FIELD_REAL, 0),
    CN_END_FIELDS,
};

static const cn_huber_args huber_defaults = {CN_HUBER_DEFAULTS};
static const cn_loss_args log_cosh_defaults = {CN_LOG_COSH_DEFAULTS};
static const char *const huber_aliases[] = {"huber_loss", NULL}, *const log_cosh_aliases[] = {
                                                                     "logcosh", NULL};

const cn_loss_class cn_loss_Huber = {
    .base = {CN_LOSS("Huber", huber_fields, huber_defaults, check_huber), .aliases = huber_aliases},
    .call = huber,
    .reduction_offset = offsetof(cn_huber_args, reduction),
};

const cn_loss_class cn_loss_LogCosh = {
    .base = {CN_PLAIN_LOSS("LogCosh", log_cosh_defaults), .aliases = log_cosh_aliases},
    .call = log_cosh,
    CN_PLAIN_REDUCTION,
};

const char *cn_huber_with(const cn_huber_args *args)
{
    return cn_object_text(&cn_loss_Huber.base, args);
}

const char *cn_log_cosh_with(const cn_loss_args *args)
{
    return cn_object_text(&cn_loss_LogCosh.base, args);
}
