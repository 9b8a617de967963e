/* pad: x with elements of one value before, after and between its own along each axis. Gradient: dx
 * = the slice of dy that x became. */
#include "ops/moving.h"

/* Elements between two of x's along an axis. */
static int64_t between(const cn_pad_attributes *pad, int64_t axis)
{
    return pad->between.rank == 0 ? 0 : pad->between.dim[axis];
}

static cn_status infer(const void *attributes, const cn_type *inputs, int64_t n_inputs,
                       cn_type *outputs)
{
    (void)n_inputs;
    const cn_pad_attributes *pad = attributes;
    cn_shape shape = inputs[0].shape;
    CN_CHECK(pad->before.rank == shape.rank && pad->after.rank == shape.rank &&
                 (pad->between.rank == 0 || pad->between.rank == shape.rank),
             "before %s and after %s need one number for each axis of shape %s",
             cn_shape_str(&pad->before), cn_shape_str(&pad->after), cn_shape_str(&shape));
    for (int64_t i = 0; i < shape.rank; i++) {
        CN_CHECK(pad->before.dim[i] >= 0 && pad->after.dim[i] >= 0 && between(pad, i) >= 0,
                 "cannot add a negative number of elements to axis %d of shape %s", (int)i,
                 cn_shape_str(&inputs[0].shape));
        const int64_t dim = shape.dim[i], gaps = dim > 1 ? dim - 1 : 0, most = INT64_MAX / 8;
        CN_CHECK(pad->before.dim[i] <= most && pad->after.dim[i] <= most &&
                     between(pad, i) <= most / (gaps + 1),
                 "axis %d of shape %s would become too large", (int)i,
                 cn_shape_str(&inputs[0].shape));
        shape.dim[i] = pad->before.dim[i] + dim + gaps * between(pad, i) + pad->after.dim[i];
    }
    outputs[0] = (cn_type){inputs[0].dtype, shape};
    return CN_OK;
}

static void gradient(cn_program *p, const cn_instruction *i, const cn_value *dy, cn_value *dx)
{
    const cn_pad_attributes *pad = i->attributes;
    const cn_shape shape = *cn_shape_of(p, i->inputs[0]);
    cn_shape step = {.rank = shape.rank};
    for (int64_t k = 0; k < shape.rank; k++)
        step.dim[k] = between(pad, k) + 1;
    dx[0] = cn_emit_slice(p, dy[0], pad->before, shape, step);
}

struct fill {
    void *out;
    size_t item;
    int64_t n;
    union {
        float real;
        int32_t whole;
        uint8_t byte;
    } value;
};

static cn_status run_fill(const void *arguments)
{
    const struct fill *fill = arguments;
    cn_fill_run(fill->out, &fill->value, fill->item, fill->n);
    return CN_OK;
}

static cn_status add_fill(cn_lowering *lowering, const cn_instruction *instruction, double value)
{
    const cn_type *type = cn_type_of(lowering->program, instruction->output);
    struct fill fill = {cn_address(lowering, instruction->output),
                        cn_dtype_size(type->dtype),
                        cn_shape_size(&type->shape),
                        {0}};
    if (type->dtype == CN_FLOAT32)
        fill.value.real = (float)value;
    else if (type->dtype == CN_INT32)
        fill.value.whole = (int32_t)value;
    else
        fill.value.byte = (uint8_t)value;
    return cn_plan_add(lowering->plan, instruction->op->name, run_fill, &fill, sizeof fill);
}

static cn_status lower(cn_lowering *lowering, const cn_instruction *instruction)
{
    const cn_pad_attributes *pad = instruction->attributes;
    const cn_shape *shape = cn_shape_of(lowering->program, instruction->inputs[0]);
    int64_t strides[CN_MAX_RANK], first = 0;
    cn_row_major_strides(cn_shape_of(lowering->program, instruction->output), strides);
    for (int64_t i = 0; i < shape->rank; i++)
        first += pad->before.dim[i] * strides[i];
    CN_TRY(add_fill(lowering, instruction, pad->value));
    cn_copy copy =
        cn_copy_between(lowering, instruction->inputs[0], 0, instruction->output, first, shape);
    for (int64_t i = 0; i < shape->rank; i++)
        copy.to_stride[i] = strides[i] * (between(pad, i) + 1);
    cn_strides_of(lowering, instruction->inputs[0], copy.from_stride);
    return cn_add_copy(lowering, instruction->op->name, copy);
}

static void reference(const cn_reference_call *call)
{
    const cn_pad_attributes *pad = call->attributes;
    const cn_shape *shape = &call->input_types[0].shape, *wide = &call->output_types[0].shape;
    int64_t size = cn_shape_size(shape), n = cn_shape_size(wide), index[CN_MAX_RANK];
    for (int64_t i = 0; i < n; i++)
        call->outputs[0][i] = pad->value;
    for (int64_t i = 0; i < size; i++) {
        cn_index_split(shape, i, index);
        for (int64_t k = 0; k < shape->rank; k++)
            index[k] = pad->before.dim[k] + index[k] * (between(pad, k) + 1);
        call->outputs[0][cn_index_join(wide, index)] = call->inputs[0][i];
    }
}

static const cn_field fields[] = {
    CN_FIELD(cn_pad_attributes, before, CN_FIELD_SHAPE, 0),
    CN_FIELD(cn_pad_attributes, after, CN_FIELD_SHAPE, 0),
    CN_FIELD(cn_pad_attributes, between, CN_FIELD_SHAPE, 0),
    CN_FIELD(cn_pad_attributes, value, CN_FIELD_REAL, 0),
    CN_END_FIELDS,
};

static const cn_pad_attributes around = {CN_DIMS(1, 2), CN_DIMS(0, 3), {0}, 0},
                               apart = {CN_DIMS(1, 0), CN_DIMS(0, 2), CN_DIMS(1, 2), 0.5},
                               ones = {CN_DIMS(2), CN_DIMS(1), {0}, 1},
                               images = {CN_DIMS(0, 1, 1, 0), CN_DIMS(0, 1, 1, 0), {0}, 0};
static const cn_sample samples[] = {
    {.shapes = {CN_DIMS(2, 3)}, .n_inputs = 1, .attributes = &around},
    {.shapes = {CN_DIMS(2, 3)}, .n_inputs = 1, .attributes = &apart},
    {.shapes = {CN_DIMS(2, 4, 5, 3)}, .n_inputs = 1, .attributes = &images},
    {.shapes = {CN_DIMS(0, 3)}, .n_inputs = 1, .attributes = &around},
    {.shapes = {CN_DIMS(3)}, .dtypes = {CN_BOOL}, .n_inputs = 1, .high = 1, .attributes = &ones},
    {.shapes = {CN_DIMS(3)}, .dtypes = {CN_INT32}, .n_inputs = 1, .attributes = &ones},
};

const cn_op cn_op_pad = {
    .name = "pad",
    .min_inputs = 1,
    .max_inputs = 1,
    .n_outputs = 1,
    .flags = CN_OP_READS_APART,
    .fields = fields,
    .attributes_size = sizeof(cn_pad_attributes),
    .infer = infer,
    .gradient = gradient,
    .lower = lower,
    .reference = reference,
    CN_SAMPLES(samples),
};
