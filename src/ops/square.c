/* square: y = x^2. Gradient: dx = dy * 2x. */
#include "ops/elementwise.h"

static double formula(double x, double unused1, double unused2)
{
    (void)unused1, (void)unused2;
    return x * x;
}

static void gradient(cn_program *p, const cn_instruction *i, const cn_value *dy, cn_value *dx)
{
    dx[0] = cn_emit_multiply(p, dy[0], cn_emit_multiply_scalar(p, i->inputs[0], 2));
}

const cn_op cn_op_square = {
    CN_ELEMENTWISE("square", 1, cn_infer_elementwise),
    .flags = CN_OP_ELEMENTWISE,
    .scalar = formula,
    .tile = CN_TILE_square + 1,
    .tile_i32 = CN_TILE_square_i32 + 1,
    .gradient = gradient,
    CN_SAMPLES(cn_samples_numeric),
};
