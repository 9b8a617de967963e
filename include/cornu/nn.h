/* Operations on tensors that layers are made of, with the names of keras.ops: convolutions whose
 * kernel is a tensor, and pooling. All that cornu/ops.h says of operations holds for these. */
#ifndef CORNU_NN_H
#define CORNU_NN_H

#include "cornu/ops.h"

CN_BEGIN_DECLS

/* ---- convolution ----------------------------------------------------------------------------- */

/* cn_ops_conv(x, kernel, .strides = 2, .padding = "same"): x[N, space..., C] with kernel[window..., C / G, F]
 * gives [N, out..., F], for 1 to 3 spatial axes; G groups of channels go into as many groups of filters.
 * cn_ops_depthwise_conv(x, kernel): x[N, space..., C] with kernel[window..., C, M] gives [N, out..., C M],
 * each channel by itself. With .data_format = "channels_first" x and the result are [N, C, space...].
 * .strides and .dilation_rate: one number for all axes, or one for each. padding: "valid", "same". */
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

/* cn_ops_separable_conv(x, depthwise, pointwise): depthwise_conv with kernel[window..., C, M], and then a
 * convolution of each cell with kernel[1..., C M, F]: [N, out..., F]. */
typedef struct cn_ops_separable_conv_args {
    cn_tensor *inputs, *depthwise_kernel, *pointwise_kernel;
    int64_t strides[CN_MAX_RANK];
    const char *padding, *data_format;
    int64_t dilation_rate[CN_MAX_RANK];
    char end_;
} cn_ops_separable_conv_args;
CN_API cn_tensor *cn_ops_separable_conv_with(const cn_ops_separable_conv_args *args);

/* cn_ops_conv_transpose(x, kernel, .strides = 2): the transposed convolution of x[N, space..., C] with
 * kernel[window..., F, C]: [N, out..., F]. .output_padding = {1, 0}: for each spatial axis how many more
 * cells the output has, less than the stride; CN_NONE: as many as Keras gives it. */
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

/* cn_ops_max_pool(x, 2), cn_ops_average_pool(x, .pool_size = {2, 3}, .strides = 1, .padding = "same"): the largest
 * number, or the mean, of each window over x[N, space..., C]: [N, out..., C]. Without strides a window
 * begins where the one before it ends. Cells that "same" adds do not count. */
typedef struct cn_ops_pool_args {
    cn_tensor *inputs;
    int64_t pool_size[CN_MAX_RANK], strides[CN_MAX_RANK];
    const char *padding, *data_format;
    char end_;
} cn_ops_pool_args;
#define CN_OPS_POOL_DEFAULTS .padding = "valid", .data_format = "channels_last"
CN_API cn_tensor *cn_ops_max_pool_with(const cn_ops_pool_args *args);
CN_API cn_tensor *cn_ops_average_pool_with(const cn_ops_pool_args *args);

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
#endif

CN_END_DECLS

#endif
