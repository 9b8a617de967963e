/* softplus: y = ln(1 + e^x). Gradient: dx = dy * sigmoid(x) = -dy * (e^-y - 1). */
#include "ops/elementwise.h"

static double formula(double x, double unused1, double unused2)
{
    (void)unused1, (void)unused2;
    return fmax(x, 0) + log1p(exp(-fabs(x)));
}

static void gradient(cn_program *p, const cn_instruction *i, const cn_value *dy, cn_value *dx)
{
    cn_value slope = cn_emit_negative(p, cn_emit_expm1(p, cn_emit_negative(p, i->output)));
    dx[0] = cn_emit_multiply(p, dy[0], slope);
}

const cn_op cn_op_softplus = {
    CN_ELEMENTWISE("softplus", 1, cn_infer_real),
    .flags = CN_OP_ELEMENTWISE,
    .scalar = formula,
    .tile = CN_TILE_softplus + 1,
    .gradient = gradient,
    CN_SAMPLES(cn_samples_1),
};
