/* complement: columns y[..., M, M - K] of length 1 that are orthogonal to each other and to those
 * of a[..., M, K]: the last columns of the q[..., M, M] of LAPACK's reflections. Only the space
 * that they span is unique. Gradient, of what depends on no more than that: da = -y dy^T p^T, with
 * a's pseudoinverse p. */
#include "ops/matrices.h"

static cn_status infer(const void *attributes, const cn_type *inputs, int64_t n_inputs,
                       cn_type *outputs)
{
    (void)attributes, (void)n_inputs;
    CN_TRY(cn_check_rectangles(&inputs[0]));
    const cn_shape *shape = &inputs[0].shape;
    const int64_t m = shape->dim[shape->rank - 2], k = shape->dim[shape->rank - 1];
    CN_CHECK(m > k, "takes matrices with more rows than columns, got shape %s",
             cn_shape_str(shape));
    outputs[0] = inputs[0];
    outputs[0].shape.dim[shape->rank - 1] = m - k;
    return CN_OK;
}

static void gradient(cn_program *p, const cn_instruction *i, const cn_value *dy, cn_value *dx)
{
    cn_value inverse = cn_emit_pinv(p, i->inputs[0], 0);
    cn_value inner = cn_emit_matmul_transposed(p, dy[0], true, inverse, true);
    dx[0] = cn_emit_negative(p, cn_emit_matmul(p, i->output, inner));
}

static cn_status run(const void *arguments)
{
    const cn_matrices *c = arguments;
    const int64_t m = c->m, k = c->n;
    double *a = c->scratch, *factors = a + m * k, *q = factors + k;
    for (int64_t i = 0; i < c->count; i++) {
        cn_widen_turned(a, c->a + i * m * k, m, k);
        cn_decompose_qr(a, m, k, factors);
        cn_make_q(a, m, k, factors, k, m - k, q);
        cn_narrow_turned(c->y + i * m * (m - k), q, m - k, m);
    }
    return CN_OK;
}

static cn_status lower(cn_lowering *lowering, const cn_instruction *instruction)
{
    return cn_lower_matrices(lowering, instruction, false, run);
}

static size_t scratch(const cn_program *program, const cn_instruction *instruction)
{
    const cn_shape *a = cn_shape_of(program, instruction->inputs[0]);
    const size_t m = (size_t)a->dim[a->rank - 2];
    return (m * m + (size_t)a->dim[a->rank - 1]) * sizeof(double);
}

static void reference(const cn_reference_call *call)
{
    const cn_shape *shape = &call->input_types[0].shape;
    const int64_t m = shape->dim[shape->rank - 2], k = shape->dim[shape->rank - 1], rest = m - k,
                  count = cn_matrices_count(shape);
    double q[CN_MOST_REFERENCE * CN_MOST_REFERENCE], r[CN_MOST_REFERENCE * CN_MOST_REFERENCE];
    for (int64_t i = 0; i < count && m <= CN_MOST_REFERENCE; i++) {
        cn_reflections_reference(call->inputs[0] + i * m * k, m, k, q, r);
        for (int64_t at = 0; at < m * rest; at++)
            call->outputs[0][i * m * rest + at] = q[at / rest * m + k + at % rest];
    }
}

/* Gradients are finite differences of a single column alone. */
static const cn_sample samples[] = {
    {.shapes = {CN_DIMS(3, 2)}, .n_inputs = 1},
    {.shapes = {CN_DIMS(2, 2, 5, 4)}, .n_inputs = 1, .diagonal = 3},
};

const cn_op cn_op_complement = {
    .name = "complement",
    .min_inputs = 1,
    .max_inputs = 1,
    .n_outputs = 1,
    .infer = infer,
    .gradient = gradient,
    .lower = lower,
    .scratch = scratch,
    .reference = reference,
    CN_SAMPLES(samples),
};
