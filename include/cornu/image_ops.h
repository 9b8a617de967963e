/* Operations on images, with the names of keras.ops.image. Images are one image [H, W, C] or a
 * batch [N, H, W, C]; where a function has .data_format, "channels_first" says that they are
 * [C, H, W] or [N, C, H, W]. Results have the images' type. All that cornu/ops.h says of operations
 * holds for these.
 */
#ifndef CORNU_IMAGE_OPS_H
#define CORNU_IMAGE_OPS_H

#include "cornu/ops.h"

CN_BEGIN_DECLS

/* ---- size ------------------------------------------------------------------------------------ */

/* cn_ops_image_resize(x, {height, width}, .interpolation = "bicubic"): images of another size.
 * .interpolation: "bilinear", "nearest", "bicubic", "lanczos3" or "lanczos5"; .antialias makes it
 * smooth where images become smaller. The proportions change, unless images are cropped
 * (.crop_to_aspect_ratio) or padded by .fill_value (.pad_to_aspect_ratio) before. */
typedef struct cn_ops_image_resize_args {
    cn_tensor *images;
    int64_t size[CN_MAX_RANK];
    const char *interpolation;
    bool antialias, crop_to_aspect_ratio, pad_to_aspect_ratio;
    double fill_value;
    const char *data_format;
    char end_;
} cn_ops_image_resize_args;
#define CN_OPS_IMAGE_RESIZE_DEFAULTS .interpolation = "bilinear", .data_format = "channels_last"
CN_API cn_tensor *cn_ops_image_resize_with(const cn_ops_image_resize_args *args);

/* cn_ops_image_crop_images(x, .top = 2, .left = 0, .target_height = 10, .target_width = 10): a part
 * of images. Of .top, .bottom (rows that are cut off) and .target_height two are said, and so of
 * .left, .right and .target_width. cn_ops_image_pad_images(x, ...) says in the same way how many
 * rows and columns of 0 are added. */
typedef struct cn_ops_image_edges_args {
    cn_tensor *images;
    int64_t top, left, bottom, right, target_height, target_width;
    const char *data_format;
    char end_;
} cn_ops_image_edges_args;
#define CN_OPS_IMAGE_EDGES_DEFAULTS                                                                \
    .top = CN_NONE, .left = CN_NONE, .bottom = CN_NONE, .right = CN_NONE,                          \
    .target_height = CN_NONE, .target_width = CN_NONE, .data_format = "channels_last"
CN_API cn_tensor *cn_ops_image_crop_images_with(const cn_ops_image_edges_args *args);
CN_API cn_tensor *cn_ops_image_pad_images_with(const cn_ops_image_edges_args *args);

/* ---- colors ---------------------------------------------------------------------------------- */

/* Three channels, red, green and blue, as one: 0.2989 red + 0.587 green + 0.114 blue. */
CN_API cn_tensor *cn_ops_image_rgb_to_grayscale(cn_tensor *images);

/* Hue (0 red, 1/3 green, 2/3 blue), saturation and value, all from 0 to 1, of float32 colors from 0
 * to 1; and the way back. */
CN_API cn_tensor *cn_ops_image_rgb_to_hsv(cn_tensor *images);
CN_API cn_tensor *cn_ops_image_hsv_to_rgb(cn_tensor *images);

/* ---- moved ----------------------------------------------------------------------------------- */

/* cn_ops_image_affine_transform(x, transform, .fill_mode = "reflect"): row i and column j of the
 * result are from row b0 j + b1 i + b2 and column a0 j + a1 i + a2 of an image, transform being a0
 * a1 a2 b0 b1 b2 0 0 for all images, [8], or for each, [N, 8]. No gradient flows into it.
 * .interpolation: "bilinear" or "nearest". .fill_mode says what is outside: "constant"
 * (.fill_value), "nearest" (the edge), "wrap" (the image again) or "reflect" (its mirror image). */
typedef struct cn_ops_image_affine_transform_args {
    cn_tensor *images, *transform;
    const char *interpolation, *fill_mode;
    double fill_value;
    const char *data_format;
    char end_;
} cn_ops_image_affine_transform_args;
#define CN_OPS_IMAGE_AFFINE_TRANSFORM_DEFAULTS                                                     \
    .interpolation = "bilinear", .fill_mode = "constant", .data_format = "channels_last"
CN_API cn_tensor *cn_ops_image_affine_transform_with(
    const cn_ops_image_affine_transform_args *args);

/* cn_ops_image_perspective_transform(x, start_points, end_points): images moved so that four points
 * (column, row), [4, 2] for all images or [N, 4, 2], come to lie at four others. .fill_value is
 * outside. No gradient flows into the points. */
typedef struct cn_ops_image_perspective_transform_args {
    cn_tensor *images, *start_points, *end_points;
    const char *interpolation;
    double fill_value;
    const char *data_format;
    char end_;
} cn_ops_image_perspective_transform_args;
#define CN_OPS_IMAGE_PERSPECTIVE_TRANSFORM_DEFAULTS CN_OPS_IMAGE_RESIZE_DEFAULTS
CN_API cn_tensor *cn_ops_image_perspective_transform_with(
    const cn_ops_image_perspective_transform_args *args);

/* cn_ops_image_map_coordinates(x, coordinates, 1): elements of x[d1, ..., dn], any tensor, at
 * coordinates[n, ...], which are numbers between 0 and d - 1 along each axis: [...]. order 1:
 * between elements linearly; 0: the nearest one. .fill_mode as above, or "mirror": "reflect" whose
 * ends come once. */
typedef struct cn_ops_image_map_coordinates_args {
    cn_tensor *inputs, *coordinates;
    int64_t order;
    const char *fill_mode;
    double fill_value;
    char end_;
} cn_ops_image_map_coordinates_args;
#define CN_OPS_IMAGE_MAP_COORDINATES_DEFAULTS .order = 1, .fill_mode = "constant"
CN_API cn_tensor *cn_ops_image_map_coordinates_with(const cn_ops_image_map_coordinates_args *args);

/* cn_ops_image_scale_and_translate(x, scale, translation, .output_shape = {4, 6},
 * .spatial_dims = {0, 1}, .method = "cubic"): the element at place p of an axis goes to p scale +
 * translation, cells having their middles at 0.5, 1.5 ...; what comes from outside is 0. scale and
 * translation have a number for each of .spatial_dims, of which axis 0 is named first; other axes
 * keep their sizes, in .output_shape too (or CN_NONE). .method: "linear", "cubic", "lanczos3" or
 * "lanczos5"; .antialias: smooth where x becomes smaller. */
typedef struct cn_ops_image_scale_and_translate_args {
    cn_tensor *images, *scale, *translation;
    int64_t output_shape[CN_MAX_RANK], spatial_dims[CN_MAX_RANK];
    const char *method;
    bool antialias;
    char end_;
} cn_ops_image_scale_and_translate_args;
#define CN_OPS_IMAGE_SCALE_AND_TRANSLATE_DEFAULTS .method = "linear", .antialias = true
CN_API cn_tensor *cn_ops_image_scale_and_translate_with(
    const cn_ops_image_scale_and_translate_args *args);

/* ---- patches --------------------------------------------------------------------------------- */

/* cn_ops_image_extract_patches(x, {3, 3}, .strides = 1, .padding = "same"): the windows over each
 * image, [N, rows, columns, height width C], one beside the other if .strides are not said; of
 * three sizes, those over volumes [N, D, H, W, C]. .dilation_rate: the distance of a window's
 * cells. */
typedef struct cn_ops_image_extract_patches_args {
    cn_tensor *images;
    int64_t size[CN_MAX_RANK], strides[CN_MAX_RANK], dilation_rate[CN_MAX_RANK];
    const char *padding, *data_format;
    char end_;
} cn_ops_image_extract_patches_args;
#define CN_OPS_IMAGE_EXTRACT_PATCHES_DEFAULTS                                                      \
    .dilation_rate = {1}, .padding = "valid", .data_format = "channels_last"
CN_API cn_tensor *cn_ops_image_extract_patches_with(const cn_ops_image_extract_patches_args *args);

/* ---- filters --------------------------------------------------------------------------------- */

/* cn_ops_image_gaussian_blur(x, {5, 3}, .sigma = {2, 1}): means around each pixel by a Gaussian of
 * this size and these standard deviations, along columns and along rows. Outside of the image are
 * zeros. */
typedef struct cn_ops_image_gaussian_blur_args {
    cn_tensor *images;
    int64_t kernel_size[CN_MAX_RANK];
    double sigma[2];
    const char *data_format;
    char end_;
} cn_ops_image_gaussian_blur_args;
#define CN_OPS_IMAGE_GAUSSIAN_BLUR_DEFAULTS                                                        \
    .kernel_size = {3, 3}, .sigma = {1, 1}, .data_format = "channels_last"
CN_API cn_tensor *cn_ops_image_gaussian_blur_with(const cn_ops_image_gaussian_blur_args *args);

/* Sobel's differences of a batch of images along rows and along columns: [N, H, W, C, 2]. */
CN_API cn_tensor *cn_ops_image_sobel_edges(cn_tensor *images);

/* cn_ops_image_ssim(x1, x2, .max_val = 255): how alike images are, 1 being the same: structural
 * similarity (Wang et al., 2004), the mean over an image's cells and channels, [N]. Windows are
 * Gaussians of .filter_size cells, which must fit into the image. */
typedef struct cn_ops_image_ssim_args {
    cn_tensor *image1, *image2;
    double max_val;
    int64_t filter_size;
    double filter_sigma, k1, k2;
    const char *data_format;
    char end_;
} cn_ops_image_ssim_args;
#define CN_OPS_IMAGE_SSIM_DEFAULTS                                                                 \
    .max_val = 1, .filter_size = 11, .filter_sigma = 1.5, .k1 = 0.01, .k2 = 0.03,                  \
    .data_format = "channels_last"
CN_API cn_tensor *cn_ops_image_ssim_with(const cn_ops_image_ssim_args *args);

/* ---- keywords -------------------------------------------------------------------------------- */

#ifndef __cplusplus
#define cn_ops_image_resize(...)                                                                   \
    CN_KEYWORDS_(cn_ops_image_resize_with, cn_ops_image_resize_args, CN_OPS_IMAGE_RESIZE_DEFAULTS, \
                 .images = __VA_ARGS__)
#define cn_ops_image_crop_images(...)                                                              \
    CN_KEYWORDS_(cn_ops_image_crop_images_with, cn_ops_image_edges_args,                           \
                 CN_OPS_IMAGE_EDGES_DEFAULTS, .images = __VA_ARGS__)
#define cn_ops_image_pad_images(...)                                                               \
    CN_KEYWORDS_(cn_ops_image_pad_images_with, cn_ops_image_edges_args,                            \
                 CN_OPS_IMAGE_EDGES_DEFAULTS, .images = __VA_ARGS__)
#define cn_ops_image_affine_transform(...)                                                         \
    CN_KEYWORDS_(cn_ops_image_affine_transform_with, cn_ops_image_affine_transform_args,           \
                 CN_OPS_IMAGE_AFFINE_TRANSFORM_DEFAULTS, .images = __VA_ARGS__)
#define cn_ops_image_perspective_transform(...)                                                    \
    CN_KEYWORDS_(cn_ops_image_perspective_transform_with, cn_ops_image_perspective_transform_args, \
                 CN_OPS_IMAGE_PERSPECTIVE_TRANSFORM_DEFAULTS, .images = __VA_ARGS__)
#define cn_ops_image_map_coordinates(...)                                                          \
    CN_KEYWORDS_(cn_ops_image_map_coordinates_with, cn_ops_image_map_coordinates_args,             \
                 CN_OPS_IMAGE_MAP_COORDINATES_DEFAULTS, .inputs = __VA_ARGS__)
#define cn_ops_image_scale_and_translate(...)                                                      \
    CN_KEYWORDS_(cn_ops_image_scale_and_translate_with, cn_ops_image_scale_and_translate_args,     \
                 CN_OPS_IMAGE_SCALE_AND_TRANSLATE_DEFAULTS, .images = __VA_ARGS__)
#define cn_ops_image_extract_patches(...)                                                          \
    CN_KEYWORDS_(cn_ops_image_extract_patches_with, cn_ops_image_extract_patches_args,             \
                 CN_OPS_IMAGE_EXTRACT_PATCHES_DEFAULTS, .images = __VA_ARGS__)
#define cn_ops_image_gaussian_blur(...)                                                            \
    CN_KEYWORDS_(cn_ops_image_gaussian_blur_with, cn_ops_image_gaussian_blur_args,                 \
                 CN_OPS_IMAGE_GAUSSIAN_BLUR_DEFAULTS, .images = __VA_ARGS__)
#define cn_ops_image_ssim(...)                                                                     \
    CN_KEYWORDS_(cn_ops_image_ssim_with, cn_ops_image_ssim_args, CN_OPS_IMAGE_SSIM_DEFAULTS,       \
                 .image1 = __VA_ARGS__)
#endif

CN_END_DECLS

#endif
