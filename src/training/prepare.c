/* What waits for the weights and the first data: the optimizer's slots and the metrics' states. */
#include "training/training.h"

#include <stdlib.h>

#include "runtime/session.h"

cn_status cn_training_list_trainable(cn_training *training)
{
    cn_weight **weights = NULL;
    int64_t n = 0;
    if (training->trainable != NULL || !training->model->built)
        return CN_OK;
    CN_TRY(cn_layer_weights(training->model, &training->arena, &weights, &n));
    int64_t kept = 0;
    for (int64_t i = 0; i < n; i++)
        if (weights[i]->trainable && weights[i]->layer->trainable)
            weights[kept++] = weights[i];
    training->trainable = weights;
    training->n_trainable = kept;
    return CN_OK;
}

struct totals {
    int64_t *elements, *bytes;
};

static cn_status add_variable(void *context, cn_variable *variable)
{
    const struct totals *totals = context;
    *totals->elements += cn_shape_size(&variable->shape);
    *totals->bytes += (int64_t)cn_variable_bytes(variable);
    return CN_OK;
}

/* How many elements an optimizer has of the type of weight i. */
static int64_t elements_like(const cn_optimizer *optimizer, int64_t i)
{
    int64_t n = optimizer->common.name != NULL && i == 0;
    if (optimizer->averages != NULL)
        n += cn_shape_size(&optimizer->averages[i].shape);
    if (optimizer->accumulators != NULL)
        n += cn_shape_size(&optimizer->accumulators[i].shape);
    for (int64_t k = 0; k < optimizer->n_slots; k++) {
        const cn_variable *slot = &optimizer->slots[i * optimizer->n_slots + k];
        if (slot->data != NULL && slot->shape.rank > 0) /* what only holds a place is a number */
            n += cn_shape_size(&slot->shape);
    }
    return n;
}

/* For the summary, where the elements are of the types that Keras has. */
static void count_optimizer(const void *object, int64_t *elements, int64_t *bytes)
{
    const cn_training *training = object;
    struct totals totals = {elements, bytes};
    const cn_optimizer *optimizer = training->optimizer;
    if (optimizer == NULL)
        return;
    (void)cn_optimizer_visit(training->optimizer, add_variable, &totals);
    for (int64_t i = 0; i < optimizer->n; i++) {
        const int64_t more = cn_weight_element_bytes(training->trainable[i]) -
                             (int64_t)sizeof(float);
        *bytes += more * elements_like(optimizer, i);
    }
}

cn_status cn_training_make_optimizer(cn_training *training)
{
    if (training->optimizer != NULL)
        return cn_optimizer_begin(training->optimizer);
    CN_TRY(cn_training_list_trainable(training));
    training->model->graph->count_optimizer = count_optimizer;
    const size_t n = (size_t)training->n_trainable;
    cn_variable **variables = cn_arena_allocate(&training->arena, (n + 1) * sizeof(cn_variable *));
    const char **constraints = cn_arena_allocate(&training->arena, (n + 1) * sizeof(char *));
    CN_CHECK_MEMORY(variables);
    CN_CHECK_MEMORY(constraints);
    for (size_t i = 0; i < n; i++) {
        variables[i] = &training->trainable[i]->variable;
        constraints[i] = training->trainable[i]->constraint;
    }
    return cn_optimizer_create(training->optimizer_identifier, variables, constraints, (int64_t)n,
                               &training->optimizer);
}

/* ---- trackers -------------------------------------------------------------------------------- */

static cn_status add_state(cn_training *training, cn_tracker *tracker, const cn_metric_state *state)
{
    const char *name = cn_arena_format(&training->arena, "%s/%s", tracker->name, state->name);
    CN_CHECK_MEMORY(name);
    CN_TRY(cn_variable_init(&tracker->states[tracker->n_states], name, CN_FLOAT32, state->shape,
                            NULL));
    tracker->n_states++;
    return CN_OK;
}

/* All or none: what is left of a failure would be taken for states of the next attempt. */
static cn_status add_states(cn_training *training, cn_tracker *tracker,
                            const cn_metric_state *states, int64_t n)
{
    cn_status status = CN_OK;
    tracker->states = cn_arena_allocate(&training->arena, (size_t)n * sizeof(cn_variable));
    CN_CHECK_MEMORY(tracker->states);
    for (int64_t k = 0; k < n && status == CN_OK; k++)
        status = add_state(training, tracker, &states[k]);
    tracker->ready = status == CN_OK;
    while (status != CN_OK && tracker->n_states > 0)
        cn_variable_free(&tracker->states[--tracker->n_states]);
    return status;
}

static cn_status prepare_tracker(cn_training *training, const cn_dataset *dataset,
                                 cn_tracker *tracker)
{
    static const cn_metric_state mean[] = {{"total", {0}}, {"count", {0}}};
    if (tracker->ready)
        return CN_OK;
    if (tracker->identifier == NULL)
        return add_states(training, tracker, mean, 2);
    const cn_shape y = cn_column_shape(&dataset->y[tracker->output], dataset->samples, CN_NONE);
    const cn_shape *predicted = &training->model->graph->outputs[tracker->output]->shape;
    const char *name;
    CN_TRY(cn_metric_parse(tracker->identifier, &y, predicted, &training->arena, &tracker->metric,
                           &name));
    cn_metric_state states[CN_MOST_METRIC_STATES];
    const cn_metric_class *class = (const cn_metric_class *)(const void *)tracker->metric.class;
    return add_states(training, tracker, states,
                      class->states(tracker->metric.args, &y, predicted, states));
}

/* "crossentropy" means what the shapes of targets and predictions say. */
static cn_status choose_loss(cn_training *training, const cn_dataset *dataset, int64_t i)
{
    cn_target *target = &training->targets[i];
    if (target->chosen || !cn_column_is_given(&dataset->y[i]))
        return CN_OK;
    target->chosen = true;
    const cn_shape y = cn_column_shape(&dataset->y[i], dataset->samples, CN_NONE);
    return cn_loss_parse(target->loss_identifier, &y, &training->model->graph->outputs[i]->shape,
                         &training->arena, &target->loss);
}

cn_status cn_training_prepare(cn_training *training, const cn_dataset *dataset)
{
    CN_TRY(cn_training_make_optimizer(training));
    for (int64_t i = 0; i < training->n_targets; i++)
        CN_TRY(choose_loss(training, dataset, i));
    for (int64_t i = 0; i < training->n_trackers; i++)
        CN_TRY(prepare_tracker(training, dataset, &training->trackers[i]));
    return CN_OK;
}
