/* bucketize: y = how many of the boundaries, in ascending order, are not greater than x: x[...],
 * boundaries[B] float32 -> int32 [...]. A NaN is behind all. No gradient. */
#include "ops/emit.h"
#include "ops/samples.h"
#include "ops/searching.h"

static bool is_before(double key, double x)
{
    return !(x < key);
}

static cn_status infer(const void *attributes, const cn_type *inputs, int64_t n_inputs,
                       cn_type *outputs)
{
    (void)attributes, (void)n_inputs;
    CN_CHECK(inputs[0].dtype == CN_FLOAT32 && inputs[1].dtype == CN_FLOAT32,
             "takes float32, got %s and %s", cn_dtype_name(inputs[0].dtype),
             cn_dtype_name(inputs[1].dtype));
    CN_CHECK(inputs[1].shape.rank == 1, "boundaries are a list, got shape %s",
             cn_shape_str(&inputs[1].shape));
    outputs[0] = (cn_type){CN_INT32, inputs[0].shape};
    return CN_OK;
}

static cn_status run(const void *arguments)
{
    const cn_search *search = arguments;
    const float *x = search->x, *keys = search->keys;
    for (int64_t i = 0; i < search->n; i++) {
        int64_t low = 0, high = search->n_keys;
        while (low < high) {
            const int64_t middle = low + (high - low) / 2;
            if (!(x[i] < keys[middle]))
                low = middle + 1;
            else
                high = middle;
        }
        search->y[i] = (int32_t)low;
    }
    return CN_OK;
}

static cn_status lower(cn_lowering *lowering, const cn_instruction *instruction)
{
    return cn_lower_search(lowering, instruction, run);
}

static void reference(const cn_reference_call *call)
{
    const int64_t n = cn_shape_size(&call->input_types[0].shape);
    for (int64_t i = 0; i < n; i++)
        call->outputs[0][i] = (double)cn_search_reference(call, call->inputs[0][i], is_before);
}

static const cn_sample samples[] = {
    {.shapes = {CN_DIMS(7), CN_DIMS(1)}, .n_inputs = 2},
    {.shapes = {CN_DIMS(3, 5), CN_DIMS(6)}, .n_inputs = 2},
    {.shapes = {{0}, CN_DIMS(2)}, .n_inputs = 2},
};

const cn_op cn_op_bucketize = {
    .name = "bucketize",
    .min_inputs = 2,
    .max_inputs = 2,
    .n_outputs = 1,
    .infer = infer,
    .lower = lower,
    .reference = reference,
    CN_SAMPLES(samples),
};
