/* less_equal: whether a <= b, broadcast. No gradient. */
#include "ops/elementwise.h"

static double formula(double a, double b, double unused)
{
    (void)unused;
    return a <= b;
}

const cn_op cn_op_less_equal = {
    CN_ELEMENTWISE("less_equal", 2, cn_infer_comparison),
    .flags = CN_OP_ELEMENTWISE,
    .scalar = formula,
    .tile = CN_TILE_less_equal + 1,
    .tile_i32 = CN_TILE_less_equal_i32 + 1,
    CN_SAMPLES(cn_samples_comparison),
};
