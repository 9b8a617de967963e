/* CenterCrop: the middle of images, or the largest part in the middle, resized. */
#include "layers/image.h"

static const cn_center_crop_args defaults = {CN_CENTER_CROP_DEFAULTS};

static const cn_field fields[] = {
    CN_LAYER_FIELDS(cn_center_crop_args),
    CN_FIELD(cn_center_crop_args, height, CN_FIELD_INT, 0),
    CN_FIELD(cn_center_crop_args, width, CN_FIELD_INT, 0),
    CN_FIELD(cn_center_crop_args, data_format, CN_FIELD_TEXT, 0),
    CN_END_FIELDS,
};

static cn_status check(const void *own)
{
    const cn_center_crop_args *args = own;
    CN_TRY(cn_check_positive("height", args->height));
    CN_TRY(cn_check_positive("width", args->width));
    return cn_check_data_format(args->data_format);
}

static cn_status call(cn_call_frame *frame)
{
    const cn_center_crop_args *args = frame->layer->args;
    cn_program *p = frame->program;
    const int64_t axis = cn_first_spatial_axis(args->data_format);
    const cn_image_size size = {args->height, args->width};
    const cn_resizing resizing = {
        .size = size, .interpolation = "bilinear", .crop_to_aspect_ratio = true};
    cn_value x = cn_emit_cast(p, frame->inputs[0], CN_FLOAT32);
    CN_TRY(p->status);
    const cn_shape shape = *cn_shape_of(p, x);
    const int64_t rows = shape.dim[axis] - size.height, columns = shape.dim[axis + 1] - size.width;
    if (rows >= 0 && columns >= 0)
        x = cn_emit_cropped(p, x, axis, rows / 2, columns / 2, size);
    else
        x = cn_emit_resized(p, x, axis, &resizing);
    frame->outputs[0] = x;
    return p->status;
}

const cn_layer_class cn_center_crop_layer_class = {
    CN_LAYER_CLASS("CenterCrop", cn_center_crop_args, fields, defaults),
    .base.check = check,
    CN_ONE_INPUT,
    .check_inputs = cn_check_images,
    .call = call,
};

cn_layer *cn_center_crop_with(const cn_center_crop_args *args)
{
    return cn_layer_make(&cn_center_crop_layer_class, args);
}
