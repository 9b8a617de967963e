/* absolute: y = |x|. Gradient: dx = dy * sign(x). */
#include "ops/elementwise.h"

static double formula(double x, double unused1, double unused2)
{
    (void)unused1, (void)unused2;
    return fabs(x);
}

static void gradient(cn_program *p, const cn_instruction *i, const cn_value *dy, cn_value *dx)
{
    dx[0] = cn_emit_multiply(p, dy[0], cn_emit_sign(p, i->inputs[0]));
}

const cn_op cn_op_absolute = {
    CN_ELEMENTWISE("absolute", 1, cn_infer_elementwise),
    .flags = CN_OP_ELEMENTWISE,
    .scalar = formula,
    .tile = CN_TILE_absolute + 1,
    .tile_i32 = CN_TILE_absolute_i32 + 1,
    .gradient = gradient,
    CN_SAMPLES(cn_samples_numeric),
};
