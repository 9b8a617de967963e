/* Multiply: y = a * b * ... Where an input is masked, it counts as 1; where all are, y = 0. */
#include "layers/merge.h"

/* Keras sees masks of inputs that all have one rank: others are reshaped, and lose theirs. */
static bool sees_masks(const cn_call_frame *frame)
{
    const cn_program *p = frame->program;
    const int64_t rank = cn_shape_of(p, frame->inputs[0])->rank;
    bool any = false;
    for (int64_t i = 0; i < frame->n_inputs; i++) {
        const cn_value mask = frame->masks[i];
        any |= mask != CN_NO_VALUE;
        if (cn_shape_of(p, frame->inputs[i])->rank != rank ||
            (mask != CN_NO_VALUE && cn_shape_of(p, mask)->rank != rank - 1))
            return false;
    }
    return any;
}

/* x[N, ..., F] where mask[N, ...] is true. */
static cn_value shown(cn_program *p, cn_value mask, cn_value x, cn_value otherwise)
{
    return cn_emit_where(p, cn_emit_expand_dims(p, mask, -1), x, otherwise);
}

static cn_status multiply_shown(cn_call_frame *frame)
{
    cn_program *p = frame->program;
    cn_value *inputs = cn_arena_copy(frame->trace->memory, frame->inputs,
                                     (size_t)frame->n_inputs * sizeof *inputs);
    CN_CHECK_MEMORY(inputs);
    for (int64_t i = 0; i < frame->n_inputs; i++)
        if (frame->masks[i] != CN_NO_VALUE)
            inputs[i] = shown(p, frame->masks[i], inputs[i], cn_emit_ones_like(p, inputs[i]));
    frame->inputs = inputs;
    CN_TRY(cn_merge_call(frame, cn_emit_multiply));
    const cn_value y = frame->outputs[0], mask = frame->output_masks[0];
    if (mask != CN_NO_VALUE)
        frame->outputs[0] = shown(p, mask, y, cn_emit_zeros_like(p, y));
    return p->status;
}

static cn_status call(cn_call_frame *frame)
{
    return sees_masks(frame) ? multiply_shown(frame) : cn_merge_call(frame, cn_emit_multiply);
}

const cn_layer_class cn_multiply_layer_class = {CN_MERGE_LAYER_CLASS("Multiply", CN_MOST_TENSORS),
                                                .call = call};

cn_layer *cn_multiply_with(const cn_layer_args *args)
{
    return cn_layer_make(&cn_multiply_layer_class, args);
}
