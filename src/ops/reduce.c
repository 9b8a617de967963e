/* What sum, max, min and prod share. */
#include "ops/reduce.h"

cn_status cn_infer_reduce(const void *attributes, const cn_type *inputs, int64_t n_inputs,
                          cn_type *outputs)
{
    (void)n_inputs;
    const cn_reduce_attributes *reduce = attributes;
    const cn_shape *shape = &inputs[0].shape;
    CN_CHECK(inputs[0].dtype == CN_FLOAT32, "takes float32, got %s",
             cn_dtype_name(inputs[0].dtype));
    CN_CHECK(reduce->axis >= 0 && reduce->count >= 0 && reduce->axis <= shape->rank &&
                 reduce->count <= shape->rank - reduce->axis,
             "%d axes from axis %d on are not in shape %s", (int)reduce->count, (int)reduce->axis,
             cn_shape_str(shape));
    cn_shape rest = {0};
    for (int64_t i = 0; i < shape->rank; i++)
        if (i < reduce->axis || i >= reduce->axis + reduce->count)
            rest.dim[rest.rank++] = shape->dim[i];
    outputs[0] = (cn_type){CN_FLOAT32, rest};
    return CN_OK;
}

struct call {
    void (*run)(cn_reduction kind, const float *in, float *out, int64_t outer, int64_t reduced,
                int64_t inner);
    cn_reduction kind;
    const float *in;
    float *out;
    cn_extents extents;
};

static cn_status run(const void *arguments)
{
    const struct call *c = arguments;
    c->run(c->kind, c->in, c->out, c->extents.outer, c->extents.along, c->extents.inner);
    return CN_OK;
}

cn_status cn_lower_reduce(cn_lowering *lowering, const cn_instruction *instruction,
                          cn_reduction kind)
{
    const cn_reduce_attributes *reduce = instruction->attributes;
    const cn_value in = instruction->inputs[0];
    if (cn_shape_size(cn_shape_of(lowering->program, instruction->output)) == 0)
        return CN_OK;
    const struct call call = {
        cn_native_kernels()->reduce, kind, cn_address(lowering, in),
        cn_address(lowering, instruction->output),
        cn_extents_of(cn_shape_of(lowering->program, in), reduce->axis, reduce->count)};
    return cn_plan_add(lowering->plan, instruction->op->name, run, &call, sizeof call);
}

void cn_reference_reduce(const cn_reference_call *call, double start,
                         double (*fold)(double so_far, double x))
{
    const cn_reduce_attributes *reduce = call->attributes;
    const cn_extents extents =
        cn_extents_of(&call->input_types[0].shape, reduce->axis, reduce->count);
    for (int64_t o = 0; o < extents.outer; o++)
        for (int64_t i = 0; i < extents.inner; i++) {
            double result = start;
            for (int64_t r = 0; r < extents.along; r++)
                result = fold(result, call->inputs[0][(o * extents.along + r) * extents.inner + i]);
            call->outputs[0][o * extents.inner + i] = result;
        }
}

cn_value cn_keep_reduced(cn_program *p, const cn_instruction *instruction, cn_value value)
{
    const cn_reduce_attributes *reduce = instruction->attributes;
    if (value == CN_NO_VALUE)
        return value;
    cn_shape kept = *cn_shape_of(p, instruction->inputs[0]);
    for (int64_t i = reduce->axis; i < reduce->axis + reduce->count; i++)
        kept.dim[i] = 1;
    return cn_emit_reshape(p, value, kept);
}

cn_value cn_spread_reduced(cn_program *p, const cn_instruction *instruction, cn_value value)
{
    value = cn_keep_reduced(p, instruction, value);
    if (value == CN_NO_VALUE)
        return value;
    return cn_emit_broadcast_to(p, value, *cn_shape_of(p, instruction->inputs[0]));
}

void cn_gradient_of_extreme(cn_program *p, const cn_instruction *i, const cn_value *dy,
                            cn_value *dx)
{
    cn_value extreme = cn_keep_reduced(p, i, i->output);
    cn_value taken = cn_emit_cast(p, cn_emit_equal(p, i->inputs[0], extreme), CN_FLOAT32);
    if (taken == CN_NO_VALUE)
        return;
    cn_value ties = cn_program_append(p, &cn_op_sum, i->attributes, &taken, 1);
    cn_value share = cn_keep_reduced(p, i, cn_emit_divide(p, dy[0], ties));
    dx[0] = cn_emit_multiply(p, taken, share);
}

const cn_field cn_reduce_fields[] = {
    CN_FIELD(cn_reduce_attributes, axis, CN_FIELD_INT, 0),
    CN_FIELD(cn_reduce_attributes, count, CN_FIELD_INT, 0),
    CN_END_FIELDS,
};

static const cn_reduce_attributes first = {0, 1}, last = {1, 1}, middle = {1, 2}, all = {0, 3},
                                  none = {1, 0};
const cn_sample cn_samples_reduce[8] = {
    {.shapes = {CN_DIMS(4, 3)}, .n_inputs = 1, .attributes = &first},
    {.shapes = {CN_DIMS(4, 3)}, .n_inputs = 1, .attributes = &last},
    {.shapes = {CN_DIMS(2, 3, 2, 3)}, .n_inputs = 1, .attributes = &middle},
    {.shapes = {CN_DIMS(2, 3, 2)}, .n_inputs = 1, .attributes = &all},
    {.shapes = {CN_DIMS(2, 3)}, .n_inputs = 1, .attributes = &none},
    {.shapes = {CN_DIMS(3, 301)}, .n_inputs = 1, .low = 0.5, .high = 1.5, .attributes = &last},
    {.shapes = {CN_DIMS(2, 0)}, .n_inputs = 1, .attributes = &last},
    {.shapes = {CN_DIMS(301, 5)}, .n_inputs = 1, .low = 0.5, .high = 1.5, .attributes = &first},
};
