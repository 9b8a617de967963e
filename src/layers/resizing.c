/* Resizing: images made height x width. */
#include <math.h>

#include "layers/image.h"

static const cn_resizing_args defaults = {CN_RESIZING_DEFAULTS};

static const cn_field fields[] = {
    CN_LAYER_FIELDS(cn_resizing_args),
    CN_FIELD(cn_resizing_args, height, CN_FIELD_INT, 0),
    CN_FIELD(cn_resizing_args, width, CN_FIELD_INT, 0),
    CN_FIELD(cn_resizing_args, interpolation, CN_FIELD_TEXT, 0),
    CN_FIELD(cn_resizing_args, crop_to_aspect_ratio, CN_FIELD_BOOL, 0),
    CN_FIELD(cn_resizing_args, pad_to_aspect_ratio, CN_FIELD_BOOL, 0),
    CN_FIELD(cn_resizing_args, fill_mode, CN_FIELD_TEXT, 0),
    CN_FIELD(cn_resizing_args, fill_value, CN_FIELD_REAL, 0),
    CN_FIELD(cn_resizing_args, antialias, CN_FIELD_BOOL, 0),
    CN_FIELD(cn_resizing_args, data_format, CN_FIELD_TEXT, 0),
    CN_END_FIELDS,
};

static cn_status check(const void *own)
{
    static const char *const interpolations[] = {"bilinear", "nearest", "bicubic", "lanczos3",
                                                 "lanczos5", "area",    NULL};
    static const char *const fill_modes[] = {"constant", NULL};
    const cn_resizing_args *args = own;
    CN_TRY(cn_check_positive("height", args->height));
    CN_TRY(cn_check_positive("width", args->width));
    CN_TRY(cn_check_choice("interpolation", args->interpolation, interpolations));
    CN_TRY(cn_check_choice("fill_mode", args->fill_mode, fill_modes));
    CN_CHECK(isfinite(args->fill_value), "fill_value must be a number, got %g", args->fill_value);
    CN_CHECK(!args->crop_to_aspect_ratio || !args->pad_to_aspect_ratio,
             "only one of crop_to_aspect_ratio and pad_to_aspect_ratio can be true");
    return cn_check_data_format(args->data_format);
}

static cn_status call(cn_call_frame *frame)
{
    const cn_resizing_args *args = frame->layer->args;
    const cn_resizing how = {.size = {args->height, args->width},
                             .interpolation = args->interpolation,
                             .antialias = args->antialias,
                             .crop_to_aspect_ratio = args->crop_to_aspect_ratio,
                             .pad_to_aspect_ratio = args->pad_to_aspect_ratio,
                             .fill_value = args->fill_value};
    frame->outputs[0] = cn_emit_resized(frame->program, frame->inputs[0],
                                        cn_first_spatial_axis(args->data_format), &how);
    return frame->program->status;
}

const cn_layer_class cn_resizing_layer_class = {
    CN_LAYER_CLASS("Resizing", cn_resizing_args, fields, defaults),
    .base.check = check,
    CN_ONE_INPUT,
    .check_inputs = cn_check_images,
    .call = call,
};

cn_layer *cn_resizing_with(const cn_resizing_args *args)
{
    return cn_layer_make(&cn_resizing_layer_class, args);
}
