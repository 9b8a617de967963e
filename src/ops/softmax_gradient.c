/* softmax_gradient: dx from softmax's output y and its gradient dy: dx = y * (dy - sum(dy * y));
 * where y is the logarithm, dx = dy - e^y * sum(dy). Gradient: with d that of dx, for softmax dy' =
 * y * (d - sum(d * y)) and y' = d * (dy - sum(dy * y)) - dy * sum(d * y); for its logarithm dy' = d
 * - sum(d * e^y) and y' = -d * e^y * sum(dy). */
#include <math.h>

#include "ops/rows.h"

static cn_value sum_rows(cn_program *p, cn_value a, cn_value b)
{
    return cn_emit_sum(p, cn_emit_multiply(p, a, b), CN_AXES(-1), true);
}

static void gradient_of_log(cn_program *p, const cn_instruction *i, cn_value d, cn_value *inputs)
{
    cn_value softmax = cn_emit_exp(p, i->inputs[0]);
    cn_value sum = cn_emit_sum(p, i->inputs[1], CN_AXES(-1), true);
    inputs[0] = cn_emit_negative(p, cn_emit_multiply(p, cn_emit_multiply(p, d, softmax), sum));
    inputs[1] = cn_emit_subtract(p, d, sum_rows(p, d, softmax));
}

static void gradient(cn_program *p, const cn_instruction *i, const cn_value *dy, cn_value *inputs)
{
    const cn_value d = dy[0], y = i->inputs[0], before = i->inputs[1];
    if (((const cn_softmax_attributes *)i->attributes)->log) {
        gradient_of_log(p, i, d, inputs);
        return;
    }
    cn_value through_sum = cn_emit_multiply(p, before, sum_rows(p, d, y));
    cn_value direct = cn_emit_multiply(p, d, cn_emit_subtract(p, before, sum_rows(p, before, y)));
    cn_value operands[2] = {y, d};
    inputs[0] = cn_emit_subtract(p, direct, through_sum);
    inputs[1] = cn_program_append(p, &cn_op_softmax_gradient, i->attributes, operands, 2);
}

struct call {
    void (*run)(bool log, const float *y, const float *dy, float *dx, int64_t rows,
                int64_t columns);
    bool log;
    const float *y, *dy;
    float *dx;
    cn_rows rows;
};

static cn_status run(const void *arguments)
{
    const struct call *c = arguments;
    c->run(c->log, c->y, c->dy, c->dx, c->rows.rows, c->rows.columns);
    return CN_OK;
}

static cn_status lower(cn_lowering *lowering, const cn_instruction *instruction)
{
    const cn_softmax_attributes *softmax = instruction->attributes;
    const struct call call = {cn_native_kernels()->softmax_gradient,
                              softmax->log,
                              cn_address(lowering, instruction->inputs[0]),
                              cn_address(lowering, instruction->inputs[1]),
                              cn_address(lowering, instruction->output),
                              cn_rows_of(cn_shape_of(lowering->program, instruction->output))};
    return cn_plan_add(lowering->plan, instruction->op->name, run, &call, sizeof call);
}

static void reference(const cn_reference_call *call)
{
    const bool log = ((const cn_softmax_attributes *)call->attributes)->log;
    const cn_rows rows = cn_rows_of(&call->output_types[0].shape);
    for (int64_t r = 0; r < rows.rows; r++) {
        const double *y = call->inputs[0] + r * rows.columns,
                     *dy = call->inputs[1] + r * rows.columns;
        double *dx = call->outputs[0] + r * rows.columns, sum = 0;
        for (int64_t i = 0; i < rows.columns; i++)
            sum += log ? dy[i] : dy[i] * y[i];
        for (int64_t i = 0; i < rows.columns; i++)
            dx[i] = log ? dy[i] - exp(y[i]) * sum : y[i] * (dy[i] - sum);
    }
}

static const cn_field fields[] = {
    CN_FIELD(cn_softmax_attributes, log, CN_FIELD_BOOL, 0),
    CN_END_FIELDS,
};

static const cn_softmax_attributes plain = {false}, logarithm = {true};
static const cn_sample samples[] = {
    {.shapes = {CN_DIMS(3, 5), CN_DIMS(3, 5)}, .n_inputs = 2, .attributes = &plain},
    {.shapes = {CN_DIMS(3, 5), CN_DIMS(3, 5)}, .n_inputs = 2, .attributes = &logarithm},
    {.shapes = {CN_DIMS(2, 3, 67), CN_DIMS(2, 3, 67)}, .n_inputs = 2, .attributes = &plain},
    {.shapes = {CN_DIMS(2, 3, 67), CN_DIMS(2, 3, 67)}, .n_inputs = 2, .attributes = &logarithm},
};

const cn_op cn_op_softmax_gradient = {
    .name = "softmax_gradient",
    .min_inputs = 2,
    .max_inputs = 2,
    .n_outputs = 1,
    .fields = fields,
    .attributes_size = sizeof(cn_softmax_attributes),
    .infer = cn_infer_rows,
    .gradient = gradient,
    .lower = lower,
    .reference = reference,
    CN_SAMPLES(samples),
};
