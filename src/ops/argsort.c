/* argsort: where the elements of each row stand in order, x[..., C] -> int32 [..., count]. Equal
 * ones keep their order, and NaN is the largest. No gradient. */
#include <math.h>

#include "ops/rows.h"

static cn_status infer(const void *attributes, const cn_type *inputs, int64_t n_inputs,
                       cn_type *outputs)
{
    (void)n_inputs;
    const cn_argsort_attributes *argsort = attributes;
    cn_shape shape = inputs[0].shape;
    CN_CHECK(inputs[0].dtype != CN_STRING, "takes numbers, got string");
    CN_CHECK(shape.rank >= 1, "needs rank >= 1, got a scalar");
    int64_t *columns = &shape.dim[shape.rank - 1];
    CN_CHECK(argsort->count >= 0 && argsort->count <= *columns, "there are no %d in rows of %d",
             (int)argsort->count, (int)*columns);
    *columns = argsort->count == 0 ? *columns : argsort->count;
    outputs[0] = (cn_type){CN_INT32, shape};
    return CN_OK;
}

static cn_status run(const void *arguments)
{
    cn_sort_run(arguments);
    return CN_OK;
}

static size_t scratch(const cn_program *program, const cn_instruction *instruction)
{
    const cn_rows rows = cn_rows_of(cn_shape_of(program, instruction->inputs[0]));
    return 2 * (size_t)rows.columns * sizeof(uint64_t);
}

static cn_status lower(cn_lowering *lowering, const cn_instruction *instruction)
{
    const cn_argsort_attributes *argsort = instruction->attributes;
    const cn_type *x = cn_type_of(lowering->program, instruction->inputs[0]);
    const cn_rows rows = cn_rows_of(&x->shape);
    const cn_sorting sorting = {
        .x = cn_address(lowering, instruction->inputs[0]),
        .places = cn_address(lowering, instruction->output),
        .scratch = lowering->scratch,
        .rows = rows.rows,
        .columns = rows.columns,
        .count = argsort->count == 0 ? rows.columns : argsort->count,
        .dtype = x->dtype,
        .descending = argsort->descending,
    };
    return cn_plan_add(lowering->plan, instruction->op->name, run, &sorting, sizeof sorting);
}

static bool is_before(double a, double b, bool descending)
{
    if (isnan(a) || isnan(b))
        return descending ? isnan(a) && !isnan(b) : isnan(b) && !isnan(a);
    return descending ? a > b : a < b;
}

/* How many come before the element: its place in the result. */
static int64_t rank_of(const double *x, int64_t columns, int64_t at, bool descending)
{
    int64_t rank = 0;
    for (int64_t i = 0; i < columns; i++)
        rank += is_before(x[i], x[at], descending) ||
                (i < at && !is_before(x[at], x[i], descending));
    return rank;
}

static void reference(const cn_reference_call *call)
{
    const bool descending = ((const cn_argsort_attributes *)call->attributes)->descending;
    const cn_rows rows = cn_rows_of(&call->input_types[0].shape),
                  wanted = cn_rows_of(&call->output_types[0].shape);
    for (int64_t r = 0; r < rows.rows; r++)
        for (int64_t i = 0; i < rows.columns; i++) {
            const int64_t rank =
                rank_of(call->inputs[0] + r * rows.columns, rows.columns, i, descending);
            if (rank < wanted.columns)
                call->outputs[0][r * wanted.columns + rank] = (double)i;
        }
}

static const cn_field fields[] = {
    CN_FIELD(cn_argsort_attributes, descending, CN_FIELD_BOOL, 0),
    CN_FIELD(cn_argsort_attributes, count, CN_FIELD_INT, 0),
    CN_END_FIELDS,
};

static const cn_argsort_attributes down = {true, 0}, three = {false, 3}, five_down = {true, 5};
static const cn_sample samples[] = {
    {.shapes = {CN_DIMS(3, 7)}, .n_inputs = 1},
    {.shapes = {CN_DIMS(2, 300)}, .n_inputs = 1, .attributes = &down},
    {.shapes = {CN_DIMS(2, 3, 60)}, .dtypes = {CN_INT32}, .n_inputs = 1, .low = -9, .high = 9},
    {.shapes = {CN_DIMS(4, 90)}, .dtypes = {CN_UINT8}, .n_inputs = 1, .attributes = &five_down},
    {.shapes = {CN_DIMS(70)}, .dtypes = {CN_BOOL}, .n_inputs = 1},
    {.shapes = {CN_DIMS(5, 6)}, .n_inputs = 1, .attributes = &three},
    {.shapes = {CN_DIMS(2, 0)}, .n_inputs = 1},
};

const cn_op cn_op_argsort = {
    .name = "argsort",
    .min_inputs = 1,
    .max_inputs = 1,
    .n_outputs = 1,
    .fields = fields,
    .attributes_size = sizeof(cn_argsort_attributes),
    .infer = infer,
    .lower = lower,
    .scratch = scratch,
    .reference = reference,
    CN_SAMPLES(samples),
};
