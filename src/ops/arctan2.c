/* arctan2: y = the angle of the point (b, a), from -pi to pi, broadcast. Gradient: da = dy * b /
 * (a^2 + b^2), db = -dy * a / (a^2 + b^2). */
#include "ops/elementwise.h"

static double formula(double a, double b, double unused)
{
    (void)unused;
    return atan2(a, b);
}

static void gradient(cn_program *p, const cn_instruction *i, const cn_value *dy, cn_value *dx)
{
    cn_value a = i->inputs[0], b = i->inputs[1];
    cn_value squares = cn_emit_square(p, a);
    squares = cn_emit_add(p, squares, cn_emit_square(p, b));
    cn_value part = cn_emit_divide(p, dy[0], squares);
    dx[0] = cn_gradient_to_input(p, i, 0, cn_emit_multiply(p, part, b));
    dx[1] = cn_gradient_to_input(p, i, 1, cn_emit_negative(p, cn_emit_multiply(p, part, a)));
}

const cn_op cn_op_arctan2 = {
    CN_ELEMENTWISE("arctan2", 2, cn_infer_real),
    .flags = CN_OP_ELEMENTWISE,
    .scalar = formula,
    .gradient = gradient,
    CN_SAMPLES(cn_samples_2_divisible),
};
