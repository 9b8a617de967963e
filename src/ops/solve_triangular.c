/* solve_triangular: y = a^-1 b for a[..., M, M], of which only the lower or the upper half is read,
 * and b[..., M, N]. Gradient: db = a^-T dy, da = that half of -db y^T. */
#include "ops/matrices.h"

static void gradient(cn_program *p, const cn_instruction *i, const cn_value *dy, cn_value *dx)
{
    const bool lower = ((const cn_triangular_attributes *)i->attributes)->lower;
    cn_value turned = cn_emit_swap_axes(p, i->inputs[0], -1, -2);
    dx[1] = cn_emit_solve_triangular(p, turned, dy[0], !lower);
    dx[0] = cn_emit_half(p, cn_gradient_of_system(p, i, dx[1]), lower);
}

static cn_status run(const void *arguments)
{
    const cn_matrices *c = arguments;
    double *a = c->scratch, *b = a + c->m * c->m;
    for (int64_t i = 0; i < c->count; i++) {
        cn_widen(a, c->a + i * c->m * c->m, c->m * c->m);
        cn_widen(b, c->b + i * c->m * c->n, c->m * c->n);
        cn_solve_triangular(a, c->m, c->lower, false, b, c->n);
        cn_narrow(c->y + i * c->m * c->n, b, c->m * c->n);
    }
    return CN_OK;
}

static cn_status lower(cn_lowering *lowering, const cn_instruction *instruction)
{
    const cn_triangular_attributes *triangular = instruction->attributes;
    return cn_lower_matrices(lowering, instruction, triangular->lower, run);
}

/* y[row]: b[row] without what the rows solved before it give, by the diagonal. */
static double solved(const double *a, const double *y, double b, int64_t m, int64_t n, int64_t row,
                     bool lower)
{
    for (int64_t k = lower ? 0 : row + 1; k < (lower ? row : m); k++)
        b -= a[row * m + k] * y[k * n];
    return b / a[row * m + row];
}

static void reference(const cn_reference_call *call)
{
    const bool lower = ((const cn_triangular_attributes *)call->attributes)->lower;
    const cn_shape *b = &call->input_types[1].shape;
    const int64_t m = b->dim[b->rank - 2], n = b->dim[b->rank - 1], count = cn_matrices_count(b);
    for (int64_t column = 0; column < count * n; column++) {
        const int64_t first = column / n * m * n + column % n;
        double *y = call->outputs[0] + first;
        for (int64_t k = 0; k < m; k++) {
            const int64_t row = lower ? k : m - 1 - k;
            y[row * n] = solved(call->inputs[0] + column / n * m * m, y,
                                call->inputs[1][first + row * n], m, n, row, lower);
        }
    }
}

static const cn_field fields[] = {
    CN_FIELD(cn_triangular_attributes, lower, CN_FIELD_BOOL, 0),
    CN_END_FIELDS,
};

static const cn_triangular_attributes below = {true};
static const cn_sample samples[] = {
    {.shapes = {CN_DIMS(4, 4), CN_DIMS(4, 3)}, .n_inputs = 2, .diagonal = 5},
    {.shapes = {CN_DIMS(2, 5, 5), CN_DIMS(2, 5, 1)},
     .n_inputs = 2,
     .diagonal = 5,
     .attributes = &below},
    {.shapes = {CN_DIMS(1, 1), CN_DIMS(1, 2)},
     .n_inputs = 2,
     .low = 1,
     .high = 3,
     .attributes = &below},
};

const cn_op cn_op_solve_triangular = {
    .name = "solve_triangular",
    .min_inputs = 2,
    .max_inputs = 2,
    .n_outputs = 1,
    .fields = fields,
    .attributes_size = sizeof(cn_triangular_attributes),
    .infer = cn_infer_solve,
    .gradient = gradient,
    .lower = lower,
    .scratch = cn_scratch_of_matrices,
    .reference = reference,
    CN_SAMPLES(samples),
};
