/* Layers that resize images and, in training, change them at random, with Keras's names, arguments
 * and defaults. Each constructor makes a layer of the current session, or returns NULL (see
 * cn_error()) if an argument is wrong. N batch, H height, W width, C channels.
 *   factors          one number f: a random number from -f to f, or from 0 where it cannot be
 *                    negative; {low, high}, in braces: a random number from low to high
 *   .value_range     {smallest, largest} value of a pixel; results are cut off there
 *   .fill_mode       what lies outside of an image: "reflect" (its mirror image), "wrap" (the image
 *                    again), "nearest" (its edge) or "constant" (.fill_value)
 *   .interpolation   between pixels: "bilinear" or "nearest"
 *   .seed            of the random numbers; CN_NONE: the session's. Every image of a batch gets
 *                    numbers of its own, and every batch others; the same seed gives the same bits
 *   .data_format     "channels_last": x[N, H, W, C]; "channels_first": x[N, C, H, W], and y the
 *                    same way
 * Inputs may be float32, uint8 or int32. Where a struct has a list of numbers, its third element is
 * CN_UNSET behind one number and 0 behind two in braces. All drop a mask. The keywords that every
 * layer takes are said in layers.h. */
#ifndef CORNU_IMAGE_LAYERS_H
#define CORNU_IMAGE_LAYERS_H

#include "cornu/layers.h"

CN_BEGIN_DECLS

/* ---- another size ---------------------------------------------------------------------------- */

/* cn_resizing(224, 224): images made height x width, x[N, H, W, C] -> y[N, height, width, C].
 * uint8 and int32 stay what they are, rounded; everything else becomes float32. .interpolation is
 * "bilinear", "nearest", "bicubic", "lanczos3", "lanczos5" or "area". With .crop_to_aspect_ratio
 * the largest part in the middle that has the result's proportions is resized; with
 * .pad_to_aspect_ratio .fill_value is put around the images first, so that all of them is seen.
 * .antialias: a smaller image is made from all pixels, not from the nearest few. .fill_mode can
 * only be "constant". Keras: Resizing. */
typedef struct cn_resizing_args {
    int64_t height, width;
    const char *interpolation;
    bool crop_to_aspect_ratio, pad_to_aspect_ratio;
    const char *fill_mode;
    double fill_value;
    bool antialias;
    const char *data_format;
    CN_LAYER_KEYWORDS_
} cn_resizing_args;
#define CN_RESIZING_DEFAULTS                                                                       \
    .interpolation = "bilinear", .fill_mode = "constant", .data_format = "channels_last",          \
    CN_LAYER_DEFAULTS_
CN_API cn_layer *cn_resizing_with(const cn_resizing_args *args);

/* cn_center_crop(200, 200): the middle of images, x[N, H, W, C] -> y[N, height, width, C]. Of
 * images that are smaller along an axis the largest part in the middle with the result's
 * proportions is resized. Keras: CenterCrop. */
typedef struct cn_center_crop_args {
    int64_t height, width;
    const char *data_format;
    CN_LAYER_KEYWORDS_
} cn_center_crop_args;
#define CN_CENTER_CROP_DEFAULTS .data_format = "channels_last", CN_LAYER_DEFAULTS_
CN_API cn_layer *cn_center_crop_with(const cn_center_crop_args *args);

/* cn_random_crop(200, 200): in training a part of the images, the same for all of a batch, x[N, H,
 * W, C] -> y[N, height, width, C]. Images that are not larger along both axes are cut as far as
 * possible and resized. Outside of training the images stay as they are, whole, as in Keras 3.15
 * (whose documentation says otherwise): what follows must then bear their size, which
 * cn_center_crop or cn_resizing before or behind can see to. Keras: RandomCrop. */
typedef struct cn_random_crop_args {
    int64_t height, width;
    int64_t seed;
    const char *data_format;
    CN_LAYER_KEYWORDS_
} cn_random_crop_args;
#define CN_RANDOM_CROP_DEFAULTS .seed = CN_NONE, .data_format = "channels_last", CN_LAYER_DEFAULTS_
CN_API cn_layer *cn_random_crop_with(const cn_random_crop_args *args);

/* ---- random places --------------------------------------------------------------------------- */
/* All take images[N, H, W, C] to float32 images of the same shape, and in training only. */

/* cn_random_flip("horizontal"): every other image, on average, is mirrored: "horizontal" exchanges
 * left and right, "vertical" up and down, "horizontal_and_vertical" both at once. Keras:
 * RandomFlip. */
typedef struct cn_random_flip_args {
    char begin_;
    const char *mode;
    int64_t seed;
    const char *data_format;
    CN_LAYER_KEYWORDS_
} cn_random_flip_args;
#define CN_RANDOM_FLIP_DEFAULTS                                                                    \
    .mode = "horizontal_and_vertical", .seed = CN_NONE, .data_format = "channels_last",            \
    CN_LAYER_DEFAULTS_
CN_API cn_layer *cn_random_flip_with(const cn_random_flip_args *args);

/* cn_random_translation(0.2, 0.3): images moved down by a random part of their height, and to the
 * right by one of their width; factors are from -1 to 1. Keras: RandomTranslation. */
typedef struct cn_random_translation_args {
    double height_factor[CN_MAX_LIST], width_factor[CN_MAX_LIST];
    const char *fill_mode, *interpolation;
    int64_t seed;
    double fill_value;
    const char *data_format;
    CN_LAYER_KEYWORDS_
} cn_random_translation_args;
#define CN_RANDOM_TRANSLATION_DEFAULTS                                                             \
    .height_factor = {CN_UNSET, CN_UNSET, CN_UNSET},                                               \
    .width_factor = {CN_UNSET, CN_UNSET, CN_UNSET}, .fill_mode = "reflect",                        \
    .interpolation = "bilinear", .seed = CN_NONE, .data_format = "channels_last",                  \
    CN_LAYER_DEFAULTS_
CN_API cn_layer *cn_random_translation_with(const cn_random_translation_args *args);

/* cn_random_rotation(0.1): images turned around their middle by a random part of a full turn, -1
 * to 1; what is positive turns to the left. Keras: RandomRotation. */
typedef struct cn_random_rotation_args {
    double factor[CN_MAX_LIST];
    const char *fill_mode, *interpolation;
    int64_t seed;
    double fill_value;
    const char *data_format;
    CN_LAYER_KEYWORDS_
} cn_random_rotation_args;
#define CN_RANDOM_ROTATION_DEFAULTS                                                                \
    .factor = {CN_UNSET, CN_UNSET, CN_UNSET}, .fill_mode = "reflect", .interpolation = "bilinear", \
    .seed = CN_NONE, .data_format = "channels_last", CN_LAYER_DEFAULTS_
CN_API cn_layer *cn_random_rotation_with(const cn_random_rotation_args *args);

/* cn_random_zoom(0.2): what was 1 high becomes 1 / (1 + a random number) high, around the middle:
 * a negative number enlarges. Without .width_factor the width changes alike. Factors are above -1
 * and at most 1. Keras: RandomZoom. */
typedef struct cn_random_zoom_args {
    double height_factor[CN_MAX_LIST], width_factor[CN_MAX_LIST];
    const char *fill_mode, *interpolation;
    int64_t seed;
    double fill_value;
    const char *data_format;
    CN_LAYER_KEYWORDS_
} cn_random_zoom_args;
#define CN_RANDOM_ZOOM_DEFAULTS                                                                    \
    .height_factor = {CN_UNSET, CN_UNSET, CN_UNSET},                                               \
    .width_factor = {CN_UNSET, CN_UNSET, CN_UNSET}, .fill_mode = "reflect",                        \
    .interpolation = "bilinear", .seed = CN_NONE, .data_format = "channels_last",                  \
    CN_LAYER_DEFAULTS_
CN_API cn_layer *cn_random_zoom_with(const cn_random_zoom_args *args);

/* cn_random_shear(0.2, 0.1): rows moved by x_factor times their place, and columns by y_factor
 * times theirs, both to one side or both to the other. Factors are from 0 to 1. Keras:
 * RandomShear. */
typedef struct cn_random_shear_args {
    char begin_;
    double x_factor[CN_MAX_LIST], y_factor[CN_MAX_LIST];
    const char *interpolation, *fill_mode;
    double fill_value;
    const char *data_format;
    int64_t seed;
    CN_LAYER_KEYWORDS_
} cn_random_shear_args;
#define CN_RANDOM_SHEAR_DEFAULTS                                                                   \
    .x_factor = {0, CN_UNSET, CN_UNSET}, .y_factor = {0, CN_UNSET, CN_UNSET},                      \
    .interpolation = "bilinear", .fill_mode = "reflect", .data_format = "channels_last",           \
    .seed = CN_NONE, CN_LAYER_DEFAULTS_
CN_API cn_layer *cn_random_shear_with(const cn_random_shear_args *args);

/* cn_random_perspective(): images seen from the side: with a probability of .factor each corner
 * moves by a random part of the image, at most .scale / 2 of it. Keras: RandomPerspective. */
typedef struct cn_random_perspective_args {
    char begin_;
    double factor[CN_MAX_LIST];
    double scale;
    const char *interpolation;
    double fill_value;
    int64_t seed;
    const char *data_format;
    CN_LAYER_KEYWORDS_
} cn_random_perspective_args;
#define CN_RANDOM_PERSPECTIVE_DEFAULTS                                                             \
    .factor = {1, CN_UNSET, CN_UNSET}, .scale = 1, .interpolation = "bilinear", .seed = CN_NONE,   \
    .data_format = "channels_last", CN_LAYER_DEFAULTS_
CN_API cn_layer *cn_random_perspective_with(const cn_random_perspective_args *args);

/* cn_random_elastic_transform(): some images distorted as if they were of rubber: each cell is what
 * was some cells away, by smooth noise. .factor: the probability, drawn for each image from 0 to
 * one number or between two. .scale: how much, drawn alike for the batch: with 1, cells move by
 * some hundredths of the larger side. .fill_mode: as in cn_random_translation, or "mirror", which
 * is "reflect" without the ends' second copy. (Keras on JAX and TensorFlow moves cells along the
 * diagonal only, having drawn both directions from one seed.) Keras: RandomElasticTransform. */
typedef struct cn_random_elastic_transform_args {
    char begin_;
    double factor[CN_MAX_LIST], scale[CN_MAX_LIST];
    const char *interpolation, *fill_mode;
    double fill_value;
    double value_range[CN_MAX_LIST];
    int64_t seed;
    const char *data_format;
    CN_LAYER_KEYWORDS_
} cn_random_elastic_transform_args;
#define CN_RANDOM_ELASTIC_TRANSFORM_DEFAULTS                                                       \
    .factor = {1, CN_UNSET, CN_UNSET}, .scale = {1, CN_UNSET, CN_UNSET},                           \
    .interpolation = "bilinear", .fill_mode = "reflect", .value_range = {0, 255, CN_UNSET},        \
    .seed = CN_NONE, .data_format = "channels_last", CN_LAYER_DEFAULTS_
CN_API cn_layer *cn_random_elastic_transform_with(const cn_random_elastic_transform_args *args);

/* cn_random_erasing(): with a probability of .factor a rectangle is replaced. .scale: the square
 * of the part of each side that it takes, {0.02, 0.33} unless said. .fill_value: one number, or
 * one for each of three channels; without it the rectangle is normal noise times the larger of
 * .value_range. Keras: RandomErasing. */
typedef struct cn_random_erasing_args {
    char begin_;
    double factor[CN_MAX_LIST];
    double scale[CN_MAX_LIST];
    double fill_value[CN_MAX_LIST];
    double value_range[CN_MAX_LIST];
    int64_t seed;
    const char *data_format;
    CN_LAYER_KEYWORDS_
} cn_random_erasing_args;
#define CN_RANDOM_ERASING_DEFAULTS                                                                 \
    .factor = {1, CN_UNSET, CN_UNSET}, .scale = {CN_UNSET, CN_UNSET, CN_UNSET},                    \
    .fill_value = {CN_UNSET, CN_UNSET, CN_UNSET}, .value_range = {0, 255, CN_UNSET},               \
    .seed = CN_NONE, .data_format = "channels_last", CN_LAYER_DEFAULTS_
CN_API cn_layer *cn_random_erasing_with(const cn_random_erasing_args *args);

/* ---- random colors --------------------------------------------------------------------------- */
/* All take images[N, H, W, C] to float32 images of the same shape, and in training only, but for
 * cn_auto_contrast. */

/* The arguments of those that have one factor, drawn for each image. */
typedef struct cn_color_args {
    double factor[CN_MAX_LIST];
    double value_range[CN_MAX_LIST];
    int64_t seed;
    const char *data_format;
    CN_LAYER_KEYWORDS_
} cn_color_args;
#define CN_COLOR_DEFAULTS                                                                          \
    .factor = {CN_UNSET, CN_UNSET, CN_UNSET}, .value_range = {0, 255, CN_UNSET}, .seed = CN_NONE,  \
    .data_format = "channels_last", CN_LAYER_DEFAULTS_

/* cn_random_contrast(0.2): y = (x - mean) c + mean, where the mean is that of each channel of each
 * image and c a random number from 1 - low to 1 + high; factors are from 0 to 1. One number f
 * means from 0 to f here: Keras 3 makes c from 1 to 1 + f then. Keras: RandomContrast. */
CN_API cn_layer *cn_random_contrast_with(const cn_color_args *args);

/* cn_random_brightness(0.2): a random part of the value range is added to each image; factors are
 * from -1 to 1. Keras: RandomBrightness. */
CN_API cn_layer *cn_random_brightness_with(const cn_color_args *args);

/* cn_random_hue(0.2): the hue of each image turned by half of a random part of the circle, to one
 * side or the other; factors are from 0 to 1. Three channels: red, green, blue. Keras:
 * RandomHue. */
CN_API cn_layer *cn_random_hue_with(const cn_color_args *args);

/* cn_random_saturation({0.3, 0.7}): the saturation of each image times f / (1 - f) for a random f:
 * 0 makes it gray, 0.5 leaves it, 1 makes it as strong as possible. Factors are from -1 to 1, and
 * one number f means from -f to f, as in Keras. Three channels: red, green, blue. Keras:
 * RandomSaturation. */
CN_API cn_layer *cn_random_saturation_with(const cn_color_args *args);

/* cn_random_grayscale(0.2): with a probability of .factor an image becomes gray, in all of its
 * three channels. Keras: RandomGrayscale. */
typedef struct cn_random_grayscale_args {
    char begin_;
    double factor;
    const char *data_format;
    int64_t seed;
    CN_LAYER_KEYWORDS_
} cn_random_grayscale_args;
#define CN_RANDOM_GRAYSCALE_DEFAULTS                                                               \
    .factor = 0.5, .data_format = "channels_last", .seed = CN_NONE, CN_LAYER_DEFAULTS_
CN_API cn_layer *cn_random_grayscale_with(const cn_random_grayscale_args *args);

/* cn_random_color_degeneration(0.5): each image goes a random part of the way to gray, or away
 * from it; factors are from -1 to 1. Three channels. Keras: RandomColorDegeneration. */
CN_API cn_layer *cn_random_color_degeneration_with(const cn_color_args *args);

/* cn_random_color_jitter(.brightness_factor = 0.2, .hue_factor = 0.1): random brightness,
 * contrast, saturation and hue in this order, each as the layer of that name has it; what is not
 * given is left out. Keras: RandomColorJitter. */
typedef struct cn_random_color_jitter_args {
    char begin_;
    double value_range[CN_MAX_LIST];
    double brightness_factor[CN_MAX_LIST], contrast_factor[CN_MAX_LIST];
    double saturation_factor[CN_MAX_LIST], hue_factor[CN_MAX_LIST];
    int64_t seed;
    const char *data_format;
    CN_LAYER_KEYWORDS_
} cn_random_color_jitter_args;
#define CN_RANDOM_COLOR_JITTER_DEFAULTS                                                            \
    .value_range = {0, 255, CN_UNSET}, .brightness_factor = {CN_UNSET, CN_UNSET, CN_UNSET},        \
    .contrast_factor = {CN_UNSET, CN_UNSET, CN_UNSET},                                             \
    .saturation_factor = {CN_UNSET, CN_UNSET, CN_UNSET},                                           \
    .hue_factor = {CN_UNSET, CN_UNSET, CN_UNSET}, .seed = CN_NONE, .data_format = "channels_last", \
    CN_LAYER_DEFAULTS_
CN_API cn_layer *cn_random_color_jitter_with(const cn_random_color_jitter_args *args);

/* cn_random_invert(0.5): with a probability of .factor an image becomes its negative, the value
 * range's end minus x. Keras: RandomInvert. */
typedef struct cn_random_invert_args {
    char begin_;
    double factor[CN_MAX_LIST];
    double value_range[CN_MAX_LIST];
    int64_t seed;
    const char *data_format;
    CN_LAYER_KEYWORDS_
} cn_random_invert_args;
#define CN_RANDOM_INVERT_DEFAULTS                                                                  \
    .factor = {1, CN_UNSET, CN_UNSET}, .value_range = {0, 255, CN_UNSET}, .seed = CN_NONE,         \
    .data_format = "channels_last", CN_LAYER_DEFAULTS_
CN_API cn_layer *cn_random_invert_with(const cn_random_invert_args *args);

/* cn_random_posterization(4): pixels keep so many of their 8 bits; of {low, high} a random number
 * from low to high - 1. One number f means from 1 to f, as in Keras. Keras: RandomPosterization. */
CN_API cn_layer *cn_random_posterization_with(const cn_color_args *args);

/* cn_solarization(0.2, 0.5): a random number is added to each image, then pixels at or above a
 * random threshold become their negative. Factors are parts of the value range, from 0 to 1; one
 * number f means from 0 to f. Keras: Solarization. */
typedef struct cn_solarization_args {
    char begin_;
    double addition_factor[CN_MAX_LIST], threshold_factor[CN_MAX_LIST];
    double value_range[CN_MAX_LIST];
    int64_t seed;
    const char *data_format;
    CN_LAYER_KEYWORDS_
} cn_solarization_args;
#define CN_SOLARIZATION_DEFAULTS                                                                   \
    .addition_factor = {0, CN_UNSET, CN_UNSET}, .threshold_factor = {0, CN_UNSET, CN_UNSET},       \
    .value_range = {0, 255, CN_UNSET}, .seed = CN_NONE, .data_format = "channels_last",            \
    CN_LAYER_DEFAULTS_
CN_API cn_layer *cn_solarization_with(const cn_solarization_args *args);

/* cn_random_sharpness(0.5): between a smoothed image at 0, the image at 0.5 and a sharpened one at
 * 1; factors are from 0 to 1. Keras: RandomSharpness. */
CN_API cn_layer *cn_random_sharpness_with(const cn_color_args *args);

/* cn_random_gaussian_blur(): with a probability of .factor an image is smoothed by a Gaussian of
 * random .sigma, from 0 to 1, over .kernel_size pixels, which are odd: {across, down}, or one
 * number for both. Keras: RandomGaussianBlur. */
typedef struct cn_random_gaussian_blur_args {
    char begin_;
    double factor[CN_MAX_LIST];
    int64_t kernel_size[CN_MAX_RANK];
    double sigma[CN_MAX_LIST];
    double value_range[CN_MAX_LIST];
    int64_t seed;
    const char *data_format;
    CN_LAYER_KEYWORDS_
} cn_random_gaussian_blur_args;
#define CN_RANDOM_GAUSSIAN_BLUR_DEFAULTS                                                           \
    .factor = {1, CN_UNSET, CN_UNSET}, .kernel_size = {3, CN_NONE},                                \
    .sigma = {1, CN_UNSET, CN_UNSET}, .value_range = {0, 255, CN_UNSET}, .seed = CN_NONE,          \
    .data_format = "channels_last", CN_LAYER_DEFAULTS_
CN_API cn_layer *cn_random_gaussian_blur_with(const cn_random_gaussian_blur_args *args);

/* cn_auto_contrast(): each channel of each image stretched over the value range, in training and
 * otherwise. Keras: AutoContrast. */
typedef struct cn_auto_contrast_args {
    char begin_;
    double value_range[CN_MAX_LIST];
    const char *data_format;
    CN_LAYER_KEYWORDS_
} cn_auto_contrast_args;
#define CN_AUTO_CONTRAST_DEFAULTS                                                                  \
    .value_range = {0, 255, CN_UNSET}, .data_format = "channels_last", CN_LAYER_DEFAULTS_
CN_API cn_layer *cn_auto_contrast_with(const cn_auto_contrast_args *args);

/* cn_equalization(): each channel's values made equally frequent, over the whole batch, in
 * training. Keras: Equalization. */
typedef struct cn_equalization_args {
    char begin_;
    double value_range[CN_MAX_LIST];
    int64_t bins;
    const char *data_format;
    CN_LAYER_KEYWORDS_
} cn_equalization_args;
#define CN_EQUALIZATION_DEFAULTS                                                                   \
    .value_range = {0, 255, CN_UNSET}, .bins = 256, .data_format = "channels_last",                \
    CN_LAYER_DEFAULTS_
CN_API cn_layer *cn_equalization_with(const cn_equalization_args *args);

/* cn_contrast_limited_adaptive_histogram_equalization(): the values of each tile of each channel
 * made equally frequent, in training and otherwise. .tile_grid_size: the numbers of tiles down and
 * across; between their middles, what a tile makes of a value passes smoothly into what the next
 * one does.
 * .clip_limit: how much more often than on average a value may count, so that flat tiles stay calm;
 * 0: as often as it is there. Keras: ContrastLimitedAdaptiveHistogramEqualization. */
typedef struct cn_contrast_limited_adaptive_histogram_equalization_args {
    char begin_;
    double value_range[CN_MAX_LIST];
    double clip_limit;
    int64_t tile_grid_size[CN_MAX_RANK];
    const char *data_format;
    CN_LAYER_KEYWORDS_
} cn_contrast_limited_adaptive_histogram_equalization_args;
#define CN_CONTRAST_LIMITED_ADAPTIVE_HISTOGRAM_EQUALIZATION_DEFAULTS                               \
    .value_range = {0, 255, CN_UNSET}, .clip_limit = 4, .tile_grid_size = {8, 8},                  \
    .data_format = "channels_last", CN_LAYER_DEFAULTS_
CN_API cn_layer *cn_contrast_limited_adaptive_histogram_equalization_with(
    const cn_contrast_limited_adaptive_histogram_equalization_args *args);

/* cn_rand_augment(): .num_ops times one of eleven changes, drawn for the whole batch: shear,
 * translation, rotation, brightness, color degeneration, contrast, sharpness, posterization,
 * solarization, automatic contrast and equalization, with .factor as theirs. Each time has random
 * numbers of its own (Keras makes a change that is drawn twice with the same numbers). Three
 * channels. Keras: RandAugment. */
typedef struct cn_rand_augment_args {
    char begin_;
    double value_range[CN_MAX_LIST];
    int64_t num_ops;
    double factor[CN_MAX_LIST];
    const char *interpolation;
    int64_t seed;
    const char *data_format;
    CN_LAYER_KEYWORDS_
} cn_rand_augment_args;
#define CN_RAND_AUGMENT_DEFAULTS                                                                   \
    .value_range = {0, 255, CN_UNSET}, .num_ops = 2, .factor = {0.5, CN_UNSET, CN_UNSET},          \
    .interpolation = "bilinear", .seed = CN_NONE, .data_format = "channels_last",                  \
    CN_LAYER_DEFAULTS_
CN_API cn_layer *cn_rand_augment_with(const cn_rand_augment_args *args);

/* cn_aug_mix(): y = w x + (1 - w) m, m being a mixture of .num_chains chains of .chain_depth links,
 * each link one of the changes of cn_rand_augment or none. w is drawn from Beta(alpha, alpha), the
 * parts of the chains from Dirichlet(alpha, ...); all images of a batch have the same links and
 * parts, and random numbers of their own in each change. Three channels; any number of them without
 * .all_ops, which is without brightness, color degeneration, contrast and sharpness. Keras:
 * AugMix. */
typedef struct cn_aug_mix_args {
    char begin_;
    double value_range[CN_MAX_LIST];
    int64_t num_chains, chain_depth;
    double factor[CN_MAX_LIST];
    double alpha;
    bool all_ops;
    const char *interpolation;
    int64_t seed;
    const char *data_format;
    CN_LAYER_KEYWORDS_
} cn_aug_mix_args;
#define CN_AUG_MIX_DEFAULTS                                                                        \
    .value_range = {0, 255, CN_UNSET}, .num_chains = 3, .chain_depth = 3,                          \
    .factor = {0.3, CN_UNSET, CN_UNSET}, .alpha = 1, .all_ops = true, .interpolation = "bilinear", \
    .seed = CN_NONE, .data_format = "channels_last", CN_LAYER_DEFAULTS_
CN_API cn_layer *cn_aug_mix_with(const cn_aug_mix_args *args);

/* ---- several images mixed -------------------------------------------------------------------- */
/* All take images[N, H, W, C] to float32 images of the same shape, and in training only. */

/* cn_mix_up(): y = w x + (1 - w) x of another image of the batch, w being a random number of the
 * distribution Beta(alpha, alpha) for each image. Called with labels beside the images, as a list,
 * it mixes both alike: cn_call(layer, CN_LIST(images, labels)). Keras: MixUp. */
typedef struct cn_mix_up_args {
    char begin_;
    double alpha;
    const char *data_format;
    int64_t seed;
    CN_LAYER_KEYWORDS_
} cn_mix_up_args;
#define CN_MIX_UP_DEFAULTS                                                                         \
    .alpha = 0.2, .data_format = "channels_last", .seed = CN_NONE, CN_LAYER_DEFAULTS_
CN_API cn_layer *cn_mix_up_with(const cn_mix_up_args *args);

/* cn_cut_mix(): a random rectangle of each image replaced by that of another image of the batch.
 * Labels beside the images, as in cn_mix_up, are mixed by the rectangle's area. Keras: CutMix. */
typedef struct cn_cut_mix_args {
    char begin_;
    double factor[CN_MAX_LIST];
    int64_t seed;
    const char *data_format;
    CN_LAYER_KEYWORDS_
} cn_cut_mix_args;
#define CN_CUT_MIX_DEFAULTS                                                                        \
    .factor = {1, CN_UNSET, CN_UNSET}, .seed = CN_NONE, .data_format = "channels_last",            \
    CN_LAYER_DEFAULTS_
CN_API cn_layer *cn_cut_mix_with(const cn_cut_mix_args *args);

/* ---- keywords -------------------------------------------------------------------------------- */

#ifndef __cplusplus
#define cn_resizing(...)                                                                           \
    CN_KEYWORDS_(cn_resizing_with, cn_resizing_args, CN_RESIZING_DEFAULTS, .height = __VA_ARGS__)
#define cn_center_crop(...)                                                                        \
    CN_KEYWORDS_(cn_center_crop_with, cn_center_crop_args, CN_CENTER_CROP_DEFAULTS,                \
                 .height = __VA_ARGS__)
#define cn_random_crop(...)                                                                        \
    CN_KEYWORDS_(cn_random_crop_with, cn_random_crop_args, CN_RANDOM_CROP_DEFAULTS,                \
                 .height = __VA_ARGS__)
#define cn_random_flip(...)                                                                        \
    CN_OPTIONAL_KEYWORDS_(cn_random_flip_with, cn_random_flip_args, CN_RANDOM_FLIP_DEFAULTS,       \
                          __VA_ARGS__)
#define cn_random_translation(...)                                                                 \
    CN_KEYWORDS_(cn_random_translation_with, cn_random_translation_args,                           \
                 CN_RANDOM_TRANSLATION_DEFAULTS, .height_factor = __VA_ARGS__)
#define cn_random_rotation(...)                                                                    \
    CN_KEYWORDS_(cn_random_rotation_with, cn_random_rotation_args, CN_RANDOM_ROTATION_DEFAULTS,    \
                 .factor = __VA_ARGS__)
#define cn_random_zoom(...)                                                                        \
    CN_KEYWORDS_(cn_random_zoom_with, cn_random_zoom_args, CN_RANDOM_ZOOM_DEFAULTS,                \
                 .height_factor = __VA_ARGS__)
#define cn_random_shear(...)                                                                       \
    CN_OPTIONAL_KEYWORDS_(cn_random_shear_with, cn_random_shear_args, CN_RANDOM_SHEAR_DEFAULTS,    \
                          __VA_ARGS__)
#define cn_random_perspective(...)                                                                 \
    CN_OPTIONAL_KEYWORDS_(cn_random_perspective_with, cn_random_perspective_args,                  \
                          CN_RANDOM_PERSPECTIVE_DEFAULTS, __VA_ARGS__)
#define cn_random_elastic_transform(...)                                                           \
    CN_OPTIONAL_KEYWORDS_(cn_random_elastic_transform_with, cn_random_elastic_transform_args,      \
                          CN_RANDOM_ELASTIC_TRANSFORM_DEFAULTS, __VA_ARGS__)
#define cn_random_erasing(...)                                                                     \
    CN_OPTIONAL_KEYWORDS_(cn_random_erasing_with, cn_random_erasing_args,                          \
                          CN_RANDOM_ERASING_DEFAULTS, __VA_ARGS__)
#define cn_random_contrast(...)                                                                    \
    CN_KEYWORDS_(cn_random_contrast_with, cn_color_args, CN_COLOR_DEFAULTS, .factor = __VA_ARGS__)
#define cn_random_brightness(...)                                                                  \
    CN_KEYWORDS_(cn_random_brightness_with, cn_color_args, CN_COLOR_DEFAULTS, .factor = __VA_ARGS__)
#define cn_random_hue(...)                                                                         \
    CN_KEYWORDS_(cn_random_hue_with, cn_color_args, CN_COLOR_DEFAULTS, .factor = __VA_ARGS__)
#define cn_random_saturation(...)                                                                  \
    CN_KEYWORDS_(cn_random_saturation_with, cn_color_args, CN_COLOR_DEFAULTS, .factor = __VA_ARGS__)
#define cn_random_grayscale(...)                                                                   \
    CN_OPTIONAL_KEYWORDS_(cn_random_grayscale_with, cn_random_grayscale_args,                      \
                          CN_RANDOM_GRAYSCALE_DEFAULTS, __VA_ARGS__)
#define cn_random_color_degeneration(...)                                                          \
    CN_KEYWORDS_(cn_random_color_degeneration_with, cn_color_args, CN_COLOR_DEFAULTS,              \
                 .factor = __VA_ARGS__)
#define cn_random_color_jitter(...)                                                                \
    CN_OPTIONAL_KEYWORDS_(cn_random_color_jitter_with, cn_random_color_jitter_args,                \
                          CN_RANDOM_COLOR_JITTER_DEFAULTS, __VA_ARGS__)
#define cn_random_invert(...)                                                                      \
    CN_OPTIONAL_KEYWORDS_(cn_random_invert_with, cn_random_invert_args, CN_RANDOM_INVERT_DEFAULTS, \
                          __VA_ARGS__)
#define cn_random_posterization(...)                                                               \
    CN_KEYWORDS_(cn_random_posterization_with, cn_color_args, CN_COLOR_DEFAULTS,                   \
                 .factor = __VA_ARGS__)
#define cn_solarization(...)                                                                       \
    CN_OPTIONAL_KEYWORDS_(cn_solarization_with, cn_solarization_args, CN_SOLARIZATION_DEFAULTS,    \
                          __VA_ARGS__)
#define cn_random_sharpness(...)                                                                   \
    CN_KEYWORDS_(cn_random_sharpness_with, cn_color_args, CN_COLOR_DEFAULTS, .factor = __VA_ARGS__)
#define cn_random_gaussian_blur(...)                                                               \
    CN_OPTIONAL_KEYWORDS_(cn_random_gaussian_blur_with, cn_random_gaussian_blur_args,              \
                          CN_RANDOM_GAUSSIAN_BLUR_DEFAULTS, __VA_ARGS__)
#define cn_auto_contrast(...)                                                                      \
    CN_OPTIONAL_KEYWORDS_(cn_auto_contrast_with, cn_auto_contrast_args, CN_AUTO_CONTRAST_DEFAULTS, \
                          __VA_ARGS__)
#define cn_equalization(...)                                                                       \
    CN_OPTIONAL_KEYWORDS_(cn_equalization_with, cn_equalization_args, CN_EQUALIZATION_DEFAULTS,    \
                          __VA_ARGS__)
#define cn_contrast_limited_adaptive_histogram_equalization(...)                                   \
    CN_OPTIONAL_KEYWORDS_(cn_contrast_limited_adaptive_histogram_equalization_with,                \
                          cn_contrast_limited_adaptive_histogram_equalization_args,                \
                          CN_CONTRAST_LIMITED_ADAPTIVE_HISTOGRAM_EQUALIZATION_DEFAULTS,            \
                          __VA_ARGS__)
#define cn_rand_augment(...)                                                                       \
    CN_OPTIONAL_KEYWORDS_(cn_rand_augment_with, cn_rand_augment_args, CN_RAND_AUGMENT_DEFAULTS,    \
                          __VA_ARGS__)
#define cn_aug_mix(...)                                                                            \
    CN_OPTIONAL_KEYWORDS_(cn_aug_mix_with, cn_aug_mix_args, CN_AUG_MIX_DEFAULTS, __VA_ARGS__)
#define cn_mix_up(...)                                                                             \
    CN_OPTIONAL_KEYWORDS_(cn_mix_up_with, cn_mix_up_args, CN_MIX_UP_DEFAULTS, __VA_ARGS__)
#define cn_cut_mix(...)                                                                            \
    CN_OPTIONAL_KEYWORDS_(cn_cut_mix_with, cn_cut_mix_args, CN_CUT_MIX_DEFAULTS, __VA_ARGS__)
#endif

CN_END_DECLS

#endif
