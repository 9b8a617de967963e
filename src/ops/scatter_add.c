/* scatter_add: a table of zeros, to whose row indices[n...] each x[n...] is added. Gradient: dx =
 * the rows of dy by the same indices. */
#include "ops/emit.h"
#include "ops/indices.h"
#include "ops/samples.h"
#include "program/lowering.h"

static cn_status infer(const void *attributes, const cn_type *inputs, int64_t n_inputs,
                       cn_type *outputs)
{
    (void)n_inputs;
    const int64_t rows = ((const cn_rows_attributes *)attributes)->rows;
    const cn_shape *x = &inputs[0].shape, *indices = &inputs[1].shape;
    bool fits = x->rank >= indices->rank && x->rank - indices->rank < CN_MAX_RANK;
    for (int64_t i = 0; fits && i < indices->rank; i++)
        fits = x->dim[i] == indices->dim[i];
    CN_CHECK(inputs[0].dtype == CN_FLOAT32 && inputs[1].dtype == CN_INT32,
             "takes float32 rows and int32 indices, got %s and %s", cn_dtype_name(inputs[0].dtype),
             cn_dtype_name(inputs[1].dtype));
    CN_CHECK(fits, "rows %s do not begin with the shape of the indices %s", cn_shape_str(x),
             cn_shape_str(indices));
    CN_CHECK(rows >= 0, "a table cannot have %d rows", (int)rows);
    outputs[0] = (cn_type){CN_FLOAT32, {.rank = 1, .dim = {rows}}};
    for (int64_t i = indices->rank; i < x->rank; i++)
        outputs[0].shape.dim[outputs[0].shape.rank++] = x->dim[i];
    return CN_OK;
}

static void gradient(cn_program *p, const cn_instruction *i, const cn_value *dy, cn_value *dx)
{
    dx[0] = cn_emit_gather(p, dy[0], i->inputs[1]);
}

struct call {
    float *table;
    int64_t table_rows;
    const int32_t *indices;
    const float *rows;
    int64_t n, width;
};

static cn_status run(const void *arguments)
{
    const struct call *c = arguments;
    CN_TRY(cn_check_indices("scatter_add", c->indices, c->n, c->table_rows));
    cn_scatter_add_run(c->table, c->table_rows, c->indices, c->rows, c->n, c->width);
    return CN_OK;
}

static cn_status lower(cn_lowering *lowering, const cn_instruction *instruction)
{
    const cn_shape *table = cn_shape_of(lowering->program, instruction->output);
    const struct call call = {cn_address(lowering, instruction->output),
                              table->dim[0],
                              cn_address(lowering, instruction->inputs[1]),
                              cn_address(lowering, instruction->inputs[0]),
                              cn_shape_size(cn_shape_of(lowering->program, instruction->inputs[1])),
                              cn_row_width(table)};
    return cn_plan_add(lowering->plan, instruction->op->name, run, &call, sizeof call);
}

/* An index outside is left out. */
static void reference(const cn_reference_call *call)
{
    const cn_shape *table = &call->output_types[0].shape;
    const int64_t n = cn_shape_size(&call->input_types[1].shape), width = cn_row_width(table);
    const int64_t size = cn_shape_size(table);
    for (int64_t i = 0; i < size; i++)
        call->outputs[0][i] = 0;
    for (int64_t i = 0; i < n; i++) {
        const double index = call->inputs[1][i];
        if (!(index >= 0 && index < (double)table->dim[0]))
            continue;
        for (int64_t k = 0; k < width; k++)
            call->outputs[0][(int64_t)index * width + k] += call->inputs[0][i * width + k];
    }
}

static const cn_field fields[] = {
    CN_FIELD(cn_rows_attributes, rows, CN_FIELD_INT, 0),
    CN_END_FIELDS,
};

static const cn_rows_attributes seven = {7};
static const cn_sample samples[] = {
    {.shapes = {CN_DIMS(12, 3), CN_DIMS(12)},
     .dtypes = {CN_FLOAT32, CN_INT32},
     .n_inputs = 2,
     .low = 0,
     .high = 6,
     .attributes = &seven},
    {.shapes = {CN_DIMS(2, 4, 2, 3), CN_DIMS(2, 4)},
     .dtypes = {CN_FLOAT32, CN_INT32},
     .n_inputs = 2,
     .low = 0,
     .high = 6,
     .attributes = &seven},
    {.shapes = {CN_DIMS(40), CN_DIMS(40)},
     .dtypes = {CN_FLOAT32, CN_INT32},
     .n_inputs = 2,
     .low = 0,
     .high = 6,
     .attributes = &seven},
};

const cn_op cn_op_scatter_add = {
    .name = "scatter_add",
    .min_inputs = 2,
    .max_inputs = 2,
    .n_outputs = 1,
    .fields = fields,
    .attributes_size = sizeof(cn_rows_attributes),
    .infer = infer,
    .gradient = gradient,
    .lower = lower,
    .reference = reference,
    CN_SAMPLES(samples),
};
