/* Pooling layers, with Keras's names, arguments and defaults; layers.h says what all layers share.
 * N batch, T time, H W space, C channels or features.
 *
 * Layers over two spatial axes take x[N, H, W, C], or x[N, C, H, W] with .data_format =
 * "channels_first"; those over one x[N, T, C] or x[N, C, T], those over three x[N, D, H, W, C] or
 * x[N, C, D, H, W]. A mask is dropped. */
#ifndef CORNU_POOLING_H
#define CORNU_POOLING_H

#include "cornu/layers.h"

CN_BEGIN_DECLS

/* ---- windows --------------------------------------------------------------------------------- */
/* One window of pool_size cells every strides cells (without strides: pool_size), both one number
 * for all axes or a list with one for each: cn_max_pooling2d(2), cn_max_pooling2d({2, 1}). Along an
 * axis of T there are, with .padding = "valid", (T - pool_size) / strides + 1 windows, rounded
 * down, which lie inside; with "same" T / strides, rounded up: the first and the last reach out at
 * the ends, by cells that do not count. What comes behind pool_size is given by name. */

/* cn_max_pooling1d(5), cn_max_pooling2d(3, .strides = 2, .padding = "same"), cn_max_pooling3d():
 * the largest of each window, x[N, H, W, C] -> y[N, windows..., C]. Keras: MaxPooling1D,
 * MaxPooling2D, MaxPooling3D. */
typedef struct cn_max_pooling_args {
    char begin_;
    int64_t pool_size[CN_MAX_RANK], strides[CN_MAX_RANK];
    const char *padding, *data_format;
    CN_LAYER_KEYWORDS_
} cn_max_pooling_args;
#define CN_MAX_POOLING_DEFAULTS                                                                    \
    .pool_size = {2}, .padding = "valid", .data_format = "channels_last", CN_LAYER_DEFAULTS_
CN_API cn_layer *cn_max_pooling1d_with(const cn_max_pooling_args *args);
CN_API cn_layer *cn_max_pooling2d_with(const cn_max_pooling_args *args);
CN_API cn_layer *cn_max_pooling3d_with(const cn_max_pooling_args *args);

/* cn_average_pooling1d(2), cn_average_pooling2d(3, .strides = 2, .padding = "same"),
 * cn_average_pooling3d(2): the mean of each window, x[N, H, W, C] -> y[N, windows..., C]. Keras:
 * AveragePooling1D, AveragePooling2D, AveragePooling3D. */
typedef cn_max_pooling_args cn_average_pooling_args;
#define CN_AVERAGE_POOLING_DEFAULTS                                                                \
    .padding = "valid", .data_format = "channels_last", CN_LAYER_DEFAULTS_
CN_API cn_layer *cn_average_pooling1d_with(const cn_average_pooling_args *args);
CN_API cn_layer *cn_average_pooling2d_with(const cn_average_pooling_args *args);
CN_API cn_layer *cn_average_pooling3d_with(const cn_average_pooling_args *args);

/* ---- a given number of windows --------------------------------------------------------------- */
/* output_size is one number for all axes or a list with one for each. Window i of output_size along
 * an axis of T holds the cells from i T / output_size, rounded down, up to, not with, (i + 1) T /
 * output_size, rounded up. */

/* cn_adaptive_average_pooling1d(4), cn_adaptive_average_pooling2d({3, 4}),
 * cn_adaptive_average_pooling3d(2): the mean of each window, x[N, H, W, C] ->
 * y[N, output_size..., C]. Keras: AdaptiveAveragePooling1D, AdaptiveAveragePooling2D,
 * AdaptiveAveragePooling3D. */
typedef struct cn_adaptive_pooling_args {
    int64_t output_size[CN_MAX_RANK];
    const char *data_format;
    CN_LAYER_KEYWORDS_
} cn_adaptive_pooling_args;
#define CN_ADAPTIVE_POOLING_DEFAULTS .data_format = "channels_last", CN_LAYER_DEFAULTS_
CN_API cn_layer *cn_adaptive_average_pooling1d_with(const cn_adaptive_pooling_args *args);
CN_API cn_layer *cn_adaptive_average_pooling2d_with(const cn_adaptive_pooling_args *args);
CN_API cn_layer *cn_adaptive_average_pooling3d_with(const cn_adaptive_pooling_args *args);

/* cn_adaptive_max_pooling1d(4), cn_adaptive_max_pooling2d({3, 4}), cn_adaptive_max_pooling3d(2):
 * the largest of each window, x[N, H, W, C] -> y[N, output_size..., C]. Keras:
 * AdaptiveMaxPooling1D, AdaptiveMaxPooling2D, AdaptiveMaxPooling3D. */
CN_API cn_layer *cn_adaptive_max_pooling1d_with(const cn_adaptive_pooling_args *args);
CN_API cn_layer *cn_adaptive_max_pooling2d_with(const cn_adaptive_pooling_args *args);
CN_API cn_layer *cn_adaptive_max_pooling3d_with(const cn_adaptive_pooling_args *args);

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

/* cn_global_average_pooling2d(): the mean over the spatial axes, x[N, H, W, C] -> y[N, C].
 * keepdims: they stay, with one cell each. Keras: GlobalAveragePooling2D. */
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

/* cn_global_average_pooling3d(): the mean over the spatial axes, x[N, D, H, W, C] -> y[N, C].
 * keepdims: they stay, with one cell each. Keras: GlobalAveragePooling3D. */
typedef struct cn_global_average_pooling3d_args {
    char begin_;
    const char *data_format;
    bool keepdims;
    CN_LAYER_KEYWORDS_
} cn_global_average_pooling3d_args;
#define CN_GLOBAL_AVERAGE_POOLING3D_DEFAULTS .data_format = "channels_last", CN_LAYER_DEFAULTS_
CN_API cn_layer *cn_global_average_pooling3d_with(const cn_global_average_pooling3d_args *args);

/* cn_global_max_pooling3d(): the largest over the spatial axes, x[N, D, H, W, C] -> y[N, C].
 * keepdims: they stay, with one cell each. Keras: GlobalMaxPooling3D. */
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
    CN_OPTIONAL_KEYWORDS_(cn_max_pooling1d_with, cn_max_pooling_args, CN_MAX_POOLING_DEFAULTS,     \
                          __VA_ARGS__)
#define cn_max_pooling2d(...)                                                                      \
    CN_OPTIONAL_KEYWORDS_(cn_max_pooling2d_with, cn_max_pooling_args, CN_MAX_POOLING_DEFAULTS,     \
                          __VA_ARGS__)
#define cn_max_pooling3d(...)                                                                      \
    CN_OPTIONAL_KEYWORDS_(cn_max_pooling3d_with, cn_max_pooling_args, CN_MAX_POOLING_DEFAULTS,     \
                          __VA_ARGS__)
#define cn_average_pooling1d(...)                                                                  \
    CN_KEYWORDS_(cn_average_pooling1d_with, cn_average_pooling_args, CN_AVERAGE_POOLING_DEFAULTS,  \
                 .pool_size = __VA_ARGS__)
#define cn_average_pooling2d(...)                                                                  \
    CN_KEYWORDS_(cn_average_pooling2d_with, cn_average_pooling_args, CN_AVERAGE_POOLING_DEFAULTS,  \
                 .pool_size = __VA_ARGS__)
#define cn_average_pooling3d(...)                                                                  \
    CN_KEYWORDS_(cn_average_pooling3d_with, cn_average_pooling_args, CN_AVERAGE_POOLING_DEFAULTS,  \
                 .pool_size = __VA_ARGS__)
#define cn_adaptive_average_pooling1d(...)                                                         \
    CN_KEYWORDS_(cn_adaptive_average_pooling1d_with, cn_adaptive_pooling_args,                     \
                 CN_ADAPTIVE_POOLING_DEFAULTS, .output_size = __VA_ARGS__)
#define cn_adaptive_average_pooling2d(...)                                                         \
    CN_KEYWORDS_(cn_adaptive_average_pooling2d_with, cn_adaptive_pooling_args,                     \
                 CN_ADAPTIVE_POOLING_DEFAULTS, .output_size = __VA_ARGS__)
#define cn_adaptive_average_pooling3d(...)                                                         \
    CN_KEYWORDS_(cn_adaptive_average_pooling3d_with, cn_adaptive_pooling_args,                     \
                 CN_ADAPTIVE_POOLING_DEFAULTS, .output_size = __VA_ARGS__)
#define cn_adaptive_max_pooling1d(...)                                                             \
    CN_KEYWORDS_(cn_adaptive_max_pooling1d_with, cn_adaptive_pooling_args,                         \
                 CN_ADAPTIVE_POOLING_DEFAULTS, .output_size = __VA_ARGS__)
#define cn_adaptive_max_pooling2d(...)                                                             \
    CN_KEYWORDS_(cn_adaptive_max_pooling2d_with, cn_adaptive_pooling_args,                         \
                 CN_ADAPTIVE_POOLING_DEFAULTS, .output_size = __VA_ARGS__)
#define cn_adaptive_max_pooling3d(...)                                                             \
    CN_KEYWORDS_(cn_adaptive_max_pooling3d_with, cn_adaptive_pooling_args,                         \
                 CN_ADAPTIVE_POOLING_DEFAULTS, .output_size = __VA_ARGS__)
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
