/* relu: y = x where x > 0, otherwise 0; NaN stays NaN. Gradient: dx = dy where y > 0. */
#include "ops/elementwise.h"

static double formula(double x, double unused1, double unused2)
{
    (void)unused1, (void)unused2;
    return isnan(x) || x > 0 ? x : 0;
}

static void gradient(cn_program *p, const cn_instruction *i, const cn_value *dy, cn_value *dx)
{
    cn_value zero = cn_emit_scalar(p, 0);
    dx[0] = cn_emit_where(p, cn_emit_greater(p, i->output, zero), dy[0], zero);
}

const cn_op cn_op_relu = {
    CN_ELEMENTWISE("relu", 1, cn_infer_real),
    .flags = CN_OP_ELEMENTWISE,
    .scalar = formula,
    .tile = CN_TILE_relu + 1,
    .gradient = gradient,
    CN_SAMPLES(cn_samples_1),
};
