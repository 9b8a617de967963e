/* sparsemax: y = the point of the simplex nearest to x, along the last axis (Martins and Astudillo,
 * ICML 2016). Gradient: with s = y > 0, dx = s * (dy - sum(s * dy) / sum(s)). */
#include <math.h>

#include "ops/rows.h"

static void gradient(cn_program *p, const cn_instruction *i, const cn_value *dy, cn_value *dx)
{
    cn_value support = cn_emit_cast(p, cn_emit_greater_scalar(p, i->output, 0), CN_FLOAT32);
    cn_value kept = cn_emit_sum(p, cn_emit_multiply(p, support, dy[0]), CN_AXES(-1), true);
    cn_value mean = cn_emit_divide(p, kept, cn_emit_sum(p, support, CN_AXES(-1), true));
    dx[0] = cn_emit_multiply(p, support, cn_emit_subtract(p, dy[0], mean));
}

struct call {
    void (*run)(const float *in, float *out, int64_t rows, int64_t columns, float *scratch);
    const float *in;
    float *out, *scratch;
    cn_rows rows;
};

static cn_status run(const void *arguments)
{
    const struct call *c = arguments;
    c->run(c->in, c->out, c->rows.rows, c->rows.columns, c->scratch);
    return CN_OK;
}

static size_t scratch(const cn_program *program, const cn_instruction *instruction)
{
    return (size_t)cn_rows_of(cn_shape_of(program, instruction->output)).columns * sizeof(float);
}

static cn_status lower(cn_lowering *lowering, const cn_instruction *instruction)
{
    const struct call call = {cn_native_kernels()->sparsemax,
                              cn_address(lowering, instruction->inputs[0]),
                              cn_address(lowering, instruction->output), lowering->scratch,
                              cn_rows_of(cn_shape_of(lowering->program, instruction->output))};
    return cn_plan_add(lowering->plan, instruction->op->name, run, &call, sizeof call);
}

/* The threshold t with sum(max(x - t, 0)) = 1: from the smallest support up, the first that
 * excludes no more of x. */
static double threshold(const double *x, int64_t n)
{
    double low = -INFINITY;
    for (int64_t round = 0; round <= n; round++) {
        double sum = -1;
        int64_t count = 0;
        for (int64_t i = 0; i < n; i++)
            if (x[i] > low) {
                sum += x[i];
                count++;
            }
        double next = sum / (double)count;
        if (next <= low)
            break;
        low = next;
    }
    return low;
}

static void reference(const cn_reference_call *call)
{
    const cn_rows rows = cn_rows_of(&call->output_types[0].shape);
    for (int64_t r = 0; r < rows.rows; r++) {
        const double *x = call->inputs[0] + r * rows.columns, t = threshold(x, rows.columns);
        for (int64_t i = 0; i < rows.columns; i++)
            call->outputs[0][r * rows.columns + i] = fmax(x[i] - t, 0);
    }
}

static const cn_sample samples[] = {
    {.shapes = {CN_DIMS(4, 5)}, .n_inputs = 1},
    {.shapes = {CN_DIMS(2, 3, 40)}, .n_inputs = 1, .low = -1, .high = 1},
    {.shapes = {CN_DIMS(6)}, .n_inputs = 1, .low = -0.1, .high = 0.1},
};

const cn_op cn_op_sparsemax = {
    .name = "sparsemax",
    .min_inputs = 1,
    .max_inputs = 1,
    .n_outputs = 1,
    .infer = cn_infer_rows,
    .gradient = gradient,
    .lower = lower,
    .scratch = scratch,
    .reference = reference,
    CN_SAMPLES(samples),
};
