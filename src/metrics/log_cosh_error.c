/* LogCoshError: the mean of log(cosh(p - t)), as the loss. */
#include "metrics/metrics.h"

static void update(cn_program *p, const void *args, cn_value *states, cn_value y_true,
                   cn_value y_pred, cn_value sample_weight)
{
    (void)args;
    cn_emit_mean_of_loss(p, "LogCosh", states, y_true, y_pred, sample_weight);
}

static const char *const aliases[] = {"logcosh", "log_cosh", NULL};

static const cn_metric_args defaults = {.name = "logcosh"};

const cn_metric_class cn_metric_log_cosh_error = {
    .base = {.name = "LogCoshError",
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
