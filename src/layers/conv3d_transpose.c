/* Conv3DTranspose: y = activation(transposed convolution of x[N, D, H, W, C] with kernel + bias).
 * */
#include "layers/convolution.h"

static const cn_field fields[] = {CN_CONV_TRANSPOSE_FIELDS(CN_FIELD_EACH_3)};

static cn_status check(const void *args)
{
    return cn_conv_transpose_layer_check(args, 3);
}

const cn_layer_class cn_conv3d_transpose_layer_class = {
    CN_CONVOLUTION_CLASS(conv_transpose, "Conv3DTranspose", 3)};

cn_layer *cn_conv3d_transpose_with(const cn_conv_transpose_args *args)
{
    return cn_layer_make(&cn_conv3d_transpose_layer_class, args);
}
