/* KLDivergence: the mean of sum of t*log(t/p), as the loss. */
#include "metrics/metrics.h"

static void update(cn_program *p, const void *args, cn_value *states, cn_value y_true,
                   cn_value y_pred, cn_value sample_weight)
{
    (void)args;
    cn_emit_mean_of_loss(p, "KLDivergence", states, y_true, y_pred, sample_weight);
}

static const char *const aliases[] = {"kl_divergence", "kld", "KLD", NULL};

static const cn_metric_args defaults = {.name = "kl_divergence"};

const cn_metric_class cn_metric_kl_divergence = {
    .base = {.name = "KLDivergence",
             .module = "keras.metrics",
             .aliases = aliases,
             .fields = cn_metric_fields,
             .args_size = sizeof defaults,
             .defaults = &defaults},
    .states = cn_mean_states,
    .update = update,
    .result = cn_mean_result,
    .direction = -1,
};
