/* MeanSquaredLogarithmicError: the mean of (log(p + 1) - log(t + 1))^2, as the loss. */
#include "metrics/metrics.h"

static void update(cn_program *p, const void *args, cn_value *states, cn_value y_true,
                   cn_value y_pred, cn_value sample_weight)
{
    (void)args;
    cn_emit_mean_of_loss(p, "MeanSquaredLogarithmicError", states, y_true, y_pred, sample_weight);
}

static const char *const aliases[] = {"msle", "MSLE", NULL};

static const cn_metric_args defaults = {.name = "mean_squared_logarithmic_error"};

const cn_metric_class cn_metric_mean_squared_logarithmic_error = {
    .base = {.name = "MeanSquaredLogarithmicError",
             .module = "keras.metrics",
             .aliases = aliases,
             .fields = cn_metric_fields,
             .args_size = sizeof defaults,
             .defaults = &defaults},
    .states = cn_mean_states,
    .update = update,
    .result = cn_mean_result,
    .direction = -1,
};
