/* GRU: GRUCell over a sequence. */
#include "layers/recurrent.h"

static const cn_gru_args defaults = {CN_GRU_DEFAULTS};

static const cn_field fields[] = {
    CN_LAYER_FIELDS(cn_gru_args),
    CN_GATED_CELL_FIELDS(cn_gru_args),
    CN_FIELD(cn_gru_args, reset_after, CN_FIELD_BOOL, 0),
    CN_OBJECT_FIELD(cn_gru_args, activity_regularizer, "regularizer"),
    CN_RECURRENT_FIELDS(cn_gru_args),
    CN_END_FIELDS,
};

/* The arguments begin with those of the cell. */
enum { CELL_SIZE = offsetof(cn_gru_cell_args, name) };
_Static_assert(CELL_SIZE == offsetof(cn_gru_args, activity_regularizer),
               "gru has other arguments than its cell");

static cn_status check(const void *args)
{
    return cn_gated_cell_check(args, ((const cn_gru_args *)args)->implementation);
}

static cn_status prepare(cn_layer *layer)
{
    const cn_gru_args *args = layer->args;
    return cn_recurrent_prepare_cell(layer, &cn_gru_cell_layer_class, "gru_cell", CELL_SIZE,
                                     &args->return_sequences);
}

const cn_layer_class cn_gru_layer_class = {
    CN_LAYER_CLASS("GRU", cn_gru_args, fields, defaults),
    .base.check = check,
    CN_RECURRENT_CLASS,
    .prepare = prepare,
    .activity_regularizer = offsetof(cn_gru_args, activity_regularizer),
};

cn_layer *cn_gru_with(const cn_gru_args *args)
{
    return cn_layer_make(&cn_gru_layer_class, args);
}
