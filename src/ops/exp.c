/* exp: y = e^x. Gradient: dx = dy * y. */
#include "ops/elementwise.h"

static double formula(double x, double unused1, double unused2)
{
    (void)unused1, (void)unused2;
    return exp(x);
}

static void gradient(cn_program *p, const cn_instruction *i, const cn_value *dy, cn_value *dx)
{
    dx[0] = cn_emit_multiply(p, dy[0], i->output);
}

const cn_op cn_op_exp = {
    CN_ELEMENTWISE("exp", 1, cn_infer_real),
    .flags = CN_OP_ELEMENTWISE,
    .scalar = formula,
    .tile = CN_TILE_exp + 1,
    .gradient = gradient,
    CN_SAMPLES(cn_samples_1),
};
