/* Conv1DTranspose: y = activation(transposed convolution of x[N, T, C] with kernel + bias). */
#include "layers/convolution.h"

static const cn_field fields[] = {CN_CONV_TRANSPOSE_FIELDS(0)};

static cn_status check(const void *args)
{
    return cn_conv_transpose_layer_check(args, 1);
}

const cn_layer_class cn_conv1d_transpose_layer_class = {
    CN_CONVOLUTION_CLASS(conv_transpose, "Conv1DTranspose", 1)};

cn_layer *cn_conv1d_transpose_with(const cn_conv_transpose_args *args)
{
    return cn_layer_make(&cn_conv1d_transpose_layer_class, args);
}
