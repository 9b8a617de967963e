/* look_up: y = the place of x among keys in ascending order, or -1: x[...], keys[K], both int32 or
 * both strings -> int32 [...]. No gradient. */
#include <string.h>

#include "ops/emit.h"
#include "ops/samples.h"
#include "ops/searching.h"

static bool is_before(double key, double x)
{
    return key < x;
}

static bool is_text_before(double key, double x)
{
    return strcmp(cn_text_of(key), cn_text_of(x)) < 0;
}

static cn_status infer(const void *attributes, const cn_type *inputs, int64_t n_inputs,
                       cn_type *outputs)
{
    (void)attributes, (void)n_inputs;
    CN_CHECK((inputs[0].dtype == CN_INT32 || inputs[0].dtype == CN_STRING) &&
                 inputs[1].dtype == inputs[0].dtype,
             "takes int32 or string, got %s and %s", cn_dtype_name(inputs[0].dtype),
             cn_dtype_name(inputs[1].dtype));
    CN_CHECK(inputs[1].shape.rank == 1, "keys are a list, got shape %s",
             cn_shape_str(&inputs[1].shape));
    outputs[0] = (cn_type){CN_INT32, inputs[0].shape};
    return CN_OK;
}

static cn_status run(const void *arguments)
{
    const cn_search *search = arguments;
    const int32_t *x = search->x, *keys = search->keys;
    for (int64_t i = 0; i < search->n; i++) {
        int64_t low = 0, high = search->n_keys;
        while (low < high) {
            const int64_t middle = low + (high - low) / 2;
            if (keys[middle] < x[i])
                low = middle + 1;
            else
                high = middle;
        }
        search->y[i] = low < search->n_keys && keys[low] == x[i] ? (int32_t)low : -1;
    }
    return CN_OK;
}

static cn_status run_texts(const void *arguments)
{
    const cn_search *search = arguments;
    const char *const *x = search->x;
    for (int64_t i = 0; i < search->n; i++)
        search->y[i] = (int32_t)cn_find_text(search->keys, search->n_keys, x[i], strlen(x[i]));
    return CN_OK;
}

static cn_status lower(cn_lowering *lowering, const cn_instruction *instruction)
{
    const bool texts = cn_dtype_of(lowering->program, instruction->inputs[0]) == CN_STRING;
    return cn_lower_search(lowering, instruction, texts ? run_texts : run);
}

static void reference(const cn_reference_call *call)
{
    const int64_t n = cn_shape_size(&call->input_types[0].shape),
                  n_keys = call->input_types[1].shape.dim[0];
    for (int64_t i = 0; i < n; i++) {
        const double x = call->inputs[0][i];
        const bool text = call->input_types[0].dtype == CN_STRING;
        const int64_t place = cn_search_reference(call, x, text ? is_text_before : is_before);
        const double *key = place < n_keys ? &call->inputs[1][place] : NULL;
        const bool found = key != NULL &&
                           (text ? strcmp(cn_text_of(*key), cn_text_of(x)) == 0 : *key == x);
        call->outputs[0][i] = found ? (double)place : -1;
    }
}

static const cn_sample samples[] = {
    {.shapes = {CN_DIMS(9), CN_DIMS(1)}, .dtypes = {CN_INT32, CN_INT32}, .n_inputs = 2},
    {.shapes = {CN_DIMS(3, 5), CN_DIMS(6)}, .dtypes = {CN_INT32, CN_INT32}, .n_inputs = 2},
    {.shapes = {{0}, CN_DIMS(2)}, .dtypes = {CN_INT32, CN_INT32}, .n_inputs = 2},
    {.shapes = {CN_DIMS(3, 5), CN_DIMS(6)}, .dtypes = {CN_STRING, CN_STRING}, .n_inputs = 2},
    {.shapes = {CN_DIMS(20), CN_DIMS(1)}, .dtypes = {CN_STRING, CN_STRING}, .n_inputs = 2},
};

const cn_op cn_op_look_up = {
    .name = "look_up",
    .min_inputs = 2,
    .max_inputs = 2,
    .n_outputs = 1,
    .infer = infer,
    .lower = lower,
    .reference = reference,
    CN_SAMPLES(samples),
};
