/* BinaryCrossentropy: the mean of -(t*log(p) + (1 - t)*log(1 - p)), as the loss of that name. */
#include "metrics/metrics.h"

typedef struct crossentropy_args {
    const char *name;
    bool from_logits;
    double label_smoothing;
} crossentropy_args;

extern const cn_metric_class cn_metric_binary_crossentropy;

static void update(cn_program *p, const void *args, cn_value *states, cn_value y_true,
                   cn_value y_pred, cn_value sample_weight)
{
    cn_emit_mean_of_same_loss(p, &cn_metric_binary_crossentropy.base, args, states, y_true, y_pred,
                              sample_weight);
}

static const cn_field fields[] = {
    CN_FIELD(crossentropy_args, name, CN_FIELD_TEXT, CN_FIELD_OPTIONAL),
    CN_FIELD(crossentropy_args, from_logits, CN_FIELD_BOOL, 0),
    CN_FIELD(crossentropy_args, label_smoothing, CN_FIELD_REAL, 0),
    CN_END_FIELDS,
};

static const char *const aliases[] = {"bce", "BCE", NULL};

static const crossentropy_args defaults = {.name = "binary_crossentropy"};

const cn_metric_class cn_metric_binary_crossentropy = {
    .base = {.name = "BinaryCrossentropy",
             .module = "keras.metrics",
             .aliases = aliases,
             .fields = fields,
             .args_size = sizeof defaults,
             .defaults = &defaults},
    .states = cn_mean_states,
    .update = update,
    .result = cn_mean_result,
    .direction = -1,
};
