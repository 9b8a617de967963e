/* is_finite: whether x is neither infinite nor NaN. No gradient. */
#include "ops/elementwise.h"

static double formula(double x, double unused1, double unused2)
{
    (void)unused1, (void)unused2;
    return isfinite(x) ? 1 : 0;
}

const cn_op cn_op_is_finite = {
    CN_ELEMENTWISE("is_finite", 1, cn_infer_test),
    .flags = CN_OP_ELEMENTWISE,
    .scalar = formula,
    .tile = CN_TILE_is_finite + 1,
    CN_SAMPLES(cn_samples_1),
};
