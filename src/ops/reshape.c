/* reshape: the same elements in the same order, with another shape. Gradient: dx = dy in x's shape.
 */
#include <string.h>

#include "ops/emit.h"
#include "ops/samples.h"

static cn_status infer(const void *attributes, const cn_type *inputs, int64_t n_inputs,
                       cn_type *outputs)
{
    (void)n_inputs;
    const cn_shape *shape = &((const cn_shape_attributes *)attributes)->shape;
    int64_t size;
    if (!cn_shape_has_none(shape))
        CN_TRY(cn_shape_checked_size(shape, sizeof(double), &size));
    CN_CHECK(!cn_shape_has_none(shape) && size == cn_shape_size(&inputs[0].shape),
             "the elements of shape %s do not fill shape %s", cn_shape_str(&inputs[0].shape),
             cn_shape_str(shape));
    outputs[0] = (cn_type){inputs[0].dtype, *shape};
    return CN_OK;
}

static void gradient(cn_program *p, const cn_instruction *i, const cn_value *dy, cn_value *dx)
{
    dx[0] = cn_emit_reshape(p, dy[0], *cn_shape_of(p, i->inputs[0]));
}

static void reference(const cn_reference_call *call)
{
    size_t size = (size_t)cn_shape_size(&call->output_types[0].shape);
    memcpy(call->outputs[0], call->inputs[0], size * sizeof(double));
}

static const cn_field fields[] = {
    CN_FIELD(cn_shape_attributes, shape, CN_FIELD_SHAPE, 0),
    CN_END_FIELDS,
};

static const cn_shape_attributes flat = {CN_DIMS(24)}, folded = {CN_DIMS(2, 1, 3)}, scalar = {{0}};
static const cn_sample samples[] = {
    {.shapes = {CN_DIMS(2, 3, 4)}, .n_inputs = 1, .attributes = &flat},
    {.shapes = {CN_DIMS(6)}, .n_inputs = 1, .attributes = &folded},
    {.shapes = {CN_DIMS(1, 1)}, .n_inputs = 1, .attributes = &scalar},
    {.shapes = {CN_DIMS(3, 2)}, .dtypes = {CN_INT32}, .n_inputs = 1, .attributes = &folded},
};

const cn_op cn_op_reshape = {
    .name = "reshape",
    .min_inputs = 1,
    .max_inputs = 1,
    .n_outputs = 1,
    .flags = CN_OP_VIEW,
    .fields = fields,
    .attributes_size = sizeof(cn_shape_attributes),
    .infer = infer,
    .gradient = gradient,
    .reference = reference,
    CN_SAMPLES(samples),
};
