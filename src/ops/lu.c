/* lu: P a = l u with LAPACK's row exchanges, for a[..., M, N], K = min(M, N): y[..., M, N] has u on
 * and above its diagonal and l, whose diagonal is 1, below; pivots[..., K], counted from 0, say with
 * which row each was exchanged, and for the gradient rows[..., M] which row came to each place.
 * Gradient, for M = N: da = P^T l^-T (what l^T dl has below its diagonal and du u^T elsewhere) u^-T.
 * Further columns are l w, further rows w u: theirs are l^-T dw and dw u^-T, and those of l and u
 * lose what they are multiplied with. */
#include "ops/matrices.h"

static cn_status infer(const void *attributes, const cn_type *inputs, int64_t n_inputs,
                       cn_type *outputs)
{
    (void)attributes, (void)n_inputs;
    CN_TRY(cn_check_rectangles(&inputs[0]));
    const cn_shape *shape = &inputs[0].shape;
    outputs[0] = outputs[1] = outputs[2] = inputs[0];
    for (int k = 1; k < 3; k++) {
        outputs[k].dtype = CN_INT32;
        outputs[k].shape.rank--;
    }
    outputs[1].shape.dim[shape->rank - 2] = cn_shorter_side(shape);
    return CN_OK;
}

/* ---- gradient -------------------------------------------------------------------------------- */

/* x u^-T */
static cn_value behind_u(cn_program *p, cn_value x, cn_value u)
{
    x = cn_emit_solve_triangular(p, u, cn_emit_swap_axes(p, x, -1, -2), false);
    return cn_emit_swap_axes(p, x, -1, -2);
}

/* With both factors [..., K, K] of the first rows and columns, and the gradients of those. */
static cn_value of_square(cn_program *p, cn_value l, cn_value u, cn_value dl, cn_value du)
{
    cn_value below = cn_emit_matmul_transposed(p, l, true, dl, false);
    cn_value above = cn_emit_matmul_transposed(p, du, false, u, true);
    cn_value inner = cn_emit_where(p, cn_emit_below(p, below, false), below, above);
    inner = cn_emit_solve_triangular(p, cn_emit_swap_axes(p, l, -1, -2), inner, false);
    return behind_u(p, inner, u);
}

static cn_value part(cn_program *p, cn_value x, int64_t axis, int64_t from, int64_t count)
{
    return cn_emit_slice_axis(p, x, axis, from, count);
}

/* P^T x: with [r, c] of P 1 where row c came to the place r. */
static cn_value put_back(cn_program *p, cn_value rows, cn_value x)
{
    const cn_shape *shape = cn_shape_of(p, rows);
    cn_value columns = cn_emit_iota(p, CN_SHAPE(shape->dim[shape->rank - 1]), 0);
    cn_value moves = cn_emit_equal(p, cn_emit_expand_dims(p, rows, -1), columns);
    return cn_emit_matmul_transposed(p, cn_emit_cast(p, moves, CN_FLOAT32), true, x, false);
}

static void gradient(cn_program *p, const cn_instruction *i, const cn_value *dy, cn_value *dx)
{
    const cn_shape shape = *cn_shape_of(p, i->output);
    const int64_t m = shape.dim[shape.rank - 2], n = shape.dim[shape.rank - 1], k = m < n ? m : n;
    const int64_t axis = m < n ? -1 : -2, more = m < n ? n - m : m - n;
    if (dy[0] == CN_NO_VALUE)
        return;
    cn_value square = part(p, part(p, i->output, -1, 0, k), -2, 0, k);
    cn_value zero = cn_emit_scalar(p, 0), below = cn_emit_below(p, square, false);
    cn_value l = cn_emit_where(p, below, square, cn_emit_eye(p, k));
    cn_value u = cn_emit_where(p, below, zero, square);
    cn_value dl = part(p, part(p, dy[0], -1, 0, k), -2, 0, k), du = dl, further = CN_NO_VALUE;
    if (more > 0) {
        cn_value w = part(p, i->output, axis, k, more), dw = part(p, dy[0], axis, k, more);
        further = m < n ? cn_emit_solve_triangular(p, cn_emit_swap_axes(p, l, -1, -2), dw, false)
                        : behind_u(p, dw, u);
        cn_value lost =
            cn_emit_matmul_transposed(p, m < n ? further : w, m > n, m < n ? w : further, m < n);
        dl = m < n ? cn_emit_subtract(p, dl, lost) : dl;
        du = m < n ? du : cn_emit_subtract(p, du, lost);
    }
    cn_value parts[2] = {
        of_square(p, l, u, cn_emit_where(p, below, dl, zero), cn_emit_where(p, below, zero, du)),
        further};
    dx[0] =
        put_back(p, i->output + 2, more > 0 ? cn_emit_concatenate(p, parts, 2, axis) : parts[0]);
}

/* ---- kernel ---------------------------------------------------------------------------------- */

/* The exchanges, one after the other, that bring the rows to their places. */
static void find_pivots(const int64_t *rows, int64_t *order, int64_t m, int64_t k, int32_t *pivots)
{
    for (int64_t i = 0; i < m; i++)
        order[i] = i;
    for (int64_t i = 0; i < k; i++) {
        int64_t at = i;
        while (order[at] != rows[i])
            at++;
        order[at] = order[i];
        pivots[i] = (int32_t)at;
    }
}

static cn_status run(const void *arguments)
{
    const cn_matrices *c = arguments;
    const int64_t m = c->m, n = c->n, k = m < n ? m : n;
    int64_t *rows = (int64_t *)(void *)(c->scratch + m * n), *order = rows + m;
    int32_t *pivots = (int32_t *)(void *)c->second, *all = (int32_t *)(void *)c->third;
    for (int64_t i = 0; i < c->count; i++) {
        cn_widen(c->scratch, c->a + i * m * n, m * n);
        (void)cn_decompose_lu(c->scratch, m, n, rows);
        if (c->y != NULL)
            cn_narrow(c->y + i * m * n, c->scratch, m * n);
        if (pivots != NULL)
            find_pivots(rows, order, m, k, pivots + i * k);
        for (int64_t r = 0; r < m && all != NULL; r++)
            all[i * m + r] = (int32_t)rows[r];
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
    return m * n * sizeof(double) + 2 * m * sizeof(int64_t);
}

/* Column by column, each row's share of the rows above taken away element by element. */
static void reference(const cn_reference_call *call)
{
    const cn_shape *shape = &call->input_types[0].shape;
    const int64_t m = shape->dim[shape->rank - 2], n = shape->dim[shape->rank - 1],
                  k = m < n ? m : n, count = cn_matrices_count(shape);
    for (int64_t i = 0; i < count; i++) {
        double *y = call->outputs[0] + i * m * n, *rows = call->outputs[2] + i * m;
        for (int64_t at = 0; at < m * n; at++)
            y[at] = call->inputs[0][i * m * n + at];
        for (int64_t r = 0; r < m; r++)
            rows[r] = (double)r;
        for (int64_t step = 0; step < k; step++)
            call->outputs[1][i * k + step] = (double)cn_eliminate_reference(y, rows, m, n, step);
    }
}

static const cn_sample samples[] = {
    {.shapes = {CN_DIMS(3, 3)}, .n_inputs = 1},
    {.shapes = {CN_DIMS(2, 5, 3)}, .n_inputs = 1},
    {.shapes = {CN_DIMS(2, 2, 3, 4)}, .n_inputs = 1},
    {.shapes = {CN_DIMS(1, 1)}, .n_inputs = 1, .low = 1, .high = 3},
};

const cn_op cn_op_lu = {
    .name = "lu",
    .min_inputs = 1,
    .max_inputs = 1,
    .n_outputs = 3,
    .n_saved = 1,
    .flags = CN_OP_SKIPS_UNUSED,
    .infer = infer,
    .gradient = gradient,
    .lower = lower,
    .scratch = scratch,
    .reference = reference,
    CN_SAMPLES(samples),
};
