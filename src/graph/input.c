/* Inputs: a layer without inputs, whose one node is where a model's data come in. */
#include <inttypes.h>

#include "graph/graph.h"
#include "runtime/dtype.h"

struct input_layer_args {
    cn_shape batch_shape;
    const char *dtype_name;
    cn_layer_keywords keywords;
};

static const cn_field fields[] = {
    CN_FIELD(struct input_layer_args, dtype_name, CN_FIELD_TEXT, CN_FIELD_HIDDEN),
    CN_END_FIELDS,
};

static cn_status call(cn_call_frame *frame)
{
    return cn_fail(CN_INTERNAL, "%s: an input is not computed", frame->layer->name);
}

static const struct input_layer_args defaults = {.keywords = {.trainable = true}};

const cn_layer_class cn_input_layer_class = {
    .base = {.name = "InputLayer",
             .module = "keras.layers",
             .fields = fields,
             .args_size = sizeof(struct input_layer_args),
             .defaults = &defaults},
    .keywords = offsetof(struct input_layer_args, keywords),
    .automatic_name = "input",
    .call = call,
};

static cn_status make_args(const cn_input_args *from, struct input_layer_args *args,
                           cn_dtype *dtype)
{
    const char *who = from->name == NULL ? "cn_input" : from->name;
    cn_shape shape = cn_shape_of_dims(from->shape);
    CN_TRY(cn_policy_by_name(who, from->dtype, dtype));
    for (int64_t i = 0; i < shape.rank; i++)
        CN_CHECK(shape.dim[i] > 0 || shape.dim[i] == CN_NONE,
                 "%s: shape has the dimension %" PRId64, who, shape.dim[i]);
    CN_CHECK(from->batch_size > 0 || from->batch_size == CN_NONE, "%s: batch_size is %" PRId64, who,
             from->batch_size);
    *args = (struct input_layer_args){.dtype_name = from->dtype,
                                      .keywords = {.name = from->name, .trainable = true}};
    return cn_shape_with_batch(shape, from->batch_size, &args->batch_shape);
}

static cn_status draw_input(cn_layer *layer, cn_dtype dtype, cn_tensor **tensor)
{
    const struct input_layer_args *args = layer->args;
    cn_arena *arena = cn_session_arena(layer->session);
    cn_node *node = cn_arena_allocate(arena, sizeof *node);
    CN_CHECK_MEMORY(node);
    *tensor = cn_arena_allocate(arena, sizeof **tensor);
    CN_CHECK_MEMORY(*tensor);
    **tensor = (cn_tensor){.kind = CN_KIND_TENSOR,
                           .dtype = cn_dtype_computed(dtype),
                           .dtype_name = args->dtype_name,
                           .shape = args->batch_shape,
                           .session = layer->session,
                           .node = node,
                           .value = CN_NO_VALUE,
                           .mask = CN_NO_VALUE};
    *node = (cn_node){.layer = layer, .n_outputs = 1};
    node->outputs = cn_arena_copy(arena, tensor, sizeof(cn_tensor *));
    CN_CHECK_MEMORY(node->outputs);
    CN_TRY(cn_grow(&layer->nodes, &layer->nodes_capacity, 1, sizeof(cn_node *)));
    layer->nodes[layer->n_nodes++] = node;
    layer->built = true;
    return CN_OK;
}

cn_tensor *cn_input_with(const cn_input_args *from)
{
    struct input_layer_args args;
    cn_dtype dtype;
    cn_tensor *tensor = NULL;
    if (make_args(from, &args, &dtype) != CN_OK)
        return NULL;
    cn_layer *layer = cn_layer_make(&cn_input_layer_class, &args);
    if (layer == NULL || draw_input(layer, dtype, &tensor) != CN_OK)
        return NULL;
    return tensor;
}
