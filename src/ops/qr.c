/* qr: a[..., M, N] = q r, q[..., M, K] with orthogonal columns, K = min(M, N), and r[..., K, N] zero
 * below its diagonal, with LAPACK's signs. Gradient (Walter and Lehmann, 2013), for M >= N: with
 * x = r dr^T - dq^T q, of which c has the lower half on both sides of its diagonal, da =
 * (dq + q c) r^-T. The further columns of a wide a are y = q w: their dy = q dw, and dq has y dw^T
 * more. */
#include "ops/matrices.h"

static cn_status infer(const void *attributes, const cn_type *inputs, int64_t n_inputs,
                       cn_type *outputs)
{
    (void)attributes, (void)n_inputs;
    CN_TRY(cn_check_rectangles(&inputs[0]));
    const int64_t k = cn_shorter_side(&inputs[0].shape), rank = inputs[0].shape.rank;
    outputs[0] = outputs[1] = inputs[0];
    outputs[0].shape.dim[rank - 1] = k;
    outputs[1].shape.dim[rank - 2] = k;
    return CN_OK;
}

/* ---- gradient -------------------------------------------------------------------------------- */

/* Of the first K columns, r[..., K, K] being upper triangular. */
static cn_value of_square(cn_program *p, cn_value q, cn_value r, cn_value dq, cn_value dr)
{
    cn_value x = CN_NO_VALUE;
    if (dr != CN_NO_VALUE)
        x = cn_emit_matmul_transposed(p, r, false, cn_emit_half(p, dr, false), true);
    if (dq != CN_NO_VALUE) {
        cn_value turned = cn_emit_matmul_transposed(p, dq, true, q, false);
        x = cn_emit_sum_of_given(p, x, cn_emit_negative(p, turned));
    }
    cn_value below = cn_emit_below(p, x, true), other = cn_emit_swap_axes(p, x, -1, -2);
    cn_value sum = cn_emit_matmul(p, q, cn_emit_where(p, below, x, other));
    sum = cn_emit_swap_axes(p, cn_emit_sum_of_given(p, sum, dq), -1, -2);
    return cn_emit_swap_axes(p, cn_emit_solve_triangular(p, r, sum, false), -1, -2);
}

static void gradient(cn_program *p, const cn_instruction *i, const cn_value *dy, cn_value *dx)
{
    const cn_shape shape = *cn_shape_of(p, i->inputs[0]);
    const int64_t m = shape.dim[shape.rank - 2], n = shape.dim[shape.rank - 1];
    const cn_value q = i->output, r = q + 1;
    if (m >= n) {
        dx[0] = of_square(p, q, r, dy[0], dy[1]);
        return;
    }
    cn_value dq = dy[0], dr = dy[1], further = CN_NO_VALUE;
    if (dr != CN_NO_VALUE) {
        cn_value y = cn_emit_slice_axis(p, i->inputs[0], -1, m, n - m);
        cn_value dw = cn_emit_slice_axis(p, dr, -1, m, n - m);
        dq = cn_emit_sum_of_given(p, dq, cn_emit_matmul_transposed(p, y, false, dw, true));
        further = cn_emit_matmul(p, q, dw);
        dr = cn_emit_slice_axis(p, dr, -1, 0, m);
    }
    cn_value parts[2] = {of_square(p, q, cn_emit_slice_axis(p, r, -1, 0, m), dq, dr), further};
    if (further == CN_NO_VALUE)
        parts[1] = cn_emit_zeros_like(p, cn_emit_slice_axis(p, i->inputs[0], -1, m, n - m));
    dx[0] = cn_emit_concatenate(p, parts, 2, -1);
}

/* ---- kernel ---------------------------------------------------------------------------------- */

static void write(const cn_matrices *c, int64_t i, const double *a, const double *factors,
                  double *q)
{
    const int64_t m = c->m, n = c->n, k = m < n ? m : n;
    if (c->y != NULL) {
        cn_make_q(a, m, n, factors, 0, k, q);
        cn_narrow_turned(c->y + i * m * k, q, k, m);
    }
    for (int64_t at = 0; at < k * n && c->second != NULL; at++)
        c->second[i * k * n + at] = at / n > at % n ? 0 : (float)a[at % n * m + at / n];
}

static cn_status run(const void *arguments)
{
    const cn_matrices *c = arguments;
    const int64_t m = c->m, n = c->n, k = m < n ? m : n;
    double *a = c->scratch, *factors = a + m * n, *q = factors + k;
    for (int64_t i = 0; i < c->count; i++) {
        cn_widen_turned(a, c->a + i * m * n, m, n);
        cn_decompose_qr(a, m, n, factors);
        write(c, i, a, factors, q);
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
    const size_t m = (size_t)a->dim[a->rank - 2], n = (size_t)a->dim[a->rank - 1];
    const size_t k = (size_t)cn_shorter_side(a);
    return (m * n + k + k * m) * sizeof(double);
}

static void reference(const cn_reference_call *call)
{
    const cn_shape *shape = &call->input_types[0].shape;
    const int64_t m = shape->dim[shape->rank - 2], n = shape->dim[shape->rank - 1],
                  k = m < n ? m : n, count = cn_matrices_count(shape);
    double q[CN_MOST_REFERENCE * CN_MOST_REFERENCE], r[CN_MOST_REFERENCE * CN_MOST_REFERENCE];
    for (int64_t i = 0; i < count && m <= CN_MOST_REFERENCE && n <= CN_MOST_REFERENCE; i++) {
        cn_reflections_reference(call->inputs[0] + i * m * n, m, n, q, r);
        for (int64_t at = 0; at < m * k; at++)
            call->outputs[0][i * m * k + at] = q[at / k * m + at % k];
        for (int64_t at = 0; at < k * n; at++)
            call->outputs[1][i * k * n + at] = at / n > at % n ? 0 : r[at];
    }
}

static const cn_sample samples[] = {
    {.shapes = {CN_DIMS(3, 3)}, .n_inputs = 1, .diagonal = 3},
    {.shapes = {CN_DIMS(2, 5, 3)}, .n_inputs = 1},
    {.shapes = {CN_DIMS(2, 2, 3, 4)}, .n_inputs = 1, .diagonal = -3},
    {.shapes = {CN_DIMS(1, 1)}, .n_inputs = 1, .low = 1, .high = 3},
};

const cn_op cn_op_qr = {
    .name = "qr",
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
