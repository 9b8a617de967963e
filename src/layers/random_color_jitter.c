/* RandomColorJitter: random brightness, contrast, saturation and hue, in training. */
#include <math.h>

#include "layers/image.h"

static const cn_random_color_jitter_args defaults = {CN_RANDOM_COLOR_JITTER_DEFAULTS};

static const cn_field fields[] = {
    CN_LAYER_FIELDS(cn_random_color_jitter_args),
    CN_VALUE_RANGE_FIELD(cn_random_color_jitter_args),
    CN_FACTOR_FIELD(cn_random_color_jitter_args, brightness_factor),
    CN_FACTOR_FIELD(cn_random_color_jitter_args, contrast_factor),
    CN_FACTOR_FIELD(cn_random_color_jitter_args, saturation_factor),
    CN_FACTOR_FIELD(cn_random_color_jitter_args, hue_factor),
    CN_FIELD(cn_random_color_jitter_args, seed, CN_FIELD_INT, CN_FIELD_OPTIONAL),
    CN_FIELD(cn_random_color_jitter_args, data_format, CN_FIELD_TEXT, 0),
    CN_END_FIELDS,
};

static cn_status check_given(const char *argument, const double *factor, double lowest)
{
    return isnan(factor[0]) ? CN_OK : cn_check_factor(argument, factor, lowest, 1);
}

static cn_status check(const void *own)
{
    const cn_random_color_jitter_args *args = own;
    CN_TRY(cn_check_value_range(args->value_range));
    CN_TRY(check_given("brightness_factor", args->brightness_factor, -1));
    CN_TRY(check_given("contrast_factor", args->contrast_factor, 0));
    CN_TRY(check_given("saturation_factor", args->saturation_factor, -1));
    CN_TRY(check_given("hue_factor", args->hue_factor, 0));
    return cn_check_data_format(args->data_format);
}

/* Brightness and contrast take any channels. */
static cn_status check_inputs(const cn_layer *layer, const cn_type *inputs, int64_t n)
{
    const cn_random_color_jitter_args *args = layer->args;
    if (isnan(args->saturation_factor[0]) && isnan(args->hue_factor[0]))
        return cn_check_images(layer, inputs, n);
    return cn_check_colors(layer, inputs, args->data_format, false);
}

static cn_value augment(cn_call_frame *frame, cn_value x)
{
    const cn_random_color_jitter_args *args = frame->layer->args;
    const cn_range values = cn_value_range(args->value_range);
    if (!isnan(args->brightness_factor[0]))
        x = cn_call_brightness(frame, x, cn_factor_range(args->brightness_factor, -1), values);
    if (x != CN_NO_VALUE && !isnan(args->contrast_factor[0]))
        x = cn_call_contrast(frame, x, cn_factor_range(args->contrast_factor, 0), values);
    if (x != CN_NO_VALUE && !isnan(args->saturation_factor[0]))
        x = cn_call_saturation(frame, x, cn_factor_range(args->saturation_factor, -1), values);
    if (x != CN_NO_VALUE && !isnan(args->hue_factor[0]))
        x = cn_call_hue(frame, x, cn_factor_range(args->hue_factor, 0), values);
    return x;
}

static cn_status call(cn_call_frame *frame)
{
    const cn_random_color_jitter_args *args = frame->layer->args;
    return cn_call_augmented(frame, args->data_format, augment);
}

const cn_layer_class cn_random_color_jitter_layer_class = {
    CN_LAYER_CLASS("RandomColorJitter", cn_random_color_jitter_args, fields, defaults),
    .base.check = check,
    CN_ONE_INPUT,
    CN_RANDOM_LAYER,
    .check_inputs = check_inputs,
    .build = cn_seeded_build,
    .call = call,
};

cn_layer *cn_random_color_jitter_with(const cn_random_color_jitter_args *args)
{
    cn_random_color_jitter_args own = *args;
    return cn_image_layer_make(&cn_random_color_jitter_layer_class, &own);
}
