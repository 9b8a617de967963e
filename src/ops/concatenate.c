/* concatenate: the parts one behind the other along an axis. Gradient: each part's slice of dy.
 * Parts that were made where they belong are not copied. */
#include <string.h>

#include "ops/moving.h"

enum { MOST_PARTS = 4096 };

static cn_status infer(const void *attributes, const cn_type *inputs, int64_t n_inputs,
                       cn_type *outputs)
{
    const int64_t axis = ((const cn_axis_attributes *)attributes)->axis;
    cn_shape whole = inputs[0].shape;
    CN_CHECK(axis >= 0 && axis < whole.rank, "axis %d is not in shape %s", (int)axis,
             cn_shape_str(&whole));
    for (int64_t i = 1; i < n_inputs; i++) {
        cn_shape part = inputs[i].shape;
        const int64_t dim = part.rank > axis ? part.dim[axis] : 0;
        part.dim[axis] = whole.dim[axis];
        CN_CHECK(cn_shape_equal(&part, &whole), "shapes %s and %s differ in more than axis %d",
                 cn_shape_str(&inputs[0].shape), cn_shape_str(&inputs[i].shape), (int)axis);
        CN_CHECK(inputs[i].dtype == inputs[0].dtype, "parts are of different types: %s and %s",
                 cn_dtype_name(inputs[0].dtype), cn_dtype_name(inputs[i].dtype));
        CN_CHECK(whole.dim[axis] <= INT64_MAX / 2, "axis %d would become too large", (int)axis);
        whole.dim[axis] += dim;
    }
    outputs[0] = (cn_type){inputs[0].dtype, whole};
    return CN_OK;
}

static void gradient(cn_program *p, const cn_instruction *i, const cn_value *dy, cn_value *dx)
{
    const int64_t axis = ((const cn_axis_attributes *)i->attributes)->axis;
    int64_t start = 0;
    for (int64_t k = 0; k < i->n_inputs; k++) {
        int64_t size = cn_shape_of(p, i->inputs[k])->dim[axis];
        dx[k] = cn_emit_slice_axis(p, dy[0], axis, start, size);
        start += size;
    }
}

static cn_status lower(cn_lowering *lowering, const cn_instruction *instruction)
{
    const int64_t axis = ((const cn_axis_attributes *)instruction->attributes)->axis;
    int64_t strides[CN_MAX_RANK], start = 0;
    cn_strides_of(lowering, instruction->output, strides);
    for (int64_t k = 0; k < instruction->n_inputs; k++) {
        const cn_shape *part = cn_shape_of(lowering->program, instruction->inputs[k]);
        cn_copy copy = cn_copy_between(lowering, instruction->inputs[k], 0, instruction->output,
                                       start * strides[axis], part);
        cn_strides_of(lowering, instruction->inputs[k], copy.from_stride);
        memcpy(copy.to_stride, strides, sizeof strides);
        CN_TRY(cn_add_copy(lowering, instruction->op->name, copy));
        start += part->dim[axis];
    }
    return CN_OK;
}

static void reference(const cn_reference_call *call)
{
    const int64_t axis = ((const cn_axis_attributes *)call->attributes)->axis;
    const cn_extents whole = cn_extents_of(&call->output_types[0].shape, axis, 1);
    int64_t start = 0;
    for (int64_t k = 0; k < call->n_inputs; k++) {
        const int64_t along = call->input_types[k].shape.dim[axis], row = along * whole.inner;
        for (int64_t o = 0; o < whole.outer; o++)
            for (int64_t i = 0; i < row; i++)
                call->outputs[0][(o * whole.along + start) * whole.inner + i] =
                    call->inputs[k][o * row + i];
        start += along;
    }
}

static const cn_field fields[] = {
    CN_FIELD(cn_axis_attributes, axis, CN_FIELD_INT, 0),
    CN_END_FIELDS,
};

static const cn_axis_attributes first = {0}, second = {1};
static const cn_sample samples[] = {
    {.shapes = {CN_DIMS(2, 3), CN_DIMS(4, 3)}, .n_inputs = 2, .attributes = &first},
    {.shapes = {CN_DIMS(2, 3), CN_DIMS(2, 1), CN_DIMS(2, 5)}, .n_inputs = 3, .attributes = &second},
    {.shapes = {CN_DIMS(2, 1, 4), CN_DIMS(2, 3, 4)}, .n_inputs = 2, .attributes = &second},
    {.shapes = {CN_DIMS(3), CN_DIMS(2)},
     .dtypes = {CN_INT32, CN_INT32},
     .n_inputs = 2,
     .attributes = &first},
    {.shapes = {CN_DIMS(3), CN_DIMS(2)},
     .dtypes = {CN_BOOL, CN_BOOL},
     .n_inputs = 2,
     .high = 1,
     .attributes = &first},
};

const cn_op cn_op_concatenate = {
    .name = "concatenate",
    .min_inputs = 1,
    .max_inputs = MOST_PARTS,
    .n_outputs = 1,
    .flags = CN_OP_READS_APART | CN_OP_WRITES_APART,
    .fields = fields,
    .attributes_size = sizeof(cn_axis_attributes),
    .infer = infer,
    .gradient = gradient,
    .lower = lower,
    .reference = reference,
    CN_SAMPLES(samples),
};
