/* UpSampling3D: each cell size times along each spatial axis, x[N, D, H, W, C]. */
#include "layers/spatial.h"

static const cn_up_sampling3d_args defaults = {CN_UP_SAMPLING3D_DEFAULTS};

static const cn_field fields[] = {
    CN_LAYER_FIELDS(cn_up_sampling3d_args),
    CN_FIELD(cn_up_sampling3d_args, size, CN_FIELD_DIMS, CN_FIELD_EACH_3),
    CN_FIELD(cn_up_sampling3d_args, data_format, CN_FIELD_TEXT, 0),
    CN_END_FIELDS,
};

static cn_status check(const void *own)
{
    const cn_up_sampling3d_args *args = own;
    CN_TRY(cn_check_each("size", args->size, 3));
    return cn_check_data_format(args->data_format);
}

static cn_status check_inputs(const cn_layer *layer, const cn_type *inputs, int64_t n)
{
    (void)n;
    return cn_check_spatial(layer, &inputs[0].shape, 3);
}

static cn_status call(cn_call_frame *frame)
{
    const cn_up_sampling3d_args *args = frame->layer->args;
    return cn_call_repeat(frame, args->size, 3, args->data_format);
}

const cn_layer_class cn_up_sampling3d_layer_class = {
    CN_LAYER_CLASS("UpSampling3D", cn_up_sampling3d_args, fields, defaults),
    .base.check = check,
    CN_ONE_INPUT,
    .check_inputs = check_inputs,
    .call = call,
};

cn_layer *cn_up_sampling3d_with(const cn_up_sampling3d_args *args)
{
    return cn_layer_make(&cn_up_sampling3d_layer_class, args);
}
