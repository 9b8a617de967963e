/* CosineSimilarity: the mean of sum(t*p)/(|t|*|p|): the loss of that name, with the other sign. */
#include "losses/losses.h"
#include "metrics/metrics.h"

extern const cn_metric_class cn_metric_cosine_similarity;

static void update(cn_program *p, const void *args, cn_value *states, cn_value y_true,
                   cn_value y_pred, cn_value sample_weight)
{
    cn_object loss = {0};
    json_t *record = cn_object_json(&cn_metric_cosine_similarity.base, args);
    cn_status status = cn_object_parse_json(&cn_loss_classes, record, &p->memory, &loss);
    json_decref(record);
    if (status != CN_OK)
        (void)cn_program_fail(p, status);
    else
        cn_emit_mean_update(p, states,
                            cn_emit_negative(p, cn_emit_loss_values(p, &loss, y_true, y_pred)),
                            sample_weight);
}

static const cn_field fields[] = {
    CN_FIELD(cn_cosine_similarity_metric_args, name, CN_FIELD_TEXT, CN_FIELD_OPTIONAL),
    CN_FIELD(cn_cosine_similarity_metric_args, axis, CN_FIELD_INT, 0),
    CN_END_FIELDS,
};

static const cn_cosine_similarity_metric_args defaults = {CN_COSINE_SIMILARITY_METRIC_DEFAULTS};

const cn_metric_class cn_metric_cosine_similarity = {
    .base = {.name = "CosineSimilarity",
             .module = "keras.metrics",
             .fields = fields,
             .args_size = sizeof defaults,
             .defaults = &defaults},
    .states = cn_mean_states,
    .update = update,
    .result = cn_mean_result,
    .direction = 1,
};

const char *cn_cosine_similarity_metric_with(const cn_cosine_similarity_metric_args *args)
{
    return cn_object_text(&cn_metric_cosine_similarity.base, args);
}
