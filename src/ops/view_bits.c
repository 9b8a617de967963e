/* view_bits: the bits of x's float32 numbers as int32 ones, or the other way round. No gradient. */
#include <string.h>

#include "ops/emit.h"
#include "ops/samples.h"
#include "program/lowering.h"

static cn_status infer(const void *attributes, const cn_type *inputs, int64_t n_inputs,
                       cn_type *outputs)
{
    (void)attributes, (void)n_inputs;
    const cn_dtype dtype = inputs[0].dtype;
    CN_CHECK(dtype == CN_FLOAT32 || dtype == CN_INT32, "takes float32 or int32, got %s",
             cn_dtype_name(dtype));
    outputs[0] = (cn_type){dtype == CN_FLOAT32 ? CN_INT32 : CN_FLOAT32, inputs[0].shape};
    return CN_OK;
}

struct call {
    const void *x;
    void *y;
    size_t bytes;
};

static cn_status run(const void *arguments)
{
    const struct call *call = arguments;
    memcpy(call->y, call->x, call->bytes);
    return CN_OK;
}

static cn_status lower(cn_lowering *lowering, const cn_instruction *instruction)
{
    const cn_shape *shape = cn_shape_of(lowering->program, instruction->output);
    const struct call call = {cn_address(lowering, instruction->inputs[0]),
                              cn_address(lowering, instruction->output),
                              (size_t)cn_shape_size(shape) * sizeof(float)};
    return cn_plan_add(lowering->plan, "view_bits", run, &call, sizeof call);
}

static void reference(const cn_reference_call *call)
{
    union {
        float real;
        int32_t whole;
    } bits;
    const bool reads_real = call->input_types[0].dtype == CN_FLOAT32;
    for (int64_t i = 0; i < cn_shape_size(&call->input_types[0].shape); i++) {
        if (reads_real)
            bits.real = (float)call->inputs[0][i];
        else
            bits.whole = (int32_t)call->inputs[0][i];
        call->outputs[0][i] = reads_real ? bits.whole : (double)bits.real;
    }
}

static const cn_sample samples[] = {
    {.shapes = {CN_DIMS(3, 5)}, .n_inputs = 1},
    {.shapes = {CN_DIMS(7)},
     .dtypes = {CN_INT32},
     .n_inputs = 1,
     .low = 0x3f000000,
     .high = 0x41000000},
};

const cn_op cn_op_view_bits = {
    .name = "view_bits",
    .min_inputs = 1,
    .max_inputs = 1,
    .n_outputs = 1,
    .infer = infer,
    .lower = lower,
    .reference = reference,
    CN_SAMPLES(samples),
};
