/* Normalization layers, with Keras's names, arguments and defaults. Each constructor makes a layer
 * of the current session, or returns NULL (see cn_error()) if an argument is wrong. N batch, C
 * channels; ... any axes. All take x[N, ...] to y[N, ...]. The keywords that every layer takes, and
 * what an initializer, regularizer or constraint may be, are said in layers.h. */
#ifndef CORNU_NORMALIZATION_H
#define CORNU_NORMALIZATION_H

#include "cornu/layers.h"

CN_BEGIN_DECLS

/* ---- by the batch ---------------------------------------------------------------------------- */

/* cn_batch_normalization(): y = (x - mean) / sqrt(variance + epsilon) gamma + beta, with a mean and
 * a variance (over n, not n - 1) for each of the C channels along axis. In training they are those
 * of the batch, over all other axes, of what is not masked; and at each call of the layer
 *   moving_mean     = moving_mean momentum + mean (1 - momentum)
 *   moving_variance = moving_variance momentum + variance (1 - momentum)
 * In inference, and in training while the layer is not trainable, they are the moving ones, which
 * then stay. Weights: gamma [C] if scale, beta [C] if center, moving_mean [C], moving_variance [C];
 * the last two are not trained. synchronized changes nothing in one process. A mask passes through.
 *
 * renorm: in training, what the batch's mean and variance normalized is corrected to what moving
 * ones would have: (normalized r + d) gamma + beta, with std = sqrt(variance + epsilon), r = std /
 * renorm_stddev and d = (mean - renorm_mean) / renorm_stddev, through which no gradient flows.
 * renorm_clipping, a cn_renorm_clipping, says between which numbers they stay. Three more weights
 * [C]: moving_stddev, which momentum moves to std and of which moving_variance is made, and
 * renorm_mean and renorm_stddev, moved by renorm_momentum. Keras: BatchNormalization (Ioffe and
 * Szegedy, 2015; Ioffe, 2017). */
typedef struct cn_batch_normalization_args {
    char begin_;
    int64_t axis;
    double momentum, epsilon;
    bool center, scale;
    const char *beta_initializer, *gamma_initializer;
    const char *moving_mean_initializer, *moving_variance_initializer;
    const char *beta_regularizer, *gamma_regularizer;
    const char *beta_constraint, *gamma_constraint;
    bool synchronized, renorm;
    const char *renorm_clipping;
    double renorm_momentum;
    CN_LAYER_KEYWORDS_
} cn_batch_normalization_args;
#define CN_BATCH_NORMALIZATION_DEFAULTS                                                            \
    .axis = -1, .momentum = 0.99, .epsilon = 1e-3, .center = true, .scale = true,                  \
    .beta_initializer = "zeros", .gamma_initializer = "ones", .moving_mean_initializer = "zeros",  \
    .moving_variance_initializer = "ones", .renorm_momentum = 0.99, CN_LAYER_DEFAULTS_
CN_API cn_layer *cn_batch_normalization_with(const cn_batch_normalization_args *args);

/* cn_renorm_clipping(.rmax = 3, .dmax = 5): r from rmin to rmax, d from -dmax to dmax; those that
 * are not given clip nothing. Keras: a dictionary. */
typedef struct cn_renorm_clipping_args {
    char begin_;
    double rmax, rmin, dmax;
    char end_;
} cn_renorm_clipping_args;
#define CN_RENORM_CLIPPING_DEFAULTS .rmax = CN_UNSET, .rmin = CN_UNSET, .dmax = CN_UNSET
CN_API const char *cn_renorm_clipping_with(const cn_renorm_clipping_args *args);

/* ---- by given numbers ------------------------------------------------------------------------ */

/* cn_normalization(.mean = {0.485, 0.456, 0.406}, .variance = {0.052, 0.05, 0.051}): y = (x - mean)
 * / max(sqrt(variance), 1e-7), with one mean and variance, or one for each place along the last of
 * the axes. Without them they are weights for all places along the axes, not trained, which begin
 * as 0 and 1 and are set by cn_adapt or cn_set_weight: mean, variance, and count, which means
 * nothing. axis {0}: none, one mean and variance for all numbers (Keras: axis=None). invert: y =
 * mean + x max(sqrt(variance), 1e-7). The lists end at the last variance that is not 0. A mask
 * passes through. Keras: Normalization. */
typedef struct cn_normalization_args {
    char begin_;
    int64_t axis[CN_MAX_RANK];
    double mean[CN_MAX_LIST], variance[CN_MAX_LIST];
    bool invert;
    CN_LAYER_KEYWORDS_
} cn_normalization_args;
#define CN_NORMALIZATION_DEFAULTS .axis = {-1}, CN_LAYER_DEFAULTS_
CN_API cn_layer *cn_normalization_with(const cn_normalization_args *args);

/* ---- of weights ------------------------------------------------------------------------------ */

/* cn_spectral_normalization(cn_conv2d(64, 3)): calls the layer, which has a weight kernel or
 * embeddings. Before each step of training that weight becomes itself divided by sigma, the largest
 * singular value of it as a matrix [..., out], which power_iterations turns estimate from the
 * weight vector_u [1, out]; all zeros stay. Weights: the kernel, vector_u, which is not trained,
 * and the layer's others. A mask is dropped. Keras: SpectralNormalization (Miyato et al., 2018), as
 * it is with TensorFlow, where the divided kernel is what is kept and trained. */
typedef struct cn_spectral_normalization_args {
    cn_layer *layer;
    int64_t power_iterations;
    CN_LAYER_KEYWORDS_
} cn_spectral_normalization_args;
#define CN_SPECTRAL_NORMALIZATION_DEFAULTS .power_iterations = 1, CN_LAYER_DEFAULTS_
CN_API cn_layer *cn_spectral_normalization_with(const cn_spectral_normalization_args *args);

/* ---- of each sample -------------------------------------------------------------------------- */

/* cn_layer_normalization(), cn_layer_normalization({1, 2}): y = (x - mean) / sqrt(variance +
 * epsilon) gamma + beta, with the mean and the variance (over n, not n - 1) of
 * each sample along the given axes. Weights: gamma if scale, beta if center, of the sizes of these
 * axes. rms_scaling, of older Keras models: y = x / sqrt(variance + epsilon) gamma. A mask passes
 * through. Keras: LayerNormalization. */
typedef struct cn_layer_normalization_args {
    char begin_;
    int64_t axis[CN_MAX_RANK];
    double epsilon;
    bool center, scale, rms_scaling;
    const char *beta_initializer, *gamma_initializer;
    const char *beta_regularizer, *gamma_regularizer;
    const char *beta_constraint, *gamma_constraint;
    CN_LAYER_KEYWORDS_
} cn_layer_normalization_args;
#define CN_LAYER_NORMALIZATION_DEFAULTS                                                            \
    .axis = {-1}, .epsilon = 1e-3, .center = true, .scale = true, .beta_initializer = "zeros",     \
    .gamma_initializer = "ones", CN_LAYER_DEFAULTS_
CN_API cn_layer *cn_layer_normalization_with(const cn_layer_normalization_args *args);

/* cn_group_normalization(8): y = (x - mean) / sqrt(variance + epsilon) gamma + beta, with the mean
 * and the variance of each sample over all axes and each of `groups` runs of neighbouring channels
 * along axis. groups divides C; -1 is a group for each channel. Weights: gamma [C] if scale, beta
 * [C] if center. A mask passes through. Keras: GroupNormalization (Wu and He, 2018). */
typedef struct cn_group_normalization_args {
    char begin_;
    int64_t groups, axis;
    double epsilon;
    bool center, scale;
    const char *beta_initializer, *gamma_initializer;
    const char *beta_regularizer, *gamma_regularizer;
    const char *beta_constraint, *gamma_constraint;
    CN_LAYER_KEYWORDS_
} cn_group_normalization_args;
#define CN_GROUP_NORMALIZATION_DEFAULTS                                                            \
    .groups = 32, .axis = -1, .epsilon = 1e-3, .center = true, .scale = true,                      \
    .beta_initializer = "zeros", .gamma_initializer = "ones", CN_LAYER_DEFAULTS_
CN_API cn_layer *cn_group_normalization_with(const cn_group_normalization_args *args);

/* cn_rms_normalization(): y = x / sqrt(mean of x^2 + epsilon) scale, the mean
 * along the given axes. Weights: scale, of the sizes of these axes. Keras: RMSNormalization. */
typedef struct cn_rms_normalization_args {
    char begin_;
    int64_t axis[CN_MAX_RANK];
    double epsilon;
    CN_LAYER_KEYWORDS_
} cn_rms_normalization_args;
#define CN_RMS_NORMALIZATION_DEFAULTS .axis = {-1}, .epsilon = 1e-6, CN_LAYER_DEFAULTS_
CN_API cn_layer *cn_rms_normalization_with(const cn_rms_normalization_args *args);

/* cn_unit_normalization(): y = x / length of x along the given axes. A mask passes through.
 * Keras: UnitNormalization. */
typedef struct cn_unit_normalization_args {
    char begin_;
    int64_t axis[CN_MAX_RANK];
    CN_LAYER_KEYWORDS_
} cn_unit_normalization_args;
#define CN_UNIT_NORMALIZATION_DEFAULTS .axis = {-1}, CN_LAYER_DEFAULTS_
CN_API cn_layer *cn_unit_normalization_with(const cn_unit_normalization_args *args);

/* ---- keywords -------------------------------------------------------------------------------- */

#ifndef __cplusplus
#define cn_renorm_clipping(...)                                                                    \
    CN_OPTIONAL_KEYWORDS_(cn_renorm_clipping_with, cn_renorm_clipping_args,                        \
                          CN_RENORM_CLIPPING_DEFAULTS, __VA_ARGS__)
#define cn_batch_normalization(...)                                                                \
    CN_OPTIONAL_KEYWORDS_(cn_batch_normalization_with, cn_batch_normalization_args,                \
                          CN_BATCH_NORMALIZATION_DEFAULTS, __VA_ARGS__)
#define cn_spectral_normalization(...)                                                             \
    CN_KEYWORDS_(cn_spectral_normalization_with, cn_spectral_normalization_args,                   \
                 CN_SPECTRAL_NORMALIZATION_DEFAULTS, .layer = __VA_ARGS__)
#define cn_group_normalization(...)                                                                \
    CN_OPTIONAL_KEYWORDS_(cn_group_normalization_with, cn_group_normalization_args,                \
                          CN_GROUP_NORMALIZATION_DEFAULTS, __VA_ARGS__)
#define cn_unit_normalization(...)                                                                 \
    CN_OPTIONAL_KEYWORDS_(cn_unit_normalization_with, cn_unit_normalization_args,                  \
                          CN_UNIT_NORMALIZATION_DEFAULTS, __VA_ARGS__)
#define cn_normalization(...)                                                                      \
    CN_OPTIONAL_KEYWORDS_(cn_normalization_with, cn_normalization_args, CN_NORMALIZATION_DEFAULTS, \
                          __VA_ARGS__)
#define cn_layer_normalization(...)                                                                \
    CN_OPTIONAL_KEYWORDS_(cn_layer_normalization_with, cn_layer_normalization_args,                \
                          CN_LAYER_NORMALIZATION_DEFAULTS, __VA_ARGS__)
#define cn_rms_normalization(...)                                                                  \
    CN_OPTIONAL_KEYWORDS_(cn_rms_normalization_with, cn_rms_normalization_args,                    \
                          CN_RMS_NORMALIZATION_DEFAULTS, __VA_ARGS__)
#endif

CN_END_DECLS

#endif
