/* BinaryAccuracy: how often (p > threshold) equals the label. */
#include "metrics/metrics.h"

static void update(cn_program *p, const void *args, cn_value *states, cn_value y_true,
                   cn_value y_pred, cn_value sample_weight)
{
    const cn_binary_accuracy_args *accuracy = args;
    cn_emit_same_rank(p, &y_true, &y_pred);
    cn_value positive = cn_emit_greater(p, y_pred, cn_emit_scalar(p, accuracy->threshold));
    cn_emit_mean_update(p, states, cn_emit_equal(p, y_true, positive), sample_weight);
}

static const cn_field fields[] = {
    CN_FIELD(cn_binary_accuracy_args, threshold, CN_FIELD_REAL, 0),
    CN_FIELD(cn_binary_accuracy_args, name, CN_FIELD_TEXT, CN_FIELD_OPTIONAL),
    CN_END_FIELDS,
};

static const cn_binary_accuracy_args defaults = {CN_BINARY_ACCURACY_DEFAULTS};

const cn_metric_class cn_metric_binary_accuracy = {
    .base = {.name = "BinaryAccuracy",
             .module = "keras.metrics",
             .fields = fields,
             .args_size = sizeof defaults,
             .defaults = &defaults},
    .states = cn_mean_states,
    .update = update,
    .result = cn_mean_result,
    .direction = 1,
};

const char *cn_binary_accuracy_with(const cn_binary_accuracy_args *args)
{
    return cn_object_text(&cn_metric_binary_accuracy.base, args);
}
