/* ConcordanceCorrelation: the mean over samples of mean(2*(t - mean p)*(p - mean p)
 * / (var t + var p + (mean t - mean p)^2 + 1e-7)) along an axis. Keras takes the mean of p in both
 * factors. */
#include "metrics/metrics.h"

static void update(cn_program *p, const void *args, cn_value *states, cn_value y_true,
                   cn_value y_pred, cn_value sample_weight)
{
    const cn_shape axes = CN_AXES(((const cn_concordance_correlation_args *)args)->axis);
    cn_emit_same_rank(p, &y_true, &y_pred);
    cn_value t = cn_emit_cast(p, y_true, CN_FLOAT32);
    cn_value mean_t = cn_emit_mean(p, t, axes, true), mean_p = cn_emit_mean(p, y_pred, axes, true);
    cn_value variances =
        cn_emit_add(p, cn_emit_variance(p, t, axes, true), cn_emit_variance(p, y_pred, axes, true));
    cn_value distance = cn_emit_square(p, cn_emit_subtract(p, mean_t, mean_p));
    cn_value divisor = cn_emit_add_scalar(p, cn_emit_add(p, variances, distance), 1e-7);
    cn_value product =
        cn_emit_multiply(p, cn_emit_subtract(p, t, mean_p), cn_emit_subtract(p, y_pred, mean_p));
    cn_value values = cn_emit_divide(p, cn_emit_multiply_scalar(p, product, 2), divisor);
    cn_emit_mean_update(p, states, cn_emit_mean(p, values, axes, false), sample_weight);
}

static const cn_field fields[] = {
    CN_FIELD(cn_concordance_correlation_args, name, CN_FIELD_TEXT, CN_FIELD_OPTIONAL),
    CN_FIELD(cn_concordance_correlation_args, axis, CN_FIELD_INT, 0),
    CN_END_FIELDS,
};

static const cn_concordance_correlation_args defaults = {CN_CONCORDANCE_CORRELATION_DEFAULTS};

const cn_metric_class cn_metric_concordance_correlation = {
    .base = {.name = "ConcordanceCorrelation",
             .module = "keras.metrics",
             .fields = fields,
             .args_size = sizeof defaults,
             .defaults = &defaults},
    .states = cn_mean_states,
    .update = update,
    .result = cn_mean_result,
    .direction = 1,
};

const char *cn_concordance_correlation_with(const cn_concordance_correlation_args *args)
{
    return cn_object_text(&cn_metric_concordance_correlation.base, args);
}
