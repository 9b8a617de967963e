/* Pooling layers, with Keras's names, arguments and defaults; layers.h says what all layers share.
 * N batch, T time, F features.
 *
 * They take x[N, T, F], or x[N, F, T] with .data_format = "channels_first". A mask is dropped. */
#ifndef CORNU_POOLING_H
#define CORNU_POOLING_H

#include "cornu/layers.h"

CN_BEGIN_DECLS

/* ---- windows --------------------------------------------------------------------------------- */
/* One window of pool_size steps every strides steps (0: pool_size), T' of them. With .padding =
 * "valid" they lie inside: T' = (T - pool_size) / strides + 1, rounded down. With "same" T' = T /
 * strides, rounded up: the first and the last reach out at the ends, by steps that do not count. */

/* cn_max_pooling1d(5), cn_max_pooling1d(3, .strides = 2, .padding = "same"): the largest of each
 * window, x[N, T, F] -> y[N, T', F]. Keras: MaxPooling1D. */
typedef struct cn_max_pooling1d_args {
    char begin_;
    int64_t pool_size[CN_MAX_RANK], strides[CN_MAX_RANK];
    const char *padding, *data_format;
    CN_LAYER_KEYWORDS_
} cn_max_pooling1d_args;
#define CN_MAX_POOLING1D_DEFAULTS                                                                  \
    .pool_size = {2}, .padding = "valid", .data_format = "channels_last", CN_LAYER_DEFAULTS_
CN_API cn_layer *cn_max_pooling1d_with(const cn_max_pooling1d_args *args);

/* cn_average_pooling1d(2): the mean of each window, x[N, T, F] -> y[N, T', F]. Keras:
 * AveragePooling1D. */
typedef struct cn_average_pooling1d_args {
    int64_t pool_size[CN_MAX_RANK], strides[CN_MAX_RANK];
    const char *padding, *data_format;
    CN_LAYER_KEYWORDS_
} cn_average_pooling1d_args;
#define CN_AVERAGE_POOLING1D_DEFAULTS                                                              \
    .padding = "valid", .data_format = "channels_last", CN_LAYER_DEFAULTS_
CN_API cn_layer *cn_average_pooling1d_with(const cn_average_pooling1d_args *args);

/* ---- a given number of windows --------------------------------------------------------------- */
/* Window i of output_size holds the steps from i T / output_size, rounded down, up to, not with, (i +
 * 1) T / output_size, rounded up. */

/* cn_adaptive_average_pooling1d(4): the mean of each window, x[N, T, F] -> y[N, output_size, F].
 * Keras: AdaptiveAveragePooling1D. */
typedef struct cn_adaptive_average_pooling1d_args {
    int64_t output_size[CN_MAX_RANK];
    const char *data_format;
    CN_LAYER_KEYWORDS_
} cn_adaptive_average_pooling1d_args;
#define CN_ADAPTIVE_AVERAGE_POOLING1D_DEFAULTS .data_format = "channels_last", CN_LAYER_DEFAULTS_
CN_API cn_layer *cn_adaptive_average_pooling1d_with(const cn_adaptive_average_pooling1d_args *args);

/* cn_adaptive_max_pooling1d(4): the largest of each window, x[N, T, F] -> y[N, output_size, F].
 * Keras: AdaptiveMaxPooling1D. */
typedef struct cn_adaptive_max_pooling1d_args {
    int64_t output_size[CN_MAX_RANK];
    const char *data_format;
    CN_LAYER_KEYWORDS_
} cn_adaptive_max_pooling1d_args;
#define CN_ADAPTIVE_MAX_POOLING1D_DEFAULTS .data_format = "channels_last", CN_LAYER_DEFAULTS_
CN_API cn_layer *cn_adaptive_max_pooling1d_with(const cn_adaptive_max_pooling1d_args *args);

/* ---- all steps ------------------------------------------------------------------------------- */
/* x[N, T, F] -> y[N, F]. With keepdims the axis of T stays, with size 1. */

/* cn_global_average_pooling1d(): mean over the steps. With a mask [N, T], over those that count; a
 * sample without any gives nan. Keras: GlobalAveragePooling1D. */
typedef struct cn_global_average_pooling1d_args {
    char begin_;
    const char *data_format;
    bool keepdims;
    CN_LAYER_KEYWORDS_
} cn_global_average_pooling1d_args;
#define CN_GLOBAL_AVERAGE_POOLING1D_DEFAULTS .data_format = "channels_last", CN_LAYER_DEFAULTS_
CN_API cn_layer *cn_global_average_pooling1d_with(const cn_global_average_pooling1d_args *args);

/* cn_global_max_pooling1d(): the largest of all steps, whether masked or not. Keras:
 * GlobalMaxPooling1D. */
typedef struct cn_global_max_pooling1d_args {
    char begin_;
    const char *data_format;
    bool keepdims;
    CN_LAYER_KEYWORDS_
} cn_global_max_pooling1d_args;
#define CN_GLOBAL_MAX_POOLING1D_DEFAULTS .data_format = "channels_last", CN_LAYER_DEFAULTS_
CN_API cn_layer *cn_global_max_pooling1d_with(const cn_global_max_pooling1d_args *args);

/* cn_global_average_pooling2d(): the mean over the spatial axes, x[N, H, W, C] -> y[N, C]. keepdims:
 * they stay, with one cell each. Keras: GlobalAveragePooling2D. */
typedef struct cn_global_average_pooling2d_args {
    char begin_;
    const char *data_format;
    bool keepdims;
    CN_LAYER_KEYWORDS_
} cn_global_average_pooling2d_args;
#define CN_GLOBAL_AVERAGE_POOLING2D_DEFAULTS .data_format = "channels_last", CN_LAYER_DEFAULTS_
CN_API cn_layer *cn_global_average_pooling2d_with(const cn_global_average_pooling2d_args *args);

/* cn_global_max_pooling2d(): the largest over the spatial axes, x[N, H, W, C] -> y[N, C]. keepdims:
 * they stay, with one cell each. Keras: GlobalMaxPooling2D. */
typedef struct cn_global_max_pooling2d_args {
    char begin_;
    const char *data_format;
    bool keepdims;
    CN_LAYER_KEYWORDS_
} cn_global_max_pooling2d_args;
#define CN_GLOBAL_MAX_POOLING2D_DEFAULTS .data_format = "channels_last", CN_LAYER_DEFAULTS_
CN_API cn_layer *cn_global_max_pooling2d_with(const cn_global_max_pooling2d_args *args);

/* cn_global_average_pooling3d(): the mean over the spatial axes, x[N, D, H, W, C] -> y[N, C]. keepdims:
 * they stay, with one cell each. Keras: GlobalAveragePooling3D. */
typedef struct cn_global_average_pooling3d_args {
    char begin_;
    const char *data_format;
    bool keepdims;
    CN_LAYER_KEYWORDS_
} cn_global_average_pooling3d_args;
#define CN_GLOBAL_AVERAGE_POOLING3D_DEFAULTS .data_format = "channels_last", CN_LAYER_DEFAULTS_
CN_API cn_layer *cn_global_average_pooling3d_with(const cn_global_average_pooling3d_args *args);

/* cn_global_max_pooling3d(): the largest over the spatial axes, x[N, D, H, W, C] -> y[N, C]. keepdims:
 * they stay, with one cell each. Keras: GlobalMaxPooling3D. */
typedef struct cn_global_max_pooling3d_args {
    char begin_;
    const char *data_format;
    bool keepdims;
    CN_LAYER_KEYWORDS_
} cn_global_max_pooling3d_args;
#define CN_GLOBAL_MAX_POOLING3D_DEFAULTS .data_format = "channels_last", CN_LAYER_DEFAULTS_
CN_API cn_layer *cn_global_max_pooling3d_with(const cn_global_max_pooling3d_args *args);

#ifndef __cplusplus

#define cn_max_pooling1d(...)                                                                      \
    CN_OPTIONAL_KEYWORDS_(cn_max_pooling1d_with, cn_max_pooling1d_args, CN_MAX_POOLING1D_DEFAULTS, \
                          __VA_ARGS__)
#define cn_average_pooling1d(...)                                                                  \
    CN_KEYWORDS_(cn_average_pooling1d_with, cn_average_pooling1d_args,                             \
                 CN_AVERAGE_POOLING1D_DEFAULTS, .pool_size = __VA_ARGS__)
#define cn_adaptive_average_pooling1d(...)                                                         \
    CN_KEYWORDS_(cn_adaptive_average_pooling1d_with, cn_adaptive_average_pooling1d_args,           \
                 CN_ADAPTIVE_AVERAGE_POOLING1D_DEFAULTS, .output_size = __VA_ARGS__)
#define cn_adaptive_max_pooling1d(...)                                                             \
    CN_KEYWORDS_(cn_adaptive_max_pooling1d_with, cn_adaptive_max_pooling1d_args,                   \
                 CN_ADAPTIVE_MAX_POOLING1D_DEFAULTS, .output_size = __VA_ARGS__)
#define cn_global_average_pooling1d(...)                                                           \
    CN_OPTIONAL_KEYWORDS_(cn_global_average_pooling1d_with, cn_global_average_pooling1d_args,      \
                          CN_GLOBAL_AVERAGE_POOLING1D_DEFAULTS, __VA_ARGS__)
#define cn_global_max_pooling1d(...)                                                               \
    CN_OPTIONAL_KEYWORDS_(cn_global_max_pooling1d_with, cn_global_max_pooling1d_args,              \
                          CN_GLOBAL_MAX_POOLING1D_DEFAULTS, __VA_ARGS__)
#define cn_global_average_pooling2d(...)                                                           \
    CN_OPTIONAL_KEYWORDS_(cn_global_average_pooling2d_with, cn_global_average_pooling2d_args,      \
                          CN_GLOBAL_AVERAGE_POOLING2D_DEFAULTS, __VA_ARGS__)
#define cn_global_max_pooling2d(...)                                                               \
    CN_OPTIONAL_KEYWORDS_(cn_global_max_pooling2d_with, cn_global_max_pooling2d_args,              \
                          CN_GLOBAL_MAX_POOLING2D_DEFAULTS, __VA_ARGS__)
#define cn_global_average_pooling3d(...)                                                           \
    CN_OPTIONAL_KEYWORDS_(cn_global_average_pooling3d_with, cn_global_average_pooling3d_args,      \
                          CN_GLOBAL_AVERAGE_POOLING3D_DEFAULTS, __VA_ARGS__)
#define cn_global_max_pooling3d(...)                                                               \
    CN_OPTIONAL_KEYWORDS_(cn_global_max_pooling3d_with, cn_global_max_pooling3d_args,              \
                          CN_GLOBAL_MAX_POOLING3D_DEFAULTS, __VA_ARGS__)
#endif

CN_END_DECLS

#endif
