/* RandomContrast: the distance from the mean of each channel made larger or smaller, in
 * training. */
#include "layers/coloring.h"

cn_value cn_random_contrast_augment(cn_call_frame *frame, cn_value x)
{
    const cn_color_args *args = frame->layer->args;
    return cn_call_contrast(frame, x, cn_factor_range(args->factor, 0),
                            cn_value_range(args->value_range));
}

static cn_status call(cn_call_frame *frame)
{
    return cn_color_call(frame, cn_random_contrast_augment);
}

const cn_layer_class cn_random_contrast_layer_class = {
    CN_COLOR_LAYER("RandomContrast"),
    .base.check = cn_color_check,
    .check_inputs = cn_check_images,
    .call = call,
};

cn_layer *cn_random_contrast_with(const cn_color_args *args)
{
    return cn_color_layer_make(&cn_random_contrast_layer_class, args);
}
