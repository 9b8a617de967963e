/* gather: y[n...] = table[indices[n...]], whole rows. Gradient: the table's by scatter_add; the
 * indices have none. */
#include <math.h>

#include "ops/emit.h"
#include "ops/indices.h"
#include "ops/samples.h"
#include "program/lowering.h"

static cn_status infer(const void *attributes, const cn_type *inputs, int64_t n_inputs,
                       cn_type *outputs)
{
    (void)attributes, (void)n_inputs;
    const cn_shape *table = &inputs[0].shape;
    cn_shape shape = inputs[1].shape;
    CN_CHECK(table->rank >= 1, "the table is a scalar");
    CN_CHECK(inputs[1].dtype == CN_INT32, "indices are int32, not %s",
             cn_dtype_name(inputs[1].dtype));
    CN_CHECK(shape.rank + table->rank - 1 <= CN_MAX_RANK,
             "indices %s into a table %s give more than %d axes", cn_shape_str(&shape),
             cn_shape_str(table), CN_MAX_RANK);
    for (int64_t i = 1; i < table->rank; i++)
        shape.dim[shape.rank++] = table->dim[i];
    outputs[0] = (cn_type){inputs[0].dtype, shape};
    return CN_OK;
}

static void gradient(cn_program *p, const cn_instruction *i, const cn_value *dy, cn_value *dx)
{
    cn_rows_attributes attributes = {cn_shape_of(p, i->inputs[0])->dim[0]};
    cn_value operands[2] = {dy[0], i->inputs[1]};
    dx[0] = cn_program_append(p, &cn_op_scatter_add, &attributes, operands, 2);
}

struct call {
    const void *table;
    const int32_t *indices;
    void *out;
    int64_t n, table_rows;
    size_t row_bytes;
};

static cn_status run(const void *arguments)
{
    const struct call *c = arguments;
    CN_TRY(cn_check_indices("gather", c->indices, c->n, c->table_rows));
    cn_gather_run(c->table, c->indices, c->out, c->n, c->row_bytes);
    return CN_OK;
}

static cn_status lower(cn_lowering *lowering, const cn_instruction *instruction)
{
    const cn_type *table = cn_type_of(lowering->program, instruction->inputs[0]);
    size_t row_bytes = cn_dtype_size(table->dtype);
    for (int64_t i = 1; i < table->shape.rank; i++)
        row_bytes *= (size_t)table->shape.dim[i];
    const struct call call = {cn_address(lowering, instruction->inputs[0]),
                              cn_address(lowering, instruction->inputs[1]),
                              cn_address(lowering, instruction->output),
                              cn_shape_size(cn_shape_of(lowering->program, instruction->inputs[1])),
                              table->shape.dim[0],
                              row_bytes};
    return cn_plan_add(lowering->plan, instruction->op->name, run, &call, sizeof call);
}

/* An index outside gives NaN. */
static void reference(const cn_reference_call *call)
{
    const int64_t n = cn_shape_size(&call->input_types[1].shape),
                  rows = call->input_types[0].shape.dim[0];
    const int64_t width = n == 0 ? 0 : cn_shape_size(&call->output_types[0].shape) / n;
    for (int64_t i = 0; i < n; i++) {
        const double index = call->inputs[1][i];
        const bool inside = index >= 0 && index < (double)rows;
        for (int64_t k = 0; k < width; k++)
            call->outputs[0][i * width + k] = inside ? call->inputs[0][(int64_t)index * width + k]
                                                     : NAN;
    }
}

static const cn_sample samples[] = {
    {.shapes = {CN_DIMS(7, 3), CN_DIMS(5)},
     .dtypes = {CN_FLOAT32, CN_INT32},
     .n_inputs = 2,
     .low = 0,
     .high = 6},
    {.shapes = {CN_DIMS(7, 2, 3), CN_DIMS(2, 4)},
     .dtypes = {CN_FLOAT32, CN_INT32},
     .n_inputs = 2,
     .low = 0,
     .high = 6},
    {.shapes = {CN_DIMS(7), {0}},
     .dtypes = {CN_FLOAT32, CN_INT32},
     .n_inputs = 2,
     .low = 0,
     .high = 6},
    {.shapes = {CN_DIMS(7, 2), CN_DIMS(0)},
     .dtypes = {CN_FLOAT32, CN_INT32},
     .n_inputs = 2,
     .low = 0,
     .high = 6},
    {.shapes = {CN_DIMS(7, 3), CN_DIMS(40)},
     .dtypes = {CN_UINT8, CN_INT32},
     .n_inputs = 2,
     .low = 0,
     .high = 6},
    {.shapes = {CN_DIMS(7), CN_DIMS(4, 3)},
     .dtypes = {CN_STRING, CN_INT32},
     .n_inputs = 2,
     .low = 0,
     .high = 6},
};

const cn_op cn_op_gather = {
    .name = "gather",
    .min_inputs = 2,
    .max_inputs = 2,
    .n_outputs = 1,
    .infer = infer,
    .gradient = gradient,
    .lower = lower,
    .reference = reference,
    CN_SAMPLES(samples),
};
