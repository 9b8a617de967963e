/* not_equal: whether a != b, broadcast. No gradient. */
#include "ops/elementwise.h"

static double formula(double a, double b, double unused)
{
    (void)unused;
    return a != b;
}

const cn_op cn_op_not_equal = {
    CN_ELEMENTWISE("not_equal", 2, cn_infer_comparison),
    .flags = CN_OP_ELEMENTWISE | CN_OP_COMMUTATIVE,
    .scalar = formula,
    .tile = CN_TILE_not_equal + 1,
    .tile_i32 = CN_TILE_not_equal_i32 + 1,
    CN_SAMPLES(cn_samples_comparison),
};
