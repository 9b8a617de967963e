/* svd: a[..., M, N] = u diag(s) v, u[..., M, K] with orthogonal columns, s[..., K] descending and
 * v[..., K, N] with orthogonal rows, K = min(M, N). The first largest element of each row of v is
 * positive. Gradient (Townsend, 2016): with f[i, j] = 1 / (s[j]^2 - s[i]^2), p = f * u^T du and
 * q = f * v dv^T, da = u ((p + p^T) diag(s) + diag(s) (q + q^T) + diag(ds)) v
 * + (du - u u^T du) diag(1/s) v + u diag(1/s) (dv - dv v^T v). It lacks what belongs to singular
 * values that are equal or 0. */
#include "ops/matrices.h"

static cn_status infer(const void *attributes, const cn_type *inputs, int64_t n_inputs,
                       cn_type *outputs)
{
    (void)attributes, (void)n_inputs;
    CN_TRY(cn_check_rectangles(&inputs[0]));
    const int64_t k = cn_shorter_side(&inputs[0].shape), rank = inputs[0].shape.rank;
    outputs[0] = outputs[1] = outputs[2] = inputs[0];
    outputs[0].shape.dim[rank - 1] = k;
    outputs[1].shape.dim[rank - 2] = k;
    outputs[1].shape.rank--;
    outputs[2].shape.dim[rank - 2] = k;
    return CN_OK;
}

/* ---- gradient -------------------------------------------------------------------------------- */

/* What the gradient is made of. */
struct factors {
    cn_value u, s, v, inverse; /* 1/s[..., 1, K] */
    cn_value du, dv;
};

/* f * x + its transpose */
static cn_value turned(cn_program *p, cn_value differences, cn_value x)
{
    x = cn_emit_multiply(p, x, differences);
    return cn_emit_add(p, x, cn_emit_swap_axes(p, x, -1, -2));
}

/* What stands between u and v. */
static cn_value middle(cn_program *p, const struct factors *f, cn_value ds)
{
    cn_value sum = ds == CN_NO_VALUE ? ds : cn_emit_diagonal(p, ds);
    if (f->du == CN_NO_VALUE && f->dv == CN_NO_VALUE)
        return sum;
    cn_value differences = cn_emit_inverse_differences(p, cn_emit_square(p, f->s));
    if (f->du != CN_NO_VALUE) {
        cn_value x = cn_emit_matmul_transposed(p, f->u, true, f->du, false);
        x = turned(p, differences, x);
        x = cn_emit_multiply(p, x, cn_emit_expand_dims(p, f->s, -2));
        sum = cn_emit_sum_of_given(p, sum, x);
    }
    if (f->dv != CN_NO_VALUE) {
        cn_value x = cn_emit_matmul_transposed(p, f->v, false, f->dv, true);
        x = turned(p, differences, x);
        x = cn_emit_multiply(p, x, cn_emit_expand_dims(p, f->s, -1));
        sum = cn_emit_sum_of_given(p, sum, x);
    }
    return sum;
}

/* (du - u u^T du) diag(1/s) v */
static cn_value beside_u(cn_program *p, const struct factors *f)
{
    cn_value inside = cn_emit_matmul_transposed(p, f->u, true, f->du, false);
    cn_value x = cn_emit_subtract(p, f->du, cn_emit_matmul(p, f->u, inside));
    return cn_emit_matmul(p, cn_emit_multiply(p, x, f->inverse), f->v);
}

/* u diag(1/s) (dv - dv v^T v) */
static cn_value beside_v(cn_program *p, const struct factors *f)
{
    cn_value inside = cn_emit_matmul_transposed(p, f->dv, false, f->v, true);
    cn_value x = cn_emit_subtract(p, f->dv, cn_emit_matmul(p, inside, f->v));
    return cn_emit_matmul(p, cn_emit_multiply(p, f->u, f->inverse), x);
}

static void gradient(cn_program *p, const cn_instruction *i, const cn_value *dy, cn_value *dx)
{
    const cn_shape shape = *cn_shape_of(p, i->inputs[0]);
    const int64_t m = shape.dim[shape.rank - 2], n = shape.dim[shape.rank - 1];
    struct factors f = {.u = i->output, .s = i->output + 1, .v = i->output + 2};
    f.du = dy[0];
    f.dv = dy[2];
    cn_value sum = middle(p, &f, dy[1]);
    if (sum == CN_NO_VALUE)
        return;
    sum = cn_emit_matmul(p, cn_emit_matmul(p, f.u, sum), f.v);
    f.inverse = cn_emit_expand_dims(p, cn_emit_inverse_or_zero(p, f.s), -2);
    if (m > n && f.du != CN_NO_VALUE)
        sum = cn_emit_add(p, sum, beside_u(p, &f));
    if (n > m && f.dv != CN_NO_VALUE)
        sum = cn_emit_add(p, sum, beside_v(p, &f));
    dx[0] = sum;
}

/* ---- kernel ---------------------------------------------------------------------------------- */

static void turn(double *vector, int64_t n)
{
    for (int64_t i = 0; i < n; i++)
        vector[i] = -vector[i];
}

/* The two sets of vectors of one matrix, K rows each: of the longer side and of the shorter one. */
static void write(const cn_matrices *c, int64_t i, double *longer, double *shorter)
{
    const int64_t m = c->m, n = c->n, k = m < n ? m : n;
    double *u = m < n ? shorter : longer, *v = m < n ? longer : shorter;
    for (int64_t r = 0; r < k; r++)
        if (cn_points_backwards(v + r * n, n)) {
            turn(u + r * m, m);
            turn(v + r * n, n);
        }
    if (c->y != NULL)
        cn_narrow_turned(c->y + i * m * k, u, k, m);
    if (c->third != NULL)
        cn_narrow(c->third + i * k * n, v, k * n);
}

static cn_status run(const void *arguments)
{
    const cn_matrices *c = arguments;
    const int64_t m = c->m, n = c->n, k = m < n ? m : n, l = m < n ? n : m;
    const bool vectors = c->y != NULL || c->third != NULL;
    double *longer = c->scratch, *shorter = longer + k * l, *s = shorter + k * k;
    for (int64_t i = 0; i < c->count; i++) {
        if (cn_are_finite(c->a + i * m * n, m * n)) {
            cn_widen_sides(longer, c->a + i * m * n, m, n);
            cn_decompose_singular(longer, k, l, s, vectors ? shorter : NULL);
            if (vectors)
                write(c, i, longer, shorter);
            if (c->second != NULL)
                cn_narrow(c->second + i * k, s, k);
        } else {
            cn_fill_with_nan(c->y, i * m * k, m * k);
            cn_fill_with_nan(c->second, i * k, k);
            cn_fill_with_nan(c->third, i * k * n, k * n);
        }
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
    const int64_t m = shape->dim[shape->rank - 2], n = shape->dim[shape->rank - 1],
                  k = m < n ? m : n, count = cn_matrices_count(shape);
    cn_singular_reference found;
    for (int64_t i = 0; i < count && m <= CN_MOST_REFERENCE && n <= CN_MOST_REFERENCE; i++) {
        cn_singular_of_reference(call->inputs[0] + i * m * n, m, n, &found);
        for (int64_t r = 0; r < k; r++) {
            const double sign = cn_points_backwards(found.v + r * n, n) ? -1 : 1;
            call->outputs[1][i * k + r] = found.s[r];
            for (int64_t at = 0; at < m; at++)
                call->outputs[0][i * m * k + at * k + r] = sign * found.u[r * m + at];
            for (int64_t at = 0; at < n; at++)
                call->outputs[2][i * k * n + r * n + at] = sign * found.v[r * n + at];
        }
    }
}

static const cn_sample samples[] = {
    {.shapes = {CN_DIMS(3, 3)}, .n_inputs = 1},
    {.shapes = {CN_DIMS(2, 4, 3)}, .n_inputs = 1},
    {.shapes = {CN_DIMS(2, 2, 2, 5)}, .n_inputs = 1},
    {.shapes = {CN_DIMS(1, 1)}, .n_inputs = 1},
};

const cn_op cn_op_svd = {
    .name = "svd",
    .min_inputs = 1,
    .max_inputs = 1,
    .n_outputs = 3,
    .flags = CN_OP_SKIPS_UNUSED,
    .infer = infer,
    .gradient = gradient,
    .lower = lower,
    .scratch = cn_scratch_of_singular,
    .reference = reference,
    CN_SAMPLES(samples),
};
