/* Means over the last axis, t = y_true, p = y_pred. MeanSquaredError: (t - p)^2.
 * MeanAbsoluteError: |t - p|. MeanAbsolutePercentageError: 100 |t - p| / max(|t|, epsilon).
 * MeanSquaredLogarithmicError: (log(1 + max(p, epsilon)) - log(1 + max(t, epsilon)))^2. */
#include "losses/losses.h"

static cn_value squared(cn_program *p, const void *args, cn_value y_true, cn_value y_pred)
{
    (void)args;
    return cn_emit_mean_along(p, cn_emit_square(p, cn_emit_subtract(p, y_pred, y_true)), -1);
}

static cn_value absolute(cn_program *p, const void *args, cn_value y_true, cn_value y_pred)
{
    (void)args;
    return cn_emit_mean_along(p, cn_emit_absolute(p, cn_emit_subtract(p, y_pred, y_true)), -1);
}

static cn_value percentage(cn_program *p, const void *args, cn_value y_true, cn_value y_pred)
{
    (void)args;
    cn_value size = cn_emit_maximum_scalar(p, cn_emit_absolute(p, y_true), CN_EPSILON);
    cn_value part =
        cn_emit_divide(p, cn_emit_absolute(p, cn_emit_subtract(p, y_pred, y_true)), size);
    return cn_emit_multiply_scalar(p, cn_emit_mean_along(p, part, -1), 100);
}

static cn_value emit_logarithm(cn_program *p, cn_value x)
{
    return cn_emit_log1p(p, cn_emit_maximum_scalar(p, x, CN_EPSILON));
}

static cn_value logarithmic(cn_program *p, const void *args, cn_value y_true, cn_value y_pred)
{
    (void)args;
    cn_value difference = cn_emit_subtract(p, emit_logarithm(p, y_pred), emit_logarithm(p, y_true));
    return cn_emit_mean_along(p, cn_emit_square(p, difference), -1);
}

static const char *const squared_aliases[] = {"mse", "MSE", NULL},
                         *const absolute_aliases[] = {"mae", "MAE", NULL},
                         *const percentage_aliases[] = {"mape", "MAPE", NULL},
                         *const logarithmic_aliases[] = {"msle", "MSLE", NULL};

static const cn_loss_args squared_defaults = {CN_MEAN_SQUARED_ERROR_DEFAULTS};
static const cn_loss_args absolute_defaults = {CN_MEAN_ABSOLUTE_ERROR_DEFAULTS};
static const cn_loss_args percentage_defaults = {CN_MEAN_ABSOLUTE_PERCENTAGE_ERROR_DEFAULTS};
static const cn_loss_args logarithmic_defaults = {CN_MEAN_SQUARED_LOGARITHMIC_ERROR_DEFAULTS};

const cn_loss_class cn_loss_MeanSquaredError = {
    .base = {CN_PLAIN_LOSS("MeanSquaredError", squared_defaults), .aliases = squared_aliases},
    .call = squared,
    CN_PLAIN_REDUCTION,
};

const cn_loss_class cn_loss_MeanAbsoluteError = {
    .base = {CN_PLAIN_LOSS("MeanAbsoluteError", absolute_defaults), .aliases = absolute_aliases},
    .call = absolute,
    CN_PLAIN_REDUCTION,
};

const cn_loss_class cn_loss_MeanAbsolutePercentageError = {
    .base = {CN_PLAIN_LOSS("MeanAbsolutePercentageError", percentage_defaults),
             .aliases = percentage_aliases},
    .call = percentage,
    CN_PLAIN_REDUCTION,
};

const cn_loss_class cn_loss_MeanSquaredLogarithmicError = {
    .base = {CN_PLAIN_LOSS("MeanSquaredLogarithmicError", logarithmic_defaults),
             .aliases = logarithmic_aliases},
    .call = logarithmic,
    CN_PLAIN_REDUCTION,
};

const char *cn_mean_squared_error_with(const cn_loss_args *args)
{
    return cn_object_text(&cn_loss_MeanSquaredError.base, args);
}

const char *cn_mean_absolute_error_with(const cn_loss_args *args)
{
    return cn_object_text(&cn_loss_MeanAbsoluteError.base, args);
}

const char *cn_mean_absolute_percentage_error_with(const cn_loss_args *args)
{
    return cn_object_text(&cn_loss_MeanAbsolutePercentageError.base, args);
}

const char *cn_mean_squared_logarithmic_error_with(const cn_loss_args *args)
{
    return cn_object_text(&cn_loss_MeanSquaredLogarithmicError.base, args);
}
