/* LSTM: LSTMCell over a sequence. */
#include "layers/recurrent.h"

static const cn_lstm_args defaults = {CN_LSTM_DEFAULTS};

static const cn_field fields[] = {
    CN_LAYER_FIELDS(cn_lstm_args),
    CN_GATED_CELL_FIELDS(cn_lstm_args),
    CN_FIELD(cn_lstm_args, unit_forget_bias, CN_FIELD_BOOL, 0),
    CN_OBJECT_FIELD(cn_lstm_args, activity_regularizer, "regularizer"),
    CN_RECURRENT_FIELDS(cn_lstm_args),
    CN_END_FIELDS,
};

/* The arguments begin with those of the cell. */
enum { CELL_SIZE = offsetof(cn_lstm_cell_args, name) };
_Static_assert(CELL_SIZE == offsetof(cn_lstm_args, activity_regularizer),
               "lstm has other arguments than its cell");

static cn_status check(const void *args)
{
    return cn_gated_cell_check(args, ((const cn_lstm_args *)args)->implementation);
}

static cn_status prepare(cn_layer *layer)
{
    const cn_lstm_args *args = layer->args;
    return cn_recurrent_prepare_cell(layer, &cn_lstm_cell_layer_class, "lstm_cell", CELL_SIZE,
                                     &args->return_sequences);
}

const cn_layer_class cn_lstm_layer_class = {
    CN_LAYER_CLASS("LSTM", cn_lstm_args, fields, defaults),
    .base.check = check,
    CN_RECURRENT_CLASS,
    .prepare = prepare,
    .activity_regularizer = offsetof(cn_lstm_args, activity_regularizer),
};

cn_layer *cn_lstm_with(const cn_lstm_args *args)
{
    return cn_layer_make(&cn_lstm_layer_class, args);
}
