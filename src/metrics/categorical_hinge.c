/* CategoricalHinge: the mean of max(0, max((1 - t)*p) - sum(t*p) + 1), as the loss. */
#include "metrics/metrics.h"

static void update(cn_program *p, const void *args, cn_value *states, cn_value y_true,
                   cn_value y_pred, cn_value sample_weight)
{
    (void)args;
    cn_emit_mean_of_loss(p, "CategoricalHinge", states, y_true, y_pred, sample_weight);
}

static const cn_metric_args defaults = {.name = "categorical_hinge"};

const cn_metric_class cn_metric_categorical_hinge = {
    .base = {.name = "CategoricalHinge",
             .module = "keras.metrics",
             .fields = cn_metric_fields,
             .args_size = sizeof defaults,
             .defaults = &defaults},
    .states = cn_mean_states,
    .update = update,
    .result = cn_mean_result,
    .direction = -1,
};
