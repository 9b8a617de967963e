/* multiply_add: y = a * b + c, broadcast. Gradient: da = dy * b, db = dy * a, dc = dy. */
#include "ops/elementwise.h"

static double formula(double a, double b, double c)
{
    return a * b + c;
}

/* Whether b and c have one number for each column of a: then their gradients are sums over rows,
 * which one pass over dy and a gives. */
static bool is_by_column(const cn_program *p, const cn_instruction *i)
{
    const cn_shape *a = cn_shape_of(p, i->inputs[0]), *b = cn_shape_of(p, i->inputs[1]),
                   *c = cn_shape_of(p, i->inputs[2]);
    return a->rank > 1 && b->rank == 1 && b->dim[0] == a->dim[a->rank - 1] && cn_shape_equal(b, c);
}

static void gradient(cn_program *p, const cn_instruction *i, const cn_value *dy, cn_value *dx)
{
    const cn_value a = i->inputs[0], b = i->inputs[1];
    dx[0] = cn_gradient_to_input(p, i, 0, cn_emit_multiply(p, dy[0], b));
    if (p->status == CN_OK && is_by_column(p, i)) {
        dx[2] = cn_emit_product_sums(p, dy[0], a, &dx[1]);
        return;
    }
    dx[1] = cn_gradient_to_input(p, i, 1, cn_emit_multiply(p, dy[0], a));
    dx[2] = cn_gradient_to_input(p, i, 2, dy[0]);
}

static const cn_sample samples[] = {
    {.shapes = {CN_DIMS(3, 5), CN_DIMS(3, 5), CN_DIMS(3, 5)}, .n_inputs = 3},
    {.shapes = {CN_DIMS(2, 7, 5), CN_DIMS(5), CN_DIMS(5)}, .n_inputs = 3},
    {.shapes = {CN_DIMS(2, 3, 5), CN_DIMS(3, 1), CN_DIMS(5)}, .n_inputs = 3},
    {.shapes = {CN_DIMS(5), CN_DIMS(4, 5), {0}}, .n_inputs = 3},
};

const cn_op cn_op_multiply_add = {
    CN_ELEMENTWISE("multiply_add", 3, cn_infer_real),
    .flags = CN_OP_ELEMENTWISE,
    .scalar = formula,
    .tile = CN_TILE_fma + 1,
    .gradient = gradient,
    CN_SAMPLES(samples),
};
