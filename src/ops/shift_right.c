/* shift_right: floor(a / 2^b), broadcast; b below 0 or above 31 is as 31. No gradient. */
#include "ops/elementwise.h"

static double formula(double a, double b, double unused)
{
    (void)unused;
    return floor(ldexp(a, -(b < 0 || b > 31 ? 31 : (int)b)));
}

const cn_op cn_op_shift_right = {
    CN_ELEMENTWISE("shift_right", 2, cn_infer_whole),
    .flags = CN_OP_ELEMENTWISE,
    .scalar = formula,
    CN_SAMPLES(cn_samples_whole_2),
};
