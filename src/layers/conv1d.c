/* Conv1D: y = activation(windows of x[N, T, C] times kernel + bias). */
#include "layers/convolution.h"

static const cn_field fields[] = {CN_CONV_FIELDS(0)};

static cn_status check(const void *args)
{
    return cn_conv_layer_check(args, 1);
}

const cn_layer_class cn_conv1d_layer_class = {CN_CONVOLUTION_CLASS(conv, "Conv1D", 1)};

cn_layer *cn_conv1d_with(const cn_conv_args *args)
{
    return cn_layer_make(&cn_conv1d_layer_class, args);
}
