/* F scores: what F1Score and FBetaScore share. */
#ifndef CORNU_METRICS_F_SCORE_H
#define CORNU_METRICS_F_SCORE_H

#include "metrics/metrics.h"

typedef struct cn_f_score {
    const char *who, *average; /* average: NULL, "micro", "macro" or "weighted" */
    double beta, threshold;    /* threshold: NaN for the largest prediction of each sample */
} cn_f_score;

int cn_f_score_states(const cn_f_score *score, const cn_shape *y_pred, cn_metric_state *states);
void cn_f_score_update(cn_program *p, const cn_f_score *score, cn_value *states, cn_value y_true,
                       cn_value y_pred, cn_value sample_weight);
cn_value cn_f_score_result(cn_program *p, const cn_f_score *score, const cn_value *states);
cn_status cn_f_score_check(const cn_f_score *score);

/* A metric's functions, with the score that its score_of makes of its arguments. */
#define CN_F_SCORE_FUNCTIONS                                                                       \
    static int states(const void *args, const cn_shape *y_true, const cn_shape *y_pred,            \
                      cn_metric_state *states)                                                     \
    {                                                                                              \
        (void)y_true;                                                                              \
        const cn_f_score score = score_of(args);                                                   \
        return cn_f_score_states(&score, y_pred, states);                                          \
    }                                                                                              \
    static void update(cn_program *p, const void *args, cn_value *states, cn_value y_true,         \
                       cn_value y_pred, cn_value sample_weight)                                    \
    {                                                                                              \
        const cn_f_score score = score_of(args);                                                   \
        cn_f_score_update(p, &score, states, y_true, y_pred, sample_weight);                       \
    }                                                                                              \
    static cn_value result(cn_program *p, const void *args, const cn_value *states)                \
    {                                                                                              \
        const cn_f_score score = score_of(args);                                                   \
        return cn_f_score_result(p, &score, states);                                               \
    }                                                                                              \
    static cn_status check(const void *args)                                                       \
    {                                                                                              \
        const cn_f_score score = score_of(args);                                                   \
        return cn_f_score_check(&score);                                                           \
    }

#endif
