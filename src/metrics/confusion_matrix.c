/* Intersection over union of class c: m[c,c] / (sum of row c + sum of column c - m[c,c]) of the
 * confusion matrix m. */
#include "metrics/confusion_matrix.h"

int cn_iou_states(const cn_iou_options *options, cn_metric_state *states)
{
    states[0] = (cn_metric_state){"total_confusion_matrix",
                                  CN_SHAPE(options->num_classes, options->num_classes)};
    return 1;
}

/* Class numbers as one vector. */
static cn_value flat_labels(cn_program *p, cn_value labels, bool sparse, int64_t axis)
{
    labels = sparse ? cn_emit_cast(p, labels, CN_INT32) : cn_emit_argmax(p, labels, axis);
    return cn_emit_reshape(p, labels, CN_SHAPE(CN_NONE));
}

/* One weight for each label, cut to whole numbers as in Keras; 0 for the class to ignore. */
static cn_value flat_weights(cn_program *p, const cn_iou_options *options, cn_value labels,
                             cn_value sample_weight)
{
    cn_value weight = cn_emit_ones_like(p, cn_emit_cast(p, labels, CN_FLOAT32));
    if (sample_weight != CN_NO_VALUE) {
        cn_value whole = cn_emit_cast(p, cn_emit_cast(p, sample_weight, CN_INT32), CN_FLOAT32);
        weight = cn_emit_multiply(p, weight, cn_emit_reshape(p, whole, CN_SHAPE(CN_NONE)));
    }
    if (options->ignore_class == CN_NONE)
        return weight;
    cn_value ignored = cn_emit_equal_scalar(p, labels, (double)options->ignore_class);
    return cn_emit_where(p, ignored, cn_emit_scalar(p, 0), weight);
}

/* Labels outside the classes are rows of zeros, so that they count nowhere. */
void cn_iou_update(cn_program *p, const cn_iou_options *options, cn_value *states, cn_value y_true,
                   cn_value y_pred, cn_value sample_weight)
{
    if (options->threshold != NULL)
        y_pred = cn_emit_greater_equal(p, y_pred, cn_emit_scalar(p, *options->threshold));
    cn_value t = flat_labels(p, y_true, options->sparse_y_true, options->axis);
    cn_value s = flat_labels(p, y_pred, options->sparse_y_pred, options->axis);
    cn_value weight = cn_emit_expand_dims(p, flat_weights(p, options, t, sample_weight), -1);
    cn_value rows = cn_emit_multiply(p, cn_emit_one_hot(p, t, options->num_classes), weight);
    cn_value columns = cn_emit_one_hot(p, s, options->num_classes);
    states[0] = cn_emit_add(p, states[0], cn_emit_matmul_transposed(p, rows, true, columns, false));
}

/* 1 for each class that is asked for. */
static cn_value wanted(cn_program *p, const cn_iou_options *options)
{
    const cn_shape shape = CN_SHAPE(options->num_classes);
    if (options->target_class_ids == NULL)
        return cn_emit_full(p, 1, CN_FLOAT32, shape);
    const int64_t n = cn_reals_length(options->target_class_ids);
    cn_value sum = cn_emit_full(p, 0, CN_FLOAT32, shape), number = cn_emit_iota(p, shape, 0);
    for (int64_t i = 0; i < n; i++)
        sum = cn_emit_add(p, sum, cn_emit_equal_scalar(p, number, options->target_class_ids[i]));
    return sum;
}

cn_value cn_iou_result(cn_program *p, const cn_iou_options *options, const cn_value *states)
{
    const cn_shape square = CN_SHAPE(options->num_classes, options->num_classes);
    cn_value diagonal = cn_emit_equal(p, cn_emit_iota(p, square, 0), cn_emit_iota(p, square, 1));
    cn_value both = cn_emit_sum(p, cn_emit_multiply(p, states[0], diagonal), CN_AXES(0), false);
    cn_value either = cn_emit_add(p, cn_emit_sum(p, states[0], CN_AXES(0), false),
                                  cn_emit_sum(p, states[0], CN_AXES(1), false));
    either = cn_emit_subtract(p, either, both);
    cn_value seen = cn_emit_multiply(p, wanted(p, options),
                                     cn_emit_greater(p, either, cn_emit_scalar(p, 1e-9)));
    cn_value iou =
        cn_emit_multiply(p, seen, cn_emit_divide(p, both, cn_emit_add_scalar(p, either, 1e-7)));
    cn_value count = cn_emit_add_scalar(p, cn_emit_sum(p, seen, CN_ALL_AXES, false), 1e-7);
    return cn_emit_divide(p, cn_emit_sum(p, iou, CN_ALL_AXES, false), count);
}

cn_status cn_iou_check(const cn_iou_options *options)
{
    CN_CHECK(options->num_classes > 0, "%s: num_classes must be positive, got %lld", options->who,
             (long long)options->num_classes);
    const int64_t n =
        options->target_class_ids == NULL ? 0 : cn_reals_length(options->target_class_ids);
    CN_CHECK(options->target_class_ids == NULL || n > 0, "%s: target_class_ids must be given",
             options->who);
    for (int64_t i = 0; i < n; i++)
        CN_CHECK(options->target_class_ids[i] >= 0 &&
                     options->target_class_ids[i] < (double)options->num_classes,
                 "%s: target_class_ids must be 0 to %lld, got %g", options->who,
                 (long long)options->num_classes - 1, options->target_class_ids[i]);
    return CN_OK;
}
