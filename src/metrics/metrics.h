/* Metrics: state that each batch updates, and a result computed from it. */
#ifndef CORNU_METRICS_METRICS_H
#define CORNU_METRICS_METRICS_H

#include "config/config.h"
#include "cornu/metrics.h"
#include "ops/emit.h"

/* A state variable of a metric: its Keras name and shape, given the arguments. Zero at first and
 * after a reset. */
typedef struct cn_metric_state {
    const char *name;
    cn_shape shape;
} cn_metric_state;

enum { CN_MOST_METRIC_STATES = 8 };

typedef struct cn_metric_class {
    cn_class base;
    /* Which states, given the shapes of the first batch's targets and predictions (without the
     * number of samples, which may be unknown); returns how many. */
    int (*states)(const void *args, const cn_shape *y_true, const cn_shape *y_pred,
                  cn_metric_state *states);
    /* New values of the states, from the old ones in states[], replaced in place. sample_weight may
     * be CN_NO_VALUE. */
    void (*update)(cn_program *p, const void *args, cn_value *states, cn_value y_true,
                   cn_value y_pred, cn_value sample_weight);
    cn_value (*result)(cn_program *p, const void *args,
                       const cn_value *states); /* a scalar (or vector) */
    int direction; /* 1: up is better; -1: down is better; 0: neither */
} cn_metric_class;

/* All metrics, from metrics.def. */
extern const cn_classes cn_metric_classes;

/* What a metric's identifier says for one output. "accuracy", "acc" (and "crossentropy", "ce")
 * choose by shapes, as Keras 3: binary if y_pred's last dimension is 1, sparse if the labels have
 * no class axis, else categorical. A loss's record is the mean of that loss. name: what it is
 * called in logs: the identifier as given, the record's "name", or the class's own name. */
cn_status cn_metric_parse(const char *identifier, const cn_shape *y_true, const cn_shape *y_pred,
                          cn_arena *arena, cn_object *metric, const char **name);

/* ---- Keras's Mean, which also keeps losses: total and count ---------------------------------- */

int cn_mean_states(const void *args, const cn_shape *y_true, const cn_shape *y_pred,
                   cn_metric_state *states);
void cn_emit_mean_update(cn_program *p, cn_value *states, cn_value values, cn_value sample_weight);
cn_value cn_emit_mean_result(cn_program *p, const cn_value *states);
cn_value cn_mean_result(cn_program *p, const void *args, const cn_value *states);

/* The mean of a loss without arguments, by its class name; or of the loss that has the metric's
 * name and arguments. */
void cn_emit_mean_of_loss(cn_program *p, const char *loss, cn_value *states, cn_value y_true,
                          cn_value y_pred, cn_value sample_weight);
void cn_emit_mean_of_same_loss(cn_program *p, const cn_class *metric, const void *args,
                               cn_value *states, cn_value y_true, cn_value y_pred,
                               cn_value sample_weight);

/* ---- what metrics share ---------------------------------------------------------------------- */

/* The arguments of metrics that have none of their own. */
typedef struct cn_metric_args {
    const char *name;
} cn_metric_args;
extern const cn_field cn_metric_fields[];

/* Keras's squeeze_or_expand_to_same_rank: an axis of 1 too many at the end goes, or one comes to a
 * vector. */
void cn_emit_same_rank(cn_program *p, cn_value *a, cn_value *b);

/* Appends axes of 1 up to a rank, so that a weight per sample broadcasts along the samples. */
cn_value cn_emit_expand_to_rank(cn_program *p, cn_value a, int64_t rank);

/* a / b, or 0 where b is 0. */
cn_value cn_emit_divide_or_zero(cn_program *p, cn_value a, cn_value b);

/* Whether fewer than k scores are greater than that of the label: labels [N...], scores [N..., C]
 * -> bool [N...]. */
cn_value cn_emit_in_top_k(cn_program *p, cn_value labels, cn_value scores, int64_t k);

/* A vector of numbers. */
cn_value cn_emit_numbers(cn_program *p, const double *numbers, int64_t n);

/* How many numbers a list ended by NaN has. */
int64_t cn_reals_length(const double *list);

/* A list written out in C goes on with zeros: ends it with NaN behind its last other number, but
 * behind its first number at the earliest. */
void cn_reals_end(double *list);

#endif
