/* subtract: y = a - b, broadcast. Gradient: da = dy, db = -dy, summed over what was broadcast. */
#include "ops/elementwise.h"

static double formula(double a, double b, double unused)
{
    (void)unused;
    return a - b;
}

static void gradient(cn_program *p, const cn_instruction *i, const cn_value *dy, cn_value *dx)
{
    dx[0] = cn_gradient_to_input(p, i, 0, dy[0]);
    dx[1] = cn_gradient_to_input(p, i, 1, cn_emit_negative(p, dy[0]));
}

const cn_op cn_op_subtract = {
    CN_ELEMENTWISE("subtract", 2, cn_infer_elementwise),
    .flags = CN_OP_ELEMENTWISE,
    .scalar = formula,
    .tile = CN_TILE_subtract + 1,
    .tile_i32 = CN_TILE_subtract_i32 + 1,
    .gradient = gradient,
    CN_SAMPLES(cn_samples_2),
};
