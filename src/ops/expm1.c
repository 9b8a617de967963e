/* expm1: y = e^x - 1. Gradient: dx = dy * (y + 1). */
#include "ops/elementwise.h"

static double formula(double x, double unused1, double unused2)
{
    (void)unused1, (void)unused2;
    return expm1(x);
}

static void gradient(cn_program *p, const cn_instruction *i, const cn_value *dy, cn_value *dx)
{
    dx[0] = cn_emit_multiply(p, dy[0], cn_emit_add_scalar(p, i->output, 1));
}

const cn_op cn_op_expm1 = {
    CN_ELEMENTWISE("expm1", 1, cn_infer_real),
    .flags = CN_OP_ELEMENTWISE,
    .scalar = formula,
    .tile = CN_TILE_expm1 + 1,
    .gradient = gradient,
    CN_SAMPLES(cn_samples_1),
};
