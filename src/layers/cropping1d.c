/* Cropping1D: without the first steps and the last, x[N, T, F] -> y[N, T - first - last, F]. */
#include "layers/spatial.h"

static const cn_cropping1d_args defaults = {CN_CROPPING1D_DEFAULTS};

static const cn_field fields[] = {
    CN_LAYER_FIELDS(cn_cropping1d_args),
    CN_FIELD(cn_cropping1d_args, cropping, CN_FIELD_DIMS, CN_FIELD_PAIR),
    CN_END_FIELDS,
};

static cn_status check(const void *own)
{
    return cn_check_ends("cropping", ((const cn_cropping1d_args *)own)->cropping);
}

static cn_ends ends_of(const cn_cropping1d_args *args)
{
    return cn_ends_of_one("cropping", "channels_last", args->cropping);
}

CN_CROPPING_FUNCTIONS

const cn_layer_class cn_cropping1d_layer_class = {
    CN_LAYER_CLASS("Cropping1D", cn_cropping1d_args, fields, defaults),
    .base.check = check,
    CN_ONE_INPUT,
    .check_inputs = check_inputs,
    .infer = infer,
    .call = call,
};

cn_layer *cn_cropping1d_with(const cn_cropping1d_args *args)
{
    return cn_layer_make(&cn_cropping1d_layer_class, args);
}
