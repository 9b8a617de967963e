/* rsqrt: y = x^(-1/2). Gradient: dx = -dy * y^3 / 2. */
#include "ops/elementwise.h"

static double formula(double x, double unused1, double unused2)
{
    (void)unused1, (void)unused2;
    return 1 / sqrt(x);
}

static void gradient(cn_program *p, const cn_instruction *i, const cn_value *dy, cn_value *dx)
{
    cn_value cube = cn_emit_multiply(p, cn_emit_square(p, i->output), i->output);
    dx[0] = cn_emit_multiply(p, dy[0], cn_emit_multiply_scalar(p, cube, -0.5));
}

const cn_op cn_op_rsqrt = {
    CN_ELEMENTWISE("rsqrt", 1, cn_infer_real),
    .flags = CN_OP_ELEMENTWISE,
    .scalar = formula,
    .tile = CN_TILE_rsqrt + 1,
    .gradient = gradient,
    CN_SAMPLES(cn_samples_positive),
};
