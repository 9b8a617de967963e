/* Models cut from the middle of a drawing. Where an input of a model is the output of a layer, a
 * new input takes its place, and the calls from there to the outputs are drawn once more, so that
 * the drawing that was there stays as it is. The layers are the same ones. */
#include "graph/graph.h"

/* A call and the outputs of its copy, which are its own where nothing before it changed. */
struct copied {
    const cn_node *node;
    cn_tensor **outputs;
};

struct cut {
    cn_arena *arena;
    cn_tensor *const *from; /* the inputs as given */
    cn_tensor **to;         /* and what takes their place */
    int64_t n;
    struct copied *copies;
    int64_t n_copies, capacity;
};

static bool is_drawn_input(const cn_tensor *tensor)
{
    return tensor->node->n_inputs == 0;
}

static cn_status copy_tensor(struct cut *cut, cn_tensor *tensor, cn_tensor **copy);

static cn_status keep(struct cut *cut, const cn_node *node, cn_tensor *const *outputs)
{
    cn_tensor **kept =
        cn_arena_copy(cut->arena, outputs, (size_t)node->n_outputs * sizeof *outputs);
    CN_CHECK_MEMORY(kept);
    CN_TRY(cn_grow(&cut->copies, &cut->capacity, cut->n_copies + 1, sizeof *cut->copies));
    cut->copies[cut->n_copies++] = (struct copied){node, kept};
    return CN_OK;
}

static cn_status copy_node(struct cut *cut, const cn_node *node)
{
    cn_tensor *inputs[CN_MOST_TENSORS], *outputs[CN_MOST_TENSORS];
    bool changed = false;
    int64_t n_outputs = 0;
    for (int64_t i = 0; i < node->n_inputs; i++) {
        CN_TRY(copy_tensor(cut, node->inputs[i], &inputs[i]));
        changed |= inputs[i] != node->inputs[i];
    }
    if (!changed)
        return keep(cut, node, node->outputs);
    CN_TRY(cn_layer_apply(node->layer, node->options, inputs, node->n_inputs, outputs, &n_outputs));
    return keep(cut, node, outputs);
}

static cn_tensor *find_copy(const struct cut *cut, const cn_tensor *tensor)
{
    for (int64_t i = 0; i < cut->n; i++)
        if (cut->from[i] == tensor)
            return cut->to[i];
    for (int64_t i = 0; i < cut->n_copies; i++)
        if (cut->copies[i].node == tensor->node)
            return cut->copies[i].outputs[tensor->index];
    return NULL;
}

static cn_status copy_tensor(struct cut *cut, cn_tensor *tensor, cn_tensor **copy)
{
    *copy = tensor;
    if (tensor->is_constant)
        return CN_OK;
    cn_tensor *found = find_copy(cut, tensor);
    if (found == NULL && is_drawn_input(tensor))
        return CN_OK; /* ordering the model names an input that is missing */
    if (found == NULL) {
        CN_TRY(copy_node(cut, tensor->node));
        found = find_copy(cut, tensor);
    }
    *copy = found;
    return CN_OK;
}

static cn_status replace_input(struct cut *cut, int64_t i)
{
    const cn_tensor *tensor = cut->from[i];
    if (is_drawn_input(tensor))
        return CN_OK;
    cn_input_args args = {.batch_size = tensor->shape.dim[0], .dtype = tensor->dtype_name};
    for (int64_t k = 1; k < tensor->shape.rank; k++)
        args.shape[k - 1] = tensor->shape.dim[k];
    cut->to[i] = cn_input_with(&args);
    return cut->to[i] == NULL ? cn_error_status() : CN_OK;
}

static cn_status cut_out(struct cut *cut, cn_graph *graph)
{
    for (int64_t i = 0; i < cut->n; i++)
        CN_TRY(replace_input(cut, i));
    for (int64_t i = 0; i < graph->n_outputs; i++)
        CN_TRY(copy_tensor(cut, graph->outputs[i], &graph->outputs[i]));
    graph->inputs = cut->to;
    return CN_OK;
}

cn_status cn_graph_cut(cn_graph *graph, cn_session *session)
{
    bool needed = false;
    for (int64_t i = 0; i < graph->n_inputs; i++)
        needed |= !is_drawn_input(graph->inputs[i]);
    if (!needed)
        return CN_OK;
    struct cut cut = {
        .arena = cn_session_arena(session), .from = graph->inputs, .n = graph->n_inputs};
    cut.to = cn_arena_copy(cut.arena, graph->inputs, (size_t)cut.n * sizeof(cn_tensor *));
    CN_CHECK_MEMORY(cut.to);
    cn_status status = cut_out(&cut, graph);
    cn_release(cut.copies);
    return status;
}
