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
    int64_t n;
};

static const char *known_names(const struct slots *slots, char *text, size_t size)
{
    size_t at = 0;
    for (int64_t i = 0; i < slots->n && at < size; i++)
        at += (size_t)snprintf(text + at, size - at, "%s%s", i == 0 ? "" : ", ", slots->names[i]);
    return text;
}

static cn_status take_array(const struct slots *slots, const void *item, int64_t i,
                            const cn_array **arrays)
{
    char what[256];
    (void)snprintf(what, sizeof what, "%s: %s for \"%s\"", slots->who, slots->what,
                   slots->names[i]);
    return cn_array_check(item, what, &arrays[i]);
}

static cn_status take_list(const struct slots *slots, const void *const *list,
                           const cn_array **arrays)
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
            CN_TRY(take_array(slots, list[i], i, arrays));
    return CN_OK;
}

static int64_t slot_of(const struct slots *slots, const char *name)
{
    for (int64_t i = 0; i < slots->n; i++)
        if (strcmp(slots->names[i], name) == 0)
            return i;
    return -1;
}

static cn_status take_dict(const struct slots *slots, const cn_item *dict, const cn_array **arrays)
{
    char known[512];
    for (; dict->name != NULL; dict++) {
        int64_t i = slot_of(slots, dict->name);
        CN_CHECK(i >= 0, "%s: %s has an array for \"%s\", which %s does not have; it has: %s",
                 slots->who, slots->what, dict->name, slots->model->name,
                 known_names(slots, known, sizeof known));
        CN_CHECK(arrays[i] == NULL, "%s: %s has two arrays for \"%s\"", slots->who, slots->what,
                 dict->name);
        CN_TRY(take_array(slots, dict->item, i, arrays));
    }
    for (int64_t i = 0; i < slots->n; i++)
        CN_CHECK(arrays[i] != NULL || !slots->wanted[i],
                 "%s: %s has no array for \"%s\"; %s takes: %s", slots->who, slots->what,
                 slots->names[i], slots->model->name, known_names(slots, known, sizeof known));
    return CN_OK;
}

static cn_status take(const struct slots *slots, const cn_items *items, const cn_array **arrays)
{
    if (items->dict != NULL)
        return take_dict(slots, items->dict, arrays);
    const void *const one[2] = {items->one, CN_END};
    return take_list(slots, items->list != NULL ? items->list : one, arrays);
}

/* ---- checks ---------------------------------------------------------------------------------- */

static cn_status check_length(const char *who, const char *what, const char *name,
                              const cn_array *array, int64_t *samples)
{
    CN_CHECK(array->shape.rank > 0, "%s: %s for \"%s\" is a single number, it needs a batch axis",
             who, what, name);
    int64_t n = array->shape.dim[0];
    if (*samples < 0)
        *samples = n;
    CN_CHECK(n == *samples, "%s: %s for \"%s\" has %" PRId64 " samples, other arrays have %" PRId64,
             who, what, name, n, *samples);
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

static cn_status check_inputs(const char *who, const cn_graph *graph, cn_dataset *dataset)
{
    for (int64_t i = 0; i < graph->n_inputs; i++) {
        const char *name = graph->inputs[i]->node->layer->name;
        cn_shape expected = graph->inputs[i]->shape;
        CN_TRY(check_length(who, "x", name, dataset->x[i], &dataset->samples));
        expected.dim[0] = CN_NONE; /* a batch is cut to the size that is needed */
        CN_CHECK(shapes_fit(&expected, &dataset->x[i]->shape),
                 "%s: x for \"%s\" should have shape %s, has %s", who, name,
                 cn_shape_str(&expected), cn_shape_str(&dataset->x[i]->shape));
    }
    return CN_OK;
}

static cn_status check_targets(const char *who, const cn_training *training, cn_dataset *dataset)
{
    for (int64_t i = 0; i < training->n_targets; i++) {
        const char *name = training->targets[i].name;
        if (dataset->y[i] != NULL)
            CN_TRY(check_length(who, "y", name, dataset->y[i], &dataset->samples));
        if (dataset->weights[i] != NULL)
            CN_TRY(
                check_length(who, "sample_weight", name, dataset->weights[i], &dataset->samples));
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
    struct slots slots = {
        .who = who, .what = "sample_weight", .model = training->model, .n = training->n_targets};
    if (weights->one == NULL && weights->list == NULL && weights->dict == NULL)
        return CN_OK;
    for (int64_t i = 0; i < slots.n; i++)
        slots.names[i] = training->targets[i].name;
    if (weights->one == NULL)
        return take(&slots, weights, dataset->weights);
    for (int64_t i = 0; i < slots.n; i++)
        CN_TRY(take_array(&slots, weights->one, i, dataset->weights));
    return CN_OK;
}

/* A Sequential without a known input takes it from the data. */
static cn_status build_from_data(const cn_training *training, const char *who, const cn_items *x)
{
    cn_model *model = training->model;
    if (!model->graph->sequential || model->graph->n_outputs > 0)
        return CN_OK;
    const cn_array *array = NULL;
    CN_TRY(cn_array_check(x->list != NULL ? x->list[0] : x->one, who, &array));
    cn_dtype dtype = array->dtype == CN_FLOAT64 || array->dtype == CN_UINT8 ? CN_FLOAT32
                     : array->dtype == CN_INT64                             ? CN_INT32
                                                                            : array->dtype;
    CN_TRY(cn_sequential_build(model, &(cn_type){dtype, array->shape}));
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
    if (y != NULL) {
        CN_TRY(take_targets(training, who, y, dataset));
        CN_TRY(take_weights(training, who, weights, dataset));
        CN_TRY(check_targets(who, training, dataset));
    }
    CN_CHECK(dataset->samples > 0, "%s: x has no samples", who);
    return CN_OK;
}

const cn_items *cn_items_either(const cn_array *one, const cn_items *several, cn_items *storage)
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
