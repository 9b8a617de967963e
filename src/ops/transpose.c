/* transpose: output axis i is input axis permutation[i]. Gradient: dx = dy with the inverse
 * permutation. */
#include "ops/moving.h"

static cn_status infer(const void *attributes, const cn_type *inputs, int64_t n_inputs,
                       cn_type *outputs)
{
    (void)n_inputs;
    const cn_shape *permutation = &((const cn_transpose_attributes *)attributes)->permutation;
    const cn_shape *shape = &inputs[0].shape;
    bool used[CN_MAX_RANK] = {false}, is_permutation = permutation->rank == shape->rank;
    cn_shape turned = {.rank = shape->rank};
    for (int64_t i = 0; is_permutation && i < shape->rank; i++) {
        int64_t axis = permutation->dim[i];
        is_permutation = axis >= 0 && axis < shape->rank && !used[axis];
        if (!is_permutation)
            break;
        used[axis] = true;
        turned.dim[i] = shape->dim[axis];
    }
    CN_CHECK(is_permutation, "%s is not a permutation of the axes of shape %s",
             cn_shape_str(permutation), cn_shape_str(shape));
    outputs[0] = (cn_type){inputs[0].dtype, turned};
    return CN_OK;
}

static void gradient(cn_program *p, const cn_instruction *i, const cn_value *dy, cn_value *dx)
{
    const cn_shape *permutation = &((const cn_transpose_attributes *)i->attributes)->permutation;
    cn_shape inverse = {.rank = permutation->rank};
    for (int64_t k = 0; k < permutation->rank; k++)
        inverse.dim[permutation->dim[k]] = k;
    dx[0] = cn_emit_transpose(p, dy[0], inverse);
}

static cn_status lower(cn_lowering *lowering, const cn_instruction *instruction)
{
    const cn_shape *permutation =
        &((const cn_transpose_attributes *)instruction->attributes)->permutation;
    cn_copy copy = cn_copy_between(lowering, instruction->inputs[0], 0, instruction->output, 0,
                                   cn_shape_of(lowering->program, instruction->output));
    int64_t strides[CN_MAX_RANK];
    cn_strides_of(lowering, instruction->inputs[0], strides);
    for (int64_t i = 0; i < permutation->rank; i++)
        copy.from_stride[i] = strides[permutation->dim[i]];
    cn_strides_of(lowering, instruction->output, copy.to_stride);
    return cn_add_copy(lowering, instruction->op->name, copy);
}

static void reference(const cn_reference_call *call)
{
    const cn_shape *permutation = &((const cn_transpose_attributes *)call->attributes)->permutation;
    const cn_shape *shape = &call->output_types[0].shape;
    int64_t size = cn_shape_size(shape), index[CN_MAX_RANK], from[CN_MAX_RANK];
    for (int64_t i = 0; i < size; i++) {
        cn_index_split(shape, i, index);
        for (int64_t k = 0; k < shape->rank; k++)
            from[permutation->dim[k]] = index[k];
        call->outputs[0][i] = call->inputs[0][cn_index_join(&call->input_types[0].shape, from)];
    }
}

static const cn_field fields[] = {
    CN_FIELD(cn_transpose_attributes, permutation, CN_FIELD_SHAPE, 0),
    CN_END_FIELDS,
};

static const cn_transpose_attributes swap = {CN_DIMS(1, 0)}, turn = {CN_DIMS(2, 0, 1)},
                                     inner = {CN_DIMS(0, 2, 1, 3)};
static const cn_sample samples[] = {
    {.shapes = {CN_DIMS(3, 5)}, .n_inputs = 1, .attributes = &swap},
    {.shapes = {CN_DIMS(70, 33)}, .n_inputs = 1, .attributes = &swap},
    {.shapes = {CN_DIMS(2, 3, 4)}, .n_inputs = 1, .attributes = &turn},
    {.shapes = {CN_DIMS(2, 3, 4, 5)}, .n_inputs = 1, .attributes = &inner},
    {.shapes = {CN_DIMS(3, 5)},
     .dtypes = {CN_UINT8},
     .n_inputs = 1,
     .high = 255,
     .attributes = &swap},
};

const cn_op cn_op_transpose = {
    .name = "transpose",
    .min_inputs = 1,
    .max_inputs = 1,
    .n_outputs = 1,
    .flags = CN_OP_READS_APART | CN_OP_WRITES_APART,
    .fields = fields,
    .attributes_size = sizeof(cn_transpose_attributes),
    .infer = infer,
    .gradient = gradient,
    .lower = lower,
    .reference = reference,
    CN_SAMPLES(samples),
};
