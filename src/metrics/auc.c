/* AUC: the area under the ROC, precision-recall or precision-recall-gain curve, as a Riemann sum over thresholds. */
#include "metrics/confusion.h"

#include <stdlib.h>
#include <string.h>

static bool same_word(const char *a, const char *b)
{
    return strcmp(a, b) == 0;
}

/* Given thresholds get one below and one above all predictions. */
static int64_t count_thresholds(const cn_auc_args *auc)
{
    int64_t given = cn_reals_length(auc->thresholds);
    return given > 0 ? given + 2 : auc->num_thresholds;
}

static int states(const void *args, const cn_shape *y_true, const cn_shape *y_pred, cn_metric_state *states)
{
    const cn_auc_args *auc = args;
    (void)y_true;
    cn_shape shape = CN_SHAPE(count_thresholds(auc));
    if (auc->multi_label && y_pred->rank > 0)
        shape = CN_SHAPE(shape.dim[0], y_pred->dim[y_pred->rank - 1]);
    return cn_confusion_states(shape, states);
}

static int by_size(const void *a, const void *b)
{
    double left = *(const double *)a, right = *(const double *)b;
    return left < right ? -1 : left > right;
}

/* Keras's list: -1e-7, the given ones in order, 1 + 1e-7. */
static void list_thresholds(const cn_auc_args *auc, double *list)
{
    int64_t n = cn_reals_length(auc->thresholds);
    memcpy(list + 1, auc->thresholds, (size_t)n * sizeof *list);
    qsort(list + 1, (size_t)n, sizeof *list, by_size);
    list[0] = -1e-7;
    list[n + 1] = 1 + 1e-7;
    list[n + 2] = CN_UNSET;
}

static void update(cn_program *p, const void *args, cn_value *states, cn_value y_true, cn_value y_pred,
                   cn_value sample_weight)
{
    const cn_auc_args *auc = args;
    double list[CN_MAX_LIST + 3] = {CN_UNSET};
    cn_confusion_options options = {
        .even = auc->num_thresholds, .with_ends = true, .top_k = CN_NONE, .class_id = CN_NONE,
        .multi_label = auc->multi_label, .label_weights = auc->multi_label ? NULL : auc->label_weights};
    if (count_thresholds(auc) != auc->num_thresholds || cn_reals_length(auc->thresholds) > 0) {
        list_thresholds(auc, list);
        options.even = 0;
        options.thresholds = list;
    }
    cn_value counts[CN_CONFUSION_COUNTS];
    cn_emit_confusion(p, &options, y_true, auc->from_logits ? cn_emit_sigmoid(p, y_pred) : y_pred, sample_weight,
                      counts);
    for (int i = 0; i < CN_CONFUSION_COUNTS; i++)
        states[i] = cn_emit_add(p, states[i], counts[i]);
}

/* ---- the curve -------------------------------------------------------------------------------------------------------- */

/* All but the last, and all but the first, along the thresholds. */
static cn_value before(cn_program *p, cn_value a)
{
    return a == CN_NO_VALUE ? a : cn_emit_slice_axis(p, a, 0, 0, cn_shape_of(p, a)->dim[0] - 1);
}
static cn_value after(cn_program *p, cn_value a)
{
    return a == CN_NO_VALUE ? a : cn_emit_slice_axis(p, a, 0, 1, cn_shape_of(p, a)->dim[0] - 1);
}

static cn_value change(cn_program *p, cn_value a)
{
    return cn_emit_subtract(p, before(p, a), after(p, a));
}

/* Davis and Goadrich's interpolation between the points of a precision-recall curve. */
static cn_value interpolated_pr(cn_program *p, const cn_value *states)
{
    cn_value zero = cn_emit_scalar(p, 0), one = cn_emit_scalar(p, 1), tp = states[CN_TRUE_POSITIVES];
    cn_value positive = cn_emit_add(p, tp, states[CN_FALSE_POSITIVES]), tp_change = change(p, tp);
    cn_value slope = cn_emit_divide_or_zero(p, tp_change, cn_emit_maximum(p, change(p, positive), zero));
    cn_value first = before(p, positive), last = after(p, positive);
    cn_value intercept = cn_emit_subtract(p, after(p, tp), cn_emit_multiply(p, slope, last));
    cn_value both = cn_emit_logical_and(p, cn_emit_greater(p, first, zero), cn_emit_greater(p, last, zero));
    cn_value ratio = cn_emit_where(p, both, cn_emit_divide_or_zero(p, first, cn_emit_maximum(p, last, zero)), one);
    cn_value bend = cn_emit_multiply(p, intercept, cn_emit_log(p, ratio));
    cn_value labels = cn_emit_add(p, after(p, tp), after(p, states[CN_FALSE_NEGATIVES]));
    return cn_emit_divide_or_zero(p, cn_emit_multiply(p, slope, cn_emit_add(p, tp_change, bend)),
                                  cn_emit_maximum(p, labels, zero));
}

/* Precision-recall-gain: 1 - c*fn/tp and 1 - c*fp/tp, where c is positives / negatives. */
static void gains(cn_program *p, const cn_value *states, cn_value *x, cn_value *y)
{
    cn_value zero = cn_emit_scalar(p, 0), tp = states[CN_TRUE_POSITIVES], none = cn_emit_equal(p, tp, zero);
    cn_value scale = cn_emit_divide_or_zero(p, cn_emit_add(p, tp, states[CN_FALSE_NEGATIVES]),
                                            cn_emit_add(p, states[CN_TRUE_NEGATIVES], states[CN_FALSE_POSITIVES]));
    cn_value missed = cn_emit_divide_or_zero(p, states[CN_FALSE_NEGATIVES], tp);
    cn_value wrong = cn_emit_divide_or_zero(p, states[CN_FALSE_POSITIVES], tp);
    *x = cn_emit_where(p, none, zero, cn_emit_subtract_from(p, 1, cn_emit_multiply(p, scale, missed)));
    *x = cn_emit_maximum(p, *x, zero);
    *y = cn_emit_where(p, none, cn_emit_scalar(p, 1), cn_emit_subtract_from(p, 1, cn_emit_multiply(p, scale, wrong)));
}

static void curve(cn_program *p, const char *name, const cn_value *states, cn_value *x, cn_value *y)
{
    cn_value recall = cn_emit_ratio(p, states[CN_TRUE_POSITIVES], states[CN_FALSE_NEGATIVES]);
    if (same_word(name, "PRGAIN")) {
        gains(p, states, x, y);
    } else if (same_word(name, "PR")) {
        *x = recall;
        *y = cn_emit_ratio(p, states[CN_TRUE_POSITIVES], states[CN_FALSE_POSITIVES]);
    } else {
        *x = cn_emit_ratio(p, states[CN_FALSE_POSITIVES], states[CN_TRUE_NEGATIVES]);
        *y = recall;
    }
}

/* The area between each two neighbouring thresholds. */
static cn_value areas(cn_program *p, const cn_auc_args *auc, const cn_value *states)
{
    const char *method = auc->summation_method;
    if (same_word(auc->curve, "PR") && same_word(method, "interpolation"))
        return interpolated_pr(p, states);
    cn_value x = CN_NO_VALUE, y = CN_NO_VALUE, height;
    curve(p, auc->curve, states, &x, &y);
    if (same_word(method, "interpolation"))
        height = cn_emit_multiply_scalar(p, cn_emit_add(p, before(p, y), after(p, y)), 0.5);
    else if (same_word(method, "minoring"))
        height = cn_emit_minimum(p, before(p, y), after(p, y));
    else
        height = cn_emit_maximum(p, before(p, y), after(p, y));
    return cn_emit_multiply(p, change(p, x), height);
}

static cn_value result(cn_program *p, const void *args, const cn_value *states)
{
    const cn_auc_args *auc = args;
    cn_value by_label = cn_emit_sum(p, areas(p, auc, states), CN_AXES(0), false);
    const int64_t n_weights = cn_reals_length(auc->label_weights);
    if (!auc->multi_label)
        return by_label;
    if (n_weights == 0)
        return cn_emit_mean(p, by_label, CN_ALL_AXES, false);
    cn_value weights = cn_emit_numbers(p, auc->label_weights, n_weights);
    cn_value sum = cn_emit_sum(p, cn_emit_multiply(p, by_label, weights), CN_ALL_AXES, false);
    return cn_emit_divide_or_zero(p, sum, cn_emit_sum(p, weights, CN_ALL_AXES, false));
}

static cn_status check_word(const char *argument, const char *word, const char *const *words)
{
    for (const char *const *known = words; word != NULL && *known != NULL; known++)
        if (same_word(word, *known))
            return CN_OK;
    return cn_fail(CN_INVALID, "AUC: %s must be \"%s\", \"%s\" or \"%s\", got \"%s\"", argument, words[0], words[1],
                   words[2], word == NULL ? "" : word);
}

static cn_status check(const void *args)
{
    static const char *const curves[] = {"ROC", "PR", "PRGAIN", NULL};
    static const char *const methods[] = {"interpolation", "majoring", "minoring", NULL};
    const cn_auc_args *auc = args;
    CN_CHECK(auc->num_thresholds > 1, "AUC: num_thresholds must be at least 2, got %lld",
             (long long)auc->num_thresholds);
    CN_TRY(check_word("curve", auc->curve, curves));
    CN_TRY(check_word("summation_method", auc->summation_method, methods));
    return cn_check_thresholds("AUC", auc->thresholds);
}

static const cn_field fields[] = {
    CN_FIELD(cn_auc_args, num_thresholds, CN_FIELD_INT, 0),
    CN_FIELD(cn_auc_args, curve, CN_FIELD_TEXT, 0),
    CN_FIELD(cn_auc_args, summation_method, CN_FIELD_TEXT, 0),
    CN_FIELD(cn_auc_args, name, CN_FIELD_TEXT, CN_FIELD_OPTIONAL),
    CN_FIELD(cn_auc_args, thresholds, CN_FIELD_REALS, CN_FIELD_OPTIONAL),
    CN_FIELD(cn_auc_args, multi_label, CN_FIELD_BOOL, 0),
    CN_FIELD(cn_auc_args, num_labels, CN_FIELD_INT, CN_FIELD_OPTIONAL),
    CN_FIELD(cn_auc_args, label_weights, CN_FIELD_REALS, CN_FIELD_OPTIONAL),
    CN_FIELD(cn_auc_args, from_logits, CN_FIELD_BOOL, 0),
    CN_END_FIELDS,
};

static const cn_auc_args defaults = {CN_AUC_DEFAULTS};

const cn_metric_class cn_metric_auc = {
    .base = {.name = "AUC",
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

const char *cn_auc_with(const cn_auc_args *args)
{
    cn_auc_args ended = *args;
    cn_reals_end(ended.thresholds);
    cn_reals_end(ended.label_weights);
    return cn_object_text(&cn_metric_auc.base, &ended);
}
