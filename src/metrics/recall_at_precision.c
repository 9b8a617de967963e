/* RecallAtPrecision: the best recall among the thresholds where the precision is at least the value
 * asked for. */
#include "metrics/confusion.h"

static int states(const void *args, const cn_shape *y_true, const cn_shape *y_pred,
                  cn_metric_state *states)
{
    (void)y_true, (void)y_pred;
    return cn_confusion_states(
        CN_SHAPE(((const cn_recall_at_precision_args *)args)->num_thresholds), states);
}

static void update(cn_program *p, const void *args, cn_value *states, cn_value y_true,
                   cn_value y_pred, cn_value sample_weight)
{
    const cn_recall_at_precision_args *own = args;
    cn_update_at(p, own->num_thresholds, own->class_id, states, y_true, y_pred, sample_weight);
}

static cn_value result(cn_program *p, const void *args, const cn_value *states)
{
    cn_value recall = cn_emit_ratio(p, states[CN_TRUE_POSITIVES], states[CN_FALSE_NEGATIVES]);
    cn_value precision = cn_emit_ratio(p, states[CN_TRUE_POSITIVES], states[CN_FALSE_POSITIVES]);
    return cn_emit_best_at(p, recall, precision,
                           ((const cn_recall_at_precision_args *)args)->precision);
}

static cn_status check(const void *args)
{
    const cn_recall_at_precision_args *own = args;
    return cn_check_at("RecallAtPrecision", "precision", own->precision, own->num_thresholds);
}

static const cn_field fields[] = {
    CN_FIELD(cn_recall_at_precision_args, precision, CN_FIELD_REAL, 0),
    CN_FIELD(cn_recall_at_precision_args, num_thresholds, CN_FIELD_INT, 0),
    CN_FIELD(cn_recall_at_precision_args, class_id, CN_FIELD_INT, CN_FIELD_OPTIONAL),
    CN_FIELD(cn_recall_at_precision_args, name, CN_FIELD_TEXT, CN_FIELD_OPTIONAL),
    CN_END_FIELDS,
};

static const cn_recall_at_precision_args defaults = {CN_RECALL_AT_PRECISION_DEFAULTS};

const cn_metric_class cn_metric_recall_at_precision = {
    .base = {.name = "RecallAtPrecision",
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

const char *cn_recall_at_precision_with(const cn_recall_at_precision_args *args)
{
    return cn_object_text(&cn_metric_recall_at_precision.base, args);
}
