/* scatter: y = base[R, ...], to whose row indices[n...] each x[n..., ...] is brought: put there
 * ("set": of several the last), or the "max", "min" or product ("multiply") with what is there.
 * Gradient: see scattering.c. */
#include "ops/scattering.h"

#include <math.h>
#include <string.h>

#include "kernels/native/native.h"
#include "ops/indices.h"
#include "ops/samples.h"
#include "program/lowering.h"

static cn_status infer(const void *attributes, const cn_type *inputs, int64_t n_inputs,
                       cn_type *outputs)
{
    (void)n_inputs;
    const cn_shape *base = &inputs[0].shape, *indices = &inputs[1].shape, *x = &inputs[2].shape;
    CN_CHECK(inputs[1].dtype == CN_INT32 && inputs[0].dtype == inputs[2].dtype &&
                 (inputs[0].dtype == CN_FLOAT32 || inputs[0].dtype == CN_INT32),
             "takes float32 or int32, int32 indices and rows of the first type, got %s, %s and %s",
             cn_dtype_name(inputs[0].dtype), cn_dtype_name(inputs[1].dtype),
             cn_dtype_name(inputs[2].dtype));
    CN_CHECK(cn_scattering_of(attributes) != CN_SCATTER_UNKNOWN,
             "the reduction is one of set, max, min and multiply");
    bool fits = base->rank >= 1 && x->rank == indices->rank + base->rank - 1;
    for (int64_t i = 0; fits && i < x->rank; i++)
        fits = x->dim[i] ==
               (i < indices->rank ? indices->dim[i] : base->dim[i - indices->rank + 1]);
    CN_CHECK(fits, "rows %s at indices %s do not fit a table %s", cn_shape_str(x),
             cn_shape_str(indices), cn_shape_str(base));
    outputs[0] = inputs[0];
    return CN_OK;
}

struct call {
    cn_scattering scattering;
    cn_dtype dtype;
    const void *base, *x;
    const int32_t *indices;
    void *y;
    int64_t rows, width, n;
};

static float choose(cn_scattering scattering, float y, float x)
{
    if (scattering == CN_SCATTER_MULTIPLY)
        return y * x;
    const bool wins = scattering == CN_SCATTER_MAX ? x > y : x < y;
    return wins || x != x ? x : y;
}

static int32_t choose_whole(cn_scattering scattering, int32_t y, int32_t x)
{
    if (scattering == CN_SCATTER_MULTIPLY)
        return (int32_t)((uint32_t)y * (uint32_t)x);
    return (scattering == CN_SCATTER_MAX ? x > y : x < y) ? x : y;
}

static void combine_row(const struct call *c, int64_t to, int64_t from)
{
    for (int64_t k = 0; k < c->width; k++) {
        if (c->dtype == CN_FLOAT32) {
            float *y = (float *)c->y + to + k;
            *y = choose(c->scattering, *y, ((const float *)c->x)[from + k]);
        } else {
            int32_t *y = (int32_t *)c->y + to + k;
            *y = choose_whole(c->scattering, *y, ((const int32_t *)c->x)[from + k]);
        }
    }
}

static cn_status run(const void *arguments)
{
    const struct call *c = arguments;
    const size_t row_bytes = (size_t)c->width * cn_dtype_size(c->dtype);
    CN_TRY(cn_check_indices("scatter", c->indices, c->n, c->rows));
    memcpy(c->y, c->base, (size_t)c->rows * row_bytes);
    for (int64_t i = 0; i < c->n; i++) {
        const int64_t to = c->indices[i] * c->width, from = i * c->width;
        if (c->scattering == CN_SCATTER_SET)
            memcpy((char *)c->y + (size_t)c->indices[i] * row_bytes,
                   (const char *)c->x + (size_t)i * row_bytes, row_bytes);
        else
            combine_row(c, to, from);
    }
    return CN_OK;
}

static cn_status lower(cn_lowering *lowering, const cn_instruction *instruction)
{
    const cn_type *type = cn_type_of(lowering->program, instruction->output);
    const struct call call = {
        .scattering = cn_scattering_of(instruction->attributes),
        .dtype = type->dtype,
        .base = cn_address(lowering, instruction->inputs[0]),
        .indices = cn_address(lowering, instruction->inputs[1]),
        .x = cn_address(lowering, instruction->inputs[2]),
        .y = cn_address(lowering, instruction->output),
        .rows = type->shape.dim[0],
        .width = cn_row_width(&type->shape),
        .n = cn_shape_size(cn_shape_of(lowering->program, instruction->inputs[1])),
    };
    return cn_plan_add(lowering->plan, instruction->op->name, run, &call, sizeof call);
}

/* An index outside is left out. */
static void reference(const cn_reference_call *call)
{
    const cn_scattering scattering = cn_scattering_of(call->attributes);
    const cn_shape *table = &call->output_types[0].shape;
    const int64_t width = cn_row_width(table), n = cn_shape_size(&call->input_types[1].shape);
    const int64_t size = cn_shape_size(table);
    for (int64_t i = 0; i < size; i++)
        call->outputs[0][i] = call->inputs[0][i];
    for (int64_t i = 0; i < n * width; i++) {
        const double row = call->inputs[1][i / width], x = call->inputs[2][i];
        if (!(row >= 0 && row < (double)table->dim[0]))
            continue;
        double *y = &call->outputs[0][(int64_t)row * width + i % width];
        *y = scattering == CN_SCATTER_SET        ? x
             : scattering == CN_SCATTER_MULTIPLY ? *y * x
             : isnan(*y) || isnan(x)             ? NAN
             : scattering == CN_SCATTER_MAX      ? fmax(*y, x)
                                                 : fmin(*y, x);
    }
}

static const cn_field fields[] = {
    CN_FIELD(cn_scatter_attributes, reduction, CN_FIELD_TEXT, 0),
    CN_END_FIELDS,
};

static const cn_scatter_attributes set = {"set"}, most = {"max"}, least = {"min"},
                                   times = {"multiply"};
#define SAMPLE(base, n, x, dtype, attributes_)                                                     \
    {                                                                                              \
        .shapes = {base, n, x}, .dtypes = {dtype, CN_INT32, dtype}, .n_inputs = 3, .low = 0,       \
        .high = 6, .attributes = &(attributes_)                                                    \
    }
static const cn_sample samples[] = {
    SAMPLE(CN_DIMS(7, 3), CN_DIMS(5), CN_DIMS(5, 3), CN_FLOAT32, set),
    SAMPLE(CN_DIMS(7), CN_DIMS(2, 4), CN_DIMS(2, 4), CN_INT32, set),
    SAMPLE(CN_DIMS(7, 2), CN_DIMS(9), CN_DIMS(9, 2), CN_FLOAT32, most),
    SAMPLE(CN_DIMS(7), CN_DIMS(3, 3), CN_DIMS(3, 3), CN_FLOAT32, least),
    SAMPLE(CN_DIMS(7), CN_DIMS(9), CN_DIMS(9), CN_INT32, most),
    SAMPLE(CN_DIMS(7, 2, 2), CN_DIMS(6), CN_DIMS(6, 2, 2), CN_FLOAT32, times),
    SAMPLE(CN_DIMS(7), CN_DIMS(4), CN_DIMS(4), CN_INT32, times),
};

const cn_op cn_op_scatter = {
    .name = "scatter",
    .min_inputs = 3,
    .max_inputs = 3,
    .n_outputs = 1,
    .fields = fields,
    .attributes_size = sizeof(cn_scatter_attributes),
    .infer = infer,
    .gradient = cn_gradient_of_scatter,
    .lower = lower,
    .reference = reference,
    CN_SAMPLES(samples),
};
