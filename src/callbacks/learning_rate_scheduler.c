/* LearningRateScheduler: the learning rate of each epoch from a function of the user's. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>

#include "callbacks/callbacks.h"
#include "cornu/training.h"

static const cn_learning_rate_scheduler_args *args_of(const cn_event *event)
{
    const cn_callback_state *state = event->data;
    return state->args;
}

static cn_status on_epoch_begin(cn_event *event)
{
    const cn_learning_rate_scheduler_args *args = args_of(event);
    const double rate = args->schedule(event->epoch, cn_learning_rate(event->model), args->data);
    CN_CHECK(
        isfinite(rate) && rate >= 0,
        "LearningRateScheduler: the schedule must return a rate of 0 or more, got %g for epoch %" PRId64,
        rate, event->epoch);
    CN_TRY(cn_set_learning_rate(event->model, rate));
    if (args->verbose > 0)
        printf("\nEpoch %" PRId64 ": LearningRateScheduler setting learning rate to %s.\n",
               event->epoch + 1, cn_python_print(rate, &(cn_python_text){{0}}));
    return CN_OK;
}

static cn_status on_epoch_end(cn_event *event)
{
    return cn_event_log(event, "learning_rate", cn_learning_rate(event->model));
}

static cn_status check(const void *arguments)
{
    const cn_learning_rate_scheduler_args *args = arguments;
    CN_CHECK(
        args->schedule != NULL,
        "LearningRateScheduler: needs a function: cn_learning_rate_scheduler(function) makes one");
    return CN_OK;
}

/* The function cannot be written as text: a record has only what is left. */
static const cn_field fields[] = {
    CN_FIELD(cn_learning_rate_scheduler_args, verbose, CN_FIELD_INT, 0),
    CN_END_FIELDS,
};

static const cn_learning_rate_scheduler_args defaults = {CN_LEARNING_RATE_SCHEDULER_DEFAULTS};

const cn_callback_class cn_callback_learning_rate_scheduler = {
    .base = {.name = "LearningRateScheduler",
             .module = "keras.callbacks",
             .fields = fields,
             .args_size = sizeof defaults,
             .defaults = &defaults,
             .check = check},
    .hooks = {.on_epoch_begin = on_epoch_begin, .on_epoch_end = on_epoch_end},
    .state_size = sizeof(cn_callback_state),
};

const char *cn_learning_rate_scheduler_with(const cn_learning_rate_scheduler_args *args)
{
    return cn_callback_register(&cn_callback_learning_rate_scheduler, "learning_rate_scheduler",
                                args);
}
