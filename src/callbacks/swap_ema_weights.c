/* SwapEMAWeights: evaluation and prediction are of the averages of the weights. */
#include "callbacks/callbacks.h"
#include "cornu/training.h"

static cn_status on_begin(cn_event *event)
{
    return cn_use_averages(event->model, true);
}

static cn_status on_end(cn_event *event)
{
    return cn_use_averages(event->model, false);
}

static bool swaps_on_epoch(const cn_event *event)
{
    const cn_callback_state *state = event->data;
    return ((const cn_swap_ema_weights_args *)state->args)->swap_on_epoch;
}

static cn_status on_epoch_begin(cn_event *event)
{
    return swaps_on_epoch(event) ? cn_use_averages(event->model, false) : CN_OK;
}

static cn_status on_epoch_end(cn_event *event)
{
    return swaps_on_epoch(event) ? cn_use_averages(event->model, true) : CN_OK;
}

static const cn_field fields[] = {
    CN_FIELD(cn_swap_ema_weights_args, swap_on_epoch, CN_FIELD_BOOL, 0),
    CN_END_FIELDS,
};

static const cn_swap_ema_weights_args defaults = {CN_SWAP_EMA_WEIGHTS_DEFAULTS};
static const char *const aliases[] = {"swap_ema_weights", NULL};

const cn_callback_class cn_callback_swap_ema_weights = {
    .base = {.name = "SwapEMAWeights",
             .module = "keras.callbacks",
             .aliases = aliases,
             .fields = fields,
             .args_size = sizeof defaults,
             .defaults = &defaults},
    .hooks = {.on_epoch_begin = on_epoch_begin,
              .on_epoch_end = on_epoch_end,
              .on_test_begin = on_begin,
              .on_test_end = on_end,
              .on_predict_begin = on_begin,
              .on_predict_end = on_end},
    .state_size = sizeof(cn_callback_state),
};

const char *cn_swap_ema_weights_with(const cn_swap_ema_weights_args *args)
{
    return cn_callback_text(&cn_callback_swap_ema_weights, args);
}
