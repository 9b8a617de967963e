/* Precision: tp / (tp + fp), 0 where both are 0, from the weighted counts at each threshold. */
#include "metrics/confusion.h"

static int states(const void *args, const cn_shape *y_true, const cn_shape *y_pred,
                  cn_metric_state *states)
{
    (void)y_true, (void)y_pred;
    const cn_shape shape =
        CN_SHAPE(cn_threshold_count(((const cn_precision_args *)args)->thresholds));
    states[0] = (cn_metric_state){"true_positives", shape};
    states[1] = (cn_metric_state){"false_positives", shape};
    return 2;
}

static void update(cn_program *p, const void *args, cn_value *states, cn_value y_true,
                   cn_value y_pred, cn_value sample_weight)
{
    const cn_precision_args *own = args;
    const cn_confusion_options options = {
        .thresholds = own->thresholds, .top_k = own->top_k, .class_id = own->class_id};
    cn_value counts[CN_CONFUSION_COUNTS];
    cn_emit_confusion(p, &options, y_true, y_pred, sample_weight, counts);
    states[0] = cn_emit_add(p, states[0], counts[CN_TRUE_POSITIVES]);
    states[1] = cn_emit_add(p, states[1], counts[CN_FALSE_POSITIVES]);
}

static cn_value result(cn_program *p, const void *args, const cn_value *states)
{
    (void)args;
    return cn_emit_one_or_all(
        p, cn_emit_divide_or_zero(p, states[0], cn_emit_add(p, states[0], states[1])));
}

static cn_status check(const void *args)
{
    const cn_precision_args *own = args;
    CN_CHECK(own->top_k == CN_NONE || own->top_k > 0, "Precision: top_k must be positive, got %lld",
             (long long)own->top_k);
    return cn_check_thresholds("Precision", own->thresholds);
}

static const cn_field fields[] = {
    CN_FIELD(cn_precision_args, thresholds, CN_FIELD_REALS,
             CN_FIELD_OPTIONAL | CN_FIELD_ONE_OR_MORE),
    CN_FIELD(cn_precision_args, top_k, CN_FIELD_INT, CN_FIELD_OPTIONAL),
    CN_FIELD(cn_precision_args, class_id, CN_FIELD_INT, CN_FIELD_OPTIONAL),
    CN_FIELD(cn_precision_args, name, CN_FIELD_TEXT, CN_FIELD_OPTIONAL),
    CN_END_FIELDS,
};

static const cn_precision_args defaults = {CN_PRECISION_DEFAULTS};

const cn_metric_class cn_metric_precision = {
    .base = {.name = "Precision",
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

const char *cn_precision_with(const cn_precision_args *args)
{
    cn_precision_args ended = *args;
    cn_reals_end(ended.thresholds);
    return cn_object_text(&cn_metric_precision.base, &ended);
}
