/* slice: y[i] = x[start + i * step] along each axis. Gradient: dx = dy, put back among zeros by
 * pad. What is read where it lies is not copied. */
#include "ops/moving.h"

static cn_status infer(const void *attributes, const cn_type *inputs, int64_t n_inputs,
                       cn_type *outputs)
{
    (void)n_inputs;
    const cn_slice_attributes *slice = attributes;
    const cn_shape *shape = &inputs[0].shape, *size = &slice->size;
    CN_CHECK(slice->start.rank == shape->rank && size->rank == shape->rank &&
                 slice->step.rank == shape->rank,
             "start %s, size %s and step %s need one number for each axis of shape %s",
             cn_shape_str(&slice->start), cn_shape_str(size), cn_shape_str(&slice->step),
             cn_shape_str(shape));
    for (int64_t i = 0; i < shape->rank; i++) {
        const int64_t start = slice->start.dim[i], step = slice->step.dim[i], dim = shape->dim[i];
        const int64_t steps = size->dim[i] - 1, room = step > 0 ? dim - 1 - start : start;
        const bool inside = start >= 0 && start < dim &&
                            (steps <= 0 || steps <= room / (step > 0 ? step : -step));
        CN_CHECK(step != 0 && size->dim[i] >= 0 && (size->dim[i] == 0 || inside),
                 "%d elements from %d by steps of %d are not in axis %d of shape %s",
                 (int)size->dim[i], (int)start, (int)step, (int)i, cn_shape_str(shape));
    }
    outputs[0] = (cn_type){inputs[0].dtype, *size};
    return CN_OK;
}

/* A gradient whose axes all run forward. */
static cn_value turn_forward(cn_program *p, const cn_slice_attributes *slice, cn_value dy)
{
    cn_shape start = {.rank = slice->size.rank}, step = start;
    for (int64_t i = 0; i < start.rank; i++) {
        step.dim[i] = slice->step.dim[i] < 0 ? -1 : 1;
        start.dim[i] = slice->step.dim[i] < 0 ? slice->size.dim[i] - 1 : 0;
    }
    return cn_emit_slice(p, dy, start, slice->size, step);
}

static void gradient(cn_program *p, const cn_instruction *i, const cn_value *dy, cn_value *dx)
{
    const cn_slice_attributes *slice = i->attributes;
    const cn_shape shape = *cn_shape_of(p, i->inputs[0]);
    if (cn_shape_size(&slice->size) == 0) {
        dx[0] = cn_emit_zeros_like(p, i->inputs[0]);
        return;
    }
    cn_pad_attributes pad = {{.rank = shape.rank}, {.rank = shape.rank}, {.rank = shape.rank}, 0};
    for (int64_t k = 0; k < shape.rank; k++) {
        const int64_t step = slice->step.dim[k], reach = (slice->size.dim[k] - 1) * step;
        pad.before.dim[k] = slice->start.dim[k] + (reach < 0 ? reach : 0);
        pad.between.dim[k] = (step < 0 ? -step : step) - 1;
        pad.after.dim[k] = shape.dim[k] - 1 - slice->start.dim[k] - (reach > 0 ? reach : 0);
    }
    cn_value forward = turn_forward(p, slice, dy[0]);
    dx[0] = forward == CN_NO_VALUE ? forward : cn_program_append(p, &cn_op_pad, &pad, &forward, 1);
}

static cn_status lower(cn_lowering *lowering, const cn_instruction *instruction)
{
    const cn_slice_attributes *slice = instruction->attributes;
    int64_t strides[CN_MAX_RANK], first = 0;
    cn_strides_of(lowering, instruction->inputs[0], strides);
    for (int64_t i = 0; i < slice->start.rank; i++)
        first += slice->start.dim[i] * strides[i];
    if (cn_shape_size(&slice->size) == 0)
        return CN_OK;
    cn_copy copy = cn_copy_between(lowering, instruction->inputs[0], first, instruction->output, 0,
                                   &slice->size);
    for (int64_t i = 0; i < slice->start.rank; i++)
        copy.from_stride[i] = strides[i] * slice->step.dim[i];
    cn_strides_of(lowering, instruction->output, copy.to_stride);
    return cn_add_copy(lowering, instruction->op->name, copy);
}

static void reference(const cn_reference_call *call)
{
    const cn_slice_attributes *slice = call->attributes;
    int64_t size = cn_shape_size(&slice->size), index[CN_MAX_RANK];
    for (int64_t i = 0; i < size; i++) {
        cn_index_split(&slice->size, i, index);
        for (int64_t k = 0; k < slice->size.rank; k++)
            index[k] = slice->start.dim[k] + index[k] * slice->step.dim[k];
        call->outputs[0][i] = call->inputs[0][cn_index_join(&call->input_types[0].shape, index)];
    }
}

static const cn_field fields[] = {
    CN_FIELD(cn_slice_attributes, start, CN_FIELD_SHAPE, 0),
    CN_FIELD(cn_slice_attributes, size, CN_FIELD_SHAPE, 0),
    CN_FIELD(cn_slice_attributes, step, CN_FIELD_SHAPE, 0),
    CN_END_FIELDS,
};

static const cn_slice_attributes middle = {CN_DIMS(1, 2), CN_DIMS(2, 3), CN_DIMS(1, 1)},
                                 every_second = {CN_DIMS(0, 1), CN_DIMS(2, 3), CN_DIMS(2, 2)},
                                 backward = {CN_DIMS(3, 0), CN_DIMS(4, 6), CN_DIMS(-1, 1)},
                                 jumping = {CN_DIMS(3, 5), CN_DIMS(2, 2), CN_DIMS(-2, -3)},
                                 nothing = {CN_DIMS(0, 0), CN_DIMS(0, 6), CN_DIMS(1, 1)};
static const cn_sample samples[] = {
    {.shapes = {CN_DIMS(4, 6)}, .n_inputs = 1, .attributes = &middle},
    {.shapes = {CN_DIMS(4, 7)}, .n_inputs = 1, .attributes = &every_second},
    {.shapes = {CN_DIMS(4, 6)}, .n_inputs = 1, .attributes = &backward},
    {.shapes = {CN_DIMS(4, 6)}, .n_inputs = 1, .attributes = &jumping},
    {.shapes = {CN_DIMS(4, 6)}, .n_inputs = 1, .attributes = &nothing},
    {.shapes = {CN_DIMS(4, 6)},
     .dtypes = {CN_BOOL},
     .n_inputs = 1,
     .high = 1,
     .attributes = &jumping},
};

const cn_op cn_op_slice = {
    .name = "slice",
    .min_inputs = 1,
    .max_inputs = 1,
    .n_outputs = 1,
    .flags = CN_OP_READS_APART | CN_OP_WRITES_APART,
    .fields = fields,
    .attributes_size = sizeof(cn_slice_attributes),
    .infer = infer,
    .gradient = gradient,
    .lower = lower,
    .reference = reference,
    CN_SAMPLES(samples),
};
