/* SensitivityAtSpecificity: the best sensitivity among the thresholds where the specificity is at
 * least the value asked for. */
#include "metrics/confusion.h"

static int states(const void *args, const cn_shape *y_true, const cn_shape *y_pred,
                  cn_metric_state *states)
{
    (void)y_true, (void)y_pred;
    return cn_confusion_states(
        CN_SHAPE(((const cn_sensitivity_at_specificity_args *)args)->num_thresholds), states);
}

static void update(cn_program *p, const void *args, cn_value *states, cn_value y_true,
                   cn_value y_pred, cn_value sample_weight)
{
    const cn_sensitivity_at_specificity_args *own = args;
    cn_update_at(p, own->num_thresholds, own->class_id, states, y_true, y_pred, sample_weight);
}

static cn_value result(cn_program *p, const void *args, const cn_value *states)
{
    cn_value sensitivity = cn_emit_ratio(p, states[CN_TRUE_POSITIVES], states[CN_FALSE_NEGATIVES]);
    cn_value specificity = cn_emit_ratio(p, states[CN_TRUE_NEGATIVES], states[CN_FALSE_POSITIVES]);
    return cn_emit_best_at(p, sensitivity, specificity,
                           ((const cn_sensitivity_at_specificity_args *)args)->specificity);
}

static cn_status check(const void *args)
{
    const cn_sensitivity_at_specificity_args *own = args;
    return cn_check_at("SensitivityAtSpecificity", "specificity", own->specificity,
                       own->num_thresholds);
}

static const cn_field fields[] = {
    CN_FIELD(cn_sensitivity_at_specificity_args, specificity, CN_FIELD_REAL, 0),
    CN_FIELD(cn_sensitivity_at_specificity_args, num_thresholds, CN_FIELD_INT, 0),
    CN_FIELD(cn_sensitivity_at_specificity_args, class_id, CN_FIELD_INT, CN_FIELD_OPTIONAL),
    CN_FIELD(cn_sensitivity_at_specificity_args, name, CN_FIELD_TEXT, CN_FIELD_OPTIONAL),
    CN_END_FIELDS,
};

static const cn_sensitivity_at_specificity_args defaults = {CN_SENSITIVITY_AT_SPECIFICITY_DEFAULTS};

const cn_metric_class cn_metric_sensitivity_at_specificity = {
    .base = {.name = "SensitivityAtSpecificity",
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

const char *cn_sensitivity_at_specificity_with(const cn_sensitivity_at_specificity_args *args)
{
    return cn_object_text(&cn_metric_sensitivity_at_specificity.base, args);
}
