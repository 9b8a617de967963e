/* Sequential: a stack of layers. As soon as the input is known it is drawn like any other graph. */
#include <stdio.h>
#include <string.h>

#include "graph/graph.h"

struct sequential_args {
    cn_layer_keywords keywords;
};

static const struct sequential_args defaults = {.keywords = {.trainable = true}};

static const cn_field fields[] = {CN_END_FIELDS};

static cn_status check_inputs(const cn_layer *layer, const cn_type *inputs, int64_t n)
{
    CN_CHECK(layer->graph->n_layers > 0, "%s: has no layers", layer->name);
    return cn_functional_class.check_inputs(layer, inputs, n);
}

static cn_status call(cn_call_frame *frame)
{
    return cn_functional_class.call(frame);
}

static cn_status infer(const cn_layer *layer, const cn_type *inputs, int64_t n, cn_type *outputs,
                       int64_t *n_outputs)
{
    return cn_functional_class.infer(layer, inputs, n, outputs, n_outputs);
}

const cn_layer_class cn_sequential_class = {
    .base = {.name = "Sequential",
             .module = "keras",
             .fields = fields,
             .args_size = sizeof(struct sequential_args),
             .defaults = &defaults},
    .min_inputs = 1,
    .max_inputs = 1,
    .takes_strings = true,
    .check_inputs = check_inputs,
    .call = call,
    .infer = infer,
};

cn_model *cn_sequential_with(const cn_sequential_args *args)
{
    struct sequential_args own = {.keywords = {.name = args->name, .trainable = true}};
    cn_model *model = cn_layer_make(&cn_sequential_class, &own);
    if (model == NULL)
        return NULL;
    model->graph = cn_arena_allocate(cn_session_arena(model->session), sizeof *model->graph);
    if (model->graph == NULL)
        return NULL;
    model->graph->sequential = true;
    model->graph->input_structure.single = model->graph->output_structure.single = true;
    return model;
}

/* ---- drawing --------------------------------------------------------------------------------- */

/* The input is called after the first layer: dense_1_input. */
static cn_status draw_input(cn_model *model, const cn_shape *batch_shape, const char *dtype)
{
    cn_graph *graph = model->graph;
    cn_arena *arena = cn_session_arena(model->session);
    cn_input_args args = {.batch_size = batch_shape->dim[0], .dtype = dtype};
    args.name = cn_arena_format(arena, "%s_input", graph->layers[0]->name);
    CN_CHECK_MEMORY(args.name);
    for (int64_t i = 1; i < batch_shape->rank; i++)
        args.shape[i - 1] = batch_shape->dim[i];
    cn_session *before = cn_session_use(model->session);
    cn_tensor *input = cn_input_with(&args);
    (void)cn_session_use(before);
    if (input == NULL)
        return cn_error_status();
    graph->inputs = cn_arena_copy(arena, &input, sizeof input);
    graph->outputs = cn_arena_copy(arena, &input, sizeof input);
    CN_CHECK_MEMORY(graph->inputs);
    CN_CHECK_MEMORY(graph->outputs);
    graph->n_inputs = 1;
    return CN_OK;
}

/* Calls a layer on the stack's output. */
static cn_status stack(cn_model *model, cn_layer *layer)
{
    cn_graph *graph = model->graph;
    cn_tensor *outputs[CN_MOST_TENSORS];
    int64_t n = 0;
    CN_TRY(cn_layer_apply(layer, NULL, graph->outputs, 1, outputs, &n));
    CN_CHECK(n == 1, "%s: layers in a Sequential have one output, %s has %d", model->name,
             layer->name, (int)n);
    graph->outputs[0] = outputs[0];
    graph->n_outputs = 1;
    return CN_OK;
}

/* Nodes follow the stack; the list of layers is the user's. */
static cn_status list_nodes(cn_model *model)
{
    cn_graph *graph = model->graph;
    graph->nodes = cn_arena_allocate(cn_session_arena(model->session),
                                     (size_t)(graph->n_layers + 1) * sizeof(cn_node *));
    CN_CHECK_MEMORY(graph->nodes);
    cn_tensor *at = graph->outputs[0];
    graph->n_nodes = graph->n_layers + 1;
    for (int64_t i = graph->n_layers; i >= 0; i--) {
        graph->nodes[i] = at->node;
        at = i == 0 ? NULL : at->node->inputs[0];
    }
    model->built = true;
    return CN_OK;
}

static cn_status draw_all(cn_model *model)
{
    cn_graph *graph = model->graph;
    for (int64_t i = 0; i < graph->n_layers; i++)
        CN_TRY(stack(model, graph->layers[i]));
    return list_nodes(model);
}

cn_status cn_sequential_build(cn_model *model, const cn_type *input)
{
    cn_graph *graph = model->graph;
    if (graph->n_outputs > 0)
        return CN_OK;
    CN_CHECK(graph->n_layers > 0, "%s: has no layers", model->name);
    CN_CHECK(input->shape.rank > 0, "%s: its input needs a batch axis", model->name);
    cn_shape shape = input->shape;
    shape.dim[0] = CN_NONE;
    CN_TRY(draw_input(model, &shape, cn_dtype_name(input->dtype)));
    return draw_all(model);
}

/* The shape that the first layer was given, with a batch axis; false if it was not given any. */
static bool known_input(const cn_layer *layer, cn_shape *shape)
{
    const cn_layer_class *class = layer->class;
    if (layer->graph != NULL) {
        if (layer->graph->n_inputs != 1)
            return false;
        *shape = layer->graph->inputs[0]->shape;
        return true;
    }
    const cn_layer_keywords *own = (const void *)((const char *)layer->args + class->keywords);
    cn_shape given = cn_shape_of_dims(own->input_shape);
    return given.rank > 0 && cn_shape_with_batch(given, CN_NONE, shape) == CN_OK;
}

/* What was compiled, plans for predictions too, was for the stack as it was. */
static void forget_training(cn_graph *graph)
{
    if (graph->n_outputs > 0 && graph->training != NULL) {
        graph->free_training(graph->training);
        graph->training = NULL;
    }
}

cn_status cn_sequential_add(cn_model *model, cn_layer *layer)
{
    CN_TRY(cn_model_check(model, "cn_sequential_add"));
    CN_TRY(cn_layer_check(layer, "cn_sequential_add"));
    cn_graph *graph = model->graph;
    CN_CHECK(graph->sequential, "cn_sequential_add: %s is not a Sequential", model->name);
    CN_TRY(cn_layer_check_apart(layer, model));
    for (int64_t i = 0; i < graph->n_layers; i++)
        CN_CHECK(strcmp(graph->layers[i]->name, layer->name) != 0,
                 "%s: two layers are called \"%s\": names must be unique in a model", model->name,
                 layer->name);
    CN_TRY(
        cn_grow(&graph->layers, &graph->layers_capacity, graph->n_layers + 1, sizeof(cn_layer *)));
    graph->layers[graph->n_layers++] = layer;
    cn_shape shape;
    cn_status status = CN_OK;
    if (graph->n_outputs > 0)
        status = stack(model, layer);
    else if (graph->n_layers == 1 && known_input(layer, &shape)) {
        status = draw_input(model, &shape, "float32");
        if (status == CN_OK)
            status = stack(model, layer);
    }
    if (status != CN_OK) {
        graph->n_layers--;
        return status;
    }
    forget_training(graph);
    return graph->n_outputs > 0 ? list_nodes(model) : CN_OK;
}

cn_status cn_sequential_pop(cn_model *model)
{
    CN_TRY(cn_model_check(model, "cn_sequential_pop"));
    cn_graph *graph = model->graph;
    CN_CHECK(graph->sequential, "cn_sequential_pop: %s is not a Sequential", model->name);
    CN_CHECK(graph->n_layers > 0, "cn_sequential_pop: %s has no layers", model->name);
    graph->n_layers--;
    if (graph->n_outputs == 0)
        return CN_OK;
    forget_training(graph);
    if (graph->n_layers == 0) {
        graph->n_inputs = graph->n_outputs = graph->n_nodes = 0;
        model->built = false;
        return CN_OK;
    }
    graph->outputs[0] = graph->outputs[0]->node->inputs[0];
    return list_nodes(model);
}

cn_status cn_sequential_begin(cn_model *model, cn_tensor *input)
{
    cn_graph *graph = model->graph;
    cn_arena *arena = cn_session_arena(model->session);
    graph->inputs = cn_arena_copy(arena, &input, sizeof input);
    graph->outputs = cn_arena_copy(arena, &input, sizeof input);
    CN_CHECK_MEMORY(graph->inputs);
    CN_CHECK_MEMORY(graph->outputs);
    graph->n_inputs = graph->n_outputs = 1;
    return list_nodes(model);
}
