/* reciprocal: y = 1 / x. Gradient: dx = -dy * y^2. */
#include "ops/elementwise.h"

static double formula(double x, double unused1, double unused2)
{
    (void)unused1, (void)unused2;
    return 1 / x;
}

static void gradient(cn_program *p, const cn_instruction *i, const cn_value *dy, cn_value *dx)
{
    dx[0] = cn_emit_negative(p, cn_emit_multiply(p, dy[0], cn_emit_square(p, i->output)));
}

const cn_op cn_op_reciprocal = {
    CN_ELEMENTWISE("reciprocal", 1, cn_infer_real),
    .flags = CN_OP_ELEMENTWISE,
    .scalar = formula,
    .tile = CN_TILE_reciprocal + 1,
    .gradient = gradient,
    CN_SAMPLES(cn_samples_positive),
};
