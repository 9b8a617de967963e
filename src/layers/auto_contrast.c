/* AutoContrast: each channel of each image stretched over the value range. */
#include "layers/image.h"

static const cn_auto_contrast_args defaults = {CN_AUTO_CONTRAST_DEFAULTS};

static const cn_field fields[] = {
    CN_LAYER_FIELDS(cn_auto_contrast_args),
    CN_VALUE_RANGE_FIELD(cn_auto_contrast_args),
    CN_FIELD(cn_auto_contrast_args, data_format, CN_FIELD_TEXT, 0),
    CN_END_FIELDS,
};

static cn_status check(const void *own)
{
    const cn_auto_contrast_args *args = own;
    CN_TRY(cn_check_value_range(args->value_range));
    return cn_check_data_format(args->data_format);
}

/* Channels of one value stay as they are. */
static cn_value stretched(cn_program *p, cn_value x, cn_range values)
{
    const cn_range bytes = {0, 255};
    cn_value byte = cn_emit_value_range(p, x, values, bytes);
    cn_value low = cn_emit_min(p, byte, CN_AXES(1, 2), true);
    cn_value size = cn_emit_subtract(p, cn_emit_max(p, byte, CN_AXES(1, 2), true), low);
    cn_value flat = cn_emit_equal_scalar(p, size, 0);
    cn_value divisor = cn_emit_where(p, flat, cn_emit_scalar(p, 1), size);
    cn_value part = cn_emit_divide(p, cn_emit_subtract(p, byte, low), divisor);
    cn_value wide = cn_emit_clip(p, cn_emit_multiply_scalar(p, part, 255), 0, 255);
    return cn_emit_where(p, flat, x, cn_emit_value_range(p, wide, bytes, values));
}

cn_value cn_auto_contrast_augment(cn_call_frame *frame, cn_value x)
{
    const cn_auto_contrast_args *args = frame->layer->args;
    return stretched(frame->program, x, cn_value_range(args->value_range));
}

static cn_status call(cn_call_frame *frame)
{
    const cn_auto_contrast_args *args = frame->layer->args;
    cn_program *p = frame->program;
    cn_value x = cn_emit_cast(p, frame->inputs[0], CN_FLOAT32);
    x = cn_channels_to_last(p, x, args->data_format);
    CN_TRY(p->status);
    cn_value y = cn_auto_contrast_augment(frame, x);
    frame->outputs[0] = cn_channels_from_last(p, y, args->data_format);
    return p->status;
}

const cn_layer_class cn_auto_contrast_layer_class = {
    CN_LAYER_CLASS("AutoContrast", cn_auto_contrast_args, fields, defaults),
    .base.check = check,
    CN_ONE_INPUT,
    .check_inputs = cn_check_images,
    .call = call,
};

cn_layer *cn_auto_contrast_with(const cn_auto_contrast_args *args)
{
    cn_auto_contrast_args own = *args;
    return cn_image_layer_make(&cn_auto_contrast_layer_class, &own);
}
