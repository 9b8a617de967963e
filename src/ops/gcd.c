/* gcd: the largest whole number that divides a and b, broadcast; of 0 and 0 it is 0. No
 * gradient. */
#include "ops/elementwise.h"

static double formula(double a, double b, double unused)
{
    (void)unused;
    for (a = fabs(a), b = fabs(b); b != 0;) {
        const double rest = fmod(a, b);
        a = b;
        b = rest;
    }
    return a > INT32_MAX ? INT32_MIN : a;
}

const cn_op cn_op_gcd = {
    CN_ELEMENTWISE("gcd", 2, cn_infer_whole),
    .flags = CN_OP_ELEMENTWISE | CN_OP_COMMUTATIVE,
    .scalar = formula,
    CN_SAMPLES(cn_samples_whole_2),
};
