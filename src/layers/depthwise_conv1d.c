/* DepthwiseConv1D: y = activation(windows of each channel of x[N, T, C] times its kernels +
 * bias). */
#include "layers/convolution.h"

static const cn_field fields[] = {CN_DEPTHWISE_CONV_FIELDS(0)};

static cn_status check(const void *args)
{
    return cn_depthwise_conv_layer_check(args, 1);
}

const cn_layer_class cn_depthwise_conv1d_layer_class = {
    CN_CONVOLUTION_CLASS(depthwise_conv, "DepthwiseConv1D", 1)};

cn_layer *cn_depthwise_conv1d_with(const cn_depthwise_conv_args *args)
{
    return cn_layer_make(&cn_depthwise_conv1d_layer_class, args);
}
