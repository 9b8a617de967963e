/* RandomPosterization: pixels of fewer bits: y = floor(x / 2^(8 - bits)) 2^(8 - bits), in
 * training. */
#include <math.h>

#include "layers/coloring.h"

enum { BITS = 8 };

static cn_status check(const void *own)
{
    const cn_color_args *args = own;
    CN_TRY(cn_check_factor("factor", args->factor, 1, BITS));
    for (int i = 0; i < 2 && !isnan(args->factor[i]); i++)
        CN_CHECK(args->factor[i] == floor(args->factor[i]),
                 "factor must be whole numbers of bits, got %g", args->factor[i]);
    CN_TRY(cn_check_value_range(args->value_range));
    return cn_check_data_format(args->data_format);
}

/* 2^(8 - bits), or its inverse, for bits from low on, of which one is chosen for each image. Powers
 * are written down because they have to be exact. */
static cn_value power(cn_program *p, cn_value bits, cn_range range, bool inverse)
{
    cn_value power =
        cn_emit_scalar(p, ldexp(1, inverse ? (int)range.low - BITS : BITS - (int)range.low));
    for (int i = (int)range.low + 1; i < (int)range.high; i++) {
        cn_value this_one = cn_emit_scalar(p, ldexp(1, inverse ? i - BITS : BITS - i));
        power = cn_emit_where(p, cn_emit_equal_scalar(p, bits, i), this_one, power);
    }
    return power;
}

cn_value cn_random_posterization_augment(cn_call_frame *frame, cn_value x)
{
    const cn_color_args *args = frame->layer->args;
    const cn_range values = cn_value_range(args->value_range), bytes = {0, 255},
                   range = cn_factor_range(args->factor, 1);
    cn_program *p = frame->program;
    cn_value bits = CN_NO_VALUE;
    if (range.low != range.high)
        bits = cn_emit_floor(p, cn_call_for_each(frame, x, range));
    cn_value byte = cn_emit_value_range(p, x, values, bytes);
    byte = cn_emit_floor(p, cn_emit_clip(p, byte, 0, 255));
    cn_value high = cn_emit_floor(p, cn_emit_multiply(p, byte, power(p, bits, range, true)));
    cn_value result = cn_emit_multiply(p, high, power(p, bits, range, false));
    return cn_emit_value_range(p, result, bytes, values);
}

static cn_status call(cn_call_frame *frame)
{
    return cn_color_call(frame, cn_random_posterization_augment);
}

const cn_layer_class cn_random_posterization_layer_class = {
    CN_COLOR_LAYER("RandomPosterization"),
    .base.check = check,
    .check_inputs = cn_check_images,
    .call = call,
};

cn_layer *cn_random_posterization_with(const cn_color_args *args)
{
    return cn_color_layer_make(&cn_random_posterization_layer_class, args);
}
