/* Softmax: y = e^x / sum of e^x over some axes. */
#include "layers/layers.h"

static const cn_softmax_args defaults = {CN_SOFTMAX_DEFAULTS};

static const cn_field fields[] = {
    CN_LAYER_FIELDS(cn_softmax_args),
    CN_FIELD(cn_softmax_args, axis, CN_FIELD_DIMS, CN_FIELD_ONE_OR_MORE | CN_FIELD_AXES),
    CN_END_FIELDS,
};

static cn_status check_inputs(const cn_layer *layer, const cn_type *inputs, int64_t n)
{
    (void)n;
    const cn_softmax_args *args = layer->args;
    return cn_check_axes(layer, &inputs[0].shape, args->axis);
}

static cn_status call(cn_call_frame *frame)
{
    const cn_softmax_args *own = frame->layer->args;
    cn_program *p = frame->program;
    cn_value x = cn_emit_cast(p, frame->inputs[0], CN_FLOAT32), mask = frame->masks[0];
    const bool masked = mask != CN_NO_VALUE &&
                        cn_shape_of(p, mask)->rank == cn_shape_of(p, frame->inputs[0])->rank;
    cn_activation_softmax_args args;
    for (int i = 0; i < CN_MAX_RANK; i++)
        args.axis[i] = own->axis[i];
    if (masked)
        x = cn_emit_where(p, mask, x, cn_emit_scalar(p, -3e38));
    x = cn_activation_softmax.emit(p, &args, x);
    frame->outputs[0] = masked ? cn_emit_where(p, mask, x, cn_emit_scalar(p, 0)) : x;
    return p->status;
}

const cn_layer_class cn_softmax_layer_class = {
    CN_LAYER_CLASS("Softmax", cn_softmax_args, fields, defaults),
    CN_ONE_INPUT,
    .passes_mask = true,
    .check_inputs = check_inputs,
    .call = call,
};

cn_layer *cn_softmax_with(const cn_softmax_args *args)
{
    return cn_layer_make(&cn_softmax_layer_class, args);
}
