/* Calling layers on tensors: a node in the graph, or ops in a program that is being traced. */
#include <stdio.h>
#include <string.h>

#include "graph/graph.h"

/* "(None, 64) and (None, 32)", for messages. */
static const char *types_text(const cn_type *types, int64_t n, char *text, size_t size)
{
    size_t at = 0;
    text[0] = '\0';
    for (int64_t i = 0; i < n && at < size; i++) {
        int written = snprintf(text + at, size - at, "%s%s",
                               i == 0       ? ""
                               : i + 1 == n ? " and "
                                            : ", ",
                               cn_shape_str(&types[i].shape));
        at += written < 0 ? 0 : (size_t)written;
    }
    return text;
}

static cn_status check_call(const cn_layer *layer, const cn_type *types, int64_t n)
{
    const cn_layer_class *class = layer->class;
    if (class->min_inputs == class->max_inputs)
        CN_CHECK(n == class->min_inputs, "%s: takes %d input%s, got %d", layer->name,
                 (int)class->min_inputs, class->min_inputs == 1 ? "" : "s", (int)n);
    CN_CHECK(n >= class->min_inputs, "%s: takes at least %d inputs, got %d", layer->name,
             (int)class->min_inputs, (int)n);
    CN_CHECK(n <= class->max_inputs, "%s: takes at most %d inputs, got %d", layer->name,
             (int)class->max_inputs, (int)n);
    for (int64_t i = 0; i < n && !class->takes_strings; i++)
        CN_CHECK(types[i].dtype != CN_STRING,
                 "%s: takes numbers, got strings; StringLookup, TextVectorization or Hashing make "
                 "numbers of them",
                 layer->name);
    return class->check_inputs == NULL ? CN_OK : class->check_inputs(layer, types, n);
}

cn_status cn_layer_ready(cn_layer *layer, const cn_type *inputs, int64_t n)
{
    if (layer->graph != NULL && layer->graph->sequential)
        CN_TRY(cn_sequential_build(layer, inputs));
    CN_TRY(check_call(layer, inputs, n));
    return cn_layer_build(layer, inputs, n);
}

/* ---- drawn ----------------------------------------------------------------------------------- */

static cn_tensor *draw_tensor(cn_node *node, int64_t index, const cn_type *type)
{
    cn_tensor *tensor = cn_arena_allocate(cn_session_arena(node->layer->session), sizeof *tensor);
    if (tensor == NULL)
        return NULL;
    *tensor = (cn_tensor){.kind = CN_KIND_TENSOR,
                          .dtype = type->dtype,
                          .dtype_name = cn_dtype_name(type->dtype),
                          .shape = type->shape,
                          .session = node->layer->session,
                          .node = node,
                          .index = index,
                          .value = CN_NO_VALUE,
                          .mask = CN_NO_VALUE};
    return tensor;
}

static cn_status add_node(cn_layer *layer, const cn_call_options *options, cn_tensor *const *inputs,
                          int64_t n, const cn_type *types, int64_t n_outputs, cn_node **added)
{
    cn_arena *arena = cn_session_arena(layer->session);
    cn_node *node = cn_arena_allocate(arena, sizeof *node);
    CN_CHECK_MEMORY(node);
    *node =
        (cn_node){.layer = layer, .index = layer->n_nodes, .n_inputs = n, .n_outputs = n_outputs};
    node->inputs = cn_arena_copy(arena, inputs, (size_t)n * sizeof(cn_tensor *));
    CN_CHECK_MEMORY(node->inputs);
    if (options != NULL) {
        node->options = cn_arena_copy(arena, options, sizeof *options);
        CN_CHECK_MEMORY(node->options);
    }
    node->outputs = cn_arena_allocate(arena, (size_t)n_outputs * sizeof(cn_tensor *));
    CN_CHECK_MEMORY(node->outputs);
    for (int64_t i = 0; i < n_outputs; i++) {
        node->outputs[i] = draw_tensor(node, i, &types[i]);
        CN_CHECK_MEMORY(node->outputs[i]);
    }
    CN_TRY(cn_grow(&layer->nodes, &layer->nodes_capacity, layer->n_nodes + 1, sizeof(cn_node *)));
    layer->nodes[layer->n_nodes++] = node;
    *added = node;
    return CN_OK;
}

static cn_status draw(cn_layer *layer, const cn_call_options *options, cn_tensor *const *inputs,
                      const cn_type *types, int64_t n, cn_tensor **outputs, int64_t *n_outputs)
{
    const int64_t n_inputs = cn_count_inputs(options, n);
    CN_TRY(cn_layer_ready(layer, types, n_inputs));
    cn_type inferred[CN_MOST_TENSORS];
    bool failed_before = cn_failed();
    cn_status status = cn_layer_infer(layer, options, types, n, inferred, n_outputs);
    if (status != CN_OK && !failed_before) {
        char text[512];
        cn_fail_in("%s: cannot be called on %s", layer->name,
                   types_text(types, n_inputs, text, sizeof text));
    }
    CN_TRY(status);
    cn_node *node = NULL;
    CN_TRY(add_node(layer, options, inputs, n, inferred, *n_outputs, &node));
    memcpy(outputs, node->outputs, (size_t)*n_outputs * sizeof(cn_tensor *));
    return CN_OK;
}

/* ---- traced ---------------------------------------------------------------------------------- */

static cn_status emit(cn_trace *trace, cn_layer *layer, const cn_call_options *options,
                      cn_tensor *const *inputs, const cn_type *types, int64_t n,
                      cn_tensor **outputs, int64_t *n_outputs)
{
    const int64_t n_inputs = cn_count_inputs(options, n);
    CN_TRY(cn_layer_ready(layer, types, n_inputs));
    cn_value *values = cn_arena_allocate(trace->memory, (size_t)n * sizeof *values);
    cn_value *masks = cn_arena_allocate(trace->memory, (size_t)n * sizeof *masks);
    cn_call_frame *call = cn_arena_allocate(trace->memory, sizeof *call);
    if (values == NULL || masks == NULL || call == NULL)
        return CN_OUT_OF_MEMORY;
    for (int64_t i = 0; i < n; i++) {
        values[i] = inputs[i]->value;
        masks[i] = inputs[i]->mask;
    }
    CN_TRY(cn_trace_layer(trace, layer, options, values, masks, n, call));
    *n_outputs = call->n_outputs;
    for (int64_t i = 0; i < call->n_outputs; i++) {
        outputs[i] = cn_trace_tensor(trace, call->outputs[i], call->output_masks[i]);
        CN_CHECK_MEMORY(outputs[i]);
    }
    return CN_OK;
}

/* ---- both ------------------------------------------------------------------------------------ */

static cn_status check_inputs(const cn_layer *layer, cn_tensor *const *inputs, int64_t n,
                              cn_type *types)
{
    for (int64_t i = 0; i < n; i++) {
        const cn_tensor *input = inputs[i];
        CN_CHECK(input != NULL, "%s: input %d is NULL", layer->name, (int)i);
        CN_CHECK(input->kind == CN_KIND_TENSOR, "%s: input %d is %s, not a tensor", layer->name,
                 (int)i, cn_kind_name(input));
        CN_CHECK(input->session == layer->session || input->trace != NULL,
                 "%s: input %d was drawn in another session", layer->name, (int)i);
        types[i] = (cn_type){input->dtype, input->shape};
    }
    return CN_OK;
}

cn_status cn_layer_apply(cn_layer *layer, const cn_call_options *options, cn_tensor *const *inputs,
                         int64_t n, cn_tensor **outputs, int64_t *n_outputs)
{
    CN_CHECK(n <= CN_MOST_TENSORS, "%s: takes at most %d inputs, got %d", layer->name,
             CN_MOST_TENSORS, (int)n);
    cn_type types[CN_MOST_TENSORS];
    CN_TRY(check_inputs(layer, inputs, n, types));
    for (int64_t i = 0; i < n; i++)
        if (inputs[i]->trace != NULL)
            return emit(inputs[i]->trace, layer, options, inputs, types, n, outputs, n_outputs);
    return draw(layer, options, inputs, types, n, outputs, n_outputs);
}

/* A list ended by CN_END as tensors; a NULL in it (something that could not be drawn) gives
 * CN_INVALID. */
static cn_status list_tensors(const void *const *list, cn_tensor **tensors, int64_t *n)
{
    for (*n = 0; list[*n] != CN_END; ++*n) {
        CN_CHECK(*n < CN_MOST_TENSORS, "cn_call: at most %d inputs", CN_MOST_TENSORS);
        tensors[*n] = (cn_tensor *)(uintptr_t)list[*n];
        CN_CHECK(tensors[*n] != NULL, "cn_call: input %d is NULL", (int)*n);
    }
    return CN_OK;
}

/* ---- what a call may say beside its inputs --------------------------------------------------- */

/* A call's tensors, in the order of cn_call_options. */
struct call_list {
    cn_tensor *tensors[CN_MOST_TENSORS];
    int64_t n;
    cn_call_options options;
};

static cn_status add_tensor(struct call_list *list, const cn_layer *layer, const char *what,
                            const void *tensor)
{
    CN_CHECK(tensor != NULL, "%s: %s is NULL", layer->name, what);
    CN_CHECK(list->n < CN_MOST_TENSORS, "%s: takes at most %d tensors", layer->name,
             CN_MOST_TENSORS);
    list->tensors[list->n++] = (cn_tensor *)(uintptr_t)tensor;
    return CN_OK;
}

/* One tensor or a list of them; nothing at all is an empty list. */
static cn_status add_tensors(struct call_list *list, const cn_layer *layer, const char *what,
                             const cn_items *items)
{
    CN_CHECK(items->dict == NULL, "%s: %s must be a tensor or a list, not a dictionary",
             layer->name, what);
    if (items->one != NULL)
        return add_tensor(list, layer, what, items->one);
    for (int64_t i = 0; items->list != NULL && items->list[i] != CN_END; i++)
        CN_TRY(add_tensor(list, layer, what, items->list[i]));
    return CN_OK;
}

/* Masks: one for the first input, or a list with NULL for inputs that keep the mask they carry. */
static cn_status add_masks(struct call_list *list, const cn_layer *layer, const cn_call_args *args)
{
    const void *const one[2] = {args->mask, CN_END};
    const void *const *masks = args->mask != NULL ? one : args->masks.list;
    CN_CHECK(args->masks.dict == NULL && args->masks.one == NULL,
             "%s: masks must be a list of tensors", layer->name);
    CN_CHECK(args->mask == NULL || args->masks.list == NULL,
             "%s: got both mask and masks, needs one", layer->name);
    for (int64_t i = 0; masks != NULL && masks[i] != CN_END; i++) {
        CN_CHECK(i < list->options.n_inputs, "%s: has %d masks for %d inputs", layer->name,
                 (int)i + 1, (int)list->options.n_inputs);
        if (masks[i] == NULL)
            continue;
        list->options.mask_of[i] = (int8_t)list->n;
        CN_TRY(add_tensor(list, layer, "mask", masks[i]));
    }
    return CN_OK;
}

static cn_status check_options(const cn_call_args *args)
{
    const cn_layer *layer = args->layer;
    const int takes = layer->class->takes;
    const bool states = args->initial_state.one != NULL || args->initial_state.list != NULL ||
                        args->initial_state.dict != NULL;
    CN_CHECK(!states || (takes & CN_TAKES_STATES) != 0, "%s: takes no initial_state", layer->name);
    CN_CHECK((args->attention_mask == NULL && !args->use_causal_mask &&
              !args->return_attention_scores) ||
                 (takes & CN_TAKES_ATTENTION) != 0,
             "%s: takes no attention_mask, use_causal_mask or return_attention_scores",
             layer->name);
    CN_CHECK(!args->reverse || (takes & CN_TAKES_REVERSE) != 0, "%s: takes no reverse",
             layer->name);
    CN_CHECK(args->training >= CN_NONE && args->training <= 1,
             "%s: training must be 0, 1 or CN_NONE, got %d", layer->name, args->training);
    return CN_OK;
}

static cn_status list_call(const cn_call_args *args, struct call_list *list)
{
    const cn_layer *layer = args->layer;
    CN_TRY(cn_layer_check(layer, "cn_call_with"));
    CN_TRY(check_options(args));
    CN_TRY(add_tensors(list, layer, "an input", &args->inputs));
    CN_TRY(add_tensors(list, layer, "an initial state", &args->initial_state));
    list->options = (cn_call_options){.n_inputs = list->n,
                                      .training = args->training,
                                      .reverse = args->reverse,
                                      .use_causal_mask = args->use_causal_mask,
                                      .return_attention_scores = args->return_attention_scores};
    CN_TRY(add_masks(list, layer, args));
    if (args->attention_mask == NULL)
        return CN_OK;
    list->options.attention_mask = (int8_t)list->n;
    return add_tensor(list, layer, "attention_mask", args->attention_mask);
}

static const cn_tensor *const nothing[CN_MOST_TENSORS];

/* The outputs of a call, kept for the user. */
static cn_tensors call_all(cn_layer *layer, const cn_call_options *options,
                           cn_tensor *const *tensors, int64_t n)
{
    cn_tensors none = {0, (cn_tensor *const *)(uintptr_t)nothing};
    cn_tensor *outputs[CN_MOST_TENSORS];
    int64_t n_outputs = 0;
    if (cn_layer_apply(layer, options, tensors, n, outputs, &n_outputs) != CN_OK)
        return none;
    cn_tensor **kept = cn_arena_copy(cn_session_arena(layer->session), outputs,
                                     (size_t)n_outputs * sizeof *outputs);
    return kept == NULL ? none : (cn_tensors){n_outputs, kept};
}

cn_tensors cn_call_all_list(cn_layer *layer, const void *const *inputs)
{
    cn_tensor *tensors[CN_MOST_TENSORS];
    int64_t n = 0;
    if (cn_layer_check(layer, "cn_call") != CN_OK || list_tensors(inputs, tensors, &n) != CN_OK)
        return (cn_tensors){0, (cn_tensor *const *)(uintptr_t)nothing};
    return call_all(layer, NULL, tensors, n);
}

cn_tensors cn_call_with_args(const cn_call_args *args)
{
    struct call_list list = {.n = 0};
    if (list_call(args, &list) != CN_OK)
        return (cn_tensors){0, (cn_tensor *const *)(uintptr_t)nothing};
    return call_all(args->layer, &list.options, list.tensors, list.n);
}

cn_tensor *cn_call_list(cn_layer *layer, const void *const *inputs)
{
    cn_tensors all = cn_call_all_list(layer, inputs);
    if (all.count > 1) {
        (void)cn_fail(CN_INVALID, "%s: has %d outputs: call it with cn_call_all", layer->name,
                      (int)all.count);
        return NULL;
    }
    return all.at[0];
}

cn_tensor *cn_chain_list(cn_tensor *x, const void *const *layers)
{
    for (; *layers != CN_END; layers++)
        x = cn_call_list((cn_layer *)(uintptr_t)*layers, (const void *const[]){x, CN_END});
    return x;
}
