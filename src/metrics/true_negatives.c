/* TrueNegatives: the weighted number of negative labels with no prediction above the threshold. */
#include "metrics/confusion.h"

static int states(const void *args, const cn_shape *y_true, const cn_shape *y_pred,
                  cn_metric_state *states)
{
    (void)y_true, (void)y_pred;
    states[0] = (cn_metric_state){
        "accumulator",
        CN_SHAPE(cn_threshold_count(((const cn_true_negatives_args *)args)->thresholds))};
    return 1;
}

static void update(cn_program *p, const void *args, cn_value *states, cn_value y_true,
                   cn_value y_pred, cn_value sample_weight)
{
    const cn_true_negatives_args *own = args;
    const cn_confusion_options options = {
        .thresholds = own->thresholds, .top_k = CN_NONE, .class_id = CN_NONE};
    cn_value counts[CN_CONFUSION_COUNTS];
    cn_emit_confusion(p, &options, y_true, y_pred, sample_weight, counts);
    states[0] = cn_emit_add(p, states[0], counts[CN_TRUE_NEGATIVES]);
}

static cn_value result(cn_program *p, const void *args, const cn_value *states)
{
    (void)args;
    return cn_emit_one_or_all(p, states[0]);
}

static cn_status check(const void *args)
{
    return cn_check_thresholds("TrueNegatives", ((const cn_true_negatives_args *)args)->thresholds);
}

static const cn_field fields[] = {
    CN_FIELD(cn_true_negatives_args, thresholds, CN_FIELD_REALS,
             CN_FIELD_OPTIONAL | CN_FIELD_ONE_OR_MORE),
    CN_FIELD(cn_true_negatives_args, name, CN_FIELD_TEXT, CN_FIELD_OPTIONAL),
    CN_END_FIELDS,
};

static const cn_true_negatives_args defaults = {CN_TRUE_NEGATIVES_DEFAULTS};

const cn_metric_class cn_metric_true_negatives = {
    .base = {.name = "TrueNegatives",
             .module = "keras.metrics",
             .fields = fields,
             .args_size = sizeof defaults,
             .defaults = &defaults,
             .check = check},
    .states = states,
    .update = update,
    .result = result,
};

const char *cn_true_negatives_with(const cn_true_negatives_args *args)
{
    cn_true_negatives_args ended = *args;
    cn_reals_end(ended.thresholds);
    return cn_object_text(&cn_metric_true_negatives.base, &ended);
}
