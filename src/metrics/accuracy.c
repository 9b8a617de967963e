/* Accuracy: how often predictions equal labels exactly. By name, "accuracy" is chosen by the shapes
 * instead. */
#include "metrics/metrics.h"

static void update(cn_program *p, const void *args, cn_value *states, cn_value y_true,
                   cn_value y_pred, cn_value sample_weight)
{
    (void)args;
    cn_emit_same_rank(p, &y_true, &y_pred);
    cn_emit_mean_update(p, states, cn_emit_equal(p, y_true, y_pred), sample_weight);
}

static const cn_metric_args defaults = {.name = "accuracy"};

const cn_metric_class cn_metric_accuracy = {
    .base = {.name = "Accuracy",
             .module = "keras.metrics",
             .fields = cn_metric_fields,
             .args_size = sizeof defaults,
             .defaults = &defaults},
    .states = cn_mean_states,
    .update = update,
    .result = cn_mean_result,
    .direction = 1,
};
