/* TerminateOnNaN: ends the training when the loss is NaN or infinite. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>

#include "callbacks/callbacks.h"
#include "cornu/training.h"

static cn_status on_train_batch_end(cn_event *event)
{
    const cn_callback_state *state = event->data;
    const cn_terminate_on_nan_args *args = state->args;
    double loss;
    if (!cn_event_find(event, "loss", &loss) || isfinite(loss))
        return CN_OK;
    if (args->raise_error)
        return cn_fail(CN_STATE,
                       "TerminateOnNaN: the loss is %s in epoch %" PRId64 ", batch %" PRId64,
                       isnan(loss) ? "NaN" : "infinite", event->epoch + 1, event->batch + 1);
    if (event->verbose > 0)
        printf("Batch %" PRId64 ": Invalid loss, terminating training\n", event->batch);
    cn_stop_training(event->model);
    return CN_OK;
}

static const cn_field fields[] = {
    CN_FIELD(cn_terminate_on_nan_args, raise_error, CN_FIELD_BOOL, 0),
    CN_END_FIELDS,
};

static const cn_terminate_on_nan_args defaults = {CN_TERMINATE_ON_NAN_DEFAULTS};
static const char *const aliases[] = {"terminate_on_nan", NULL};

const cn_callback_class cn_callback_terminate_on_nan = {
    .base = {.name = "TerminateOnNaN",
             .module = "keras.callbacks",
             .aliases = aliases,
             .fields = fields,
             .args_size = sizeof defaults,
             .defaults = &defaults},
    .hooks = {.on_train_batch_end = on_train_batch_end},
    .state_size = sizeof(cn_callback_state),
};

const char *cn_terminate_on_nan_with(const cn_terminate_on_nan_args *args)
{
    return cn_callback_text(&cn_callback_terminate_on_nan, args);
}
