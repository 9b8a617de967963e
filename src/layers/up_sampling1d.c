/* UpSampling1D: each step size times, x[N, T, F] -> y[N, size T, F]. */
#include <inttypes.h>

#include "layers/layers.h"

static const cn_up_sampling1d_args defaults = {CN_UP_SAMPLING1D_DEFAULTS};

static const cn_field fields[] = {
    CN_LAYER_FIELDS(cn_up_sampling1d_args),
    CN_FIELD(cn_up_sampling1d_args, size, CN_FIELD_INT, 0),
    CN_END_FIELDS,
};

static cn_status check(const void *own)
{
    const cn_up_sampling1d_args *args = own;
    CN_CHECK(args->size > 0, "size must be positive, got %" PRId64, args->size);
    return CN_OK;
}

static cn_status check_inputs(const cn_layer *layer, const cn_type *inputs, int64_t n)
{
    (void)n;
    return cn_check_rank(layer, &inputs[0].shape, 3);
}

static cn_status call(cn_call_frame *frame)
{
    const cn_up_sampling1d_args *args = frame->layer->args;
    frame->outputs[0] = cn_emit_repeat(frame->program, frame->inputs[0], args->size, 1);
    return frame->program->status;
}

const cn_layer_class cn_up_sampling1d_layer_class = {
    CN_LAYER_CLASS("UpSampling1D", cn_up_sampling1d_args, fields, defaults),
    .base.check = check,
    CN_ONE_INPUT,
    .check_inputs = check_inputs,
    .call = call,
};

cn_layer *cn_up_sampling1d_with(const cn_up_sampling1d_args *args)
{
    return cn_layer_make(&cn_up_sampling1d_layer_class, args);
}
