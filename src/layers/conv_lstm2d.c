/* ConvLSTM2D: an LSTM of convolutions over the steps of x[N, T, H, W, C]. */
#include "layers/conv_lstm.h"

static const cn_field fields[] = {CN_CONV_LSTM_FIELDS(CN_FIELD_EACH_2)};

static cn_status check(const void *args)
{
    return cn_conv_lstm_check(args, 2);
}

const cn_layer_class cn_conv_lstm2d_layer_class = {CN_CONV_LSTM_CLASS("ConvLSTM2D", 2)};

cn_layer *cn_conv_lstm2d_with(const cn_conv_lstm_args *args)
{
    return cn_layer_make(&cn_conv_lstm2d_layer_class, args);
}
