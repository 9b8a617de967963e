/* frames: y[..., t, i] = x[..., t step + i], windows of `length` elements of the last axis as rows
 * of their own. Gradient: the op overlap_add. */
#include "ops/moving.h"
#include "ops/rows.h"

static cn_status infer(const void *attributes, const cn_type *inputs, int64_t n_inputs,
                       cn_type *outputs)
{
    (void)n_inputs;
    const cn_frames_attributes *frames = attributes;
    cn_shape shape = inputs[0].shape;
    CN_CHECK(shape.rank >= 1 && shape.rank < CN_MAX_RANK, "needs from 1 to %d axes, got shape %s",
             CN_MAX_RANK - 1, cn_shape_str(&shape));
    const int64_t size = shape.dim[shape.rank - 1];
    CN_CHECK(frames->length >= 1 && frames->step >= 1 && frames->length <= size,
             "windows of %d, %d apart, are not in shape %s", (int)frames->length, (int)frames->step,
             cn_shape_str(&shape));
    shape.dim[shape.rank - 1] = (size - frames->length) / frames->step + 1;
    shape.dim[shape.rank++] = frames->length;
    int64_t checked;
    CN_TRY(cn_shape_checked_size(&shape, sizeof(float), &checked));
    outputs[0] = (cn_type){inputs[0].dtype, shape};
    return CN_OK;
}

static void gradient(cn_program *p, const cn_instruction *i, const cn_value *dy, cn_value *dx)
{
    const cn_frames_attributes *frames = i->attributes;
    const cn_shape *shape = cn_shape_of(p, i->inputs[0]);
    dx[0] = cn_emit_overlap_add(p, dy[0], frames->step, shape->dim[shape->rank - 1]);
}

static cn_status lower(cn_lowering *lowering, const cn_instruction *instruction)
{
    const cn_frames_attributes *frames = instruction->attributes;
    const cn_shape *y = cn_shape_of(lowering->program, instruction->output);
    int64_t strides[CN_MAX_RANK];
    if (cn_shape_size(y) == 0)
        return CN_OK;
    cn_row_major_strides(cn_shape_of(lowering->program, instruction->inputs[0]), strides);
    cn_copy copy = cn_copy_between(lowering, instruction->inputs[0], 0, instruction->output, 0, y);
    for (int64_t i = 0; i + 2 < y->rank; i++)
        copy.from_stride[i] = strides[i];
    copy.from_stride[y->rank - 2] = frames->step;
    copy.from_stride[y->rank - 1] = 1;
    return cn_add_copy(lowering, instruction->op->name, copy);
}

static void reference(const cn_reference_call *call)
{
    const cn_frames_attributes *frames = call->attributes;
    const cn_rows x = cn_rows_of(&call->input_types[0].shape);
    const cn_shape *y = &call->output_types[0].shape;
    const int64_t count = y->dim[y->rank - 2], size = cn_shape_size(y);
    for (int64_t i = 0; i < size; i++) {
        const int64_t frame = i / frames->length;
        const int64_t at = frame % count * frames->step + i % frames->length;
        call->outputs[0][i] = call->inputs[0][frame / count * x.columns + at];
    }
}

static const cn_field fields[] = {
    CN_FIELD(cn_frames_attributes, length, CN_FIELD_INT, 0),
    CN_FIELD(cn_frames_attributes, step, CN_FIELD_INT, 0),
    CN_END_FIELDS,
};

static const cn_frames_attributes overlapping = {4, 2, 0}, apart = {2, 3, 0}, dense = {3, 1, 0},
                                  whole = {7, 5, 0};
static const cn_sample samples[] = {
    {.shapes = {CN_DIMS(2, 11)}, .n_inputs = 1, .attributes = &overlapping},
    {.shapes = {CN_DIMS(2, 3, 9)}, .n_inputs = 1, .attributes = &apart},
    {.shapes = {CN_DIMS(8)}, .n_inputs = 1, .attributes = &dense},
    {.shapes = {CN_DIMS(1, 7)}, .n_inputs = 1, .attributes = &whole},
    {.shapes = {CN_DIMS(2, 7)}, .dtypes = {CN_INT32}, .n_inputs = 1, .attributes = &dense},
};

const cn_op cn_op_frames = {
    .name = "frames",
    .min_inputs = 1,
    .max_inputs = 1,
    .n_outputs = 1,
    .fields = fields,
    .attributes_size = sizeof(cn_frames_attributes),
    .infer = infer,
    .gradient = gradient,
    .lower = lower,
    .reference = reference,
    CN_SAMPLES(samples),
};
