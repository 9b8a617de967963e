/* ZeroPadding3D: zeros at both ends of each spatial axis, x[N, D, H, W, C]. */
#include "layers/spatial.h"

static const cn_zero_padding3d_args defaults = {CN_ZERO_PADDING3D_DEFAULTS};

static const cn_field fields[] = {
    CN_LAYER_FIELDS(cn_zero_padding3d_args),
    CN_FIELD(cn_zero_padding3d_args, padding, CN_FIELD_DIMS, CN_FIELD_PAIRS_3),
    CN_FIELD(cn_zero_padding3d_args, data_format, CN_FIELD_TEXT, 0),
    CN_END_FIELDS,
};

static cn_ends ends_of(const cn_zero_padding3d_args *args)
{
    return cn_ends_of("padding", args->data_format, 3, args->padding);
}

static cn_status check(const void *own)
{
    const cn_ends ends = ends_of(own);
    return cn_ends_check(&ends);
}

static cn_status check_inputs(const cn_layer *layer, const cn_type *inputs, int64_t n)
{
    (void)n;
    return cn_check_spatial(layer, &inputs[0].shape, 3);
}

static cn_status call(cn_call_frame *frame)
{
    const cn_ends ends = ends_of(frame->layer->args);
    return cn_ends_pad(&ends, frame);
}

const cn_layer_class cn_zero_padding3d_layer_class = {
    CN_LAYER_CLASS("ZeroPadding3D", cn_zero_padding3d_args, fields, defaults),
    .base.check = check,
    CN_ONE_INPUT,
    .check_inputs = check_inputs,
    .call = call,
};

cn_layer *cn_zero_padding3d_with(const cn_zero_padding3d_args *args)
{
    return cn_layer_make(&cn_zero_padding3d_layer_class, args);
}
