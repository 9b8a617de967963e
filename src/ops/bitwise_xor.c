/* bitwise_xor: the bits that one of a and b has, broadcast. No gradient. */
#include "ops/elementwise.h"

static double formula(double a, double b, double unused)
{
    (void)unused;
    return (int32_t)a ^ (int32_t)b;
}

const cn_op cn_op_bitwise_xor = {
    CN_ELEMENTWISE("bitwise_xor", 2, cn_infer_whole),
    .flags = CN_OP_ELEMENTWISE | CN_OP_COMMUTATIVE,
    .scalar = formula,
    CN_SAMPLES(cn_samples_whole_2),
};
