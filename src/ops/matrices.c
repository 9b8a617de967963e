/* What the ops on square matrices share. */
#include "ops/matrices.h"

cn_status cn_check_matrices(const cn_type *a)
{
    const cn_shape *shape = &a->shape;
    CN_CHECK(a->dtype == CN_FLOAT32, "takes float32, got %s", cn_dtype_name(a->dtype));
    CN_CHECK(shape->rank >= 2 && shape->dim[shape->rank - 1] == shape->dim[shape->rank - 2],
             "takes square matrices, got shape %s", cn_shape_str(shape));
    return CN_OK;
}

cn_status cn_infer_solve(const void *attributes, const cn_type *inputs, int64_t n_inputs,
                         cn_type *outputs)
{
    (void)attributes, (void)n_inputs;
    const cn_shape *a = &inputs[0].shape, *b = &inputs[1].shape;
    CN_TRY(cn_check_matrices(&inputs[0]));
    CN_CHECK(inputs[1].dtype == CN_FLOAT32, "takes float32, got %s",
             cn_dtype_name(inputs[1].dtype));
    bool fits = a->rank == b->rank;
    for (int64_t i = 0; fits && i + 1 < a->rank; i++)
        fits = a->dim[i] == b->dim[i];
    CN_CHECK(fits, "a right-hand side %s does not fit matrices %s", cn_shape_str(b),
             cn_shape_str(a));
    outputs[0] = inputs[1];
    return CN_OK;
}

int64_t cn_matrices_count(const cn_shape *shape)
{
    int64_t count = 1;
    for (int64_t i = 0; i + 2 < shape->rank; i++)
        count *= shape->dim[i];
    return count;
}

cn_status cn_lower_matrices(cn_lowering *lowering, const cn_instruction *instruction, bool lower,
                            cn_status (*run)(const void *arguments))
{
    const bool has_b = instruction->n_inputs > 1;
    const cn_shape *a = cn_shape_of(lowering->program, instruction->inputs[0]);
    const cn_shape *b = has_b ? cn_shape_of(lowering->program, instruction->inputs[1]) : a;
    const cn_matrices call = {
        .a = cn_address(lowering, instruction->inputs[0]),
        .b = has_b ? cn_address(lowering, instruction->inputs[1]) : NULL,
        .y = cn_address(lowering, instruction->output),
        .second = instruction->n_outputs > 1 ? cn_address(lowering, instruction->output + 1) : NULL,
        .scratch = lowering->scratch,
        .count = cn_matrices_count(a),
        .m = a->dim[a->rank - 1],
        .n = b->dim[b->rank - 1],
        .lower = lower,
    };
    return cn_plan_add(lowering->plan, instruction->op->name, run, &call, sizeof call);
}

size_t cn_scratch_of_matrices(const cn_program *program, const cn_instruction *instruction)
{
    const cn_shape *a = cn_shape_of(program, instruction->inputs[0]);
    const cn_shape *b = cn_shape_of(program, instruction->inputs[instruction->n_inputs - 1]);
    const size_t m = (size_t)a->dim[a->rank - 1], n = (size_t)b->dim[b->rank - 1];
    return m * m * sizeof(double) + m * n * sizeof(double) + m * sizeof(int64_t);
}

void cn_widen(double *to, const float *from, int64_t n)
{
    for (int64_t i = 0; i < n; i++)
        to[i] = from[i];
}

void cn_narrow(float *to, const double *from, int64_t n)
{
    for (int64_t i = 0; i < n; i++)
        to[i] = (float)from[i];
}

cn_value cn_gradient_of_system(cn_program *p, const cn_instruction *i, cn_value db)
{
    return cn_emit_negative(p, cn_emit_matmul_transposed(p, db, false, i->output, true));
}

double cn_determinant_reference(const double *a, int64_t m, int64_t row, unsigned taken)
{
    double sum = row == m, sign = 1;
    for (int64_t c = 0; c < m && row < m; c++) {
        if (taken >> c & 1)
            continue;
        sum += sign * a[row * m + c] * cn_determinant_reference(a, m, row + 1, taken | 1u << c);
        sign = -sign;
    }
    return sum;
}
