/* The inputs that a tensor is computed from. */
#include "graph/graph.h"
#include "runtime/pointer_map.h"

struct walk {
    cn_pointer_map walked;
    cn_tensor *inputs[CN_MOST_TENSORS];
    int64_t n_inputs;
};

static cn_status walk_to(struct walk *walk, cn_node *node)
{
    if (cn_pointer_map_get(&walk->walked, node) >= 0)
        return CN_OK;
    CN_TRY(cn_pointer_map_add(&walk->walked, node, 0));
    for (int64_t i = 0; i < node->n_inputs; i++)
        if (!node->inputs[i]->is_constant)
            CN_TRY(walk_to(walk, node->inputs[i]->node));
    if (node->n_inputs > 0)
        return CN_OK;
    CN_CHECK(walk->n_inputs < CN_MOST_TENSORS, "cn_get_source_inputs: more than %d inputs",
             CN_MOST_TENSORS);
    walk->inputs[walk->n_inputs++] = node->outputs[0];
    return CN_OK;
}

static cn_status find(cn_tensor *tensor, struct walk *walk)
{
    CN_CHECK(tensor != NULL && tensor->kind == CN_KIND_TENSOR,
             "cn_get_source_inputs: expected a tensor, got %s", cn_kind_name(tensor));
    CN_CHECK(tensor->node != NULL && tensor->trace == NULL,
             "cn_get_source_inputs: the tensor was not drawn");
    return walk_to(walk, tensor->node);
}

static cn_tensor *const nothing[CN_MOST_TENSORS];

cn_tensors cn_get_source_inputs(cn_tensor *tensor)
{
    struct walk walk = {.n_inputs = 0};
    cn_tensor **kept = NULL;
    if (find(tensor, &walk) == CN_OK)
        kept = cn_arena_copy(cn_session_arena(tensor->session), walk.inputs,
                             (size_t)walk.n_inputs * sizeof(cn_tensor *));
    cn_pointer_map_free(&walk.walked);
    return kept == NULL ? (cn_tensors){0, nothing} : (cn_tensors){walk.n_inputs, kept};
}
