/* What the ops on matrices share. */
#include "ops/matrices.h"

#include <math.h>

cn_status cn_check_matrices(const cn_type *a)
{
    const cn_shape *shape = &a->shape;
    CN_CHECK(a->dtype == CN_FLOAT32, "takes float32, got %s", cn_dtype_name(a->dtype));
    CN_CHECK(shape->rank >= 2 && shape->dim[shape->rank - 1] == shape->dim[shape->rank - 2],
             "takes square matrices, got shape %s", cn_shape_str(shape));
    return CN_OK;
}

cn_status cn_check_rectangles(const cn_type *a)
{
    CN_CHECK(a->dtype == CN_FLOAT32, "takes float32, got %s", cn_dtype_name(a->dtype));
    CN_CHECK(a->shape.rank >= 2, "takes matrices, got shape %s", cn_shape_str(&a->shape));
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

cn_matrices cn_matrices_of(cn_lowering *lowering, const cn_instruction *instruction)
{
    const bool has_b = instruction->n_inputs > 1;
    const cn_shape *a = cn_shape_of(lowering->program, instruction->inputs[0]);
    const cn_shape *b = has_b ? cn_shape_of(lowering->program, instruction->inputs[1]) : a;
    return (cn_matrices){
        .a = cn_address(lowering, instruction->inputs[0]),
        .b = has_b ? cn_address(lowering, instruction->inputs[1]) : NULL,
        .y = cn_address(lowering, instruction->output),
        .second = instruction->n_outputs > 1 ? cn_address(lowering, instruction->output + 1) : NULL,
        .third = instruction->n_outputs > 2 ? cn_address(lowering, instruction->output + 2) : NULL,
        .scratch = lowering->scratch,
        .count = cn_matrices_count(a),
        .m = a->dim[a->rank - 2],
        .n = b->dim[b->rank - 1],
    };
}

cn_status cn_lower_matrices(cn_lowering *lowering, const cn_instruction *instruction, bool lower,
                            cn_status (*run)(const void *arguments))
{
    cn_matrices call = cn_matrices_of(lowering, instruction);
    call.lower = lower;
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

void cn_widen_turned(double *to, const float *from, int64_t rows, int64_t columns)
{
    for (int64_t r = 0; r < rows; r++)
        for (int64_t c = 0; c < columns; c++)
            to[c * rows + r] = from[r * columns + c];
}

void cn_narrow_turned(float *to, const double *from, int64_t rows, int64_t columns)
{
    for (int64_t c = 0; c < columns; c++)
        for (int64_t r = 0; r < rows; r++)
            to[c * rows + r] = (float)from[r * columns + c];
}

void cn_widen_symmetric(double *to, const float *from, int64_t m)
{
    for (int64_t k = 0; k < m * m; k++)
        to[k] = ((double)from[k] + from[k % m * m + k / m]) / 2;
}

void cn_widen_sides(double *to, const float *from, int64_t m, int64_t n)
{
    if (m < n)
        cn_widen(to, from, m * n);
    else
        cn_widen_turned(to, from, m, n);
}

size_t cn_scratch_of_singular(const cn_program *program, const cn_instruction *instruction)
{
    const cn_shape *a = cn_shape_of(program, instruction->inputs[0]);
    const size_t k = (size_t)cn_shorter_side(a), l = (size_t)cn_longer_side(a);
    return (2 * k * l + k * k + k) * sizeof(double);
}

bool cn_are_finite(const float *numbers, int64_t n)
{
    bool finite = true;
    for (int64_t i = 0; i < n; i++)
        finite &= isfinite(numbers[i]) != 0;
    return finite;
}

void cn_fill_with_nan(float *to, int64_t from, int64_t n)
{
    for (int64_t i = from; i < from + n && to != NULL; i++)
        to[i] = NAN;
}

int64_t cn_shorter_side(const cn_shape *shape)
{
    const int64_t m = shape->dim[shape->rank - 2], n = shape->dim[shape->rank - 1];
    return m < n ? m : n;
}

int64_t cn_longer_side(const cn_shape *shape)
{
    const int64_t m = shape->dim[shape->rank - 2], n = shape->dim[shape->rank - 1];
    return m < n ? n : m;
}
