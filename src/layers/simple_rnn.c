/* SimpleRNN: SimpleRNNCell over a sequence. */
#include "layers/recurrent.h"

static const cn_simple_rnn_args defaults = {CN_SIMPLE_RNN_DEFAULTS};

static const cn_field fields[] = {
    CN_LAYER_FIELDS(cn_simple_rnn_args),
    CN_CELL_FIELDS(cn_simple_rnn_args),
    CN_OBJECT_FIELD(cn_simple_rnn_args, activity_regularizer, "regularizer"),
    CN_RECURRENT_FIELDS(cn_simple_rnn_args),
    CN_END_FIELDS,
};

/* The arguments begin with those of the cell. */
enum { CELL_SIZE = offsetof(cn_simple_rnn_cell_args, name) };
_Static_assert(CELL_SIZE == offsetof(cn_simple_rnn_args, activity_regularizer),
               "simple_rnn has other arguments than its cell");

static cn_status prepare(cn_layer *layer)
{
    const cn_simple_rnn_args *args = layer->args;
    return cn_recurrent_prepare_cell(layer, &cn_simple_rnn_cell_layer_class, "simple_rnn_cell",
                                     CELL_SIZE, &args->return_sequences);
}

const cn_layer_class cn_simple_rnn_layer_class = {
    CN_LAYER_CLASS("SimpleRNN", cn_simple_rnn_args, fields, defaults),
    .base.check = cn_cell_check,
    CN_RECURRENT_CLASS,
    .prepare = prepare,
    .activity_regularizer = offsetof(cn_simple_rnn_args, activity_regularizer),
};

cn_layer *cn_simple_rnn_with(const cn_simple_rnn_args *args)
{
    return cn_layer_make(&cn_simple_rnn_layer_class, args);
}
