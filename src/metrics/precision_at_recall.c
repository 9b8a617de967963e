/* PrecisionAtRecall: the best precision among the thresholds where the recall is at least the value
 * asked for. */
#include "metrics/confusion.h"

static int states(const void *args, const cn_shape *y_true, const cn_shape *y_pred,
                  cn_metric_state *states)
{
    (void)y_true, (void)y_pred;
    return cn_confusion_states(
        CN_SHAPE(((const cn_precision_at_recall_args *)args)->num_thresholds), states);
}

static void update(cn_program *p, const void *args, cn_value *states, cn_value y_true,
                   cn_value y_pred, cn_value sample_weight)
{
    const cn_precision_at_recall_args *own = args;
    cn_update_at(p, own->num_thresholds, own->class_id, states, y_true, y_pred, sample_weight);
}

static cn_value result(cn_program *p, const void *args, const cn_value *states)
{
    cn_value precision = cn_emit_ratio(p, states[CN_TRUE_POSITIVES], states[CN_FALSE_POSITIVES]);
    cn_value recall = cn_emit_ratio(p, states[CN_TRUE_POSITIVES], states[CN_FALSE_NEGATIVES]);
    return cn_emit_best_at(p, precision, recall,
                           ((const cn_precision_at_recall_args *)args)->recall);
}

static cn_status check(const void *args)
{
    const cn_precision_at_recall_args *own = args;
    return cn_check_at("PrecisionAtRecall", "recall", own->recall, own->num_thresholds);
}

static const cn_field fields[] = {
    CN_FIELD(cn_precision_at_recall_args, recall, CN_FIELD_REAL, 0),
    CN_FIELD(cn_precision_at_recall_args, num_thresholds, CN_FIELD_INT, 0),
    CN_FIELD(cn_precision_at_recall_args, class_id, CN_FIELD_INT, CN_FIELD_OPTIONAL),
    CN_FIELD(cn_precision_at_recall_args, name, CN_FIELD_TEXT, CN_FIELD_OPTIONAL),
    CN_END_FIELDS,
};

static const cn_precision_at_recall_args defaults = {CN_PRECISION_AT_RECALL_DEFAULTS};

const cn_metric_class cn_metric_precision_at_recall = {
    .base = {.name = "PrecisionAtRecall",
             .module = "keras.metrics",
             .fields = fields,
             .args_size = sizeof defaults,
             .defaults = &defaults,
             .check = check},
    .states = states,
    .update = update,
    .result = result,
    .direction = 1,
};

const char *cn_precision_at_recall_with(const cn_precision_at_recall_args *args)
{
    return cn_object_text(&cn_metric_precision_at_recall.base, args);
}
