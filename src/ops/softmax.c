/* softmax: y = e^x / sum(e^x) over the last axis, or the logarithm of that. Gradient: the op
 * softmax_gradient. */
#include <math.h>

#include "ops/rows.h"

static void gradient(cn_program *p, const cn_instruction *i, const cn_value *dy, cn_value *dx)
{
    cn_value operands[2] = {i->output, dy[0]};
    dx[0] = cn_program_append(p, &cn_op_softmax_gradient, i->attributes, operands, 2);
}

struct call {
    void (*run)(bool log, const float *in, float *out, int64_t rows, int64_t columns);
    bool log;
    const float *in;
    float *out;
    cn_rows rows;
};

static cn_status run(const void *arguments)
{
    const struct call *c = arguments;
    c->run(c->log, c->in, c->out, c->rows.rows, c->rows.columns);
    return CN_OK;
}

static cn_status lower(cn_lowering *lowering, const cn_instruction *instruction)
{
    const cn_softmax_attributes *softmax = instruction->attributes;
    const struct call call = {cn_native_kernels()->softmax, softmax->log,
                              cn_address(lowering, instruction->inputs[0]),
                              cn_address(lowering, instruction->output),
                              cn_rows_of(cn_shape_of(lowering->program, instruction->output))};
    return cn_plan_add(lowering->plan, instruction->op->name, run, &call, sizeof call);
}

static void row(const double *x, double *y, int64_t n, bool log_of_it)
{
    double largest = -INFINITY, sum = 0;
    for (int64_t i = 0; i < n; i++)
        largest = fmax(largest, x[i]);
    for (int64_t i = 0; i < n; i++)
        sum += exp(x[i] - largest);
    for (int64_t i = 0; i < n; i++)
        y[i] = log_of_it ? x[i] - largest - log(sum) : exp(x[i] - largest) / sum;
}

static void reference(const cn_reference_call *call)
{
    const cn_softmax_attributes *softmax = call->attributes;
    const cn_rows rows = cn_rows_of(&call->output_types[0].shape);
    for (int64_t r = 0; r < rows.rows; r++)
        row(call->inputs[0] + r * rows.columns, call->outputs[0] + r * rows.columns, rows.columns,
            softmax->log);
}

static const cn_field fields[] = {
    CN_FIELD(cn_softmax_attributes, log, CN_FIELD_BOOL, 0),
    CN_END_FIELDS,
};

static const cn_softmax_attributes plain = {false}, logarithm = {true};
static const cn_sample samples[] = {
    {.shapes = {CN_DIMS(3, 5)}, .n_inputs = 1, .attributes = &plain},
    {.shapes = {CN_DIMS(3, 5)}, .n_inputs = 1, .attributes = &logarithm},
    {.shapes = {CN_DIMS(2, 3, 67)}, .n_inputs = 1, .low = -5, .high = 5, .attributes = &plain},
    {.shapes = {CN_DIMS(2, 3, 67)}, .n_inputs = 1, .low = -5, .high = 5, .attributes = &logarithm},
    {.shapes = {CN_DIMS(4, 1)}, .n_inputs = 1, .attributes = &plain},
    {.shapes = {CN_DIMS(7)}, .n_inputs = 1, .attributes = &logarithm},
};

const cn_op cn_op_softmax = {
    .name = "softmax",
    .min_inputs = 1,
    .max_inputs = 1,
    .n_outputs = 1,
    .fields = fields,
    .attributes_size = sizeof(cn_softmax_attributes),
    .infer = cn_infer_rows,
    .gradient = gradient,
    .lower = lower,
    .reference = reference,
    CN_SAMPLES(samples),
};
