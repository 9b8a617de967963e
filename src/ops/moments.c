/* moments: mean and variance of x over all axes but the last, x[..., C] -> mean[C], variance[C],
 * the variance over the R rows, not R - 1. Gradient: dx = dmean / R + dvariance * 2 (x - mean) /
 * R. */
#include "ops/rows.h"

static cn_status infer(const void *attributes, const cn_type *inputs, int64_t n_inputs,
                       cn_type *outputs)
{
    cn_type type;
    CN_TRY(cn_infer_rows(attributes, inputs, n_inputs, &type));
    outputs[0] = outputs[1] = (cn_type){CN_FLOAT32, CN_SHAPE(type.shape.dim[type.shape.rank - 1])};
    return CN_OK;
}

/* dx = x * slope + offset, with slope = 2 dvariance / R and offset = dmean / R - mean * slope. */
static void gradient(cn_program *p, const cn_instruction *i, const cn_value *dy, cn_value *dx)
{
    const cn_shape shape = *cn_shape_of(p, i->inputs[0]);
    const double rows = (double)cn_rows_of(&shape).rows;
    cn_value offset = dy[0] == CN_NO_VALUE ? cn_emit_zeros_like(p, i->output)
                                           : cn_emit_multiply_scalar(p, dy[0], 1 / rows);
    if (dy[1] == CN_NO_VALUE) {
        dx[0] = cn_emit_broadcast_to(p, offset, shape);
        return;
    }
    cn_value slope = cn_emit_multiply_scalar(p, dy[1], 2 / rows);
    offset = cn_emit_subtract(p, offset, cn_emit_multiply(p, i->output, slope));
    dx[0] = cn_emit_multiply_add(p, i->inputs[0], slope, offset);
}

struct call {
    void (*run)(const float *x, int64_t x_row, float *mean, float *variance, int64_t rows,
                int64_t columns);
    const float *x;
    int64_t x_row;
    float *mean, *variance;
    cn_rows rows;
};

static cn_status run(const void *arguments)
{
    const struct call *c = arguments;
    c->run(c->x, c->x_row, c->mean, c->variance, c->rows.rows, c->rows.columns);
    return CN_OK;
}

static cn_status lower(cn_lowering *lowering, const cn_instruction *instruction)
{
    const struct call call = {cn_native_kernels()->moments,
                              cn_address(lowering, instruction->inputs[0]),
                              cn_pitch_of(lowering, instruction->inputs[0]),
                              cn_address(lowering, instruction->output),
                              cn_address(lowering, instruction->output + 1),
                              cn_rows_of(cn_shape_of(lowering->program, instruction->inputs[0]))};
    return cn_plan_add(lowering->plan, instruction->op->name, run, &call, sizeof call);
}

static void reference(const cn_reference_call *call)
{
    const cn_rows rows = cn_rows_of(&call->input_types[0].shape);
    for (int64_t c = 0; c < rows.columns; c++) {
        double sum = 0, squares = 0;
        for (int64_t r = 0; r < rows.rows; r++)
            sum += call->inputs[0][r * rows.columns + c];
        const double mean = sum / (double)rows.rows;
        for (int64_t r = 0; r < rows.rows; r++) {
            const double distance = call->inputs[0][r * rows.columns + c] - mean;
            squares += distance * distance;
        }
        call->outputs[0][c] = mean;
        call->outputs[1][c] = squares / (double)rows.rows;
    }
}

static const cn_sample samples[] = {
    {.shapes = {CN_DIMS(4, 3)}, .n_inputs = 1},   {.shapes = {CN_DIMS(3, 5, 7, 20)}, .n_inputs = 1},
    {.shapes = {CN_DIMS(70, 1)}, .n_inputs = 1},  {.shapes = {CN_DIMS(1, 9)}, .n_inputs = 1},
    {.shapes = {CN_DIMS(3, 261)}, .n_inputs = 1},
};

const cn_op cn_op_moments = {
    .name = "moments",
    .min_inputs = 1,
    .max_inputs = 1,
    .n_outputs = 2,
    .flags = CN_OP_READS_APART,
    .infer = infer,
    .gradient = gradient,
    .lower = lower,
    .reference = reference,
    CN_SAMPLES(samples),
};
