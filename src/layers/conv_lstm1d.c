/* ConvLSTM1D: an LSTM of convolutions over the steps of x[N, T, S, C]. */
#include "layers/conv_lstm.h"

static const cn_field fields[] = {CN_CONV_LSTM_FIELDS(0)};

static cn_status check(const void *args)
{
    return cn_conv_lstm_check(args, 1);
}

const cn_layer_class cn_conv_lstm1d_layer_class = {CN_CONV_LSTM_CLASS("ConvLSTM1D", 1)};

cn_layer *cn_conv_lstm1d_with(const cn_conv_lstm_args *args)
{
    return cn_layer_make(&cn_conv_lstm1d_layer_class, args);
}
