/* cos: y = cos x. Gradient: dx = -dy * sin x. */
#include "ops/elementwise.h"

static double formula(double x, double unused1, double unused2)
{
    (void)unused1, (void)unused2;
    return cos(x);
}

static void gradient(cn_program *p, const cn_instruction *i, const cn_value *dy, cn_value *dx)
{
    dx[0] = cn_emit_negative(p, cn_emit_multiply(p, dy[0], cn_emit_sin(p, i->inputs[0])));
}

const cn_op cn_op_cos = {
    CN_ELEMENTWISE("cos", 1, cn_infer_real),
    .flags = CN_OP_ELEMENTWISE,
    .scalar = formula,
    .tile = CN_TILE_cos + 1,
    .gradient = gradient,
    CN_SAMPLES(cn_samples_1),
};
