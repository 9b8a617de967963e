/* BinaryIoU: the mean intersection over union of predictions at or above a threshold and labels 0
 * and 1. */
#include "metrics/confusion_matrix.h"

static cn_iou_options options_of(const cn_binary_iou_args *own)
{
    return (cn_iou_options){.who = "BinaryIoU",
                            .num_classes = 2,
                            .target_class_ids = own->target_class_ids,
                            .ignore_class = CN_NONE,
                            .sparse_y_true = true,
                            .sparse_y_pred = true,
                            .axis = -1};
}

static int states(const void *args, const cn_shape *y_true, const cn_shape *y_pred,
                  cn_metric_state *states)
{
    (void)y_true, (void)y_pred;
    const cn_iou_options options = options_of(args);
    return cn_iou_states(&options, states);
}

static void update(cn_program *p, const void *args, cn_value *states, cn_value y_true,
                   cn_value y_pred, cn_value sample_weight)
{
    const cn_binary_iou_args *own = args;
    y_pred = cn_emit_greater_equal(p, y_pred, cn_emit_scalar(p, own->threshold));
    const cn_iou_options options = options_of(args);
    cn_iou_update(p, &options, states, y_true, y_pred, sample_weight);
}

static cn_value result(cn_program *p, const void *args, const cn_value *states)
{
    const cn_iou_options options = options_of(args);
    return cn_iou_result(p, &options, states);
}

static cn_status check(const void *args)
{
    const cn_iou_options options = options_of(args);
    return cn_iou_check(&options);
}

static const cn_field fields[] = {
    CN_FIELD(cn_binary_iou_args, target_class_ids, CN_FIELD_REALS, 0),
    CN_FIELD(cn_binary_iou_args, threshold, CN_FIELD_REAL, 0),
    CN_FIELD(cn_binary_iou_args, name, CN_FIELD_TEXT, CN_FIELD_OPTIONAL),
    CN_END_FIELDS,
};

static const char *const aliases[] = {"binary_iou", NULL};

static const cn_binary_iou_args defaults = {CN_BINARY_IOU_DEFAULTS};

const cn_metric_class cn_metric_binary_iou = {
    .base = {.name = "BinaryIoU",
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

const char *cn_binary_iou_with(const cn_binary_iou_args *args)
{
    cn_binary_iou_args ended = *args;
    cn_reals_end(ended.target_class_ids);
    return cn_object_text(&cn_metric_binary_iou.base, &ended);
}
