/* floor_divide: y = floor(a / b), broadcast. No gradient. */
#include "ops/elementwise.h"

static double formula(double a, double b, double unused)
{
    (void)unused;
    return floor(a / b);
}

const cn_op cn_op_floor_divide = {
    CN_ELEMENTWISE("floor_divide", 2, cn_infer_elementwise),
    .flags = CN_OP_ELEMENTWISE,
    .scalar = formula,
    .tile = CN_TILE_floor_divide + 1,
    .tile_i32 = CN_TILE_floor_divide_i32 + 1,
    CN_SAMPLES(cn_samples_2_positive),
};
