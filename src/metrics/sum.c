/* Sum: the sum of w*v of all predictions. */
#include "metrics/metrics.h"

static int states(const void *args, const cn_shape *y_true, const cn_shape *y_pred,
                  cn_metric_state *states)
{
    (void)args, (void)y_true, (void)y_pred;
    states[0] = (cn_metric_state){.name = "total"};
    return 1;
}

static void update(cn_program *p, const void *args, cn_value *states, cn_value y_true,
                   cn_value y_pred, cn_value sample_weight)
{
    (void)args, (void)y_true;
    cn_value values = cn_emit_cast(p, y_pred, CN_FLOAT32), weight = sample_weight;
    if (weight != CN_NO_VALUE) {
        cn_emit_same_rank(p, &values, &weight);
        weight = values == CN_NO_VALUE
                     ? values
                     : cn_emit_expand_to_rank(p, weight, cn_shape_of(p, values)->rank);
        values = cn_emit_multiply(p, values, weight);
    }
    states[0] = cn_emit_add(p, states[0], cn_emit_sum(p, values, CN_ALL_AXES, false));
}

static cn_value result(cn_program *p, const void *args, const cn_value *states)
{
    (void)p, (void)args;
    return states[0];
}

static const cn_metric_args defaults = {.name = "sum"};

const cn_metric_class cn_metric_sum = {
    .base = {.name = "Sum",
             .module = "keras.metrics",
             .fields = cn_metric_fields,
             .args_size = sizeof defaults,
             .defaults = &defaults},
    .states = states,
    .update = update,
    .result = result,
};
