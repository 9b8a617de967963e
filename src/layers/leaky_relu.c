/* LeakyReLU: y = x where x > 0, otherwise negative_slope * x. */
#include "layers/layers.h"

static const cn_leaky_relu_args defaults = {CN_LEAKY_RELU_DEFAULTS};

static const cn_field fields[] = {
    CN_LAYER_FIELDS(cn_leaky_relu_args),
    CN_FIELD(cn_leaky_relu_args, negative_slope, CN_FIELD_REAL, 0),
    CN_END_FIELDS,
};

static cn_status check(const void *own)
{
    const cn_leaky_relu_args *args = own;
    CN_CHECK(args->negative_slope >= 0, "negative_slope must not be negative, got %g",
             args->negative_slope);
    return CN_OK;
}

static cn_status call(cn_call_frame *frame)
{
    const cn_leaky_relu_args *own = frame->layer->args;
    const cn_activation_leaky_relu_args args = {own->negative_slope};
    frame->outputs[0] = cn_activation_leaky_relu.emit(frame->program, &args, frame->inputs[0]);
    return frame->program->status;
}

const cn_layer_class cn_leaky_relu_layer_class = {
    CN_LAYER_CLASS("LeakyReLU", cn_leaky_relu_args, fields, defaults),
    .base.check = check,
    CN_ONE_INPUT,
    .passes_mask = true,
    .call = call,
};

cn_layer *cn_leaky_relu_with(const cn_leaky_relu_args *args)
{
    return cn_layer_make(&cn_leaky_relu_layer_class, args);
}
