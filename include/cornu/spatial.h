/* Layers that pad, crop, enlarge and drop along the spatial axes of images and volumes, with
 * Keras's names, arguments and defaults. Each constructor makes a layer of the current session, or
 * returns NULL (see cn_error()) if an argument is wrong. N batch, C channels; D, H, W depth,
 * height, width.
 *   .data_format  "channels_last": x[N, H, W, C]; "channels_first": x[N, C, H, W], and y the same
 *                 way
 * All drop a mask, unless something else is said. The keywords that every layer takes are said in
 * layers.h. */
#ifndef CORNU_SPATIAL_H
#define CORNU_SPATIAL_H

#include "cornu/layers.h"

CN_BEGIN_DECLS

/* cn_zero_padding2d(3), cn_zero_padding2d({{1, 1}, {2, 2}}): zeros at both ends of each spatial
 * axis, one number for all or {{top, bottom}, {left, right}}, x[N, H, W, C]. Keras:
 * ZeroPadding2D. */
typedef struct cn_zero_padding2d_args {
    char begin_;
    int64_t padding[CN_MAX_RANK / 2][2];
    const char *data_format;
    CN_LAYER_KEYWORDS_
} cn_zero_padding2d_args;
#define CN_ZERO_PADDING2D_DEFAULTS                                                                 \
    .padding = {{1, CN_NONE}}, .data_format = "channels_last", CN_LAYER_DEFAULTS_
CN_API cn_layer *cn_zero_padding2d_with(const cn_zero_padding2d_args *args);

/* cn_cropping2d(1), cn_cropping2d({{1, 1}, {2, 2}}): without what lies at both ends of each spatial
 * axis, x[N, H, W, C]. Something has to be left. Keras: Cropping2D. */
typedef struct cn_cropping2d_args {
    char begin_;
    int64_t cropping[CN_MAX_RANK / 2][2];
    const char *data_format;
    CN_LAYER_KEYWORDS_
} cn_cropping2d_args;
#define CN_CROPPING2D_DEFAULTS                                                                     \
    .cropping = {{0, CN_NONE}}, .data_format = "channels_last", CN_LAYER_DEFAULTS_
CN_API cn_layer *cn_cropping2d_with(const cn_cropping2d_args *args);

/* cn_up_sampling2d({2, 3}): each cell size[0] times along H and size[1] times along W,
 * x[N, H, W, C] -> y[N, size[0] H, size[1] W, C]; 2 is {2, 2}. interpolation: "nearest" repeats
 * cells, "bilinear", "bicubic", "lanczos3" and "lanczos5" are smooth. Keras: UpSampling2D. */
typedef struct cn_up_sampling2d_args {
    char begin_;
    int64_t size[CN_MAX_RANK];
    const char *data_format, *interpolation;
    CN_LAYER_KEYWORDS_
} cn_up_sampling2d_args;
#define CN_UP_SAMPLING2D_DEFAULTS                                                                  \
    .size = {2}, .data_format = "channels_last", .interpolation = "nearest", CN_LAYER_DEFAULTS_
CN_API cn_layer *cn_up_sampling2d_with(const cn_up_sampling2d_args *args);

/* cn_spatial_dropout2d(0.1): dropout of whole channels, the same ones in all places of a sample,
 * x[N, H, W, C]. A mask passes through. Keras: SpatialDropout2D. */
typedef struct cn_spatial_dropout2d_args {
    double rate;
    const char *data_format;
    int64_t seed;
    CN_LAYER_KEYWORDS_
} cn_spatial_dropout2d_args;
#define CN_SPATIAL_DROPOUT2D_DEFAULTS                                                              \
    .data_format = "channels_last", .seed = CN_NONE, CN_LAYER_DEFAULTS_
CN_API cn_layer *cn_spatial_dropout2d_with(const cn_spatial_dropout2d_args *args);

/* cn_zero_padding3d(1), cn_zero_padding3d({{1, 1}, {2, 2}, {0, 1}}): zeros at both ends of each
 * spatial axis, one number for all or {{front, back}, {top, bottom}, {left, right}},
 * x[N, D, H, W, C]. Keras: ZeroPadding3D. */
typedef struct cn_zero_padding3d_args {
    char begin_;
    int64_t padding[CN_MAX_RANK / 2][2];
    const char *data_format;
    CN_LAYER_KEYWORDS_
} cn_zero_padding3d_args;
#define CN_ZERO_PADDING3D_DEFAULTS                                                                 \
    .padding = {{1, CN_NONE}}, .data_format = "channels_last", CN_LAYER_DEFAULTS_
CN_API cn_layer *cn_zero_padding3d_with(const cn_zero_padding3d_args *args);

/* cn_cropping3d(1), cn_cropping3d({{1, 1}, {2, 2}, {0, 1}}): without what lies at both ends of each
 * spatial axis, x[N, D, H, W, C]. Something has to be left. Keras: Cropping3D. */
typedef struct cn_cropping3d_args {
    char begin_;
    int64_t cropping[CN_MAX_RANK / 2][2];
    const char *data_format;
    CN_LAYER_KEYWORDS_
} cn_cropping3d_args;
#define CN_CROPPING3D_DEFAULTS                                                                     \
    .cropping = {{1, CN_NONE}}, .data_format = "channels_last", CN_LAYER_DEFAULTS_
CN_API cn_layer *cn_cropping3d_with(const cn_cropping3d_args *args);

/* cn_up_sampling3d({2, 2, 1}): each cell size times along each spatial axis, x[N, D, H, W, C];
 * 2 is {2, 2, 2}. Keras: UpSampling3D. */
typedef struct cn_up_sampling3d_args {
    char begin_;
    int64_t size[CN_MAX_RANK];
    const char *data_format;
    CN_LAYER_KEYWORDS_
} cn_up_sampling3d_args;
#define CN_UP_SAMPLING3D_DEFAULTS .size = {2}, .data_format = "channels_last", CN_LAYER_DEFAULTS_
CN_API cn_layer *cn_up_sampling3d_with(const cn_up_sampling3d_args *args);

/* cn_spatial_dropout3d(0.1): dropout of whole channels, the same ones in all places of a sample,
 * x[N, D, H, W, C]. A mask passes through. Keras: SpatialDropout3D. */
typedef struct cn_spatial_dropout3d_args {
    double rate;
    const char *data_format;
    int64_t seed;
    CN_LAYER_KEYWORDS_
} cn_spatial_dropout3d_args;
#define CN_SPATIAL_DROPOUT3D_DEFAULTS                                                              \
    .data_format = "channels_last", .seed = CN_NONE, CN_LAYER_DEFAULTS_
CN_API cn_layer *cn_spatial_dropout3d_with(const cn_spatial_dropout3d_args *args);

/* ---- keywords -------------------------------------------------------------------------------- */

#ifndef __cplusplus
#define cn_zero_padding2d(...)                                                                     \
    CN_OPTIONAL_KEYWORDS_(cn_zero_padding2d_with, cn_zero_padding2d_args,                          \
                          CN_ZERO_PADDING2D_DEFAULTS, __VA_ARGS__)
#define cn_cropping2d(...)                                                                         \
    CN_OPTIONAL_KEYWORDS_(cn_cropping2d_with, cn_cropping2d_args, CN_CROPPING2D_DEFAULTS,          \
                          __VA_ARGS__)
#define cn_up_sampling2d(...)                                                                      \
    CN_OPTIONAL_KEYWORDS_(cn_up_sampling2d_with, cn_up_sampling2d_args, CN_UP_SAMPLING2D_DEFAULTS, \
                          __VA_ARGS__)
#define cn_spatial_dropout2d(...)                                                                  \
    CN_KEYWORDS_(cn_spatial_dropout2d_with, cn_spatial_dropout2d_args,                             \
                 CN_SPATIAL_DROPOUT2D_DEFAULTS, .rate = __VA_ARGS__)
#define cn_zero_padding3d(...)                                                                     \
    CN_OPTIONAL_KEYWORDS_(cn_zero_padding3d_with, cn_zero_padding3d_args,                          \
                          CN_ZERO_PADDING3D_DEFAULTS, __VA_ARGS__)
#define cn_cropping3d(...)                                                                         \
    CN_OPTIONAL_KEYWORDS_(cn_cropping3d_with, cn_cropping3d_args, CN_CROPPING3D_DEFAULTS,          \
                          __VA_ARGS__)
#define cn_up_sampling3d(...)                                                                      \
    CN_OPTIONAL_KEYWORDS_(cn_up_sampling3d_with, cn_up_sampling3d_args, CN_UP_SAMPLING3D_DEFAULTS, \
                          __VA_ARGS__)
#define cn_spatial_dropout3d(...)                                                                  \
    CN_KEYWORDS_(cn_spatial_dropout3d_with, cn_spatial_dropout3d_args,                             \
                 CN_SPATIAL_DROPOUT3D_DEFAULTS, .rate = __VA_ARGS__)
#endif

CN_END_DECLS

#endif
