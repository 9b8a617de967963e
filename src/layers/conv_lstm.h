/* What ConvLSTM1D, ConvLSTM2D and ConvLSTM3D share: their cells, which make no part of the list,
 * for Keras has no name for them; and the fields. */
#ifndef CORNU_LAYERS_CONV_LSTM_H
#define CORNU_LAYERS_CONV_LSTM_H

#include "layers/convolution.h"
#include "layers/recurrent.h"

/* How the arguments of the layers begin. */
typedef struct cn_conv_lstm_cell_args {
    int64_t filters, kernel_size[CN_MAX_RANK], strides[CN_MAX_RANK];
    const char *padding, *data_format;
    int64_t dilation_rate[CN_MAX_RANK];
    CN_CELL_KEYWORDS_
    const char *recurrent_activation;
    bool unit_forget_bias;
    CN_LAYER_KEYWORDS_
} cn_conv_lstm_cell_args;

/* each: 0, CN_FIELD_EACH_2 or CN_FIELD_EACH_3. The cell's fields, and those of a layer. */
#define CN_CONV_LSTM_CELL_FIELDS(type, each)                                                       \
    CN_LAYER_FIELDS(type), CN_FIELD(type, filters, CN_FIELD_INT, 0),                               \
        CN_FIELD(type, kernel_size, CN_FIELD_DIMS, each),                                          \
        CN_FIELD(type, strides, CN_FIELD_DIMS, each), CN_FIELD(type, padding, CN_FIELD_TEXT, 0),   \
        CN_FIELD(type, data_format, CN_FIELD_TEXT, 0),                                             \
        CN_FIELD(type, dilation_rate, CN_FIELD_DIMS, each), CN_CELL_KEYWORD_FIELDS(type),          \
        CN_OBJECT_FIELD(type, recurrent_activation, "activation"),                                 \
        CN_FIELD(type, unit_forget_bias, CN_FIELD_BOOL, 0)
#define CN_CONV_LSTM_FIELDS(each)                                                                  \
    CN_CONV_LSTM_CELL_FIELDS(cn_conv_lstm_args, each),                                             \
        CN_OBJECT_FIELD(cn_conv_lstm_args, activity_regularizer, "regularizer"),                   \
        CN_RECURRENT_FIELDS(cn_conv_lstm_args), CN_END_FIELDS

extern const cn_conv_lstm_args cn_conv_lstm_defaults;

/* Of a layer over so many axes. */
cn_status cn_conv_lstm_check(const void *args, int64_t axes);
cn_status cn_conv_lstm_prepare(cn_layer *layer);

/* The parts of a class constant; its file has `fields` and `check`. */
#define CN_CONV_LSTM_CLASS(name_, axes)                                                            \
    CN_LAYER_CLASS(name_, cn_conv_lstm_args, fields, cn_conv_lstm_defaults),                       \
        .base.check = check, CN_RECURRENT_CLASS, .spatial_axes = (axes),                           \
        .prepare = cn_conv_lstm_prepare,                                                           \
        .activity_regularizer = offsetof(cn_conv_lstm_args, activity_regularizer)

#endif
