/* UnitNormalization: y = x / max(length of x along some axes, 1e-12). */
#include "layers/layers.h"

static const cn_unit_normalization_args defaults = {CN_UNIT_NORMALIZATION_DEFAULTS};

static const cn_field fields[] = {
    CN_LAYER_FIELDS(cn_unit_normalization_args),
    CN_FIELD(cn_unit_normalization_args, axis, CN_FIELD_DIMS, CN_FIELD_ONE_OR_MORE | CN_FIELD_AXES),
    CN_END_FIELDS,
};

static cn_status check_inputs(const cn_layer *layer, const cn_type *inputs, int64_t n)
{
    (void)n;
    const cn_unit_normalization_args *args = layer->args;
    return cn_check_axes(layer, &inputs[0].shape, args->axis);
}

static cn_status call(cn_call_frame *frame)
{
    const cn_unit_normalization_args *args = frame->layer->args;
    cn_value x = cn_emit_cast(frame->program, frame->inputs[0], CN_FLOAT32);
    frame->outputs[0] =
        cn_emit_l2_normalize(frame->program, x, cn_shape_of_axes(args->axis), 1e-12);
    return frame->program->status;
}

const cn_layer_class cn_unit_normalization_layer_class = {
    CN_LAYER_CLASS("UnitNormalization", cn_unit_normalization_args, fields, defaults),
    CN_ONE_INPUT,
    .passes_mask = true,
    .check_inputs = check_inputs,
    .call = call,
};

cn_layer *cn_unit_normalization_with(const cn_unit_normalization_args *args)
{
    return cn_layer_make(&cn_unit_normalization_layer_class, args);
}
