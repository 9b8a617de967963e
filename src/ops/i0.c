/* i0: the modified Bessel function of the first kind, of order 0. Gradient: dx = dy * i1(x). */
#include "ops/bessel.h"
#include "ops/elementwise.h"

static double formula(double x, double unused1, double unused2)
{
    (void)unused1, (void)unused2;
    return cn_bessel(x, 0);
}

static void gradient(cn_program *p, const cn_instruction *i, const cn_value *dy, cn_value *dx)
{
    dx[0] = cn_emit_multiply(p, dy[0], cn_emit_i1(p, i->inputs[0]));
}

const cn_op cn_op_i0 = {
    CN_ELEMENTWISE("i0", 1, cn_infer_real),
    .flags = CN_OP_ELEMENTWISE,
    .scalar = formula,
    .gradient = gradient,
    CN_SAMPLES(cn_samples_1),
};
