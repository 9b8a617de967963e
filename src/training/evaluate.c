/* evaluate, and steps on single batches. */
#include <inttypes.h>

#include "runtime/session.h"
#include "training/training.h"

cn_status cn_range_make(const char *who, int64_t begin, int64_t end, int64_t batch_size,
                        int64_t steps, cn_range *range)
{
    const int64_t n = end - begin;
    CN_CHECK(batch_size > 0 || batch_size == CN_NONE,
             "%s: batch_size must be positive, got %" PRId64, who, batch_size);
    CN_CHECK(steps > 0 || steps == CN_NONE,
             "%s: the number of steps must be positive, got %" PRId64, who, steps);
    CN_CHECK(n > 0, "%s: there are no samples", who);
    if (batch_size == CN_NONE)
        batch_size = steps == CN_NONE ? 32 : (n + steps - 1) / steps;
    if (batch_size > n)
        batch_size = n;
    const int64_t all = (n + batch_size - 1) / batch_size;
    *range = (cn_range){begin, end, batch_size, steps == CN_NONE || steps > all ? all : steps};
    return CN_OK;
}

static cn_status test_batch(cn_training *training, const cn_dataset *dataset, const cn_batch *batch,
                            cn_hooks *hooks)
{
    cn_prepared *prepared = NULL;
    hooks->event.samples = batch->size;
    CN_TRY(CN_HOOK(hooks, on_test_batch_begin));
    CN_TRY(cn_plan_take(training, CN_TEST, dataset, batch, &prepared));
    cn_status status = cn_dataset_gather(training, dataset, CN_TEST, batch, &prepared->plan);
    if (status == CN_OK)
        status = cn_plan_run(&prepared->plan);
    cn_plan_give_back(training, prepared);
    if (status != CN_OK)
        cn_fail_in("%s: evaluating batch %" PRId64, training->model->name, hooks->event.batch + 1);
    CN_TRY(status);
    if (hooks->batch_logs)
        CN_TRY(cn_trackers_log(training, false, &hooks->logs));
    return CN_HOOK(hooks, on_test_batch_end);
}

cn_status cn_run_test(cn_training *training, cn_schedule *schedule, cn_hooks *hooks,
                      cn_progress *progress)
{
    cn_trackers_reset(training);
    CN_TRY(cn_loader_start(schedule, false, 0, 0));
    CN_TRY(CN_HOOK(hooks, on_test_begin));
    for (int64_t step = 0; step < schedule->range.steps && !cn_interrupted(); step++) {
        const cn_batch batch = cn_schedule_batch(schedule, step);
        hooks->event.batch = step;
        CN_TRY(test_batch(training, schedule->dataset, &batch, hooks));
        if (progress != NULL)
            CN_TRY(cn_progress_step(progress, step + 1));
    }
    cn_loader_stop(schedule);
    if (hooks->n > 0)
        CN_TRY(cn_trackers_log(training, false, &hooks->logs));
    return CN_HOOK(hooks, on_test_end);
}

static cn_status evaluate(const cn_evaluate_args *args, cn_training *training, cn_hooks *hooks,
                          cn_schedule *schedule)
{
    cn_dataset dataset;
    cn_range range;
    cn_items storage;
    CN_TRY(cn_hooks_make(hooks, args->model, args->callbacks));
    CN_TRY(cn_dataset_make(training, "cn_evaluate", &args->x, &args->y,
                           cn_items_either(args->sample_weight, &args->sample_weights, &storage),
                           &dataset));
    CN_TRY(cn_range_make("cn_evaluate", 0, dataset.samples, args->batch_size, args->steps, &range));
    CN_TRY(cn_training_prepare(training, &dataset));
    CN_TRY(cn_schedule_make(schedule, &dataset, &range, CN_BY_LENGTH));
    cn_progress progress;
    cn_progress_begin(&progress, training, args->verbose, range.steps);
    CN_TRY(cn_run_test(training, schedule, hooks, &progress));
    CN_TRY(cn_trackers_log(training, false, &hooks->logs));
    cn_progress_end(&progress, &hooks->logs);
    return CN_OK;
}

cn_scores cn_evaluate_with(const cn_evaluate_args *args)
{
    cn_training *training = NULL;
    cn_hooks hooks = {0};
    cn_schedule schedule = {0};
    cn_status status = cn_training_check_compiled(args->model, "cn_evaluate", &training);
    if (status == CN_OK)
        status = evaluate(args, training, &hooks, &schedule);
    cn_interrupt_reset();
    cn_schedule_free(&schedule);
    cn_hooks_free(&hooks);
    return cn_training_scores(training, status);
}

/* ---- one batch ------------------------------------------------------------------------------- */

static cn_status one_batch(const cn_batch_args *args, const char *who, cn_phase phase,
                           cn_training *training)
{
    cn_dataset dataset;
    cn_items storage;
    cn_prepared *prepared = NULL;
    CN_TRY(cn_dataset_make(training, who, &args->x, &args->y,
                           cn_items_either(args->sample_weight, &args->sample_weights, &storage),
                           &dataset));
    if (cn_has_class_weight(args->class_weight))
        dataset.class_weight = args->class_weight;
    CN_TRY(cn_training_prepare(training, &dataset));
    cn_trackers_reset(training);
    cn_batch batch = {.size = dataset.samples};
    cn_batch_measure(&dataset, &batch);
    CN_TRY(cn_plan_take(training, phase, &dataset, &batch, &prepared));
    cn_status status = cn_dataset_gather(training, &dataset, phase, &batch, &prepared->plan);
    if (status == CN_OK)
        status = cn_plan_run(&prepared->plan);
    cn_plan_give_back(training, prepared);
    CN_TRY(status);
    return cn_trackers_read(training);
}

cn_scores cn_train_on_batch_with(const cn_batch_args *args)
{
    cn_training *training = NULL;
    cn_status status = cn_training_check_compiled(args->model, "cn_train_on_batch", &training);
    if (status == CN_OK && training->optimizer != NULL)
        cn_optimizer_average(training->optimizer, false);
    if (status == CN_OK)
        status = one_batch(args, "cn_train_on_batch", CN_TRAIN, training);
    return cn_training_scores(training, status);
}

cn_scores cn_test_on_batch_with(const cn_batch_args *args)
{
    cn_training *training = NULL;
    cn_status status = cn_training_check_compiled(args->model, "cn_test_on_batch", &training);
    if (status == CN_OK)
        status = one_batch(args, "cn_test_on_batch", CN_TEST, training);
    return cn_training_scores(training, status);
}
