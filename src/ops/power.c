/* power: y = a^b, broadcast. Gradient: da = dy * b * a^(b-1), 0 where b is 0; db = dy * y * ln a, 0
 * where a <= 0. */
#include "ops/elementwise.h"

static double formula(double a, double b, double unused)
{
    (void)unused;
    return pow(a, b);
}

static void gradient(cn_program *p, const cn_instruction *i, const cn_value *dy, cn_value *dx)
{
    cn_value a = i->inputs[0], b = i->inputs[1], zero = cn_emit_scalar(p, 0);
    cn_value slope = cn_emit_multiply(p, b, cn_emit_power(p, a, cn_emit_add_scalar(p, b, -1)));
    slope = cn_emit_where(p, cn_emit_equal(p, b, zero), zero, slope);
    cn_value positive = cn_emit_greater(p, a, zero), logarithm = cn_emit_log(p, a);
    logarithm = cn_emit_where(p, positive, logarithm, zero);
    dx[0] = cn_gradient_to_input(p, i, 0, cn_emit_multiply(p, dy[0], slope));
    dx[1] = cn_gradient_to_input(
        p, i, 1, cn_emit_multiply(p, cn_emit_multiply(p, dy[0], i->output), logarithm));
}

const cn_op cn_op_power = {
    CN_ELEMENTWISE("power", 2, cn_infer_elementwise),
    .flags = CN_OP_ELEMENTWISE,
    .scalar = formula,
    .tile = CN_TILE_power + 1,
    .gradient = gradient,
    CN_SAMPLES(cn_samples_2_positive),
};
