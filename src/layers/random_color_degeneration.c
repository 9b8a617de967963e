/* RandomColorDegeneration: each image a part of the way to gray, in training. */
#include "layers/coloring.h"

cn_value cn_random_color_degeneration_augment(cn_call_frame *frame, cn_value x)
{
    const cn_color_args *args = frame->layer->args;
    const cn_range values = cn_value_range(args->value_range);
    cn_program *p = frame->program;
    cn_value part = cn_call_for_each(frame, x, cn_factor_range(args->factor, -1));
    cn_value distance = cn_emit_subtract(p, cn_emit_gray(p, x, 3), x);
    cn_value mixed = cn_emit_add(p, x, cn_emit_multiply(p, part, distance));
    return cn_emit_clip(p, mixed, values.low, values.high);
}

static cn_status call(cn_call_frame *frame)
{
    return cn_color_call(frame, cn_random_color_degeneration_augment);
}

const cn_layer_class cn_random_color_degeneration_layer_class = {
    CN_COLOR_LAYER("RandomColorDegeneration"),
    .base.check = cn_color_check_signed,
    .check_inputs = cn_color_check_inputs_or_gray,
    .call = call,
};

cn_layer *cn_random_color_degeneration_with(const cn_color_args *args)
{
    return cn_color_layer_make(&cn_random_color_degeneration_layer_class, args);
}
