/* SeparableConv1D: y = activation(depthwise convolution of x[N, T, C], times pointwise kernel, +
 * bias). */
#include "layers/convolution.h"

static const cn_field fields[] = {CN_SEPARABLE_CONV_FIELDS(0)};

static cn_status check(const void *args)
{
    return cn_separable_conv_layer_check(args, 1);
}

const cn_layer_class cn_separable_conv1d_layer_class = {
    CN_CONVOLUTION_CLASS(separable_conv, "SeparableConv1D", 1)};

cn_layer *cn_separable_conv1d_with(const cn_separable_conv_args *args)
{
    return cn_layer_make(&cn_separable_conv1d_layer_class, args);
}
