/* log_determinant: of a[..., M, M] the determinant's sign [...] and the logarithm [...] of its
 * size: 0 and -infinity where a is singular. Gradient: da = dlogarithm a^-T. */
#include "ops/matrices.h"

#include <math.h>

static cn_status infer(const void *attributes, const cn_type *inputs, int64_t n_inputs,
                       cn_type *outputs)
{
    (void)attributes, (void)n_inputs;
    CN_TRY(cn_check_matrices(&inputs[0]));
    outputs[0] = inputs[0];
    outputs[0].shape.rank -= 2;
    outputs[1] = outputs[0];
    return CN_OK;
}

static void gradient(cn_program *p, const cn_instruction *i, const cn_value *dy, cn_value *dx)
{
    if (dy[1] == CN_NO_VALUE)
        return;
    const cn_shape shape = *cn_shape_of(p, i->inputs[0]);
    cn_value turned = cn_emit_swap_axes(p, i->inputs[0], -1, -2);
    cn_value eye = cn_emit_broadcast_to(p, cn_emit_eye(p, shape.dim[shape.rank - 1]), shape);
    cn_value each = cn_emit_expand_dims(p, cn_emit_expand_dims(p, dy[1], -1), -1);
    dx[0] = cn_emit_multiply(p, cn_emit_solve(p, turned, eye), each);
}

static cn_status run(const void *arguments)
{
    const cn_matrices *c = arguments;
    const int64_t m = c->m;
    int64_t *rows = (int64_t *)(void *)(c->scratch + 2 * m * m);
    for (int64_t i = 0; i < c->count; i++) {
        cn_widen(c->scratch, c->a + i * m * m, m * m);
        double sign = cn_decompose_lu(c->scratch, m, m, rows), logarithm = 0;
        for (int64_t k = 0; k < m; k++) {
            const double pivot = c->scratch[k * m + k];
            sign *= (pivot > 0) - (pivot < 0);
            logarithm += log(fabs(pivot));
        }
        if (c->y != NULL)
            c->y[i] = isnan(logarithm) ? NAN : (float)sign;
        if (c->second != NULL)
            c->second[i] = (float)logarithm;
    }
    return CN_OK;
}

static cn_status lower(cn_lowering *lowering, const cn_instruction *instruction)
{
    return cn_lower_matrices(lowering, instruction, false, run);
}

static void reference(const cn_reference_call *call)
{
    const cn_shape *shape = &call->input_types[0].shape;
    const int64_t m = shape->dim[shape->rank - 1], count = cn_matrices_count(shape);
    for (int64_t i = 0; i < count; i++) {
        const double *a = call->inputs[0] + i * m * m;
        const double whole = m > CN_MOST_REFERENCE ? NAN : cn_determinant_reference(a, m, 0, 0);
        call->outputs[0][i] = isnan(whole) ? whole : (whole > 0) - (whole < 0);
        call->outputs[1][i] = log(fabs(whole));
    }
}

static const cn_sample samples[] = {
    {.shapes = {CN_DIMS(3, 3)}, .n_inputs = 1, .diagonal = -5},
    {.shapes = {CN_DIMS(2, 3, 5, 5)}, .n_inputs = 1, .diagonal = 9},
    {.shapes = {CN_DIMS(1, 1)}, .n_inputs = 1, .low = 1, .high = 3},
};

const cn_op cn_op_log_determinant = {
    .name = "log_determinant",
    .min_inputs = 1,
    .max_inputs = 1,
    .n_outputs = 2,
    .flags = CN_OP_SKIPS_UNUSED,
    .infer = infer,
    .gradient = gradient,
    .lower = lower,
    .scratch = cn_scratch_of_matrices,
    .reference = reference,
    CN_SAMPLES(samples),
};
