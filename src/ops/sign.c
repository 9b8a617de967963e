/* sign: y = 1, 0 or -1; NaN stays NaN. No gradient. */
#include "ops/elementwise.h"

static double formula(double x, double unused1, double unused2)
{
    (void)unused1, (void)unused2;
    return isnan(x) ? x : (x > 0) - (x < 0);
}

const cn_op cn_op_sign = {
    CN_ELEMENTWISE("sign", 1, cn_infer_elementwise),
    .flags = CN_OP_ELEMENTWISE,
    .scalar = formula,
    .tile = CN_TILE_sign + 1,
    .tile_i32 = CN_TILE_sign_i32 + 1,
    CN_SAMPLES(cn_samples_numeric),
};
