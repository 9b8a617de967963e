/* What the layers on images share: x[N, H, W, C], or [N, C, H, W]; random numbers for each image;
 * and arguments that are one number or two. */
#ifndef CORNU_LAYERS_IMAGE_H
#define CORNU_LAYERS_IMAGE_H

#include "cornu/image_layers.h"
#include "layers/random.h"
#include "ops/images.h"

/* ---- arguments ------------------------------------------------------------------------------- */

/* A field table's line for a list of one number or two. */
#define CN_FACTOR_FIELD(type, member)                                                              \
    CN_FIELD(type, member, CN_FIELD_REALS, CN_FIELD_ONE_OR_MORE | CN_FIELD_OPTIONAL)
#define CN_VALUE_RANGE_FIELD(type) CN_FIELD(type, value_range, CN_FIELD_REALS, 0)

typedef struct cn_range {
    double low, high;
} cn_range;

/* What a factor says: one number f is -|f| (but not below lowest) to |f|; two are sorted. */
cn_range cn_factor_range(const double factor[CN_MAX_LIST], double lowest);
cn_range cn_value_range(const double value_range[CN_MAX_LIST]);

/* Refuses a factor that was not given, or has a number outside. */
cn_status cn_check_factor(const char *argument, const double factor[CN_MAX_LIST], double lowest,
                          double highest);
cn_status cn_check_value_range(const double value_range[CN_MAX_LIST]);
cn_status cn_check_choice(const char *argument, const char *value,
                          const char *const *choices /* ended by NULL */);

/* cn_random_zoom(0.1, 0.2): two numbers without braces fill one list, whose third element is still
 * CN_UNSET. The second number goes where it belongs. */
void cn_split_factors(double first[CN_MAX_LIST], double second[CN_MAX_LIST]);

/* Makes a layer from a struct of the caller's own, in which lists of two numbers end in zeros. */
cn_layer *cn_image_layer_make(const cn_layer_class *class, void *args);

/* ---- calls ----------------------------------------------------------------------------------- */

/* The class's check of its input: images. */
cn_status cn_check_images(const cn_layer *layer, const cn_type *inputs, int64_t n);
/* The same, of images whose channels are red, green and blue; one channel may be gray. */
cn_status cn_check_colors(const cn_layer *layer, const cn_type *inputs, const char *data_format,
                          bool gray);

/* The whole of a call: the input as float32, changed in training by augment, which sees and gives
 * x[N, H, W, C]. */
typedef cn_value cn_augment(cn_call_frame *frame, cn_value x);
cn_status cn_call_augmented(cn_call_frame *frame, const char *data_format, cn_augment *augment);

/* The changes of some layers, by the arguments of the frame's layer, for another layer that makes
 * them too. */
cn_augment cn_random_shear_augment, cn_random_translation_augment, cn_random_rotation_augment,
    cn_random_brightness_augment, cn_random_color_degeneration_augment, cn_random_contrast_augment,
    cn_random_sharpness_augment, cn_random_posterization_augment, cn_solarization_augment,
    cn_auto_contrast_augment, cn_equalization_augment;

/* x[N, C, H, W] as [N, H, W, C], and back; for "channels_last" nothing happens. */
cn_value cn_channels_to_last(cn_program *p, cn_value x, const char *data_format);
cn_value cn_channels_from_last(cn_program *p, cn_value x, const char *data_format);

/* The next random numbers of a shape, uniform in a range. */
cn_value cn_call_between(cn_call_frame *frame, cn_shape shape, cn_range range);
/* One number for each image of x, [N, 1, 1, 1]; or a truth value, true as often as Keras's layers
 * with a factor of probability are applied. */
cn_value cn_call_for_each(cn_call_frame *frame, cn_value x, cn_range range);
cn_value cn_call_applies(cn_call_frame *frame, cn_value x, cn_range probability);

/* ---- images ---------------------------------------------------------------------------------- */

/* Of an image's first spatial axis. */
int64_t cn_first_spatial_axis(const char *data_format);

/* Moves images by a[n], ... : columns of numbers [N, 1], or CN_NO_VALUE for 0; see op warp. */
typedef struct cn_matrix {
    cn_value a0, a1, a2, b0, b1, b2;
} cn_matrix;
cn_value cn_emit_moved(cn_program *p, cn_value x, const cn_matrix *matrix, cn_warping how);
cn_status cn_check_warping(cn_warping how);

/* ---- colors: x[N, H, W, C] ------------------------------------------------------------------- */

/* From one value range to another. */
cn_value cn_emit_value_range(cn_program *p, cn_value x, cn_range from, cn_range to);

/* The layers of these names, on x with ranges for their factors. */
cn_value cn_call_contrast(cn_call_frame *frame, cn_value x, cn_range factor, cn_range values);
cn_value cn_call_brightness(cn_call_frame *frame, cn_value x, cn_range factor, cn_range values);
cn_value cn_call_hue(cn_call_frame *frame, cn_value x, cn_range factor, cn_range values);
cn_value cn_call_saturation(cn_call_frame *frame, cn_value x, cn_range factor, cn_range values);

/* ---- several images -------------------------------------------------------------------------- */

/* A rectangle in each image of a shape, its sides being parts of the image's [N, 1, 1, 1]: whether
 * a pixel is inside [N, H, W, 1], and the part of the image that it takes [N, 1, 1, 1]. */
typedef struct cn_box {
    cn_value inside, area;
} cn_box;
cn_box cn_call_box(cn_call_frame *frame, const cn_shape *shape, cn_value across, cn_value down);

/* A random order of 0 .. n-1, int32 [n]. */
cn_value cn_call_permutation(cn_call_frame *frame, int64_t n);

/* Numbers of the distribution Beta(alpha, alpha), [n, 1, 1, 1]; alpha is a value, a scalar or
 * [1]. */
cn_value cn_call_beta(cn_call_frame *frame, int64_t n, cn_value alpha);

/* n numbers of the distribution Dirichlet(alpha, ..., alpha), [n]: their sum is 1. */
cn_value cn_call_dirichlet(cn_call_frame *frame, int64_t n, cn_value alpha);

/* A call of a layer that mixes images and, if there is a second input, labels[N, ...]. mix says
 * how: the mixed images, the order in which the others come, and what part of each image is
 * kept. */
typedef struct cn_mixture {
    cn_value images, order, kept; /* kept: [N, 1, 1, 1] */
} cn_mixture;
typedef cn_mixture cn_mix(cn_call_frame *frame, cn_value x);
cn_status cn_call_mixed(cn_call_frame *frame, const char *data_format, cn_mix *mix);
cn_status cn_check_mixed(const cn_layer *layer, const cn_type *inputs, int64_t n);

#endif
