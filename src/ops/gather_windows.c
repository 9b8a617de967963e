/* gather_windows: y[n..., t] = sum over j of table[indices[n..., t stride + j dilation - before],
 * j], table[V, taps, F], indices[N..., T] -> y[N..., out, F]; cells outside 0 .. T-1 add nothing.
 * It is the convolution of gathered rows E[indices] with a kernel[taps, D, F] when table[v, j] =
 * E[v] kernel[j]. Gradient: dtable by scatter_windows; the indices have none. */
#include <math.h>

#include "ops/emit.h"
#include "ops/indices.h"
#include "ops/samples.h"
#include "program/lowering.h"

static cn_status infer(const void *attributes, const cn_type *inputs, int64_t n_inputs,
                       cn_type *outputs)
{
    (void)n_inputs;
    const cn_shape *table = &inputs[0].shape;
    cn_shape shape = inputs[1].shape;
    cn_windows windows;
    CN_CHECK(inputs[0].dtype == CN_FLOAT32 && inputs[1].dtype == CN_INT32,
             "takes a float32 table and int32 indices, got %s and %s",
             cn_dtype_name(inputs[0].dtype), cn_dtype_name(inputs[1].dtype));
    CN_CHECK(table->rank == 3 && shape.rank < CN_MAX_RANK,
             "takes a table [rows, taps, width] and indices of rank < %d, got shapes %s and %s",
             CN_MAX_RANK, cn_shape_str(table), cn_shape_str(&shape));
    CN_TRY(cn_windows_of(attributes, &shape, table->dim[1], &windows));
    shape.dim[shape.rank - 1] = windows.out;
    shape.dim[shape.rank++] = table->dim[2];
    outputs[0] = (cn_type){CN_FLOAT32, shape};
    return CN_OK;
}

static void gradient(cn_program *p, const cn_instruction *i, const cn_value *dy, cn_value *dx)
{
    const cn_shape *table = cn_shape_of(p, i->inputs[0]);
    cn_windows_attributes attributes = *(const cn_windows_attributes *)i->attributes;
    attributes.rows = table->dim[0];
    attributes.taps = table->dim[1];
    cn_value operands[2] = {dy[0], i->inputs[1]};
    dx[0] = cn_program_append(p, &cn_op_scatter_windows, &attributes, operands, 2);
}

struct call {
    cn_windows windows;
    const float *table;
    const int32_t *indices;
    float *out;
    int64_t table_rows;
};

/* It stands for a gather, whose message it gives. */
static cn_status run(const void *arguments)
{
    const struct call *c = arguments;
    CN_TRY(cn_check_indices("gather", c->indices, c->windows.n * c->windows.steps, c->table_rows));
    cn_native_kernels()->gather_windows(&c->windows, c->table, c->indices, c->out);
    return CN_OK;
}

static cn_status lower(cn_lowering *lowering, const cn_instruction *instruction)
{
    const cn_value table = instruction->inputs[0], indices = instruction->inputs[1];
    const cn_shape *shape = cn_shape_of(lowering->program, table);
    struct call call = {
        .table = cn_address(lowering, table),
        .indices = cn_address(lowering, indices),
        .out = cn_address(lowering, instruction->output),
        .table_rows = shape->dim[0],
    };
    CN_TRY(cn_windows_of(instruction->attributes, cn_shape_of(lowering->program, indices),
                         shape->dim[1], &call.windows));
    call.windows.width = shape->dim[2];
    return cn_plan_add(lowering->plan, instruction->op->name, run, &call, sizeof call);
}

/* An index outside gives NaN. */
static double cell(const cn_reference_call *call, double index, int64_t tap, int64_t column)
{
    const cn_shape *table = &call->input_types[0].shape;
    return index >= 0 && index < (double)table->dim[0]
               ? call->inputs[0][((int64_t)index * table->dim[1] + tap) * table->dim[2] + column]
               : NAN;
}

static void reference(const cn_reference_call *call)
{
    const cn_windows_attributes *a = call->attributes;
    const cn_shape *indices = &call->input_types[1].shape, *y = &call->output_types[0].shape;
    const int64_t steps = indices->dim[indices->rank - 1], out = y->dim[y->rank - 2],
                  width = y->dim[y->rank - 1], taps = call->input_types[0].shape.dim[1];
    for (int64_t i = 0; i < cn_shape_size(y); i++) {
        const int64_t column = i % width, t = i / width % out, n = i / width / out;
        double sum = 0;
        for (int64_t j = 0; j < taps; j++) {
            const int64_t step = t * a->stride + j * a->dilation - a->before;
            if (step >= 0 && step < steps)
                sum += cell(call, call->inputs[1][n * steps + step], j, column);
        }
        call->outputs[0][i] = sum;
    }
}

static const cn_windows_attributes valid = {1, 1, 0, 0, 0, 0}, same = {1, 1, 1, 1, 0, 0},
                                   causal = {1, 2, 4, 0, 0, 0}, strided = {2, 1, 1, 0, 0, 0},
                                   far = {3, 1, 3, 4, 0, 0};
static const cn_sample samples[] = {
    {.shapes = {CN_DIMS(7, 3, 2), CN_DIMS(2, 5)},
     .dtypes = {CN_FLOAT32, CN_INT32},
     .n_inputs = 2,
     .low = 0,
     .high = 6,
     .attributes = &valid},
    {.shapes = {CN_DIMS(7, 3, 37), CN_DIMS(2, 3, 4)},
     .dtypes = {CN_FLOAT32, CN_INT32},
     .n_inputs = 2,
     .low = 0,
     .high = 6,
     .attributes = &same},
    {.shapes = {CN_DIMS(7, 3, 2), CN_DIMS(6)},
     .dtypes = {CN_FLOAT32, CN_INT32},
     .n_inputs = 2,
     .low = 0,
     .high = 6,
     .attributes = &causal},
    {.shapes = {CN_DIMS(7, 2, 20), CN_DIMS(3, 6)},
     .dtypes = {CN_FLOAT32, CN_INT32},
     .n_inputs = 2,
     .low = 0,
     .high = 6,
     .attributes = &strided},
    {.shapes = {CN_DIMS(7, 2, 3), CN_DIMS(1, 4)},
     .dtypes = {CN_FLOAT32, CN_INT32},
     .n_inputs = 2,
     .low = 0,
     .high = 6,
     .attributes = &far},
};

const cn_op cn_op_gather_windows = {
    .name = "gather_windows",
    .min_inputs = 2,
    .max_inputs = 2,
    .n_outputs = 1,
    .fields = cn_windows_fields,
    .attributes_size = sizeof(cn_windows_attributes),
    .infer = infer,
    .gradient = gradient,
    .lower = lower,
    .reference = reference,
    CN_SAMPLES(samples),
};
