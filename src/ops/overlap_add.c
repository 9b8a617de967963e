/* overlap_add: x[..., T, length] -> y[..., size], y[s] = the sum of x[t, i] with t step + i = s:
 * what frames has taken apart, added up. Gradient: frames. */
#include <string.h>

#include "ops/rows.h"
#include "runtime/threads.h"

enum { THREAD_ELEMENTS = 1 << 15 };

static cn_status infer(const void *attributes, const cn_type *inputs, int64_t n_inputs,
                       cn_type *outputs)
{
    const cn_frames_attributes *frames = attributes;
    CN_TRY(cn_infer_rows(attributes, inputs, n_inputs, outputs));
    cn_shape *shape = &outputs[0].shape;
    CN_CHECK(shape->rank >= 2, "needs rank >= 2, got shape %s", cn_shape_str(shape));
    const int64_t count = shape->dim[shape->rank - 2], length = shape->dim[shape->rank - 1];
    CN_CHECK(frames->step >= 1 && length >= 1 && length <= frames->size &&
                 count == (frames->size - length) / frames->step + 1,
             "%d elements do not have windows of shape %s, %d apart", (int)frames->size,
             cn_shape_str(&inputs[0].shape), (int)frames->step);
    shape->dim[--shape->rank - 1] = frames->size;
    return CN_OK;
}

static void gradient(cn_program *p, const cn_instruction *i, const cn_value *dy, cn_value *dx)
{
    const cn_shape *shape = cn_shape_of(p, i->inputs[0]);
    const cn_frames_attributes *frames = i->attributes;
    dx[0] = cn_emit_frames(p, dy[0], shape->dim[shape->rank - 1], frames->step);
}

struct call {
    const float *x;
    float *y;
    int64_t rows, count, length, step, size;
};

static void add_rows(void *context, int64_t begin, int64_t end)
{
    const struct call *c = context;
    for (int64_t row = begin; row < end; row++) {
        float *y = c->y + row * c->size;
        const float *x = c->x + row * c->count * c->length;
        memset(y, 0, (size_t)c->size * sizeof *y);
        for (int64_t t = 0; t < c->count; t++)
            for (int64_t i = 0; i < c->length; i++)
                y[t * c->step + i] += x[t * c->length + i];
    }
}

static cn_status run(const void *arguments)
{
    struct call c = *(const struct call *)arguments;
    cn_parallel_for(c.rows, THREAD_ELEMENTS / (c.count * c.length) + 1, add_rows, &c);
    return CN_OK;
}

static cn_status lower(cn_lowering *lowering, const cn_instruction *instruction)
{
    const cn_shape *x = cn_shape_of(lowering->program, instruction->inputs[0]);
    const cn_frames_attributes *frames = instruction->attributes;
    const struct call call = {cn_address(lowering, instruction->inputs[0]),
                              cn_address(lowering, instruction->output),
                              cn_rows_of(cn_shape_of(lowering->program, instruction->output)).rows,
                              x->dim[x->rank - 2],
                              x->dim[x->rank - 1],
                              frames->step,
                              frames->size};
    return cn_plan_add(lowering->plan, instruction->op->name, run, &call, sizeof call);
}

static void reference(const cn_reference_call *call)
{
    const cn_frames_attributes *frames = call->attributes;
    const cn_shape *x = &call->input_types[0].shape;
    const int64_t count = x->dim[x->rank - 2], length = x->dim[x->rank - 1];
    const int64_t size = cn_shape_size(&call->output_types[0].shape);
    for (int64_t i = 0; i < size; i++) {
        const int64_t row = i / frames->size, place = i % frames->size;
        call->outputs[0][i] = 0;
        for (int64_t t = 0; t < count; t++)
            if (place >= t * frames->step && place < t * frames->step + length)
                call->outputs[0][i] +=
                    call->inputs[0][(row * count + t) * length + place - t * frames->step];
    }
}

static const cn_field fields[] = {
    CN_FIELD(cn_frames_attributes, step, CN_FIELD_INT, 0),
    CN_FIELD(cn_frames_attributes, size, CN_FIELD_INT, 0),
    CN_END_FIELDS,
};

static const cn_frames_attributes overlapping = {0, 2, 11}, apart = {0, 3, 9}, dense = {0, 1, 8};
static const cn_sample samples[] = {
    {.shapes = {CN_DIMS(2, 4, 4)}, .n_inputs = 1, .attributes = &overlapping},
    {.shapes = {CN_DIMS(2, 3, 3, 2)}, .n_inputs = 1, .attributes = &apart},
    {.shapes = {CN_DIMS(6, 3)}, .n_inputs = 1, .attributes = &dense},
};

const cn_op cn_op_overlap_add = {
    .name = "overlap_add",
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
