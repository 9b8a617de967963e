/* log1p: y = ln(1 + x). Gradient: dx = dy / (1 + x). */
#include "ops/elementwise.h"

static double formula(double x, double unused1, double unused2)
{
    (void)unused1, (void)unused2;
    return log1p(x);
}

static void gradient(cn_program *p, const cn_instruction *i, const cn_value *dy, cn_value *dx)
{
    dx[0] = cn_emit_divide(p, dy[0], cn_emit_add_scalar(p, i->inputs[0], 1));
}

const cn_op cn_op_log1p = {
    CN_ELEMENTWISE("log1p", 1, cn_infer_real),
    .flags = CN_OP_ELEMENTWISE,
    .scalar = formula,
    .tile = CN_TILE_log1p + 1,
    .gradient = gradient,
    CN_SAMPLES(cn_samples_positive),
};
