/* ReLU: y = x where x > threshold, otherwise negative_slope * (x - threshold); at most max_value.
 */
#include <math.h>

#include "layers/layers.h"

static const cn_relu_args defaults = {CN_RELU_DEFAULTS};

static const cn_field fields[] = {
    CN_LAYER_FIELDS(cn_relu_args),
    CN_FIELD(cn_relu_args, max_value, CN_FIELD_REAL, CN_FIELD_OPTIONAL),
    CN_FIELD(cn_relu_args, negative_slope, CN_FIELD_REAL, 0),
    CN_FIELD(cn_relu_args, threshold, CN_FIELD_REAL, 0),
    CN_END_FIELDS,
};

static cn_status check(const void *own)
{
    const cn_relu_args *args = own;
    CN_CHECK(isnan(args->max_value) || args->max_value >= 0,
             "max_value must not be negative, got %g", args->max_value);
    CN_CHECK(args->negative_slope >= 0, "negative_slope must not be negative, got %g",
             args->negative_slope);
    CN_CHECK(args->threshold >= 0, "threshold must not be negative, got %g", args->threshold);
    return CN_OK;
}

static cn_status call(cn_call_frame *frame)
{
    const cn_relu_args *own = frame->layer->args;
    const cn_activation_relu_args args = {own->negative_slope, own->max_value, own->threshold};
    frame->outputs[0] = cn_activation_relu.emit(frame->program, &args, frame->inputs[0]);
    return frame->program->status;
}

const cn_layer_class cn_relu_layer_class = {
    CN_LAYER_CLASS("ReLU", cn_relu_args, fields, defaults),
    .base.check = check,
    CN_ONE_INPUT,
    .passes_mask = true,
    .call = call,
};

cn_layer *cn_relu_with(const cn_relu_args *args)
{
    return cn_layer_make(&cn_relu_layer_class, args);
}
