/* shift_left: a's bits moved up by b, broadcast; 0 if b is below 0 or above 31. No gradient. */
#include "ops/elementwise.h"

static double formula(double a, double b, double unused)
{
    (void)unused;
    return b < 0 || b > 31 ? 0 : (int32_t)((uint32_t)(int32_t)a << (int)b);
}

const cn_op cn_op_shift_left = {
    CN_ELEMENTWISE("shift_left", 2, cn_infer_whole),
    .flags = CN_OP_ELEMENTWISE,
    .scalar = formula,
    CN_SAMPLES(cn_samples_whole_2),
};
