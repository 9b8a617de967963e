/* fit: epochs of steps. Between two steps stand only the batch's rows being copied, a look at the
 * clock and at the flags that end it. */
#include <inttypes.h>
#include <math.h>

#include "runtime/session.h"
#include "training/training.h"

struct fit {
    const cn_fit_args *args;
    cn_training *training;
    cn_dataset data, validation_data;
    cn_range range, validation; /* validation.steps 0: there is none */
    cn_schedule schedule, validation_schedule;
    cn_position position;
    cn_hooks hooks;
    cn_progress progress;
    cn_history *history;
    int verbose;
};

/* ---- before ---------------------------------------------------------------------------------- */

static cn_status check_args(const cn_fit_args *args)
{
    CN_CHECK(args->epochs >= 0, "cn_fit: epochs must not be negative, got %" PRId64, args->epochs);
    CN_CHECK(args->initial_epoch >= 0, "cn_fit: initial_epoch must not be negative, got %" PRId64,
             args->initial_epoch);
    CN_CHECK(args->validation_split >= 0 && args->validation_split < 1,
             "cn_fit: validation_split must be from 0 up to, not with, 1, got %g",
             args->validation_split);
    CN_CHECK(args->validation_freq > 0, "cn_fit: validation_freq must be positive, got %" PRId64,
             args->validation_freq);
    CN_CHECK(args->verbose >= CN_NONE && args->verbose <= 2,
             "cn_fit: verbose is %d, it must be 0, 1 or 2", args->verbose);
    return CN_OK;
}

static cn_status take_data(struct fit *fit)
{
    const cn_fit_args *args = fit->args;
    cn_items storage;
    const cn_items *weights = cn_items_either(args->sample_weight, &args->sample_weights, &storage);
    CN_TRY(cn_dataset_make(fit->training, "cn_fit", &args->x, &args->y, weights, &fit->data));
    if (!cn_has_class_weight(args->class_weight))
        return CN_OK;
    CN_CHECK(weights->one == NULL && weights->list == NULL && weights->dict == NULL,
             "cn_fit: class_weight and sample_weight cannot be used together");
    CN_CHECK(fit->training->n_targets == 1,
             "cn_fit: class_weight needs a model with one output, %s has %" PRId64,
             fit->training->model->name, fit->training->n_targets);
    CN_CHECK(fit->data.y[0].samples == NULL,
             "cn_fit: class_weight needs labels as an array, y is samples: use sample_weight");
    fit->data.class_weight = args->class_weight;
    return CN_OK;
}

static cn_status take_validation(struct fit *fit)
{
    const cn_fit_args *args = fit->args;
    const cn_validation_data *given = &args->validation_data;
    cn_items x, y, w;
    if (given->x == NULL && given->xs.list == NULL && given->xs.dict == NULL &&
        given->xs.one == NULL)
        return CN_OK;
    CN_TRY(cn_dataset_make(
        fit->training, "cn_fit: validation_data", cn_items_either(given->x, &given->xs, &x),
        cn_items_either(given->y, &given->ys, &y),
        cn_items_either(given->sample_weight, &given->sample_weights, &w), &fit->validation_data));
    return cn_range_make("cn_fit: validation_data", 0, fit->validation_data.samples,
                         args->validation_batch_size != CN_NONE ? args->validation_batch_size
                                                                : args->batch_size,
                         args->validation_steps, &fit->validation);
}

/* The last part of the data is kept for validation, before any shuffling. */
static cn_status split(struct fit *fit)
{
    const cn_fit_args *args = fit->args;
    int64_t n = fit->data.samples;
    if (args->validation_split > 0 && fit->validation.steps == 0) {
        n = (int64_t)floor((double)n * (1 - args->validation_split));
        CN_CHECK(n > 0 && n < fit->data.samples,
                 "cn_fit: validation_split %g of %" PRId64 " samples leaves no samples on one side",
                 args->validation_split, fit->data.samples);
        fit->validation_data = fit->data;
        fit->validation_data.class_weight = NULL;
        CN_TRY(cn_range_make("cn_fit", n, fit->data.samples,
                             args->validation_batch_size != CN_NONE ? args->validation_batch_size
                                                                    : args->batch_size,
                             args->validation_steps, &fit->validation));
    }
    return cn_range_make("cn_fit", 0, n, args->batch_size, args->steps_per_epoch, &fit->range);
}

static cn_status make_plan(const struct fit *fit, const cn_batch *batch)
{
    cn_prepared *prepared = NULL;
    CN_TRY(cn_plan_take(fit->training, CN_TRAIN, &fit->data, batch, &prepared));
    cn_plan_give_back(fit->training, prepared);
    return CN_OK;
}

/* Plans for whole batches and for the last, smaller one; of sequences, for the longest batch. */
static cn_status make_plans(const struct fit *fit)
{
    cn_batch batch = cn_longest_batch(&fit->data, &fit->range);
    const int64_t rest = (fit->range.end - fit->range.begin) % fit->range.batch_size;
    CN_TRY(make_plan(fit, &batch));
    batch.size = rest;
    return rest > 0 ? make_plan(fit, &batch) : CN_OK;
}

static cn_status make_schedules(struct fit *fit)
{
    if (fit->args->shuffle)
        fit->position.shuffles = cn_session_stream(fit->training->model->session);
    CN_TRY(cn_schedule_make(&fit->schedule, &fit->data, &fit->range,
                            fit->args->shuffle ? CN_SHUFFLED : CN_IN_ORDER));
    if (fit->validation.steps == 0)
        return CN_OK;
    return cn_schedule_make(&fit->validation_schedule, &fit->validation_data, &fit->validation,
                            CN_BY_LENGTH);
}

static cn_status prepare(struct fit *fit)
{
    const cn_fit_args *args = fit->args;
    cn_session *session = fit->training->model->session;
    CN_TRY(check_args(args));
    CN_TRY(take_data(fit));
    CN_TRY(take_validation(fit));
    CN_TRY(split(fit));
    CN_TRY(cn_training_prepare(fit->training, &fit->data));
    CN_TRY(make_plans(fit));
    CN_TRY(make_schedules(fit));
    CN_TRY(cn_hooks_make(&fit->hooks, fit->training->model, args->callbacks));
    fit->verbose = cn_progress_verbosity(args->verbose);
    fit->hooks.event.verbose = fit->verbose;
    fit->hooks.event.epochs = args->epochs;
    fit->hooks.event.steps = fit->range.steps;
    fit->history = cn_history_make(session);
    fit->hooks.history = fit->history;
    fit->position.training = fit->training;
    fit->position.data = &fit->data;
    fit->position.range = &fit->range;
    fit->position.epoch = args->initial_epoch;
    fit->position.history = fit->history;
    fit->hooks.position = &fit->position;
    return fit->history == NULL ? CN_OUT_OF_MEMORY : CN_OK;
}

/* ---- steps ----------------------------------------------------------------------------------- */

static cn_status run_batch(const struct fit *fit, const cn_batch *batch, int64_t step, float *loss)
{
    cn_prepared *prepared = NULL;
    CN_TRY(cn_plan_take(fit->training, CN_TRAIN, &fit->data, batch, &prepared));
    const cn_plan *plan = &prepared->plan;
    cn_status status = cn_dataset_gather(fit->training, &fit->data, CN_TRAIN, batch, plan);
    if (status == CN_OK)
        status = cn_plan_run(plan);
    if (status == CN_OK)
        *loss = *(const float *)plan->outputs[0];
    else
        cn_fail_in("cn_fit: epoch %" PRId64 ", batch %" PRId64 "%s", fit->hooks.event.epoch + 1,
                   step + 1, fit->args->shuffle ? " (shuffled)" : "");
    cn_plan_give_back(fit->training, prepared);
    return status;
}

static cn_status train_step(struct fit *fit, int64_t step)
{
    float loss = 0;
    const cn_batch batch = cn_schedule_batch(&fit->schedule, step);
    fit->hooks.event.batch = step;
    fit->hooks.event.samples = batch.size;
    CN_TRY(CN_HOOK(&fit->hooks, on_train_batch_begin));
    CN_TRY(run_batch(fit, &batch, step, &loss));
    if (!isfinite(loss))
        cn_history_warn(fit->history, "the loss became %s in epoch %" PRId64 ", batch %" PRId64,
                        isnan(loss) ? "NaN" : "infinite", fit->hooks.event.epoch + 1, step + 1);
    if (fit->hooks.batch_logs)
        CN_TRY(cn_trackers_log(fit->training, false, &fit->hooks.logs));
    fit->position.step = step + 1;
    CN_TRY(CN_HOOK(&fit->hooks, on_train_batch_end));
    return cn_hooks_backup(&fit->hooks);
}

static bool ends(const struct fit *fit)
{
    return fit->training->stop || cn_interrupted();
}

static cn_status validate(struct fit *fit, int64_t epoch)
{
    if (fit->validation.steps == 0 || (epoch + 1) % fit->args->validation_freq != 0 ||
        cn_interrupted())
        return CN_OK;
    cn_hooks hooks = fit->hooks; /* the same callbacks, with logs of its own */
    hooks.logs = (cn_logs){0};
    cn_status status = cn_run_test(fit->training, &fit->validation_schedule, &hooks, NULL);
    cn_logs_free(&hooks.logs);
    CN_TRY(status);
    return cn_trackers_log(fit->training, true, &fit->hooks.logs);
}

/* A training that goes on in the middle of an epoch begins it for the callbacks, whose hooks may
 * change the learning rate, then takes everything back as it was. */
static cn_status begin_epoch(struct fit *fit)
{
    cn_position *at = &fit->position;
    fit->hooks.event.epoch = at->epoch;
    fit->hooks.logs.count = 0;
    cn_trackers_reset(fit->training);
    CN_TRY(CN_HOOK(&fit->hooks, on_epoch_begin));
    if (at->step > 0)
        CN_TRY(cn_hooks_restore(&fit->hooks));
    if (fit->args->shuffle)
        cn_schedule_shuffle(
            &fit->schedule,
            (cn_stream){at->shuffles.seed, at->shuffles.counter + ((uint64_t)at->epoch << 32)});
    return cn_loader_start(&fit->schedule, true, at->epoch, at->step);
}

/* A backup of an epoch that was cut short would be one of a training that skips the rest. */
static cn_status end_epoch(struct fit *fit)
{
    cn_position *at = &fit->position;
    const bool whole = at->step == fit->range.steps;
    CN_TRY(cn_trackers_log(fit->training, false, &fit->hooks.logs));
    CN_TRY(validate(fit, at->epoch));
    CN_TRY(CN_HOOK(&fit->hooks, on_epoch_end));
    cn_progress_end(&fit->progress, &fit->hooks.logs);
    CN_TRY(cn_history_append(fit->history, &fit->hooks.logs));
    at->epoch++;
    at->step = 0;
    if (!whole)
        fit->hooks.backup = (cn_request){0};
    return cn_hooks_backup(&fit->hooks);
}

static cn_status run_epoch(struct fit *fit)
{
    CN_TRY(begin_epoch(fit));
    cn_progress_begin(&fit->progress, fit->training, fit->verbose, fit->range.steps);
    for (int64_t step = fit->position.step; step < fit->range.steps && !ends(fit); step++) {
        CN_TRY(train_step(fit, step));
        CN_TRY(cn_progress_step(&fit->progress, step + 1));
    }
    cn_loader_stop(&fit->schedule);
    return end_epoch(fit);
}

static cn_status run(struct fit *fit)
{
    const cn_fit_args *args = fit->args;
    fit->training->stop = false;
    cn_optimizer_average(fit->training->optimizer, false);
    CN_TRY(CN_HOOK(&fit->hooks, on_train_begin));
    CN_TRY(cn_hooks_restore(&fit->hooks));
    while (fit->position.epoch < args->epochs && !ends(fit)) {
        cn_progress_epoch(fit->verbose, fit->position.epoch, args->epochs);
        CN_TRY(run_epoch(fit));
    }
    cn_optimizer_finalize(fit->training->optimizer);
    CN_TRY(CN_HOOK(&fit->hooks, on_train_end));
    if (fit->verbose > 0)
        cn_progress_warn(cn_history_warning(fit->history));
    return CN_OK;
}

cn_history *cn_fit_with(const cn_fit_args *args)
{
    struct fit fit = {.args = args};
    cn_status status = cn_training_check_compiled(args->model, "cn_fit", &fit.training);
    if (status == CN_OK)
        status = prepare(&fit);
    if (status == CN_OK)
        status = run(&fit);
    cn_interrupt_reset(); /* it has been heard */
    cn_hooks_free(&fit.hooks);
    cn_schedule_free(&fit.schedule);
    cn_schedule_free(&fit.validation_schedule);
    return status == CN_OK ? fit.history : NULL;
}

/* ---- while it runs --------------------------------------------------------------------------- */

void cn_stop_training(cn_model *model)
{
    cn_training *training = NULL;
    if (cn_training_check_compiled(model, "cn_stop_training", &training) == CN_OK)
        training->stop = true;
}

/* The optimizer of a model that is compiled and built. */
static cn_status optimizer_of(const cn_model *model, const char *who, cn_optimizer **optimizer)
{
    cn_training *training = NULL;
    CN_TRY(cn_training_check_compiled((cn_model *)(uintptr_t)model, who, &training));
    if (!model->built)
        return cn_fail(CN_STATE, "%s: %s is not built yet", who, model->name);
    CN_TRY(cn_training_make_optimizer(training));
    *optimizer = training->optimizer;
    return CN_OK;
}

double cn_learning_rate(const cn_model *model)
{
    cn_optimizer *optimizer = NULL;
    if (optimizer_of(model, "cn_learning_rate", &optimizer) != CN_OK)
        return NAN;
    return cn_optimizer_learning_rate(optimizer);
}

cn_status cn_set_learning_rate(cn_model *model, double rate)
{
    cn_optimizer *optimizer = NULL;
    CN_TRY(optimizer_of(model, "cn_set_learning_rate", &optimizer));
    return cn_optimizer_set_learning_rate(optimizer, rate);
}

/* Before the first step the averages have seen no weights. */
cn_status cn_use_averages(cn_model *model, bool averages)
{
    cn_optimizer *optimizer = NULL;
    CN_TRY(optimizer_of(model, "cn_use_averages", &optimizer));
    if (optimizer->averages == NULL)
        return cn_fail(CN_STATE, "cn_use_averages: %s keeps no averages: it needs .use_ema = true",
                       optimizer->name);
    if (*(const int32_t *)optimizer->iteration.data > 0)
        cn_optimizer_average(optimizer, averages);
    return CN_OK;
}

int64_t cn_iterations(const cn_model *model)
{
    cn_optimizer *optimizer = NULL;
    if (optimizer_of(model, "cn_iterations", &optimizer) != CN_OK)
        return -1;
    return *(const int32_t *)optimizer->iteration.data;
}
