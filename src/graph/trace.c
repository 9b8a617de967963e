/* Tracing: from the graph down to a program, with the concrete shapes of one batch. */
#include "graph/graph.h"

#include "ops/emit.h"
#include "regularizers/regularizers.h"

cn_value cn_call_weight(const cn_call_frame *call, int64_t index)
{
    return cn_program_read(call->program, &call->layer->weights[index]->variable);
}

cn_status cn_trace_add_loss(cn_trace *trace, cn_value loss)
{
    CN_TRY(trace->program->status);
    CN_TRY(cn_grow(&trace->losses, &trace->losses_capacity, trace->n_losses + 1,
                   sizeof *trace->losses));
    trace->losses[trace->n_losses++] = loss;
    return CN_OK;
}

/* Keras divides the penalty on an output by the batch size. */
cn_status cn_trace_regularize(cn_trace *trace, const char *identifier, cn_value output)
{
    if (identifier == NULL)
        return CN_OK;
    cn_value penalty = cn_emit_regularizer(trace->program, identifier, output);
    CN_TRY(trace->program->status);
    if (penalty == CN_NO_VALUE)
        return CN_OK;
    const double batch = (double)cn_shape_of(trace->program, output)->dim[0];
    return cn_trace_add_loss(trace, cn_emit_multiply_scalar(trace->program, penalty, 1 / batch));
}

static cn_status regularize_activity(cn_trace *trace, const cn_call_frame *call)
{
    const cn_layer *layer = call->layer;
    if (layer->class->activity_regularizer == 0)
        return CN_OK;
    const char *identifier =
        *(const char *const *)(const void *)((const char *)layer->args +
                                             layer->class->activity_regularizer);
    for (int64_t i = 0; i < call->n_outputs; i++)
        CN_TRY(cn_trace_regularize(trace, identifier, call->outputs[i]));
    return CN_OK;
}

/* What was said beside the inputs, which stands behind them in values. */
static cn_status take_options(cn_call_frame *call, const cn_call_options *options,
                              const cn_value *values)
{
    cn_program *p = call->program;
    const size_t n = (size_t)call->n_inputs;
    cn_value *masks = cn_arena_copy(call->trace->memory, call->masks, n * sizeof *masks);
    CN_CHECK_MEMORY(masks);
    for (size_t i = 0; i < n; i++)
        if (options->mask_of[i] != 0)
            masks[i] = cn_emit_cast(p, values[options->mask_of[i]], CN_BOOL);
    call->masks = masks;
    if (options->attention_mask != 0)
        call->attention_mask = cn_emit_cast(p, values[options->attention_mask], CN_BOOL);
    call->use_causal_mask = options->use_causal_mask;
    call->reverse = options->reverse;
    call->return_attention_scores = options->return_attention_scores;
    call->absent = options->absent;
    if (options->training != CN_NONE)
        call->training = options->training != 0;
    return p->status;
}

static cn_status run_call(cn_trace *trace, cn_call_frame *call)
{
    const bool training = trace->training; /* counts for the layers inside too */
    trace->training = call->training;
    cn_status status = call->layer->class->call(call);
    trace->training = training;
    return status;
}

cn_status cn_trace_layer(cn_trace *trace, cn_layer *layer, const cn_call_options *options,
                         const cn_value *values, const cn_value *masks, int64_t n,
                         cn_call_frame *call)
{
    CN_TRY(trace->program->status); /* a layer may rely on its inputs being there */
    *call = (cn_call_frame){.trace = trace,
                            .layer = layer,
                            .program = trace->program,
                            .training = trace->training,
                            .inputs = values,
                            .masks = masks != NULL ? masks : call->output_masks,
                            .n_inputs = cn_count_inputs(options, n),
                            .attention_mask = CN_NO_VALUE,
                            .n_outputs = 1};
    for (int64_t i = 0; i < CN_MOST_TENSORS; i++)
        call->outputs[i] = call->output_masks[i] =
            CN_NO_VALUE; /* which also serve as the masks of inputs without */
    if (options != NULL)
        CN_TRY(take_options(call, options, values));
    if (layer->class->passes_mask && call->n_inputs == 1)
        call->output_masks[0] = call->masks[0];
    CN_TRY(run_call(trace, call));
    CN_TRY(trace->program->status);
    return regularize_activity(trace, call);
}

cn_tensor *cn_trace_tensor(cn_trace *trace, cn_value value, cn_value mask)
{
    if (value == CN_NO_VALUE)
        return NULL;
    cn_tensor *tensor = cn_arena_allocate(trace->memory, sizeof *tensor);
    if (tensor == NULL)
        return NULL;
    const cn_type *type = cn_type_of(trace->program, value);
    *tensor = (cn_tensor){.kind = CN_KIND_TENSOR,
                          .dtype = type->dtype,
                          .dtype_name = cn_dtype_name(type->dtype),
                          .shape = type->shape,
                          .session = cn_session_current(),
                          .trace = trace,
                          .value = value,
                          .mask = mask};
    return tensor;
}

/* ---- models ---------------------------------------------------------------------------------- */

/* Which value each tensor of the model has in this trace: a hash table by address. */
struct binding {
    const cn_tensor *tensor;
    cn_value value, mask;
};

struct bindings {
    struct binding *places;
    size_t mask;
};

static cn_status make_bindings(struct bindings *bindings, const cn_graph *graph, cn_arena *memory)
{
    size_t wanted = (size_t)graph->n_inputs;
    for (int64_t i = 0; i < graph->n_nodes; i++)
        wanted += (size_t)graph->nodes[i]->n_outputs;
    bindings->mask = 15;
    while (bindings->mask < 2 * wanted)
        bindings->mask = bindings->mask * 2 + 1;
    bindings->places = cn_arena_allocate(memory, (bindings->mask + 1) * sizeof *bindings->places);
    CN_CHECK_MEMORY(bindings->places);
    return CN_OK;
}

static struct binding *place_of(const struct bindings *bindings, const cn_tensor *tensor)
{
    size_t at = ((uintptr_t)tensor >> 4) * 0x9E3779B97F4A7C15u >> 20 & bindings->mask;
    while (bindings->places[at].tensor != NULL && bindings->places[at].tensor != tensor)
        at = (at + 1) & bindings->mask;
    return &bindings->places[at];
}

static void bind(const struct bindings *bindings, const cn_tensor *tensor, cn_value value,
                 cn_value mask)
{
    *place_of(bindings, tensor) = (struct binding){tensor, value, mask};
}

static cn_status trace_node(cn_trace *trace, const struct bindings *bindings, const cn_node *node)
{
    const size_t n = (size_t)node->n_inputs;
    cn_value *values = cn_arena_allocate(trace->memory, 2 * n * sizeof *values),
             *masks = values + n;
    CN_CHECK_MEMORY(values);
    for (size_t i = 0; i < n; i++) {
        const cn_tensor *input = node->inputs[i];
        struct binding constant = {input, CN_NO_VALUE, CN_NO_VALUE};
        if (input->is_constant)
            constant.value = cn_emit_constant(trace->program, input);
        const struct binding *found = input->is_constant ? &constant : place_of(bindings, input);
        values[i] = found->value;
        masks[i] = found->mask;
    }
    cn_call_frame *call = cn_arena_allocate(trace->memory, sizeof *call);
    CN_CHECK_MEMORY(call);
    cn_status status =
        cn_trace_layer(trace, node->layer, node->options, values, masks, node->n_inputs, call);
    if (status != CN_OK &&
        node->layer->graph == NULL) /* a model's message names the layer inside */
        cn_fail_in("%s", node->layer->name);
    CN_TRY(status);
    for (int64_t i = 0; i < node->n_outputs; i++)
        bind(bindings, node->outputs[i], call->outputs[i], call->output_masks[i]);
    return CN_OK;
}

static bool is_input(const cn_graph *graph, const cn_node *node)
{
    for (int64_t i = 0; i < graph->n_inputs; i++)
        if (graph->inputs[i]->node == node)
            return true;
    return false;
}

/* ---- what only a batch can say --------------------------------------------------------------- */

cn_status cn_trace_measured(cn_trace *trace, int64_t *steps)
{
    if (trace->measured == NULL)
        return cn_fail(CN_INVALID, "how many words texts have is not known here");
    *steps = trace->measured[trace->n_measured++];
    return CN_OK;
}

struct measured_list {
    cn_measured_call *calls;
    int64_t n;
};

/* inputs: the numbers of the outer model's inputs that this one is called on. */
static cn_status list_measured(const cn_graph *graph, const int64_t *inputs,
                               struct measured_list *list)
{
    for (int64_t i = 0; i < graph->n_nodes; i++) {
        const cn_node *node = graph->nodes[i];
        int64_t given[CN_MOST_TENSORS];
        for (int64_t k = 0; k < node->n_inputs; k++) {
            given[k] = -1;
            for (int64_t j = 0; j < graph->n_inputs; j++)
                if (graph->inputs[j] == node->inputs[k])
                    given[k] = inputs[j];
        }
        if (is_input(graph, node))
            continue;
        if (node->layer->graph != NULL)
            CN_TRY(list_measured(node->layer->graph, given, list));
        if (node->layer->class->measure == NULL)
            continue;
        CN_CHECK(list->n < CN_MOST_TENSORS, "at most %d texts become words in one model",
                 CN_MOST_TENSORS);
        list->calls[list->n++] = (cn_measured_call){node->layer, given[0]};
    }
    return CN_OK;
}

cn_status cn_list_measured(const cn_model *model, cn_measured_call calls[CN_MOST_TENSORS],
                           int64_t *n)
{
    int64_t inputs[CN_MOST_TENSORS];
    struct measured_list list = {.calls = calls};
    for (int64_t i = 0; i < CN_MOST_TENSORS; i++)
        inputs[i] = i;
    CN_TRY(list_measured(model->graph, inputs, &list));
    *n = list.n;
    return CN_OK;
}

cn_status cn_trace_model(cn_trace *trace, cn_model *model, const cn_value *inputs,
                         const cn_value *masks, cn_value *outputs, cn_value *output_masks)
{
    const cn_graph *graph = model->graph;
    struct bindings bindings;
    CN_TRY(make_bindings(&bindings, graph, trace->memory));
    for (int64_t i = 0; i < graph->n_inputs; i++)
        bind(&bindings, graph->inputs[i], inputs[i], masks == NULL ? CN_NO_VALUE : masks[i]);
    for (int64_t i = 0; i < graph->n_nodes; i++)
        if (!is_input(graph, graph->nodes[i]))
            CN_TRY(trace_node(trace, &bindings, graph->nodes[i]));
    for (int64_t i = 0; i < graph->n_outputs; i++) {
        const struct binding *found = place_of(&bindings, graph->outputs[i]);
        outputs[i] = found->value;
        if (output_masks != NULL)
            output_masks[i] = found->mask;
    }
    return trace->program->status;
}
