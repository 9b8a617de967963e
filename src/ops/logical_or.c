/* logical_or: whether a or b holds, broadcast. No gradient. */
#include "ops/elementwise.h"

static double formula(double a, double b, double unused)
{
    (void)unused;
    return a != 0 || b != 0;
}

const cn_op cn_op_logical_or = {
    CN_ELEMENTWISE("logical_or", 2, cn_infer_logical),
    .flags = CN_OP_ELEMENTWISE | CN_OP_COMMUTATIVE,
    .scalar = formula,
    .tile = CN_TILE_logical_or + 1,
    CN_SAMPLES(cn_samples_truth_2),
};
