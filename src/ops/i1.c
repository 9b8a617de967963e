/* i1: the modified Bessel function of the first kind, of order 1. Gradient: dx = dy * (i0(x) -
 * i1(x) / x), which is dy / 2 at 0. */
#include "ops/bessel.h"
#include "ops/elementwise.h"

static double formula(double x, double unused1, double unused2)
{
    (void)unused1, (void)unused2;
    return cn_bessel(x, 1);
}

static void gradient(cn_program *p, const cn_instruction *i, const cn_value *dy, cn_value *dx)
{
    cn_value zero = cn_emit_equal_scalar(p, i->inputs[0], 0);
    cn_value ratio = cn_emit_divide(p, i->output, i->inputs[0]);
    ratio = cn_emit_where(p, zero, cn_emit_scalar(p, 0.5), ratio);
    cn_value slope = cn_emit_subtract(p, cn_emit_i0(p, i->inputs[0]), ratio);
    dx[0] = cn_emit_multiply(p, dy[0], slope);
}

const cn_op cn_op_i1 = {
    CN_ELEMENTWISE("i1", 1, cn_infer_real),
    .flags = CN_OP_ELEMENTWISE,
    .scalar = formula,
    .gradient = gradient,
    CN_SAMPLES(cn_samples_1),
};
