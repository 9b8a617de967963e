/* divide: y = a / b, broadcast. Gradient: da = dy / b, db = -y * da. */
#include "ops/elementwise.h"

static double formula(double a, double b, double unused)
{
    (void)unused;
    return a / b;
}

static void gradient(cn_program *p, const cn_instruction *i, const cn_value *dy, cn_value *dx)
{
    cn_value da = cn_emit_divide(p, dy[0], i->inputs[1]);
    dx[0] = cn_gradient_to_input(p, i, 0, da);
    dx[1] = cn_gradient_to_input(p, i, 1, cn_emit_negative(p, cn_emit_multiply(p, da, i->output)));
}

const cn_op cn_op_divide = {
    CN_ELEMENTWISE("divide", 2, cn_infer_real),
    .flags = CN_OP_ELEMENTWISE,
    .scalar = formula,
    .tile = CN_TILE_divide + 1,
    .gradient = gradient,
    CN_SAMPLES(cn_samples_2_divisible),
};
