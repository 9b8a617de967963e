/* Counts at thresholds: the weighted labels times [p > threshold], a matrix of predictions by
 * thresholds. */
#include "metrics/confusion.h"

#include <math.h>

static const double lowest = -1e10; /* what Keras gives predictions outside the top k */

/* ---- predictions and labels ------------------------------------------------------------------ */

/* The largest k along the last axis stay, the first of equal ones; the others become `lowest`. */
static cn_value keep_top_k(cn_program *p, cn_value scores, int64_t k)
{
    if (scores == CN_NO_VALUE)
        return scores;
    const cn_shape *shape = cn_shape_of(p, scores);
    const int64_t n = shape->dim[shape->rank - 1];
    cn_value rest = scores, none = cn_emit_scalar(p, -INFINITY), kept = CN_NO_VALUE;
    for (int64_t i = 0; i < k && i < n; i++) {
        cn_value chosen = cn_emit_one_hot(p, cn_emit_argmax(p, rest, -1), n);
        kept = kept == CN_NO_VALUE ? chosen : cn_emit_add(p, kept, chosen);
        rest = cn_emit_where(p, chosen, none, rest);
    }
    return cn_emit_where(p, kept, scores, cn_emit_scalar(p, lowest));
}

/* A weight for each prediction, or CN_NO_VALUE. */
static cn_value weights_of(cn_program *p, const cn_confusion_options *options,
                           cn_value sample_weight, const cn_shape *shape)
{
    cn_value weight = sample_weight;
    if (weight != CN_NO_VALUE) {
        if (cn_shape_of(p, weight)->rank > shape->rank)
            weight = cn_emit_squeeze(p, weight, -1);
        weight = cn_emit_expand_to_rank(p, weight, shape->rank);
    }
    int64_t n = options->label_weights == NULL ? 0 : cn_reals_length(options->label_weights);
    if (n > 0) {
        cn_value by_label = cn_emit_numbers(p, options->label_weights, n);
        weight = weight == CN_NO_VALUE ? by_label : cn_emit_multiply(p, weight, by_label);
    }
    return weight;
}

/* [..., columns] as [columns, 1, samples] or, if columns are not told apart, as [1, elements]. */
static cn_value as_row(cn_program *p, cn_value a, bool by_column)
{
    if (!by_column)
        return cn_emit_reshape(p, a, CN_SHAPE(1, CN_NONE));
    return cn_emit_expand_dims(p, cn_emit_transpose(p, a, CN_SHAPE(1, 0)), 1);
}

/* The weight of positive labels in one row, that of negative ones in the other: [..., 2, samples].
 */
static cn_value label_rows(cn_program *p, cn_value y_true, cn_value weight, bool by_column)
{
    cn_value positive = cn_emit_cast(p, cn_emit_cast(p, y_true, CN_BOOL), CN_FLOAT32);
    cn_value parts[2] = {positive, cn_emit_subtract_from(p, 1, positive)};
    for (int i = 0; i < 2; i++) {
        if (weight != CN_NO_VALUE)
            parts[i] = cn_emit_multiply(p, parts[i], weight);
        parts[i] = as_row(p, parts[i], by_column);
    }
    return cn_emit_concatenate(p, parts, 2, -2);
}

/* ---- thresholds ------------------------------------------------------------------------------ */

/* Even thresholds compare p*(n - 1) with whole numbers, which rounds as Keras's buckets do. */
static cn_value above_even(cn_program *p, const cn_confusion_options *options, cn_value scores)
{
    cn_value number = cn_emit_iota(p, CN_SHAPE(options->even, 1), 0);
    if (options->with_ends)
        number = cn_emit_subtract(p, number, cn_emit_equal_scalar(p, number, 0));
    cn_value scaled =
        cn_emit_multiply_scalar(p, cn_emit_clip(p, scores, 0, 1), (double)(options->even - 1));
    return cn_emit_greater(p, scaled, number);
}

static cn_value above(cn_program *p, const cn_confusion_options *options, cn_value scores)
{
    const double single[2] = {options->top_k == CN_NONE ? 0.5 : lowest, CN_UNSET};
    if (options->even > 1)
        return above_even(p, options, scores);
    int64_t n = options->thresholds == NULL ? 0 : cn_reals_length(options->thresholds);
    const double *list = n == 0 ? single : options->thresholds;
    return cn_emit_greater(p, scores,
                           cn_emit_expand_dims(p, cn_emit_numbers(p, list, n == 0 ? 1 : n), -1));
}

/* ---- counts ---------------------------------------------------------------------------------- */

/* Row i of [..., 2, thresholds] as [thresholds, ...]. */
static cn_value row(cn_program *p, cn_value a, int64_t i)
{
    a = cn_emit_squeeze(p, cn_emit_slice_axis(p, a, -2, i, 1), -2);
    return a != CN_NO_VALUE && cn_shape_of(p, a)->rank == 2
               ? cn_emit_transpose(p, a, CN_SHAPE(1, 0))
               : a;
}

static void choose_class(cn_program *p, int64_t class_id, cn_value *y_true, cn_value *y_pred)
{
    if (class_id == CN_NONE)
        return;
    *y_true = cn_emit_slice_axis(p, *y_true, -1, class_id, 1);
    *y_pred = cn_emit_slice_axis(p, *y_pred, -1, class_id, 1);
}

void cn_emit_confusion(cn_program *p, const cn_confusion_options *options, cn_value y_true,
                       cn_value y_pred, cn_value sample_weight,
                       cn_value counts[CN_CONFUSION_COUNTS])
{
    for (int i = 0; i < CN_CONFUSION_COUNTS; i++)
        counts[i] = CN_NO_VALUE;
    y_pred = cn_emit_cast(p, y_pred, CN_FLOAT32);
    cn_emit_same_rank(p, &y_pred, &y_true);
    if (options->top_k != CN_NONE)
        y_pred = keep_top_k(p, y_pred, options->top_k);
    choose_class(p, options->class_id, &y_true, &y_pred);
    if (p->status != CN_OK)
        return;
    const bool by_column = options->multi_label;
    cn_value weight = weights_of(p, options, sample_weight, cn_shape_of(p, y_pred));
    cn_value labels = label_rows(p, y_true, weight, by_column);
    cn_value positive =
        cn_emit_cast(p, above(p, options, as_row(p, y_pred, by_column)), CN_FLOAT32);
    cn_value hits = cn_emit_matmul_transposed(p, labels, false, positive, true);
    cn_value all = cn_emit_sum(p, labels, CN_AXES(-1), true);
    cn_value misses = cn_emit_subtract(p, all, hits);
    counts[CN_TRUE_POSITIVES] = row(p, hits, 0);
    counts[CN_FALSE_POSITIVES] = row(p, hits, 1);
    counts[CN_FALSE_NEGATIVES] = row(p, misses, 0);
    counts[CN_TRUE_NEGATIVES] = row(p, misses, 1);
}

int cn_confusion_states(cn_shape shape, cn_metric_state *states)
{
    states[CN_TRUE_POSITIVES] = (cn_metric_state){"true_positives", shape};
    states[CN_FALSE_POSITIVES] = (cn_metric_state){"false_positives", shape};
    states[CN_TRUE_NEGATIVES] = (cn_metric_state){"true_negatives", shape};
    states[CN_FALSE_NEGATIVES] = (cn_metric_state){"false_negatives", shape};
    return CN_CONFUSION_COUNTS;
}

int64_t cn_threshold_count(const double *thresholds)
{
    int64_t n = cn_reals_length(thresholds);
    return n == 0 ? 1 : n;
}

cn_status cn_check_thresholds(const char *who, const double *thresholds)
{
    const int64_t n = cn_reals_length(thresholds);
    for (int64_t i = 0; i < n; i++)
        CN_CHECK(thresholds[i] >= 0 && thresholds[i] <= 1,
                 "%s: thresholds must be between 0 and 1, got %g", who, thresholds[i]);
    return CN_OK;
}

cn_value cn_emit_one_or_all(cn_program *p, cn_value a)
{
    return a != CN_NO_VALUE && cn_shape_of(p, a)->dim[0] == 1 ? cn_emit_reshape(p, a, (cn_shape){0})
                                                              : a;
}

cn_value cn_emit_ratio(cn_program *p, cn_value a, cn_value b)
{
    return cn_emit_divide_or_zero(p, a, cn_emit_add(p, a, b));
}

/* ---- the best of one where the other is at least a value ------------------------------------- */

void cn_update_at(cn_program *p, int64_t num_thresholds, int64_t class_id, cn_value *states,
                  cn_value y_true, cn_value y_pred, cn_value sample_weight)
{
    const cn_confusion_options options = {
        .even = num_thresholds, .top_k = CN_NONE, .class_id = class_id};
    cn_value counts[CN_CONFUSION_COUNTS];
    cn_emit_confusion(p, &options, y_true, y_pred, sample_weight, counts);
    for (int i = 0; i < CN_CONFUSION_COUNTS; i++)
        states[i] = cn_emit_add(p, states[i], counts[i]);
}

cn_value cn_emit_best_at(cn_program *p, cn_value best, cn_value other, double value)
{
    cn_value fits = cn_emit_greater_equal(p, other, cn_emit_scalar(p, value));
    return cn_emit_max(p, cn_emit_where(p, fits, best, cn_emit_scalar(p, 0)), CN_ALL_AXES, false);
}

cn_status cn_check_at(const char *who, const char *argument, double value, int64_t num_thresholds)
{
    CN_CHECK(value >= 0 && value <= 1, "%s: %s must be between 0 and 1, got %g", who, argument,
             value);
    CN_CHECK(num_thresholds > 0, "%s: num_thresholds must be positive, got %lld", who,
             (long long)num_thresholds);
    return CN_OK;
}
