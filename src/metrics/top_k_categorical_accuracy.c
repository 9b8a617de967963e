/* TopKCategoricalAccuracy: how often the target's class is among the k largest predictions; ties
 * count. */
#include "metrics/metrics.h"

static void update(cn_program *p, const void *args, cn_value *states, cn_value y_true,
                   cn_value y_pred, cn_value sample_weight)
{
    const cn_top_k_categorical_accuracy_args *accuracy = args;
    cn_value found = cn_emit_in_top_k(p, cn_emit_argmax(p, y_true, -1), y_pred, accuracy->k);
    cn_emit_mean_update(p, states, found, sample_weight);
}

static cn_status check(const void *args)
{
    int64_t k = ((const cn_top_k_categorical_accuracy_args *)args)->k;
    CN_CHECK(k > 0, "TopKCategoricalAccuracy: k must be positive, got %lld", (long long)k);
    return CN_OK;
}

static const cn_field fields[] = {
    CN_FIELD(cn_top_k_categorical_accuracy_args, k, CN_FIELD_INT, 0),
    CN_FIELD(cn_top_k_categorical_accuracy_args, name, CN_FIELD_TEXT, CN_FIELD_OPTIONAL),
    CN_END_FIELDS,
};

static const cn_top_k_categorical_accuracy_args defaults = {CN_TOP_K_CATEGORICAL_ACCURACY_DEFAULTS};

const cn_metric_class cn_metric_top_k_categorical_accuracy = {
    .base = {.name = "TopKCategoricalAccuracy",
             .module = "keras.metrics",
             .fields = fields,
             .args_size = sizeof defaults,
             .defaults = &defaults,
             .check = check},
    .states = cn_mean_states,
    .update = update,
    .result = cn_mean_result,
    .direction = 1,
};

const char *cn_top_k_categorical_accuracy_with(const cn_top_k_categorical_accuracy_args *args)
{
    return cn_object_text(&cn_metric_top_k_categorical_accuracy.base, args);
}
