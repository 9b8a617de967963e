/* solve: y = a^-1 b for a[..., M, M], b[..., M, N]; not finite where a is singular. Gradient: db =
 * a^-T dy, da = -db y^T. */
#include "ops/matrices.h"

#include <math.h>

static void gradient(cn_program *p, const cn_instruction *i, const cn_value *dy, cn_value *dx)
{
    dx[1] = cn_emit_solve(p, cn_emit_swap_axes(p, i->inputs[0], -1, -2), dy[0]);
    dx[0] = cn_gradient_of_system(p, i, dx[1]);
}

static cn_status run(const void *arguments)
{
    const cn_matrices *c = arguments;
    const int64_t m = c->m, n = c->n;
    double *a = c->scratch, *b = a + m * m;
    int64_t *rows = (int64_t *)(void *)(b + m * n);
    for (int64_t i = 0; i < c->count; i++) {
        cn_widen(a, c->a + i * m * m, m * m);
        (void)cn_decompose_lu(a, m, m, rows);
        for (int64_t r = 0; r < m; r++)
            cn_widen(b + r * n, c->b + i * m * n + rows[r] * n, n);
        cn_solve_triangular(a, m, true, true, b, n);
        cn_solve_triangular(a, m, false, false, b, n);
        cn_narrow(c->y + i * m * n, b, m * n);
    }
    return CN_OK;
}

static cn_status lower(cn_lowering *lowering, const cn_instruction *instruction)
{
    return cn_lower_matrices(lowering, instruction, false, run);
}

/* Cramer's rule: with the column of y's row replaced by b's. */
static double solved(const double *a, const double *b, int64_t m, int64_t n, int64_t at)
{
    double replaced[CN_MOST_REFERENCE * CN_MOST_REFERENCE];
    for (int64_t i = 0; i < m * m; i++)
        replaced[i] = i % m == at / n ? b[i / m * n + at % n] : a[i];
    return cn_determinant_reference(replaced, m, 0, 0) / cn_determinant_reference(a, m, 0, 0);
}

static void reference(const cn_reference_call *call)
{
    const cn_shape *b = &call->input_types[1].shape;
    const int64_t m = b->dim[b->rank - 2], n = b->dim[b->rank - 1], count = cn_matrices_count(b);
    for (int64_t i = 0; i < count * m * n; i++) {
        const int64_t matrix = i / (m * n);
        call->outputs[0][i] = m > CN_MOST_REFERENCE
                                  ? NAN
                                  : solved(call->inputs[0] + matrix * m * m,
                                           call->inputs[1] + matrix * m * n, m, n, i % (m * n));
    }
}

static const cn_sample samples[] = {
    {.shapes = {CN_DIMS(3, 3), CN_DIMS(3, 2)}, .n_inputs = 2, .diagonal = 5},
    {.shapes = {CN_DIMS(2, 5, 5), CN_DIMS(2, 5, 1)}, .n_inputs = 2, .diagonal = -9},
    {.shapes = {CN_DIMS(2, 2, 2, 2), CN_DIMS(2, 2, 2, 3)}, .n_inputs = 2, .diagonal = 4},
    {.shapes = {CN_DIMS(1, 1), CN_DIMS(1, 4)}, .n_inputs = 2, .low = 1, .high = 3},
};

const cn_op cn_op_solve = {
    .name = "solve",
    .min_inputs = 2,
    .max_inputs = 2,
    .n_outputs = 1,
    .infer = cn_infer_solve,
    .gradient = gradient,
    .lower = lower,
    .scratch = cn_scratch_of_matrices,
    .reference = reference,
    CN_SAMPLES(samples),
};
