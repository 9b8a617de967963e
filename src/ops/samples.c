/* Sample inputs that several ops share. */
#include "ops/samples.h"

#define INT2                                                                                       \
    {                                                                                              \
        CN_INT32, CN_INT32                                                                         \
    }
#define BOOL2                                                                                      \
    {                                                                                              \
        CN_BOOL, CN_BOOL                                                                           \
    }
#define UINT2                                                                                      \
    {                                                                                              \
        CN_UINT8, CN_UINT8                                                                         \
    }

const cn_sample cn_samples_1[3] = {
    {.shapes = {CN_DIMS(2, 3)}, .n_inputs = 1},
    {.shapes = {CN_DIMS(3, 517)}, .n_inputs = 1, .low = -6, .high = 6},
    {.shapes = {{0}}, .n_inputs = 1},
};

const cn_sample cn_samples_positive[3] = {
    {.shapes = {CN_DIMS(2, 3)}, .n_inputs = 1, .low = 0.25, .high = 4},
    {.shapes = {CN_DIMS(3, 517)}, .n_inputs = 1, .low = 0.25, .high = 50},
    {.shapes = {{0}}, .n_inputs = 1, .low = 0.25, .high = 4},
};

const cn_sample cn_samples_numeric[4] = {
    {.shapes = {CN_DIMS(2, 3)}, .n_inputs = 1},
    {.shapes = {CN_DIMS(3, 517)}, .n_inputs = 1, .low = -6, .high = 6},
    {.shapes = {{0}}, .n_inputs = 1},
    {.shapes = {CN_DIMS(4, 5)}, .dtypes = {CN_INT32}, .n_inputs = 1, .low = -9, .high = 9},
};

const cn_sample cn_samples_truth_1[1] = {
    {.shapes = {CN_DIMS(3, 5)}, .dtypes = {CN_BOOL}, .n_inputs = 1, .low = 0, .high = 1},
};

const cn_sample cn_samples_2[6] = {
    {.shapes = {CN_DIMS(2, 3), CN_DIMS(2, 3)}, .n_inputs = 2},
    {.shapes = {CN_DIMS(2, 3), CN_DIMS(3)}, .n_inputs = 2},
    {.shapes = {CN_DIMS(4, 1, 3), CN_DIMS(2, 1)}, .n_inputs = 2},
    {.shapes = {{0}, CN_DIMS(2, 2)}, .n_inputs = 2},
    {.shapes = {CN_DIMS(5, 300), CN_DIMS(5, 1)}, .n_inputs = 2},
    {.shapes = {CN_DIMS(2, 3), CN_DIMS(3)}, .dtypes = INT2, .n_inputs = 2, .low = 1, .high = 5},
};

const cn_sample cn_samples_2_positive[6] = {
    {.shapes = {CN_DIMS(2, 3), CN_DIMS(2, 3)}, .n_inputs = 2, .low = 0.25, .high = 3},
    {.shapes = {CN_DIMS(2, 3), CN_DIMS(3)}, .n_inputs = 2, .low = 0.25, .high = 3},
    {.shapes = {CN_DIMS(4, 1, 3), CN_DIMS(2, 1)}, .n_inputs = 2, .low = 0.25, .high = 3},
    {.shapes = {{0}, CN_DIMS(2, 2)}, .n_inputs = 2, .low = 0.25, .high = 3},
    {.shapes = {CN_DIMS(5, 300), CN_DIMS(5, 1)}, .n_inputs = 2, .low = 0.25, .high = 3},
    {.shapes = {CN_DIMS(2, 3), CN_DIMS(3)}, .dtypes = INT2, .n_inputs = 2, .low = 1, .high = 5},
};

const cn_sample cn_samples_2_divisible[5] = {
    {.shapes = {CN_DIMS(2, 3), CN_DIMS(2, 3)}, .n_inputs = 2, .low = 0.25, .high = 3},
    {.shapes = {CN_DIMS(2, 3), CN_DIMS(3)}, .n_inputs = 2, .low = 0.25, .high = 3},
    {.shapes = {CN_DIMS(4, 1, 3), CN_DIMS(2, 1)}, .n_inputs = 2, .low = 0.25, .high = 3},
    {.shapes = {{0}, CN_DIMS(2, 2)}, .n_inputs = 2, .low = 0.25, .high = 3},
    {.shapes = {CN_DIMS(5, 300), CN_DIMS(5, 1)}, .n_inputs = 2, .low = 0.25, .high = 3},
};

const cn_sample cn_samples_comparison[5] = {
    {.shapes = {CN_DIMS(2, 3), CN_DIMS(2, 3)}, .n_inputs = 2},
    {.shapes = {CN_DIMS(9, 300), CN_DIMS(300)}, .dtypes = INT2, .n_inputs = 2, .low = 0, .high = 3},
    {.shapes = {CN_DIMS(4, 1, 3), CN_DIMS(2, 1)},
     .dtypes = INT2,
     .n_inputs = 2,
     .low = -1,
     .high = 1},
    {.shapes = {CN_DIMS(3, 5), CN_DIMS(5)}, .dtypes = UINT2, .n_inputs = 2, .low = 0, .high = 3},
    {.shapes = {CN_DIMS(3, 5), CN_DIMS(3, 5)}, .dtypes = BOOL2, .n_inputs = 2, .low = 0, .high = 1},
};

const cn_sample cn_samples_whole_1[2] = {
    {.shapes = {CN_DIMS(3, 5)}, .dtypes = {CN_INT32}, .n_inputs = 1, .low = -9, .high = 9},
    {.shapes = {CN_DIMS(517)}, .dtypes = {CN_INT32}, .n_inputs = 1, .low = -2e9, .high = 2e9},
};

const cn_sample cn_samples_whole_2[3] = {
    {.shapes = {CN_DIMS(3, 5), CN_DIMS(5)}, .dtypes = INT2, .n_inputs = 2, .low = -9, .high = 9},
    {.shapes = {CN_DIMS(4, 1, 3), CN_DIMS(20, 1)},
     .dtypes = INT2,
     .n_inputs = 2,
     .low = -2,
     .high = 40},
    {.shapes = {CN_DIMS(517), {0}}, .dtypes = INT2, .n_inputs = 2, .low = -2e9, .high = 2e9},
};

const cn_sample cn_samples_truth_2[2] = {
    {.shapes = {CN_DIMS(3, 5), CN_DIMS(3, 5)}, .dtypes = BOOL2, .n_inputs = 2, .low = 0, .high = 1},
    {.shapes = {CN_DIMS(700, 3), CN_DIMS(3)}, .dtypes = BOOL2, .n_inputs = 2, .low = 0, .high = 1},
};

cn_sample_input cn_sample_input_of(const cn_sample *sample, int64_t input)
{
    if (sample->inputs != NULL)
        return sample->inputs[input];
    return (cn_sample_input){.shape = sample->shapes[input], .dtype = sample->dtypes[input]};
}

cn_shape cn_sample_input_shape(const cn_sample *sample, int64_t input)
{
    const cn_sample_shape small = cn_sample_input_of(sample, input).shape;
    cn_shape shape = {.rank = small.rank};
    for (int8_t i = 0; i < small.rank; i++)
        shape.dim[i] = small.dim[i];
    return shape;
}
