/* product_sums: sums over all axes but the last of a and of a * b, a[..., C], b[..., C] -> sum[C],
 * product[C]. Gradient: da = dsum + dproduct * b, db = dproduct * a. */
#include "ops/rows.h"

static cn_status infer(const void *attributes, const cn_type *inputs, int64_t n_inputs,
                       cn_type *outputs)
{
    cn_type type;
    CN_TRY(cn_infer_rows(attributes, inputs, n_inputs, &type));
    outputs[0] = outputs[1] = (cn_type){CN_FLOAT32, CN_SHAPE(type.shape.dim[type.shape.rank - 1])};
    return CN_OK;
}

static void gradient(cn_program *p, const cn_instruction *i, const cn_value *dy, cn_value *dx)
{
    const cn_shape shape = *cn_shape_of(p, i->inputs[0]);
    cn_value sum = dy[0] == CN_NO_VALUE ? cn_emit_zeros_like(p, i->output) : dy[0];
    if (dy[1] == CN_NO_VALUE) {
        dx[0] = cn_emit_broadcast_to(p, sum, shape);
        dx[1] = CN_NO_VALUE;
        return;
    }
    dx[0] = cn_emit_multiply_add(p, i->inputs[1], dy[1], sum);
    dx[1] = cn_emit_multiply(p, i->inputs[0], dy[1]);
}

struct call {
    void (*run)(const float *a, int64_t a_row, const float *b, int64_t b_row, float *sum,
                float *product, int64_t rows, int64_t columns);
    const float *a, *b;
    int64_t a_row, b_row;
    float *sum, *product;
    cn_rows rows;
};

static cn_status run(const void *arguments)
{
    const struct call *c = arguments;
    c->run(c->a, c->a_row, c->b, c->b_row, c->sum, c->product, c->rows.rows, c->rows.columns);
    return CN_OK;
}

static cn_status lower(cn_lowering *lowering, const cn_instruction *instruction)
{
    const struct call call = {cn_native_kernels()->product_sums,
                              cn_address(lowering, instruction->inputs[0]),
                              cn_address(lowering, instruction->inputs[1]),
                              cn_pitch_of(lowering, instruction->inputs[0]),
                              cn_pitch_of(lowering, instruction->inputs[1]),
                              cn_address(lowering, instruction->output),
                              cn_address(lowering, instruction->output + 1),
                              cn_rows_of(cn_shape_of(lowering->program, instruction->inputs[0]))};
    return cn_plan_add(lowering->plan, instruction->op->name, run, &call, sizeof call);
}

static void reference(const cn_reference_call *call)
{
    const cn_rows rows = cn_rows_of(&call->input_types[0].shape);
    for (int64_t c = 0; c < rows.columns; c++) {
        double sum = 0, product = 0;
        for (int64_t i = c; i < rows.rows * rows.columns; i += rows.columns) {
            sum += call->inputs[0][i];
            product += call->inputs[0][i] * call->inputs[1][i];
        }
        call->outputs[0][c] = sum;
        call->outputs[1][c] = product;
    }
}

static const cn_sample samples[] = {
    {.shapes = {CN_DIMS(4, 3), CN_DIMS(4, 3)}, .n_inputs = 2},
    {.shapes = {CN_DIMS(3, 5, 7, 20), CN_DIMS(3, 5, 7, 20)}, .n_inputs = 2},
    {.shapes = {CN_DIMS(70, 1), CN_DIMS(70, 1)}, .n_inputs = 2},
    {.shapes = {CN_DIMS(0, 9), CN_DIMS(0, 9)}, .n_inputs = 2},
    {.shapes = {CN_DIMS(3, 261), CN_DIMS(3, 261)}, .n_inputs = 2},
};

const cn_op cn_op_product_sums = {
    .name = "product_sums",
    .min_inputs = 2,
    .max_inputs = 2,
    .n_outputs = 2,
    .flags = CN_OP_READS_APART,
    .infer = infer,
    .gradient = gradient,
    .lower = lower,
    .reference = reference,
    CN_SAMPLES(samples),
};
