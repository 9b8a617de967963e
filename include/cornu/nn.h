/* Operations on tensors that layers are made of, with the names of keras.ops: convolutions whose
 * kernel is a tensor, pooling, normalization, attention, windows and losses. All that cornu/ops.h
 * says of operations holds for these. */
#ifndef CORNU_NN_H
#define CORNU_NN_H

#include "cornu/ops.h"

CN_BEGIN_DECLS

/* ---- convolution ----------------------------------------------------------------------------- */

/* cn_ops_conv(x, kernel, .strides = 2, .padding = "same"): x[N, space..., C] with
 * kernel[window..., C / G, F] gives [N, out..., F], for 1 to 3 spatial axes; G groups of channels
 * go into as many groups of filters.
 * cn_ops_depthwise_conv(x, kernel): x[N, space..., C] with kernel[window..., C, M] gives
 * [N, out..., C M], each channel by itself. With .data_format = "channels_first" x and the result
 * are [N, C, space...].
 * .strides and .dilation_rate: one number for all axes, or one for each. padding: "valid",
 * "same". */
typedef struct cn_ops_conv_args {
    cn_tensor *inputs, *kernel;
    int64_t strides[CN_MAX_RANK];
    const char *padding, *data_format;
    int64_t dilation_rate[CN_MAX_RANK];
    char end_;
} cn_ops_conv_args;
#define CN_OPS_CONV_DEFAULTS                                                                       \
    .strides = {1}, .padding = "valid", .data_format = "channels_last", .dilation_rate = {1}
CN_API cn_tensor *cn_ops_conv_with(const cn_ops_conv_args *args);
CN_API cn_tensor *cn_ops_depthwise_conv_with(const cn_ops_conv_args *args);

/* cn_ops_separable_conv(x, depthwise, pointwise): depthwise_conv with kernel[window..., C, M], and
 * then a convolution of each cell with kernel[1..., C M, F]: [N, out..., F]. */
typedef struct cn_ops_separable_conv_args {
    cn_tensor *inputs, *depthwise_kernel, *pointwise_kernel;
    int64_t strides[CN_MAX_RANK];
    const char *padding, *data_format;
    int64_t dilation_rate[CN_MAX_RANK];
    char end_;
} cn_ops_separable_conv_args;
CN_API cn_tensor *cn_ops_separable_conv_with(const cn_ops_separable_conv_args *args);

/* cn_ops_conv_transpose(x, kernel, .strides = 2): the transposed convolution of x[N, space..., C]
 * with kernel[window..., F, C]: [N, out..., F]. .output_padding = {1, 0}: for each spatial axis how
 * many more cells the output has, less than the stride; CN_NONE: as many as Keras gives it. */
typedef struct cn_ops_conv_transpose_args {
    cn_tensor *inputs, *kernel;
    int64_t strides[CN_MAX_RANK];
    const char *padding;
    int64_t output_padding[CN_MAX_RANK];
    const char *data_format;
    int64_t dilation_rate[CN_MAX_RANK];
    char end_;
} cn_ops_conv_transpose_args;
#define CN_OPS_CONV_TRANSPOSE_DEFAULTS CN_OPS_CONV_DEFAULTS, .output_padding = {CN_NONE}
CN_API cn_tensor *cn_ops_conv_transpose_with(const cn_ops_conv_transpose_args *args);

/* ---- pooling --------------------------------------------------------------------------------- */

/* cn_ops_max_pool(x, 2), cn_ops_average_pool(x, .pool_size = {2, 3}, .strides = 1,
 * .padding = "same"): the largest number, or the mean, of each window over x[N, space..., C]:
 * [N, out..., C]. Without strides a window begins where the one before it ends. Cells that "same"
 * adds do not count. */
typedef struct cn_ops_pool_args {
    cn_tensor *inputs;
    int64_t pool_size[CN_MAX_RANK], strides[CN_MAX_RANK];
    const char *padding, *data_format;
    char end_;
} cn_ops_pool_args;
#define CN_OPS_POOL_DEFAULTS .padding = "valid", .data_format = "channels_last"
CN_API cn_tensor *cn_ops_max_pool_with(const cn_ops_pool_args *args);
CN_API cn_tensor *cn_ops_average_pool_with(const cn_ops_pool_args *args);

/* ---- normalization --------------------------------------------------------------------------- */

/* cn_ops_batch_normalization(x, mean, variance, .offset = beta, .scale = gamma): (x - mean) /
 * sqrt(variance + epsilon) scale + offset, all of them numbers [x's size] of an axis. */
typedef struct cn_ops_batch_normalization_args {
    cn_tensor *x, *mean, *variance, *offset, *scale;
    int64_t axis;
    double epsilon;
    char end_;
} cn_ops_batch_normalization_args;
#define CN_OPS_BATCH_NORMALIZATION_DEFAULTS .axis = -1, .epsilon = 1e-3
CN_API cn_tensor *cn_ops_batch_normalization_with(const cn_ops_batch_normalization_args *args);

/* cn_ops_layer_normalization(x, gamma, beta, .axis = {1, 2}): the same with the mean and the
 * variance of x over axes. With rms_scaling x gamma / sqrt(variance + epsilon). gamma and beta,
 * numbers of these axes, may be left out. */
typedef struct cn_ops_layer_normalization_args {
    cn_tensor *x, *gamma, *beta;
    int64_t axis[CN_MAX_RANK];
    double epsilon;
    bool rms_scaling;
    char end_;
} cn_ops_layer_normalization_args;
#define CN_OPS_LAYER_NORMALIZATION_DEFAULTS .axis = {-1}, .epsilon = 1e-7
CN_API cn_tensor *cn_ops_layer_normalization_with(const cn_ops_layer_normalization_args *args);

/* cn_ops_moments(x, .axis = {0, 1}): mean and variance (biased) over axes, or all: two tensors. */
CN_API cn_tensors cn_ops_moments_with(const cn_ops_reduce_args *args);

/* cn_ops_rms_normalization(x, scale): x / sqrt(mean(x^2) + epsilon) scale, over axes. */
typedef struct cn_ops_rms_normalization_args {
    cn_tensor *x, *scale;
    int64_t axis[CN_MAX_RANK];
    double epsilon;
    char end_;
} cn_ops_rms_normalization_args;
#define CN_OPS_RMS_NORMALIZATION_DEFAULTS .axis = {-1}, .epsilon = 1e-7
CN_API cn_tensor *cn_ops_rms_normalization_with(const cn_ops_rms_normalization_args *args);

/* ---- attention ------------------------------------------------------------------------------- */

/* cn_ops_dot_product_attention(q, k, v, .is_causal = true): softmax(scale q k^T + bias) v for
 * q[N, T, H, F], k[N, S, H, F] and v[N, S, H, D]: [N, T, H, D]; k and v may have fewer heads, each
 * for as many of q. mask (true: attended to) and bias are broadcast to [N, H, T, S]. Without scale
 * it is 1 / sqrt(F). */
typedef struct cn_ops_dot_product_attention_args {
    cn_tensor *query, *key, *value, *bias, *mask;
    double scale;
    bool is_causal;
    char end_;
} cn_ops_dot_product_attention_args;
#define CN_OPS_DOT_PRODUCT_ATTENTION_DEFAULTS .scale = CN_UNSET
CN_API cn_tensor *cn_ops_dot_product_attention_with(const cn_ops_dot_product_attention_args *args);

/* ---- blocks and windows ---------------------------------------------------------------------- */

/* x[N, H, W, C] -> [N, H b, W b, C / b^2]: channels become blocks of b x b cells; and the other
 * way. */
CN_API cn_tensor *cn_ops_depth_to_space(cn_tensor *x, int64_t block_size);
CN_API cn_tensor *cn_ops_space_to_depth(cn_tensor *x, int64_t block_size);

/* cn_ops_unfold(x, 3): the windows over x[N, C, H, W] as columns: [N, C kH kW, oH oW].
 * cn_ops_fold(y, {H, W}, 3): columns put back, those that lie on each other added: [N, C, H, W].
 * Sizes are one number for both axes, or one for each; around x lie .padding cells that are 0. */
typedef struct cn_ops_unfold_args {
    cn_tensor *x;
    int64_t kernel_size[CN_MAX_RANK], dilation[CN_MAX_RANK], padding[CN_MAX_RANK],
        stride[CN_MAX_RANK];
    char end_;
} cn_ops_unfold_args;
#define CN_OPS_UNFOLD_DEFAULTS .dilation = {1}, .padding = {0, CN_NONE}, .stride = {1}
CN_API cn_tensor *cn_ops_unfold_with(const cn_ops_unfold_args *args);

typedef struct cn_ops_fold_args {
    cn_tensor *x;
    int64_t output_size[CN_MAX_RANK], kernel_size[CN_MAX_RANK], dilation[CN_MAX_RANK],
        padding[CN_MAX_RANK], stride[CN_MAX_RANK];
    char end_;
} cn_ops_fold_args;
CN_API cn_tensor *cn_ops_fold_with(const cn_ops_fold_args *args);

/* x[..., T] -> [..., windows, sequence_length], each sequence_stride behind the one before it. */
CN_API cn_tensor *cn_ops_extract_sequences(cn_tensor *x, int64_t sequence_length,
                                           int64_t sequence_stride);

/* ---- losses ---------------------------------------------------------------------------------- */

/* -(t log(o) + (1 - t) log(1 - o)) for target t and output o, place by place; with from_logits o is
 * the sigmoid of output. */
CN_API cn_tensor *cn_ops_binary_crossentropy(cn_tensor *target, cn_tensor *output,
                                             bool from_logits);

/* -sum(t log(o)) over the last axis, of which o are the parts that output has of its sum; with
 * from_logits o is its softmax: target[..., C] and output[..., C] give [...]. */
CN_API cn_tensor *cn_ops_categorical_crossentropy(cn_tensor *target, cn_tensor *output,
                                                  bool from_logits);

/* -log of the chance that output[..., C] (with from_logits: its softmax) gives to target[...]. */
CN_API cn_tensor *cn_ops_sparse_categorical_crossentropy(cn_tensor *target, cn_tensor *output,
                                                         bool from_logits);

/* 20 log10(max_val) - 10 log10(mean((x1 - x2)^2)), the peak signal-to-noise ratio: shape (). */
CN_API cn_tensor *cn_ops_psnr(cn_tensor *x1, cn_tensor *x2, double max_val);

/* -log of the probability [N] that logits output[N, T, C] read as the labels target[N, L] with
 * blanks (class mask_index) between them; target_length[N] and output_length[N] of each row
 * count. */
CN_API cn_tensor *cn_ops_ctc_loss(cn_tensor *target, cn_tensor *output, cn_tensor *target_length,
                                  cn_tensor *output_length, int64_t mask_index);

/* cn_ops_ctc_decode(logits, lengths): the likeliest labels for logits[N, T, C], of whose rows
 * lengths[N] steps count: two tensors, the labels [1, N, T] (int32; the first of equals in a row,
 * none of class mask_index, then -1) and minus the sum of their logits [N, 1]. Keras's strategy
 * "greedy". */
typedef struct cn_ops_ctc_decode_args {
    cn_tensor *inputs, *sequence_lengths;
    bool merge_repeated;
    int64_t mask_index;
    char end_;
} cn_ops_ctc_decode_args;
#define CN_OPS_CTC_DECODE_DEFAULTS .merge_repeated = true
CN_API cn_tensors cn_ops_ctc_decode_with(const cn_ops_ctc_decode_args *args);

/* ---- keywords -------------------------------------------------------------------------------- */

#ifndef __cplusplus
#define cn_ops_conv(...)                                                                           \
    CN_KEYWORDS_(cn_ops_conv_with, cn_ops_conv_args, CN_OPS_CONV_DEFAULTS, .inputs = __VA_ARGS__)
#define cn_ops_depthwise_conv(...)                                                                 \
    CN_KEYWORDS_(cn_ops_depthwise_conv_with, cn_ops_conv_args, CN_OPS_CONV_DEFAULTS,               \
                 .inputs = __VA_ARGS__)
#define cn_ops_separable_conv(...)                                                                 \
    CN_KEYWORDS_(cn_ops_separable_conv_with, cn_ops_separable_conv_args, CN_OPS_CONV_DEFAULTS,     \
                 .inputs = __VA_ARGS__)
#define cn_ops_conv_transpose(...)                                                                 \
    CN_KEYWORDS_(cn_ops_conv_transpose_with, cn_ops_conv_transpose_args,                           \
                 CN_OPS_CONV_TRANSPOSE_DEFAULTS, .inputs = __VA_ARGS__)
#define cn_ops_max_pool(...)                                                                       \
    CN_KEYWORDS_(cn_ops_max_pool_with, cn_ops_pool_args, CN_OPS_POOL_DEFAULTS,                     \
                 .inputs = __VA_ARGS__)
#define cn_ops_average_pool(...)                                                                   \
    CN_KEYWORDS_(cn_ops_average_pool_with, cn_ops_pool_args, CN_OPS_POOL_DEFAULTS,                 \
                 .inputs = __VA_ARGS__)
#define cn_ops_batch_normalization(...)                                                            \
    CN_KEYWORDS_(cn_ops_batch_normalization_with, cn_ops_batch_normalization_args,                 \
                 CN_OPS_BATCH_NORMALIZATION_DEFAULTS, .x = __VA_ARGS__)
#define cn_ops_layer_normalization(...)                                                            \
    CN_KEYWORDS_(cn_ops_layer_normalization_with, cn_ops_layer_normalization_args,                 \
                 CN_OPS_LAYER_NORMALIZATION_DEFAULTS, .x = __VA_ARGS__)
#define cn_ops_rms_normalization(...)                                                              \
    CN_KEYWORDS_(cn_ops_rms_normalization_with, cn_ops_rms_normalization_args,                     \
                 CN_OPS_RMS_NORMALIZATION_DEFAULTS, .x = __VA_ARGS__)
#define cn_ops_dot_product_attention(...)                                                          \
    CN_KEYWORDS_(cn_ops_dot_product_attention_with, cn_ops_dot_product_attention_args,             \
                 CN_OPS_DOT_PRODUCT_ATTENTION_DEFAULTS, .query = __VA_ARGS__)
#define cn_ops_moments(...) CN_OPS_REDUCE_(cn_ops_moments_with, __VA_ARGS__)
#define cn_ops_unfold(...)                                                                         \
    CN_KEYWORDS_(cn_ops_unfold_with, cn_ops_unfold_args, CN_OPS_UNFOLD_DEFAULTS, .x = __VA_ARGS__)
#define cn_ops_fold(...)                                                                           \
    CN_KEYWORDS_(cn_ops_fold_with, cn_ops_fold_args, CN_OPS_UNFOLD_DEFAULTS, .x = __VA_ARGS__)
#define cn_ops_ctc_decode(...)                                                                     \
    CN_KEYWORDS_(cn_ops_ctc_decode_with, cn_ops_ctc_decode_args, CN_OPS_CTC_DECODE_DEFAULTS,       \
                 .inputs = __VA_ARGS__)
#endif

CN_END_DECLS

#endif
