/* AUC: the area under the ROC, precision-recall or precision-recall-gain curve, as a Riemann sum
 * over thresholds. */
#include "metrics/auc.h"

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

static int states(const void *args, const cn_shape *y_true, const cn_shape *y_pred,
                  cn_metric_state *states)
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

static void update(cn_program *p, const void *args, cn_value *states, cn_value y_true,
                   cn_value y_pred, cn_value sample_weight)
{
    const cn_auc_args *auc = args;
    double list[CN_MAX_LIST + 3] = {CN_UNSET};
    cn_confusion_options options = {.even = auc->num_thresholds,
                                    .with_ends = true,
                                    .top_k = CN_NONE,
                                    .class_id = CN_NONE,
                                    .multi_label = auc->multi_label,
                                    .label_weights = auc->multi_label ? NULL : auc->label_weights};
    if (cn_reals_length(auc->thresholds) > 0) {
        list_thresholds(auc, list);
        options.even = 0;
        options.thresholds = list;
    }
    cn_value counts[CN_CONFUSION_COUNTS];
    cn_emit_confusion(p, &options, y_true, auc->from_logits ? cn_emit_sigmoid(p, y_pred) : y_pred,
                      sample_weight, counts);
    for (int i = 0; i < CN_CONFUSION_COUNTS; i++)
        states[i] = cn_emit_add(p, states[i], counts[i]);
}

static cn_value result(cn_program *p, const void *args, const cn_value *states)
{
    const cn_auc_args *auc = args;
    cn_value by_label = cn_emit_sum(p, cn_emit_auc_parts(p, auc, states), CN_AXES(0), false);
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
    return cn_fail(CN_INVALID, "AUC: %s must be \"%s\", \"%s\" or \"%s\", got \"%s\"", argument,
                   words[0], words[1], words[2], word == NULL ? "" : word);
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
