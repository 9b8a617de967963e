/* Resizing: images made height x width. */
#include <math.h>
#include <string.h>

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

/* Both ends of one axis get the same, so that the result may be one row or column larger than the
 * proportions say. */
static cn_value pad_to_aspect(cn_program *p, cn_value x, int64_t axis, const cn_resizing_args *args)
{
    const cn_shape shape = *cn_shape_of(p, x);
    const int64_t height = shape.dim[axis], width = shape.dim[axis + 1],
                  rows = (width * args->height / args->width - height) / 2,
                  columns = (height * args->width / args->height - width) / 2;
    cn_shape ends = {.rank = 4};
    if (rows > 0)
        ends.dim[axis] = rows;
    else if (columns > 0)
        ends.dim[axis + 1] = columns;
    else
        return x;
    return cn_emit_pad(p, x, ends, ends, args->fill_value);
}

/* Whole numbers of a type stay those: the nearest ones that it has. */
static cn_value as_before(cn_program *p, cn_value x, cn_dtype dtype)
{
    const double largest = dtype == CN_UINT8 ? 255 : 0x7fffff80, /* of float32 that int32 has */
        smallest = dtype == CN_UINT8 ? 0 : -0x1p31;
    if (dtype != CN_UINT8 && dtype != CN_INT32)
        return x;
    cn_value whole = cn_emit_clip(p, cn_emit_round(p, x), smallest, largest);
    return cn_emit_cast(p, whole, dtype);
}

static cn_status call(cn_call_frame *frame)
{
    const cn_resizing_args *args = frame->layer->args;
    cn_program *p = frame->program;
    const int64_t axis = cn_first_spatial_axis(args->data_format);
    const cn_image_size size = {args->height, args->width};
    const cn_dtype dtype = cn_type_of(p, frame->inputs[0])->dtype;
    cn_value x = cn_emit_cast(p, frame->inputs[0], CN_FLOAT32);
    CN_TRY(p->status);
    if (args->crop_to_aspect_ratio)
        x = cn_emit_cropped_to_aspect(p, x, axis, size);
    if (args->pad_to_aspect_ratio)
        x = pad_to_aspect(p, x, axis, args);
    x = cn_emit_resized(p, x, axis, size, args->interpolation, args->antialias);
    frame->outputs[0] = as_before(p, x, dtype);
    return p->status;
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
