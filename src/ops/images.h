/* Emitting what layers and operations do to images. x is [N, H, W, C] where nothing else is
 * said. */
#ifndef CORNU_OPS_IMAGES_H
#define CORNU_OPS_IMAGES_H

#include "ops/emit.h"

/* x, in which whole numbers were computed with, as the nearest numbers of their type. */
cn_value cn_emit_rounded_to(cn_program *p, cn_value x, cn_dtype dtype);

/* ---- sizes: of the axes first_axis and the one behind ---------------------------------------- */

typedef struct cn_image_size {
    int64_t height, width;
} cn_image_size;

/* Rows top .. top+height-1 and columns left .. left+width-1; what is outside is left out. */
cn_value cn_emit_cropped(cn_program *p, cn_value x, int64_t first_axis, int64_t top, int64_t left,
                         cn_image_size size);

/* The largest part in the middle with the proportions of size. */
cn_value cn_emit_cropped_to_aspect(cn_program *p, cn_value x, int64_t first_axis,
                                   cn_image_size size);

/* x made height x width, first cropped or padded to these proportions if that is said. Whole
 * numbers give whole numbers of their type. */
typedef struct cn_resizing {
    cn_image_size size;
    const char *interpolation; /* as cn_emit_resample has them */
    bool antialias, crop_to_aspect_ratio, pad_to_aspect_ratio;
    double fill_value;
} cn_resizing;
cn_value cn_emit_resized(cn_program *p, cn_value x, int64_t first_axis, const cn_resizing *how);

/* ---- places ---------------------------------------------------------------------------------- */

/* How elements between and outside of x's cells are made. */
typedef struct cn_warping {
    const char *interpolation, *fill_mode;
    double fill_value;
} cn_warping;

/* int32 places i along an axis of n cells, brought inside by a fill mode: reflect, wrap, mirror (as
 * reflect, but the ends come once), or else nearest. */
cn_value cn_emit_inside(cn_program *p, cn_value i, int64_t n, const char *fill_mode);

/* Elements of x at places along its first n axes, which broadcast together: [places..., the other
 * axes]. Places are int32, or float32 between cells. */
cn_value cn_emit_at_places(cn_program *p, cn_value x, const cn_value *places, int64_t n,
                           cn_warping how);

/* The same of rows and columns, which broadcast to [N, h, w], in each image: [N, h, w, C]. */
cn_value cn_emit_cells(cn_program *p, cn_value x, cn_value rows, cn_value columns, cn_warping how);

/* a (1 - part) + b part */
cn_value cn_emit_between(cn_program *p, cn_value a, cn_value b, cn_value part);

/* ---- filters --------------------------------------------------------------------------------- */

/* Every channel alike by kernel[h, w, C, M], with zeros around the image: [N, H, W, C M]. */
cn_value cn_emit_filtered(cn_program *p, cn_value x, cn_value kernel);

/* exp(-(d / sigma)^2 / 2) along an axis of [size, size, 1, 1] (the other is 1), d from the middle;
 * beyond reach, if that is a value, 0. The sum is 1. */
cn_value cn_emit_bell(cn_program *p, int64_t size, int64_t axis, cn_value sigma, cn_value reach);

/* ---- colors: the channels are an axis -------------------------------------------------------- */

/* x's three channels, red, green and blue, as one of gray; one channel is gray already. */
cn_value cn_emit_gray(cn_program *p, cn_value x, int64_t axis);

/* Three channels, each with its axis of 1: red, green, blue, or hue, saturation, value, which are
 * from 0 to 1. */
typedef struct cn_colors {
    cn_value channels[3];
} cn_colors;
cn_colors cn_emit_channels(cn_program *p, cn_value x, int64_t axis);
cn_colors cn_emit_hsv_of_rgb(cn_program *p, cn_value x, int64_t axis);
cn_colors cn_emit_rgb_of_hsv(cn_program *p, const cn_colors *hsv);
cn_value cn_emit_joined_channels(cn_program *p, const cn_colors *colors, int64_t axis);

#endif
