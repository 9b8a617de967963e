/* Layers, with Keras's names, arguments and defaults. Each constructor makes a layer of the current
 * session, or returns NULL (see cn_error()) if an argument is wrong. N batch, T time, F features, U
 * units; ... any axes, also none.
 *
 * Every layer takes these keywords too:
 *   .name         automatic if not given: dense_1, dense_2, ...
 *   .trainable    false: its weights are not trained
 *   .dtype        "float32"; the policies "float64", "mixed_float16", "mixed_bfloat16", "float16"
 *                 and "bfloat16" are kept when a model is saved, but what is computed, and the
 *                 weights, are float32 here
 *   .input_shape  {64}: the input's shape without batch axis, for the first layer of a Sequential
 * Where an argument takes an activation, initializer, regularizer or constraint, it is a name
 * ("relu") or what a typed constructor returned (cn_l2(0.001)); NULL is None. Axes count the batch
 * as axis 0, and negative ones from the end.
 *
 * A layer called on tensors that do not fit says so in the message of cn_error(): its name, what it
 * expected, and the shapes that came. Layers that are "passed through" by a mask give their output
 * the mask of their input; the others drop it, unless something else is said.
 */
#ifndef CORNU_LAYERS_H
#define CORNU_LAYERS_H

#include "cornu/keywords.h"

CN_BEGIN_DECLS

#define CN_LAYER_KEYWORDS_                                                                         \
    const char *name;                                                                              \
    bool trainable;                                                                                \
    const char *dtype;                                                                             \
    int64_t input_shape[CN_MAX_RANK];                                                              \
    char end_;
#define CN_LAYER_DEFAULTS_ .trainable = true

/* What a layer without arguments of its own takes. */
typedef struct cn_layer_args {
    char begin_;
    CN_LAYER_KEYWORDS_
} cn_layer_args;

/* ---- core ------------------------------------------------------------------------------------ */

/* cn_dense(32, .activation = "relu"): y = activation(x kernel + bias), x[N, ..., F] -> y[N, ...,
 * U]. Weights: kernel [F, U], bias [U]. A mask passes through. Keras: keras.layers.Dense. */
typedef struct cn_dense_args {
    int64_t units;
    const char *activation;
    bool use_bias;
    const char *kernel_initializer, *bias_initializer;
    const char *kernel_regularizer, *bias_regularizer, *activity_regularizer;
    const char *kernel_constraint, *bias_constraint;
    CN_LAYER_KEYWORDS_
} cn_dense_args;
#define CN_DENSE_DEFAULTS                                                                          \
    .use_bias = true, .kernel_initializer = "glorot_uniform", .bias_initializer = "zeros",         \
    CN_LAYER_DEFAULTS_
CN_API cn_layer *cn_dense_with(const cn_dense_args *args);

/* cn_einsum_dense("abc,cd->abd", {CN_NONE, 64}, .bias_axes = "d"): y = activation(einsum(equation,
 * x, kernel) + bias). The equation is "X,K->Y", "...X,K->...Y" or "X...,K->Y...": a letter names an
 * axis of x, the kernel or y, and letters that y lacks are summed over; the first axis of x and y
 * is the batch. output_shape is y's shape without the batch and the axes of the dots; CN_NONE: a
 * size that x gives. bias_axes are letters of y. Weights: kernel, of K's axes, and with bias_axes
 * bias, of y's axes from the first of these on, 1 where it is not one of them. lora_rank must be
 * left out. A mask passes through. Keras: EinsumDense. */
typedef struct cn_einsum_dense_args {
    const char *equation;
    int64_t output_shape[CN_MAX_RANK];
    const char *activation, *bias_axes;
    const char *kernel_initializer, *bias_initializer;
    const char *kernel_regularizer, *bias_regularizer, *activity_regularizer;
    const char *kernel_constraint, *bias_constraint;
    int64_t lora_rank;
    CN_LAYER_KEYWORDS_
} cn_einsum_dense_args;
#define CN_EINSUM_DENSE_DEFAULTS                                                                   \
    .kernel_initializer = "glorot_uniform", .bias_initializer = "zeros", .lora_rank = CN_NONE,     \
    CN_LAYER_DEFAULTS_
CN_API cn_layer *cn_einsum_dense_with(const cn_einsum_dense_args *args);

/* cn_activation("relu"): an activation as a layer of its own, x[N, ...] -> y[N, ...]. A mask passes
 * through. Keras: Activation. */
typedef struct cn_activation_args {
    const char *activation;
    CN_LAYER_KEYWORDS_
} cn_activation_args;
#define CN_ACTIVATION_DEFAULTS CN_LAYER_DEFAULTS_
CN_API cn_layer *cn_activation_with(const cn_activation_args *args);

/* cn_embedding(10000, 64): y = row x of a table, x[N, ...] -> y[N, ..., output_dim]. x counts from
 * 0 up to, not with, input_dim, and is cast to int32; another number fails when it runs, with a
 * message that names it and its place. Weights: embeddings [input_dim, output_dim]. With mask_zero,
 * y has the mask x != 0, [N, ...]; otherwise it has none. Keras: Embedding. */
typedef struct cn_embedding_args {
    int64_t input_dim, output_dim;
    const char *embeddings_initializer, *embeddings_regularizer, *activity_regularizer;
    const char *embeddings_constraint;
    bool mask_zero;
    CN_LAYER_KEYWORDS_
} cn_embedding_args;
#define CN_EMBEDDING_DEFAULTS .embeddings_initializer = "uniform", CN_LAYER_DEFAULTS_
CN_API cn_layer *cn_embedding_with(const cn_embedding_args *args);

/* cn_reversible_embedding(10000, 64): an Embedding that is also called the other way round, for the
 * words that a language model says: cn_call_with(layer, h, .reverse = true) gives
 * y[N, ..., input_dim] = h W^T of h[N, ..., output_dim]. With tie_weights false, W^T is a weight of
 * its own, reverse_embeddings [output_dim, input_dim]. logit_soft_cap c: y becomes c tanh(y / c);
 * NaN: it does not. reverse_dtype: "float32" or NULL. Such a y has no mask. Keras:
 * ReversibleEmbedding. */
typedef struct cn_reversible_embedding_args {
    int64_t input_dim, output_dim;
    bool tie_weights;
    const char *embeddings_initializer, *embeddings_regularizer, *activity_regularizer;
    const char *embeddings_constraint;
    bool mask_zero;
    const char *reverse_dtype;
    double logit_soft_cap;
    CN_LAYER_KEYWORDS_
} cn_reversible_embedding_args;
#define CN_REVERSIBLE_EMBEDDING_DEFAULTS                                                           \
    .tie_weights = true, .embeddings_initializer = "uniform", .logit_soft_cap = CN_UNSET,          \
    CN_LAYER_DEFAULTS_
CN_API cn_layer *cn_reversible_embedding_with(const cn_reversible_embedding_args *args);

/* cn_masking(), cn_masking(-1): a step of x[N, ..., F] of which every feature is mask_value is
 * masked, and 0 in y[N, ..., F]; the others stay. The output's mask is [N, ...], true for what
 * counts. Keras: Masking. */
typedef struct cn_masking_args {
    char begin_;
    double mask_value;
    CN_LAYER_KEYWORDS_
} cn_masking_args;
#define CN_MASKING_DEFAULTS .mask_value = 0, CN_LAYER_DEFAULTS_
CN_API cn_layer *cn_masking_with(const cn_masking_args *args);

/* cn_identity(): y = x. A mask passes through. Keras: Identity. */
#define CN_IDENTITY_DEFAULTS CN_LAYER_DEFAULTS_
CN_API cn_layer *cn_identity_with(const cn_layer_args *args);

/* cn_rescaling(1.0 / 255, .offset = -1): y = x scale + offset, x[N, ...] -> y[N, ...], as float32.
 * Both may be lists with one number for each member of the last axis: cn_rescaling({0.5, 2},
 * .offset = {0, 1}). A scale that is a list ends at its last number that is not 0, and the offset
 * is a list of the same length then. A mask passes through. Keras: Rescaling. */
typedef struct cn_rescaling_args {
    double scale[CN_MAX_LIST], offset[CN_MAX_LIST];
    CN_LAYER_KEYWORDS_
} cn_rescaling_args;
#define CN_RESCALING_DEFAULTS CN_LAYER_DEFAULTS_
CN_API cn_layer *cn_rescaling_with(const cn_rescaling_args *args);

/* ---- activations with arguments -------------------------------------------------------------- */
/* All take x[N, ...] to y[N, ...], and a mask passes through. */

/* cn_relu(.max_value = 6): y = x where x > threshold, otherwise negative_slope (x - threshold); at
 * most max_value. Keras: ReLU. */
typedef struct cn_relu_args {
    char begin_;
    double max_value; /* CN_UNSET: no limit */
    double negative_slope, threshold;
    CN_LAYER_KEYWORDS_
} cn_relu_args;
#define CN_RELU_DEFAULTS                                                                           \
    .max_value = CN_UNSET, .negative_slope = 0, .threshold = 0, CN_LAYER_DEFAULTS_
CN_API cn_layer *cn_relu_with(const cn_relu_args *args);

/* cn_leaky_relu(0.1): y = x where x > 0, otherwise negative_slope x. Keras: LeakyReLU. */
typedef struct cn_leaky_relu_args {
    char begin_;
    double negative_slope;
    CN_LAYER_KEYWORDS_
} cn_leaky_relu_args;
#define CN_LEAKY_RELU_DEFAULTS .negative_slope = 0.3, CN_LAYER_DEFAULTS_
CN_API cn_layer *cn_leaky_relu_with(const cn_leaky_relu_args *args);

/* cn_elu(): y = x where x > 0, otherwise alpha (e^x - 1). Keras: ELU. */
typedef struct cn_elu_args {
    char begin_;
    double alpha;
    CN_LAYER_KEYWORDS_
} cn_elu_args;
#define CN_ELU_DEFAULTS .alpha = 1, CN_LAYER_DEFAULTS_
CN_API cn_layer *cn_elu_with(const cn_elu_args *args);

/* cn_prelu(.shared_axes = {1, 2}): y = x where x > 0, otherwise alpha x, where alpha is learnt.
 * Weights: alpha, of the input's shape without batch axis, with 1 for each axis in shared_axes.
 * Keras: PReLU. */
typedef struct cn_prelu_args {
    char begin_;
    const char *alpha_initializer, *alpha_regularizer, *alpha_constraint;
    int64_t shared_axes[CN_MAX_RANK]; /* positive */
    CN_LAYER_KEYWORDS_
} cn_prelu_args;
#define CN_PRELU_DEFAULTS .alpha_initializer = "zeros", CN_LAYER_DEFAULTS_
CN_API cn_layer *cn_prelu_with(const cn_prelu_args *args);

/* cn_softmax(), cn_softmax(1), cn_softmax({1, 2}): y = e^x / sum of e^x, the sum over the given
 * axes. A mask of x's own rank takes what it hides out of the sum. Keras: Softmax. */
typedef struct cn_softmax_args {
    char begin_;
    int64_t axis[CN_MAX_RANK];
    CN_LAYER_KEYWORDS_
} cn_softmax_args;
#define CN_SOFTMAX_DEFAULTS .axis = {-1}, CN_LAYER_DEFAULTS_
CN_API cn_layer *cn_softmax_with(const cn_softmax_args *args);

/* ---- shape ----------------------------------------------------------------------------------- */

/* cn_flatten(): x[N, ...] -> y[N, product of the rest]; x[N] -> y[N, 1]. With .data_format =
 * "channels_first" axis 1 is brought to the end before. Keras: Flatten. */
typedef struct cn_flatten_args {
    char begin_;
    const char *data_format;
    CN_LAYER_KEYWORDS_
} cn_flatten_args;
#define CN_FLATTEN_DEFAULTS .data_format = "channels_last", CN_LAYER_DEFAULTS_
CN_API cn_layer *cn_flatten_with(const cn_flatten_args *args);

/* cn_reshape({2, 3}), cn_reshape({2, -1}): x[N, ...] -> y[N, 2, 3]; one dimension may be -1 and is
 * computed. Keras: Reshape. */
typedef struct cn_reshape_args {
    int64_t target_shape[CN_MAX_RANK];
    CN_LAYER_KEYWORDS_
} cn_reshape_args;
#define CN_RESHAPE_DEFAULTS CN_LAYER_DEFAULTS_
CN_API cn_layer *cn_reshape_with(const cn_reshape_args *args);

/* cn_permute({2, 1}): axis i of y is axis dims[i - 1] of x; the batch axis 0 stays and is not
 * named. Keras: Permute. */
typedef struct cn_permute_args {
    int64_t dims[CN_MAX_RANK];
    CN_LAYER_KEYWORDS_
} cn_permute_args;
#define CN_PERMUTE_DEFAULTS CN_LAYER_DEFAULTS_
CN_API cn_layer *cn_permute_with(const cn_permute_args *args);

/* cn_repeat_vector(3): x[N, F] -> y[N, n, F]. Keras: RepeatVector. */
typedef struct cn_repeat_vector_args {
    int64_t n;
    CN_LAYER_KEYWORDS_
} cn_repeat_vector_args;
#define CN_REPEAT_VECTOR_DEFAULTS CN_LAYER_DEFAULTS_
CN_API cn_layer *cn_repeat_vector_with(const cn_repeat_vector_args *args);

/* cn_zero_padding1d(1), cn_zero_padding1d({2, 0}): zeros before the first step and behind the last,
 * x[N, T, F] -> y[N, before + T + behind, F]. One number counts for both ends, a list has one for
 * each. With .data_format = "channels_first" x is [N, F, T]. Keras: ZeroPadding1D. */
typedef struct cn_zero_padding1d_args {
    char begin_;
    int64_t padding[CN_MAX_RANK];
    const char *data_format;
    CN_LAYER_KEYWORDS_
} cn_zero_padding1d_args;
#define CN_ZERO_PADDING1D_DEFAULTS                                                                 \
    .padding = {1, CN_NONE}, .data_format = "channels_last", CN_LAYER_DEFAULTS_
CN_API cn_layer *cn_zero_padding1d_with(const cn_zero_padding1d_args *args);

/* cn_cropping1d(1), cn_cropping1d({0, 2}): without the first steps and the last, x[N, T, F] -> y[N,
 * T - first - last, F]. One number counts for both ends, a list has one for each. Keras:
 * Cropping1D. */
typedef struct cn_cropping1d_args {
    char begin_;
    int64_t cropping[CN_MAX_RANK];
    CN_LAYER_KEYWORDS_
} cn_cropping1d_args;
#define CN_CROPPING1D_DEFAULTS .cropping = {1, CN_NONE}, CN_LAYER_DEFAULTS_
CN_API cn_layer *cn_cropping1d_with(const cn_cropping1d_args *args);

/* cn_up_sampling1d(2): each step size times, x[N, T, F] -> y[N, size T, F]. Keras: UpSampling1D. */
typedef struct cn_up_sampling1d_args {
    char begin_;
    int64_t size;
    CN_LAYER_KEYWORDS_
} cn_up_sampling1d_args;
#define CN_UP_SAMPLING1D_DEFAULTS .size = 2, CN_LAYER_DEFAULTS_
CN_API cn_layer *cn_up_sampling1d_with(const cn_up_sampling1d_args *args);

/* ---- merging --------------------------------------------------------------------------------- */
/* The layers from cn_add to cn_minimum take tensors whose shapes broadcast: of two dimensions that
 * meet, one is 1, or both are equal. A tensor of lower rank gets axes of size 1 behind its batch
 * axis. Masks are combined by "or"; there is none as soon as one input has none. */

/* cn_call(cn_add(), a, b, c): a + b + c, of two or more. Keras: Add. */
#define CN_ADD_DEFAULTS CN_LAYER_DEFAULTS_
CN_API cn_layer *cn_add_with(const cn_layer_args *args);

/* cn_call(cn_subtract(), a, b): a - b. Keras: Subtract. */
#define CN_SUBTRACT_DEFAULTS CN_LAYER_DEFAULTS_
CN_API cn_layer *cn_subtract_with(const cn_layer_args *args);

/* Product of two or more. Keras: Multiply. */
#define CN_MULTIPLY_DEFAULTS CN_LAYER_DEFAULTS_
CN_API cn_layer *cn_multiply_with(const cn_layer_args *args);

/* Mean of two or more. Keras: Average. */
#define CN_AVERAGE_DEFAULTS CN_LAYER_DEFAULTS_
CN_API cn_layer *cn_average_with(const cn_layer_args *args);

/* Largest of two or more, place by place. Keras: Maximum. */
#define CN_MAXIMUM_DEFAULTS CN_LAYER_DEFAULTS_
CN_API cn_layer *cn_maximum_with(const cn_layer_args *args);

/* Smallest of two or more, place by place. Keras: Minimum. */
#define CN_MINIMUM_DEFAULTS CN_LAYER_DEFAULTS_
CN_API cn_layer *cn_minimum_with(const cn_layer_args *args);

/* cn_call(cn_concatenate(.axis = 1), a, b): a[N, T, F], b[N, V, F] -> y[N, T + V, F]; all other
 * dimensions are equal. Where one input has a mask, the output has one, and inputs without count as
 * not masked. Keras: Concatenate. */
typedef struct cn_concatenate_args {
    char begin_;
    int64_t axis;
    CN_LAYER_KEYWORDS_
} cn_concatenate_args;
#define CN_CONCATENATE_DEFAULTS .axis = -1, CN_LAYER_DEFAULTS_
CN_API cn_layer *cn_concatenate_with(const cn_concatenate_args *args);

/* cn_call(cn_dot(1), a, b), cn_dot({2, 1}): products of two tensors, sample by sample, summed over
 * an axis of each: one for both, or a pair. a[N, T, F] and b[N, V, F] with axes {2, 2} give [N, T,
 * V]; a[N, F] and b[N, F] give [N, 1]. normalize divides both by their length along these axes
 * first, which gives the cosine. Keras: Dot. */
typedef struct cn_dot_args {
    char begin_;
    int64_t axes[CN_MAX_RANK];
    bool normalize;
    CN_LAYER_KEYWORDS_
} cn_dot_args;
#define CN_DOT_DEFAULTS CN_LAYER_DEFAULTS_
CN_API cn_layer *cn_dot_with(const cn_dot_args *args);

/* ---- regularization -------------------------------------------------------------------------- */
/* These do something in training only, and are the identity otherwise. A mask passes through. Each
 * has its own stream of random numbers: seed names it; CN_NONE takes the next one of the session
 * (cn_set_random_seed). */

/* cn_dropout(0.5): y = 0 with probability rate, otherwise x / (1 - rate). noise_shape, with the
 * batch axis, says along which axes (those of size 1) the same elements fall; CN_NONE there stands
 * for the input's size. Keras: Dropout. */
typedef struct cn_dropout_args {
    double rate;
    int64_t noise_shape[CN_MAX_RANK];
    int64_t seed;
    CN_LAYER_KEYWORDS_
} cn_dropout_args;
#define CN_DROPOUT_DEFAULTS .seed = CN_NONE, CN_LAYER_DEFAULTS_
CN_API cn_layer *cn_dropout_with(const cn_dropout_args *args);

/* cn_spatial_dropout1d(0.2): dropout of whole features of x[N, T, F], the same ones in all steps of
 * a sample. Keras: SpatialDropout1D. */
typedef struct cn_spatial_dropout1d_args {
    double rate;
    int64_t seed;
    CN_LAYER_KEYWORDS_
} cn_spatial_dropout1d_args;
#define CN_SPATIAL_DROPOUT1D_DEFAULTS .seed = CN_NONE, CN_LAYER_DEFAULTS_
CN_API cn_layer *cn_spatial_dropout1d_with(const cn_spatial_dropout1d_args *args);

/* cn_alpha_dropout(0.1): dropout that keeps mean and variance of a selu layer's output: what falls
 * becomes -1.758 (selu's limit), and the whole is scaled and shifted. Keras: AlphaDropout. */
typedef struct cn_alpha_dropout_args {
    double rate;
    int64_t noise_shape[CN_MAX_RANK];
    int64_t seed;
    CN_LAYER_KEYWORDS_
} cn_alpha_dropout_args;
#define CN_ALPHA_DROPOUT_DEFAULTS .seed = CN_NONE, CN_LAYER_DEFAULTS_
CN_API cn_layer *cn_alpha_dropout_with(const cn_alpha_dropout_args *args);

/* cn_gaussian_dropout(0.3): y = x times normal numbers of mean 1 and standard deviation sqrt(rate /
 * (1 - rate)). Keras: GaussianDropout. */
typedef struct cn_gaussian_dropout_args {
    double rate;
    int64_t seed;
    CN_LAYER_KEYWORDS_
} cn_gaussian_dropout_args;
#define CN_GAUSSIAN_DROPOUT_DEFAULTS .seed = CN_NONE, CN_LAYER_DEFAULTS_
CN_API cn_layer *cn_gaussian_dropout_with(const cn_gaussian_dropout_args *args);

/* cn_gaussian_noise(0.1): y = x plus normal numbers of mean 0 and standard deviation stddev. Keras:
 * GaussianNoise. */
typedef struct cn_gaussian_noise_args {
    double stddev;
    int64_t seed;
    CN_LAYER_KEYWORDS_
} cn_gaussian_noise_args;
#define CN_GAUSSIAN_NOISE_DEFAULTS .seed = CN_NONE, CN_LAYER_DEFAULTS_
CN_API cn_layer *cn_gaussian_noise_with(const cn_gaussian_noise_args *args);

/* cn_activity_regularization(.l2 = 0.01): y = x, and l1 sum |x| + l2 sum x^2, divided by N, is
 * added to the loss. A mask passes through. Keras: ActivityRegularization. */
typedef struct cn_activity_regularization_args {
    char begin_;
    double l1, l2;
    CN_LAYER_KEYWORDS_
} cn_activity_regularization_args;
#define CN_ACTIVITY_REGULARIZATION_DEFAULTS .l1 = 0, .l2 = 0, CN_LAYER_DEFAULTS_
CN_API cn_layer *cn_activity_regularization_with(const cn_activity_regularization_args *args);

/* ---- keywords -------------------------------------------------------------------------------- */

#ifndef __cplusplus
#define CN_PLAIN_LAYER_(function, defaults, ...)                                                   \
    CN_OPTIONAL_KEYWORDS_(function, cn_layer_args, defaults, __VA_ARGS__)

#define cn_dense(...)                                                                              \
    CN_KEYWORDS_(cn_dense_with, cn_dense_args, CN_DENSE_DEFAULTS, .units = __VA_ARGS__)
#define cn_einsum_dense(...)                                                                       \
    CN_KEYWORDS_(cn_einsum_dense_with, cn_einsum_dense_args, CN_EINSUM_DENSE_DEFAULTS,             \
                 .equation = __VA_ARGS__)
#define cn_activation(...)                                                                         \
    CN_KEYWORDS_(cn_activation_with, cn_activation_args, CN_ACTIVATION_DEFAULTS,                   \
                 .activation = __VA_ARGS__)
#define cn_identity(...) CN_PLAIN_LAYER_(cn_identity_with, CN_IDENTITY_DEFAULTS, __VA_ARGS__)
#define cn_rescaling(...)                                                                          \
    CN_KEYWORDS_(cn_rescaling_with, cn_rescaling_args, CN_RESCALING_DEFAULTS, .scale = __VA_ARGS__)
#define cn_relu(...)                                                                               \
    CN_OPTIONAL_KEYWORDS_(cn_relu_with, cn_relu_args, CN_RELU_DEFAULTS, __VA_ARGS__)
#define cn_leaky_relu(...)                                                                         \
    CN_OPTIONAL_KEYWORDS_(cn_leaky_relu_with, cn_leaky_relu_args, CN_LEAKY_RELU_DEFAULTS,          \
                          __VA_ARGS__)
#define cn_elu(...) CN_OPTIONAL_KEYWORDS_(cn_elu_with, cn_elu_args, CN_ELU_DEFAULTS, __VA_ARGS__)
#define cn_prelu(...)                                                                              \
    CN_OPTIONAL_KEYWORDS_(cn_prelu_with, cn_prelu_args, CN_PRELU_DEFAULTS, __VA_ARGS__)
#define cn_softmax(...)                                                                            \
    CN_OPTIONAL_KEYWORDS_(cn_softmax_with, cn_softmax_args, CN_SOFTMAX_DEFAULTS, __VA_ARGS__)
#define cn_flatten(...)                                                                            \
    CN_OPTIONAL_KEYWORDS_(cn_flatten_with, cn_flatten_args, CN_FLATTEN_DEFAULTS, __VA_ARGS__)
#define cn_reshape(...)                                                                            \
    CN_KEYWORDS_(cn_reshape_with, cn_reshape_args, CN_RESHAPE_DEFAULTS, .target_shape = __VA_ARGS__)
#define cn_permute(...)                                                                            \
    CN_KEYWORDS_(cn_permute_with, cn_permute_args, CN_PERMUTE_DEFAULTS, .dims = __VA_ARGS__)
#define cn_repeat_vector(...)                                                                      \
    CN_KEYWORDS_(cn_repeat_vector_with, cn_repeat_vector_args, CN_REPEAT_VECTOR_DEFAULTS,          \
                 .n = __VA_ARGS__)
#define cn_add(...) CN_PLAIN_LAYER_(cn_add_with, CN_ADD_DEFAULTS, __VA_ARGS__)
#define cn_subtract(...) CN_PLAIN_LAYER_(cn_subtract_with, CN_SUBTRACT_DEFAULTS, __VA_ARGS__)
#define cn_multiply(...) CN_PLAIN_LAYER_(cn_multiply_with, CN_MULTIPLY_DEFAULTS, __VA_ARGS__)
#define cn_average(...) CN_PLAIN_LAYER_(cn_average_with, CN_AVERAGE_DEFAULTS, __VA_ARGS__)
#define cn_maximum(...) CN_PLAIN_LAYER_(cn_maximum_with, CN_MAXIMUM_DEFAULTS, __VA_ARGS__)
#define cn_minimum(...) CN_PLAIN_LAYER_(cn_minimum_with, CN_MINIMUM_DEFAULTS, __VA_ARGS__)
#define cn_concatenate(...)                                                                        \
    CN_OPTIONAL_KEYWORDS_(cn_concatenate_with, cn_concatenate_args, CN_CONCATENATE_DEFAULTS,       \
                          __VA_ARGS__)
#define cn_dot(...) CN_OPTIONAL_KEYWORDS_(cn_dot_with, cn_dot_args, CN_DOT_DEFAULTS, __VA_ARGS__)
#define cn_dropout(...)                                                                            \
    CN_KEYWORDS_(cn_dropout_with, cn_dropout_args, CN_DROPOUT_DEFAULTS, .rate = __VA_ARGS__)
#define cn_alpha_dropout(...)                                                                      \
    CN_KEYWORDS_(cn_alpha_dropout_with, cn_alpha_dropout_args, CN_ALPHA_DROPOUT_DEFAULTS,          \
                 .rate = __VA_ARGS__)
#define cn_gaussian_dropout(...)                                                                   \
    CN_KEYWORDS_(cn_gaussian_dropout_with, cn_gaussian_dropout_args, CN_GAUSSIAN_DROPOUT_DEFAULTS, \
                 .rate = __VA_ARGS__)
#define cn_gaussian_noise(...)                                                                     \
    CN_KEYWORDS_(cn_gaussian_noise_with, cn_gaussian_noise_args, CN_GAUSSIAN_NOISE_DEFAULTS,       \
                 .stddev = __VA_ARGS__)
#define cn_activity_regularization(...)                                                            \
    CN_OPTIONAL_KEYWORDS_(cn_activity_regularization_with, cn_activity_regularization_args,        \
                          CN_ACTIVITY_REGULARIZATION_DEFAULTS, __VA_ARGS__)
#define cn_embedding(...)                                                                          \
    CN_KEYWORDS_(cn_embedding_with, cn_embedding_args, CN_EMBEDDING_DEFAULTS,                      \
                 .input_dim = __VA_ARGS__)
#define cn_reversible_embedding(...)                                                               \
    CN_KEYWORDS_(cn_reversible_embedding_with, cn_reversible_embedding_args,                       \
                 CN_REVERSIBLE_EMBEDDING_DEFAULTS, .input_dim = __VA_ARGS__)
#define cn_masking(...)                                                                            \
    CN_OPTIONAL_KEYWORDS_(cn_masking_with, cn_masking_args, CN_MASKING_DEFAULTS, __VA_ARGS__)
#define cn_zero_padding1d(...)                                                                     \
    CN_OPTIONAL_KEYWORDS_(cn_zero_padding1d_with, cn_zero_padding1d_args,                          \
                          CN_ZERO_PADDING1D_DEFAULTS, __VA_ARGS__)
#define cn_cropping1d(...)                                                                         \
    CN_OPTIONAL_KEYWORDS_(cn_cropping1d_with, cn_cropping1d_args, CN_CROPPING1D_DEFAULTS,          \
                          __VA_ARGS__)
#define cn_up_sampling1d(...)                                                                      \
    CN_OPTIONAL_KEYWORDS_(cn_up_sampling1d_with, cn_up_sampling1d_args, CN_UP_SAMPLING1D_DEFAULTS, \
                          __VA_ARGS__)
#define cn_spatial_dropout1d(...)                                                                  \
    CN_KEYWORDS_(cn_spatial_dropout1d_with, cn_spatial_dropout1d_args,                             \
                 CN_SPATIAL_DROPOUT1D_DEFAULTS, .rate = __VA_ARGS__)
#endif

CN_END_DECLS

#endif
