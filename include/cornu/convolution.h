/* Convolution layers, with Keras's names, arguments and defaults. Each constructor makes a layer of
 * the current session, or returns NULL (see cn_error()) if an argument is wrong. N batch, H W
 * space, C channels; k stands for kernel_size. Layers over two spatial axes are described; those
 * over one, of T steps, and over three, of D H W cells, are the same.
 *
 * A window of kernel_size cells, dilation_rate apart, moves over the cells of the input by strides.
 * kernel_size, strides and dilation_rate are one number for all axes or a list with one for each:
 * cn_conv2d(64, 3), cn_conv2d(64, {3, 5}, .strides = {1, 2}). What comes behind kernel_size is
 * given by name.
 *   .padding      "valid": only where all its cells are inside, (T - (k - 1) dilation_rate - 1) /
 *                 strides + 1 places along an axis of T cells, rounded down; "same": T / strides
 *                 places, rounded up, with as many zeros before the input as behind it, or one more
 *                 behind; cn_conv1d also has "causal": as many places, with all zeros before, so
 *                 that a step's output depends on no later step
 *   .data_format  "channels_last": x[N, H, W, C]; "channels_first": x[N, C, H, W], and y the same
 *                 way
 * All drop a mask. The keywords that every layer takes, and what an activation, initializer,
 * regularizer or constraint may be, are said in layers.h. An input that does not fit (of another
 * rank or number of channels, or too short for a window) fails with a message that names its shape.
 */
#ifndef CORNU_CONVOLUTION_H
#define CORNU_CONVOLUTION_H

#include "cornu/layers.h"

CN_BEGIN_DECLS

/* ---- convolutions ---------------------------------------------------------------------------- */

/* cn_conv1d(128, 5, .activation = "relu"), cn_conv2d(64, 3, .padding = "same"), cn_conv3d(8, {3, 3,
 * 1}): y = activation(windows of x times kernel + bias), x[N, H, W, C] -> y[N, places..., filters].
 * Weights: kernel [k..., C / groups, filters], bias [filters]. With groups, each group of channels
 * goes into one group of filters; groups divides both. strides or dilation_rate is 1. Keras:
 * keras.layers.Conv1D, Conv2D, Conv3D. */
typedef struct cn_conv_args {
    int64_t filters, kernel_size[CN_MAX_RANK], strides[CN_MAX_RANK];
    const char *padding, *data_format;
    int64_t dilation_rate[CN_MAX_RANK], groups;
    const char *activation;
    bool use_bias;
    const char *kernel_initializer, *bias_initializer;
    const char *kernel_regularizer, *bias_regularizer, *activity_regularizer;
    const char *kernel_constraint, *bias_constraint;
    CN_LAYER_KEYWORDS_
} cn_conv_args;
#define CN_CONV_DEFAULTS                                                                           \
    .strides = {1}, .padding = "valid", .data_format = "channels_last", .dilation_rate = {1},      \
    .groups = 1, .use_bias = true, .kernel_initializer = "glorot_uniform",                         \
    .bias_initializer = "zeros", CN_LAYER_DEFAULTS_
CN_API cn_layer *cn_conv1d_with(const cn_conv_args *args);
CN_API cn_layer *cn_conv2d_with(const cn_conv_args *args);
CN_API cn_layer *cn_conv3d_with(const cn_conv_args *args);

/* cn_separable_conv1d(64, 3), cn_separable_conv2d(728, 3, .padding = "same"): a depthwise
 * convolution, which makes depth_multiplier outputs of each channel by itself, and a pointwise one,
 * which mixes them: y = activation(depthwise(x) times pointwise_kernel + bias), x[N, H, W, C] ->
 * y[N, places..., filters]. Weights: depthwise_kernel [k..., C, depth_multiplier], pointwise_kernel
 * [1..., C depth_multiplier, filters], bias [filters]. Keras: SeparableConv1D, SeparableConv2D. */
typedef struct cn_separable_conv_args {
    int64_t filters, kernel_size[CN_MAX_RANK], strides[CN_MAX_RANK];
    const char *padding, *data_format;
    int64_t dilation_rate[CN_MAX_RANK], depth_multiplier;
    const char *activation;
    bool use_bias;
    const char *depthwise_initializer, *pointwise_initializer, *bias_initializer;
    const char *depthwise_regularizer, *pointwise_regularizer, *bias_regularizer;
    const char *activity_regularizer;
    const char *depthwise_constraint, *pointwise_constraint, *bias_constraint;
    CN_LAYER_KEYWORDS_
} cn_separable_conv_args;
#define CN_SEPARABLE_CONV_DEFAULTS                                                                 \
    .strides = {1}, .padding = "valid", .data_format = "channels_last", .dilation_rate = {1},      \
    .depth_multiplier = 1, .use_bias = true, .depthwise_initializer = "glorot_uniform",            \
    .pointwise_initializer = "glorot_uniform", .bias_initializer = "zeros", CN_LAYER_DEFAULTS_
CN_API cn_layer *cn_separable_conv1d_with(const cn_separable_conv_args *args);
CN_API cn_layer *cn_separable_conv2d_with(const cn_separable_conv_args *args);

/* cn_depthwise_conv1d(3), cn_depthwise_conv2d(3, .strides = 2): each channel by itself becomes
 * depth_multiplier channels, x[N, H, W, C] -> y[N, places..., C depth_multiplier]; channel c
 * depth_multiplier + m comes from channel c. Weights: kernel [k..., C, depth_multiplier], bias [C
 * depth_multiplier]. Keras: DepthwiseConv1D, DepthwiseConv2D. */
typedef struct cn_depthwise_conv_args {
    int64_t kernel_size[CN_MAX_RANK], strides[CN_MAX_RANK];
    const char *padding;
    int64_t depth_multiplier;
    const char *data_format;
    int64_t dilation_rate[CN_MAX_RANK];
    const char *activation;
    bool use_bias;
    const char *depthwise_initializer, *bias_initializer;
    const char *depthwise_regularizer, *bias_regularizer, *activity_regularizer;
    const char *depthwise_constraint, *bias_constraint;
    CN_LAYER_KEYWORDS_
} cn_depthwise_conv_args;
#define CN_DEPTHWISE_CONV_DEFAULTS                                                                 \
    .strides = {1}, .padding = "valid", .depth_multiplier = 1, .data_format = "channels_last",     \
    .dilation_rate = {1}, .use_bias = true, .depthwise_initializer = "glorot_uniform",             \
    .bias_initializer = "zeros", CN_LAYER_DEFAULTS_
CN_API cn_layer *cn_depthwise_conv1d_with(const cn_depthwise_conv_args *args);
CN_API cn_layer *cn_depthwise_conv2d_with(const cn_depthwise_conv_args *args);

/* cn_conv1d_transpose(32, 3), cn_conv2d_transpose(32, 3, .strides = 2), cn_conv3d_transpose(8, 2):
 * the gradient of a convolution as a layer: each cell of x adds its value times the kernel to a
 * window of y, and the windows are strides apart: x[N, H, W, C] -> y[N, cells..., filters]. Without
 * output_padding (CN_NONE) there are (T - 1) strides + max(window, strides) cells along an axis of
 * T with padding "valid", where window = (k - 1) dilation_rate + 1, and T strides with "same"; with
 * it, which is less than strides, (T - 1) strides + window + output_padding, and (T - 1) strides +
 * window % 2 + output_padding. (.output_padding = 1 is for all axes; in braces there is a number
 * for each.) Weights: kernel [k..., filters, C], bias [filters]. strides or dilation_rate is 1.
 * Keras: Conv1DTranspose, Conv2DTranspose, Conv3DTranspose. */
typedef struct cn_conv_transpose_args {
    int64_t filters, kernel_size[CN_MAX_RANK], strides[CN_MAX_RANK];
    const char *padding;
    int64_t output_padding[CN_MAX_RANK];
    const char *data_format;
    int64_t dilation_rate[CN_MAX_RANK];
    const char *activation;
    bool use_bias;
    const char *kernel_initializer, *bias_initializer;
    const char *kernel_regularizer, *bias_regularizer, *activity_regularizer;
    const char *kernel_constraint, *bias_constraint;
    CN_LAYER_KEYWORDS_
} cn_conv_transpose_args;
#define CN_CONV_TRANSPOSE_DEFAULTS                                                                 \
    .strides = {1}, .padding = "valid", .output_padding = {CN_NONE, CN_NONE, CN_NONE},             \
    .data_format = "channels_last", .dilation_rate = {1}, .use_bias = true,                        \
    .kernel_initializer = "glorot_uniform", .bias_initializer = "zeros", CN_LAYER_DEFAULTS_
CN_API cn_layer *cn_conv1d_transpose_with(const cn_conv_transpose_args *args);
CN_API cn_layer *cn_conv2d_transpose_with(const cn_conv_transpose_args *args);
CN_API cn_layer *cn_conv3d_transpose_with(const cn_conv_transpose_args *args);

/* ---- keywords -------------------------------------------------------------------------------- */

#ifndef __cplusplus
/* What stands behind filters without a name is kernel_size, the next member of the struct. */
#define cn_conv1d(...)                                                                             \
    CN_KEYWORDS_(cn_conv1d_with, cn_conv_args, CN_CONV_DEFAULTS, .filters = __VA_ARGS__)
#define cn_conv2d(...)                                                                             \
    CN_KEYWORDS_(cn_conv2d_with, cn_conv_args, CN_CONV_DEFAULTS, .filters = __VA_ARGS__)
#define cn_conv3d(...)                                                                             \
    CN_KEYWORDS_(cn_conv3d_with, cn_conv_args, CN_CONV_DEFAULTS, .filters = __VA_ARGS__)
#define cn_separable_conv1d(...)                                                                   \
    CN_KEYWORDS_(cn_separable_conv1d_with, cn_separable_conv_args, CN_SEPARABLE_CONV_DEFAULTS,     \
                 .filters = __VA_ARGS__)
#define cn_separable_conv2d(...)                                                                   \
    CN_KEYWORDS_(cn_separable_conv2d_with, cn_separable_conv_args, CN_SEPARABLE_CONV_DEFAULTS,     \
                 .filters = __VA_ARGS__)
#define cn_depthwise_conv1d(...)                                                                   \
    CN_KEYWORDS_(cn_depthwise_conv1d_with, cn_depthwise_conv_args, CN_DEPTHWISE_CONV_DEFAULTS,     \
                 .kernel_size = __VA_ARGS__)
#define cn_depthwise_conv2d(...)                                                                   \
    CN_KEYWORDS_(cn_depthwise_conv2d_with, cn_depthwise_conv_args, CN_DEPTHWISE_CONV_DEFAULTS,     \
                 .kernel_size = __VA_ARGS__)
#define cn_conv1d_transpose(...)                                                                   \
    CN_KEYWORDS_(cn_conv1d_transpose_with, cn_conv_transpose_args, CN_CONV_TRANSPOSE_DEFAULTS,     \
                 .filters = __VA_ARGS__)
#define cn_conv2d_transpose(...)                                                                   \
    CN_KEYWORDS_(cn_conv2d_transpose_with, cn_conv_transpose_args, CN_CONV_TRANSPOSE_DEFAULTS,     \
                 .filters = __VA_ARGS__)
#define cn_conv3d_transpose(...)                                                                   \
    CN_KEYWORDS_(cn_conv3d_transpose_with, cn_conv_transpose_args, CN_CONV_TRANSPOSE_DEFAULTS,     \
                 .filters = __VA_ARGS__)
#endif

CN_END_DECLS

#endif
