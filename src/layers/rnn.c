/* RNN: any cell over a sequence. */
#include "layers/recurrent.h"

static const cn_rnn_args defaults = {CN_RNN_DEFAULTS};

static const cn_field fields[] = {
    CN_LAYER_FIELDS(cn_rnn_args),
    CN_LAYER_FIELD(cn_rnn_args, cell),
    CN_RECURRENT_FIELDS(cn_rnn_args),
    CN_END_FIELDS,
};

static cn_status prepare(cn_layer *layer)
{
    const cn_rnn_args *args = layer->args;
    CN_TRY(cn_check_cell("cell", args->cell));
    return cn_recurrent_prepare(layer, args->cell, &args->return_sequences);
}

const cn_layer_class cn_rnn_layer_class = {
    CN_LAYER_CLASS("RNN", cn_rnn_args, fields, defaults),
    CN_RECURRENT_CLASS,
    .prepare = prepare,
};

cn_layer *cn_rnn_with(const cn_rnn_args *args)
{
    return cn_layer_make(&cn_rnn_layer_class, args);
}
