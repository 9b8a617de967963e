/* scatter_windows: a table[rows, taps, F] of zeros, to which each x[n..., t] is added at
 * [indices[n..., t stride + j dilation - before], j] for every j whose cell is inside: the gradient
 * of gather_windows, and its own is that. */
#include "ops/emit.h"
#include "ops/indices.h"
#include "ops/samples.h"
#include "program/lowering.h"

static cn_status infer(const void *attributes, const cn_type *inputs, int64_t n_inputs,
                       cn_type *outputs)
{
    (void)n_inputs;
    const cn_windows_attributes *a = attributes;
    const cn_shape *x = &inputs[0].shape, *indices = &inputs[1].shape;
    cn_windows windows;
    CN_CHECK(inputs[0].dtype == CN_FLOAT32 && inputs[1].dtype == CN_INT32,
             "takes float32 rows and int32 indices, got %s and %s", cn_dtype_name(inputs[0].dtype),
             cn_dtype_name(inputs[1].dtype));
    CN_CHECK(a->rows >= 0, "a table cannot have %d rows", (int)a->rows);
    CN_TRY(cn_windows_of(a, indices, a->taps, &windows));
    bool fits = x->rank == indices->rank + 1 && x->dim[x->rank - 2] == windows.out;
    for (int64_t i = 0; fits && i < indices->rank - 1; i++)
        fits = x->dim[i] == indices->dim[i];
    CN_CHECK(fits, "rows %s are not the %d windows over indices %s", cn_shape_str(x),
             (int)windows.out, cn_shape_str(indices));
    outputs[0] = (cn_type){CN_FLOAT32, CN_SHAPE(a->rows, a->taps, x->dim[x->rank - 1])};
    return CN_OK;
}

static void gradient(cn_program *p, const cn_instruction *i, const cn_value *dy, cn_value *dx)
{
    cn_windows_attributes attributes = *(const cn_windows_attributes *)i->attributes;
    attributes.rows = attributes.taps = 0;
    dx[0] = cn_emit_gather_windows(p, dy[0], i->inputs[1], &attributes);
}

struct call {
    cn_windows windows;
    float *table;
    int64_t table_rows;
    const int32_t *indices;
    const float *rows;
};

static cn_status run(const void *arguments)
{
    const struct call *c = arguments;
    CN_TRY(cn_check_indices("scatter_windows", c->indices, c->windows.n * c->windows.steps,
                            c->table_rows));
    cn_native_kernels()->scatter_windows(&c->windows, c->table, c->table_rows, c->indices, c->rows);
    return CN_OK;
}

static cn_status lower(cn_lowering *lowering, const cn_instruction *instruction)
{
    const cn_value rows = instruction->inputs[0], indices = instruction->inputs[1];
    const cn_shape *table = cn_shape_of(lowering->program, instruction->output);
    struct call call = {
        .table = cn_address(lowering, instruction->output),
        .table_rows = table->dim[0],
        .indices = cn_address(lowering, indices),
        .rows = cn_address(lowering, rows),
    };
    CN_TRY(cn_windows_of(instruction->attributes, cn_shape_of(lowering->program, indices),
                         table->dim[1], &call.windows));
    call.windows.width = table->dim[2];
    return cn_plan_add(lowering->plan, instruction->op->name, run, &call, sizeof call);
}

/* An index outside is left out. */
static void reference(const cn_reference_call *call)
{
    const cn_windows_attributes *a = call->attributes;
    const cn_shape *table = &call->output_types[0].shape, *x = &call->input_types[0].shape,
                   *indices = &call->input_types[1].shape;
    const int64_t steps = indices->dim[indices->rank - 1], out = x->dim[x->rank - 2],
                  width = x->dim[x->rank - 1];
    for (int64_t i = 0; i < cn_shape_size(table); i++)
        call->outputs[0][i] = 0;
    for (int64_t i = 0; i < cn_shape_size(x) * a->taps; i++) {
        const int64_t j = i % a->taps, from = i / a->taps, t = from / width % out,
                      n = from / width / out, step = t * a->stride + j * a->dilation - a->before;
        const double index = step >= 0 && step < steps ? call->inputs[1][n * steps + step] : -1;
        if (index >= 0 && index < (double)a->rows)
            call->outputs[0][((int64_t)index * a->taps + j) * width + from % width] +=
                call->inputs[0][from];
    }
}

static const cn_windows_attributes valid = {1, 1, 0, 0, 7, 3}, same = {1, 1, 1, 1, 7, 3},
                                   causal = {1, 2, 4, 0, 7, 3}, strided = {2, 1, 1, 0, 7, 2};
static const cn_sample samples[] = {
    {.shapes = {CN_DIMS(2, 3, 2), CN_DIMS(2, 5)},
     .dtypes = {CN_FLOAT32, CN_INT32},
     .n_inputs = 2,
     .low = 0,
     .high = 6,
     .attributes = &valid},
    {.shapes = {CN_DIMS(2, 3, 4, 37), CN_DIMS(2, 3, 4)},
     .dtypes = {CN_FLOAT32, CN_INT32},
     .n_inputs = 2,
     .low = 0,
     .high = 6,
     .attributes = &same},
    {.shapes = {CN_DIMS(6, 2), CN_DIMS(6)},
     .dtypes = {CN_FLOAT32, CN_INT32},
     .n_inputs = 2,
     .low = 0,
     .high = 6,
     .attributes = &causal},
    {.shapes = {CN_DIMS(3, 3, 20), CN_DIMS(3, 6)},
     .dtypes = {CN_FLOAT32, CN_INT32},
     .n_inputs = 2,
     .low = 0,
     .high = 6,
     .attributes = &strided},
};

const cn_op cn_op_scatter_windows = {
    .name = "scatter_windows",
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
