/* Conv3D: y = activation(windows of x[N, D, H, W, C] times kernel + bias). */
#include "layers/convolution.h"

static const cn_field fields[] = {CN_CONV_FIELDS(CN_FIELD_EACH_3)};

static cn_status check(const void *args)
{
    return cn_conv_layer_check(args, 3);
}

const cn_layer_class cn_conv3d_layer_class = {CN_CONVOLUTION_CLASS(conv, "Conv3D", 3)};

cn_layer *cn_conv3d_with(const cn_conv_args *args)
{
    return cn_layer_make(&cn_conv3d_layer_class, args);
}
