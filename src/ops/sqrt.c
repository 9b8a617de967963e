/* sqrt: y = x^(1/2). Gradient: dx = dy / 2y. */
#include "ops/elementwise.h"

static double formula(double x, double unused1, double unused2)
{
    (void)unused1, (void)unused2;
    return sqrt(x);
}

static void gradient(cn_program *p, const cn_instruction *i, const cn_value *dy, cn_value *dx)
{
    dx[0] = cn_emit_divide(p, cn_emit_multiply_scalar(p, dy[0], 0.5), i->output);
}

const cn_op cn_op_sqrt = {
    CN_ELEMENTWISE("sqrt", 1, cn_infer_real),
    .flags = CN_OP_ELEMENTWISE,
    .scalar = formula,
    .tile = CN_TILE_sqrt + 1,
    .gradient = gradient,
    CN_SAMPLES(cn_samples_positive),
};
