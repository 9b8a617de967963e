/* check_range: y = x, for int32 numbers from low to high; where one is outside, the run fails and
 * says which. No gradient. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "kernels/native/native.h"
#include "ops/emit.h"
#include "ops/samples.h"
#include "program/lowering.h"

static cn_status infer(const void *attributes, const cn_type *inputs, int64_t n_inputs,
                       cn_type *outputs)
{
    (void)attributes, (void)n_inputs;
    CN_CHECK(inputs[0].dtype == CN_INT32, "takes int32, got %s", cn_dtype_name(inputs[0].dtype));
    outputs[0] = inputs[0];
    return CN_OK;
}

struct call {
    const int32_t *in;
    int32_t *out;
    cn_shape shape;
    int64_t low, high;
    const char *who, *what;
};

/* "row 5", or "row 5, place 3" where a row has several numbers. */
static cn_status fail(const struct call *call, int64_t i)
{
    char place[32] = "";
    int64_t rows = call->shape.rank == 0 ? 1 : call->shape.dim[0],
            per_row = cn_shape_size(&call->shape) / rows;
    if (per_row > 1)
        (void)snprintf(place, sizeof place, ", place %" PRId64, i % per_row);
    return cn_fail(CN_INVALID,
                   "%s: %s %" PRId32 " at row %" PRId64 "%s is outside %" PRId64 " .. %" PRId64,
                   call->who, call->what, call->in[i], i / per_row, place, call->low, call->high);
}

/* -1: none. */
static int64_t first_outside(const struct call *call, int64_t size)
{
    if (call->low == 0)
        return cn_first_outside(call->in, size, call->high + 1);
    for (int64_t i = 0; i < size; i++)
        if (call->in[i] < call->low || call->in[i] > call->high)
            return i;
    return -1;
}

static cn_status run(const void *arguments)
{
    const struct call *call = arguments;
    const int64_t size = cn_shape_size(&call->shape), outside = first_outside(call, size);
    if (outside >= 0)
        return fail(call, outside);
    memcpy(call->out, call->in, (size_t)size * sizeof *call->out);
    return CN_OK;
}

static cn_status lower(cn_lowering *lowering, const cn_instruction *instruction)
{
    const cn_check_range_attributes *attributes = instruction->attributes;
    struct call call = {
        .in = cn_address(lowering, instruction->inputs[0]),
        .out = cn_address(lowering, instruction->output),
        .shape = *cn_shape_of(lowering->program, instruction->output),
        .low = attributes->low,
        .high = attributes->high,
        .who = cn_arena_text(&lowering->plan->memory, attributes->who),
        .what = cn_arena_text(&lowering->plan->memory, attributes->what),
    };
    CN_CHECK_MEMORY(call.who);
    CN_CHECK_MEMORY(call.what);
    return cn_plan_add(lowering->plan, instruction->op->name, run, &call, sizeof call);
}

/* Passes over what is outside: a reference cannot fail. */
static void reference(const cn_reference_call *call)
{
    size_t size = (size_t)cn_shape_size(&call->output_types[0].shape);
    memcpy(call->outputs[0], call->inputs[0], size * sizeof(double));
}

static const cn_field fields[] = {
    CN_FIELD(cn_check_range_attributes, low, CN_FIELD_INT, 0),
    CN_FIELD(cn_check_range_attributes, high, CN_FIELD_INT, 0),
    CN_FIELD(cn_check_range_attributes, who, CN_FIELD_TEXT, 0),
    CN_FIELD(cn_check_range_attributes, what, CN_FIELD_TEXT, 0),
    CN_END_FIELDS,
};

static const cn_check_range_attributes zero_to_nine = {0, 9, "labels", "label"};

static const cn_sample samples[] = {
    {.shapes = {CN_DIMS(7)},
     .dtypes = {CN_INT32},
     .n_inputs = 1,
     .low = 0,
     .high = 9,
     .attributes = &zero_to_nine},
    {.shapes = {CN_DIMS(4, 3)},
     .dtypes = {CN_INT32},
     .n_inputs = 1,
     .low = 0,
     .high = 9,
     .attributes = &zero_to_nine},
    {.shapes = {{0}},
     .dtypes = {CN_INT32},
     .n_inputs = 1,
     .low = 0,
     .high = 9,
     .attributes = &zero_to_nine},
};

const cn_op cn_op_check_range = {
    .name = "check_range",
    .min_inputs = 1,
    .max_inputs = 1,
    .n_outputs = 1,
    .fields = fields,
    .attributes_size = sizeof(cn_check_range_attributes),
    .infer = infer,
    .lower = lower,
    .reference = reference,
    CN_SAMPLES(samples),
};
