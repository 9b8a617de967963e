/* round: the nearest whole number, halves to even. No gradient. */
#include "ops/elementwise.h"

static double formula(double x, double unused1, double unused2)
{
    (void)unused1, (void)unused2;
    return nearbyint(x);
}

const cn_op cn_op_round = {
    CN_ELEMENTWISE("round", 1, cn_infer_real),
    .flags = CN_OP_ELEMENTWISE,
    .scalar = formula,
    .tile = CN_TILE_round + 1,
    CN_SAMPLES(cn_samples_1),
};
