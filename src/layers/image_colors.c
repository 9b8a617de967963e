/* What the layers on colors do, x[N, H, W, C]. */
#include "layers/image.h"

#include <float.h>

/* ---- ranges, gray, smoothness ---------------------------------------------------------------- */

cn_value cn_emit_value_range(cn_program *p, cn_value x, cn_range from, cn_range to)
{
    if (from.low == to.low && from.high == to.high)
        return x;
    cn_value part =
        cn_emit_multiply_scalar(p, cn_emit_add_scalar(p, x, -from.low), 1 / (from.high - from.low));
    return cn_emit_add_scalar(p, cn_emit_multiply_scalar(p, part, to.high - to.low), to.low);
}

cn_value cn_emit_filtered(cn_program *p, cn_value x, cn_value kernel)
{
    if (x == CN_NO_VALUE || kernel == CN_NO_VALUE)
        return CN_NO_VALUE;
    const cn_shape *size = cn_shape_of(p, kernel);
    const cn_shape ends = CN_SHAPE(size->dim[0] / 2, size->dim[1] / 2);
    const cn_conv_attributes same = {.strides = CN_SHAPE(1, 1),
                                     .dilation = CN_SHAPE(1, 1),
                                     .before = ends,
                                     .after = ends,
                                     .groups = 1};
    return cn_emit_depthwise_conv(p, x, kernel, &same);
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

/* Three channels, each [N, H, W, 1]: red, green, blue or hue, saturation, value, from 0 to 1. */
typedef struct colors {
    cn_value channels[3];
} colors;

static colors split(cn_program *p, cn_value x)
{
    colors c;
    for (int i = 0; i < 3; i++)
        c.channels[i] = cn_emit_slice_axis(p, x, 3, i, 1);
    return c;
}

cn_value cn_emit_gray(cn_program *p, cn_value x)
{
    static const double weights[] = {0.2989, 0.587, 0.114};
    if (x == CN_NO_VALUE || cn_shape_of(p, x)->dim[3] == 1)
        return x;
    const colors c = split(p, x);
    cn_value gray = cn_emit_multiply_scalar(p, c.channels[0], weights[0]);
    for (int i = 1; i < 3; i++)
        gray = cn_emit_add(p, gray, cn_emit_multiply_scalar(p, c.channels[i], weights[i]));
    return gray;
}

/* (a - b) / (6 range) + turn / 6 */
static cn_value hue_from(cn_program *p, cn_value a, cn_value b, cn_value sixth, int turn)
{
    cn_value part = cn_emit_multiply(p, cn_emit_subtract(p, a, b), sixth);
    return turn == 0 ? part : cn_emit_add_scalar(p, part, turn / 6.0);
}

static cn_value hue_of(cn_program *p, const colors *rgb, cn_value value, cn_value range)
{
    const cn_value r = rgb->channels[0], g = rgb->channels[1], b = rgb->channels[2];
    cn_value some = cn_emit_greater_scalar(p, range, 0), zero = cn_emit_scalar(p, 0);
    cn_value divisor = cn_emit_where(p, some, range, cn_emit_scalar(p, 1));
    cn_value sixth = cn_emit_reciprocal(p, cn_emit_multiply_scalar(p, divisor, 6));
    cn_value at_green = hue_from(p, b, r, sixth, 2), at_blue = hue_from(p, r, g, sixth, 4);
    cn_value at_red = hue_from(p, g, b, sixth, 0);
    cn_value hue = cn_emit_where(p, cn_emit_equal(p, value, g), at_green, at_blue);
    hue = cn_emit_where(p, cn_emit_equal(p, value, r), at_red, hue);
    cn_value turn = cn_emit_cast(p, cn_emit_less_scalar(p, hue, 0), CN_FLOAT32);
    return cn_emit_add(p, cn_emit_where(p, some, hue, zero), turn);
}

static colors hsv_of_rgb(cn_program *p, cn_value x)
{
    cn_value small = cn_emit_less_scalar(p, cn_emit_absolute(p, x), FLT_EPSILON);
    const colors rgb = split(p, cn_emit_where(p, small, cn_emit_scalar(p, 0), x));
    const cn_value r = rgb.channels[0], g = rgb.channels[1], b = rgb.channels[2];
    cn_value value = cn_emit_maximum(p, cn_emit_maximum(p, r, g), b);
    cn_value range = cn_emit_subtract(p, value, cn_emit_minimum(p, cn_emit_minimum(p, r, g), b));
    cn_value light = cn_emit_greater_scalar(p, value, 0);
    cn_value divisor = cn_emit_where(p, light, value, cn_emit_scalar(p, 1));
    cn_value part = cn_emit_divide(p, range, divisor);
    cn_value saturation = cn_emit_where(p, light, part, cn_emit_scalar(p, 0));
    return (colors){{hue_of(p, &rgb, value, range), saturation, value}};
}

/* value (1 - saturation + saturation part) */
static cn_value shade(cn_program *p, const colors *hsv, cn_value part)
{
    const cn_value saturation = hsv->channels[1], value = hsv->channels[2];
    cn_value white = cn_emit_subtract_from(p, 1, saturation);
    return cn_emit_multiply(p, value, cn_emit_add(p, white, cn_emit_multiply(p, saturation, part)));
}

/* 2 - |sixths - middle| within 0 .. 1 */
static cn_value near(cn_program *p, cn_value sixths, double middle)
{
    cn_value distance = cn_emit_absolute(p, cn_emit_add_scalar(p, sixths, -middle));
    return cn_emit_clip(p, cn_emit_subtract_from(p, 2, distance), 0, 1);
}

static cn_value rgb_of_hsv(cn_program *p, const colors *hsv)
{
    cn_value turn = cn_emit_mod(p, hsv->channels[0], cn_emit_scalar(p, 1));
    cn_value sixths = cn_emit_multiply_scalar(p, turn, 6);
    cn_value opposite = cn_emit_absolute(p, cn_emit_add_scalar(p, sixths, -3));
    cn_value red = cn_emit_clip(p, cn_emit_add_scalar(p, opposite, -1), 0, 1);
    cn_value green = near(p, sixths, 2), blue = near(p, sixths, 4);
    cn_value parts[] = {red, green, blue};
    for (int i = 0; i < 3; i++)
        parts[i] = shade(p, hsv, parts[i]);
    return cn_emit_concatenate(p, parts, 3, 3);
}

cn_value cn_call_hue(cn_call_frame *frame, cn_value x, cn_range factor, cn_range values)
{
    const cn_range unit = {0, 1};
    cn_program *p = frame->program;
    cn_value back = cn_emit_greater_scalar(p, cn_call_for_each(frame, x, unit), 0.5);
    cn_value turn = cn_emit_multiply_scalar(p, cn_call_for_each(frame, x, factor), 0.5);
    turn = cn_emit_where(p, back, cn_emit_negative(p, turn), turn);
    colors hsv = hsv_of_rgb(p, cn_emit_value_range(p, x, values, unit));
    cn_value hue = cn_emit_add(p, hsv.channels[0], turn);
    cn_value above = cn_emit_greater_scalar(p, hue, 1);
    hue = cn_emit_where(p, above, cn_emit_add_scalar(p, hue, -1), hue);
    cn_value below = cn_emit_less_scalar(p, hue, 0);
    hsv.channels[0] = cn_emit_where(p, below, cn_emit_add_scalar(p, hue, 1), hue);
    cn_value rgb = cn_emit_clip(p, rgb_of_hsv(p, &hsv), 0, 1);
    return cn_emit_value_range(p, rgb, unit, values);
}

/* As in Keras, colors are not brought to 0 .. 1 first, and nothing but the saturation is cut
 * off. */
cn_value cn_call_saturation(cn_call_frame *frame, cn_value x, cn_range factor, cn_range values)
{
    cn_program *p = frame->program;
    cn_value f = cn_call_for_each(frame, x, factor);
    cn_value rest = cn_emit_add_scalar(p, cn_emit_subtract_from(p, 1, f), 1e-7);
    colors hsv = hsv_of_rgb(p, x);
    cn_value saturation = cn_emit_multiply(p, hsv.channels[1], cn_emit_divide(p, f, rest));
    hsv.channels[1] = cn_emit_clip(p, saturation, values.low, values.high);
    return rgb_of_hsv(p, &hsv);
}
