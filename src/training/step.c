/* A step as one program: forward, losses, regularizers, metrics, gradients, clipping, update. */
#include "training/training.h"

#include <string.h>

#include "compiler/compiler.h"
#include "ops/emit.h"
#include "regularizers/regularizers.h"

struct step {
    cn_training *training;
    cn_phase phase;
    const cn_dataset *dataset;
    const cn_batch *batch;
    cn_program *p;
    cn_trace trace;
    cn_value x[CN_MOST_TENSORS], x_masks[CN_MOST_TENSORS];
    cn_value y[CN_MOST_TENSORS], weights[CN_MOST_TENSORS];
    cn_value predictions[CN_MOST_TENSORS], masks[CN_MOST_TENSORS], losses[CN_MOST_TENSORS], loss;
};

/* ---- inputs ---------------------------------------------------------------------------------- */

/* An array with an axis of 1 too much or too little is reshaped to the model's rank. */
static cn_value match_rank(cn_program *p, cn_value x, int64_t rank)
{
    const cn_shape *shape = x == CN_NO_VALUE ? NULL : cn_shape_of(p, x);
    if (shape == NULL || shape->rank == rank)
        return x;
    return shape->rank > rank ? cn_emit_squeeze(p, x, -1) : cn_emit_expand_dims(p, x, -1);
}

/* A column of the batch; mask (NULL: none is wanted) is where sequences have steps. */
static cn_value take_column(struct step *step, const cn_column *column, int64_t steps,
                            cn_dtype dtype, cn_value *mask)
{
    const int64_t size = step->batch->size;
    cn_value given = cn_program_input(step->p, dtype, cn_column_shape(column, size, steps));
    if (column->sequences != NULL && mask != NULL)
        *mask = cn_program_input(step->p, CN_BOOL, CN_SHAPE(size, steps));
    return given;
}

static void take_inputs(struct step *step)
{
    const cn_graph *graph = step->training->model->graph;
    for (int64_t i = 0; i < CN_MOST_TENSORS; i++)
        step->x_masks[i] = step->y[i] = step->weights[i] = step->losses[i] = CN_NO_VALUE;
    for (int64_t i = 0; i < graph->n_inputs; i++) {
        cn_value given = take_column(step, &step->dataset->x[i], step->batch->steps[i],
                                     graph->inputs[i]->dtype, &step->x_masks[i]);
        step->x[i] = match_rank(step->p, given, graph->inputs[i]->shape.rank);
    }
}

/* Sequences of targets are padded to the steps that the output has; what has no target does not
 * count. Numbers are the targets of an output with one number for each step. */
static void take_target(struct step *step, int64_t i)
{
    const cn_column *y = &step->dataset->y[i];
    const cn_dtype dtype = cn_target_dtype(&step->training->targets[i]);
    cn_value mask = CN_NO_VALUE;
    if (!cn_column_is_given(y))
        return;
    step->y[i] =
        take_column(step, y, cn_shape_of(step->p, step->predictions[i])->dim[1], dtype, &mask);
    if (mask == CN_NO_VALUE)
        return;
    const cn_shape *predicted = cn_shape_of(step->p, step->predictions[i]);
    if (predicted->dim[predicted->rank - 1] == 1)
        step->y[i] = match_rank(step->p, step->y[i], predicted->rank);
    step->masks[i] =
        step->masks[i] == CN_NO_VALUE ? mask : cn_emit_logical_and(step->p, step->masks[i], mask);
}

static cn_status take_weights(struct step *step, int64_t i)
{
    const cn_column *weights = &step->dataset->weights[i], *y = &step->dataset->y[i];
    if (cn_column_is_given(weights)) {
        const int64_t steps = cn_shape_of(step->p, step->predictions[i])->dim[1];
        step->weights[i] = take_column(step, weights, steps, CN_FLOAT32, NULL);
    } else if (step->dataset->class_weight != NULL && cn_column_is_given(y)) {
        CN_CHECK(y->sequences == NULL,
                 "class_weight needs one class for each sample, y is sequences: weigh their steps "
                 "with sample_weight");
        step->weights[i] = cn_program_input(step->p, CN_FLOAT32, CN_SHAPE(step->batch->size));
    }
    return CN_OK;
}

static cn_status take_targets(struct step *step)
{
    CN_TRY(step->p->status);
    for (int64_t i = 0; i < step->training->n_targets; i++)
        take_target(step, i);
    for (int64_t i = 0; i < step->training->n_targets; i++)
        CN_TRY(take_weights(step, i));
    return step->p->status;
}

/* ---- losses ---------------------------------------------------------------------------------- */

static cn_value add(cn_program *p, cn_value sum, cn_value term)
{
    return sum == CN_NO_VALUE ? term : cn_emit_add(p, sum, term);
}

static cn_value regularization(struct step *step)
{
    cn_value sum = CN_NO_VALUE;
    for (int64_t i = 0; i < step->training->n_trainable; i++) {
        cn_weight *weight = step->training->trainable[i];
        if (weight->regularizer != NULL)
            sum = add(step->p, sum,
                      cn_emit_regularizer(step->p, weight->regularizer,
                                          cn_program_read(step->p, &weight->variable)));
    }
    for (int64_t i = 0; i < step->trace.n_losses; i++)
        sum = add(step->p, sum, step->trace.losses[i]);
    return sum;
}

static cn_status emit_losses(struct step *step)
{
    cn_value total = CN_NO_VALUE;
    for (int64_t i = 0; i < step->training->n_targets; i++) {
        const cn_target *target = &step->training->targets[i];
        if (target->loss.class == NULL)
            continue;
        bool failed_before = cn_failed();
        step->losses[i] = cn_emit_loss(step->p, &target->loss, step->y[i], step->predictions[i],
                                       step->weights[i], step->masks[i]);
        if (step->p->status != CN_OK && !failed_before)
            cn_fail_in("loss of output \"%s\"", target->name);
        CN_TRY(step->p->status);
        cn_value weighted = target->weight == 1
                                ? step->losses[i]
                                : cn_emit_multiply_scalar(step->p, step->losses[i], target->weight);
        total = add(step->p, total, weighted);
    }
    cn_value penalty = regularization(step);
    step->loss = penalty == CN_NO_VALUE ? total : add(step->p, total, penalty);
    if (step->loss == CN_NO_VALUE && step->p->status == CN_OK)
        return cn_fail(CN_STATE, "%s: there is nothing to train: no output has a loss",
                       step->training->model->name);
    return step->p->status;
}

/* ---- metrics --------------------------------------------------------------------------------- */

/* Losses are averaged over samples, so each batch counts with its size. */
static void track_loss(struct step *step, const cn_tracker *tracker, cn_value *states)
{
    cn_value loss = tracker->output < 0 ? step->loss : step->losses[tracker->output];
    cn_value size = cn_emit_scalar(step->p, (double)step->batch->size);
    states[0] = cn_emit_add(step->p, states[0], cn_emit_multiply(step->p, loss, size));
    states[1] = cn_emit_add(step->p, states[1], size);
}

static void track_metric(struct step *step, const cn_tracker *tracker, cn_value *states)
{
    const int64_t o = tracker->output;
    const cn_metric_class *class = (const cn_metric_class *)(const void *)tracker->metric.class;
    cn_value weight = tracker->weighted ? step->weights[o] : CN_NO_VALUE;
    if (step->masks[o] != CN_NO_VALUE) {
        cn_value mask = cn_emit_cast(step->p, step->masks[o], CN_FLOAT32);
        weight = weight == CN_NO_VALUE ? mask : cn_emit_multiply(step->p, weight, mask);
    }
    cn_value y = match_rank(step->p, step->y[o], cn_shape_of(step->p, step->y[o])->rank);
    class->update(step->p, tracker->metric.args, states, y, step->predictions[o], weight);
}

static cn_status emit_metrics(struct step *step)
{
    for (int64_t i = 0; i < step->training->n_trackers; i++) {
        cn_tracker *tracker = &step->training->trackers[i];
        cn_value states[CN_MOST_METRIC_STATES];
        for (int64_t k = 0; k < tracker->n_states; k++)
            states[k] = cn_program_read(step->p, &tracker->states[k]);
        if (tracker->identifier == NULL)
            track_loss(step, tracker, states);
        else
            track_metric(step, tracker, states);
        if (step->p->status != CN_OK)
            cn_fail_in("metric \"%s\"", tracker->name);
        CN_TRY(step->p->status);
        for (int64_t k = 0; k < tracker->n_states; k++)
            cn_program_assign(step->p, &tracker->states[k], states[k]);
    }
    return step->p->status;
}

/* ---- update ---------------------------------------------------------------------------------- */

static cn_status emit_update(struct step *step)
{
    const int64_t n = step->training->n_trainable;
    cn_value *values = cn_arena_allocate(step->trace.memory, (size_t)n * sizeof *values);
    cn_value *gradients = cn_arena_allocate(step->trace.memory, (size_t)n * sizeof *gradients);
    if (values == NULL || gradients == NULL)
        return CN_OUT_OF_MEMORY;
    for (int64_t i = 0; i < n; i++)
        values[i] = cn_program_read(step->p, &step->training->trainable[i]->variable);
    cn_value scaled = cn_emit_scaled_loss(step->p, step->training->optimizer, step->loss);
    CN_TRY(cn_differentiate(step->p, scaled, values, n, gradients));
    cn_emit_optimizer_step(step->p, step->training->optimizer, gradients);
    return step->p->status;
}

/* ---- the whole ------------------------------------------------------------------------------- */

/* What a prediction says about steps that a sequence does not have is 0. */
static void emit_predictions(struct step *step)
{
    const cn_graph *graph = step->training->model->graph;
    cn_program *p = step->p;
    for (int64_t i = 0; i < graph->n_outputs && p->status == CN_OK; i++) {
        if (cn_dtype_of(p, step->predictions[i]) == CN_STRING) {
            cn_program_output(p, step->predictions[i]);
            continue;
        }
        cn_value y = cn_emit_cast(p, step->predictions[i], CN_FLOAT32), mask = step->masks[i];
        bool pads = false;
        for (int64_t k = 0; k < graph->n_inputs; k++)
            pads |= step->x_masks[k] != CN_NO_VALUE;
        if (pads && mask != CN_NO_VALUE) {
            while (cn_shape_of(p, mask)->rank < cn_shape_of(p, y)->rank)
                mask = cn_emit_expand_dims(p, mask, -1);
            y = cn_emit_where(p, mask, y, cn_emit_scalar(p, 0));
        }
        cn_program_output(p, y);
    }
}

static cn_status build(struct step *step)
{
    take_inputs(step);
    CN_TRY(step->p->status);
    CN_TRY(cn_trace_model(&step->trace, step->training->model, step->x, step->x_masks,
                          step->predictions, step->masks));
    if (step->phase == CN_PREDICT) {
        emit_predictions(step);
        return cn_simplify(step->p);
    }
    CN_TRY(take_targets(step));
    CN_TRY(emit_losses(step));
    CN_TRY(emit_metrics(step));
    cn_program_output(step->p, step->loss);
    CN_TRY(cn_simplify(step->p));
    step->loss = step->p->outputs[0];
    return step->phase == CN_TRAIN ? emit_update(step) : step->p->status;
}

/* The trackers' results, each as one output. */
static cn_status build_results(cn_training *training, cn_program *p)
{
    for (int64_t i = 0; i < training->n_trackers; i++) {
        cn_tracker *tracker = &training->trackers[i];
        cn_value states[CN_MOST_METRIC_STATES];
        for (int64_t k = 0; k < tracker->n_states; k++)
            states[k] = cn_program_read(p, &tracker->states[k]);
        const cn_metric_class *class = (const cn_metric_class *)(const void *)tracker->metric.class;
        cn_value result = tracker->identifier == NULL
                              ? cn_emit_mean_result(p, states)
                              : class->result(p, tracker->metric.args, states);
        CN_TRY(p->status);
        CN_CHECK(cn_shape_size(cn_shape_of(p, result)) == 1,
                 "%s: gives several values, logs hold one: choose an average or a single threshold",
                 tracker->name);
        cn_program_output(p, result);
    }
    return CN_OK;
}

cn_status cn_step_build(cn_training *training, cn_phase phase, const cn_dataset *dataset,
                        const cn_batch *batch, cn_program *program)
{
    if (phase == CN_RESULTS)
        return build_results(training, program);
    cn_arena memory = {0};
    struct step step = {
        .training = training, .phase = phase, .dataset = dataset, .batch = batch, .p = program};
    step.trace = (cn_trace){.program = program, .training = phase == CN_TRAIN, .memory = &memory};
    step.trace.measured = batch->measured;
    cn_status status = build(&step);
    cn_release(step.trace.losses);
    cn_arena_free(&memory);
    return status;
}
