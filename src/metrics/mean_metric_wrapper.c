/* MeanMetricWrapper: the mean of a loss, fn; what a loss's record becomes where a metric is
 * expected. */
#include "losses/losses.h"
#include "metrics/metrics.h"

typedef struct wrapper_args {
    const char *fn, *name;
} wrapper_args;

static void update(cn_program *p, const void *args, cn_value *states, cn_value y_true,
                   cn_value y_pred, cn_value sample_weight)
{
    const wrapper_args *wrapper = args;
    cn_object loss;
    cn_status status = cn_object_parse(&cn_loss_classes, wrapper->fn, &p->memory, &loss);
    if (status != CN_OK)
        (void)cn_program_fail(p, status);
    else
        cn_emit_mean_update(p, states, cn_emit_loss_values(p, &loss, y_true, y_pred),
                            sample_weight);
}

static cn_status check(const void *args)
{
    CN_CHECK(((const wrapper_args *)args)->fn != NULL,
             "MeanMetricWrapper: fn must be a loss, got none");
    return CN_OK;
}

static const cn_field fields[] = {
    CN_OBJECT_FIELD(wrapper_args, fn, "loss"),
    CN_FIELD(wrapper_args, name, CN_FIELD_TEXT, CN_FIELD_OPTIONAL),
    CN_END_FIELDS,
};

static const wrapper_args defaults = {.fn = NULL};

const cn_metric_class cn_metric_mean_metric_wrapper = {
    .base = {.name = "MeanMetricWrapper",
             .module = "keras.metrics",
             .fields = fields,
             .args_size = sizeof defaults,
             .defaults = &defaults,
             .check = check},
    .states = cn_mean_states,
    .update = update,
    .result = cn_mean_result,
    .direction = -1,
};
