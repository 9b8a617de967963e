/* next_after: the float32 beside a in the direction of b, broadcast. No gradient. */
#include "ops/elementwise.h"

static double formula(double a, double b, double unused)
{
    (void)unused;
    return nextafterf((float)a, (float)b);
}

static const cn_sample samples[] = {
    {.shapes = {CN_DIMS(4, 1, 3), CN_DIMS(2, 1)}, .n_inputs = 2},
    {.shapes = {CN_DIMS(517), {0}}, .n_inputs = 2},
};

const cn_op cn_op_next_after = {
    CN_ELEMENTWISE("next_after", 2, cn_infer_real),
    .flags = CN_OP_ELEMENTWISE,
    .scalar = formula,
    CN_SAMPLES(samples),
};
