/* Emitting the ops on images, and what changes the size of images. */
#include "ops/images.h"

cn_value cn_emit_resample(cn_program *p, cn_value x, const cn_resample_attributes *attributes)
{
    cn_value number = cn_emit_cast(p, x, CN_FLOAT32);
    if (number == CN_NO_VALUE)
        return number;
    const cn_shape *shape = cn_shape_of(p, number);
    if (attributes->axis < shape->rank && shape->dim[attributes->axis] == attributes->size)
        return number;
    return cn_program_append(p, &cn_op_resample, attributes, &number, 1);
}

cn_value cn_emit_warp(cn_program *p, cn_value x, cn_value transforms,
                      const cn_warp_attributes *attributes)
{
    cn_value operands[2] = {x, transforms};
    if (x == CN_NO_VALUE || transforms == CN_NO_VALUE)
        return CN_NO_VALUE;
    return cn_program_append(p, &cn_op_warp, attributes, operands, 2);
}

cn_value cn_emit_rounded_to(cn_program *p, cn_value x, cn_dtype dtype)
{
    const double largest = dtype == CN_UINT8 ? 255 : 0x7fffff80, /* of float32 that int32 has */
        smallest = dtype == CN_UINT8 ? 0 : -0x1p31;
    if (dtype != CN_UINT8 && dtype != CN_INT32)
        return x;
    cn_value whole = cn_emit_clip(p, cn_emit_round(p, x), smallest, largest);
    return cn_emit_cast(p, whole, dtype);
}

/* ---- sizes ----------------------------------------------------------------------------------- */

static int64_t within(int64_t low, int64_t value, int64_t high)
{
    return value < low ? low : value > high ? high : value;
}

cn_value cn_emit_cropped(cn_program *p, cn_value x, int64_t first_axis, int64_t top, int64_t left,
                         cn_image_size size)
{
    if (x == CN_NO_VALUE)
        return x;
    const cn_shape shape = *cn_shape_of(p, x);
    const int64_t height = within(0, size.height, shape.dim[first_axis] - top),
                  width = within(0, size.width, shape.dim[first_axis + 1] - left);
    cn_value rows = cn_emit_slice_axis(p, x, first_axis, top, height);
    return cn_emit_slice_axis(p, rows, first_axis + 1, left, width);
}

cn_value cn_emit_cropped_to_aspect(cn_program *p, cn_value x, int64_t first_axis,
                                   cn_image_size size)
{
    if (x == CN_NO_VALUE)
        return x;
    const cn_shape shape = *cn_shape_of(p, x);
    const int64_t height = shape.dim[first_axis], width = shape.dim[first_axis + 1];
    const cn_image_size part = {within(1, width * size.height / size.width, height),
                                within(1, height * size.width / size.height, width)};
    return cn_emit_cropped(p, x, first_axis, (height - part.height) / 2, (width - part.width) / 2,
                           part);
}

/* Both ends of one axis get the same, so that the result may be one row or column larger than the
 * proportions say. */
static cn_value padded_to_aspect(cn_program *p, cn_value x, int64_t axis, const cn_resizing *how)
{
    if (x == CN_NO_VALUE)
        return x;
    const cn_shape shape = *cn_shape_of(p, x);
    const int64_t height = shape.dim[axis], width = shape.dim[axis + 1],
                  rows = (width * how->size.height / how->size.width - height) / 2,
                  columns = (height * how->size.width / how->size.height - width) / 2;
    cn_shape ends = {.rank = shape.rank};
    if (rows > 0)
        ends.dim[axis] = rows;
    else if (columns > 0)
        ends.dim[axis + 1] = columns;
    else
        return x;
    return cn_emit_pad(p, x, ends, ends, how->fill_value);
}

/* The axis whose change leaves less to do for the other one first. */
static cn_value resampled(cn_program *p, cn_value x, int64_t first_axis, const cn_resizing *how)
{
    if (x == CN_NO_VALUE)
        return x;
    const cn_shape shape = *cn_shape_of(p, x);
    const int64_t height = how->size.height, width = how->size.width;
    const bool rows_first = height * shape.dim[first_axis + 1] <= shape.dim[first_axis] * width;
    const cn_resample_attributes rows = {first_axis, height, how->interpolation, how->antialias},
                                 columns = {first_axis + 1, width, how->interpolation,
                                            how->antialias};
    cn_value half = cn_emit_resample(p, x, rows_first ? &rows : &columns);
    return cn_emit_resample(p, half, rows_first ? &columns : &rows);
}

cn_value cn_emit_resized(cn_program *p, cn_value x, int64_t first_axis, const cn_resizing *how)
{
    if (x == CN_NO_VALUE)
        return x;
    const cn_dtype dtype = cn_type_of(p, x)->dtype;
    x = cn_emit_cast(p, x, CN_FLOAT32);
    if (how->crop_to_aspect_ratio)
        x = cn_emit_cropped_to_aspect(p, x, first_axis, how->size);
    if (how->pad_to_aspect_ratio)
        x = padded_to_aspect(p, x, first_axis, how);
    return cn_emit_rounded_to(p, resampled(p, x, first_axis, how), dtype);
}
