/* Operations on images [..., H, W, C], or [..., C, H, W], of any type: their size and their
 * colors. */
#include "cornu/image_ops.h"

#include <inttypes.h>

#include "graph/draw.h"
#include "ops/images.h"

/* The axis of rows, behind which that of columns is, and the one of channels. */
typedef struct axes {
    int64_t rows, channels;
} axes;

/* False, having failed, if x is no image and no batch of them. */
static bool find_axes(cn_program *p, const cn_operation_class *class, const cn_operation_args *args,
                      cn_value x, axes *at)
{
    if (x == CN_NO_VALUE)
        return false;
    const cn_shape *shape = cn_shape_of(p, x);
    const bool first = cn_channels_are_first(p, class, args);
    if (shape->rank != 3 && shape->rank != 4)
        (void)cn_refuse(p, class, "takes an image or a batch of images, got shape %s",
                        cn_shape_str(shape));
    *at = first ? (axes){shape->rank - 2, shape->rank - 3}
                : (axes){shape->rank - 3, shape->rank - 1};
    return p->status == CN_OK;
}

/* ---- size ------------------------------------------------------------------------------------ */

CN_EMIT(emit_resize)
{
    static const char *const interpolations[] = {"bilinear", "nearest",  "bicubic",
                                                 "lanczos3", "lanczos5", NULL},
                             *const fill_modes[] = {"constant", NULL};
    const cn_shape *size = &args->size;
    axes at;
    (void)n;
    if (!find_axes(p, class, args, inputs[0], &at))
        return CN_NO_VALUE;
    if (size->rank != 2 || size->dim[0] < 1 || size->dim[1] < 1)
        return cn_refuse(p, class, "size must be a height and a width, both positive, got %s",
                         cn_shape_str(size));
    if (!cn_is_choice(p, class, "interpolation", args->interpolation, interpolations) ||
        !cn_is_choice(p, class, "fill_mode", args->fill_mode, fill_modes))
        return CN_NO_VALUE;
    if (args->crop_to_aspect_ratio && args->pad_to_aspect_ratio)
        return cn_refuse(p, class,
                         "only one of crop_to_aspect_ratio and pad_to_aspect_ratio can be true");
    const cn_resizing how = {.size = {size->dim[0], size->dim[1]},
                             .interpolation = args->interpolation,
                             .antialias = args->antialias,
                             .crop_to_aspect_ratio = args->crop_to_aspect_ratio,
                             .pad_to_aspect_ratio = args->pad_to_aspect_ratio,
                             .fill_value = args->fill_value};
    return cn_emit_resized(p, inputs[0], at.rows, &how);
}

/* ---- edges ----------------------------------------------------------------------------------- */

/* What is cut off, or added, before and behind an axis of so many cells, and what it has then. Two
 * of the three are said. */
typedef struct edge {
    const char *names;
    int64_t before, after, target;
} edge;

static bool complete(cn_program *p, const cn_operation_class *class, edge *e, int64_t cells,
                     bool adds)
{
    const int64_t sign = adds ? 1 : -1;
    if ((e->before == CN_NONE) + (e->after == CN_NONE) + (e->target == CN_NONE) != 1)
        (void)cn_refuse(p, class, "two of %s must be said", e->names);
    else if (e->target == CN_NONE)
        e->target = cells + sign * (e->before + e->after);
    else if (e->before == CN_NONE)
        e->before = sign * (e->target - cells) - e->after;
    else
        e->after = sign * (e->target - cells) - e->before;
    if (p->status == CN_OK && (e->before < 0 || e->after < 0 || e->target < 0))
        (void)cn_refuse(p, class,
                        "%s cannot be %" PRId64 ", %" PRId64 " and %" PRId64
                        " where an image has %" PRId64 " cells",
                        e->names, e->before, e->after, e->target, cells);
    return p->status == CN_OK;
}

static cn_value change_edges(cn_program *p, const cn_operation_class *class,
                             const cn_operation_args *args, cn_value x, bool adds)
{
    const cn_edges *e = &args->edges;
    edge down = {"top, bottom and target_height", e->top, e->bottom, e->height},
         across = {"left, right and target_width", e->left, e->right, e->width};
    axes at;
    if (!find_axes(p, class, args, x, &at))
        return CN_NO_VALUE;
    const cn_shape shape = *cn_shape_of(p, x);
    if (!complete(p, class, &down, shape.dim[at.rows], adds) ||
        !complete(p, class, &across, shape.dim[at.rows + 1], adds))
        return CN_NO_VALUE;
    if (!adds)
        return cn_emit_cropped(p, x, at.rows, down.before, across.before,
                               (cn_image_size){down.target, across.target});
    cn_shape before = {.rank = shape.rank}, after = before;
    before.dim[at.rows] = down.before;
    before.dim[at.rows + 1] = across.before;
    after.dim[at.rows] = down.after;
    after.dim[at.rows + 1] = across.after;
    return cn_emit_pad(p, x, before, after, 0);
}

CN_EMIT(emit_crop_images)
{
    (void)n;
    return change_edges(p, class, args, inputs[0], false);
}

CN_EMIT(emit_pad_images)
{
    (void)n;
    return change_edges(p, class, args, inputs[0], true);
}

/* ---- colors ---------------------------------------------------------------------------------- */

/* Whether there are three channels, or one where that is allowed. */
static bool has_colors(cn_program *p, const cn_operation_class *class, cn_value x, int64_t axis,
                       bool gray)
{
    const int64_t channels = cn_shape_of(p, x)->dim[axis];
    if (channels != 3 && !(gray && channels == 1))
        (void)cn_refuse(p, class, "takes images of 3 channels%s, got shape %s", gray ? " or 1" : "",
                        cn_shape_str(cn_shape_of(p, x)));
    return p->status == CN_OK;
}

CN_EMIT(emit_rgb_to_grayscale)
{
    axes at;
    (void)n;
    if (!find_axes(p, class, args, inputs[0], &at) ||
        !has_colors(p, class, inputs[0], at.channels, true))
        return CN_NO_VALUE;
    const cn_dtype dtype = cn_type_of(p, inputs[0])->dtype;
    cn_value gray = cn_emit_gray(p, cn_emit_cast(p, inputs[0], CN_FLOAT32), at.channels);
    return cn_emit_cast(p, gray, dtype);
}

/* The axis of three channels of float32; below 0, having failed: x has none. */
static int64_t color_axis(cn_program *p, const cn_operation_class *class,
                          const cn_operation_args *args, cn_value x)
{
    axes at;
    if (!find_axes(p, class, args, x, &at) || !has_colors(p, class, x, at.channels, false))
        return -1;
    if (cn_type_of(p, x)->dtype != CN_FLOAT32)
        (void)cn_refuse(p, class, "takes float32 images, got %s",
                        cn_dtype_name(cn_type_of(p, x)->dtype));
    return p->status == CN_OK ? at.channels : -1;
}

CN_EMIT(emit_rgb_to_hsv)
{
    const int64_t axis = color_axis(p, class, args, inputs[0]);
    (void)n;
    if (axis < 0)
        return CN_NO_VALUE;
    const cn_colors hsv = cn_emit_hsv_of_rgb(p, inputs[0], axis);
    return cn_emit_joined_channels(p, &hsv, axis);
}

CN_EMIT(emit_hsv_to_rgb)
{
    const int64_t axis = color_axis(p, class, args, inputs[0]);
    (void)n;
    if (axis < 0)
        return CN_NO_VALUE;
    const cn_colors hsv = cn_emit_channels(p, inputs[0], axis), rgb = cn_emit_rgb_of_hsv(p, &hsv);
    return cn_emit_joined_channels(p, &rgb, axis);
}

/* ---- classes --------------------------------------------------------------------------------- */

#define DATA_FORMAT CN_OPERATION_FIELD("data_format", data_format, CN_FIELD_TEXT, CN_FIELD_OPTIONAL)
#define EDGE(name, member) CN_OPERATION_FIELD(name, edges.member, CN_FIELD_INT, CN_FIELD_OPTIONAL)
#define EDGES(what)                                                                                \
    EDGE("top_" what, top), EDGE("left_" what, left), EDGE("bottom_" what, bottom),                \
        EDGE("right_" what, right), EDGE("target_height", height), EDGE("target_width", width)

static const cn_field resize_fields[] = {
    CN_OPERATION_FIELD("size", size, CN_FIELD_SHAPE, 0),
    CN_OPERATION_FIELD("interpolation", interpolation, CN_FIELD_TEXT, 0),
    CN_OPERATION_FIELD("antialias", antialias, CN_FIELD_BOOL, 0),
    CN_OPERATION_FIELD("crop_to_aspect_ratio", crop_to_aspect_ratio, CN_FIELD_BOOL, 0),
    CN_OPERATION_FIELD("pad_to_aspect_ratio", pad_to_aspect_ratio, CN_FIELD_BOOL, 0),
    CN_OPERATION_FIELD("fill_mode", fill_mode, CN_FIELD_TEXT, 0),
    CN_OPERATION_FIELD("fill_value", fill_value, CN_FIELD_REAL, 0),
    DATA_FORMAT,
    CN_END_FIELDS};
static const cn_field crop_fields[] = {EDGES("cropping"), DATA_FORMAT, CN_END_FIELDS};
static const cn_field pad_fields[] = {EDGES("padding"), DATA_FORMAT, CN_END_FIELDS};
static const cn_field color_fields[] = {DATA_FORMAT, CN_END_FIELDS};

const cn_operation_class cn_operation_resize =
    CN_OPERATION_OF("resize", "Resize", "image", resize_fields, 1, emit_resize);
const cn_operation_class cn_operation_crop_images =
    CN_OPERATION_OF("crop_images", "CropImages", "image", crop_fields, 1, emit_crop_images);
const cn_operation_class cn_operation_pad_images =
    CN_OPERATION_OF("pad_images", "PadImages", "image", pad_fields, 1, emit_pad_images);
const cn_operation_class cn_operation_rgb_to_grayscale = CN_OPERATION_OF(
    "rgb_to_grayscale", "RGBToGrayscale", "image", color_fields, 1, emit_rgb_to_grayscale);
const cn_operation_class cn_operation_rgb_to_hsv =
    CN_OPERATION_OF("rgb_to_hsv", "RGBToHSV", "image", color_fields, 1, emit_rgb_to_hsv);
const cn_operation_class cn_operation_hsv_to_rgb =
    CN_OPERATION_OF("hsv_to_rgb", "HSVToRGB", "image", color_fields, 1, emit_hsv_to_rgb);

/* ---- in C ------------------------------------------------------------------------------------ */

cn_tensor *cn_ops_image_resize_with(const cn_ops_image_resize_args *own)
{
    cn_operation_args args = cn_operation_defaults;
    args.size = cn_shape_of_dims(own->size);
    args.interpolation = own->interpolation;
    args.antialias = own->antialias;
    args.crop_to_aspect_ratio = own->crop_to_aspect_ratio;
    args.pad_to_aspect_ratio = own->pad_to_aspect_ratio;
    args.fill_value = own->fill_value;
    args.data_format = own->data_format;
    return cn_operation(&cn_operation_resize, &args, &own->images, 1);
}

static cn_tensor *of_edges(const cn_operation_class *class, const cn_ops_image_edges_args *own)
{
    cn_operation_args args = cn_operation_defaults;
    args.edges = (cn_edges){own->top,   own->left,          own->bottom,
                            own->right, own->target_height, own->target_width};
    args.data_format = own->data_format;
    return cn_operation(class, &args, &own->images, 1);
}

cn_tensor *cn_ops_image_crop_images_with(const cn_ops_image_edges_args *args)
{
    return of_edges(&cn_operation_crop_images, args);
}
cn_tensor *cn_ops_image_pad_images_with(const cn_ops_image_edges_args *args)
{
    return of_edges(&cn_operation_pad_images, args);
}

cn_tensor *cn_ops_image_rgb_to_grayscale(cn_tensor *images)
{
    return cn_draw_1(&cn_operation_rgb_to_grayscale, images);
}
cn_tensor *cn_ops_image_rgb_to_hsv(cn_tensor *images)
{
    return cn_draw_1(&cn_operation_rgb_to_hsv, images);
}
cn_tensor *cn_ops_image_hsv_to_rgb(cn_tensor *images)
{
    return cn_draw_1(&cn_operation_hsv_to_rgb, images);
}
