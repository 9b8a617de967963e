/* Sample inputs that several ops share. */
#ifndef CORNU_OPS_SAMPLES_H
#define CORNU_OPS_SAMPLES_H

#include "program/op.h"

#define CN_SAMPLES(list) .samples = (list), .n_samples = (int64_t)(sizeof(list) / sizeof(list)[0])

/* One input: small, large, a scalar; the same with positive values; float32 and int32. */
extern const cn_sample cn_samples_1[3], cn_samples_positive[3], cn_samples_numeric[4],
    cn_samples_truth_1[1];

/* Two inputs: of one shape, and broadcast in several ways. Comparisons have whole numbers, so that
 * some are equal. */
extern const cn_sample cn_samples_2[6], cn_samples_2_positive[6], cn_samples_2_divisible[5],
    cn_samples_comparison[5], cn_samples_truth_2[2], cn_samples_whole_1[2], cn_samples_whole_2[3];

/* A shape in a constant's initializer. */
#define CN_DIMS(...)                                                                               \
    {                                                                                              \
        .rank = (int8_t)(sizeof(int16_t[]){__VA_ARGS__} / sizeof(int16_t)), .dim = { __VA_ARGS__ } \
    }

/* Elements of a list of a sample's inputs: float32 of a shape, absent, a mask, and float32 numbers
 * that no gradient flows into. */
#define CN_SAMPLE_F32(...)                                                                         \
    {                                                                                              \
        .shape = CN_DIMS(__VA_ARGS__)                                                              \
    }
#define CN_SAMPLE_NONE                                                                             \
    {                                                                                              \
        .absent = true                                                                             \
    }
#define CN_SAMPLE_MASK(...)                                                                        \
    {                                                                                              \
        .shape = CN_DIMS(__VA_ARGS__), .dtype = CN_BOOL                                            \
    }
#define CN_SAMPLE_KEEP(...)                                                                        \
    {                                                                                              \
        .shape = CN_DIMS(__VA_ARGS__), .constant = true                                            \
    }

/* A sample's input, from either list. */
cn_sample_input cn_sample_input_of(const cn_sample *sample, int64_t input);

/* Its shape. */
cn_shape cn_sample_input_shape(const cn_sample *sample, int64_t input);

#endif
