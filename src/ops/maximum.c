/* maximum: y = the larger of a and b, broadcast; NaN if either is. Gradient: dy goes to the one
 * that was taken, by half to each where they are equal. */
#include "ops/elementwise.h"

static double formula(double a, double b, double unused)
{
    (void)unused;
    return isnan(a) || a > b ? a : b;
}

static void gradient(cn_program *p, const cn_instruction *i, const cn_value *dy, cn_value *dx)
{
    cn_value a = i->inputs[0], b = i->inputs[1], equal = cn_emit_equal(p, a, b);
    cn_value da = cn_gradient_of_choice(p, dy[0], cn_emit_greater(p, a, b), equal);
    cn_value db = cn_gradient_of_choice(p, dy[0], cn_emit_less(p, a, b), equal);
    dx[0] = cn_gradient_to_input(p, i, 0, da);
    dx[1] = cn_gradient_to_input(p, i, 1, db);
}

const cn_op cn_op_maximum = {
    CN_ELEMENTWISE("maximum", 2, cn_infer_elementwise),
    .flags = CN_OP_ELEMENTWISE | CN_OP_COMMUTATIVE,
    .scalar = formula,
    .tile = CN_TILE_maximum + 1,
    .tile_i32 = CN_TILE_maximum_i32 + 1,
    .gradient = gradient,
    CN_SAMPLES(cn_samples_2),
};
