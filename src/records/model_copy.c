/* Copies of models: new layers of the same classes and arguments, called in the same way. */
#include "records/records.h"

struct copied {
    const cn_layer *from;
    cn_layer *to;
};

struct copier {
    const cn_graph *graph;
    cn_arena *arena;
    cn_layer_copier *copy;
    struct copied *layers; /* those of the graph */
    cn_tensor ***outputs;  /* of each node of the graph, copied */
    cn_tensor **inputs;
};

static cn_status copy_layers(struct copier *copier)
{
    const cn_graph *graph = copier->graph;
    copier->layers =
        cn_arena_allocate(copier->arena, (size_t)(graph->n_layers + 1) * sizeof *copier->layers);
    CN_CHECK_MEMORY(copier->layers);
    for (int64_t i = 0; i < graph->n_layers; i++) {
        cn_layer *layer = graph->layers[i];
        copier->layers[i].from = layer;
        if (layer->class != &cn_input_layer_class)
            CN_TRY(copier->copy(layer, layer->name, &copier->layers[i].to));
    }
    return CN_OK;
}

static cn_status copy_input(const cn_tensor *input, cn_tensor **copy)
{
    cn_input_args args = {.batch_size = input->shape.dim[0],
                          .dtype = input->dtype_name,
                          .name = input->node->layer->name};
    for (int64_t i = 1; i < input->shape.rank; i++)
        args.shape[i - 1] = input->shape.dim[i];
    *copy = cn_input_with(&args);
    return *copy == NULL ? cn_error_status() : CN_OK;
}

static cn_status copy_inputs(struct copier *copier)
{
    const cn_graph *graph = copier->graph;
    copier->inputs =
        cn_arena_allocate(copier->arena, (size_t)(graph->n_inputs + 1) * sizeof *copier->inputs);
    CN_CHECK_MEMORY(copier->inputs);
    for (int64_t i = 0; i < graph->n_inputs; i++)
        CN_TRY(copy_input(graph->inputs[i], &copier->inputs[i]));
    return CN_OK;
}

/* ---- Sequential ------------------------------------------------------------------------------ */

static cn_status copy_stack(struct copier *copier, const char *name, cn_model **model)
{
    *model = cn_sequential(.name = name);
    CN_CHECK_MEMORY(*model);
    if (copier->graph->n_outputs > 0)
        CN_TRY(cn_sequential_begin(*model, copier->inputs[0]));
    for (int64_t i = 0; i < copier->graph->n_layers; i++)
        CN_TRY(cn_sequential_add(*model, copier->layers[i].to));
    return CN_OK;
}

/* ---- Functional ------------------------------------------------------------------------------ */

static cn_tensor *copy_of(const struct copier *copier, cn_tensor *tensor)
{
    const cn_graph *graph = copier->graph;
    if (tensor->is_constant)
        return tensor;
    for (int64_t i = 0; i < graph->n_inputs; i++)
        if (graph->inputs[i] == tensor)
            return copier->inputs[i];
    for (int64_t i = 0; i < graph->n_nodes; i++)
        if (graph->nodes[i] == tensor->node)
            return copier->outputs[i][tensor->index];
    return NULL;
}

static cn_layer *layer_copy_of(const struct copier *copier, const cn_layer *layer)
{
    for (int64_t i = 0; i < copier->graph->n_layers; i++)
        if (copier->layers[i].from == layer)
            return copier->layers[i].to;
    return NULL;
}

static cn_status copy_call(struct copier *copier, int64_t number)
{
    const cn_node *node = copier->graph->nodes[number];
    cn_tensor *inputs[CN_MOST_TENSORS], *outputs[CN_MOST_TENSORS];
    int64_t n_outputs = 0;
    for (int64_t i = 0; i < node->n_inputs; i++)
        inputs[i] = copy_of(copier, node->inputs[i]);
    CN_TRY(cn_layer_apply(layer_copy_of(copier, node->layer), node->options, inputs, node->n_inputs,
                          outputs, &n_outputs));
    copier->outputs[number] =
        cn_arena_copy(copier->arena, outputs, (size_t)n_outputs * sizeof *outputs);
    CN_CHECK_MEMORY(copier->outputs[number]);
    return CN_OK;
}

/* One argument of cn_model_of; room has space for all tensors. */
struct room {
    const void *list[CN_MOST_TENSORS + 1];
    cn_item dict[CN_MOST_TENSORS + 1];
};

static cn_items items_of(const struct copier *copier, cn_tensor *const *tensors, int64_t n,
                         const cn_structure *structure, struct room *room)
{
    for (int64_t i = 0; i < n; i++) {
        room->list[i] = copy_of(copier, tensors[i]);
        if (structure->keys != NULL)
            room->dict[i] = (cn_item){structure->keys[i], room->list[i]};
    }
    room->list[n] = CN_END;
    room->dict[n] = (cn_item){NULL, NULL};
    if (structure->single)
        return (cn_items){.one = room->list[0]};
    return structure->keys != NULL ? (cn_items){.dict = room->dict}
                                   : (cn_items){.list = room->list};
}

static cn_status copy_functional(struct copier *copier, const char *name, cn_model **model)
{
    const cn_graph *graph = copier->graph;
    struct room *rooms = cn_arena_allocate(copier->arena, 2 * sizeof *rooms);
    copier->outputs =
        cn_arena_allocate(copier->arena, (size_t)graph->n_nodes * sizeof *copier->outputs);
    CN_CHECK_MEMORY(rooms);
    CN_CHECK_MEMORY(copier->outputs);
    for (int64_t i = 0; i < graph->n_nodes; i++)
        if (graph->nodes[i]->layer->class != &cn_input_layer_class)
            CN_TRY(copy_call(copier, i));
    const cn_model_of_args args = {.inputs = items_of(copier, graph->inputs, graph->n_inputs,
                                                      &graph->input_structure, &rooms[0]),
                                   .outputs = items_of(copier, graph->outputs, graph->n_outputs,
                                                       &graph->output_structure, &rooms[1]),
                                   .name = name};
    *model = cn_model_of_with(&args);
    return *model == NULL ? cn_error_status() : CN_OK;
}

cn_status cn_model_copy(const cn_model *model, const char *name, cn_layer_copier *copy,
                        cn_model **copied)
{
    cn_arena memory = {0};
    struct copier copier = {.graph = model->graph, .arena = &memory, .copy = copy};
    cn_status status = copy_layers(&copier);
    if (status == CN_OK)
        status = copy_inputs(&copier);
    if (status == CN_OK)
        status = model->graph->sequential ? copy_stack(&copier, name, copied)
                                          : copy_functional(&copier, name, copied);
    if (status == CN_OK)
        (*copied)->trainable = model->trainable;
    cn_arena_free(&memory);
    return status;
}
