/* SparseCategoricalAccuracy: how often the largest prediction is at the place that the label names.
 */
#include "metrics/metrics.h"

static void update(cn_program *p, const void *args, cn_value *states, cn_value y_true,
                   cn_value y_pred, cn_value sample_weight)
{
    (void)args;
    cn_value place = cn_emit_argmax(p, y_pred, -1);
    if (p->status == CN_OK && cn_shape_of(p, y_true)->rank == cn_shape_of(p, y_pred)->rank)
        y_true = cn_emit_squeeze(p, y_true, -1);
    cn_emit_mean_update(p, states, cn_emit_equal(p, y_true, place), sample_weight);
}

static const cn_metric_args defaults = {.name = "sparse_categorical_accuracy"};

const cn_metric_class cn_metric_sparse_categorical_accuracy = {
    .base = {.name = "SparseCategoricalAccuracy",
             .module = "keras.metrics",
             .fields = cn_metric_fields,
             .args_size = sizeof defaults,
             .defaults = &defaults},
    .states = cn_mean_states,
    .update = update,
    .result = cn_mean_result,
    .direction = 1,
};
