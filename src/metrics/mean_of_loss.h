/* A metric that is the mean of a loss without arguments. */
#ifndef CORNU_METRICS_MEAN_OF_LOSS_H
#define CORNU_METRICS_MEAN_OF_LOSS_H

#include "metrics/metrics.h"

/* The class called identifier, by the class names of metric and loss and by what it is called in
 * logs; behind them its aliases, ended by NULL. */
#define CN_MEAN_OF_LOSS(identifier, class_name, loss, log_name, ...)                               \
    static void update(cn_program *p, const void *args, cn_value *states, cn_value y_true,         \
                       cn_value y_pred, cn_value sample_weight)                                    \
    {                                                                                              \
        (void)args;                                                                                \
        cn_emit_mean_of_loss(p, loss, states, y_true, y_pred, sample_weight);                      \
    }                                                                                              \
    static const char *const aliases[] = {__VA_ARGS__};                                            \
    static const cn_metric_args defaults = {.name = (log_name)};                                   \
    const cn_metric_class identifier = {                                                           \
        .base = {.name = (class_name),                                                             \
                 .module = "keras.metrics",                                                        \
                 .aliases = aliases,                                                               \
                 .fields = cn_metric_fields,                                                       \
                 .args_size = sizeof defaults,                                                     \
                 .defaults = &defaults},                                                           \
        .states = cn_mean_states,                                                                  \
        .update = update,                                                                          \
        .result = cn_mean_result,                                                                  \
        .direction = -1,                                                                           \
    };

#endif
