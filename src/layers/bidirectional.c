/* Bidirectional: a recurrent layer forwards and one backwards, their outputs merged. */
#include <string.h>

#include "layers/recurrent.h"

static const cn_bidirectional_args defaults = {CN_BIDIRECTIONAL_DEFAULTS};

static const cn_field fields[] = {
    CN_LAYER_FIELDS(cn_bidirectional_args),
    CN_LAYER_FIELD(cn_bidirectional_args, layer),
    CN_FIELD(cn_bidirectional_args, merge_mode, CN_FIELD_TEXT, CN_FIELD_OPTIONAL),
    CN_LAYER_FIELD(cn_bidirectional_args, backward_layer),
    CN_END_FIELDS,
};

static const char *const modes[] = {"concat", "sum", "mul", "ave", NULL};

static cn_status check(const void *own)
{
    const cn_bidirectional_args *args = own;
    for (int i = 0; args->merge_mode != NULL; i++) {
        CN_CHECK(modes[i] != NULL,
                 "merge_mode must be \"concat\", \"sum\", \"mul\", \"ave\" or NULL, got \"%s\"",
                 args->merge_mode);
        if (strcmp(modes[i], args->merge_mode) == 0)
            break;
    }
    return CN_OK;
}

/* ---- making ---------------------------------------------------------------------------------- */

static cn_recurrent_keywords *keywords(const cn_layer *layer)
{
    return cn_recurrent_of(layer)->keywords;
}

static cn_status check_recurrent(const char *argument, const cn_layer *layer)
{
    CN_TRY(cn_layer_check(layer, argument));
    CN_CHECK(cn_recurrent_of(layer) != NULL, "%s must be a recurrent layer, got %s", argument,
             layer->name);
    return CN_OK;
}

/* A copy called "forward_lstm_1"; a name that begins so already stays. */
static cn_status copy_layer(const cn_layer *layer, const char *prefix, cn_layer **copy)
{
    const size_t length = strlen(prefix);
    const char *rest = strncmp(layer->name, prefix, length) == 0 ? layer->name + length
                                                                 : layer->name;
    const char *name = cn_arena_format(cn_session_arena(layer->session), "%s%s", prefix, rest);
    CN_CHECK_MEMORY(name);
    return cn_layer_copy(layer, name, copy);
}

static cn_status check_pair(const cn_layer *forward, const cn_layer *backward)
{
    const cn_recurrent_keywords *a = keywords(forward), *b = keywords(backward);
    CN_CHECK(a->go_backwards != b->go_backwards,
             "layer and backward_layer must have different go_backwards, both have %s",
             a->go_backwards ? "true" : "false");
    CN_CHECK(a->stateful == b->stateful && a->return_sequences == b->return_sequences &&
                 a->return_state == b->return_state,
             "layer and backward_layer must have the same stateful, return_sequences and "
             "return_state");
    return CN_OK;
}

/* Where sequences are merged, what is masked in one direction must not add to the other. */
static cn_status add_direction(cn_layer *layer, cn_layer *direction)
{
    keywords(direction)->zero_output_for_mask = keywords(direction)->return_sequences;
    return cn_layer_add_inner(layer, direction);
}

static cn_status prepare(cn_layer *layer)
{
    cn_bidirectional_args *args = (cn_bidirectional_args *)(uintptr_t)layer->args;
    cn_layer *forward = NULL, *backward = args->backward_layer;
    CN_TRY(check_recurrent("layer", args->layer));
    CN_TRY(copy_layer(args->layer, "forward_", &forward));
    if (backward == NULL) {
        CN_TRY(copy_layer(args->layer, "backward_", &backward));
        keywords(backward)->go_backwards = true;
    }
    CN_TRY(check_recurrent("backward_layer", backward));
    CN_TRY(check_pair(forward, backward));
    args->layer = forward;
    args->backward_layer = backward;
    CN_TRY(add_direction(layer, forward));
    return add_direction(layer, backward);
}

/* ---- call ------------------------------------------------------------------------------------ */

/* The tensors of one direction: x, and its half of the initial states. */
static int64_t own_states(int64_t n, int direction, int64_t *first)
{
    const int64_t half = (n - 1) / 2;
    *first = 1 + direction * half;
    return half;
}

static cn_status check_inputs(const cn_layer *layer, const cn_type *inputs, int64_t n)
{
    CN_CHECK(n % 2 == 1, "%s: needs as many initial states forwards as backwards, got %d",
             layer->name, (int)n - 1);
    for (int i = 0; i < 2; i++) {
        cn_type types[CN_MOST_TENSORS] = {inputs[0]};
        int64_t first, half = own_states(n, i, &first);
        memcpy(types + 1, inputs + first, (size_t)half * sizeof *types);
        CN_TRY(cn_recurrent_check_inputs(layer->inner[i], types, 1 + half));
    }
    return CN_OK;
}

static cn_status build(cn_layer *layer, const cn_type *inputs, int64_t n)
{
    (void)n;
    CN_TRY(cn_layer_ready(layer->inner[0], inputs, 1));
    return cn_layer_ready(layer->inner[1], inputs, 1);
}

static cn_status run(cn_call_frame *frame, int direction, cn_call_frame *run)
{
    cn_value values[CN_MOST_TENSORS] = {frame->inputs[0]}, masks[CN_MOST_TENSORS];
    int64_t first, half = own_states(frame->n_inputs, direction, &first);
    memcpy(values + 1, frame->inputs + first, (size_t)half * sizeof *values);
    for (int64_t i = 0; i <= half; i++)
        masks[i] = i == 0 ? frame->masks[0] : CN_NO_VALUE;
    return cn_trace_layer(frame->trace, frame->layer->inner[direction], NULL, values, masks,
                          1 + half, run);
}

static cn_value merge(cn_program *p, const char *mode, cn_value a, cn_value b)
{
    if (strcmp(mode, "concat") == 0)
        return cn_emit_concatenate(p, (const cn_value[]){a, b}, 2, -1);
    if (strcmp(mode, "mul") == 0)
        return cn_emit_multiply(p, a, b);
    cn_value sum = cn_emit_add(p, a, b);
    return strcmp(mode, "ave") == 0 ? cn_emit_multiply_scalar(p, sum, 0.5) : sum;
}

/* Merged or both, with their masks; returns how many. */
static int64_t give_outputs(cn_call_frame *frame, cn_value forward, cn_value backward)
{
    const char *mode = ((const cn_bidirectional_args *)frame->layer->args)->merge_mode;
    const bool sequences = keywords(frame->layer->inner[0])->return_sequences;
    if (sequences)
        backward = cn_emit_flipped(frame->program, backward, 1);
    frame->outputs[0] = mode == NULL ? forward : merge(frame->program, mode, forward, backward);
    frame->outputs[1] = backward;
    const int64_t n = mode == NULL ? 2 : 1;
    for (int64_t i = 0; sequences && i < n; i++)
        frame->output_masks[i] = frame->masks[0];
    return n;
}

static cn_status call(cn_call_frame *frame)
{
    cn_call_frame *runs = cn_arena_allocate(frame->trace->memory, 2 * sizeof *runs);
    CN_CHECK_MEMORY(runs);
    for (int i = 0; i < 2; i++)
        CN_TRY(run(frame, i, &runs[i]));
    int64_t n = give_outputs(frame, runs[0].outputs[0], runs[1].outputs[0]);
    for (int i = 0; i < 2; i++) {
        const int64_t n_states = runs[i].n_outputs - 1;
        CN_CHECK(n + n_states <= CN_MOST_TENSORS, "%s: has more than %d outputs",
                 frame->layer->name, CN_MOST_TENSORS);
        memcpy(frame->outputs + n, runs[i].outputs + 1, (size_t)n_states * sizeof(cn_value));
        n += n_states;
    }
    frame->n_outputs = n;
    return frame->program->status;
}

static const cn_layer_part parts[] = {
    {NULL, "forward_layer", false}, {NULL, "backward_layer", false}, {NULL, NULL, false}};

const cn_layer_class cn_bidirectional_layer_class = {
    CN_LAYER_CLASS("Bidirectional", cn_bidirectional_args, fields, defaults),
    .base.check = check,
    .min_inputs = 1,
    .max_inputs = CN_MOST_TENSORS,
    .takes = CN_TAKES_STATES,
    .prepare = prepare,
    .parts = parts,
    .check_inputs = check_inputs,
    .build = build,
    .call = call,
};

cn_layer *cn_bidirectional_with(const cn_bidirectional_args *args)
{
    return cn_layer_make(&cn_bidirectional_layer_class, args);
}
