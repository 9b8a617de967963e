/* rfft: the Fourier transform of rows of n real numbers, x[..., n] -> real and imaginary parts
 * [..., n/2+1], re[k] = sum of x[t] cos(2 pi k t / n), im[k] = - sum of x[t] sin(2 pi k t / n).
 * Gradient: the op rfft_gradient. */
#include <math.h>

#include "ops/fourier.h"

static cn_status infer(const void *attributes, const cn_type *inputs, int64_t n_inputs,
                       cn_type *outputs)
{
    CN_TRY(cn_infer_rows(attributes, inputs, n_inputs, outputs));
    int64_t *n = &outputs[0].shape.dim[outputs[0].shape.rank - 1];
    CN_CHECK(*n >= 1 && *n <= CN_FOURIER_MOST, "transforms from 1 to %d numbers, got shape %s",
             CN_FOURIER_MOST, cn_shape_str(&inputs[0].shape));
    *n = cn_fft_bins(*n);
    outputs[1] = outputs[0];
    return CN_OK;
}

static void gradient(cn_program *p, const cn_instruction *i, const cn_value *dy, cn_value *dx)
{
    const cn_shape *shape = cn_shape_of(p, i->inputs[0]);
    const cn_fourier_attributes attributes = {shape->dim[shape->rank - 1]};
    cn_value parts[2];
    for (int k = 0; k < 2; k++)
        parts[k] = dy[k] == CN_NO_VALUE ? cn_emit_zeros_like(p, i->output) : dy[k];
    dx[0] = cn_program_append(p, &cn_op_rfft_gradient, &attributes, parts, 2);
}

static size_t scratch(const cn_program *program, const cn_instruction *instruction)
{
    return cn_fft_scratch(cn_rows_of(cn_shape_of(program, instruction->inputs[0])).columns);
}

static cn_status lower(cn_lowering *lowering, const cn_instruction *instruction)
{
    return cn_fourier_lower(lowering, instruction, false);
}

static void reference(const cn_reference_call *call)
{
    const cn_rows x = cn_rows_of(&call->input_types[0].shape);
    const int64_t bins = cn_fft_bins(x.columns);
    const double step = 2 * acos(-1) / (double)x.columns;
    for (int64_t i = 0; i < x.rows * bins; i++) {
        double re = 0, im = 0;
        for (int64_t t = 0; t < x.columns; t++) {
            const double angle = step * (double)(i % bins * t % x.columns);
            const double number = call->inputs[0][i / bins * x.columns + t];
            re += number * cos(angle);
            im -= number * sin(angle);
        }
        call->outputs[0][i] = re;
        call->outputs[1][i] = im;
    }
}

static const cn_sample samples[] = {
    {.shapes = {CN_DIMS(3, 8)}, .n_inputs = 1},     {.shapes = {CN_DIMS(1, 16)}, .n_inputs = 1},
    {.shapes = {CN_DIMS(2, 5, 32)}, .n_inputs = 1}, {.shapes = {CN_DIMS(9, 12)}, .n_inputs = 1},
    {.shapes = {CN_DIMS(3, 7)}, .n_inputs = 1},     {.shapes = {CN_DIMS(2, 10)}, .n_inputs = 1},
    {.shapes = {CN_DIMS(4, 1)}, .n_inputs = 1},     {.shapes = {CN_DIMS(2)}, .n_inputs = 1},
    {.shapes = {CN_DIMS(2, 4)}, .n_inputs = 1},     {.shapes = {CN_DIMS(1, 23)}, .n_inputs = 1},
};

const cn_op cn_op_rfft = {
    .name = "rfft",
    .min_inputs = 1,
    .max_inputs = 1,
    .n_outputs = 2,
    .infer = infer,
    .gradient = gradient,
    .lower = lower,
    .scratch = scratch,
    .reference = reference,
    CN_SAMPLES(samples),
};
