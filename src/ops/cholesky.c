/* cholesky: the lower l with l l^T = (a + a^T) / 2, for a[..., M, M]; NaN on and below the diagonal
 * where that is not positive definite. Gradient (Murray, 2016): with p the lower half of l^T dl,
 * its diagonal halved, and s = l^-T p l^-1, da = (s + s^T) / 2. */
#include "ops/matrices.h"

#include <math.h>

static cn_status infer(const void *attributes, const cn_type *inputs, int64_t n_inputs,
                       cn_type *outputs)
{
    (void)attributes, (void)n_inputs;
    outputs[0] = inputs[0];
    return cn_check_matrices(&inputs[0]);
}

/* 1 below the diagonal, 1/2 on it, 0 above. */
static cn_value weights(cn_program *p, int64_t m)
{
    cn_value rows = cn_emit_iota(p, CN_SHAPE(m, m), 0),
             columns = cn_emit_iota(p, CN_SHAPE(m, m), 1);
    cn_value below = cn_emit_cast(p, cn_emit_greater(p, rows, columns), CN_FLOAT32);
    return cn_emit_add(p, below, cn_emit_multiply_scalar(p, cn_emit_eye(p, m), 0.5));
}

static void gradient(cn_program *p, const cn_instruction *i, const cn_value *dy, cn_value *dx)
{
    const cn_shape *shape = cn_shape_of(p, i->output);
    cn_value factors = weights(p, shape->dim[shape->rank - 1]);
    cn_value turned = cn_emit_swap_axes(p, i->output, -1, -2);
    cn_value half = cn_emit_matmul_transposed(p, i->output, true, dy[0], false);
    half = cn_emit_solve_triangular(p, turned, cn_emit_multiply(p, half, factors), false);
    cn_value s = cn_emit_swap_axes(p, half, -1, -2);
    s = cn_emit_solve_triangular(p, turned, s, false);
    cn_value sum = cn_emit_add(p, s, cn_emit_swap_axes(p, s, -1, -2));
    dx[0] = cn_emit_multiply_scalar(p, sum, 0.5);
}

static cn_status run(const void *arguments)
{
    const cn_matrices *c = arguments;
    const int64_t m = c->m;
    for (int64_t i = 0; i < c->count; i++) {
        cn_widen_symmetric(c->scratch, c->a + i * m * m, m);
        const bool good = cn_decompose_cholesky(c->scratch, m);
        for (int64_t k = 0; k < m * m; k++)
            c->y[i * m * m + k] = k % m > k / m ? 0 : good ? (float)c->scratch[k] : NAN;
    }
    return CN_OK;
}

static cn_status lower(cn_lowering *lowering, const cn_instruction *instruction)
{
    return cn_lower_matrices(lowering, instruction, false, run);
}

/* Column by column: what is left of a column of the symmetric part, by the root of its first. */
static void reference(const cn_reference_call *call)
{
    const cn_shape *shape = &call->input_types[0].shape;
    const int64_t m = shape->dim[shape->rank - 1], count = cn_matrices_count(shape);
    for (int64_t i = 0; i < count * m; i++) {
        const double *a = call->inputs[0] + i / m * m * m;
        double *l = call->outputs[0] + i / m * m * m;
        const int64_t c = i % m;
        for (int64_t r = 0; r < m; r++) {
            double left = (a[r * m + c] + a[c * m + r]) / 2;
            for (int64_t k = 0; k < c && r >= c; k++)
                left -= l[r * m + k] * l[c * m + k];
            l[r * m + c] = r < c ? 0 : r == c ? sqrt(left) : left / l[c * m + c];
        }
    }
}

static const cn_sample samples[] = {
    {.shapes = {CN_DIMS(3, 3)}, .n_inputs = 1, .diagonal = 6},
    {.shapes = {CN_DIMS(2, 2, 5, 5)}, .n_inputs = 1, .diagonal = 12},
    {.shapes = {CN_DIMS(1, 1)}, .n_inputs = 1, .low = 1, .high = 3},
};

const cn_op cn_op_cholesky = {
    .name = "cholesky",
    .min_inputs = 1,
    .max_inputs = 1,
    .n_outputs = 1,
    .infer = infer,
    .gradient = gradient,
    .lower = lower,
    .scratch = cn_scratch_of_matrices,
    .reference = reference,
    CN_SAMPLES(samples),
};
