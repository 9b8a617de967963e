/* matmul: Y[..., M, N] = op(A)[..., M, K] op(B)[..., K, N], where op may exchange the last two
 * axes. B of rank 2 serves all of A's leading axes. Gradient: dA = dY op(B)^T, dB = op(A)^T dY,
 * exchanged where A or B is. */
#include "ops/matmul.h"

#include "ops/finished.h"
#include "ops/samples.h"

/* ---- shapes ---------------------------------------------------------------------------------- */

static cn_status check_leading(const cn_shape *a, const cn_shape *b)
{
    bool same = b->rank == 2 || a->rank == b->rank;
    for (int64_t i = 0; same && b->rank > 2 && i < a->rank - 2; i++)
        same = a->dim[i] == b->dim[i];
    CN_CHECK(same, "leading axes differ: %s x %s", cn_shape_str(a), cn_shape_str(b));
    return CN_OK;
}

cn_status cn_infer_matmul(const void *attributes, const cn_type *inputs, int64_t n_inputs,
                          cn_type *outputs)
{
    (void)n_inputs;
    const cn_matmul_attributes *matmul = attributes;
    const cn_shape *a = &inputs[0].shape, *b = &inputs[1].shape;
    CN_CHECK(inputs[0].dtype == CN_FLOAT32 && inputs[1].dtype == CN_FLOAT32,
             "takes float32, got %s and %s", cn_dtype_name(inputs[0].dtype),
             cn_dtype_name(inputs[1].dtype));
    CN_CHECK(a->rank >= 2 && b->rank >= 2, "needs two matrices, got shapes %s and %s",
             cn_shape_str(a), cn_shape_str(b));
    CN_CHECK(cn_last_dim(a, matmul->transpose_a) == cn_last_dim(b, !matmul->transpose_b),
             "inner sizes differ: %s%s x %s%s", cn_shape_str(a),
             matmul->transpose_a ? " transposed" : "", cn_shape_str(b),
             matmul->transpose_b ? " transposed" : "");
    CN_TRY(check_leading(a, b));
    outputs[0] = (cn_type){CN_FLOAT32, *a};
    outputs[0].shape.dim[a->rank - 2] = cn_last_dim(a, !matmul->transpose_a);
    outputs[0].shape.dim[a->rank - 1] = cn_last_dim(b, matmul->transpose_b);
    return CN_OK;
}

/* ---- gradient -------------------------------------------------------------------------------- */

static cn_value gradient_of_a(cn_program *p, const cn_instruction *i, cn_value dy)
{
    const cn_matmul_attributes *matmul = i->attributes;
    const cn_value b = i->inputs[1];
    if (!matmul->transpose_a)
        return cn_emit_matmul_transposed(p, dy, false, b, !matmul->transpose_b);
    if (cn_shape_of(p, b)->rank == cn_shape_of(p, dy)->rank)
        return cn_emit_matmul_transposed(p, b, matmul->transpose_b, dy, true);
    cn_value exchanged = cn_emit_matmul_transposed(p, dy, false, b, !matmul->transpose_b);
    return cn_emit_swap_axes(p, exchanged, -1, -2);
}

/* All leading axes as rows: [..., M, K] is [rows, K]. */
static cn_value as_rows(cn_program *p, cn_value value)
{
    const cn_shape *shape = cn_shape_of(p, value);
    return cn_emit_reshape(
        p, value,
        CN_SHAPE(cn_shape_size(shape) / cn_last_dim(shape, false), cn_last_dim(shape, false)));
}

static cn_value gradient_of_b(cn_program *p, const cn_instruction *i, cn_value dy)
{
    const cn_matmul_attributes *matmul = i->attributes;
    cn_value a = i->inputs[0];
    const cn_shape shape = *cn_shape_of(p, i->inputs[1]);
    const bool shared = shape.rank < cn_shape_of(p, a)->rank;
    if (shared && !matmul->transpose_a && cn_shape_size(cn_shape_of(p, i->output)) > 0 &&
        cn_shape_size(cn_shape_of(p, a)) > 0) {
        a = as_rows(p, a);
        dy = as_rows(p, dy);
    }
    cn_value db = matmul->transpose_b
                      ? cn_emit_matmul_transposed(p, dy, true, a, matmul->transpose_a)
                      : cn_emit_matmul_transposed(p, a, !matmul->transpose_a, dy, false);
    return cn_emit_sum_to(p, db, shape);
}

static void gradient(cn_program *p, const cn_instruction *i, const cn_value *dy, cn_value *dx)
{
    dx[0] = gradient_of_a(p, i, dy[0]);
    if (dx[0] != CN_NO_VALUE)
        dx[1] = gradient_of_b(p, i, dy[0]);
}

/* ---- lowering -------------------------------------------------------------------------------- */

static cn_status run(const void *arguments)
{
    return cn_product_run(arguments, NULL);
}

static cn_status lower(cn_lowering *lowering, const cn_instruction *instruction)
{
    const cn_product product = cn_product_of(lowering, instruction);
    if (product.batch * product.m * product.n == 0)
        return CN_OK;
    return cn_plan_add(lowering->plan, instruction->op->name, run, &product, sizeof product);
}

const cn_field cn_matmul_fields[] = {
    CN_FIELD(cn_matmul_attributes, transpose_a, CN_FIELD_BOOL, 0),
    CN_FIELD(cn_matmul_attributes, transpose_b, CN_FIELD_BOOL, 0),
    CN_FINISH_FIELDS(cn_matmul_attributes),
    CN_END_FIELDS,
};

static const cn_matmul_attributes plain = {false, false, {0}}, first = {true, false, {0}},
                                  second = {false, true, {0}}, both = {true, true, {0}};
static const cn_sample samples[] = {
    {.shapes = {CN_DIMS(3, 4), CN_DIMS(4, 5)}, .n_inputs = 2, .attributes = &plain},
    {.shapes = {CN_DIMS(4, 3), CN_DIMS(4, 5)}, .n_inputs = 2, .attributes = &first},
    {.shapes = {CN_DIMS(3, 4), CN_DIMS(5, 4)}, .n_inputs = 2, .attributes = &second},
    {.shapes = {CN_DIMS(4, 3), CN_DIMS(5, 4)}, .n_inputs = 2, .attributes = &both},
    {.shapes = {CN_DIMS(2, 3, 4), CN_DIMS(4, 5)}, .n_inputs = 2, .attributes = &plain},
    {.shapes = {CN_DIMS(2, 4, 3), CN_DIMS(4, 5)}, .n_inputs = 2, .attributes = &first},
    {.shapes = {CN_DIMS(2, 3, 4), CN_DIMS(5, 4)}, .n_inputs = 2, .attributes = &second},
    {.shapes = {CN_DIMS(2, 4, 3), CN_DIMS(5, 4)}, .n_inputs = 2, .attributes = &both},
    {.shapes = {CN_DIMS(2, 3, 4), CN_DIMS(2, 4, 5)}, .n_inputs = 2, .attributes = &plain},
    {.shapes = {CN_DIMS(2, 4, 3), CN_DIMS(2, 4, 5)}, .n_inputs = 2, .attributes = &first},
    {.shapes = {CN_DIMS(2, 2, 3, 4), CN_DIMS(2, 2, 5, 4)}, .n_inputs = 2, .attributes = &second},
    {.shapes = {CN_DIMS(2, 4, 3), CN_DIMS(2, 5, 4)}, .n_inputs = 2, .attributes = &both},
    {.shapes = {CN_DIMS(37, 65), CN_DIMS(65, 19)}, .n_inputs = 2, .attributes = &plain},
    {.shapes = {CN_DIMS(65, 37), CN_DIMS(65, 19)}, .n_inputs = 2, .attributes = &first},
    {.shapes = {CN_DIMS(37, 65), CN_DIMS(19, 65)}, .n_inputs = 2, .attributes = &second},
    {.shapes = {CN_DIMS(65, 37), CN_DIMS(19, 65)}, .n_inputs = 2, .attributes = &both},
    {.shapes = {CN_DIMS(1, 1), CN_DIMS(1, 1)}, .n_inputs = 2, .attributes = &plain},
    {.shapes = {CN_DIMS(2, 0), CN_DIMS(0, 3)}, .n_inputs = 2, .attributes = &plain},
};

const cn_op cn_op_matmul = {
    .name = "matmul",
    .min_inputs = 2,
    .max_inputs = 2,
    .n_outputs = 1,
    .flags = CN_OP_READS_APART | CN_OP_WRITES_APART,
    .fields = cn_matmul_fields,
    .attributes_size = sizeof(cn_matmul_attributes),
    .infer = cn_infer_matmul,
    .gradient = gradient,
    .lower = lower,
    .reference = cn_reference_matmul,
    CN_SAMPLES(samples),
};
