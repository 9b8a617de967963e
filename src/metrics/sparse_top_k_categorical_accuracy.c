/* SparseTopKCategoricalAccuracy: how often the label's class is among the k largest predictions;
 * ties count. */
#include "metrics/metrics.h"

/* Predictions are class numbers already, the likeliest first. */
static cn_value among_first(cn_program *p, cn_value labels, cn_value classes, int64_t k)
{
    cn_value first = cn_emit_slice_axis(p, classes, -1, 0, k);
    return cn_emit_any(p, cn_emit_equal(p, cn_emit_expand_dims(p, labels, -1), first), CN_AXES(-1),
                       false);
}

static void update(cn_program *p, const void *args, cn_value *states, cn_value y_true,
                   cn_value y_pred, cn_value sample_weight)
{
    const cn_sparse_top_k_categorical_accuracy_args *accuracy = args;
    if (p->status == CN_OK && cn_shape_of(p, y_true)->rank == cn_shape_of(p, y_pred)->rank)
        y_true = cn_emit_squeeze(p, y_true, -1);
    cn_value found = accuracy->from_sorted_ids ? among_first(p, y_true, y_pred, accuracy->k)
                                               : cn_emit_in_top_k(p, y_true, y_pred, accuracy->k);
    cn_emit_mean_update(p, states, found, sample_weight);
}

static cn_status check(const void *args)
{
    int64_t k = ((const cn_sparse_top_k_categorical_accuracy_args *)args)->k;
    CN_CHECK(k > 0, "SparseTopKCategoricalAccuracy: k must be positive, got %lld", (long long)k);
    return CN_OK;
}

static const cn_field fields[] = {
    CN_FIELD(cn_sparse_top_k_categorical_accuracy_args, k, CN_FIELD_INT, 0),
    CN_FIELD(cn_sparse_top_k_categorical_accuracy_args, name, CN_FIELD_TEXT, CN_FIELD_OPTIONAL),
    CN_FIELD(cn_sparse_top_k_categorical_accuracy_args, from_sorted_ids, CN_FIELD_BOOL, 0),
    CN_END_FIELDS,
};

static const cn_sparse_top_k_categorical_accuracy_args defaults = {
    CN_SPARSE_TOP_K_CATEGORICAL_ACCURACY_DEFAULTS};

const cn_metric_class cn_metric_sparse_top_k_categorical_accuracy = {
    .base = {.name = "SparseTopKCategoricalAccuracy",
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

const char *cn_sparse_top_k_categorical_accuracy_with(
    const cn_sparse_top_k_categorical_accuracy_args *args)
{
    return cn_object_text(&cn_metric_sparse_top_k_categorical_accuracy.base, args);
}
