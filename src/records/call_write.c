/* Calls as Keras writes them: {"args": [...], "kwargs": {...}}, with a record for each tensor. */
#include <string.h>

#include "records/calls.h"

int64_t cn_node_number(const cn_graph *graph, const cn_node *node)
{
    int64_t number = 0;
    for (int64_t i = 0; node->index > 0 && i < graph->n_nodes; i++)
        number += graph->nodes[i]->layer == node->layer && graph->nodes[i]->index < node->index;
    return number;
}

bool cn_takes_list(const cn_layer *layer)
{
    const cn_operation_class *operation = cn_operation_of(layer);
    if (operation != NULL)
        return operation->takes_list;
    if (layer->graph != NULL)
        return !layer->graph->input_structure.single;
    return layer->class->max_inputs > 1 &&
           (layer->class->takes & (CN_TAKES_STATES | CN_TAKES_APART | CN_TAKES_LABELS)) == 0;
}

const char *const *cn_dictionary_keys(const cn_layer *layer, int64_t *n)
{
    static const char *const labelled[] = {"images", "labels"};
    const bool is_model = layer->graph != NULL;
    *n = is_model ? layer->graph->n_inputs : 2;
    if (is_model)
        return layer->graph->input_structure.keys;
    return layer->class->takes & CN_TAKES_LABELS ? labelled : NULL;
}

bool cn_takes_list_of(const cn_layer *layer, int64_t n)
{
    const cn_layer_class *class = layer->class;
    const bool alone = n == 1 && layer->graph == NULL && cn_operation_of(layer) == NULL &&
                       (class->takes & CN_TAKES_ONE_OR_LIST) != 0;
    return cn_takes_list(layer) && !alone;
}

/* ---- tensors --------------------------------------------------------------------------------- */

json_t *cn_tensor_json(const cn_graph *graph, const cn_tensor *tensor)
{
    if (tensor->is_constant)
        return cn_constant_json(tensor);
    return json_pack("{s:s, s:{s:o, s:s, s:[s, I, I]}}", "class_name", "__keras_tensor__", "config",
                     "shape", cn_shape_json(&tensor->shape), "dtype", tensor->dtype_name,
                     "keras_history", tensor->node->layer->name,
                     (json_int_t)cn_node_number(graph, tensor->node), (json_int_t)tensor->index);
}

static json_t *tensors_json(const cn_graph *graph, cn_tensor *const *tensors, int64_t n)
{
    json_t *list = json_array();
    for (int64_t i = 0; i < n; i++)
        cn_json_append(&list, cn_tensor_json(graph, tensors[i]));
    return list;
}

static json_t *named_tensors_json(const cn_graph *graph, const cn_node *node,
                                  const char *const *keys)
{
    json_t *dict = json_object();
    for (int64_t i = 0; i < node->n_inputs; i++)
        cn_json_set(&dict, keys[i], cn_tensor_json(graph, node->inputs[i]));
    return dict;
}

/* ---- positional arguments -------------------------------------------------------------------- */

static json_t *args_json(const cn_graph *graph, const cn_node *node)
{
    const cn_layer *layer = node->layer;
    const int64_t n = cn_count_inputs(node->options, node->n_inputs);
    int64_t n_keys = 0;
    const char *const *keys = cn_dictionary_keys(layer, &n_keys);
    if (keys != NULL && n == n_keys)
        return json_pack("[o]", named_tensors_json(graph, node, keys));
    if (cn_takes_list_of(layer, n))
        return json_pack("[o]", tensors_json(graph, node->inputs, n));
    return tensors_json(graph, node->inputs, (layer->class->takes & CN_TAKES_STATES) ? 1 : n);
}

/* ---- keywords -------------------------------------------------------------------------------- */

static json_t *mask_json(const cn_graph *graph, const cn_node *node, int64_t input)
{
    const int8_t place = node->options->mask_of[input];
    return place == 0 ? json_null() : cn_tensor_json(graph, node->inputs[place]);
}

static bool has_masks(const cn_node *node)
{
    bool any = false;
    for (int64_t i = 0; node->options != NULL && i < node->options->n_inputs; i++)
        any |= node->options->mask_of[i] != 0;
    return any;
}

static void add_masks(json_t **kwargs, const cn_graph *graph, const cn_node *node)
{
    static const char *const apart[] = {"query_mask", "value_mask", "key_mask"};
    const cn_layer *layer = node->layer;
    const int64_t n = node->options->n_inputs;
    if (layer->class->takes & CN_TAKES_APART) {
        for (int64_t i = 0; i < n && i < 3; i++)
            if (node->options->mask_of[i] != 0)
                cn_json_set(kwargs, apart[i], mask_json(graph, node, i));
        return;
    }
    if (!cn_takes_list_of(layer, n)) {
        cn_json_set(kwargs, "mask", mask_json(graph, node, 0));
        return;
    }
    json_t *masks = json_array();
    for (int64_t i = 0; i < n; i++)
        cn_json_append(&masks, mask_json(graph, node, i));
    cn_json_set(kwargs, "mask", masks);
}

static void add_states(json_t **kwargs, const cn_graph *graph, const cn_node *node)
{
    const int64_t n = cn_count_inputs(node->options, node->n_inputs);
    if ((node->layer->class->takes & CN_TAKES_STATES) == 0 || n < 2)
        return;
    cn_json_set(kwargs, "initial_state",
                n == 2 ? cn_tensor_json(graph, node->inputs[1])
                       : tensors_json(graph, node->inputs + 1, n - 1));
}

static void add_options(json_t **kwargs, const cn_graph *graph, const cn_node *node)
{
    const cn_call_options *options = node->options;
    if (options->training != CN_NONE)
        cn_json_set(kwargs, "training", json_boolean(options->training));
    if (options->attention_mask != 0)
        cn_json_set(kwargs, "attention_mask",
                    cn_tensor_json(graph, node->inputs[options->attention_mask]));
    if (options->use_causal_mask)
        cn_json_set(kwargs, "use_causal_mask", json_true());
    if (options->reverse)
        cn_json_set(kwargs, "reverse", json_true());
    if (options->return_attention_scores)
        cn_json_set(kwargs, "return_attention_scores", json_true());
}

/* No mask, for each input of a model. */
static json_t *no_masks(const cn_layer *layer)
{
    const cn_graph *graph = layer->graph;
    if (graph == NULL || graph->input_structure.single)
        return json_null();
    json_t *none = graph->input_structure.keys == NULL ? json_array() : json_object();
    for (int64_t i = 0; i < graph->n_inputs; i++) {
        if (graph->input_structure.keys == NULL)
            cn_json_append(&none, json_null());
        else
            cn_json_set(&none, graph->input_structure.keys[i], json_null());
    }
    return none;
}

int cn_silent_training(const cn_layer *layer)
{
    static const char *const yes[] = {"AutoContrast", "CenterCrop", "CutMix",       "Equalization",
                                      "MixUp",        "AugMix",     "Solarization", NULL};
    static const char *const no[] = {
        "RNN",        "LSTM",       "GRU",        "SimpleRNN",
        "ConvLSTM1D", "ConvLSTM2D", "ConvLSTM3D", "SpectralNormalization",
        NULL};
    const char *class = layer->class->base.name;
    if (cn_is_custom(layer))
        return CN_NONE;
    if (cn_is_among(class, yes) || strncmp(class, "Rand", 4) == 0)
        return true;
    return cn_is_among(class, no) ? false : CN_NONE;
}

/* What Keras writes though nobody said it. */
static void add_silent(json_t **kwargs, const cn_node *node)
{
    static const char *const masked[] = {
        "Model", "Sequential", "TimeDistributed", "Bidirectional", "RNN",        "LSTM",
        "GRU",   "SimpleRNN",  "ConvLSTM1D",      "ConvLSTM2D",    "ConvLSTM3D", NULL};
    if (json_object_get(*kwargs, "initial_state") != NULL)
        return;
    const int training = cn_silent_training(node->layer);
    if (training != CN_NONE && json_object_get(*kwargs, "training") == NULL)
        cn_json_set(kwargs, "training", json_boolean(training));
    if (cn_is_among(node->layer->class->base.name, masked) &&
        json_object_get(*kwargs, "mask") == NULL)
        cn_json_set(kwargs, "mask", no_masks(node->layer));
}

json_t *cn_call_json(const cn_graph *graph, const cn_node *node)
{
    json_t *kwargs = json_object();
    add_states(&kwargs, graph, node);
    if (has_masks(node))
        add_masks(&kwargs, graph, node);
    if (node->options != NULL)
        add_options(&kwargs, graph, node);
    if (cn_operation_of(node->layer) == NULL) {
        add_silent(&kwargs, node);
        return json_pack("{s:o, s:o}", "args", args_json(graph, node), "kwargs", kwargs);
    }
    cn_operation_add_kwargs(&kwargs, graph, node);
    return json_pack("{s:o, s:o}", "args", cn_operation_args_json(graph, node), "kwargs", kwargs);
}
