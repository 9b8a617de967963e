/* ConvLSTM3D: an LSTM of convolutions over the steps of x[N, T, D, H, W, C]. */
#include "layers/conv_lstm.h"

static const cn_field fields[] = {CN_CONV_LSTM_FIELDS(CN_FIELD_EACH_3)};

static cn_status check(const void *args)
{
    return cn_conv_lstm_check(args, 3);
}

const cn_layer_class cn_conv_lstm3d_layer_class = {CN_CONV_LSTM_CLASS("ConvLSTM3D", 3)};

cn_layer *cn_conv_lstm3d_with(const cn_conv_lstm_args *args)
{
    return cn_layer_make(&cn_conv_lstm3d_layer_class, args);
}
