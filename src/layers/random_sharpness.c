/* RandomSharpness: y = x + (1 - 2 f) (smooth x - x) for a random f, in training. */
#include "layers/coloring.h"

/* [3, 3, C, 1]: 1/13, in the middle 5/13. */
static cn_value smoothing_kernel(cn_program *p, int64_t channels)
{
    const cn_shape ends = {.rank = 4, .dim = {1, 1}};
    cn_value middle = cn_emit_full(p, 4.0 / 13, CN_FLOAT32, CN_SHAPE(1, 1, channels, 1));
    return cn_emit_add_scalar(p, cn_emit_pad(p, middle, ends, ends, 0), 1.0 / 13);
}

cn_value cn_random_sharpness_augment(cn_call_frame *frame, cn_value x)
{
    const cn_color_args *args = frame->layer->args;
    const cn_range values = cn_value_range(args->value_range),
                   factor = cn_factor_range(args->factor, 0);
    cn_program *p = frame->program;
    cn_value kernel = smoothing_kernel(p, cn_shape_of(p, x)->dim[3]);
    cn_value less = cn_call_for_each(frame, x, (cn_range){2 * factor.low, 2 * factor.high});
    cn_value difference = cn_emit_subtract(p, cn_emit_filtered(p, x, kernel), x);
    cn_value change = cn_emit_multiply(p, cn_emit_subtract_from(p, 1, less), difference);
    return cn_emit_clip(p, cn_emit_add(p, x, change), values.low, values.high);
}

static cn_status call(cn_call_frame *frame)
{
    return cn_color_call(frame, cn_random_sharpness_augment);
}

const cn_layer_class cn_random_sharpness_layer_class = {
    CN_COLOR_LAYER("RandomSharpness"),
    .base.check = cn_color_check,
    .check_inputs = cn_check_images,
    .call = call,
};

cn_layer *cn_random_sharpness_with(const cn_color_args *args)
{
    return cn_color_layer_make(&cn_random_sharpness_layer_class, args);
}
