/* Convolution layers, with Keras's names, arguments and defaults. Each constructor makes a layer of
 * the current session, or returns NULL (see cn_error()) if an argument is wrong. N batch, T time, C
 * channels; k stands for kernel_size.
 *
 * A window of kernel_size cells, dilation_rate apart, moves over the steps of the input by strides.
 *   .padding      "valid": only where all its cells are inside, (T - (k - 1) dilation_rate - 1) /
 *                 strides + 1 places, rounded down; "same": T / strides places, rounded up, with as
 *                 many zeros before the input as behind it, or one more behind; cn_conv1d also has
 *                 "causal": as many places, with all zeros before, so that a step's output depends
 *                 on no later step
 *   .data_format  "channels_last": x[N, T, C]; "channels_first": x[N, C, T], and y the same way
 * All drop a mask. The keywords that every layer takes, and what an activation, initializer,
 * regularizer or constraint may be, are said in layers.h. An input that does not fit (of another
 * rank or number of channels, or too short for a window) fails with a message that names its shape.
 */
#ifndef CORNU_CONVOLUTION_H
#define CORNU_CONVOLUTION_H

#include "cornu/layers.h"

CN_BEGIN_DECLS

/* ---- one spatial axis ------------------------------------------------------------------------ */

/* cn_conv1d(128, 5, .activation = "relu"): y = activation(windows of x times kernel + bias), x[N,
 * T, C] -> y[N, places, filters]. Weights: kernel [k, C / groups, filters], bias [filters]. With
 * groups, each group of channels goes into one group of filters; groups divides both. strides or
 * dilation_rate is 1. Keras: keras.layers.Conv1D. */
typedef struct cn_conv1d_args {
    int64_t filters, kernel_size, strides;
    const char *padding, *data_format;
    int64_t dilation_rate, groups;
    const char *activation;
    bool use_bias;
    const char *kernel_initializer, *bias_initializer;
    const char *kernel_regularizer, *bias_regularizer, *activity_regularizer;
    const char *kernel_constraint, *bias_constraint;
    CN_LAYER_KEYWORDS_
} cn_conv1d_args;
#define CN_CONV1D_DEFAULTS                                                                         \
    .strides = 1, .padding = "valid", .data_format = "channels_last", .dilation_rate = 1,          \
    .groups = 1, .use_bias = true, .kernel_initializer = "glorot_uniform",                         \
    .bias_initializer = "zeros", CN_LAYER_DEFAULTS_
CN_API cn_layer *cn_conv1d_with(const cn_conv1d_args *args);

/* cn_separable_conv1d(64, 3): a depthwise convolution, which makes depth_multiplier outputs of each
 * channel by itself, and a pointwise one, which mixes them: y = activation(depthwise(x) times
 * pointwise_kernel + bias), x[N, T, C] -> y[N, places, filters]. Weights: depthwise_kernel [k, C,
 * depth_multiplier], pointwise_kernel [1, C depth_multiplier, filters], bias [filters]. Keras:
 * SeparableConv1D. */
typedef struct cn_separable_conv1d_args {
    int64_t filters, kernel_size, strides;
    const char *padding, *data_format;
    int64_t dilation_rate, depth_multiplier;
    const char *activation;
    bool use_bias;
    const char *depthwise_initializer, *pointwise_initializer, *bias_initializer;
    const char *depthwise_regularizer, *pointwise_regularizer, *bias_regularizer;
    const char *activity_regularizer;
    const char *depthwise_constraint, *pointwise_constraint, *bias_constraint;
    CN_LAYER_KEYWORDS_
} cn_separable_conv1d_args;
#define CN_SEPARABLE_CONV1D_DEFAULTS                                                               \
    .strides = 1, .padding = "valid", .data_format = "channels_last", .dilation_rate = 1,          \
    .depth_multiplier = 1, .use_bias = true, .depthwise_initializer = "glorot_uniform",            \
    .pointwise_initializer = "glorot_uniform", .bias_initializer = "zeros", CN_LAYER_DEFAULTS_
CN_API cn_layer *cn_separable_conv1d_with(const cn_separable_conv1d_args *args);

/* cn_depthwise_conv1d(3): each channel by itself becomes depth_multiplier channels, x[N, T, C] ->
 * y[N, places, C depth_multiplier]; channel c depth_multiplier + m comes from channel c. Weights:
 * kernel [k, C, depth_multiplier], bias [C depth_multiplier]. Keras: DepthwiseConv1D. */
typedef struct cn_depthwise_conv1d_args {
    int64_t kernel_size, strides;
    const char *padding;
    int64_t depth_multiplier;
    const char *data_format;
    int64_t dilation_rate;
    const char *activation;
    bool use_bias;
    const char *depthwise_initializer, *bias_initializer;
    const char *depthwise_regularizer, *bias_regularizer, *activity_regularizer;
    const char *depthwise_constraint, *bias_constraint;
    CN_LAYER_KEYWORDS_
} cn_depthwise_conv1d_args;
#define CN_DEPTHWISE_CONV1D_DEFAULTS                                                               \
    .strides = 1, .padding = "valid", .depth_multiplier = 1, .data_format = "channels_last",       \
    .dilation_rate = 1, .use_bias = true, .depthwise_initializer = "glorot_uniform",               \
    .bias_initializer = "zeros", CN_LAYER_DEFAULTS_
CN_API cn_layer *cn_depthwise_conv1d_with(const cn_depthwise_conv1d_args *args);

/* cn_conv1d_transpose(32, 3, .strides = 2): the gradient of a convolution as a layer: each step of x
 * adds its value times the kernel to a window of y, and the windows are strides apart: x[N, T, C]
 * -> y[N, steps, filters]. Without output_padding (CN_NONE) there are (T - 1) strides + max(window,
 * strides) steps with padding "valid", where window = (k - 1) dilation_rate + 1, and T strides with
 * "same"; with it, which is less than strides, (T - 1) strides + window + output_padding, and (T -
 * 1) strides + window % 2 + output_padding. Weights: kernel [k, filters, C], bias [filters].
 * strides or dilation_rate is 1. Keras: Conv1DTranspose. */
typedef struct cn_conv1d_transpose_args {
    int64_t filters, kernel_size, strides;
    const char *padding;
    int64_t output_padding;
    const char *data_format;
    int64_t dilation_rate;
    const char *activation;
    bool use_bias;
    const char *kernel_initializer, *bias_initializer;
    const char *kernel_regularizer, *bias_regularizer, *activity_regularizer;
    const char *kernel_constraint, *bias_constraint;
    CN_LAYER_KEYWORDS_
} cn_conv1d_transpose_args;
#define CN_CONV1D_TRANSPOSE_DEFAULTS                                                               \
    .strides = 1, .padding = "valid", .output_padding = CN_NONE, .data_format = "channels_last",   \
    .dilation_rate = 1, .use_bias = true, .kernel_initializer = "glorot_uniform",                  \
    .bias_initializer = "zeros", CN_LAYER_DEFAULTS_
CN_API cn_layer *cn_conv1d_transpose_with(const cn_conv1d_transpose_args *args);

/* ---- keywords -------------------------------------------------------------------------------- */

#ifndef __cplusplus
/* What stands behind filters without a name is kernel_size, the next member of the struct. */
#define cn_conv1d(...)                                                                             \
    CN_KEYWORDS_(cn_conv1d_with, cn_conv1d_args, CN_CONV1D_DEFAULTS, .filters = __VA_ARGS__)
#define cn_separable_conv1d(...)                                                                   \
    CN_KEYWORDS_(cn_separable_conv1d_with, cn_separable_conv1d_args, CN_SEPARABLE_CONV1D_DEFAULTS, \
                 .filters = __VA_ARGS__)
#define cn_depthwise_conv1d(...)                                                                   \
    CN_KEYWORDS_(cn_depthwise_conv1d_with, cn_depthwise_conv1d_args, CN_DEPTHWISE_CONV1D_DEFAULTS, \
                 .kernel_size = __VA_ARGS__)
#define cn_conv1d_transpose(...)                                                                   \
    CN_KEYWORDS_(cn_conv1d_transpose_with, cn_conv1d_transpose_args, CN_CONV1D_TRANSPOSE_DEFAULTS, \
                 .filters = __VA_ARGS__)
#endif

CN_END_DECLS

#endif
