/* cross_hash: y = a hash of all of x, z ... together, modulo bins: int32 or string [...] each ->
 * int32 [...]. As TensorFlow's sparse_cross_hashed of whole numbers and strings. No gradient. */
#include <string.h>

#include "ops/emit.h"
#include "ops/samples.h"
#include "program/lowering.h"
#include "runtime/hash.h"

enum { MOST = 16 };
static const uint64_t start = 0xDECAFCAFFE;

static cn_status infer(const void *attributes, const cn_type *inputs, int64_t n_inputs,
                       cn_type *outputs)
{
    (void)attributes;
    for (int64_t i = 0; i < n_inputs; i++)
        CN_CHECK((inputs[i].dtype == CN_INT32 || inputs[i].dtype == CN_STRING) &&
                     cn_shape_equal(&inputs[i].shape, &inputs[0].shape),
                 "takes int32 or string of one shape, got %s %s and %s %s",
                 cn_dtype_name(inputs[0].dtype), cn_shape_str(&inputs[0].shape),
                 cn_dtype_name(inputs[i].dtype), cn_shape_str(&inputs[i].shape));
    outputs[0] = (cn_type){CN_INT32, inputs[0].shape};
    return CN_OK;
}

/* A whole number's is itself. */
static uint64_t fingerprint_of_text(const char *text)
{
    return cn_farm_fingerprint(text, strlen(text));
}

struct call {
    const void *x[MOST];
    bool is_text[MOST];
    int32_t *y;
    int64_t n_inputs, n, bins;
};

static cn_status run(const void *arguments)
{
    const struct call *call = arguments;
    for (int64_t i = 0; i < call->n; i++) {
        uint64_t hash = start;
        for (int64_t k = 0; k < call->n_inputs; k++)
            hash = cn_fingerprint_join(
                hash, call->is_text[k] ? fingerprint_of_text(((const char *const *)call->x[k])[i])
                                       : (uint64_t)(int64_t)((const int32_t *)call->x[k])[i]);
        call->y[i] = (int32_t)(hash % (uint64_t)call->bins);
    }
    return CN_OK;
}

static cn_status lower(cn_lowering *lowering, const cn_instruction *instruction)
{
    const cn_rows_attributes *attributes = instruction->attributes;
    struct call call = {
        .y = cn_address(lowering, instruction->output),
        .n_inputs = instruction->n_inputs,
        .n = cn_shape_size(cn_shape_of(lowering->program, instruction->output)),
        .bins = attributes->rows,
    };
    for (int64_t i = 0; i < call.n_inputs; i++) {
        call.x[i] = cn_address(lowering, instruction->inputs[i]);
        call.is_text[i] = cn_dtype_of(lowering->program, instruction->inputs[i]) == CN_STRING;
    }
    return cn_plan_add(lowering->plan, instruction->op->name, run, &call, sizeof call);
}

static void reference(const cn_reference_call *call)
{
    const int64_t n = cn_shape_size(&call->output_types[0].shape);
    const cn_rows_attributes *attributes = call->attributes;
    for (int64_t i = 0; i < n; i++) {
        uint64_t hash = start;
        for (int64_t k = 0; k < call->n_inputs; k++)
            hash =
                cn_fingerprint_join(hash, call->input_types[k].dtype == CN_STRING
                                              ? fingerprint_of_text(cn_text_of(call->inputs[k][i]))
                                              : (uint64_t)(int64_t)call->inputs[k][i]);
        call->outputs[0][i] = (double)(hash % (uint64_t)attributes->rows);
    }
}

static const cn_field fields[] = {
    CN_FIELD(cn_rows_attributes, rows, CN_FIELD_INT, 0),
    CN_END_FIELDS,
};

static const cn_rows_attributes bins = {11};
static const cn_sample samples[] = {
    {.shapes = {CN_DIMS(9), CN_DIMS(9)},
     .dtypes = {CN_INT32, CN_INT32},
     .n_inputs = 2,
     .attributes = &bins},
    {.shapes = {CN_DIMS(3, 1), CN_DIMS(3, 1), CN_DIMS(3, 1)},
     .dtypes = {CN_INT32, CN_INT32, CN_INT32},
     .n_inputs = 3,
     .attributes = &bins},
    {.shapes = {CN_DIMS(9), CN_DIMS(9), CN_DIMS(9)},
     .dtypes = {CN_STRING, CN_INT32, CN_STRING},
     .n_inputs = 3,
     .attributes = &bins},
};

const cn_op cn_op_cross_hash = {
    .name = "cross_hash",
    .min_inputs = 2,
    .max_inputs = MOST,
    .n_outputs = 1,
    .fields = fields,
    .attributes_size = sizeof(cn_rows_attributes),
    .infer = infer,
    .lower = lower,
    .reference = reference,
    CN_SAMPLES(samples),
};
