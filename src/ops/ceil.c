/* ceil: the smallest whole number not below x. No gradient. */
#include "ops/elementwise.h"

static double formula(double x, double unused1, double unused2)
{
    (void)unused1, (void)unused2;
    return ceil(x);
}

const cn_op cn_op_ceil = {
    CN_ELEMENTWISE("ceil", 1, cn_infer_real),
    .flags = CN_OP_ELEMENTWISE,
    .scalar = formula,
    .tile = CN_TILE_ceil + 1,
    CN_SAMPLES(cn_samples_1),
};
