/* floor: the largest whole number not above x. No gradient. */
#include "ops/elementwise.h"

static double formula(double x, double unused1, double unused2)
{
    (void)unused1, (void)unused2;
    return floor(x);
}

const cn_op cn_op_floor = {
    CN_ELEMENTWISE("floor", 1, cn_infer_real),
    .flags = CN_OP_ELEMENTWISE,
    .scalar = formula,
    .tile = CN_TILE_floor + 1,
    CN_SAMPLES(cn_samples_1),
};
