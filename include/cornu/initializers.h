/* Initializers: the first values of a weight. Each constructor returns an identifier: the text of
 * the object's Keras record, which lives in the current session, for arguments such as
 * .kernel_initializer. NULL and cn_error() if an argument is impossible. Where all arguments may
 * have their defaults, the bare name says the same:
 *
 *     cn_dense(64, .kernel_initializer = "he_normal", .bias_initializer = cn_constant(0.1))
 *
 * The names are those of the Keras classes, in both spellings: "HeNormal" and "he_normal"; also
 * "zeros" ("zero"), "ones" ("one"), "uniform" and "normal", which have no constructor of that
 * name here.
 *
 * Every random initializer has a seed. CN_NONE takes the next random stream of the session, so
 * that no two weights have the same values, and cn_set_random_seed repeats them all. With another
 * number, every weight that is made from that identifier begins with the same numbers. A value
 * depends on the seed and its place only, not on threads.
 *
 * fan_in and fan_out of a shape: 1 and 1 for a scalar, n and n for n numbers, otherwise the last
 * dimension but one and the last, both times the product of all dimensions before them (a
 * kernel's window).
 *
 * All functions may be called from any thread; each draws in that thread's session. */
#ifndef CORNU_INITIALIZERS_PUBLIC_H
#define CORNU_INITIALIZERS_PUBLIC_H

#include "cornu/keywords.h"

CN_BEGIN_DECLS

/* cn_constant(0.1): value in every place. Keras: Constant. Zeros and Ones are the names "zeros"
 * and "ones". */
typedef struct cn_constant_args {
    char begin_;
    double value;
    char end_;
} cn_constant_args;
#define CN_CONSTANT_DEFAULTS .value = 0
CN_API const char *cn_constant_with(const cn_constant_args *args);

/* cn_identity_initializer(): gain where row and column are equal, else 0; for weights with two
 * dimensions only. Keras: Identity. */
typedef struct cn_identity_initializer_args {
    char begin_;
    double gain;
    char end_;
} cn_identity_initializer_args;
#define CN_IDENTITY_INITIALIZER_DEFAULTS .gain = 1
CN_API const char *cn_identity_initializer_with(const cn_identity_initializer_args *args);

/* cn_random_uniform_initializer(-0.1, 0.1): evenly from minval up to, not with, maxval. Keras:
 * RandomUniform. */
typedef struct cn_random_uniform_initializer_args {
    char begin_;
    double minval, maxval;
    int64_t seed;
    char end_;
} cn_random_uniform_initializer_args;
#define CN_RANDOM_UNIFORM_INITIALIZER_DEFAULTS .minval = -0.05, .maxval = 0.05, .seed = CN_NONE
CN_API const char *cn_random_uniform_initializer_with(
    const cn_random_uniform_initializer_args *args);

/* cn_random_normal_initializer(.stddev = 0.01): from the normal distribution; stddev must not be
 * negative. Keras: RandomNormal. */
typedef struct cn_random_normal_initializer_args {
    char begin_;
    double mean, stddev;
    int64_t seed;
    char end_;
} cn_random_normal_initializer_args;
#define CN_RANDOM_NORMAL_INITIALIZER_DEFAULTS .mean = 0, .stddev = 0.05, .seed = CN_NONE
CN_API const char *cn_random_normal_initializer_with(const cn_random_normal_initializer_args *args);

/* cn_truncated_normal(.stddev = 0.02): the same, but what is further than 2 stddev from the mean
 * is drawn again; the values that come out have 0.87962566 times that stddev. Keras:
 * TruncatedNormal. */
typedef struct cn_truncated_normal_args {
    char begin_;
    double mean, stddev;
    int64_t seed;
    char end_;
} cn_truncated_normal_args;
#define CN_TRUNCATED_NORMAL_DEFAULTS .mean = 0, .stddev = 0.05, .seed = CN_NONE
CN_API const char *cn_truncated_normal_with(const cn_truncated_normal_args *args);

/* cn_variance_scaling(2.0, "fan_in", "uniform"): values of variance s = scale / max(1, fan).
 *   mode          "fan_in", "fan_out" or "fan_avg", the mean of both
 *   distribution  "uniform": from [-sqrt(3 s), sqrt(3 s)); "untruncated_normal": stddev sqrt(s);
 *                 "truncated_normal" (also "normal"): cut as by cn_truncated_normal, and of
 *                 variance s after that
 *   input_axes, output_axes  dimensions whose products are fan_in and fan_out, if the rule above
 *                 is not right for the weight: give both; a 0 can only be the first of its list
 * Keras: VarianceScaling. */
typedef struct cn_variance_scaling_args {
    char begin_;
    double scale;
    const char *mode, *distribution;
    int64_t seed;
    int64_t input_axes[CN_MAX_RANK], output_axes[CN_MAX_RANK];
    char end_;
} cn_variance_scaling_args;
#define CN_VARIANCE_SCALING_DEFAULTS                                                               \
    .scale = 1, .mode = "fan_in", .distribution = "truncated_normal", .seed = CN_NONE
CN_API const char *cn_variance_scaling_with(const cn_variance_scaling_args *args);

/* Variance scaling with the numbers of three papers:
 *   cn_glorot_uniform, cn_glorot_normal  scale 1, fan_avg: Glorot and Bengio (2010); the default
 *                                        of most kernels
 *   cn_he_uniform, cn_he_normal          scale 2, fan_in: He et al. (2015), for relu
 *   cn_lecun_uniform, cn_lecun_normal    scale 1, fan_in: LeCun et al. (1998), for selu
 * The uniform ones have limit sqrt(3 s), the normal ones are truncated. Keras: GlorotUniform, ...
 */
typedef struct cn_scaled_initializer_args {
    char begin_;
    int64_t seed;
    int64_t input_axes[CN_MAX_RANK], output_axes[CN_MAX_RANK];
    char end_;
} cn_scaled_initializer_args;
#define CN_SCALED_INITIALIZER_DEFAULTS .seed = CN_NONE
CN_API const char *cn_glorot_uniform_with(const cn_scaled_initializer_args *args);
CN_API const char *cn_glorot_normal_with(const cn_scaled_initializer_args *args);
CN_API const char *cn_he_uniform_with(const cn_scaled_initializer_args *args);
CN_API const char *cn_he_normal_with(const cn_scaled_initializer_args *args);
CN_API const char *cn_lecun_uniform_with(const cn_scaled_initializer_args *args);
CN_API const char *cn_lecun_normal_with(const cn_scaled_initializer_args *args);

/* cn_orthogonal(.gain = 1.4): the weight as a matrix (the last dimension is its columns) has
 * orthogonal rows or columns, whichever are fewer, of length gain: the Q of a decomposition of
 * normal numbers, with signs that make it evenly distributed. For weights with two dimensions or
 * more. Keras: Orthogonal; Saxe et al. (2013). */
typedef struct cn_orthogonal_args {
    char begin_;
    double gain;
    int64_t seed;
    char end_;
} cn_orthogonal_args;
#define CN_ORTHOGONAL_DEFAULTS .gain = 1, .seed = CN_NONE
CN_API const char *cn_orthogonal_with(const cn_orthogonal_args *args);

/* cn_stft_initializer("real"): the kernel [time, 1, frequencies] of a Conv1D that makes a
 * short-time Fourier transform.
 *   side      "real" or "imag"
 *   window    "hann", "hamming", "blackman", "rectangular", NULL: none, or numbers: "[0.5, 1, 0.5]"
 *   scaling   what the window is divided by: "density", the root of its sum of squares;
 *             "spectrum", its sum; NULL: 1
 *   periodic  whether the window is one period (of length time) rather than symmetric
 * Keras: STFT (STFTInitializer). */
typedef struct cn_stft_initializer_args {
    char begin_;
    const char *side, *window, *scaling;
    bool periodic;
    char end_;
} cn_stft_initializer_args;
#define CN_STFT_INITIALIZER_DEFAULTS                                                               \
    .side = "real", .window = "hann", .scaling = "density", .periodic = false
CN_API const char *cn_stft_initializer_with(const cn_stft_initializer_args *args);

#ifndef __cplusplus
#define cn_constant(...)                                                                           \
    CN_OPTIONAL_KEYWORDS_(cn_constant_with, cn_constant_args, CN_CONSTANT_DEFAULTS, __VA_ARGS__)
#define cn_identity_initializer(...)                                                               \
    CN_OPTIONAL_KEYWORDS_(cn_identity_initializer_with, cn_identity_initializer_args,              \
                          CN_IDENTITY_INITIALIZER_DEFAULTS, __VA_ARGS__)
#define cn_random_uniform_initializer(...)                                                         \
    CN_OPTIONAL_KEYWORDS_(cn_random_uniform_initializer_with, cn_random_uniform_initializer_args,  \
                          CN_RANDOM_UNIFORM_INITIALIZER_DEFAULTS, __VA_ARGS__)
#define cn_random_normal_initializer(...)                                                          \
    CN_OPTIONAL_KEYWORDS_(cn_random_normal_initializer_with, cn_random_normal_initializer_args,    \
                          CN_RANDOM_NORMAL_INITIALIZER_DEFAULTS, __VA_ARGS__)
#define cn_truncated_normal(...)                                                                   \
    CN_OPTIONAL_KEYWORDS_(cn_truncated_normal_with, cn_truncated_normal_args,                      \
                          CN_TRUNCATED_NORMAL_DEFAULTS, __VA_ARGS__)
#define cn_variance_scaling(...)                                                                   \
    CN_OPTIONAL_KEYWORDS_(cn_variance_scaling_with, cn_variance_scaling_args,                      \
                          CN_VARIANCE_SCALING_DEFAULTS, __VA_ARGS__)
#define cn_orthogonal(...)                                                                         \
    CN_OPTIONAL_KEYWORDS_(cn_orthogonal_with, cn_orthogonal_args, CN_ORTHOGONAL_DEFAULTS,          \
                          __VA_ARGS__)
#define cn_stft_initializer(...)                                                                   \
    CN_OPTIONAL_KEYWORDS_(cn_stft_initializer_with, cn_stft_initializer_args,                      \
                          CN_STFT_INITIALIZER_DEFAULTS, __VA_ARGS__)

#define CN_SCALED_INITIALIZER_(function, ...)                                                      \
    CN_OPTIONAL_KEYWORDS_(function, cn_scaled_initializer_args, CN_SCALED_INITIALIZER_DEFAULTS,    \
                          __VA_ARGS__)
#define cn_glorot_uniform(...) CN_SCALED_INITIALIZER_(cn_glorot_uniform_with, __VA_ARGS__)
#define cn_glorot_normal(...) CN_SCALED_INITIALIZER_(cn_glorot_normal_with, __VA_ARGS__)
#define cn_he_uniform(...) CN_SCALED_INITIALIZER_(cn_he_uniform_with, __VA_ARGS__)
#define cn_he_normal(...) CN_SCALED_INITIALIZER_(cn_he_normal_with, __VA_ARGS__)
#define cn_lecun_uniform(...) CN_SCALED_INITIALIZER_(cn_lecun_uniform_with, __VA_ARGS__)
#define cn_lecun_normal(...) CN_SCALED_INITIALIZER_(cn_lecun_normal_with, __VA_ARGS__)
#endif

CN_END_DECLS

#endif
