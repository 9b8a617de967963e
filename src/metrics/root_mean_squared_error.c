/* RootMeanSquaredError: the root of the mean of (t - p)^2. */
#include "metrics/metrics.h"

static void update(cn_program *p, const void *args, cn_value *states, cn_value y_true,
                   cn_value y_pred, cn_value sample_weight)
{
    (void)args;
    cn_emit_same_rank(p, &y_true, &y_pred);
    cn_value square =
        cn_emit_square(p, cn_emit_subtract(p, y_pred, cn_emit_cast(p, y_true, CN_FLOAT32)));
    cn_emit_mean_update(p, states, square, sample_weight);
}

static cn_value result(cn_program *p, const void *args, const cn_value *states)
{
    (void)args;
    return cn_emit_sqrt(p, cn_emit_mean_result(p, states));
}

static const cn_metric_args defaults = {.name = "root_mean_squared_error"};

const cn_metric_class cn_metric_root_mean_squared_error = {
    .base = {.name = "RootMeanSquaredError",
             .module = "keras.metrics",
             .fields = cn_metric_fields,
             .args_size = sizeof defaults,
             .defaults = &defaults},
    .states = cn_mean_states,
    .update = update,
    .result = result,
    .direction = -1,
};
