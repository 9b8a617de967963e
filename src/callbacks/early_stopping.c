/* EarlyStopping: ends the training when a value no longer gets better. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>

#include "callbacks/callbacks.h"
#include "cornu/training.h"

struct state {
    cn_callback_state base;
    cn_monitor monitor;
    int64_t wait, stopped_epoch, best_epoch;
    cn_array_list weights; /* of the best epoch; none: not kept */
};

static cn_status begin(void *data, cn_callback *callback)
{
    (void)callback;
    struct state *state = data;
    const cn_early_stopping_args *args = state->base.args;
    state->monitor = cn_monitor_begin(args->monitor, args->mode, args->min_delta, NAN);
    return CN_OK;
}

static void end(void *data)
{
    struct state *state = data;
    cn_array_list_free(&state->weights);
}

/* ---- the best weights ------------------------------------------------------------------------ */

/* One by one, so that there are never more than one too many copies. */
static cn_status keep_weights(struct state *state, const cn_event *event)
{
    const int64_t n = cn_weight_count(event->model);
    if (state->weights.items == NULL) {
        state->weights.items = cn_allocate((size_t)n * sizeof(cn_array *));
        CN_CHECK_MEMORY(state->weights.items);
        state->weights.n = n;
    }
    for (int64_t i = 0; i < state->weights.n; i++) {
        cn_array *copy = cn_get_weight_at(event->model, i);
        if (copy == NULL)
            return cn_error_status();
        cn_array_free(state->weights.items[i]);
        state->weights.items[i] = copy;
    }
    state->best_epoch = event->epoch;
    return CN_OK;
}

static cn_status restore_weights(const struct state *state, cn_event *event)
{
    const cn_early_stopping_args *args = state->base.args;
    if (args->verbose > 0)
        printf("Restoring model weights from the end of the best epoch: %" PRId64 ".\n",
               state->best_epoch + 1);
    for (int64_t i = 0; i < state->weights.n; i++)
        CN_TRY(cn_set_weight_at(event->model, i, state->weights.items[i]));
    return CN_OK;
}

/* ---- hooks ----------------------------------------------------------------------------------- */

static cn_status improve(struct state *state, cn_event *event, double current)
{
    const cn_early_stopping_args *args = state->base.args;
    state->monitor.best = current;
    if (args->restore_best_weights)
        CN_TRY(keep_weights(state, event));
    if (isnan(args->baseline) || cn_monitor_is_better(&state->monitor, current, args->baseline))
        state->wait = 0;
    return CN_OK;
}

static cn_status on_epoch_end(cn_event *event)
{
    struct state *state = event->data;
    const cn_early_stopping_args *args = state->base.args;
    double current;
    if (!cn_monitor_read(&state->monitor, event, &current) || event->epoch < args->start_from_epoch)
        return CN_OK;
    if (args->restore_best_weights && state->weights.items == NULL)
        CN_TRY(keep_weights(state, event));
    state->wait++;
    if (cn_monitor_is_better(&state->monitor, current, state->monitor.best))
        return improve(state, event, current);
    if (state->wait >= args->patience && event->epoch > 0) {
        state->stopped_epoch = event->epoch;
        cn_stop_training(event->model);
    }
    return CN_OK;
}

static cn_status on_train_end(cn_event *event)
{
    struct state *state = event->data;
    const cn_early_stopping_args *args = state->base.args;
    cn_monitor_end(&state->monitor, event, "EarlyStopping");
    if (state->stopped_epoch > 0 && args->verbose > 0)
        printf("Epoch %" PRId64 ": early stopping\n", state->stopped_epoch + 1);
    return state->weights.items == NULL ? CN_OK : restore_weights(state, event);
}

/* ---- the class ------------------------------------------------------------------------------- */

static cn_status check(const void *arguments)
{
    const cn_early_stopping_args *args = arguments;
    CN_TRY(cn_monitor_check("EarlyStopping", args->monitor, args->mode));
    CN_CHECK(!isnan(args->min_delta), "EarlyStopping: min_delta is NaN");
    CN_CHECK(args->patience >= 0, "EarlyStopping: patience must be 0 or more, got %" PRId64,
             args->patience);
    return CN_OK;
}

static const cn_field fields[] = {
    CN_FIELD(cn_early_stopping_args, monitor, CN_FIELD_TEXT, 0),
    CN_FIELD(cn_early_stopping_args, min_delta, CN_FIELD_REAL, 0),
    CN_FIELD(cn_early_stopping_args, patience, CN_FIELD_INT, 0),
    CN_FIELD(cn_early_stopping_args, verbose, CN_FIELD_INT, 0),
    CN_FIELD(cn_early_stopping_args, mode, CN_FIELD_TEXT, 0),
    CN_FIELD(cn_early_stopping_args, baseline, CN_FIELD_REAL, CN_FIELD_OPTIONAL),
    CN_FIELD(cn_early_stopping_args, restore_best_weights, CN_FIELD_BOOL, 0),
    CN_FIELD(cn_early_stopping_args, start_from_epoch, CN_FIELD_INT, 0),
    CN_END_FIELDS,
};

static const cn_field kept[] = {
    CN_FIELD(struct state, monitor.best, CN_FIELD_REAL, CN_FIELD_OPTIONAL),
    CN_FIELD(struct state, wait, CN_FIELD_INT, 0),
    CN_FIELD(struct state, stopped_epoch, CN_FIELD_INT, 0),
    CN_FIELD(struct state, best_epoch, CN_FIELD_INT, 0),
    CN_END_FIELDS,
};

static const cn_early_stopping_args defaults = {CN_EARLY_STOPPING_DEFAULTS};

const cn_callback_class cn_callback_early_stopping = {
    .base = {.name = "EarlyStopping",
             .module = "keras.callbacks",
             .fields = fields,
             .args_size = sizeof defaults,
             .defaults = &defaults,
             .check = check},
    .hooks = {.on_epoch_end = on_epoch_end, .on_train_end = on_train_end},
    .state_size = sizeof(struct state),
    .begin = begin,
    .end = end,
    .kept = kept,
    .kept_arrays = offsetof(struct state, weights),
};

const char *cn_early_stopping_with(const cn_early_stopping_args *args)
{
    return cn_callback_text(&cn_callback_early_stopping, args);
}
