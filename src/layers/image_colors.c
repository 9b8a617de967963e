/* What the layers on colors do, x[N, H, W, C]. */
#include "layers/image.h"

cn_value cn_emit_value_range(cn_program *p, cn_value x, cn_range from, cn_range to)
{
    if (from.low == to.low && from.high == to.high)
        return x;
    cn_value part =
        cn_emit_multiply_scalar(p, cn_emit_add_scalar(p, x, -from.low), 1 / (from.high - from.low));
    return cn_emit_add_scalar(p, cn_emit_multiply_scalar(p, part, to.high - to.low), to.low);
}

/* ---- contrast and brightness ----------------------------------------------------------------- */

cn_value cn_call_contrast(cn_call_frame *frame, cn_value x, cn_range factor, cn_range values)
{
    cn_program *p = frame->program;
    cn_value contrast = cn_call_for_each(frame, x, (cn_range){1 - factor.low, 1 + factor.high});
    cn_value mean = cn_emit_mean(p, x, CN_AXES(1, 2), true);
    cn_value distance = cn_emit_multiply(p, cn_emit_subtract(p, x, mean), contrast);
    return cn_emit_clip(p, cn_emit_add(p, distance, mean), values.low, values.high);
}

cn_value cn_call_brightness(cn_call_frame *frame, cn_value x, cn_range factor, cn_range values)
{
    cn_program *p = frame->program;
    const double size = values.high - values.low;
    cn_value added = cn_emit_multiply_scalar(p, cn_call_for_each(frame, x, factor), size);
    return cn_emit_clip(p, cn_emit_add(p, x, added), values.low, values.high);
}

/* ---- hue and saturation ---------------------------------------------------------------------- */

cn_value cn_call_hue(cn_call_frame *frame, cn_value x, cn_range factor, cn_range values)
{
    const cn_range unit = {0, 1};
    cn_program *p = frame->program;
    cn_value back = cn_emit_greater_scalar(p, cn_call_for_each(frame, x, unit), 0.5);
    cn_value turn = cn_emit_multiply_scalar(p, cn_call_for_each(frame, x, factor), 0.5);
    turn = cn_emit_where(p, back, cn_emit_negative(p, turn), turn);
    cn_colors hsv = cn_emit_hsv_of_rgb(p, cn_emit_value_range(p, x, values, unit), 3);
    cn_value hue = cn_emit_add(p, hsv.channels[0], turn);
    cn_value above = cn_emit_greater_scalar(p, hue, 1);
    hue = cn_emit_where(p, above, cn_emit_add_scalar(p, hue, -1), hue);
    cn_value below = cn_emit_less_scalar(p, hue, 0);
    hsv.channels[0] = cn_emit_where(p, below, cn_emit_add_scalar(p, hue, 1), hue);
    const cn_colors rgb = cn_emit_rgb_of_hsv(p, &hsv);
    cn_value joined = cn_emit_clip(p, cn_emit_joined_channels(p, &rgb, 3), 0, 1);
    return cn_emit_value_range(p, joined, unit, values);
}

/* As in Keras, colors are not brought to 0 .. 1 first, and nothing but the saturation is cut
 * off. */
cn_value cn_call_saturation(cn_call_frame *frame, cn_value x, cn_range factor, cn_range values)
{
    cn_program *p = frame->program;
    cn_value f = cn_call_for_each(frame, x, factor);
    cn_value rest = cn_emit_add_scalar(p, cn_emit_subtract_from(p, 1, f), 1e-7);
    cn_colors hsv = cn_emit_hsv_of_rgb(p, x, 3);
    cn_value saturation = cn_emit_multiply(p, hsv.channels[1], cn_emit_divide(p, f, rest));
    hsv.channels[1] = cn_emit_clip(p, saturation, values.low, values.high);
    const cn_colors rgb = cn_emit_rgb_of_hsv(p, &hsv);
    return cn_emit_joined_channels(p, &rgb, 3);
}
