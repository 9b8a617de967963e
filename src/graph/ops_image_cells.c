/* Operations on images that look at cells elsewhere: moved images, and filters. */
#include "cornu/image_ops.h"

#include <math.h>

#include "graph/draw.h"
#include "ops/images.h"

/* ---- images as float32 [N, H, W, C] ---------------------------------------------------------- */

/* What they were before. */
typedef struct form {
    bool single;
    cn_dtype dtype;
} form;

/* CN_NO_VALUE, having failed, if x is no image and no batch of them. */
static cn_value enter(cn_program *p, const cn_operation_class *class, const cn_operation_args *args,
                      cn_value x, form *was)
{
    if (x == CN_NO_VALUE)
        return x;
    const cn_shape *shape = cn_shape_of(p, x);
    if (shape->rank != 3 && shape->rank != 4)
        return cn_refuse(p, class, "takes an image or a batch of images, got shape %s",
                         cn_shape_str(shape));
    (void)cn_channels_are_first(p, class, args);
    *was = (form){shape->rank == 3, cn_type_of(p, x)->dtype};
    x = cn_emit_cast(p, x, CN_FLOAT32);
    if (was->single)
        x = cn_emit_expand_dims(p, x, 0);
    return cn_move_channels(p, args, x, true);
}

static cn_value leave(cn_program *p, const cn_operation_args *args, cn_value x, const form *was)
{
    x = cn_move_channels(p, args, x, false);
    if (was->single)
        x = cn_emit_squeeze(p, x, 0);
    return cn_emit_rounded_to(p, x, was->dtype);
}

/* ---- moved ----------------------------------------------------------------------------------- */

/* Numbers for each of n images, [N, ...]: what has an axis less is for all. */
static cn_value for_each_image(cn_program *p, const cn_operation_class *class, const char *name,
                               cn_value x, int64_t n, cn_shape one)
{
    if (x == CN_NO_VALUE)
        return x;
    const cn_shape *shape = cn_shape_of(p, x);
    cn_shape all = {one.rank + 1, {n}};
    for (int64_t i = 0; i < one.rank; i++)
        all.dim[i + 1] = one.dim[i];
    if (!cn_shape_equal(shape, &one) && !cn_shape_equal(shape, &all))
        return cn_refuse(p, class, "%s must have shape %s, or that for each image, got %s", name,
                         cn_shape_str(&one), cn_shape_str(shape));
    return cn_emit_broadcast_to(p, cn_emit_cast(p, x, CN_FLOAT32), all);
}

static cn_value moved(cn_program *p, const cn_operation_class *class, const cn_operation_args *args,
                      cn_value x, cn_value transforms)
{
    static const char *const interpolations[] = {"bilinear", "nearest", NULL},
                             *const fill_modes[] = {"constant", "nearest", "wrap", "reflect", NULL};
    const cn_warp_attributes how = {args->interpolation, args->fill_mode, args->fill_value};
    if (!cn_is_choice(p, class, "interpolation", how.interpolation, interpolations) ||
        !cn_is_choice(p, class, "fill_mode", how.fill_mode, fill_modes))
        return CN_NO_VALUE;
    return cn_emit_warp(p, x, transforms, &how);
}

/* As Keras with JAX has it: the last two of the eight numbers count as 0. */
CN_EMIT(emit_affine_transform)
{
    form was;
    (void)n;
    cn_value x = enter(p, class, args, inputs[0], &was);
    if (x == CN_NO_VALUE)
        return x;
    cn_value transforms =
        for_each_image(p, class, "transform", inputs[1], cn_shape_of(p, x)->dim[0], CN_SHAPE(8));
    transforms = cn_emit_slice_axis(p, transforms, 1, 0, 6);
    return leave(p, args, moved(p, class, args, x, transforms), &was);
}

/* Of the equations start = a0 end_x + a1 end_y + a2 - start (a6 end_x + a7 end_y), those of one
 * coordinate: [N, 4, 8]. */
static cn_value equations(cn_program *p, cn_value start, cn_value end, int64_t coordinate)
{
    cn_value one = cn_emit_ones_like(p, start);
    cn_value three[] = {end, one}, own = cn_emit_concatenate(p, three, 2, 2);
    cn_value other = cn_emit_zeros_like(p, own);
    cn_value product = cn_emit_negative(p, cn_emit_multiply(p, start, end));
    const cn_value sides[] = {coordinate == 0 ? own : other, coordinate == 0 ? other : own,
                              product};
    return cn_emit_concatenate(p, sides, 3, 2);
}

/* The eight numbers that lead from end points to start points, [N, 8]. */
static cn_value transforms_of(cn_program *p, cn_value starts, cn_value ends, int64_t images)
{
    cn_value rows[2], start[2];
    for (int64_t i = 0; i < 2; i++) {
        start[i] = cn_emit_slice_axis(p, starts, 2, i, 1);
        rows[i] = equations(p, start[i], ends, i);
    }
    cn_value found =
        cn_emit_solve(p, cn_emit_concatenate(p, rows, 2, 1), cn_emit_concatenate(p, start, 2, 1));
    return cn_emit_reshape(p, found, CN_SHAPE(images, 8));
}

CN_EMIT(emit_perspective_transform)
{
    form was;
    (void)n;
    cn_value x = enter(p, class, args, inputs[0], &was);
    if (x == CN_NO_VALUE)
        return x;
    const int64_t images = cn_shape_of(p, x)->dim[0];
    const cn_shape points = CN_SHAPE(4, 2);
    cn_value starts = for_each_image(p, class, "start_points", inputs[1], images, points);
    cn_value ends = for_each_image(p, class, "end_points", inputs[2], images, points);
    cn_value transforms = transforms_of(p, starts, ends, images);
    return leave(p, args, moved(p, class, args, x, transforms), &was);
}

/* ---- filters --------------------------------------------------------------------------------- */

/* A kernel [h, w, 1, M] for each channel of x. */
static cn_value filter(cn_program *p, cn_value x, cn_value kernel)
{
    if (x == CN_NO_VALUE || kernel == CN_NO_VALUE)
        return CN_NO_VALUE;
    cn_shape shape = *cn_shape_of(p, kernel);
    shape.dim[2] = cn_shape_of(p, x)->dim[3];
    return cn_emit_filtered(p, x, cn_emit_broadcast_to(p, kernel, shape));
}

/* Keras takes the first number of both lists for the columns. */
CN_EMIT(emit_gaussian_blur)
{
    const cn_shape *size = &args->size;
    const double *sigma = args->sigma;
    form was;
    (void)n;
    cn_value x = enter(p, class, args, inputs[0], &was);
    if (size->rank != 2 || size->dim[0] < 1 || size->dim[1] < 1)
        return cn_refuse(p, class, "kernel_size must be two positive numbers, got %s",
                         cn_shape_str(size));
    if (!(sigma[0] > 0 && sigma[1] > 0) || !isnan(sigma[2]))
        return cn_refuse(p, class, "sigma must be two positive numbers, got %g and %g", sigma[0],
                         sigma[1]);
    cn_value down = cn_emit_bell(p, size->dim[1], 0, cn_emit_scalar(p, sigma[1]), CN_NO_VALUE);
    cn_value across = cn_emit_bell(p, size->dim[0], 1, cn_emit_scalar(p, sigma[0]), CN_NO_VALUE);
    return leave(p, args, filter(p, x, cn_emit_multiply(p, down, across)), &was);
}

/* -1, 0, 1 and 1, 2, 1 along an axis of [3, 3, 1, 1]. */
static void sobel_sides(cn_program *p, int64_t axis, cn_value *slope, cn_value *weight)
{
    cn_shape shape = CN_SHAPE(1, 1, 1, 1);
    shape.dim[axis] = 3;
    cn_value place = cn_emit_cast(p, cn_emit_iota(p, shape, axis), CN_FLOAT32);
    *slope = cn_emit_add_scalar(p, place, -1);
    *weight = cn_emit_subtract_from(p, 2, cn_emit_absolute(p, *slope));
}

/* [N, H, W, C] -> [N, H, W, C, 2], or [N, C, H, W, 2]: along rows and along columns. */
CN_EMIT(emit_sobel_edges)
{
    cn_value slope[2], weight[2], kernel[2];
    form was;
    (void)n;
    cn_value x = enter(p, class, args, inputs[0], &was);
    if (x == CN_NO_VALUE)
        return x;
    if (was.single)
        return cn_refuse(p, class, "takes a batch of images, got shape %s",
                         cn_shape_str(cn_shape_of(p, inputs[0])));
    for (int i = 0; i < 2; i++)
        sobel_sides(p, i, &slope[i], &weight[i]);
    kernel[0] = cn_emit_multiply(p, slope[0], weight[1]);
    kernel[1] = cn_emit_multiply(p, weight[0], slope[1]);
    cn_shape shape = *cn_shape_of(p, x);
    shape.dim[shape.rank++] = 2;
    cn_value edges = filter(p, x, cn_emit_concatenate(p, kernel, 2, 3));
    edges = cn_emit_reshape(p, edges, shape);
    return cn_channels_are_first(p, class, args)
               ? cn_emit_transpose(p, edges, CN_SHAPE(0, 3, 1, 2, 4))
               : edges;
}

/* ---- similarity ------------------------------------------------------------------------------ */

/* Means around cells, by a Gaussian of args, where it is inside the image. */
static cn_value means(cn_program *p, const cn_operation_args *args, cn_value x)
{
    if (x == CN_NO_VALUE)
        return x;
    const int64_t size = args->number, channels = cn_shape_of(p, x)->dim[3];
    const cn_conv_attributes inside = {.strides = CN_SHAPE(1, 1),
                                       .dilation = CN_SHAPE(1, 1),
                                       .before = CN_SHAPE(0, 0),
                                       .after = CN_SHAPE(0, 0),
                                       .groups = 1};
    for (int64_t axis = 0; axis < 2; axis++) {
        cn_value kernel =
            cn_emit_bell(p, size, axis, cn_emit_scalar(p, args->sigma[0]), CN_NO_VALUE);
        cn_shape shape = CN_SHAPE(1, 1, channels, 1);
        shape.dim[axis] = size;
        x = cn_emit_depthwise_conv(p, x, cn_emit_broadcast_to(p, kernel, shape), &inside);
    }
    return x;
}

/* 2 a b + c, and a^2 + b^2 + c. */
static void sums(cn_program *p, cn_value ab, cn_value aa_bb, double c, cn_value *both,
                 cn_value *each)
{
    *both = cn_emit_add_scalar(p, cn_emit_multiply_scalar(p, ab, 2), c);
    *each = cn_emit_add_scalar(p, aa_bb, c);
}

/* Wang et al., Image Quality Assessment (2004): of the means m and the variances and covariance v
 * around cells, (2 m1 m2 + c1) (2 v12 + c2) / ((m1^2 + m2^2 + c1) (v1 + v2 + c2)). */
static cn_value similarity(cn_program *p, const cn_operation_args *args, cn_value a, cn_value b)
{
    const double c1 = pow(args->low * args->high, 2), c2 = pow(args->threshold * args->high, 2);
    const int64_t channels = cn_shape_of(p, a)->dim[3];
    cn_value squares = cn_emit_add(p, cn_emit_square(p, a), cn_emit_square(p, b));
    const cn_value all[] = {a, b, squares, cn_emit_multiply(p, a, b)};
    cn_value around = means(p, args, cn_emit_concatenate(p, all, 4, 3)), m[4];
    for (int i = 0; i < 4; i++)
        m[i] = cn_emit_slice_axis(p, around, 3, i * channels, channels);
    cn_value product = cn_emit_multiply(p, m[0], m[1]);
    cn_value square = cn_emit_add(p, cn_emit_square(p, m[0]), cn_emit_square(p, m[1]));
    cn_value top[2], bottom[2];
    sums(p, product, square, c1, &top[0], &bottom[0]);
    sums(p, cn_emit_subtract(p, m[3], product), cn_emit_subtract(p, m[2], square), c2, &top[1],
         &bottom[1]);
    return cn_emit_divide(p, cn_emit_multiply(p, top[0], top[1]),
                          cn_emit_multiply(p, bottom[0], bottom[1]));
}

CN_EMIT(emit_ssim)
{
    form was, other;
    (void)n;
    cn_value a = enter(p, class, args, inputs[0], &was);
    cn_value b = enter(p, class, args, inputs[1], &other);
    if (a == CN_NO_VALUE || b == CN_NO_VALUE)
        return CN_NO_VALUE;
    const cn_shape *shape = cn_shape_of(p, a), *beside = cn_shape_of(p, b);
    if (was.single != other.single || !cn_shape_equal(shape, beside))
        return cn_refuse(p, class, "takes images of one shape, got %s and %s",
                         cn_shape_str(cn_shape_of(p, inputs[0])),
                         cn_shape_str(cn_shape_of(p, inputs[1])));
    if (args->number < 1 || args->number > shape->dim[1] || args->number > shape->dim[2])
        return cn_refuse(p, class, "a filter of %d cells does not fit into shape %s",
                         (int)args->number, cn_shape_str(cn_shape_of(p, inputs[0])));
    if (!(args->sigma[0] > 0))
        return cn_refuse(p, class, "filter_sigma must be positive, got %g", args->sigma[0]);
    cn_value y = cn_emit_mean(p, similarity(p, args, a, b), CN_AXES(1, 2, 3), false);
    return cn_emit_rounded_to(p, was.single ? cn_emit_squeeze(p, y, 0) : y, was.dtype);
}

/* ---- classes --------------------------------------------------------------------------------- */

#define DATA_FORMAT CN_OPERATION_FIELD("data_format", data_format, CN_FIELD_TEXT, CN_FIELD_OPTIONAL)
#define MOVING                                                                                     \
    CN_OPERATION_FIELD("interpolation", interpolation, CN_FIELD_TEXT, 0),                          \
        CN_OPERATION_FIELD("fill_value", fill_value, CN_FIELD_REAL, 0), DATA_FORMAT

static const cn_field affine_fields[] = {
    MOVING, CN_OPERATION_FIELD("fill_mode", fill_mode, CN_FIELD_TEXT, 0), CN_END_FIELDS};
static const cn_field perspective_fields[] = {MOVING, CN_END_FIELDS};
static const cn_field blur_fields[] = {CN_OPERATION_FIELD("kernel_size", size, CN_FIELD_SHAPE, 0),
                                       CN_OPERATION_FIELD("sigma", sigma, CN_FIELD_REALS, 0),
                                       DATA_FORMAT, CN_END_FIELDS};
static const cn_field sobel_fields[] = {DATA_FORMAT, CN_END_FIELDS};
static const cn_field ssim_fields[] = {
    CN_OPERATION_FIELD("max_val", high, CN_FIELD_REAL, 0),
    CN_OPERATION_FIELD("filter_size", number, CN_FIELD_INT, 0),
    CN_OPERATION_FIELD("filter_sigma", sigma[0], CN_FIELD_REAL, 0),
    CN_OPERATION_FIELD("k1", low, CN_FIELD_REAL, 0),
    CN_OPERATION_FIELD("k2", threshold, CN_FIELD_REAL, 0),
    DATA_FORMAT,
    CN_END_FIELDS};

const cn_operation_class cn_operation_affine_transform = CN_OPERATION_OF(
    "affine_transform", "AffineTransform", "image", affine_fields, 2, emit_affine_transform);
const cn_operation_class cn_operation_perspective_transform =
    CN_OPERATION_OF("perspective_transform", "PerspectiveTransform", "image", perspective_fields, 3,
                    emit_perspective_transform);
const cn_operation_class cn_operation_gaussian_blur =
    CN_OPERATION_OF("gaussian_blur", "GaussianBlur", "image", blur_fields, 1, emit_gaussian_blur);
const cn_operation_class cn_operation_sobel_edges =
    CN_OPERATION_OF("sobel_edges", "SobelEdges", "image", sobel_fields, 1, emit_sobel_edges);
const cn_operation_class cn_operation_ssim =
    CN_OPERATION_OF("ssim", "SSIM", "image", ssim_fields, 2, emit_ssim);

/* ---- in C ------------------------------------------------------------------------------------ */

cn_tensor *cn_ops_image_affine_transform_with(const cn_ops_image_affine_transform_args *own)
{
    cn_operation_args args = cn_operation_defaults;
    cn_tensor *const inputs[] = {own->images, own->transform};
    args.interpolation = own->interpolation;
    args.fill_mode = own->fill_mode;
    args.fill_value = own->fill_value;
    args.data_format = own->data_format;
    return cn_operation(&cn_operation_affine_transform, &args, inputs, 2);
}

cn_tensor *cn_ops_image_perspective_transform_with(
    const cn_ops_image_perspective_transform_args *own)
{
    cn_operation_args args = cn_operation_defaults;
    cn_tensor *const inputs[] = {own->images, own->start_points, own->end_points};
    args.interpolation = own->interpolation;
    args.fill_value = own->fill_value;
    args.data_format = own->data_format;
    return cn_operation(&cn_operation_perspective_transform, &args, inputs, 3);
}

cn_tensor *cn_ops_image_gaussian_blur_with(const cn_ops_image_gaussian_blur_args *own)
{
    cn_operation_args args = cn_operation_defaults;
    args.size = cn_shape_of_dims(own->kernel_size);
    for (int i = 0; i < 2; i++)
        args.sigma[i] = own->sigma[i];
    args.sigma[2] = CN_UNSET;
    args.data_format = own->data_format;
    return cn_operation(&cn_operation_gaussian_blur, &args, &own->images, 1);
}

cn_tensor *cn_ops_image_sobel_edges(cn_tensor *images)
{
    return cn_draw_1(&cn_operation_sobel_edges, images);
}

cn_tensor *cn_ops_image_ssim_with(const cn_ops_image_ssim_args *own)
{
    cn_operation_args args = cn_operation_defaults;
    cn_tensor *const inputs[] = {own->image1, own->image2};
    args.high = own->max_val;
    args.number = own->filter_size;
    args.sigma[0] = own->filter_sigma;
    args.low = own->k1;
    args.threshold = own->k2;
    args.data_format = own->data_format;
    return cn_operation(&cn_operation_ssim, &args, inputs, 2);
}
