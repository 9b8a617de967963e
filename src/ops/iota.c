/* iota: each element is its index along an axis, as int32. It has memory of its own, filled once
 * when the plan is made. */
#include "ops/emit.h"
#include "ops/reference.h"
#include "ops/samples.h"
#include "program/lowering.h"

static cn_status infer(const void *attributes, const cn_type *inputs, int64_t n_inputs,
                       cn_type *outputs)
{
    (void)inputs, (void)n_inputs;
    const cn_iota_attributes *iota = attributes;
    CN_CHECK(iota->axis >= 0 && iota->axis < iota->shape.rank, "axis %d is not in shape %s",
             (int)iota->axis, cn_shape_str(&iota->shape));
    outputs[0] = (cn_type){CN_INT32, iota->shape};
    return CN_OK;
}

static int64_t element(const cn_iota_attributes *iota, int64_t i)
{
    cn_extents extents = cn_extents_of(&iota->shape, iota->axis, 1);
    return i / extents.inner % extents.along;
}

static cn_status lower(cn_lowering *lowering, const cn_instruction *instruction)
{
    const cn_iota_attributes *iota = instruction->attributes;
    int32_t *out = cn_address(lowering, instruction->output);
    int64_t size = cn_shape_size(&iota->shape);
    for (int64_t i = 0; i < size; i++)
        out[i] = (int32_t)element(iota, i);
    return CN_OK;
}

static void reference(const cn_reference_call *call)
{
    int64_t size = cn_shape_size(&call->output_types[0].shape);
    for (int64_t i = 0; i < size; i++)
        call->outputs[0][i] = (double)element(call->attributes, i);
}

static const cn_field fields[] = {
    CN_FIELD(cn_iota_attributes, axis, CN_FIELD_INT, 0),
    CN_FIELD(cn_iota_attributes, shape, CN_FIELD_SHAPE, 0),
    CN_END_FIELDS,
};

static const cn_iota_attributes line = {0, CN_DIMS(9)}, middle = {1, CN_DIMS(2, 4, 3)};
static const cn_sample samples[] = {{.attributes = &line}, {.attributes = &middle}};

const cn_op cn_op_iota = {
    .name = "iota",
    .n_outputs = 1,
    .flags = CN_OP_LEAF,
    .fields = fields,
    .attributes_size = sizeof(cn_iota_attributes),
    .infer = infer,
    .lower = lower,
    .reference = reference,
    CN_SAMPLES(samples),
};
