/* DepthwiseConv1D, DepthwiseConv2D: y = activation(windows of each channel of x times its kernels +
 * bias). */
#include "layers/convolution.h"

const cn_depthwise_conv_args cn_depthwise_conv_defaults = {CN_DEPTHWISE_CONV_DEFAULTS};

static cn_convolution windows(const cn_layer *layer)
{
    const cn_depthwise_conv_args *args = layer->args;
    return CN_CONVOLUTION_OF(args, layer->class->spatial_axes);
}

cn_status cn_depthwise_conv_layer_check(const void *own, int64_t axes)
{
    const cn_depthwise_conv_args *args = own;
    const cn_convolution c = CN_CONVOLUTION_OF(args, axes);
    CN_TRY(cn_check_positive("depth_multiplier", args->depth_multiplier));
    return cn_convolution_check(&c);
}

cn_status cn_depthwise_conv_layer_check_inputs(const cn_layer *layer, const cn_type *inputs,
                                               int64_t n)
{
    (void)n;
    const cn_convolution c = windows(layer);
    return cn_convolution_check_depthwise(layer, &c, &inputs[0].shape);
}

/* Outputs for all channels; unknown if these are. */
static int64_t count_filters(const cn_layer *layer, const cn_shape *shape)
{
    const cn_depthwise_conv_args *args = layer->args;
    const cn_convolution c = windows(layer);
    const int64_t channels = cn_convolution_channels(&c, shape);
    return channels == CN_NONE ? CN_NONE : channels * args->depth_multiplier;
}

cn_status cn_depthwise_conv_layer_build(cn_layer *layer, const cn_type *inputs, int64_t n)
{
    (void)n;
    const cn_depthwise_conv_args *args = layer->args;
    const cn_convolution c = windows(layer);
    const int64_t channels = cn_convolution_channels(&c, &inputs[0].shape);
    CN_TRY(CN_CONVOLUTION_ADD_DEPTHWISE(layer, args, &c, channels, "kernel"));
    return CN_CONVOLUTION_ADD_BIAS(layer, args, count_filters(layer, &inputs[0].shape));
}

cn_status cn_depthwise_conv_layer_infer(const cn_layer *layer, const cn_type *inputs, int64_t n,
                                        cn_type *outputs, int64_t *n_outputs)
{
    (void)n;
    const cn_convolution c = windows(layer);
    outputs[0] = cn_convolution_output(&c, &inputs[0], count_filters(layer, &inputs[0].shape));
    *n_outputs = 1;
    return CN_OK;
}

cn_status cn_depthwise_conv_layer_call(cn_call_frame *frame)
{
    const cn_depthwise_conv_args *args = frame->layer->args;
    cn_program *p = frame->program;
    const cn_convolution c = windows(frame->layer);
    const cn_type type = *cn_type_of(p, frame->inputs[0]);
    CN_TRY(cn_depthwise_conv_layer_check_inputs(frame->layer, &type, 1));
    cn_value x = cn_convolution_enter(frame, &c, frame->inputs[0]);
    CN_TRY(p->status);
    const cn_conv_attributes attributes = cn_convolution_attributes(&c, cn_shape_of(p, x), 1);
    cn_value y = cn_emit_depthwise_conv(p, x, cn_call_weight(frame, 0), &attributes);
    cn_value bias = args->use_bias ? cn_call_weight(frame, 1) : CN_NO_VALUE;
    return cn_convolution_finish(frame, &c, y, bias, args->activation);
}
