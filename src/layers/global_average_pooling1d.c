/* GlobalAveragePooling1D: y = mean of x over the steps that are not masked, x[N, T, F] -> y[N,
 * F]. */
#include "layers/layers.h"

static const cn_global_average_pooling1d_args defaults = {CN_GLOBAL_AVERAGE_POOLING1D_DEFAULTS};

static const cn_field fields[] = {
    CN_LAYER_FIELDS(cn_global_average_pooling1d_args),
    CN_FIELD(cn_global_average_pooling1d_args, data_format, CN_FIELD_TEXT, 0),
    CN_FIELD(cn_global_average_pooling1d_args, keepdims, CN_FIELD_BOOL, 0),
    CN_END_FIELDS,
};

static cn_status check(const void *own)
{
    return cn_check_data_format(((const cn_global_average_pooling1d_args *)own)->data_format);
}

static cn_status check_inputs(const cn_layer *layer, const cn_type *inputs, int64_t n)
{
    (void)n;
    return cn_check_rank(layer, &inputs[0].shape, 3);
}

static cn_status call(cn_call_frame *frame)
{
    const cn_global_average_pooling1d_args *args = frame->layer->args;
    const bool first = cn_channels_first(args->data_format);
    const cn_shape steps = CN_AXES(first ? 2 : 1);
    cn_program *p = frame->program;
    cn_value x = cn_emit_cast(p, frame->inputs[0], CN_FLOAT32), mask = frame->masks[0];
    if (mask == CN_NO_VALUE) {
        frame->outputs[0] = cn_emit_mean(p, x, steps, args->keepdims);
        return p->status;
    }
    mask = cn_emit_expand_dims(p, mask, first ? 1 : 2);
    x = cn_emit_where(p, mask, x, cn_emit_scalar(p, 0));
    cn_value count = cn_emit_sum(p, cn_emit_cast(p, mask, CN_FLOAT32), steps, args->keepdims);
    frame->outputs[0] = cn_emit_divide(p, cn_emit_sum(p, x, steps, args->keepdims), count);
    return p->status;
}

const cn_layer_class cn_global_average_pooling1d_layer_class = {
    CN_LAYER_CLASS("GlobalAveragePooling1D", cn_global_average_pooling1d_args, fields, defaults),
    .base.check = check,
    CN_ONE_INPUT,
    .check_inputs = check_inputs,
    .call = call,
};

cn_layer *cn_global_average_pooling1d_with(const cn_global_average_pooling1d_args *args)
{
    return cn_layer_make(&cn_global_average_pooling1d_layer_class, args);
}
