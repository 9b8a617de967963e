/* RMSNormalization: y = x / sqrt(mean of x^2 + epsilon) scale, the mean over some axes (Zhang and
 * Sennrich, 2019). */
#include "layers/normalizing.h"

static const cn_rms_normalization_args defaults = {CN_RMS_NORMALIZATION_DEFAULTS};

static const cn_field fields[] = {
    CN_LAYER_FIELDS(cn_rms_normalization_args),
    CN_FIELD(cn_rms_normalization_args, axis, CN_FIELD_DIMS, CN_FIELD_ONE_OR_MORE | CN_FIELD_AXES),
    CN_FIELD(cn_rms_normalization_args, epsilon, CN_FIELD_REAL, 0),
    CN_END_FIELDS,
};

static cn_status check(const void *own)
{
    return cn_check_epsilon(((const cn_rms_normalization_args *)own)->epsilon);
}

static cn_status check_inputs(const cn_layer *layer, const cn_type *inputs, int64_t n)
{
    (void)n;
    const cn_rms_normalization_args *args = layer->args;
    return cn_check_normalized_axes(layer, &inputs[0].shape, args->axis);
}

static cn_status build(cn_layer *layer, const cn_type *inputs, int64_t n)
{
    (void)n;
    const cn_rms_normalization_args *args = layer->args;
    return cn_layer_add_weight(
        layer,
        &(cn_weight_args){.name = "scale",
                          .shape = cn_normalized_shape(&inputs[0].shape, args->axis),
                          .initializer = "ones"},
        NULL);
}

static cn_status call(cn_call_frame *frame)
{
    const cn_rms_normalization_args *args = frame->layer->args;
    cn_program *p = frame->program;
    cn_value x = cn_emit_cast(p, frame->inputs[0], CN_FLOAT32);
    cn_value mean = cn_emit_mean(p, cn_emit_square(p, x), cn_shape_of_axes(args->axis), true);
    cn_value inverse = cn_emit_rsqrt(p, cn_emit_add_scalar(p, mean, args->epsilon));
    frame->outputs[0] = cn_emit_multiply(p, cn_emit_multiply(p, x, inverse),
                                         cn_call_normalized_weight(frame, 0, args->axis));
    return p->status;
}

const cn_layer_class cn_rms_normalization_layer_class = {
    CN_LAYER_CLASS("RMSNormalization", cn_rms_normalization_args, fields, defaults),
    .base.check = check,
    CN_ONE_INPUT,
    .check_inputs = check_inputs,
    .build = build,
    .call = call,
};

cn_layer *cn_rms_normalization_with(const cn_rms_normalization_args *args)
{
    return cn_layer_make(&cn_rms_normalization_layer_class, args);
}
