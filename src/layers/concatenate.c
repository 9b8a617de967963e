/* Concatenate: joins tensors along one axis; all other dimensions are equal. */
#include <inttypes.h>

#include "layers/layers.h"

static const cn_concatenate_args defaults = {CN_CONCATENATE_DEFAULTS};

static const cn_field fields[] = {
    CN_LAYER_FIELDS(cn_concatenate_args),
    CN_FIELD(cn_concatenate_args, axis, CN_FIELD_INT, 0),
    CN_END_FIELDS,
};

/* ---- shapes ---------------------------------------------------------------------------------- */

static cn_status check_pair(const cn_layer *layer, const cn_shape *first, const cn_shape *other,
                            int64_t axis)
{
    CN_CHECK(first->rank == other->rank, "%s: shapes %s and %s have different ranks", layer->name,
             cn_shape_str(first), cn_shape_str(other));
    for (int64_t i = 0; i < first->rank; i++)
        CN_CHECK(i == axis || first->dim[i] == other->dim[i] || first->dim[i] == CN_NONE ||
                     other->dim[i] == CN_NONE,
                 "%s: shapes %s and %s differ in axis %" PRId64 ", but may only in axis %" PRId64,
                 layer->name, cn_shape_str(first), cn_shape_str(other), i, axis);
    return CN_OK;
}

static cn_status check_inputs(const cn_layer *layer, const cn_type *inputs, int64_t n)
{
    const cn_concatenate_args *args = layer->args;
    int64_t axis = cn_shape_axis(&inputs[0].shape, args->axis);
    CN_CHECK(axis >= 0, "%s: axis %" PRId64 " is not in its input's shape %s", layer->name,
             args->axis, cn_shape_str(&inputs[0].shape));
    for (int64_t i = 1; i < n; i++)
        CN_TRY(check_pair(layer, &inputs[0].shape, &inputs[i].shape, axis));
    return CN_OK;
}

/* The types of cn_dtype stand in the order of their width. */
static cn_dtype widest(const cn_type *inputs, int64_t n)
{
    cn_dtype dtype = inputs[0].dtype;
    for (int64_t i = 1; i < n; i++)
        if (inputs[i].dtype < dtype)
            dtype = inputs[i].dtype;
    return dtype;
}

/* As in Keras, the first input says all dimensions but that of the axis. */
static cn_status infer(const cn_layer *layer, const cn_type *inputs, int64_t n, cn_type *outputs,
                       int64_t *n_outputs)
{
    const cn_concatenate_args *args = layer->args;
    const int64_t axis = cn_shape_axis(&inputs[0].shape, args->axis);
    outputs[0] = (cn_type){widest(inputs, n), inputs[0].shape};
    for (int64_t i = 1; i < n; i++) {
        int64_t *sum = &outputs[0].shape.dim[axis], size = inputs[i].shape.dim[axis];
        *sum = *sum == CN_NONE || size == CN_NONE ? CN_NONE : *sum + size;
    }
    *n_outputs = 1;
    return CN_OK;
}

/* ---- call ------------------------------------------------------------------------------------ */

/* An input's mask with the input's own shape; all true where it has none. */
static cn_value whole_mask(cn_call_frame *frame, int64_t i)
{
    cn_program *p = frame->program;
    cn_value mask = frame->masks[i];
    const cn_shape shape = *cn_shape_of(p, frame->inputs[i]);
    if (mask == CN_NO_VALUE)
        return cn_emit_full(p, 1, CN_BOOL, shape);
    if (cn_shape_of(p, mask)->rank < shape.rank)
        mask = cn_emit_broadcast_to(p, cn_emit_expand_dims(p, mask, -1), shape);
    return mask;
}

/* Masks are joined like their inputs; a place is kept if anything along the last axis is. */
static cn_value join_masks(cn_call_frame *frame, int64_t axis)
{
    bool any = false;
    cn_value masks[CN_MOST_TENSORS];
    for (int64_t i = 0; i < frame->n_inputs; i++)
        any |= frame->masks[i] != CN_NO_VALUE;
    if (!any)
        return CN_NO_VALUE;
    for (int64_t i = 0; i < frame->n_inputs; i++)
        masks[i] = whole_mask(frame, i);
    cn_value joined = cn_emit_concatenate(frame->program, masks, frame->n_inputs, axis);
    return cn_emit_any(frame->program, joined, CN_AXES(-1), false);
}

static cn_status call(cn_call_frame *frame)
{
    const cn_concatenate_args *args = frame->layer->args;
    cn_type types[CN_MOST_TENSORS];
    cn_value parts[CN_MOST_TENSORS];
    for (int64_t i = 0; i < frame->n_inputs; i++)
        types[i] = *cn_type_of(frame->program, frame->inputs[i]);
    for (int64_t i = 0; i < frame->n_inputs; i++)
        parts[i] = cn_emit_cast(frame->program, frame->inputs[i], widest(types, frame->n_inputs));
    frame->outputs[0] = cn_emit_concatenate(frame->program, parts, frame->n_inputs, args->axis);
    frame->output_masks[0] = join_masks(frame, args->axis);
    return frame->program->status;
}

const cn_layer_class cn_concatenate_layer_class = {
    CN_LAYER_CLASS("Concatenate", cn_concatenate_args, fields, defaults),
    .min_inputs = 1,
    .max_inputs = CN_MOST_TENSORS,
    .check_inputs = check_inputs,
    .infer = infer,
    .call = call,
};

cn_layer *cn_concatenate_with(const cn_concatenate_args *args)
{
    return cn_layer_make(&cn_concatenate_layer_class, args);
}
