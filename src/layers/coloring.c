/* The head of the layers that change colors by one random factor. */
#include "layers/coloring.h"

const cn_color_args cn_color_defaults = {CN_COLOR_DEFAULTS};

const cn_field cn_color_fields[] = {
    CN_LAYER_FIELDS(cn_color_args),
    CN_FACTOR_FIELD(cn_color_args, factor),
    CN_VALUE_RANGE_FIELD(cn_color_args),
    CN_FIELD(cn_color_args, seed, CN_FIELD_INT, CN_FIELD_OPTIONAL),
    CN_FIELD(cn_color_args, data_format, CN_FIELD_TEXT, 0),
    CN_END_FIELDS,
};

static cn_status check(const cn_color_args *args, double lowest)
{
    CN_TRY(cn_check_factor("factor", args->factor, lowest, 1));
    CN_TRY(cn_check_value_range(args->value_range));
    return cn_check_data_format(args->data_format);
}

cn_status cn_color_check(const void *own)
{
    return check(own, 0);
}

cn_status cn_color_check_signed(const void *own)
{
    return check(own, -1);
}

cn_status cn_color_check_inputs(const cn_layer *layer, const cn_type *inputs, int64_t n)
{
    (void)n;
    return cn_check_colors(layer, inputs, ((const cn_color_args *)layer->args)->data_format, false);
}

cn_status cn_color_check_inputs_or_gray(const cn_layer *layer, const cn_type *inputs, int64_t n)
{
    (void)n;
    return cn_check_colors(layer, inputs, ((const cn_color_args *)layer->args)->data_format, true);
}

cn_status cn_color_call(cn_call_frame *frame, cn_augment *augment)
{
    const cn_color_args *args = frame->layer->args;
    return cn_call_augmented(frame, args->data_format, augment);
}

cn_layer *cn_color_layer_make(const cn_layer_class *class, const cn_color_args *args)
{
    cn_color_args own = *args;
    return cn_image_layer_make(class, &own);
}
