/* ReduceLROnPlateau: a lower learning rate when a value no longer gets better. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>

#include "callbacks/callbacks.h"
#include "cornu/training.h"

struct state {
    cn_callback_state base;
    cn_monitor monitor;
    int64_t wait, cooldown;
};

static cn_status begin(void *data, cn_callback *callback)
{
    (void)callback;
    struct state *state = data;
    const cn_reduce_lr_on_plateau_args *args = state->base.args;
    state->monitor = cn_monitor_begin(args->monitor, args->mode, args->min_delta, NAN);
    return CN_OK;
}

static cn_status reduce(struct state *state, cn_event *event)
{
    const cn_reduce_lr_on_plateau_args *args = state->base.args;
    const double before = cn_learning_rate(event->model);
    if (!(before > (double)(float)args->min_lr))
        return CN_OK;
    const double rate = fmax(before * args->factor, args->min_lr);
    CN_TRY(cn_set_learning_rate(event->model, rate));
    if (args->verbose > 0)
        printf("\nEpoch %" PRId64 ": ReduceLROnPlateau reducing learning rate to %s.\n",
               event->epoch + 1, cn_python_print(rate, &(cn_python_text){{0}}));
    state->cooldown = args->cooldown;
    state->wait = 0;
    return CN_OK;
}

static cn_status on_epoch_end(cn_event *event)
{
    struct state *state = event->data;
    const cn_reduce_lr_on_plateau_args *args = state->base.args;
    double current;
    CN_TRY(cn_event_log(event, "learning_rate", cn_learning_rate(event->model)));
    if (!cn_monitor_read(&state->monitor, event, &current))
        return CN_OK;
    if (state->cooldown > 0) {
        state->cooldown--;
        state->wait = 0;
    }
    if (cn_monitor_is_better(&state->monitor, current, state->monitor.best)) {
        state->monitor.best = current;
        state->wait = 0;
    } else if (state->cooldown <= 0 && ++state->wait >= args->patience) {
        return reduce(state, event);
    }
    return CN_OK;
}

static cn_status on_train_end(cn_event *event)
{
    const struct state *state = event->data;
    cn_monitor_end(&state->monitor, event, "ReduceLROnPlateau");
    return CN_OK;
}

static cn_status check(const void *arguments)
{
    const cn_reduce_lr_on_plateau_args *args = arguments;
    CN_TRY(cn_monitor_check("ReduceLROnPlateau", args->monitor, args->mode));
    CN_CHECK(args->factor >= 0 && args->factor < 1,
             "ReduceLROnPlateau: factor must be from 0 up to, not with, 1, got %g", args->factor);
    CN_CHECK(args->patience >= 0, "ReduceLROnPlateau: patience must be 0 or more, got %" PRId64,
             args->patience);
    CN_CHECK(args->cooldown >= 0, "ReduceLROnPlateau: cooldown must be 0 or more, got %" PRId64,
             args->cooldown);
    CN_CHECK(!isnan(args->min_delta), "ReduceLROnPlateau: min_delta is NaN");
    CN_CHECK(args->min_lr >= 0, "ReduceLROnPlateau: min_lr must be 0 or more, got %g",
             args->min_lr);
    return CN_OK;
}

static const cn_field fields[] = {
    CN_FIELD(cn_reduce_lr_on_plateau_args, monitor, CN_FIELD_TEXT, 0),
    CN_FIELD(cn_reduce_lr_on_plateau_args, factor, CN_FIELD_REAL, 0),
    CN_FIELD(cn_reduce_lr_on_plateau_args, patience, CN_FIELD_INT, 0),
    CN_FIELD(cn_reduce_lr_on_plateau_args, verbose, CN_FIELD_INT, 0),
    CN_FIELD(cn_reduce_lr_on_plateau_args, mode, CN_FIELD_TEXT, 0),
    CN_FIELD(cn_reduce_lr_on_plateau_args, min_delta, CN_FIELD_REAL, 0),
    CN_FIELD(cn_reduce_lr_on_plateau_args, cooldown, CN_FIELD_INT, 0),
    CN_FIELD(cn_reduce_lr_on_plateau_args, min_lr, CN_FIELD_REAL, 0),
    CN_END_FIELDS,
};

static const cn_field kept[] = {
    CN_FIELD(struct state, monitor.best, CN_FIELD_REAL, CN_FIELD_OPTIONAL),
    CN_FIELD(struct state, wait, CN_FIELD_INT, 0),
    CN_FIELD(struct state, cooldown, CN_FIELD_INT, 0),
    CN_END_FIELDS,
};

static const cn_reduce_lr_on_plateau_args defaults = {CN_REDUCE_LR_ON_PLATEAU_DEFAULTS};

const cn_callback_class cn_callback_reduce_lr_on_plateau = {
    .base = {.name = "ReduceLROnPlateau",
             .module = "keras.callbacks",
             .fields = fields,
             .args_size = sizeof defaults,
             .defaults = &defaults,
             .check = check},
    .hooks = {.on_epoch_end = on_epoch_end, .on_train_end = on_train_end},
    .state_size = sizeof(struct state),
    .begin = begin,
    .kept = kept,
};

const char *cn_reduce_lr_on_plateau_with(const cn_reduce_lr_on_plateau_args *args)
{
    return cn_callback_text(&cn_callback_reduce_lr_on_plateau, args);
}
