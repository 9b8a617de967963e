/* sigmoid: y = 1 / (1 + e^-x). Gradient: dx = dy * y * (1 - y). */
#include "ops/elementwise.h"

static double formula(double x, double unused1, double unused2)
{
    (void)unused1, (void)unused2;
    return x >= 0 ? 1 / (1 + exp(-x)) : exp(x) / (1 + exp(x));
}

static void gradient(cn_program *p, const cn_instruction *i, const cn_value *dy, cn_value *dx)
{
    cn_value slope = cn_emit_multiply(p, i->output, cn_emit_subtract_from(p, 1, i->output));
    dx[0] = cn_emit_multiply(p, dy[0], slope);
}

const cn_op cn_op_sigmoid = {
    CN_ELEMENTWISE("sigmoid", 1, cn_infer_real),
    .flags = CN_OP_ELEMENTWISE,
    .scalar = formula,
    .tile = CN_TILE_sigmoid + 1,
    .gradient = gradient,
    CN_SAMPLES(cn_samples_1),
};
