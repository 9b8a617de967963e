/* Models from inputs and outputs. A model is a layer whose call replays what was drawn between
 * them. */
#include <string.h>

#include "graph/graph.h"
#include "runtime/pointer_map.h"
#include "runtime/array.h"

struct model_args {
    cn_layer_keywords keywords;
};

static const struct model_args defaults = {.keywords = {.trainable = true}};

static const cn_field fields[] = {CN_END_FIELDS};

/* ---- the class ------------------------------------------------------------------------------- */

/* A dimension the model knows must be that; an unknown one fits anything. */
static cn_status check_inputs(const cn_layer *layer, const cn_type *inputs, int64_t n)
{
    const cn_graph *graph = layer->graph;
    CN_CHECK(n == graph->n_inputs, "%s: has %d input%s, got %d", layer->name, (int)graph->n_inputs,
             graph->n_inputs == 1 ? "" : "s", (int)n);
    for (int64_t i = 0; i < n; i++) {
        const cn_shape *expected = &graph->inputs[i]->shape, *found = &inputs[i].shape;
        bool fits = expected->rank == found->rank;
        for (int64_t k = 0; fits && k < expected->rank; k++)
            fits = expected->dim[k] == CN_NONE || found->dim[k] == CN_NONE ||
                   expected->dim[k] == found->dim[k];
        CN_CHECK((inputs[i].dtype == CN_STRING) == (graph->inputs[i]->dtype == CN_STRING),
                 "%s: input \"%s\" is %s, got %s", layer->name, graph->inputs[i]->node->layer->name,
                 cn_dtype_name(graph->inputs[i]->dtype), cn_dtype_name(inputs[i].dtype));
        CN_CHECK(fits, "%s: input \"%s\" has shape %s, got %s", layer->name,
                 graph->inputs[i]->node->layer->name, cn_shape_str(expected), cn_shape_str(found));
    }
    return CN_OK;
}

static cn_status call(cn_call_frame *frame)
{
    const cn_graph *graph = frame->layer->graph;
    CN_CHECK(graph->n_outputs > 0, "%s: is not built yet: its input's shape is not known",
             frame->layer->name);
    frame->n_outputs = graph->n_outputs;
    return cn_trace_model(frame->trace, frame->layer, frame->inputs, frame->masks, frame->outputs,
                          frame->output_masks);
}

/* ---- types ----------------------------------------------------------------------------------- */

/* The types of all tensors of a model for given inputs: types[i] are the outputs of node i. */
struct typing {
    const cn_graph *graph;
    const cn_type *inputs;
    cn_type **types;
    cn_pointer_map numbers; /* of nodes */
};

static const cn_type *type_of(const struct typing *typing, const cn_tensor *tensor)
{
    const cn_graph *graph = typing->graph;
    for (int64_t i = 0; i < graph->n_inputs; i++)
        if (graph->inputs[i] == tensor)
            return &typing->inputs[i];
    const int64_t number = cn_pointer_map_get(&typing->numbers, tensor->node);
    return number < 0 || typing->types[number] == NULL ? NULL
                                                       : &typing->types[number][tensor->index];
}

static cn_status infer_node(struct typing *typing, int64_t number, cn_arena *memory)
{
    const cn_node *node = typing->graph->nodes[number];
    cn_type *inputs = cn_arena_allocate(memory, (size_t)node->n_inputs * sizeof *inputs);
    CN_CHECK_MEMORY(inputs);
    for (int64_t i = 0; i < node->n_inputs; i++) {
        const cn_tensor *input = node->inputs[i];
        const cn_type *type = input->is_constant ? NULL : type_of(typing, input);
        inputs[i] = type != NULL ? *type : (cn_type){input->dtype, input->shape};
    }
    int64_t n = 0;
    typing->types[number] = cn_arena_allocate(memory, CN_MOST_TENSORS * sizeof(cn_type));
    CN_CHECK_MEMORY(typing->types[number]);
    if (node->layer->class->check_inputs != NULL)
        CN_TRY(node->layer->class->check_inputs(node->layer, inputs,
                                                cn_count_inputs(node->options, node->n_inputs)));
    cn_status status = cn_layer_infer(node->layer, node->options, inputs, node->n_inputs,
                                      typing->types[number], &n);
    if (status != CN_OK &&
        node->layer->graph == NULL) /* a model's message names the layer inside */
        cn_fail_in("%s", node->layer->name);
    return status;
}

static bool as_drawn(const cn_graph *graph, const cn_type *inputs)
{
    for (int64_t i = 0; i < graph->n_inputs; i++)
        if (inputs[i].dtype != graph->inputs[i]->dtype ||
            !cn_shape_equal(&inputs[i].shape, &graph->inputs[i]->shape))
            return false;
    return true;
}

static cn_status infer_nodes(struct typing *typing, cn_arena *memory)
{
    const cn_graph *graph = typing->graph;
    typing->types = cn_arena_allocate(memory, (size_t)graph->n_nodes * sizeof *typing->types);
    CN_CHECK_MEMORY(typing->types);
    for (int64_t i = 0; i < graph->n_nodes; i++) {
        CN_TRY(cn_pointer_map_add(&typing->numbers, graph->nodes[i], i));
        if (graph->nodes[i]->n_inputs > 0)
            CN_TRY(infer_node(typing, i, memory));
    }
    return CN_OK;
}

static cn_status infer_all(const cn_graph *graph, const cn_type *inputs, cn_arena *memory,
                           cn_type *outputs)
{
    struct typing typing = {.graph = graph, .inputs = inputs};
    const bool known = as_drawn(graph, inputs);
    const cn_status status = known ? CN_OK : infer_nodes(&typing, memory);
    for (int64_t i = 0; status == CN_OK && i < graph->n_outputs; i++) {
        const cn_tensor *output = graph->outputs[i];
        const cn_type *type = known ? NULL : type_of(&typing, output);
        outputs[i] = type != NULL ? *type : (cn_type){output->dtype, output->shape};
    }
    cn_pointer_map_free(&typing.numbers);
    return status;
}

/* Node by node, so that each layer's own rule holds inside a model too. */
static cn_status infer(const cn_layer *layer, const cn_type *inputs, int64_t n, cn_type *outputs,
                       int64_t *n_outputs)
{
    (void)n;
    const cn_graph *graph = layer->graph;
    cn_arena memory = {0};
    CN_CHECK(graph->n_outputs > 0, "%s: is not built yet: its input's shape is not known",
             layer->name);
    cn_status status = infer_all(graph, inputs, &memory, outputs);
    *n_outputs = graph->n_outputs;
    cn_arena_free(&memory);
    return status;
}

const cn_layer_class cn_functional_class = {
    .base = {.name = "Model",
             .module = "keras",
             .fields = fields,
             .args_size = sizeof(struct model_args),
             .defaults = &defaults},
    .max_inputs = CN_MOST_TENSORS,
    .check_inputs = check_inputs,
    .takes_strings = true,
    .call = call,
    .infer = infer,
    .python_name = "Functional",
};

cn_status cn_model_check(const void *object, const char *who)
{
    CN_CHECK(object != NULL, "%s: got NULL instead of a model", who);
    CN_TRY(cn_layer_check(object, who));
    const cn_layer *layer = object;
    CN_CHECK(layer->graph != NULL, "%s: expected a model, got the layer %s", who, layer->name);
    return CN_OK;
}

/* ---- cn_model_of ----------------------------------------------------------------------------- */

/* A dictionary as a list of tensors and one of names, in the order of the names, as in Keras. */
static cn_status sort_items(const cn_item *dict, const char *what, cn_arena *arena,
                            const void **list, const char **keys)
{
    int64_t n = 0;
    for (; dict[n].name != NULL; n++) {
        CN_CHECK(n < CN_MOST_TENSORS, "cn_model_of: at most %d %s", CN_MOST_TENSORS, what);
        int64_t at = n;
        for (; at > 0 && strcmp(keys[at - 1], dict[n].name) > 0; at--) {
            keys[at] = keys[at - 1];
            list[at] = list[at - 1];
        }
        CN_CHECK(at == 0 || strcmp(keys[at - 1], dict[n].name) != 0,
                 "cn_model_of: two of the %s are called \"%s\"", what, dict[n].name);
        keys[at] = cn_arena_text(arena, dict[n].name);
        CN_CHECK_MEMORY(keys[at]);
        list[at] = dict[n].item;
    }
    list[n] = CN_END;
    return CN_OK;
}

static cn_status take_structure(const cn_items *items, const char *what, cn_arena *arena,
                                const void **list, cn_structure *structure)
{
    *structure = (cn_structure){.single = items->list == NULL && items->dict == NULL};
    if (items->dict == NULL)
        return CN_OK;
    structure->keys = cn_arena_allocate(arena, CN_MOST_TENSORS * sizeof *structure->keys);
    CN_CHECK_MEMORY(structure->keys);
    return sort_items(items->dict, what, arena, list, structure->keys);
}

/* The tensors of one argument; what: "inputs" or "outputs". */
static cn_status take_tensors(const cn_items *items, const char *what, cn_arena *arena,
                              cn_tensor ***tensors, int64_t *n, cn_structure *structure)
{
    const void *const one[2] = {items->one, CN_END};
    const void *sorted[CN_MOST_TENSORS + 1];
    CN_TRY(take_structure(items, what, arena, sorted, structure));
    const void *const *list = items->list != NULL   ? items->list
                              : items->dict != NULL ? sorted
                                                    : one;
    for (*n = 0; list[*n] != CN_END; ++*n) {
        CN_CHECK(*n < CN_MOST_TENSORS, "cn_model_of: at most %d %s", CN_MOST_TENSORS, what);
        const cn_tensor *tensor = list[*n];
        CN_CHECK(tensor != NULL, "cn_model_of: number %d of the %s is NULL", (int)*n, what);
        CN_CHECK(tensor->kind == CN_KIND_TENSOR,
                 "cn_model_of: number %d of the %s is %s, not a tensor", (int)*n, what,
                 cn_kind_name(tensor));
        CN_CHECK(tensor->node != NULL && tensor->trace == NULL,
                 "cn_model_of: number %d of the %s was not drawn", (int)*n, what);
    }
    CN_CHECK(*n > 0, "cn_model_of: there are no %s", what);
    *tensors = cn_arena_copy(arena, list, (size_t)*n * sizeof(cn_tensor *));
    CN_CHECK_MEMORY(*tensors);
    return CN_OK;
}

static cn_status check_input_tensors(const cn_graph *graph, const char *name)
{
    const char **keys = graph->input_structure.keys;
    for (int64_t i = 0; keys != NULL && i < graph->n_inputs; i++)
        CN_CHECK(strcmp(keys[i], graph->inputs[i]->node->layer->name) == 0,
                 "%s: the input %s is called \"%s\" in the dictionary of inputs: both must be the "
                 "same",
                 name, graph->inputs[i]->node->layer->name, keys[i]);
    for (int64_t i = 0; i < graph->n_inputs; i++)
        for (int64_t k = 0; k < i; k++)
            CN_CHECK(graph->inputs[i] != graph->inputs[k], "%s: the input %s is given twice", name,
                     graph->inputs[i]->node->layer->name);
    return CN_OK;
}

static cn_status fill_model(cn_model *model, const cn_model_of_args *args)
{
    cn_arena *arena = cn_session_arena(model->session);
    cn_graph *graph = cn_arena_allocate(arena, sizeof *graph);
    CN_CHECK_MEMORY(graph);
    model->graph = graph;
    CN_TRY(take_tensors(&args->inputs, "inputs", arena, &graph->inputs, &graph->n_inputs,
                        &graph->input_structure));
    CN_TRY(take_tensors(&args->outputs, "outputs", arena, &graph->outputs, &graph->n_outputs,
                        &graph->output_structure));
    CN_TRY(check_input_tensors(graph, model->name));
    CN_TRY(cn_graph_cut(graph, model->session));
    CN_TRY(cn_graph_order(graph, model->session, model->name));
    model->built = true;
    return CN_OK;
}

cn_model *cn_model_of_with(const cn_model_of_args *args)
{
    struct model_args own = {.keywords = {.name = args->name, .trainable = true}};
    cn_model *model = cn_layer_make(&cn_functional_class, &own);
    if (model == NULL || fill_model(model, args) != CN_OK)
        return NULL;
    return model;
}
