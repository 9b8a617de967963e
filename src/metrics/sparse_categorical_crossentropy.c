/* SparseCategoricalCrossentropy: the mean of -log(p[t]), as the loss of that name. */
#include "metrics/metrics.h"

typedef struct crossentropy_args {
    const char *name;
    bool from_logits;
    int64_t ignore_class, axis;
} crossentropy_args;

extern const cn_metric_class cn_metric_sparse_categorical_crossentropy;

static void update(cn_program *p, const void *args, cn_value *states, cn_value y_true,
                   cn_value y_pred, cn_value sample_weight)
{
    cn_emit_mean_of_same_loss(p, &cn_metric_sparse_categorical_crossentropy.base, args, states,
                              y_true, y_pred, sample_weight);
}

static const cn_field fields[] = {
    CN_FIELD(crossentropy_args, name, CN_FIELD_TEXT, CN_FIELD_OPTIONAL),
    CN_FIELD(crossentropy_args, from_logits, CN_FIELD_BOOL, 0),
    CN_FIELD(crossentropy_args, ignore_class, CN_FIELD_INT, CN_FIELD_OPTIONAL),
    CN_FIELD(crossentropy_args, axis, CN_FIELD_INT, 0),
    CN_END_FIELDS,
};

static const crossentropy_args defaults = {
    .name = "sparse_categorical_crossentropy", .ignore_class = CN_NONE, .axis = -1};

const cn_metric_class cn_metric_sparse_categorical_crossentropy = {
    .base = {.name = "SparseCategoricalCrossentropy",
             .module = "keras.metrics",
             .fields = fields,
             .args_size = sizeof defaults,
             .defaults = &defaults},
    .states = cn_mean_states,
    .update = update,
    .result = cn_mean_result,
    .direction = -1,
};
