/* TimeDistributed: a layer for each step of a sequence. */
#include <inttypes.h>

#include "layers/layers.h"
#include "cornu/recurrent.h"

static const cn_time_distributed_args defaults = {CN_TIME_DISTRIBUTED_DEFAULTS};

static const cn_field fields[] = {
    CN_LAYER_FIELDS(cn_time_distributed_args),
    CN_LAYER_FIELD(cn_time_distributed_args, layer),
    CN_END_FIELDS,
};

static cn_status prepare(cn_layer *layer)
{
    cn_layer *inner = ((const cn_time_distributed_args *)layer->args)->layer;
    CN_TRY(cn_layer_check(inner, "layer"));
    return cn_layer_add_inner(layer, inner);
}

static cn_status check_inputs(const cn_layer *layer, const cn_type *inputs, int64_t n)
{
    (void)n;
    const cn_shape *shape = &inputs[0].shape;
    CN_CHECK(shape->rank >= 3, "%s: takes inputs of rank >= 3, (N, T, ...), got shape %s",
             layer->name, cn_shape_str(shape));
    CN_CHECK(shape->dim[1] != 0, "%s: got a sequence without steps, shape %s", layer->name,
             cn_shape_str(shape));
    return CN_OK;
}

static cn_status build(cn_layer *layer, const cn_type *inputs, int64_t n)
{
    (void)n;
    cn_type step = inputs[0];
    step.shape.rank--;
    for (int64_t i = 1; i < step.shape.rank; i++)
        step.shape.dim[i] = inputs[0].shape.dim[i + 1];
    return cn_layer_ready(layer->inner[0], &step, 1);
}

/* ---- all steps as one batch ------------------------------------------------------------------ */

/* [N, T, ...] -> [N T, ...] */
static cn_value fold(cn_program *p, cn_value x)
{
    if (x == CN_NO_VALUE)
        return x;
    const cn_shape *shape = cn_shape_of(p, x);
    cn_shape folded = {.rank = shape->rank - 1};
    folded.dim[0] = shape->dim[0] * shape->dim[1];
    for (int64_t i = 1; i < folded.rank; i++)
        folded.dim[i] = shape->dim[i + 1];
    return cn_emit_reshape(p, x, folded);
}

/* [N T, ...] -> [N, T, ...], as in x. */
static cn_value unfold(cn_program *p, cn_value y, cn_value x)
{
    if (y == CN_NO_VALUE)
        return y;
    const cn_shape *shape = cn_shape_of(p, y), *before = cn_shape_of(p, x);
    cn_shape unfolded = {.rank = shape->rank + 1, .dim = {before->dim[0], before->dim[1]}};
    for (int64_t i = 1; i < shape->rank; i++)
        unfolded.dim[i + 1] = shape->dim[i];
    return cn_emit_reshape(p, y, unfolded);
}

static cn_status call_inner(cn_call_frame *frame, cn_value x, cn_value mask, cn_value *y)
{
    cn_layer *inner = frame->layer->inner[0];
    cn_call_frame *own = cn_arena_allocate(frame->trace->memory, sizeof *own);
    CN_CHECK_MEMORY(own);
    CN_TRY(cn_trace_layer(frame->trace, inner, NULL, &x, &mask, 1, own));
    CN_CHECK(own->n_outputs == 1, "%s: the layer inside must have one output, %s has %d",
             frame->layer->name, inner->name, (int)own->n_outputs);
    *y = own->outputs[0];
    return CN_OK;
}

static cn_status call_folded(cn_call_frame *frame)
{
    cn_program *p = frame->program;
    cn_value x = frame->inputs[0], y = CN_NO_VALUE;
    CN_TRY(call_inner(frame, fold(p, x), fold(p, frame->masks[0]), &y));
    const cn_shape *given = cn_shape_of(p, x), *shape = cn_shape_of(p, y);
    CN_CHECK(shape->rank >= 1 && shape->rank < CN_MAX_RANK &&
                 shape->dim[0] == given->dim[0] * given->dim[1],
             "%s: the layer inside must keep the batch axis", frame->layer->name);
    frame->outputs[0] = unfold(p, y, x);
    return p->status;
}

/* ---- step by step ---------------------------------------------------------------------------- */

static cn_value step_of(cn_program *p, cn_value x, int64_t t)
{
    return x == CN_NO_VALUE ? x : cn_emit_squeeze(p, cn_emit_slice_axis(p, x, 1, t, 1), 1);
}

static cn_status call_steps(cn_call_frame *frame)
{
    cn_program *p = frame->program;
    const int64_t steps = cn_shape_of(p, frame->inputs[0])->dim[1];
    cn_value *outputs = cn_arena_allocate(frame->trace->memory, (size_t)steps * sizeof *outputs);
    CN_CHECK_MEMORY(outputs);
    for (int64_t t = 0; t < steps; t++) {
        cn_value x = step_of(p, frame->inputs[0], t), mask = step_of(p, frame->masks[0], t);
        CN_TRY(p->status);
        CN_TRY(call_inner(frame, x, mask, &outputs[t]));
        outputs[t] = cn_emit_expand_dims(p, outputs[t], 1);
    }
    frame->outputs[0] = cn_emit_concatenate(p, outputs, steps, 1);
    return p->status;
}

static cn_status look_for_mixing(void *context, cn_layer *layer)
{
    *(bool *)context |= layer->class->mixes_samples;
    return CN_OK;
}

static cn_status call(cn_call_frame *frame)
{
    const cn_shape *shape = cn_shape_of(frame->program, frame->inputs[0]);
    bool mixes = false;
    if (frame->masks[0] != CN_NO_VALUE) {
        const cn_shape *mask = cn_shape_of(frame->program, frame->masks[0]);
        CN_CHECK(mask->rank >= 2 && mask->dim[0] == shape->dim[0] && mask->dim[1] == shape->dim[1],
                 "%s: needs a mask of shape (%" PRId64 ", %" PRId64 ", ...), got %s",
                 frame->layer->name, shape->dim[0], shape->dim[1], cn_shape_str(mask));
    }
    CN_TRY(cn_layer_visit(frame->layer->inner[0], look_for_mixing, &mixes));
    return mixes ? call_steps(frame) : call_folded(frame);
}

static const cn_layer_part parts[] = {{NULL, "layer", false}, {NULL, NULL, false}};

const cn_layer_class cn_time_distributed_layer_class = {
    CN_LAYER_CLASS("TimeDistributed", cn_time_distributed_args, fields, defaults),
    CN_ONE_INPUT,
    .passes_mask = true,
    .prepare = prepare,
    .parts = parts,
    .check_inputs = check_inputs,
    .build = build,
    .call = call,
};

cn_layer *cn_time_distributed_with(const cn_time_distributed_args *args)
{
    return cn_layer_make(&cn_time_distributed_layer_class, args);
}
