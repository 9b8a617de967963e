/* mod: y = a - b * floor(a / b), which has the sign of b, broadcast. Gradient: da = dy, db = -dy *
 * floor(a / b). */
#include "ops/elementwise.h"

static double formula(double a, double b, double unused)
{
    (void)unused;
    double y = fmod(a, b);
    return y != 0 && (y < 0) != (b < 0) ? y + b : y;
}

static void gradient(cn_program *p, const cn_instruction *i, const cn_value *dy, cn_value *dx)
{
    cn_value times = cn_emit_floor_divide(p, i->inputs[0], i->inputs[1]);
    dx[0] = cn_gradient_to_input(p, i, 0, dy[0]);
    dx[1] = cn_gradient_to_input(p, i, 1, cn_emit_negative(p, cn_emit_multiply(p, dy[0], times)));
}

const cn_op cn_op_mod = {
    CN_ELEMENTWISE("mod", 2, cn_infer_elementwise),
    .flags = CN_OP_ELEMENTWISE,
    .scalar = formula,
    .tile = CN_TILE_mod + 1,
    .tile_i32 = CN_TILE_mod_i32 + 1,
    .gradient = gradient,
    CN_SAMPLES(cn_samples_2_positive),
};
