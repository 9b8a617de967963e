/* where: y = condition ? a : b, broadcast. Gradient: da = dy where the condition holds, db = dy
 * where it does not. */
#include "ops/elementwise.h"

static double formula(double condition, double a, double b)
{
    return condition != 0 ? a : b;
}

static cn_status infer(const void *attributes, const cn_type *inputs, int64_t n_inputs,
                       cn_type *outputs)
{
    CN_CHECK(inputs[0].dtype == CN_BOOL, "the condition is bool, not %s",
             cn_dtype_name(inputs[0].dtype));
    CN_TRY(cn_infer_comparison(attributes, inputs + 1, n_inputs - 1, outputs));
    CN_CHECK(cn_shape_broadcast(&outputs[0].shape, &inputs[0].shape, &outputs[0].shape) == CN_OK,
             "the condition's shape %s does not fit the values' %s", cn_shape_str(&inputs[0].shape),
             cn_shape_str(&outputs[0].shape));
    outputs[0].dtype = inputs[1].dtype;
    return CN_OK;
}

static void gradient(cn_program *p, const cn_instruction *i, const cn_value *dy, cn_value *dx)
{
    cn_value condition = i->inputs[0], zero = cn_emit_scalar(p, 0);
    dx[0] = CN_NO_VALUE;
    dx[1] = cn_gradient_to_input(p, i, 1, cn_emit_where(p, condition, dy[0], zero));
    dx[2] = cn_gradient_to_input(p, i, 2, cn_emit_where(p, condition, zero, dy[0]));
}

static const cn_sample samples[] = {
    {.shapes = {CN_DIMS(3, 5), CN_DIMS(3, 5), CN_DIMS(3, 5)}, .dtypes = {CN_BOOL}, .n_inputs = 3},
    {.shapes = {CN_DIMS(3, 1), CN_DIMS(3, 5), {0}}, .dtypes = {CN_BOOL}, .n_inputs = 3},
    {.shapes = {CN_DIMS(2, 3, 1), CN_DIMS(5), CN_DIMS(3, 5)}, .dtypes = {CN_BOOL}, .n_inputs = 3},
    {.shapes = {CN_DIMS(40, 30), CN_DIMS(40, 30), CN_DIMS(30)},
     .dtypes = {CN_BOOL, CN_INT32, CN_INT32},
     .n_inputs = 3},
    {.shapes = {CN_DIMS(7), CN_DIMS(7), CN_DIMS(7)},
     .dtypes = {CN_BOOL, CN_BOOL, CN_BOOL},
     .n_inputs = 3},
    {.shapes = {CN_DIMS(7), CN_DIMS(7), CN_DIMS(7)},
     .dtypes = {CN_BOOL, CN_UINT8, CN_UINT8},
     .n_inputs = 3,
     .high = 200},
};

const cn_op cn_op_where = {
    CN_ELEMENTWISE("where", 3, infer),
    .flags = CN_OP_ELEMENTWISE,
    .scalar = formula,
    .tile = CN_TILE_where + 1,
    .tile_i32 = CN_TILE_where + 1, /* moves lanes of 4 bytes, whatever they are */
    .gradient = gradient,
    CN_SAMPLES(samples),
};
