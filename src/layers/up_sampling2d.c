/* UpSampling2D: each cell size times along each spatial axis, x[N, H, W, C]. */
#include <string.h>

#include "layers/spatial.h"

static const cn_up_sampling2d_args defaults = {CN_UP_SAMPLING2D_DEFAULTS};

static const cn_field fields[] = {
    CN_LAYER_FIELDS(cn_up_sampling2d_args),
    CN_FIELD(cn_up_sampling2d_args, size, CN_FIELD_DIMS, 0),
    CN_FIELD(cn_up_sampling2d_args, data_format, CN_FIELD_TEXT, 0),
    CN_FIELD(cn_up_sampling2d_args, interpolation, CN_FIELD_TEXT, 0),
    CN_END_FIELDS,
};

static cn_status check(const void *own)
{
    const cn_up_sampling2d_args *args = own;
    CN_TRY(cn_sizes_check(args->size, 2));
    CN_CHECK(args->interpolation != NULL && strcmp(args->interpolation, "nearest") == 0,
             "interpolation must be \"nearest\", got \"%s\"",
             args->interpolation == NULL ? "NULL" : args->interpolation);
    return cn_check_data_format(args->data_format);
}

static cn_status check_inputs(const cn_layer *layer, const cn_type *inputs, int64_t n)
{
    (void)n;
    return cn_check_spatial(layer, &inputs[0].shape, 2);
}

static cn_status call(cn_call_frame *frame)
{
    const cn_up_sampling2d_args *args = frame->layer->args;
    return cn_call_repeat(frame, args->size, 2, args->data_format);
}

const cn_layer_class cn_up_sampling2d_layer_class = {
    CN_LAYER_CLASS("UpSampling2D", cn_up_sampling2d_args, fields, defaults),
    .base.check = check,
    CN_ONE_INPUT,
    .check_inputs = check_inputs,
    .call = call,
};

cn_layer *cn_up_sampling2d_with(const cn_up_sampling2d_args *args)
{
    return cn_layer_make(&cn_up_sampling2d_layer_class, args);
}
