/* broadcast_to: x repeated along axes of 1 and new axes in front. Gradient: dx = dy summed over
 * what was repeated. */
#include "ops/moving.h"

static cn_status infer(const void *attributes, const cn_type *inputs, int64_t n_inputs,
                       cn_type *outputs)
{
    (void)n_inputs;
    const cn_shape *shape = &((const cn_shape_attributes *)attributes)->shape;
    cn_shape both;
    CN_CHECK(
        cn_shape_broadcast(&inputs[0].shape, shape, &both) == CN_OK && cn_shape_equal(&both, shape),
        "shape %s cannot be broadcast to %s", cn_shape_str(&inputs[0].shape), cn_shape_str(shape));
    outputs[0] = (cn_type){inputs[0].dtype, *shape};
    return CN_OK;
}

static void gradient(cn_program *p, const cn_instruction *i, const cn_value *dy, cn_value *dx)
{
    dx[0] = cn_emit_sum_to(p, dy[0], *cn_shape_of(p, i->inputs[0]));
}

static cn_status lower(cn_lowering *lowering, const cn_instruction *instruction)
{
    const cn_shape *wide = cn_shape_of(lowering->program, instruction->output);
    const cn_shape *narrow = cn_shape_of(lowering->program, instruction->inputs[0]);
    const int64_t extra = wide->rank - narrow->rank;
    cn_copy copy =
        cn_copy_between(lowering, instruction->inputs[0], 0, instruction->output, 0, wide);
    int64_t strides[CN_MAX_RANK];
    cn_strides_of(lowering, instruction->inputs[0], strides);
    for (int64_t i = 0; i < wide->rank; i++)
        copy.from_stride[i] = i < extra || narrow->dim[i - extra] == 1 ? 0 : strides[i - extra];
    cn_strides_of(lowering, instruction->output, copy.to_stride);
    return cn_add_copy(lowering, instruction->op->name, copy);
}

static void reference(const cn_reference_call *call)
{
    const cn_shape *wide = &call->output_types[0].shape;
    int64_t size = cn_shape_size(wide);
    for (int64_t i = 0; i < size; i++)
        call->outputs[0][i] =
            call->inputs[0][cn_broadcast_index(wide, &call->input_types[0].shape, i)];
}

static const cn_field fields[] = {
    CN_FIELD(cn_shape_attributes, shape, CN_FIELD_SHAPE, 0),
    CN_END_FIELDS,
};

static const cn_shape_attributes rows = {CN_DIMS(5, 3)}, columns = {CN_DIMS(3, 4)},
                                 mixed = {CN_DIMS(2, 3, 4, 5)}, same = {CN_DIMS(3)};
static const cn_sample samples[] = {
    {.shapes = {CN_DIMS(3)}, .n_inputs = 1, .attributes = &rows},
    {.shapes = {CN_DIMS(3, 1)}, .n_inputs = 1, .attributes = &columns},
    {.shapes = {CN_DIMS(3, 1, 5)}, .n_inputs = 1, .attributes = &mixed},
    {.shapes = {{0}}, .n_inputs = 1, .attributes = &rows},
    {.shapes = {CN_DIMS(3)}, .n_inputs = 1, .attributes = &same},
    {.shapes = {CN_DIMS(3, 1)},
     .dtypes = {CN_BOOL},
     .n_inputs = 1,
     .high = 1,
     .attributes = &columns},
    {.shapes = {CN_DIMS(3)}, .dtypes = {CN_INT32}, .n_inputs = 1, .attributes = &rows},
};

const cn_op cn_op_broadcast_to = {
    .name = "broadcast_to",
    .min_inputs = 1,
    .max_inputs = 1,
    .n_outputs = 1,
    .flags = CN_OP_READS_APART | CN_OP_WRITES_APART,
    .fields = fields,
    .attributes_size = sizeof(cn_shape_attributes),
    .infer = infer,
    .gradient = gradient,
    .lower = lower,
    .reference = reference,
    CN_SAMPLES(samples),
};
