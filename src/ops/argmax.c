/* argmax: the index of the first largest (or smallest) element along an axis, which vanishes. NaN
 * counts as the largest (or smallest). No gradient. */
#include "kernels/native/native.h"
#include "ops/emit.h"
#include "ops/reference.h"
#include "ops/samples.h"
#include "program/lowering.h"

static cn_status infer(const void *attributes, const cn_type *inputs, int64_t n_inputs,
                       cn_type *outputs)
{
    (void)n_inputs;
    const int64_t axis = ((const cn_argmax_attributes *)attributes)->axis;
    cn_shape shape = inputs[0].shape;
    CN_CHECK(inputs[0].dtype == CN_FLOAT32, "takes float32, got %s",
             cn_dtype_name(inputs[0].dtype));
    CN_CHECK(axis >= 0 && axis < shape.rank, "axis %d is not in shape %s", (int)axis,
             cn_shape_str(&shape));
    CN_CHECK(shape.dim[axis] > 0, "axis %d of shape %s has no elements", (int)axis,
             cn_shape_str(&shape));
    shape.rank--;
    for (int64_t i = axis; i < shape.rank; i++)
        shape.dim[i] = shape.dim[i + 1];
    outputs[0] = (cn_type){CN_INT32, shape};
    return CN_OK;
}

struct call {
    void (*run)(bool smallest, const float *in, int32_t *out, int64_t outer, int64_t reduced,
                int64_t inner);
    bool smallest;
    const float *in;
    int32_t *out;
    cn_extents extents;
};

static cn_status run(const void *arguments)
{
    const struct call *c = arguments;
    c->run(c->smallest, c->in, c->out, c->extents.outer, c->extents.along, c->extents.inner);
    return CN_OK;
}

static cn_status lower(cn_lowering *lowering, const cn_instruction *instruction)
{
    const cn_argmax_attributes *argmax = instruction->attributes;
    const cn_value in = instruction->inputs[0];
    const struct call call = {cn_native_kernels()->argmax, argmax->smallest,
                              cn_address(lowering, in), cn_address(lowering, instruction->output),
                              cn_extents_of(cn_shape_of(lowering->program, in), argmax->axis, 1)};
    return cn_plan_add(lowering->plan, instruction->op->name, run, &call, sizeof call);
}

/* Whether x comes before the best so far. */
static bool better(double x, double best, bool smallest)
{
    if (isnan(x) || isnan(best))
        return isnan(x) && !isnan(best);
    return smallest ? x < best : x > best;
}

static void reference(const cn_reference_call *call)
{
    const cn_argmax_attributes *argmax = call->attributes;
    const cn_extents extents = cn_extents_of(&call->input_types[0].shape, argmax->axis, 1);
    for (int64_t o = 0; o < extents.outer; o++)
        for (int64_t i = 0; i < extents.inner; i++) {
            const double *x = call->inputs[0] + o * extents.along * extents.inner + i;
            int64_t best = 0;
            for (int64_t r = 1; r < extents.along; r++)
                if (better(x[r * extents.inner], x[best * extents.inner], argmax->smallest))
                    best = r;
            call->outputs[0][o * extents.inner + i] = (double)best;
        }
}

static const cn_field fields[] = {
    CN_FIELD(cn_argmax_attributes, axis, CN_FIELD_INT, 0),
    CN_FIELD(cn_argmax_attributes, smallest, CN_FIELD_BOOL, 0),
    CN_END_FIELDS,
};

static const cn_argmax_attributes last = {1, false}, first = {0, true}, middle = {1, true};
static const cn_sample samples[] = {
    {.shapes = {CN_DIMS(5, 33)}, .n_inputs = 1, .attributes = &last},
    {.shapes = {CN_DIMS(5, 33)}, .n_inputs = 1, .attributes = &first},
    {.shapes = {CN_DIMS(2, 7, 3)}, .n_inputs = 1, .attributes = &middle},
};

const cn_op cn_op_argmax = {
    .name = "argmax",
    .min_inputs = 1,
    .max_inputs = 1,
    .n_outputs = 1,
    .fields = fields,
    .attributes_size = sizeof(cn_argmax_attributes),
    .infer = infer,
    .lower = lower,
    .reference = reference,
    CN_SAMPLES(samples),
};
