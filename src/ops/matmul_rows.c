/* matmul_rows: the product with those rows of A[R,K] that indices name, Y[R,N] = A op(B) + bias
 * there, and bias (or 0) in the other rows; with A transposed, the sum over those rows of A' B,
 * where B is [R,N]. An index outside names none. Gradient: dA = dY op(B)' and dB = A' dY over the
 * same rows, exchanged where B is; dbias = the sum of all of dY's rows. */
#include "kernels/chosen_rows.h"
#include "ops/matmul.h"
#include "ops/samples.h"

enum { A, B, INDICES, BIAS };

static cn_status infer(const void *attributes, const cn_type *inputs, int64_t n_inputs,
                       cn_type *outputs)
{
    const cn_matmul_attributes *matmul = attributes;
    CN_TRY(cn_infer_matmul(attributes, inputs, 2, outputs));
    CN_CHECK(inputs[A].shape.rank == 2 && inputs[B].shape.rank == 2 &&
                 inputs[INDICES].dtype == CN_INT32,
             "takes two matrices and int32 indices, got shapes %s and %s and %s indices",
             cn_shape_str(&inputs[A].shape), cn_shape_str(&inputs[B].shape),
             cn_dtype_name(inputs[INDICES].dtype));
    CN_CHECK(!matmul->transpose_a || (!matmul->transpose_b && n_inputs == 3),
             "a transposed A goes with neither a transposed B nor a bias");
    if (n_inputs > BIAS) {
        const cn_type *bias = &inputs[BIAS];
        CN_CHECK(bias->dtype == CN_FLOAT32 && bias->shape.rank == 1 &&
                     bias->shape.dim[0] == outputs[0].shape.dim[1],
                 "its bias is float32 of shape (%d), not %s of shape %s",
                 (int)outputs[0].shape.dim[1], cn_dtype_name(bias->dtype),
                 cn_shape_str(&bias->shape));
    }
    return CN_OK;
}

static void gradient(cn_program *p, const cn_instruction *i, const cn_value *dy, cn_value *dx)
{
    const cn_matmul_attributes *matmul = i->attributes;
    const cn_value a = i->inputs[A], b = i->inputs[B], indices = i->inputs[INDICES];
    if (i->n_inputs > BIAS)
        dx[BIAS] = cn_emit_sum(p, dy[0], CN_SHAPE(0), false);
    if (matmul->transpose_a) {
        dx[A] = cn_emit_matmul_rows(p, b, false, dy[0], true, indices);
        dx[B] = cn_emit_matmul_rows(p, a, false, dy[0], false, indices);
        return;
    }
    dx[A] = cn_emit_matmul_rows(p, dy[0], false, b, !matmul->transpose_b, indices);
    dx[B] = matmul->transpose_b ? cn_emit_matmul_rows(p, dy[0], true, a, false, indices)
                                : cn_emit_matmul_rows(p, a, true, dy[0], false, indices);
}

/* ---- lowering -------------------------------------------------------------------------------- */

static cn_chosen_rows sizes(const cn_program *p, const cn_instruction *i)
{
    const cn_matmul_attributes *matmul = i->attributes;
    const cn_shape *a = cn_shape_of(p, i->inputs[A]), *b = cn_shape_of(p, i->inputs[B]);
    return (cn_chosen_rows){.rows = a->dim[0],
                            .inner = a->dim[1],
                            .columns = cn_last_dim(b, matmul->transpose_b),
                            .n = cn_shape_size(cn_shape_of(p, i->inputs[INDICES])),
                            .transpose_b = matmul->transpose_b};
}

static size_t scratch(const cn_program *p, const cn_instruction *i)
{
    const cn_chosen_rows call = sizes(p, i);
    return cn_chosen_rows_scratch(&call);
}

static cn_status multiply(const void *arguments)
{
    cn_multiply_chosen_rows(arguments);
    return CN_OK;
}

static cn_status sum(const void *arguments)
{
    cn_sum_chosen_rows(arguments);
    return CN_OK;
}

static cn_status lower(cn_lowering *lowering, const cn_instruction *i)
{
    cn_chosen_rows call = sizes(lowering->program, i);
    call.a = cn_address(lowering, i->inputs[A]);
    call.b = cn_address(lowering, i->inputs[B]);
    call.indices = cn_address(lowering, i->inputs[INDICES]);
    if (i->n_inputs > BIAS)
        call.bias = cn_address(lowering, i->inputs[BIAS]);
    call.c = cn_address(lowering, i->output);
    call.scratch = lowering->scratch;
    const bool sums = ((const cn_matmul_attributes *)i->attributes)->transpose_a;
    return cn_plan_add(lowering->plan, i->op->name, sums ? sum : multiply, &call, sizeof call);
}

/* ---- reference ------------------------------------------------------------------------------- */

static bool is_chosen(const cn_reference_call *call, int64_t row)
{
    const int64_t n = cn_shape_size(&call->input_types[INDICES].shape);
    for (int64_t i = 0; i < n; i++)
        if (call->inputs[INDICES][i] == (double)row)
            return true;
    return false;
}

static void add_row(const cn_reference_call *call, int64_t row, int64_t inner, int64_t columns)
{
    const cn_matmul_attributes *matmul = call->attributes;
    const double *a = call->inputs[A] + row * inner, *b = call->inputs[B];
    for (int64_t k = 0; k < inner; k++)
        for (int64_t j = 0; j < columns; j++)
            if (matmul->transpose_a)
                call->outputs[0][k * columns + j] += a[k] * b[row * columns + j];
            else
                call->outputs[0][row * columns + j] +=
                    a[k] * b[matmul->transpose_b ? j * inner + k : k * columns + j];
}

static void reference(const cn_reference_call *call)
{
    const cn_shape *a = &call->input_types[A].shape, *y = &call->output_types[0].shape;
    const int64_t size = cn_shape_size(y);
    for (int64_t i = 0; i < size; i++)
        call->outputs[0][i] = call->n_inputs > BIAS ? call->inputs[BIAS][i % y->dim[1]] : 0;
    for (int64_t row = 0; row < a->dim[0]; row++)
        if (is_chosen(call, row))
            add_row(call, row, a->dim[1], y->dim[1]);
}

/* ---- samples --------------------------------------------------------------------------------- */

#define INPUTS(...)                                                                                \
    {                                                                                              \
        __VA_ARGS__                                                                                \
    }
#define NAMES(...)                                                                                 \
    {                                                                                              \
        .shape = CN_DIMS(__VA_ARGS__), .dtype = CN_INT32                                           \
    }
static const cn_sample_input
    few[] = INPUTS(CN_SAMPLE_F32(9, 3), CN_SAMPLE_F32(3, 5), NAMES(2, 3)),
    biased[] = INPUTS(CN_SAMPLE_F32(9, 3), CN_SAMPLE_F32(3, 5), NAMES(6), CN_SAMPLE_F32(5)),
    exchanged[] = INPUTS(CN_SAMPLE_F32(7, 3), CN_SAMPLE_F32(5, 3), NAMES(4), CN_SAMPLE_F32(5)),
    summed[] = INPUTS(CN_SAMPLE_F32(9, 3), CN_SAMPLE_F32(9, 5), NAMES(6)),
    all[] = INPUTS(CN_SAMPLE_F32(2, 3), CN_SAMPLE_F32(3, 2), NAMES(40)),
    nobody[] = INPUTS(CN_SAMPLE_F32(4, 3), CN_SAMPLE_F32(3, 2), NAMES(0), CN_SAMPLE_F32(2)),
    nothing[] = INPUTS(CN_SAMPLE_F32(4, 0), CN_SAMPLE_F32(0, 2), NAMES(3)),
    sum_of_none[] = INPUTS(CN_SAMPLE_F32(4, 3), CN_SAMPLE_F32(4, 2), NAMES(0)),
    deep[] = INPUTS(CN_SAMPLE_F32(3, 390), CN_SAMPLE_F32(390, 2), NAMES(5)),
    long_sum[] = INPUTS(CN_SAMPLE_F32(300, 2), CN_SAMPLE_F32(300, 3), NAMES(1500)),
    wide[] = INPUTS(CN_SAMPLE_F32(3, 2), CN_SAMPLE_F32(2, 150), NAMES(4)),
    wide_sum[] = INPUTS(CN_SAMPLE_F32(3, 2), CN_SAMPLE_F32(3, 150), NAMES(4));
static const cn_matmul_attributes plain = {false, false, {0}}, first = {true, false, {0}},
                                  second = {false, true, {0}};
/* Low and high are those of indices too, some of which name rows that there are not. */
static const cn_sample samples[] = {
    {.inputs = few, .n_inputs = 3, .low = -2, .high = 10, .attributes = &plain},
    {.inputs = biased, .n_inputs = 4, .low = 0, .high = 8, .attributes = &plain},
    {.inputs = exchanged, .n_inputs = 4, .low = 0, .high = 6, .attributes = &second},
    {.inputs = summed, .n_inputs = 3, .low = -2, .high = 10, .attributes = &first},
    {.inputs = all, .n_inputs = 3, .low = -1, .high = 2, .attributes = &plain},
    {.inputs = nobody, .n_inputs = 4, .attributes = &plain},
    {.inputs = nothing, .n_inputs = 3, .attributes = &plain},
    {.inputs = sum_of_none, .n_inputs = 3, .attributes = &first},
    {.inputs = deep, .n_inputs = 3, .low = -2, .high = 2, .attributes = &plain},
    {.inputs = long_sum, .n_inputs = 3, .low = 0, .high = 299, .attributes = &first},
    {.inputs = wide, .n_inputs = 3, .low = -2, .high = 2, .attributes = &plain},
    {.inputs = wide_sum, .n_inputs = 3, .low = -2, .high = 2, .attributes = &first},
};

const cn_op cn_op_matmul_rows = {
    .name = "matmul_rows",
    .min_inputs = 3,
    .max_inputs = 4,
    .n_outputs = 1,
    .fields = cn_matmul_fields,
    .attributes_size = sizeof(cn_matmul_attributes),
    .infer = infer,
    .gradient = gradient,
    .lower = lower,
    .scratch = scratch,
    .reference = reference,
    CN_SAMPLES(samples),
};
