/* Counts of right and wrong decisions at thresholds: what precision, recall, AUC and their kin
 * share. */
#ifndef CORNU_METRICS_CONFUSION_H
#define CORNU_METRICS_CONFUSION_H

#include "metrics/metrics.h"

enum {
    CN_TRUE_POSITIVES,
    CN_FALSE_POSITIVES,
    CN_TRUE_NEGATIVES,
    CN_FALSE_NEGATIVES,
    CN_CONFUSION_COUNTS
};

typedef struct cn_confusion_options {
    const double *thresholds; /* ended by NaN; none: 0.5, or no threshold with top_k */
    int64_t even;             /* instead: so many thresholds i/(even - 1) */
    bool with_ends;           /* with even: the first is below every prediction */
    int64_t top_k;    /* CN_NONE; otherwise only the largest k predictions of each sample can be
                         positive */
    int64_t class_id; /* CN_NONE; otherwise only this class counts */
    bool multi_label; /* counts for each column */
    const double *label_weights; /* NULL or ended by NaN: a weight for each column */
} cn_confusion_options;

/* The counts of a batch: [thresholds], or [thresholds, columns] with multi_label. */
void cn_emit_confusion(cn_program *p, const cn_confusion_options *options, cn_value y_true,
                       cn_value y_pred, cn_value sample_weight,
                       cn_value counts[CN_CONFUSION_COUNTS]);

/* All four as states, in the order of the enumeration. */
int cn_confusion_states(cn_shape shape, cn_metric_state *states);

/* How many thresholds an argument means, and whether they are within 0 .. 1. */
int64_t cn_threshold_count(const double *thresholds);
cn_status cn_check_thresholds(const char *who, const double *thresholds);

/* A vector of one element as a scalar; a longer one as it is. */
cn_value cn_emit_one_or_all(cn_program *p, cn_value a);

/* a / (a + b), or 0. */
cn_value cn_emit_ratio(cn_program *p, cn_value a, cn_value b);

/* The metrics "the best of one where the other is at least a value": their update, result and
 * check. */
void cn_update_at(cn_program *p, int64_t num_thresholds, int64_t class_id, cn_value *states,
                  cn_value y_true, cn_value y_pred, cn_value sample_weight);
cn_value cn_emit_best_at(cn_program *p, cn_value best, cn_value other, double value);
cn_status cn_check_at(const char *who, const char *argument, double value, int64_t num_thresholds);

#endif
