/* GlobalAveragePooling2D: y = mean of x over the spatial axes, x[N, H, W, C] -> y[N, C]. */
#include "layers/spatial.h"

static const cn_global_average_pooling2d_args defaults = {CN_GLOBAL_AVERAGE_POOLING2D_DEFAULTS};

static const cn_field fields[] = {
    CN_LAYER_FIELDS(cn_global_average_pooling2d_args),
    CN_FIELD(cn_global_average_pooling2d_args, data_format, CN_FIELD_TEXT, 0),
    CN_FIELD(cn_global_average_pooling2d_args, keepdims, CN_FIELD_BOOL, 0),
    CN_END_FIELDS,
};

static cn_status check(const void *own)
{
    return cn_check_data_format(((const cn_global_average_pooling2d_args *)own)->data_format);
}

static cn_status check_inputs(const cn_layer *layer, const cn_type *inputs, int64_t n)
{
    (void)n;
    return cn_check_spatial(layer, &inputs[0].shape, 2);
}

static cn_status call(cn_call_frame *frame)
{
    const cn_global_average_pooling2d_args *args = frame->layer->args;
    return cn_call_global_pooling(frame, cn_emit_mean, 2, args->data_format, args->keepdims);
}

const cn_layer_class cn_global_average_pooling2d_layer_class = {
    CN_LAYER_CLASS("GlobalAveragePooling2D", cn_global_average_pooling2d_args, fields, defaults),
    .base.check = check,
    CN_ONE_INPUT,
    .check_inputs = check_inputs,
    .call = call,
};

cn_layer *cn_global_average_pooling2d_with(const cn_global_average_pooling2d_args *args)
{
    return cn_layer_make(&cn_global_average_pooling2d_layer_class, args);
}
