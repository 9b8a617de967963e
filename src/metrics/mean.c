/* Mean: total += sum of w*v, count += sum of w over samples; the result is total / count. Most
 * metrics are the Mean of values per sample. */
#include "metrics/metrics.h"

enum { TOTAL, COUNT };

int cn_mean_states(const void *args, const cn_shape *y_true, const cn_shape *y_pred,
                   cn_metric_state *states)
{
    (void)args, (void)y_true, (void)y_pred;
    states[TOTAL] = (cn_metric_state){.name = "total"};
    states[COUNT] = (cn_metric_state){.name = "count"};
    return 2;
}

/* Samples for each element: what a sum over all is multiplied by for a mean over all axes but the
 * first. */
static double share(const cn_shape *shape)
{
    int64_t size = cn_shape_size(shape);
    return shape->rank == 0 || size == 0 ? 1.0 / (double)(size == 0 ? 1 : size)
                                         : (double)shape->dim[0] / (double)size;
}

static cn_value sum_of_samples(cn_program *p, cn_value values)
{
    if (values == CN_NO_VALUE)
        return values;
    cn_value sum = cn_emit_sum(p, cn_emit_cast(p, values, CN_FLOAT32), CN_ALL_AXES, false);
    return cn_emit_multiply_scalar(p, sum, share(cn_shape_of(p, values)));
}

/* The weights as often as they are used: once for each element of the values' first axes. */
static cn_value spread(cn_program *p, cn_value weight, const cn_shape *values)
{
    cn_shape shape = *values;
    shape.rank = cn_shape_of(p, weight)->rank;
    return cn_shape_equal(&shape, cn_shape_of(p, weight)) ? weight
                                                          : cn_emit_broadcast_to(p, weight, shape);
}

/* Elements of a sample that have a weight of their own, such as steps. Keras takes means over them;
 * their sums weigh every step alike, also where batches are padded to different lengths. */
static double weighed_elements(const cn_shape *values, int64_t weight_rank)
{
    double n = 1;
    for (int64_t i = 1; i < weight_rank; i++)
        n *= (double)values->dim[i];
    return n;
}

static void add(cn_program *p, cn_value *states, cn_value total, cn_value count)
{
    states[TOTAL] = cn_emit_add(p, states[TOTAL], total);
    states[COUNT] = cn_emit_add(p, states[COUNT], count);
}

void cn_emit_mean_update(cn_program *p, cn_value *states, cn_value values, cn_value sample_weight)
{
    if (p->status != CN_OK)
        return;
    if (sample_weight == CN_NO_VALUE) {
        const cn_shape *shape = cn_shape_of(p, values);
        double count = shape->rank == 0 ? 1 : (double)shape->dim[0];
        add(p, states, sum_of_samples(p, values), cn_emit_scalar(p, count));
        return;
    }
    cn_value weight = cn_emit_cast(p, sample_weight, CN_FLOAT32);
    cn_emit_same_rank(p, &values, &weight);
    if (p->status != CN_OK)
        return;
    const cn_shape shape = *cn_shape_of(p, values);
    cn_value weighted = cn_emit_multiply(p, values, cn_emit_expand_to_rank(p, weight, shape.rank));
    cn_value total = cn_shape_of(p, weight)->rank == 0
                         ? cn_emit_mean(p, weighted, CN_ALL_AXES, false)
                         : sum_of_samples(p, weighted);
    const double elements = weighed_elements(&shape, cn_shape_of(p, weight)->rank);
    cn_value count = sum_of_samples(p, spread(p, weight, &shape));
    add(p, states, cn_emit_multiply_scalar(p, total, elements),
        cn_emit_multiply_scalar(p, count, elements));
}

cn_value cn_emit_mean_result(cn_program *p, const cn_value *states)
{
    return cn_emit_divide_or_zero(p, states[TOTAL], states[COUNT]);
}

cn_value cn_mean_result(cn_program *p, const void *args, const cn_value *states)
{
    (void)args;
    return cn_emit_mean_result(p, states);
}

/* Mean of the predictions alone. */
static void update(cn_program *p, const void *args, cn_value *states, cn_value y_true,
                   cn_value y_pred, cn_value sample_weight)
{
    (void)args, (void)y_true;
    cn_emit_mean_update(p, states, y_pred, sample_weight);
}

static const cn_metric_args defaults = {.name = "mean"};

const cn_metric_class cn_metric_mean = {
    .base = {.name = "Mean",
             .module = "keras.metrics",
             .fields = cn_metric_fields,
             .args_size = sizeof defaults,
             .defaults = &defaults},
    .states = cn_mean_states,
    .update = update,
    .result = cn_mean_result,
};
