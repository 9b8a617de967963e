/* sin: y = sin x. Gradient: dx = dy * cos x. */
#include "ops/elementwise.h"

static double formula(double x, double unused1, double unused2)
{
    (void)unused1, (void)unused2;
    return sin(x);
}

static void gradient(cn_program *p, const cn_instruction *i, const cn_value *dy, cn_value *dx)
{
    dx[0] = cn_emit_multiply(p, dy[0], cn_emit_cos(p, i->inputs[0]));
}

const cn_op cn_op_sin = {
    CN_ELEMENTWISE("sin", 1, cn_infer_real),
    .flags = CN_OP_ELEMENTWISE,
    .scalar = formula,
    .tile = CN_TILE_sin + 1,
    .gradient = gradient,
    CN_SAMPLES(cn_samples_1),
};
