/* The area under a curve, between each two neighbouring thresholds. */
#ifndef CORNU_METRICS_AUC_H
#define CORNU_METRICS_AUC_H

#include "metrics/confusion.h"

/* From the four counts [thresholds, ...], in the order of confusion.h: [thresholds - 1, ...]. */
cn_value cn_emit_auc_parts(cn_program *p, const cn_auc_args *args, const cn_value *states);

#endif
