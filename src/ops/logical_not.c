/* logical_not: y = 1 - x on truth values. No gradient. */
#include "ops/elementwise.h"

static double formula(double x, double unused1, double unused2)
{
    (void)unused1, (void)unused2;
    return x == 0;
}

const cn_op cn_op_logical_not = {
    CN_ELEMENTWISE("logical_not", 1, cn_infer_logical),
    .flags = CN_OP_ELEMENTWISE,
    .scalar = formula,
    .tile = CN_TILE_logical_not + 1,
    CN_SAMPLES(cn_samples_truth_1),
};
