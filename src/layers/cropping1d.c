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

#define ENDS_OF(args)                                                                              \
    {                                                                                              \
        "cropping", "channels_last", 1, CN_ENDS_1D((args)->cropping)                               \
    }

static cn_status check_inputs(const cn_layer *layer, const cn_type *inputs, int64_t n)
{
    (void)n;
    const cn_cropping1d_args *args = layer->args;
    const cn_ends ends = ENDS_OF(args);
    return cn_ends_check_crop(&ends, layer, &inputs[0].shape);
}

static cn_status call(cn_call_frame *frame)
{
    const cn_cropping1d_args *args = frame->layer->args;
    const cn_ends ends = ENDS_OF(args);
    return cn_ends_crop(&ends, frame);
}

/* Known also where the sizes that stand for unknown ones in tracing would be too small. */
static cn_status infer(const cn_layer *layer, const cn_type *inputs, int64_t n, cn_type *outputs,
                       int64_t *n_outputs)
{
    (void)n;
    const cn_cropping1d_args *args = layer->args;
    const cn_ends ends = ENDS_OF(args);
    outputs[0] = cn_ends_crop_type(&ends, &inputs[0]);
    *n_outputs = 1;
    return CN_OK;
}

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
