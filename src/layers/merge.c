/* Merging tensors place by place. Ranks are made equal by axes of size 1 behind the batch axis,
 * then shapes broadcast. */
#include "layers/merge.h"

#include <string.h>

/* A shape with axes of size 1 behind the batch axis, so that it has the wanted rank. */
static cn_shape widen(cn_shape shape, int64_t rank)
{
    const int64_t extra = rank - shape.rank;
    if (extra <= 0 || shape.rank == 0)
        return shape;
    memmove(&shape.dim[1 + extra], &shape.dim[1], (size_t)(shape.rank - 1) * sizeof shape.dim[0]);
    for (int64_t i = 1; i <= extra; i++)
        shape.dim[i] = 1;
    shape.rank = rank;
    return shape;
}

static int64_t highest_rank(const cn_type *inputs, int64_t n)
{
    int64_t rank = 0;
    for (int64_t i = 0; i < n; i++)
        if (inputs[i].shape.rank > rank)
            rank = inputs[i].shape.rank;
    return rank;
}

/* Keras's rule: an unknown dimension meets any and stays unknown. false if two do not fit. */
static bool meet(int64_t a, int64_t b, int64_t *result)
{
    *result = a == CN_NONE || b == CN_NONE ? CN_NONE : a == 1 ? b : a;
    return a == CN_NONE || b == CN_NONE || a == 1 || b == 1 || a == b;
}

/* The shape of what comes out; false if the i-th input does not fit those before. Batches must be
 * equal. */
static bool merge_shapes(const cn_type *inputs, int64_t n, cn_shape *merged, int64_t *i)
{
    const int64_t rank = highest_rank(inputs, n);
    *merged = widen(inputs[0].shape, rank);
    for (*i = 1; *i < n; ++*i) {
        const cn_shape next = widen(inputs[*i].shape, rank);
        const int64_t batch = merged->dim[0];
        for (int64_t k = 0; k < rank; k++)
            if (!meet(merged->dim[k], next.dim[k], &merged->dim[k]))
                return false;
        if (batch != CN_NONE && next.dim[0] != CN_NONE && batch != next.dim[0])
            return false;
    }
    return true;
}

cn_status cn_merge_check_inputs(const cn_layer *layer, const cn_type *inputs, int64_t n)
{
    cn_shape merged;
    int64_t i;
    for (i = 0; i < n; i++)
        CN_CHECK(inputs[i].shape.rank > 0, "%s: input %d has no batch axis", layer->name, (int)i);
    if (!merge_shapes(inputs, n, &merged, &i))
        return cn_fail(CN_INVALID, "%s: shapes %s and %s do not broadcast", layer->name,
                       cn_shape_str(i == 1 ? &inputs[0].shape : &merged),
                       cn_shape_str(&inputs[i].shape));
    return CN_OK;
}

/* The data type is found by tracing with one element in each input. */
cn_status cn_merge_infer(const cn_layer *layer, const cn_type *inputs, int64_t n, cn_type *outputs,
                         int64_t *n_outputs)
{
    cn_type ones[CN_MOST_TENSORS];
    int64_t i;
    for (i = 0; i < n; i++) {
        ones[i] = inputs[i];
        for (int64_t k = 0; k < ones[i].shape.rank; k++)
            ones[i].shape.dim[k] = 1;
    }
    CN_TRY(cn_layer_infer_traced((cn_layer *)(uintptr_t)layer, NULL, ones, n, outputs, n_outputs));
    (void)merge_shapes(inputs, n, &outputs[0].shape, &i);
    return CN_OK;
}

/* Masks are combined by "or"; there is none as soon as one input has none. */
static cn_value merge_masks(cn_call_frame *frame)
{
    cn_value merged = frame->masks[0];
    for (int64_t i = 1; i < frame->n_inputs; i++)
        merged = merged == CN_NO_VALUE || frame->masks[i] == CN_NO_VALUE
                     ? CN_NO_VALUE
                     : cn_emit_logical_or(frame->program, merged, frame->masks[i]);
    return merged;
}

static cn_value widened_input(cn_call_frame *frame, int64_t i, int64_t rank)
{
    return cn_emit_reshape(frame->program, frame->inputs[i],
                           widen(*cn_shape_of(frame->program, frame->inputs[i]), rank));
}

cn_status cn_merge_call(cn_call_frame *frame, cn_merge *merge)
{
    int64_t rank = 0;
    for (int64_t i = 0; i < frame->n_inputs; i++)
        if (cn_shape_of(frame->program, frame->inputs[i])->rank > rank)
            rank = cn_shape_of(frame->program, frame->inputs[i])->rank;
    cn_value merged = widened_input(frame, 0, rank);
    for (int64_t i = 1; i < frame->n_inputs; i++)
        merged = merge(frame->program, merged, widened_input(frame, i, rank));
    frame->outputs[0] = merged;
    frame->output_masks[0] = merge_masks(frame);
    return frame->program->status;
}
