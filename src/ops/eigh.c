/* eigh: the eigenvalues w[..., M] of the symmetric (a + a^T) / 2 of a[..., M, M], in ascending
 * order, and its vectors, the columns of v[..., M, M]. Of the two signs of a vector it has the one
 * that makes its first largest element positive. Gradient: with f[i, j] = 1 / (w[j] - w[i]), da =
 * v (diag(dw) + f * v^T dv) v^T, made symmetric. It lacks what belongs to equal eigenvalues. */
#include "ops/matrices.h"

static cn_status infer(const void *attributes, const cn_type *inputs, int64_t n_inputs,
                       cn_type *outputs)
{
    (void)attributes, (void)n_inputs;
    outputs[0] = outputs[1] = inputs[0];
    outputs[0].shape.rank--;
    return cn_check_matrices(&inputs[0]);
}

static void gradient(cn_program *p, const cn_instruction *i, const cn_value *dy, cn_value *dx)
{
    const cn_value w = i->output, v = w + 1;
    cn_value inner = dy[0] == CN_NO_VALUE ? dy[0] : cn_emit_diagonal(p, dy[0]);
    if (dy[1] != CN_NO_VALUE) {
        cn_value turned = cn_emit_matmul_transposed(p, v, true, dy[1], false);
        turned = cn_emit_multiply(p, turned, cn_emit_inverse_differences(p, w));
        inner = cn_emit_sum_of_given(p, inner, turned);
    }
    if (inner == CN_NO_VALUE)
        return;
    inner = cn_emit_matmul_transposed(p, cn_emit_matmul(p, v, inner), false, v, true);
    inner = cn_emit_add(p, inner, cn_emit_swap_axes(p, inner, -1, -2));
    dx[0] = cn_emit_multiply_scalar(p, inner, 0.5);
}

static void write(const cn_matrices *c, int64_t i, const double *w, const double *v)
{
    const int64_t m = c->m;
    if (c->y != NULL)
        cn_narrow(c->y + i * m, w, m);
    for (int64_t k = 0; k < m * m && c->second != NULL; k += m) {
        const double sign = cn_points_backwards(v + k, m) ? -1 : 1;
        for (int64_t r = 0; r < m; r++)
            c->second[i * m * m + r * m + k / m] = (float)(sign * v[k + r]);
    }
}

static cn_status run(const void *arguments)
{
    const cn_matrices *c = arguments;
    const int64_t m = c->m;
    double *a = c->scratch, *v = a + m * m, *w = v + m * m;
    for (int64_t i = 0; i < c->count; i++) {
        if (cn_are_finite(c->a + i * m * m, m * m)) {
            cn_widen_symmetric(a, c->a + i * m * m, m);
            cn_decompose_symmetric(a, m, w, v);
            write(c, i, w, v);
        } else {
            cn_fill_with_nan(c->y, i * m, m);
            cn_fill_with_nan(c->second, i * m * m, m * m);
        }
    }
    return CN_OK;
}

static cn_status lower(cn_lowering *lowering, const cn_instruction *instruction)
{
    return cn_lower_matrices(lowering, instruction, false, run);
}

static size_t scratch(const cn_program *program, const cn_instruction *instruction)
{
    const size_t m = (size_t)cn_shorter_side(cn_shape_of(program, instruction->inputs[0]));
    return (2 * m * m + m) * sizeof(double);
}

static void reference(const cn_reference_call *call)
{
    const cn_shape *shape = &call->input_types[0].shape;
    const int64_t m = shape->dim[shape->rank - 1], count = cn_matrices_count(shape);
    double v[CN_MOST_REFERENCE * CN_MOST_REFERENCE], sum[CN_MOST_REFERENCE * CN_MOST_REFERENCE];
    for (int64_t i = 0; i < count && m <= CN_MOST_REFERENCE; i++) {
        const double *a = call->inputs[0] + i * m * m;
        for (int64_t k = 0; k < m * m; k++)
            sum[k] = (a[k] + a[k % m * m + k / m]) / 2;
        cn_eigen_reference(sum, m, call->outputs[0] + i * m, v);
        for (int64_t k = 0; k < m * m; k++) {
            const double *vector = v + k % m * m;
            call->outputs[1][i * m * m + k] = cn_points_backwards(vector, m) ? -vector[k / m]
                                                                             : vector[k / m];
        }
    }
}

static const cn_sample samples[] = {
    {.shapes = {CN_DIMS(3, 3)}, .n_inputs = 1},
    {.shapes = {CN_DIMS(2, 2, 4, 4)}, .n_inputs = 1, .diagonal = 2},
    {.shapes = {CN_DIMS(1, 1)}, .n_inputs = 1},
};

const cn_op cn_op_eigh = {
    .name = "eigh",
    .min_inputs = 1,
    .max_inputs = 1,
    .n_outputs = 2,
    .flags = CN_OP_SKIPS_UNUSED,
    .infer = infer,
    .gradient = gradient,
    .lower = lower,
    .scratch = scratch,
    .reference = reference,
    CN_SAMPLES(samples),
};
