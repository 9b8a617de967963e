/* Asking a model: its layers, weights and tensors. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "data/npy.h"
#include "graph/graph.h"
#include "runtime/array.h"

/* ---- layers --------------------------------------------------------------------------------- */

enum { MOST_LISTED = 24 };

/* "a, b, c": the names that a message can hold. */
static const char *names_text(const char *const *names, int64_t n, char *text, size_t size)
{
    size_t at = 0;
    text[0] = '\0';
    for (int64_t i = 0; i < n && at < size; i++) {
        const char *name = i < MOST_LISTED ? names[i] : "...";
        int written = snprintf(text + at, size - at, "%s%s", i == 0 ? "" : ", ", name);
        at += written < 0 ? 0 : (size_t)written;
        if (i == MOST_LISTED)
            break;
    }
    return text;
}

/* who has no `what` of this name: says which there are. names is ended by NULL. */
static cn_status unknown_name(const char *who, const char *what, const char *name,
                              const char *const *names, int64_t n)
{
    char text[1024];
    const char *nearest = cn_nearest_name(name, names);
    names_text(names, n, text, sizeof text);
    if (nearest != NULL)
        return cn_fail(CN_INVALID, "%s: has no %s \"%s\": did you mean \"%s\"? It has %s", who,
                       what, name, nearest, text);
    return cn_fail(CN_INVALID, "%s: has no %s \"%s\". It has %s", who, what, name,
                   n == 0 ? "none" : text);
}

static cn_status no_such_layer(const cn_model *model, const char *name)
{
    const cn_graph *graph = model->graph;
    cn_arena memory = {0};
    const char **names = cn_arena_allocate(&memory, (size_t)(graph->n_layers + 1) * sizeof *names);
    cn_status status = CN_OUT_OF_MEMORY;
    if (names != NULL) {
        for (int64_t i = 0; i < graph->n_layers; i++)
            names[i] = graph->layers[i]->name;
        status = unknown_name(model->name, "layer", name, names, graph->n_layers);
    }
    cn_arena_free(&memory);
    return status;
}

cn_layer *cn_get_layer(const cn_model *model, const char *name)
{
    if (cn_model_check(model, "cn_get_layer") != CN_OK)
        return NULL;
    if (name == NULL) {
        (void)cn_fail(CN_INVALID, "cn_get_layer: the name is NULL");
        return NULL;
    }
    for (int64_t i = 0; i < model->graph->n_layers; i++)
        if (strcmp(model->graph->layers[i]->name, name) == 0)
            return model->graph->layers[i];
    (void)no_such_layer(model, name);
    return NULL;
}

cn_layer *cn_get_layer_at(const cn_model *model, int64_t index)
{
    if (cn_model_check(model, "cn_get_layer_at") != CN_OK)
        return NULL;
    const int64_t n = model->graph->n_layers, at = index < 0 ? index + n : index;
    if (at < 0 || at >= n) {
        (void)cn_fail(CN_INVALID, "%s: has %" PRId64 " layers, none with index %" PRId64,
                      model->name, n, index);
        return NULL;
    }
    return model->graph->layers[at];
}

int64_t cn_layer_count(const cn_model *model)
{
    return cn_model_check(model, "cn_layer_count") != CN_OK ? 0 : model->graph->n_layers;
}

const char *cn_layer_name(const cn_layer *layer)
{
    return cn_layer_check(layer, "cn_layer_name") != CN_OK ? NULL : layer->name;
}

const char *cn_layer_class_name(const cn_layer *layer)
{
    return cn_layer_check(layer, "cn_layer_class_name") != CN_OK ? NULL : layer->class->base.name;
}

/* ---- trainable ------------------------------------------------------------------------------ */

static cn_status freeze(void *context, cn_layer *layer)
{
    layer->trainable = *(const bool *)context;
    return CN_OK;
}

void cn_set_trainable(cn_layer *layer, bool trainable)
{
    if (cn_layer_check(layer, "cn_set_trainable") == CN_OK)
        (void)cn_layer_visit(layer, freeze, &trainable);
}

bool cn_is_trainable(const cn_layer *layer)
{
    return cn_layer_check(layer, "cn_is_trainable") == CN_OK && layer->trainable;
}

/* ---- counting ------------------------------------------------------------------------------- */

static cn_status find_unbuilt(void *context, cn_layer *layer)
{
    *(bool *)context &= layer->built;
    return CN_OK;
}

bool cn_layer_is_built(const cn_layer *layer)
{
    bool built = true;
    (void)cn_layer_visit((cn_layer *)(uintptr_t)layer, find_unbuilt, &built);
    return built;
}

bool cn_weight_is_trained(const cn_weight *weight)
{
    return weight->trainable && weight->layer->trainable;
}

static int64_t count_elements(const cn_layer *layer, bool only_trainable, const char *who)
{
    cn_arena memory = {0};
    cn_weight **weights = NULL;
    int64_t n = 0, count = -1;
    if (cn_layer_check(layer, who) == CN_OK && cn_layer_is_built(layer) &&
        cn_layer_weights(layer, &memory, &weights, &n) == CN_OK) {
        count = 0;
        for (int64_t i = 0; i < n; i++)
            if (!only_trainable || cn_weight_is_trained(weights[i]))
                count += cn_shape_size(&weights[i]->variable.shape);
    }
    cn_arena_free(&memory);
    return count;
}

int64_t cn_count_params(const cn_layer *layer)
{
    return count_elements(layer, false, "cn_count_params");
}

int64_t cn_count_trainable_params(const cn_layer *layer)
{
    return count_elements(layer, true, "cn_count_trainable_params");
}

int64_t cn_weight_count(const cn_layer *layer)
{
    cn_arena memory = {0};
    cn_weight **weights;
    int64_t n = 0;
    if (cn_layer_check(layer, "cn_weight_count") == CN_OK)
        (void)cn_layer_weights(layer, &memory, &weights, &n);
    cn_arena_free(&memory);
    return n;
}

/* ---- finding a weight ----------------------------------------------------------------------- */

static cn_status weight_at(const cn_layer *layer, int64_t index, const char *who,
                           cn_weight **weight)
{
    cn_arena memory = {0};
    cn_weight **weights;
    int64_t n = 0;
    CN_TRY(cn_layer_check(layer, who));
    cn_status status = cn_layer_weights(layer, &memory, &weights, &n);
    if (status == CN_OK && (index < 0 || index >= n))
        status = cn_fail(CN_INVALID, "%s: has %" PRId64 " weights, none with index %" PRId64,
                         layer->name, n, index);
    if (status == CN_OK)
        *weight = weights[index];
    cn_arena_free(&memory);
    return status;
}

static cn_status no_such_weight(const cn_layer *layer, const char *path, cn_weight *const *weights,
                                int64_t n, cn_arena *memory)
{
    const char **names = cn_arena_allocate(memory, (size_t)(n + 1) * sizeof *names);
    CN_CHECK_MEMORY(names);
    for (int64_t i = 0; i < n; i++)
        names[i] = weights[i]->variable.name;
    return unknown_name(layer->name, "weight", path, names, n);
}

/* A whole path names a weight before a last part does. */
static cn_status find_weight(const cn_layer *layer, const char *path, cn_arena *memory,
                             cn_weight **weight)
{
    cn_weight **weights;
    int64_t n = 0, whole = 0, part = 0;
    CN_TRY(cn_layer_weights(layer, memory, &weights, &n));
    for (int64_t i = 0; i < n; i++)
        if (strcmp(weights[i]->variable.name, path) == 0 && whole++ == 0)
            *weight = weights[i];
    for (int64_t i = 0; whole == 0 && i < n; i++)
        if (strcmp(weights[i]->name, path) == 0 && part++ == 0)
            *weight = weights[i];
    if (whole + part == 0)
        return no_such_weight(layer, path, weights, n, memory);
    CN_CHECK(whole + part == 1, "%s: %" PRId64 " weights are called \"%s\"; use %s", layer->name,
             whole + part, path, whole > 1 ? "their index, or ask their layer" : "the whole path");
    return CN_OK;
}

static cn_status weight_by_path(const cn_layer *layer, const char *path, const char *who,
                                cn_weight **weight)
{
    cn_arena memory = {0};
    CN_TRY(cn_layer_check(layer, who));
    CN_CHECK(path != NULL, "%s: the path is NULL", who);
    cn_status status = find_weight(layer, path, &memory, weight);
    cn_arena_free(&memory);
    return status;
}

const char *cn_weight_path(const cn_layer *layer, int64_t index)
{
    cn_weight *weight;
    return weight_at(layer, index, "cn_weight_path", &weight) != CN_OK ? NULL
                                                                       : weight->variable.name;
}

/* ---- reading and writing a weight ----------------------------------------------------------- */

static cn_array *copy_weight(const cn_weight *weight)
{
    const cn_variable *variable = &weight->variable;
    return cn_array_new(variable->dtype, variable->shape.dim, (int)variable->shape.rank,
                        variable->data);
}

cn_array *cn_get_weight(const cn_layer *layer, const char *path)
{
    cn_weight *weight;
    return weight_by_path(layer, path, "cn_get_weight", &weight) != CN_OK ? NULL
                                                                          : copy_weight(weight);
}

cn_array *cn_get_weight_at(const cn_layer *layer, int64_t index)
{
    cn_weight *weight;
    return weight_at(layer, index, "cn_get_weight_at", &weight) != CN_OK ? NULL
                                                                         : copy_weight(weight);
}

static cn_status copy_weights(const cn_layer *layer, cn_arena *memory, cn_arrays **made)
{
    cn_weight **weights;
    const char **names;
    char *text;
    size_t bytes = 0;
    int64_t n = 0;
    CN_TRY(cn_layer_check(layer, "cn_get_weights"));
    CN_TRY(cn_layer_weights(layer, memory, &weights, &n));
    for (int64_t i = 0; i < n; i++)
        bytes += strlen(weights[i]->variable.name) + 1;
    CN_TRY(cn_arrays_create(n, bytes, made, &names, &text));
    for (int64_t i = 0; i < n; i++) {
        const size_t length = strlen(weights[i]->variable.name) + 1;
        names[i] = memcpy(text, weights[i]->variable.name, length);
        text += length;
        cn_array *copy = copy_weight(weights[i]);
        CN_CHECK_MEMORY(copy);
        ((cn_array **)(*made)->arrays)[i] = copy;
    }
    return CN_OK;
}

cn_arrays *cn_get_weights(const cn_layer *layer)
{
    cn_arena memory = {0};
    cn_arrays *made = NULL;
    const cn_status status = copy_weights(layer, &memory, &made);
    cn_arena_free(&memory);
    if (status == CN_OK)
        return made;
    cn_arrays_free(made);
    return NULL;
}

static cn_status check_shape(const cn_variable *variable, const cn_array *values)
{
    CN_TRY(cn_numbers_check(values, variable->name, &values));
    CN_CHECK(cn_shape_equal(&values->shape, &variable->shape), "%s: has shape %s, got shape %s",
             variable->name, cn_shape_str(&variable->shape), cn_shape_str(&values->shape));
    return CN_OK;
}

static cn_status replace_weight(cn_weight *weight, const cn_array *values)
{
    cn_variable *variable = &weight->variable;
    CN_TRY(check_shape(variable, values));
    if (values->dtype == variable->dtype) {
        memcpy(variable->data, values->data, cn_variable_bytes(variable));
        return CN_OK;
    }
    cn_array *converted = cn_array_cast(values, variable->dtype);
    if (converted == NULL) {
        cn_fail_in("%s", variable->name);
        return CN_INVALID;
    }
    memcpy(variable->data, converted->data, cn_variable_bytes(variable));
    cn_array_free(converted);
    return CN_OK;
}

cn_status cn_set_weight(cn_layer *layer, const char *path, const cn_array *values)
{
    cn_weight *weight;
    CN_TRY(weight_by_path(layer, path, "cn_set_weight", &weight));
    return replace_weight(weight, values);
}

cn_status cn_set_weight_at(cn_layer *layer, int64_t index, const cn_array *values)
{
    cn_weight *weight;
    CN_TRY(weight_at(layer, index, "cn_set_weight_at", &weight));
    return replace_weight(weight, values);
}

static cn_status replace_weights(const cn_layer *layer, const cn_arrays *values, cn_arena *memory)
{
    cn_weight **weights;
    int64_t n = 0;
    CN_TRY(cn_layer_check(layer, "cn_set_weights"));
    CN_CHECK(values != NULL, "cn_set_weights: a list of arrays was expected, not NULL");
    CN_TRY(cn_layer_weights(layer, memory, &weights, &n));
    CN_CHECK(values->count == n, "%s: has %" PRId64 " weights, got %" PRId64 " arrays", layer->name,
             n, values->count);
    for (int64_t i = 0; i < n; i++)
        CN_TRY(check_shape(&weights[i]->variable, values->arrays[i]));
    for (int64_t i = 0; i < n; i++)
        CN_TRY(replace_weight(weights[i], values->arrays[i]));
    return CN_OK;
}

cn_status cn_set_weights(cn_layer *layer, const cn_arrays *values)
{
    cn_arena memory = {0};
    const cn_status status = replace_weights(layer, values, &memory);
    cn_arena_free(&memory);
    return status;
}

/* ---- tensors -------------------------------------------------------------------------------- */

static cn_tensor *tensor_of_node(const cn_layer *layer, int64_t node, int64_t index, bool output)
{
    const char *who = output ? "cn_layer_output" : "cn_layer_input";
    if (cn_layer_check(layer, who) != CN_OK)
        return NULL;
    if (node < 0 || node >= layer->n_nodes) {
        (void)cn_fail(CN_INVALID, "%s: was called %" PRId64 " times, there is no call %" PRId64,
                      layer->name, layer->n_nodes, node);
        return NULL;
    }
    const cn_node *call = layer->nodes[node];
    const int64_t n = output ? call->n_outputs : call->n_inputs;
    if (index < 0 || index >= n) {
        (void)cn_fail(CN_INVALID, "%s: has %" PRId64 " %s, none with index %" PRId64, layer->name,
                      n, output ? "outputs" : "inputs", index);
        return NULL;
    }
    return output ? call->outputs[index] : call->inputs[index];
}

cn_tensor *cn_layer_input(const cn_layer *layer, int64_t node, int64_t index)
{
    return tensor_of_node(layer, node, index, false);
}

cn_tensor *cn_layer_output(const cn_layer *layer, int64_t node, int64_t index)
{
    return tensor_of_node(layer, node, index, true);
}

/* What at[] points to where there is nothing, so that at[0] can always be read. */
static cn_tensor *const nothing[CN_MOST_TENSORS];

static cn_tensors tensors_or_none(int64_t n, cn_tensor *const *tensors)
{
    return n == 0 ? (cn_tensors){0, nothing} : (cn_tensors){n, tensors};
}

cn_tensors cn_model_inputs(const cn_model *model)
{
    if (cn_model_check(model, "cn_model_inputs") != CN_OK)
        return tensors_or_none(0, NULL);
    return tensors_or_none(model->graph->n_inputs, model->graph->inputs);
}

cn_tensors cn_model_outputs(const cn_model *model)
{
    if (cn_model_check(model, "cn_model_outputs") != CN_OK)
        return tensors_or_none(0, NULL);
    return tensors_or_none(model->graph->n_outputs, model->graph->outputs);
}

static cn_status check_tensor(const cn_tensor *tensor, const char *who)
{
    CN_CHECK(tensor != NULL && tensor->kind == CN_KIND_TENSOR, "%s: expected a tensor, got %s", who,
             cn_kind_name(tensor));
    return CN_OK;
}

int cn_tensor_rank(const cn_tensor *tensor)
{
    return check_tensor(tensor, "cn_tensor_rank") != CN_OK ? -1 : (int)tensor->shape.rank;
}

int64_t cn_tensor_dim(const cn_tensor *tensor, int axis)
{
    if (check_tensor(tensor, "cn_tensor_dim") != CN_OK)
        return 0;
    int64_t at = cn_shape_axis(&tensor->shape, axis);
    if (at < 0) {
        (void)cn_fail(CN_INVALID, "cn_tensor_dim: axis %d is not in shape %s", axis,
                      cn_shape_str(&tensor->shape));
        return 0;
    }
    return tensor->shape.dim[at];
}

const char *cn_tensor_dtype(const cn_tensor *tensor)
{
    return check_tensor(tensor, "cn_tensor_dtype") != CN_OK ? NULL : tensor->dtype_name;
}

const char *cn_tensor_name(const cn_tensor *tensor)
{
    if (check_tensor(tensor, "cn_tensor_name") != CN_OK)
        return NULL;
    return tensor->node == NULL ? "" : tensor->node->layer->name;
}
