/* rfft_gradient: the adjoint of rfft, real and imaginary parts [..., n/2+1] -> x[..., n], x[t] =
 * sum of re[k] cos(2 pi k t / n) - im[k] sin(2 pi k t / n). With numbers that count twice, but for
 * the first and that of half of n, it is n times the inverse. Gradient: dre, dim = rfft(dx). */
#include <math.h>

#include "ops/fourier.h"

static cn_status infer(const void *attributes, const cn_type *inputs, int64_t n_inputs,
                       cn_type *outputs)
{
    const int64_t n = ((const cn_fourier_attributes *)attributes)->n;
    CN_TRY(cn_infer_rows(attributes, inputs, n_inputs, outputs));
    int64_t *bins = &outputs[0].shape.dim[outputs[0].shape.rank - 1];
    CN_CHECK(n >= 1 && n <= CN_FOURIER_MOST && *bins == cn_fft_bins(n),
             "rows of %d are not the spectrum of %d numbers", (int)*bins, (int)n);
    *bins = n;
    return CN_OK;
}

static void gradient(cn_program *p, const cn_instruction *i, const cn_value *dy, cn_value *dx)
{
    (void)i;
    dx[0] = cn_emit_rfft(p, dy[0], &dx[1]);
}

static size_t scratch(const cn_program *program, const cn_instruction *instruction)
{
    (void)program;
    return cn_fft_scratch(((const cn_fourier_attributes *)instruction->attributes)->n);
}

static cn_status lower(cn_lowering *lowering, const cn_instruction *instruction)
{
    return cn_fourier_lower(lowering, instruction, true);
}

static void reference(const cn_reference_call *call)
{
    const cn_rows x = cn_rows_of(&call->output_types[0].shape);
    const int64_t bins = cn_fft_bins(x.columns);
    const double step = 2 * acos(-1) / (double)x.columns;
    for (int64_t i = 0; i < x.rows * x.columns; i++) {
        double sum = 0;
        for (int64_t k = 0; k < bins; k++) {
            const double angle = step * (double)(i % x.columns * k % x.columns);
            const int64_t at = i / x.columns * bins + k;
            sum += call->inputs[0][at] * cos(angle) - call->inputs[1][at] * sin(angle);
        }
        call->outputs[0][i] = sum;
    }
}

static const cn_field fields[] = {
    CN_FIELD(cn_fourier_attributes, n, CN_FIELD_INT, 0),
    CN_END_FIELDS,
};

#define SAMPLE(rows, bins, attributes_)                                                            \
    {                                                                                              \
        .shapes = {CN_DIMS(rows, bins), CN_DIMS(rows, bins)}, .n_inputs = 2,                       \
        .attributes = &(attributes_)                                                               \
    }
static const cn_fourier_attributes one = {1}, two = {2}, six = {6}, seven = {7}, eight = {8},
                                   sixty_four = {64}, twenty = {20};
static const cn_sample samples[] = {
    SAMPLE(3, 5, eight), SAMPLE(1, 33, sixty_four), SAMPLE(9, 4, six),     SAMPLE(2, 4, seven),
    SAMPLE(4, 1, one),   SAMPLE(3, 2, two),         SAMPLE(2, 11, twenty),
};

const cn_op cn_op_rfft_gradient = {
    .name = "rfft_gradient",
    .min_inputs = 2,
    .max_inputs = 2,
    .n_outputs = 1,
    .fields = fields,
    .attributes_size = sizeof(cn_fourier_attributes),
    .infer = infer,
    .gradient = gradient,
    .lower = lower,
    .scratch = scratch,
    .reference = reference,
    CN_SAMPLES(samples),
};
