/* bitwise_not: the bits that a does not have, -1 - a. No gradient. */
#include "ops/elementwise.h"

static double formula(double a, double b, double unused)
{
    (void)b, (void)unused;
    return ~(int32_t)a;
}

const cn_op cn_op_bitwise_not = {
    CN_ELEMENTWISE("bitwise_not", 1, cn_infer_whole),
    .flags = CN_OP_ELEMENTWISE,
    .scalar = formula,
    CN_SAMPLES(cn_samples_whole_1),
};
