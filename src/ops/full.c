/* full: the same number in every place. It has memory of its own, filled once when the plan is
 * made. */
#include "kernels/native/native.h"
#include "ops/emit.h"
#include "ops/samples.h"
#include "program/lowering.h"

static cn_status infer(const void *attributes, const cn_type *inputs, int64_t n_inputs,
                       cn_type *outputs)
{
    (void)inputs, (void)n_inputs;
    const cn_full_attributes *full = attributes;
    outputs[0] = (cn_type){full->dtype, full->shape};
    return CN_OK;
}

static cn_status lower(cn_lowering *lowering, const cn_instruction *instruction)
{
    const cn_full_attributes *full = instruction->attributes;
    void *out = cn_address(lowering, instruction->output);
    int64_t size = cn_shape_size(&full->shape);
    if (full->dtype == CN_FLOAT32)
        cn_fill_run(out, &(float){(float)full->value}, sizeof(float), size);
    else if (full->dtype == CN_INT32)
        cn_fill_run(out, &(int32_t){(int32_t)full->value}, sizeof(int32_t), size);
    else
        cn_fill_run(out, &(uint8_t){(uint8_t)full->value}, sizeof(uint8_t), size);
    return CN_OK;
}

static void reference(const cn_reference_call *call)
{
    const cn_full_attributes *full = call->attributes;
    int64_t size = cn_shape_size(&full->shape);
    for (int64_t i = 0; i < size; i++)
        call->outputs[0][i] = full->value;
}

static const cn_field fields[] = {
    CN_FIELD(cn_full_attributes, value, CN_FIELD_REAL, 0),
    CN_FIELD(cn_full_attributes, dtype, CN_FIELD_DTYPE, 0),
    CN_FIELD(cn_full_attributes, shape, CN_FIELD_SHAPE, 0),
    CN_END_FIELDS,
};

static const cn_full_attributes half = {0.5, CN_FLOAT32, CN_DIMS(3, 4)}, seven = {7, CN_INT32, {0}},
                                yes = {1, CN_BOOL, CN_DIMS(5)},
                                byte = {200, CN_UINT8, CN_DIMS(2, 2)};
static const cn_sample samples[] = {
    {.attributes = &half},
    {.attributes = &seven},
    {.attributes = &yes},
    {.attributes = &byte},
};

const cn_op cn_op_full = {
    .name = "full",
    .n_outputs = 1,
    .flags = CN_OP_LEAF,
    .fields = fields,
    .attributes_size = sizeof(cn_full_attributes),
    .infer = infer,
    .lower = lower,
    .reference = reference,
    CN_SAMPLES(samples),
};
