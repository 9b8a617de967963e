/* Intersection over union: what its metrics share, a confusion matrix of labels (rows) and
 * predictions (columns). */
#ifndef CORNU_METRICS_CONFUSION_MATRIX_H
#define CORNU_METRICS_CONFUSION_MATRIX_H

#include "metrics/metrics.h"

typedef struct cn_iou_options {
    const char *who;
    int64_t num_classes;
    const double *target_class_ids; /* ended by NaN; NULL: all */
    int64_t ignore_class;           /* CN_NONE: none */
    bool sparse_y_true, sparse_y_pred;
    int64_t axis;            /* of the classes, where they are not sparse */
    const double *threshold; /* NULL, or: predictions from here on are class 1, the others 0 */
} cn_iou_options;

int cn_iou_states(const cn_iou_options *options, cn_metric_state *states);
void cn_iou_update(cn_program *p, const cn_iou_options *options, cn_value *states, cn_value y_true,
                   cn_value y_pred, cn_value sample_weight);
cn_value cn_iou_result(cn_program *p, const cn_iou_options *options, const cn_value *states);
cn_status cn_iou_check(const cn_iou_options *options);

/* A metric's functions, with the options that its options_of makes of its arguments. */
#define CN_IOU_FUNCTIONS                                                                           \
    static int states(const void *args, const cn_shape *y_true, const cn_shape *y_pred,            \
                      cn_metric_state *states)                                                     \
    {                                                                                              \
        (void)y_true, (void)y_pred;                                                                \
        const cn_iou_options options = options_of(args);                                           \
        return cn_iou_states(&options, states);                                                    \
    }                                                                                              \
    static void update(cn_program *p, const void *args, cn_value *states, cn_value y_true,         \
                       cn_value y_pred, cn_value sample_weight)                                    \
    {                                                                                              \
        const cn_iou_options options = options_of(args);                                           \
        cn_iou_update(p, &options, states, y_true, y_pred, sample_weight);                         \
    }                                                                                              \
    static cn_value result(cn_program *p, const void *args, const cn_value *states)                \
    {                                                                                              \
        const cn_iou_options options = options_of(args);                                           \
        return cn_iou_result(p, &options, states);                                                 \
    }                                                                                              \
    static cn_status check(const void *args)                                                       \
    {                                                                                              \
        const cn_iou_options options = options_of(args);                                           \
        return cn_iou_check(&options);                                                             \
    }

#endif
