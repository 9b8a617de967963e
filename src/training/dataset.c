/* Data as the user gives them, brought into the model's order; every mistake is found before a step
 * runs. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "training/training.h"

/* What is being filled: "x" of the model's inputs, "y" of its outputs... */
struct slots {
    const char *who, *what;
    const cn_model *model;
    const char *names[CN_MOST_TENSORS];
    bool wanted[CN_MOST_TENSORS]; /* must be there */
    bool names_all;               /* a dictionary has every name, though its item may be NULL */
    int64_t n;
};

static const char *known_names(const struct slots *slots, char *text, size_t size)
{
    size_t at = 0;
    for (int64_t i = 0; i < slots->n && at < size; i++)
        at += (size_t)snprintf(text + at, size - at, "%s%s", i == 0 ? "" : ", ", slots->names[i]);
    return text;
}

static cn_status take_item(const struct slots *slots, const void *item, int64_t i,
                           cn_column *columns)
{
    char what[256];
    (void)snprintf(what, sizeof what, "%s: %s for \"%s\"", slots->who, slots->what,
                   slots->names[i]);
    return cn_column_take(item, what, &columns[i]);
}

static cn_status take_list(const struct slots *slots, const void *const *list, cn_column *columns)
{
    char known[512];
    int64_t n = 0;
    while (list[n] != CN_END)
        n++;
    CN_CHECK(n == slots->n, "%s: %s has %" PRId64 " array%s, %s takes %" PRId64 " (%s)", slots->who,
             slots->what, n, n == 1 ? "" : "s", slots->model->name, slots->n,
             known_names(slots, known, sizeof known));
    for (int64_t i = 0; i < n; i++)
        if (list[i] != NULL || slots->wanted[i])
            CN_TRY(take_item(slots, list[i], i, columns));
    return CN_OK;
}

static int64_t slot_of(const struct slots *slots, const char *name)
{
    for (int64_t i = 0; i < slots->n; i++)
        if (strcmp(slots->names[i], name) == 0)
            return i;
    return -1;
}

static cn_status check_complete(const struct slots *slots, const bool *named)
{
    char known[512];
    for (int64_t i = 0; i < slots->n; i++)
        CN_CHECK(named[i] || !(slots->wanted[i] || slots->names_all),
                 "%s: %s has no array for \"%s\"; %s takes: %s", slots->who, slots->what,
                 slots->names[i], slots->model->name, known_names(slots, known, sizeof known));
    return CN_OK;
}

static cn_status take_dict(const struct slots *slots, const cn_item *dict, cn_column *columns)
{
    char known[512];
    bool named[CN_MOST_TENSORS] = {false};
    for (; dict->name != NULL; dict++) {
        int64_t i = slot_of(slots, dict->name);
        CN_CHECK(i >= 0, "%s: %s has an array for \"%s\", which %s does not have; it has: %s",
                 slots->who, slots->what, dict->name, slots->model->name,
                 known_names(slots, known, sizeof known));
        CN_CHECK(!named[i], "%s: %s has two arrays for \"%s\"", slots->who, slots->what,
                 dict->name);
        named[i] = true;
        if (dict->item != NULL || slots->wanted[i])
            CN_TRY(take_item(slots, dict->item, i, columns));
    }
    return check_complete(slots, named);
}

static cn_status take(const struct slots *slots, const cn_items *items, cn_column *columns)
{
    if (items->dict != NULL)
        return take_dict(slots, items->dict, columns);
    const void *const one[2] = {items->one, CN_END};
    return take_list(slots, items->list != NULL ? items->list : one, columns);
}

/* ---- checks ---------------------------------------------------------------------------------- */

static cn_status check_samples(const char *who, const char *what, const char *name,
                               const cn_column *column, int64_t *samples)
{
    CN_CHECK(column->array == NULL || column->array->shape.rank > 0,
             "%s: %s for \"%s\" is a single number, it needs a batch axis", who, what, name);
    const int64_t n = cn_column_samples(column);
    if (*samples < 0)
        *samples = n;
    CN_CHECK(n == *samples, "%s: %s for \"%s\" has %" PRId64 " samples, others have %" PRId64, who,
             what, name, n, *samples);
    return CN_OK;
}

/* An array of one axis more or less is fine where that axis is 1. */
static bool shapes_fit(const cn_shape *expected, const cn_shape *found)
{
    cn_shape wide = *expected, given = *found;
    if (wide.rank == given.rank + 1 && wide.dim[wide.rank - 1] == 1)
        wide.rank--;
    else if (given.rank == wide.rank + 1 && given.dim[given.rank - 1] == 1)
        given.rank--;
    bool fits = wide.rank == given.rank;
    for (int64_t i = 0; fits && i < wide.rank; i++)
        fits = wide.dim[i] == CN_NONE || wide.dim[i] == given.dim[i];
    return fits;
}

/* A model that knows the number of steps takes shorter sequences, padded to it. */
static cn_status check_steps(const char *who, const char *name, const cn_sequences *sequences,
                             int64_t steps)
{
    for (int64_t i = 0; steps != CN_NONE && i < sequences->count; i++)
        CN_CHECK(cn_sequences_steps(sequences, i) <= steps,
                 "%s: x for \"%s\": sequence %" PRId64 " has %" PRId64
                 " steps, the model takes at most %" PRId64,
                 who, name, i, cn_sequences_steps(sequences, i), steps);
    return CN_OK;
}

static const char *kind_of(cn_dtype dtype)
{
    return dtype == CN_STRING ? "strings" : "numbers";
}

static cn_status check_input(const char *who, const cn_tensor *input, int64_t i,
                             cn_dataset *dataset)
{
    const char *name = input->node->layer->name;
    const cn_column *x = &dataset->x[i];
    cn_shape expected = input->shape;
    CN_TRY(check_samples(who, "x", name, x, &dataset->samples));
    CN_CHECK((cn_column_dtype(x) == CN_STRING) == (input->dtype == CN_STRING),
             "%s: x for \"%s\" has %s, the input takes %s", who, name, kind_of(cn_column_dtype(x)),
             kind_of(input->dtype));
    dataset->keeps_order |= expected.dim[0] != CN_NONE;
    expected.dim[0] = CN_NONE; /* a batch is cut to the size that is needed */
    dataset->steps[i] = expected.rank > 1 ? expected.dim[1] : CN_NONE;
    const cn_shape found = cn_column_shape(x, cn_column_samples(x), dataset->steps[i]);
    CN_CHECK(shapes_fit(&expected, &found), "%s: x for \"%s\" should have shape %s, %s %s", who,
             name, cn_shape_str(&expected), x->sequences == NULL ? "has" : "but its sequences give",
             cn_shape_str(&found));
    if (x->sequences == NULL)
        return CN_OK;
    dataset->n_open += dataset->steps[i] == CN_NONE;
    if (dataset->pad_front == NULL)
        dataset->pad_front = &x->sequences->pad_front;
    return check_steps(who, name, x->sequences, dataset->steps[i]);
}

/* Texts become words only where they come in, one for each sample, so that a batch can be
 * measured. */
static cn_status list_measured(const char *who, const cn_model *model, cn_dataset *dataset)
{
    CN_TRY(cn_list_measured(model, dataset->measured, &dataset->n_measured));
    for (int64_t i = 0; i < dataset->n_measured; i++) {
        const cn_measured_call *call = &dataset->measured[i];
        CN_CHECK(call->input >= 0, "%s: %s must be called on an input of the model", who,
                 call->layer->name);
        CN_CHECK(dataset->x[call->input].array != NULL,
                 "%s: x for \"%s\" has sequences, %s takes one text for each sample", who,
                 model->graph->inputs[call->input]->node->layer->name, call->layer->name);
    }
    return CN_OK;
}

static cn_status check_inputs(const char *who, const cn_graph *graph, cn_dataset *dataset)
{
    for (int64_t i = 0; i < graph->n_inputs; i++)
        CN_TRY(check_input(who, graph->inputs[i], i, dataset));
    return CN_OK;
}

/* Sequences of targets or weights belong to the steps of an output. */
static cn_status check_output_column(const char *who, const char *what, const char *name,
                                     const cn_shape *output, const cn_column *column,
                                     int64_t *samples)
{
    if (!cn_column_is_given(column))
        return CN_OK;
    CN_TRY(check_samples(who, what, name, column, samples));
    CN_CHECK(cn_column_dtype(column) != CN_STRING,
             "%s: %s for \"%s\" has strings; numbers are needed", who, what, name);
    CN_CHECK(column->sequences == NULL || output->rank > 2 ||
                 (output->rank == 2 && output->dim[1] == CN_NONE),
             "%s: %s for \"%s\" is sequences, but the output has no steps: its shape is %s", who,
             what, name, cn_shape_str(output));
    return CN_OK;
}

static cn_status check_targets(const char *who, const cn_training *training, cn_dataset *dataset)
{
    for (int64_t i = 0; i < training->n_targets; i++) {
        const char *name = training->targets[i].name;
        const cn_shape *output = &training->model->graph->outputs[i]->shape;
        const cn_sequences *weights = dataset->weights[i].sequences;
        CN_TRY(check_output_column(who, "y", name, output, &dataset->y[i], &dataset->samples));
        CN_TRY(check_output_column(who, "sample_weight", name, output, &dataset->weights[i],
                                   &dataset->samples));
        CN_CHECK(
            weights == NULL || weights->step.rank == 0,
            "%s: sample_weight for \"%s\" needs one number for each step, its steps have shape "
            "%s",
            who, name, cn_shape_str(&weights->step));
    }
    return CN_OK;
}

/* ---- filling --------------------------------------------------------------------------------- */

static cn_status take_inputs(const cn_training *training, const char *who, const cn_items *x,
                             cn_dataset *dataset)
{
    const cn_graph *graph = training->model->graph;
    struct slots slots = {.who = who, .what = "x", .model = training->model, .n = graph->n_inputs};
    for (int64_t i = 0; i < graph->n_inputs; i++) {
        slots.names[i] = graph->inputs[i]->node->layer->name;
        slots.wanted[i] = true;
    }
    return take(&slots, x, dataset->x);
}

/* Targets are needed by outputs with a loss or metrics. */
static bool needs_target(const cn_training *training, int64_t output)
{
    for (int64_t i = 0; i < training->n_trackers; i++)
        if (training->trackers[i].output == output)
            return true;
    return training->targets[output].loss.class != NULL;
}

static cn_status take_targets(const cn_training *training, const char *who, const cn_items *y,
                              cn_dataset *dataset)
{
    struct slots slots = {
        .who = who, .what = "y", .model = training->model, .n = training->n_targets};
    bool any = false;
    for (int64_t i = 0; i < slots.n; i++) {
        slots.names[i] = training->targets[i].name;
        slots.wanted[i] = needs_target(training, i);
        any |= slots.wanted[i];
    }
    if (!any && y->one == NULL && y->list == NULL && y->dict == NULL)
        return CN_OK;
    return take(&slots, y, dataset->y);
}

/* One array of weights serves all outputs. */
static cn_status take_weights(const cn_training *training, const char *who, const cn_items *weights,
                              cn_dataset *dataset)
{
    struct slots slots = {.who = who,
                          .what = "sample_weight",
                          .model = training->model,
                          .n = training->n_targets,
                          .names_all = true};
    if (weights->one == NULL && weights->list == NULL && weights->dict == NULL)
        return CN_OK;
    for (int64_t i = 0; i < slots.n; i++)
        slots.names[i] = training->targets[i].name;
    if (weights->one == NULL)
        return take(&slots, weights, dataset->weights);
    for (int64_t i = 0; i < slots.n; i++)
        CN_TRY(take_item(&slots, weights->one, i, dataset->weights));
    return CN_OK;
}

/* A Sequential without a known input takes it from the data. */
static cn_status build_from_data(const cn_training *training, const char *who, const cn_items *x)
{
    cn_model *model = training->model;
    if (!model->graph->sequential || model->graph->n_outputs > 0)
        return CN_OK;
    cn_column column = {NULL, NULL, NULL};
    CN_TRY(cn_column_take(x->list != NULL ? x->list[0] : x->one, who, &column));
    const cn_dtype given = cn_column_dtype(&column);
    const cn_dtype dtype = given == CN_FLOAT64 || given == CN_UINT8 ? CN_FLOAT32
                           : given == CN_INT64                      ? CN_INT32
                                                                    : given;
    CN_TRY(cn_sequential_build(model, &(cn_type){dtype, cn_column_shape(&column, 1, CN_NONE)}));
    if (training->n_targets == 1)
        training->targets[0].name = model->graph->outputs[0]->node->layer->name;
    return CN_OK;
}

cn_status cn_dataset_make(const cn_training *training, const char *who, const cn_items *x,
                          const cn_items *y, const cn_items *weights, cn_dataset *dataset)
{
    *dataset = (cn_dataset){.samples = -1};
    CN_TRY(build_from_data(training, who, x));
    CN_TRY(take_inputs(training, who, x, dataset));
    CN_TRY(check_inputs(who, training->model->graph, dataset));
    CN_TRY(list_measured(who, training->model, dataset));
    if (y != NULL) {
        CN_TRY(take_targets(training, who, y, dataset));
        CN_TRY(take_weights(training, who, weights, dataset));
        CN_TRY(check_targets(who, training, dataset));
    }
    CN_CHECK(dataset->samples > 0, "%s: x has no samples", who);
    return CN_OK;
}

const cn_items *cn_items_either(const void *one, const cn_items *several, cn_items *storage)
{
    if (one == NULL)
        return several;
    *storage = (cn_items){.one = one};
    return storage;
}

bool cn_has_class_weight(const cn_class_weight *table)
{
    return table[0].class_index != 0 || table[0].weight != 0;
}
