/* PearsonCorrelation: the mean over samples of mean(((t - mean t)/std t) * ((p - mean p)/std p))
 * along an axis. */
#include "metrics/metrics.h"

static cn_value standardize(cn_program *p, cn_value x, cn_shape axes)
{
    cn_value centered = cn_emit_subtract(p, x, cn_emit_mean(p, x, axes, true));
    return cn_emit_divide(p, centered, cn_emit_sqrt(p, cn_emit_variance(p, centered, axes, true)));
}

static void update(cn_program *p, const void *args, cn_value *states, cn_value y_true,
                   cn_value y_pred, cn_value sample_weight)
{
    const cn_shape axes = CN_AXES(((const cn_pearson_correlation_args *)args)->axis);
    cn_emit_same_rank(p, &y_true, &y_pred);
    cn_value t = standardize(p, cn_emit_cast(p, y_true, CN_FLOAT32), axes),
             s = standardize(p, y_pred, axes);
    cn_emit_mean_update(p, states, cn_emit_mean(p, cn_emit_multiply(p, t, s), axes, false),
                        sample_weight);
}

static const cn_field fields[] = {
    CN_FIELD(cn_pearson_correlation_args, name, CN_FIELD_TEXT, CN_FIELD_OPTIONAL),
    CN_FIELD(cn_pearson_correlation_args, axis, CN_FIELD_INT, 0),
    CN_END_FIELDS,
};

static const cn_pearson_correlation_args defaults = {CN_PEARSON_CORRELATION_DEFAULTS};

const cn_metric_class cn_metric_pearson_correlation = {
    .base = {.name = "PearsonCorrelation",
             .module = "keras.metrics",
             .fields = fields,
             .args_size = sizeof defaults,
             .defaults = &defaults},
    .states = cn_mean_states,
    .update = update,
    .result = cn_mean_result,
    .direction = 1,
};

const char *cn_pearson_correlation_with(const cn_pearson_correlation_args *args)
{
    return cn_object_text(&cn_metric_pearson_correlation.base, args);
}
