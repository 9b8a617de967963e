/* MaxPooling1D: y = largest of each window of steps, x[N, T, F] -> y[N, T', F]. */
#include "layers/pooling.h"

static const cn_max_pooling1d_args defaults = {CN_MAX_POOLING1D_DEFAULTS};

static const cn_field fields[] = {
    CN_LAYER_FIELDS(cn_max_pooling1d_args),
    CN_FIELD(cn_max_pooling1d_args, pool_size, CN_FIELD_DIMS, 0),
    CN_FIELD(cn_max_pooling1d_args, strides, CN_FIELD_DIMS, CN_FIELD_OPTIONAL),
    CN_FIELD(cn_max_pooling1d_args, padding, CN_FIELD_TEXT, 0),
    CN_FIELD(cn_max_pooling1d_args, data_format, CN_FIELD_TEXT, 0),
    CN_END_FIELDS,
};

static cn_pooling pooling_of(const void *own)
{
    const cn_max_pooling1d_args *args = own;
    return (cn_pooling){.axes = 1,
                        .pool_size = args->pool_size,
                        .strides = args->strides,
                        .padding = args->padding,
                        .data_format = args->data_format};
}

static cn_status check(const void *own)
{
    const cn_pooling pooling = pooling_of(own);
    return cn_pooling_check(&pooling);
}

static cn_status check_inputs(const cn_layer *layer, const cn_type *inputs, int64_t n)
{
    (void)n;
    const cn_pooling pooling = pooling_of(layer->args);
    return cn_pooling_check_input(&pooling, layer, &inputs[0].shape);
}

static cn_status infer(const cn_layer *layer, const cn_type *inputs, int64_t n, cn_type *outputs,
                       int64_t *n_outputs)
{
    (void)n;
    const cn_pooling pooling = pooling_of(layer->args);
    outputs[0] = cn_pooling_type(&pooling, &inputs[0].shape);
    *n_outputs = 1;
    return CN_OK;
}

static cn_status call(cn_call_frame *frame)
{
    const cn_pooling pooling = pooling_of(frame->layer->args);
    return cn_pooling_call(&pooling, frame, cn_emit_max_pool);
}

const cn_layer_class cn_max_pooling1d_layer_class = {
    CN_LAYER_CLASS("MaxPooling1D", cn_max_pooling1d_args, fields, defaults),
    .base.check = check,
    CN_ONE_INPUT,
    .check_inputs = check_inputs,
    .infer = infer,
    .call = call,
};

cn_layer *cn_max_pooling1d_with(const cn_max_pooling1d_args *args)
{
    return cn_layer_make(&cn_max_pooling1d_layer_class, args);
}
