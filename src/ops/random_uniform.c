/* random_uniform: numbers in [0, 1) of the stream that state, two int32 [seed, counter], names. No
 * gradient. */
#include "kernels/native/native.h"
#include "ops/emit.h"
#include "ops/samples.h"
#include "program/lowering.h"
#include "runtime/random.h"

static cn_status infer(const void *attributes, const cn_type *inputs, int64_t n_inputs,
                       cn_type *outputs)
{
    (void)n_inputs;
    const cn_shape *shape = &((const cn_shape_attributes *)attributes)->shape,
                   *state = &inputs[0].shape;
    CN_CHECK(inputs[0].dtype == CN_INT32 && state->rank == 1 && state->dim[0] == 2,
             "its state is int32 of shape (2,), not %s of shape %s", cn_dtype_name(inputs[0].dtype),
             cn_shape_str(state));
    outputs[0] = (cn_type){CN_FLOAT32, *shape};
    return CN_OK;
}

struct call {
    void (*run)(uint64_t seed, uint64_t counter, float *out, int64_t n);
    const int32_t *state;
    float *out;
    int64_t n;
};

static cn_status run(const void *arguments)
{
    const struct call *c = arguments;
    c->run((uint32_t)c->state[0], (uint32_t)c->state[1], c->out, c->n);
    return CN_OK;
}

static cn_status lower(cn_lowering *lowering, const cn_instruction *instruction)
{
    const struct call call = {cn_native_kernels()->random_uniform,
                              cn_address(lowering, instruction->inputs[0]),
                              cn_address(lowering, instruction->output),
                              cn_shape_size(cn_shape_of(lowering->program, instruction->output))};
    return cn_plan_add(lowering->plan, instruction->op->name, run, &call, sizeof call);
}

static void reference(const cn_reference_call *call)
{
    const cn_stream stream = {(uint32_t)(int32_t)call->inputs[0][0],
                              (uint32_t)(int32_t)call->inputs[0][1]};
    int64_t size = cn_shape_size(&call->output_types[0].shape);
    for (int64_t i = 0; i < size; i++) {
        uint32_t words[4];
        cn_random_block(stream, (uint64_t)i / 4, words);
        call->outputs[0][i] = (words[i % 4] >> 8) * 0x1p-24;
    }
}

static const cn_field fields[] = {
    CN_FIELD(cn_shape_attributes, shape, CN_FIELD_SHAPE, 0),
    CN_END_FIELDS,
};

static const cn_shape_attributes odd = {CN_DIMS(3, 7)}, large = {CN_DIMS(1001)};
static const cn_sample samples[] = {
    {.shapes = {CN_DIMS(2)},
     .dtypes = {CN_INT32},
     .n_inputs = 1,
     .low = 0,
     .high = 9,
     .attributes = &odd},
    {.shapes = {CN_DIMS(2)},
     .dtypes = {CN_INT32},
     .n_inputs = 1,
     .low = -9e8,
     .high = 9e8,
     .attributes = &large},
};

const cn_op cn_op_random_uniform = {
    .name = "random_uniform",
    .min_inputs = 1,
    .max_inputs = 1,
    .n_outputs = 1,
    .fields = fields,
    .attributes_size = sizeof(cn_shape_attributes),
    .infer = infer,
    .lower = lower,
    .reference = reference,
    CN_SAMPLES(samples),
};
