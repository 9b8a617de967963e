/* SeparableConv1D, SeparableConv2D: y = activation(depthwise convolution of x, times pointwise
 * kernel, + bias). */
#include "layers/convolution.h"

const cn_separable_conv_args cn_separable_conv_defaults = {CN_SEPARABLE_CONV_DEFAULTS};

static cn_convolution windows(const cn_layer *layer)
{
    const cn_separable_conv_args *args = layer->args;
    return CN_CONVOLUTION_OF(args, layer->class->spatial_axes);
}

cn_status cn_separable_conv_layer_check(const void *own, int64_t axes)
{
    const cn_separable_conv_args *args = own;
    const cn_convolution c = CN_CONVOLUTION_OF(args, axes);
    CN_TRY(cn_check_positive("filters", args->filters));
    CN_TRY(cn_check_positive("depth_multiplier", args->depth_multiplier));
    return cn_convolution_check(&c);
}

cn_status cn_separable_conv_layer_check_inputs(const cn_layer *layer, const cn_type *inputs,
                                               int64_t n)
{
    (void)n;
    const cn_convolution c = windows(layer);
    return cn_convolution_check_depthwise(layer, &c, &inputs[0].shape);
}

/* [1, ..., in, out]. */
static cn_shape pointwise_shape(const cn_convolution *c, int64_t in, int64_t out)
{
    cn_convolution pointwise = *c;
    pointwise.size = (const int64_t[CN_MAX_RANK]){1};
    return cn_convolution_kernel_shape(&pointwise, in, out);
}

cn_status cn_separable_conv_layer_build(cn_layer *layer, const cn_type *inputs, int64_t n)
{
    (void)n;
    const cn_separable_conv_args *args = layer->args;
    const cn_convolution c = windows(layer);
    const int64_t channels = cn_convolution_channels(&c, &inputs[0].shape),
                  between = channels == CN_NONE ? CN_NONE : channels * args->depth_multiplier;
    CN_TRY(CN_CONVOLUTION_ADD_DEPTHWISE(layer, args, &c, channels, "depthwise_kernel"));
    CN_TRY(
        cn_layer_add_weight(layer,
                            &(cn_weight_args){.name = "pointwise_kernel",
                                              .shape = pointwise_shape(&c, between, args->filters),
                                              .initializer = args->pointwise_initializer,
                                              .regularizer = args->pointwise_regularizer,
                                              .constraint = args->pointwise_constraint},
                            NULL));
    return CN_CONVOLUTION_ADD_BIAS(layer, args, args->filters);
}

cn_status cn_separable_conv_layer_infer(const cn_layer *layer, const cn_type *inputs, int64_t n,
                                        cn_type *outputs, int64_t *n_outputs)
{
    (void)n;
    const cn_separable_conv_args *args = layer->args;
    const cn_convolution c = windows(layer);
    outputs[0] = cn_convolution_output(&c, &inputs[0], args->filters);
    *n_outputs = 1;
    return CN_OK;
}

/* The pointwise convolution is a matrix product over all cells. */
cn_status cn_separable_conv_layer_call(cn_call_frame *frame)
{
    const cn_separable_conv_args *args = frame->layer->args;
    cn_program *p = frame->program;
    const cn_convolution c = windows(frame->layer);
    const cn_type type = *cn_type_of(p, frame->inputs[0]);
    CN_TRY(cn_separable_conv_layer_check_inputs(frame->layer, &type, 1));
    cn_value x = cn_convolution_enter(frame, &c, frame->inputs[0]);
    CN_TRY(p->status);
    const cn_conv_attributes attributes = cn_convolution_attributes(&c, cn_shape_of(p, x), 1);
    cn_value between = cn_emit_depthwise_conv(p, x, cn_call_weight(frame, 0), &attributes);
    const cn_shape flat = CN_SHAPE(CN_NONE, args->filters);
    cn_value mixing = cn_emit_reshape(p, cn_call_weight(frame, 1), flat);
    cn_value y = cn_emit_matmul(p, between, mixing);
    cn_value bias = args->use_bias ? cn_call_weight(frame, 2) : CN_NO_VALUE;
    return cn_convolution_finish(frame, &c, y, bias, args->activation);
}
