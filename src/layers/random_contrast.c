/* RandomContrast: the distance from the mean of each channel made larger or smaller, in training. */
#include "layers/image.h"

static const cn_random_contrast_args defaults = {CN_RANDOM_CONTRAST_DEFAULTS};

static const cn_field fields[] = {
    CN_LAYER_FIELDS(cn_random_contrast_args),
    CN_FACTOR_FIELD(cn_random_contrast_args, factor),
    CN_VALUE_RANGE_FIELD(cn_random_contrast_args),
    CN_FIELD(cn_random_contrast_args, seed, CN_FIELD_INT, CN_FIELD_OPTIONAL),
    CN_FIELD(cn_random_contrast_args, data_format, CN_FIELD_TEXT, 0),
    CN_END_FIELDS,
};

static cn_status check(const void *own)
{
    const cn_random_contrast_args *args = own;
    CN_TRY(cn_check_factor("factor", args->factor, 0, 1));
    CN_TRY(cn_check_value_range(args->value_range));
    return cn_check_data_format(args->data_format);
}

static cn_status build(cn_layer *layer, const cn_type *inputs, int64_t n)
{
    (void)inputs, (void)n;
    return cn_layer_stream_build(layer, ((const cn_random_contrast_args *)layer->args)->seed);
}

cn_value cn_random_contrast_augment(cn_call_frame *frame, cn_value x)
{
    const cn_random_contrast_args *args = frame->layer->args;
    return cn_call_contrast(frame, x, cn_factor_range(args->factor, 0),
                            cn_value_range(args->value_range));
}

static cn_status call(cn_call_frame *frame)
{
    const cn_random_contrast_args *args = frame->layer->args;
    return cn_call_augmented(frame, args->data_format, cn_random_contrast_augment);
}

const cn_layer_class cn_random_contrast_layer_class = {
    CN_LAYER_CLASS("RandomContrast", cn_random_contrast_args, fields, defaults),
    .base.check = check,
    CN_ONE_INPUT,
    CN_RANDOM_LAYER,
    .check_inputs = cn_check_images,
    .build = build,
    .call = call,
};

cn_layer *cn_random_contrast_with(const cn_random_contrast_args *args)
{
    cn_random_contrast_args own = *args;
    return cn_image_layer_make(&cn_random_contrast_layer_class, &own);
}
