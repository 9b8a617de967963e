/* Cropping2D: without what lies at both ends of each spatial axis, x[N, H, W, C]. */
#include "layers/spatial.h"

static const cn_cropping2d_args defaults = {CN_CROPPING2D_DEFAULTS};

static const cn_field fields[] = {
    CN_LAYER_FIELDS(cn_cropping2d_args),
    CN_FIELD(cn_cropping2d_args, cropping, CN_FIELD_DIMS, CN_FIELD_PAIRS_2),
    CN_FIELD(cn_cropping2d_args, data_format, CN_FIELD_TEXT, 0),
    CN_END_FIELDS,
};

static cn_ends ends_of(const cn_cropping2d_args *args)
{
    return cn_ends_of("cropping", args->data_format, 2, args->cropping);
}

static cn_status check(const void *own)
{
    const cn_ends ends = ends_of(own);
    return cn_ends_check(&ends);
}

CN_CROPPING_FUNCTIONS

const cn_layer_class cn_cropping2d_layer_class = {
    CN_LAYER_CLASS("Cropping2D", cn_cropping2d_args, fields, defaults),
    .base.check = check,
    CN_ONE_INPUT,
    .check_inputs = check_inputs,
    .infer = infer,
    .call = call,
};

cn_layer *cn_cropping2d_with(const cn_cropping2d_args *args)
{
    return cn_layer_make(&cn_cropping2d_layer_class, args);
}
