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

struct prediction {
    cn_training *training;
    cn_dataset dataset;
    cn_range range;
    cn_schedule schedule;
    cn_hooks hooks;
    cn_progress progress;
    cn_predictions outputs;
};

/* ---- outputs --------------------------------------------------------------------------------- */

/* The steps of an output whose number differs from batch to batch: those of the longest sequence
 * where the output has as many steps as the padded batch. */
static int64_t count_steps(const cn_dataset *dataset, const cn_batch *longest, int64_t steps)
{
    for (int64_t i = 0; i < CN_MOST_TENSORS && cn_column_is_given(&dataset->x[i]); i++)
        if (dataset->x[i].sequences != NULL && longest->steps[i] == steps) {
            int64_t most = 0;
            for (int64_t k = 0; k < dataset->samples; k++) {
                const int64_t length = cn_sequences_steps(dataset->x[i].sequences, k);
                most = length > most ? length : most;
            }
            return most;
        }
    return steps;
}

/* Zeros, or empty texts. */
static cn_status make_output(cn_dtype dtype, const cn_shape *shape, cn_array **array)
{
    if (dtype != CN_STRING)
        return cn_array_create(CN_FLOAT32, shape, array);
    CN_TRY(cn_array_create_raw(CN_STRING, shape, array));
    for (int64_t i = 0; i < cn_shape_size(shape); i++)
        ((const char **)(*array)->data)[i] = "";
    return CN_OK;
}

/* An array for each output, of N rows. */
static cn_status make_outputs(struct prediction *prediction, const cn_batch *longest,
                              const cn_plan *plan)
{
    const cn_graph *graph = prediction->training->model->graph;
    CN_CHECK(plan->n_outputs <= CN_MAX_LIST, "cn_predict: at most %d outputs", CN_MAX_LIST);
    for (int64_t i = 0; i < plan->n_outputs; i++) {
        cn_shape shape = plan->output_shapes[i];
        shape.dim[0] = prediction->dataset.samples;
        if (shape.rank > 1 && graph->outputs[i]->shape.dim[1] == CN_NONE)
            shape.dim[1] = count_steps(&prediction->dataset, longest, shape.dim[1]);
        CN_TRY(make_output(graph->outputs[i]->dtype, &shape, &prediction->outputs.at[i]));
        prediction->outputs.count++;
    }
    return CN_OK;
}

static cn_status prepare_outputs(struct prediction *prediction)
{
    cn_prepared *prepared = NULL;
    const cn_batch longest = cn_longest_batch(&prediction->dataset, &prediction->range);
    CN_TRY(
        cn_plan_take(prediction->training, CN_PREDICT, &prediction->dataset, &longest, &prepared));
    cn_status status = make_outputs(prediction, &longest, &prepared->plan);
    cn_plan_give_back(prediction->training, prepared);
    return status;
}

/* Only the second axis, that of steps, may differ from batch to batch. */
static cn_status check_output(const cn_array *to, const cn_shape *found)
{
    bool fits = found->rank == to->shape.rank;
    for (int64_t i = 2; fits && i < found->rank; i++)
        fits = found->dim[i] == to->shape.dim[i];
    CN_CHECK(fits, "cn_predict: an output has shape %s in one batch and %s in another",
             cn_shape_str(&to->shape), cn_shape_str(found));
    return CN_OK;
}

/* Puts rows where their samples are. Batches of sequences are padded differently: the steps that
 * both have are copied, from the side that is not padded. */
static cn_status scatter(const struct prediction *prediction, const cn_batch *batch,
                         const cn_plan *plan, int64_t i)
{
    const cn_array *to = prediction->outputs.at[i];
    const cn_shape *found = &plan->output_shapes[i];
    const size_t row = cn_array_row_bytes(to),
                 from_row = plan->output_bytes[i] / (size_t)batch->size;
    const bool front = prediction->dataset.pad_front != NULL && *prediction->dataset.pad_front;
    const size_t bytes = row < from_row ? row : from_row;
    CN_TRY(check_output(to, found));
    for (int64_t k = 0; k < batch->size; k++) {
        const size_t sample = (size_t)cn_batch_sample(batch, k);
        memcpy((char *)to->data + sample * row + (front ? row - bytes : 0),
               (const char *)plan->outputs[i] + (size_t)k * from_row +
                   (front ? from_row - bytes : 0),
               bytes);
    }
    return CN_OK;
}

/* ---- batches --------------------------------------------------------------------------------- */

static cn_status predict_batch(const struct prediction *prediction, const cn_batch *batch)
{
    cn_training *training = prediction->training;
    const cn_dataset *dataset = &prediction->dataset;
    cn_prepared *prepared = NULL;
    CN_TRY(cn_plan_take(training, CN_PREDICT, dataset, batch, &prepared));
    cn_status status = cn_dataset_gather(training, dataset, CN_PREDICT, batch, &prepared->plan);
    if (status == CN_OK)
        status = cn_plan_run(&prepared->plan);
    for (int64_t i = 0; status == CN_OK && i < prediction->outputs.count; i++)
        status = scatter(prediction, batch, &prepared->plan, i);
    cn_plan_give_back(training, prepared);
    return status;
}

static cn_status run(struct prediction *prediction)
{
    cn_hooks *hooks = &prediction->hooks;
    CN_TRY(CN_HOOK(hooks, on_predict_begin));
    CN_TRY(cn_loader_start(&prediction->schedule, false, 0, 0));
    for (int64_t step = 0; step < prediction->range.steps && !cn_interrupted(); step++) {
        const cn_batch batch = cn_schedule_batch(&prediction->schedule, step);
        hooks->event.batch = step;
        hooks->event.samples = batch.size;
        CN_TRY(CN_HOOK(hooks, on_predict_batch_begin));
        CN_TRY(predict_batch(prediction, &batch));
        CN_TRY(CN_HOOK(hooks, on_predict_batch_end));
        CN_TRY(cn_progress_step(&prediction->progress, step + 1));
    }
    cn_loader_stop(&prediction->schedule);
    return CN_HOOK(hooks, on_predict_end);
}

static cn_status predict(const cn_predict_args *args, struct prediction *prediction)
{
    cn_dataset *dataset = &prediction->dataset;
    cn_range *range = &prediction->range;
    CN_TRY(cn_training_of(args->model, "cn_predict", &prediction->training));
    CN_TRY(check_built(args->model, "cn_predict"));
    CN_TRY(cn_hooks_make(&prediction->hooks, args->model, args->callbacks));
    CN_TRY(cn_dataset_make(prediction->training, "cn_predict", &args->x, NULL, NULL, dataset));
    CN_TRY(cn_range_make("cn_predict", 0, dataset->samples, args->batch_size, args->steps, range));
    if (range->steps * range->batch_size < dataset->samples)
        dataset->samples = range->end = range->steps * range->batch_size;
    CN_TRY(prepare_outputs(prediction));
    CN_TRY(cn_schedule_make(&prediction->schedule, dataset, range, CN_BY_LENGTH));
    cn_progress_begin(&prediction->progress, prediction->training, args->verbose, range->steps);
    CN_TRY(run(prediction));
    cn_progress_end(&prediction->progress, &prediction->hooks.logs);
    return CN_OK;
}

cn_predictions cn_predict_all_with(const cn_predict_args *args)
{
    struct prediction prediction = {0};
    cn_predictions *outputs = &prediction.outputs;
    cn_status status = predict(args, &prediction);
    cn_interrupt_reset();
    cn_hooks_free(&prediction.hooks);
    cn_schedule_free(&prediction.schedule);
    while (status != CN_OK && outputs->count > 0)
        cn_array_free(outputs->at[--outputs->count]);
    return *outputs;
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
    const cn_dataset dataset = {.x = {{.array = &view}}, .samples = rows};
    CN_TRY(cn_plan_take(training, CN_PREDICT, &dataset, &(cn_batch){.size = rows}, &prepared));
    const cn_plan *plan = &prepared->plan;
    memcpy(plan->inputs[0], x, (size_t)cn_shape_size(&view.shape) * sizeof *x);
    cn_status status = cn_plan_run(plan);
    if (status == CN_OK)
        memcpy(out, plan->outputs[0], plan->output_bytes[0]);
    cn_plan_give_back(training, prepared);
    return status;
}
