/* CustomScaleLayer: y = a + scale b. */
#include "cornu/applications.h"
#include "layers/merge.h"

static const cn_custom_scale_layer_args defaults = {CN_CUSTOM_SCALE_LAYER_DEFAULTS};

static const cn_field fields[] = {
    CN_LAYER_FIELDS(cn_custom_scale_layer_args),
    CN_FIELD(cn_custom_scale_layer_args, scale, CN_FIELD_REAL, 0),
    CN_END_FIELDS,
};

static cn_status call(cn_call_frame *frame)
{
    const cn_custom_scale_layer_args *args = frame->layer->args;
    cn_program *p = frame->program;
    cn_value scaled = cn_emit_multiply_scalar(p, frame->inputs[1], args->scale);
    frame->outputs[0] = cn_emit_add(p, frame->inputs[0], scaled);
    return p->status;
}

const cn_layer_class cn_custom_scale_layer_layer_class = {
    CN_LAYER_CLASS_IN("keras.src.applications.inception_resnet_v2", "CustomScaleLayer",
                      cn_custom_scale_layer_args, fields, defaults),
    .min_inputs = 2,
    .max_inputs = 2,
    .check_inputs = cn_merge_check_inputs,
    .infer = cn_merge_infer,
    .call = call,
};

cn_layer *cn_custom_scale_layer_with(const cn_custom_scale_layer_args *args)
{
    return cn_layer_make(&cn_custom_scale_layer_layer_class, args);
}
