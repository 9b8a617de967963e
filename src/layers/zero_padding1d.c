/* ZeroPadding1D: zeros before the first step and behind the last, x[N, T, F] -> y[N, before + T +
 * behind, F]. */
#include "layers/spatial.h"

static const cn_zero_padding1d_args defaults = {CN_ZERO_PADDING1D_DEFAULTS};

static const cn_field fields[] = {
    CN_LAYER_FIELDS(cn_zero_padding1d_args),
    CN_FIELD(cn_zero_padding1d_args, padding, CN_FIELD_DIMS, CN_FIELD_PAIR),
    CN_FIELD(cn_zero_padding1d_args, data_format, CN_FIELD_TEXT, 0),
    CN_END_FIELDS,
};

static cn_status check(const void *own)
{
    const cn_zero_padding1d_args *args = own;
    CN_TRY(cn_check_ends("padding", args->padding));
    return cn_check_data_format(args->data_format);
}

static cn_status check_inputs(const cn_layer *layer, const cn_type *inputs, int64_t n)
{
    (void)n;
    return cn_check_rank(layer, &inputs[0].shape, 3);
}

static cn_status call(cn_call_frame *frame)
{
    const cn_zero_padding1d_args *args = frame->layer->args;
    const cn_ends ends = cn_ends_of_one("padding", args->data_format, args->padding);
    return cn_ends_pad(&ends, frame);
}

const cn_layer_class cn_zero_padding1d_layer_class = {
    CN_LAYER_CLASS("ZeroPadding1D", cn_zero_padding1d_args, fields, defaults),
    .base.check = check,
    CN_ONE_INPUT,
    .check_inputs = check_inputs,
    .call = call,
};

cn_layer *cn_zero_padding1d_with(const cn_zero_padding1d_args *args)
{
    return cn_layer_make(&cn_zero_padding1d_layer_class, args);
}
