/* pinv: the pseudoinverse p[..., N, M] of a[..., M, N]: the sum of v[k] u[k]^T / s[k] over the
 * singular values that are greater than the largest times a ratio. Gradient (Golub and Pereyra,
 * 1973), as if the others were 0: da = -p^T dp p^T + (1 - a p) dp^T p p^T + p^T p dp^T (1 - p a). */
#include "ops/matrices.h"

static cn_status infer(const void *attributes, const cn_type *inputs, int64_t n_inputs,
                       cn_type *outputs)
{
    (void)attributes, (void)n_inputs;
    CN_TRY(cn_check_rectangles(&inputs[0]));
    const cn_shape *shape = &inputs[0].shape;
    outputs[0] = inputs[0];
    outputs[0].shape.dim[shape->rank - 2] = shape->dim[shape->rank - 1];
    outputs[0].shape.dim[shape->rank - 1] = shape->dim[shape->rank - 2];
    return CN_OK;
}

static void gradient(cn_program *p, const cn_instruction *i, const cn_value *dy, cn_value *dx)
{
    const cn_value a = i->inputs[0], inverse = i->output;
    cn_value first = cn_emit_matmul_transposed(p, inverse, true, dy[0], false);
    first = cn_emit_matmul_transposed(p, first, false, inverse, true);
    cn_value wide = cn_emit_matmul_transposed(p, dy[0], true, inverse, false);
    wide = cn_emit_matmul_transposed(p, wide, false, inverse, true); /* dp^T p p^T */
    cn_value wide_inside = cn_emit_matmul(p, a, cn_emit_matmul(p, inverse, wide));
    cn_value tall = cn_emit_matmul_transposed(p, inverse, false, dy[0], true);
    tall = cn_emit_matmul_transposed(p, inverse, true, tall, false); /* p^T p dp^T */
    cn_value tall_inside = cn_emit_matmul(p, cn_emit_matmul(p, tall, inverse), a);
    wide = cn_emit_subtract(p, wide, wide_inside);
    tall = cn_emit_subtract(p, tall, tall_inside);
    dx[0] = cn_emit_subtract(p, cn_emit_add(p, wide, tall), first);
}

/* ---- kernel ---------------------------------------------------------------------------------- */

struct call {
    cn_matrices matrices;
    double ratio;
};

/* The inverse from the K rows of both sets of vectors. */
static void sum_up(const struct call *call, const double *u, const double *v, const double *s,
                   double *y)
{
    const int64_t m = call->matrices.m, n = call->matrices.n, k = m < n ? m : n;
    for (int64_t i = 0; i < m * n; i++)
        y[i] = 0;
    for (int64_t r = 0; r < k && s[r] > s[0] * call->ratio; r++)
        for (int64_t i = 0; i < n; i++)
            for (int64_t j = 0; j < m; j++)
                y[i * m + j] += v[r * n + i] / s[r] * u[r * m + j];
}

static cn_status run(const void *arguments)
{
    const struct call *call = arguments;
    const cn_matrices *c = &call->matrices;
    const int64_t m = c->m, n = c->n, k = m < n ? m : n, l = m < n ? n : m;
    double *longer = c->scratch, *shorter = longer + k * l, *s = shorter + k * k, *y = s + k;
    for (int64_t i = 0; i < c->count; i++) {
        if (cn_are_finite(c->a + i * m * n, m * n)) {
            cn_widen_sides(longer, c->a + i * m * n, m, n);
            cn_decompose_singular(longer, k, l, s, shorter);
            sum_up(call, m < n ? shorter : longer, m < n ? longer : shorter, s, y);
            cn_narrow(c->y + i * m * n, y, m * n);
        } else {
            cn_fill_with_nan(c->y, i * m * n, m * n);
        }
    }
    return CN_OK;
}

static cn_status lower(cn_lowering *lowering, const cn_instruction *instruction)
{
    const cn_pinv_attributes *pinv = instruction->attributes;
    const struct call call = {cn_matrices_of(lowering, instruction), pinv->ratio};
    return cn_plan_add(lowering->plan, instruction->op->name, run, &call, sizeof call);
}

static void reference(const cn_reference_call *call)
{
    const double ratio = ((const cn_pinv_attributes *)call->attributes)->ratio;
    const cn_shape *shape = &call->input_types[0].shape;
    const int64_t m = shape->dim[shape->rank - 2], n = shape->dim[shape->rank - 1],
                  k = m < n ? m : n, count = cn_matrices_count(shape);
    cn_singular_reference found;
    for (int64_t i = 0; i < count && m <= CN_MOST_REFERENCE && n <= CN_MOST_REFERENCE; i++) {
        cn_singular_of_reference(call->inputs[0] + i * m * n, m, n, &found);
        for (int64_t at = 0; at < m * n; at++) {
            double sum = 0;
            for (int64_t r = 0; r < k && found.s[r] > found.s[0] * ratio; r++)
                sum += found.v[r * n + at / m] * found.u[r * m + at % m] / found.s[r];
            call->outputs[0][i * m * n + at] = sum;
        }
    }
}

static const cn_field fields[] = {
    CN_FIELD(cn_pinv_attributes, ratio, CN_FIELD_REAL, 0),
    CN_END_FIELDS,
};

static const cn_pinv_attributes tiny = {1e-6};
static const cn_sample samples[] = {
    {.shapes = {CN_DIMS(3, 3)}, .n_inputs = 1, .diagonal = 4, .attributes = &tiny},
    {.shapes = {CN_DIMS(2, 5, 3)}, .n_inputs = 1, .attributes = &tiny},
    {.shapes = {CN_DIMS(2, 2, 2, 4)}, .n_inputs = 1},
    {.shapes = {CN_DIMS(1, 1)}, .n_inputs = 1, .low = 1, .high = 3},
};

const cn_op cn_op_pinv = {
    .name = "pinv",
    .min_inputs = 1,
    .max_inputs = 1,
    .n_outputs = 1,
    .fields = fields,
    .attributes_size = sizeof(cn_pinv_attributes),
    .infer = infer,
    .gradient = gradient,
    .lower = lower,
    .scratch = cn_scratch_of_singular,
    .reference = reference,
    CN_SAMPLES(samples),
};
