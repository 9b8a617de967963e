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
                            .axis = -1,
                            .threshold = &own->threshold};
}

CN_IOU_FUNCTIONS

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
