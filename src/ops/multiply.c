/* multiply: y = a * b, broadcast. Gradient: da = dy * b, db = dy * a, summed over what was
 * broadcast. */
#include "ops/elementwise.h"

static double formula(double a, double b, double unused)
{
    (void)unused;
    return a * b;
}

static void gradient(cn_program *p, const cn_instruction *i, const cn_value *dy, cn_value *dx)
{
    dx[0] = cn_gradient_to_input(p, i, 0, cn_emit_multiply(p, dy[0], i->inputs[1]));
    dx[1] = cn_gradient_to_input(p, i, 1, cn_emit_multiply(p, dy[0], i->inputs[0]));
}

const cn_op cn_op_multiply = {
    CN_ELEMENTWISE("multiply", 2, cn_infer_elementwise),
    .flags = CN_OP_ELEMENTWISE | CN_OP_COMMUTATIVE,
    .scalar = formula,
    .tile = CN_TILE_multiply + 1,
    .tile_i32 = CN_TILE_multiply_i32 + 1,
    .gradient = gradient,
    CN_SAMPLES(cn_samples_2),
};
