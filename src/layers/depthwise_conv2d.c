/* DepthwiseConv2D: y = activation(windows of each channel of x[N, H, W, C] times its kernels +
 * bias). */
#include "layers/convolution.h"

static const cn_field fields[] = {CN_DEPTHWISE_CONV_FIELDS(CN_FIELD_EACH_2)};

static cn_status check(const void *args)
{
    return cn_depthwise_conv_layer_check(args, 2);
}

const cn_layer_class cn_depthwise_conv2d_layer_class = {
    CN_CONVOLUTION_CLASS(depthwise_conv, "DepthwiseConv2D", 2)};

cn_layer *cn_depthwise_conv2d_with(const cn_depthwise_conv_args *args)
{
    return cn_layer_make(&cn_depthwise_conv2d_layer_class, args);
}
