/* Models as Keras 3 writes them: Functional with the calls of its layers, Sequential as a list. */
#include "records/records.h"

/* ---- Functional ------------------------------------------------------------------------------ */

/* The calls of a layer that belong to the model, in their order. */
static json_t *calls_json(const cn_graph *graph, const cn_layer *layer)
{
    json_t *calls = json_array();
    for (int64_t i = 0; i < layer->n_nodes; i++)
        if (layer->class != &cn_input_layer_class && cn_graph_has_node(graph, layer->nodes[i]))
            cn_json_append(&calls, cn_call_json(graph, layer->nodes[i]));
    return calls;
}

static json_t *layers_json(const cn_graph *graph)
{
    json_t *list = json_array();
    for (int64_t i = 0; i < graph->n_layers; i++) {
        const cn_layer *layer = graph->layers[i];
        json_t *record = cn_layer_json(layer);
        cn_json_set(&record, "name", json_string(layer->name));
        cn_json_set(&record, "inbound_nodes", calls_json(graph, layer));
        cn_json_append(&list, record);
    }
    return list;
}

/* [layer, call, output]. A nested Functional's first call is number 1 here, and 0 in calls. */
static json_t *place_json(const cn_graph *graph, const cn_tensor *tensor)
{
    const cn_layer *layer = tensor->node->layer;
    const bool shifted = layer->graph != NULL && !layer->graph->sequential;
    return json_pack("[s, I, I]", layer->name,
                     (json_int_t)(cn_node_number(graph, tensor->node) + shifted),
                     (json_int_t)tensor->index);
}

static json_t *places_json(const cn_graph *graph, cn_tensor *const *tensors, int64_t n,
                           const cn_structure *structure)
{
    if (structure->single)
        return place_json(graph, tensors[0]);
    json_t *places = structure->keys == NULL ? json_array() : json_object();
    for (int64_t i = 0; i < n; i++) {
        if (structure->keys == NULL)
            cn_json_append(&places, place_json(graph, tensors[i]));
        else
            cn_json_set(&places, structure->keys[i], place_json(graph, tensors[i]));
    }
    return places;
}

static json_t *compile_json(const cn_graph *graph)
{
    return graph->training == NULL || graph->compile_json == NULL
               ? json_object()
               : graph->compile_json(graph->training);
}

static json_t *functional_json(const cn_model *model)
{
    const cn_graph *graph = model->graph;
    json_t *layers = layers_json(graph);
    if (layers == NULL)
        return NULL;
    json_t *config =
        json_pack("{s:s, s:b, s:o, s:o, s:o}", "name", model->name, "trainable", model->trainable,
                  "layers", layers, "input_layers",
                  places_json(graph, graph->inputs, graph->n_inputs, &graph->input_structure),
                  "output_layers",
                  places_json(graph, graph->outputs, graph->n_outputs, &graph->output_structure));
    return json_pack("{s:s, s:s, s:o, s:s, s:{s:n}, s:o}", "module", "keras.src.models.functional",
                     "class_name", "Functional", "config", config, "registered_name", "Functional",
                     "build_config", "input_shape", "compile_config", compile_json(graph));
}

/* ---- Sequential ------------------------------------------------------------------------------ */

static json_t *stack_json(const cn_graph *graph)
{
    json_t *list = json_array();
    if (graph->n_outputs > 0)
        cn_json_append(&list, cn_layer_json(graph->inputs[0]->node->layer));
    for (int64_t i = 0; i < graph->n_layers; i++) {
        cn_json_append(&list, cn_layer_json(graph->layers[i]));
    }
    return list;
}

static json_t *sequential_json(const cn_model *model)
{
    const cn_graph *graph = model->graph;
    json_t *layers = stack_json(graph);
    if (layers == NULL)
        return NULL;
    json_t *config = json_pack("{s:s, s:b, s:{s:s, s:s, s:{s:s}, s:n}, s:o}", "name", model->name,
                               "trainable", model->trainable, "dtype", "module", "keras",
                               "class_name", "DTypePolicy", "config", "name", "float32",
                               "registered_name", "layers", layers);
    if (graph->n_outputs > 0)
        cn_json_set(&config, "build_input_shape", cn_shape_json(&graph->inputs[0]->shape));
    json_t *record = json_pack("{s:s, s:s, s:o, s:n}", "module", "keras", "class_name",
                               "Sequential", "config", config, "registered_name");
    if (graph->n_outputs > 0)
        cn_json_set(&record, "build_config",
                    json_pack("{s:o}", "input_shape", cn_shape_json(&graph->inputs[0]->shape)));
    cn_json_set(&record, "compile_config", compile_json(graph));
    return record;
}

json_t *cn_model_json(const cn_model *model)
{
    return model->graph->sequential ? sequential_json(model) : functional_json(model);
}
