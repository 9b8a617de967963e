/* negative: y = -x. Gradient: dx = -dy. */
#include "ops/elementwise.h"

static double formula(double x, double unused1, double unused2)
{
    (void)unused1, (void)unused2;
    return -x;
}

static void gradient(cn_program *p, const cn_instruction *i, const cn_value *dy, cn_value *dx)
{
    (void)i;
    dx[0] = cn_emit_negative(p, dy[0]);
}

const cn_op cn_op_negative = {
    CN_ELEMENTWISE("negative", 1, cn_infer_elementwise),
    .flags = CN_OP_ELEMENTWISE,
    .scalar = formula,
    .tile = CN_TILE_negative + 1,
    .tile_i32 = CN_TILE_negative_i32 + 1,
    .gradient = gradient,
    CN_SAMPLES(cn_samples_numeric),
};
