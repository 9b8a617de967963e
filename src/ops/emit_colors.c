/* Emitting conversions of colors: gray, and hue, saturation and value. */
#include <float.h>

#include "ops/images.h"

cn_colors cn_emit_channels(cn_program *p, cn_value x, int64_t axis)
{
    cn_colors colors;
    for (int i = 0; i < 3; i++)
        colors.channels[i] = cn_emit_slice_axis(p, x, axis, i, 1);
    return colors;
}

cn_value cn_emit_joined_channels(cn_program *p, const cn_colors *colors, int64_t axis)
{
    return cn_emit_concatenate(p, colors->channels, 3, axis);
}

cn_value cn_emit_gray(cn_program *p, cn_value x, int64_t axis)
{
    static const double weights[] = {0.2989, 0.587, 0.114};
    if (x == CN_NO_VALUE || cn_shape_of(p, x)->dim[axis] == 1)
        return x;
    const cn_colors c = cn_emit_channels(p, x, axis);
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

static cn_value hue_of(cn_program *p, const cn_colors *rgb, cn_value value, cn_value range)
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

cn_colors cn_emit_hsv_of_rgb(cn_program *p, cn_value x, int64_t axis)
{
    cn_value small = cn_emit_less_scalar(p, cn_emit_absolute(p, x), FLT_EPSILON);
    const cn_colors rgb =
        cn_emit_channels(p, cn_emit_where(p, small, cn_emit_scalar(p, 0), x), axis);
    const cn_value r = rgb.channels[0], g = rgb.channels[1], b = rgb.channels[2];
    cn_value value = cn_emit_maximum(p, cn_emit_maximum(p, r, g), b);
    cn_value range = cn_emit_subtract(p, value, cn_emit_minimum(p, cn_emit_minimum(p, r, g), b));
    cn_value light = cn_emit_greater_scalar(p, value, 0);
    cn_value divisor = cn_emit_where(p, light, value, cn_emit_scalar(p, 1));
    cn_value part = cn_emit_divide(p, range, divisor);
    cn_value saturation = cn_emit_where(p, light, part, cn_emit_scalar(p, 0));
    return (cn_colors){{hue_of(p, &rgb, value, range), saturation, value}};
}

/* value (1 - saturation + saturation part) */
static cn_value shade(cn_program *p, const cn_colors *hsv, cn_value part)
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

cn_colors cn_emit_rgb_of_hsv(cn_program *p, const cn_colors *hsv)
{
    cn_value turn = cn_emit_mod(p, hsv->channels[0], cn_emit_scalar(p, 1));
    cn_value sixths = cn_emit_multiply_scalar(p, turn, 6);
    cn_value opposite = cn_emit_absolute(p, cn_emit_add_scalar(p, sixths, -3));
    cn_value red = cn_emit_clip(p, cn_emit_add_scalar(p, opposite, -1), 0, 1);
    cn_value green = near(p, sixths, 2), blue = near(p, sixths, 4);
    cn_colors rgb = {{red, green, blue}};
    for (int i = 0; i < 3; i++)
        rgb.channels[i] = shade(p, hsv, rgb.channels[i]);
    return rgb;
}
