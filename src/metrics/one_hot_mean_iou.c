/* OneHotMeanIoU: the mean intersection over union of all classes, of one-hot labels. */
#include "metrics/confusion_matrix.h"

static cn_iou_options options_of(const cn_one_hot_mean_iou_args *own)
{
    return (cn_iou_options){.who = "OneHotMeanIoU",
                            .num_classes = own->num_classes,
                            .ignore_class = own->ignore_class,
                            .sparse_y_true = false,
                            .sparse_y_pred = own->sparse_y_pred,
                            .axis = own->axis};
}

CN_IOU_FUNCTIONS

static const cn_field fields[] = {
    CN_FIELD(cn_one_hot_mean_iou_args, num_classes, CN_FIELD_INT, 0),
    CN_FIELD(cn_one_hot_mean_iou_args, ignore_class, CN_FIELD_INT, CN_FIELD_OPTIONAL),
    CN_FIELD(cn_one_hot_mean_iou_args, sparse_y_pred, CN_FIELD_BOOL, 0),
    CN_FIELD(cn_one_hot_mean_iou_args, axis, CN_FIELD_INT, 0),
    CN_FIELD(cn_one_hot_mean_iou_args, name, CN_FIELD_TEXT, CN_FIELD_OPTIONAL),
    CN_END_FIELDS,
};

static const char *const aliases[] = {"one_hot_mean_iou", NULL};

static const cn_one_hot_mean_iou_args defaults = {CN_ONE_HOT_MEAN_IOU_DEFAULTS};

const cn_metric_class cn_metric_one_hot_mean_iou = {
    .base = {.name = "OneHotMeanIoU",
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

const char *cn_one_hot_mean_iou_with(const cn_one_hot_mean_iou_args *args)
{
    return cn_object_text(&cn_metric_one_hot_mean_iou.base, args);
}
