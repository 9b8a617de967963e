/* CategoricalAccuracy: how often the largest prediction is at the place of the largest target. */
#include "metrics/metrics.h"

static void update(cn_program *p, const void *args, cn_value *states, cn_value y_true,
                   cn_value y_pred, cn_value sample_weight)
{
    (void)args;
    cn_value equal = cn_emit_equal(p, cn_emit_argmax(p, y_true, -1), cn_emit_argmax(p, y_pred, -1));
    cn_emit_mean_update(p, states, equal, sample_weight);
}

static const cn_metric_args defaults = {.name = "categorical_accuracy"};

const cn_metric_class cn_metric_categorical_accuracy = {
    .base = {.name = "CategoricalAccuracy",
             .module = "keras.metrics",
             .fields = cn_metric_fields,
             .args_size = sizeof defaults,
             .defaults = &defaults},
    .states = cn_mean_states,
    .update = update,
    .result = cn_mean_result,
    .direction = 1,
};
