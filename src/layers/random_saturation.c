/* RandomSaturation: the saturation of each image made larger or smaller, in training. */
#include "layers/coloring.h"

static cn_value augment(cn_call_frame *frame, cn_value x)
{
    const cn_color_args *args = frame->layer->args;
    return cn_call_saturation(frame, x, cn_factor_range(args->factor, -1),
                              cn_value_range(args->value_range));
}

static cn_status call(cn_call_frame *frame)
{
    return cn_color_call(frame, augment);
}

const cn_layer_class cn_random_saturation_layer_class = {
    CN_COLOR_LAYER("RandomSaturation"),
    .base.check = cn_color_check_signed,
    .check_inputs = cn_color_check_inputs,
    .call = call,
};

cn_layer *cn_random_saturation_with(const cn_color_args *args)
{
    return cn_color_layer_make(&cn_random_saturation_layer_class, args);
}
