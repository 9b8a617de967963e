/* Hinge: the mean of max(1 - t*p, 0), as the loss. */
#include "metrics/metrics.h"

static void update(cn_program *p, const void *args, cn_value *states, cn_value y_true,
                   cn_value y_pred, cn_value sample_weight)
{
    (void)args;
    cn_emit_mean_of_loss(p, "Hinge", states, y_true, y_pred, sample_weight);
}

static const cn_metric_args defaults = {.name = "hinge"};

const cn_metric_class cn_metric_hinge = {
    .base = {.name = "Hinge",
             .module = "keras.metrics",
             .fields = cn_metric_fields,
             .args_size = sizeof defaults,
             .defaults = &defaults},
    .states = cn_mean_states,
    .update = update,
    .result = cn_mean_result,
    .direction = -1,
};
