/* What EfficientNet and EfficientNetV2 are both made of. */
#ifndef CORNU_APPLICATIONS_EFFICIENT_H
#define CORNU_APPLICATIONS_EFFICIENT_H

#include "applications/applications.h"

/* How their kernels begin. */
#define CN_EFFICIENT_KERNEL                                                                        \
    "{\"class_name\": \"VarianceScaling\", \"config\": {\"scale\": 2.0, \"mode\": \"fan_out\", "   \
    "\"distribution\": \"truncated_normal\"}}"
#define CN_EFFICIENT_DENSE_KERNEL                                                                  \
    "{\"class_name\": \"VarianceScaling\", \"config\": {\"scale\": 0.3333333333333333, \"mode\": " \
    "\"fan_out\", \"distribution\": \"uniform\"}}"

/* A block, and the layers before and behind all blocks. */
typedef struct cn_efficient_block {
    cn_label prefix; /* of its layers' names: "block1a_" */
    int64_t channels, filters, cells, strides;
    int64_t expansion; /* times as many channels inside */
    bool excites;
    double drop_rate; /* how often its result is left out in training */
    double momentum;  /* of its normalizations */
} cn_efficient_block;

/* A convolution ("same" or "valid" padding), normalization and swish, called conv, bn and
 * activation behind the block's prefix and part. */
cn_tensor *cn_efficient_conv(cn_tensor *x, const cn_efficient_block *block, const char *part,
                             int64_t filters, int64_t cells, int64_t strides, const char *padding);

/* The same without swish. */
cn_tensor *cn_efficient_linear_conv(cn_tensor *x, const cn_efficient_block *block, const char *part,
                                    int64_t filters, int64_t cells, int64_t strides,
                                    const char *padding);

/* Normalization and swish, called bn and activation. */
cn_tensor *cn_efficient_activate(cn_tensor *x, const cn_efficient_block *block, const char *part);

/* x[N, H, W, C] times a number for each channel, computed from the channels' means. */
cn_tensor *cn_efficient_excite(cn_tensor *x, const cn_efficient_block *block);

/* What came in, added where it has the shape. */
cn_tensor *cn_efficient_add(cn_tensor *x, const cn_efficient_block *block, cn_tensor *inputs);

/* The end: pooled as the keywords say, or dropout and classifier. */
cn_tensor *cn_efficient_end(const cn_drawing *drawing, double dropout, cn_tensor *x);

#endif
