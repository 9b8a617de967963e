/* erf: y = 2/sqrt(pi) * integral of e^(-t^2) over t from 0 to x. Gradient: dx = dy * 2/sqrt(pi) *
 * e^(-x^2). */
#include "ops/elementwise.h"

static double formula(double x, double unused1, double unused2)
{
    (void)unused1, (void)unused2;
    return erf(x);
}

static void gradient(cn_program *p, const cn_instruction *i, const cn_value *dy, cn_value *dx)
{
    const double two_over_root_pi = 1.12837916709551257390;
    cn_value bell = cn_emit_exp(p, cn_emit_negative(p, cn_emit_square(p, i->inputs[0])));
    dx[0] = cn_emit_multiply(p, dy[0], cn_emit_multiply_scalar(p, bell, two_over_root_pi));
}

const cn_op cn_op_erf = {
    CN_ELEMENTWISE("erf", 1, cn_infer_real),
    .flags = CN_OP_ELEMENTWISE,
    .scalar = formula,
    .tile = CN_TILE_erf + 1,
    .gradient = gradient,
    CN_SAMPLES(cn_samples_1),
};
