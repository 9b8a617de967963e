/* F1Score: 2*precision*recall / (precision + recall) for each class, then their mean. */
#include "metrics/f_score.h"

static cn_f_score score_of(const cn_f1_score_args *own)
{
    return (cn_f_score){"F1Score", own->average, 1, own->threshold};
}

CN_F_SCORE_FUNCTIONS

static const cn_field fields[] = {
    CN_FIELD(cn_f1_score_args, average, CN_FIELD_TEXT, CN_FIELD_OPTIONAL),
    CN_FIELD(cn_f1_score_args, threshold, CN_FIELD_REAL, CN_FIELD_OPTIONAL),
    CN_FIELD(cn_f1_score_args, name, CN_FIELD_TEXT, CN_FIELD_OPTIONAL),
    CN_END_FIELDS,
};

static const char *const aliases[] = {"f1_score", NULL};

static const cn_f1_score_args defaults = {CN_F1_SCORE_DEFAULTS};

const cn_metric_class cn_metric_f1_score = {
    .base = {.name = "F1Score",
             .module = "keras.metrics",
             .aliases = aliases,
             .fields = fields,
             .args_size = sizeof defaults,
             .defaults = &defaults,
             .check = check},
    .states = states,
    .update = update,
    .result = result,
    .direction = 1,
};

const char *cn_f1_score_with(const cn_f1_score_args *args)
{
    return cn_object_text(&cn_metric_f1_score.base, args);
}
