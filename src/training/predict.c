/* predict. Several threads may predict with one model: each run takes a plan of its own. */
#include <string.h>

#include "runtime/session.h"
#include "training/training.h"

static cn_status check_built(const cn_model *model, const char *who)
{
    if (model->graph->n_outputs == 0 && !model->graph->sequential)
        return cn_fail(CN_STATE, "%s: %s is not built", who, model->name);
    return CN_OK;
}

/* An array for each output: N rows. */
static cn_status make_outputs(const cn_plan *plan, int64_t samples, cn_predictions *predictions)
{
    CN_CHECK(plan->n_outputs <= CN_MAX_LIST, "cn_predict: at most %d outputs", CN_MAX_LIST);
    for (int64_t i = 0; i < plan->n_outputs; i++) {
        cn_shape shape = plan->output_shapes[i];
        shape.dim[0] = samples;
        CN_TRY(cn_array_create(CN_FLOAT32, &shape, &predictions->at[i]));
        predictions->count++;
    }
    return CN_OK;
}

static cn_status prepare_outputs(cn_training *training, const cn_dataset *dataset, int64_t size,
                                 cn_predictions *predictions)
{
    cn_prepared *prepared = NULL;
    CN_TRY(cn_plan_take(training, CN_PREDICT, dataset, size, &prepared));
    cn_status status = make_outputs(&prepared->plan, dataset->samples, predictions);
    cn_plan_give_back(training, prepared);
    return status;
}

static cn_status predict_batch(cn_training *training, const cn_dataset *dataset,
                               const cn_batch *batch, const cn_predictions *predictions)
{
    cn_prepared *prepared = NULL;
    CN_TRY(cn_plan_take(training, CN_PREDICT, dataset, batch->size, &prepared));
    cn_status status = cn_dataset_gather(training, dataset, CN_PREDICT, batch, &prepared->plan);
    if (status == CN_OK)
        status = cn_plan_run(&prepared->plan);
    for (int64_t i = 0; status == CN_OK && i < predictions->count; i++) {
        const size_t row = cn_array_row_bytes(predictions->at[i]);
        memcpy((char *)predictions->at[i]->data + (size_t)batch->begin * row,
               prepared->plan.outputs[i], (size_t)batch->size * row);
    }
    cn_plan_give_back(training, prepared);
    return status;
}

static cn_status run(cn_training *training, const cn_dataset *dataset, const cn_range *range,
                     cn_hooks *hooks, cn_progress *progress, const cn_predictions *predictions)
{
    CN_TRY(CN_HOOK(hooks, on_predict_begin));
    for (int64_t step = 0; step < range->steps && !cn_interrupted(); step++) {
        cn_batch batch = {step * range->batch_size, range->batch_size, NULL};
        if (batch.begin + batch.size > range->end)
            batch.size = range->end - batch.begin;
        hooks->event.batch = step;
        hooks->event.samples = batch.size;
        CN_TRY(CN_HOOK(hooks, on_predict_batch_begin));
        CN_TRY(predict_batch(training, dataset, &batch, predictions));
        CN_TRY(CN_HOOK(hooks, on_predict_batch_end));
        CN_TRY(cn_progress_step(progress, step + 1));
    }
    return CN_HOOK(hooks, on_predict_end);
}

static cn_status predict(const cn_predict_args *args, cn_hooks *hooks, cn_predictions *predictions)
{
    cn_training *training = NULL;
    cn_dataset dataset;
    cn_range range;
    cn_progress progress;
    CN_TRY(cn_training_of(args->model, "cn_predict", &training));
    CN_TRY(check_built(args->model, "cn_predict"));
    CN_TRY(cn_hooks_make(hooks, args->model, args->callbacks));
    CN_TRY(cn_dataset_make(training, "cn_predict", &args->x, NULL, NULL, &dataset));
    CN_TRY(cn_range_make("cn_predict", 0, dataset.samples, args->batch_size, args->steps, &range));
    if (range.steps * range.batch_size < dataset.samples)
        dataset.samples = range.steps * range.batch_size;
    CN_TRY(prepare_outputs(training, &dataset, range.batch_size, predictions));
    cn_progress_begin(&progress, training, args->verbose, range.steps);
    CN_TRY(run(training, &dataset, &range, hooks, &progress, predictions));
    cn_progress_end(&progress, &hooks->logs);
    return CN_OK;
}

cn_predictions cn_predict_all_with(const cn_predict_args *args)
{
    cn_predictions predictions = {0};
    cn_hooks hooks = {0};
    cn_status status = predict(args, &hooks, &predictions);
    cn_interrupt_reset();
    cn_hooks_free(&hooks);
    while (status != CN_OK && predictions.count > 0)
        cn_array_free(predictions.at[--predictions.count]);
    return predictions;
}

cn_array *cn_predict_with(const cn_predict_args *args)
{
    if (cn_model_check(args->model, "cn_predict") != CN_OK)
        return NULL;
    if (args->model->graph->n_outputs > 1) {
        (void)cn_fail(CN_INVALID, "cn_predict: %s has %d outputs: use cn_predict_all",
                      args->model->name, (int)args->model->graph->n_outputs);
        return NULL;
    }
    cn_predictions predictions = cn_predict_all_with(args);
    return predictions.count == 1 ? predictions.at[0] : NULL;
}

cn_array *cn_predict_on_batch(cn_model *model, const cn_array *x)
{
    cn_predict_args args = {.model = model, .x = {.one = x}, .steps = CN_NONE};
    args.batch_size = x == NULL || x->shape.rank == 0 || x->shape.dim[0] == 0 ? CN_NONE
                                                                              : x->shape.dim[0];
    return cn_predict_with(&args);
}

/* ---- without arrays -------------------------------------------------------------------------- */

static cn_status check_one_to_one(const cn_model *model, int64_t rows)
{
    const cn_graph *graph = model->graph;
    CN_CHECK(graph->n_inputs == 1 && graph->n_outputs == 1,
             "cn_predict_into: %s has %d inputs and %d outputs, it needs one of each", model->name,
             (int)graph->n_inputs, (int)graph->n_outputs);
    CN_CHECK(graph->inputs[0]->dtype == CN_FLOAT32,
             "cn_predict_into: the input of %s is %s, not float32", model->name,
             graph->inputs[0]->dtype_name);
    cn_shape rest = graph->inputs[0]->shape;
    rest.dim[0] = 1;
    CN_CHECK(!cn_shape_has_none(&rest),
             "cn_predict_into: the input shape %s of %s is not fully known",
             cn_shape_str(&graph->inputs[0]->shape), model->name);
    CN_CHECK(rows > 0, "cn_predict_into: rows must be positive, got %lld", (long long)rows);
    return CN_OK;
}

cn_status cn_predict_into(cn_model *model, const float *x, int64_t rows, float *out)
{
    cn_training *training = NULL;
    cn_prepared *prepared = NULL;
    CN_TRY(cn_training_of(model, "cn_predict_into", &training));
    CN_TRY(check_one_to_one(model, rows));
    cn_array view = {
        .kind = CN_KIND_ARRAY, .dtype = CN_FLOAT32, .shape = model->graph->inputs[0]->shape};
    view.shape.dim[0] = rows;
    const cn_dataset dataset = {.x = {&view}, .samples = rows};
    CN_TRY(cn_plan_take(training, CN_PREDICT, &dataset, rows, &prepared));
    const cn_plan *plan = &prepared->plan;
    memcpy(plan->inputs[0], x, (size_t)cn_shape_size(&view.shape) * sizeof *x);
    cn_status status = cn_plan_run(plan);
    if (status == CN_OK)
        memcpy(out, plan->outputs[0], plan->output_bytes[0]);
    cn_plan_give_back(training, prepared);
    return status;
}
