/* hash_bucket: y = the hash of x modulo bins, x being strings, or int32 of which the decimal digits
 * are hashed: x[...] -> int32 [...]. The hash is FarmHash's fingerprint of 64 bits, or SipHash-2-4
 * with a key. No gradient. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "ops/emit.h"
#include "ops/samples.h"
#include "program/lowering.h"
#include "runtime/hash.h"

static cn_status infer(const void *attributes, const cn_type *inputs, int64_t n_inputs,
                       cn_type *outputs)
{
    (void)attributes, (void)n_inputs;
    CN_CHECK(inputs[0].dtype == CN_INT32 || inputs[0].dtype == CN_STRING,
             "takes int32 or string, got %s", cn_dtype_name(inputs[0].dtype));
    outputs[0] = (cn_type){CN_INT32, inputs[0].shape};
    return CN_OK;
}

static int32_t bucket_of_text(const cn_hash_bucket_attributes *attributes, const char *text,
                              size_t length)
{
    const uint64_t key[2] = {(uint64_t)attributes->key_low, (uint64_t)attributes->key_high};
    const uint64_t hash = attributes->keyed ? cn_sip_hash(key, text, length)
                                            : cn_farm_fingerprint(text, length);
    return (int32_t)(hash % (uint64_t)attributes->bins);
}

static int32_t bucket_of(const cn_hash_bucket_attributes *attributes, int64_t number)
{
    char digits[24];
    const size_t length = (size_t)snprintf(digits, sizeof digits, "%" PRId64, number);
    return bucket_of_text(attributes, digits, length);
}

struct call {
    const void *x;
    int32_t *y;
    int64_t n;
    cn_hash_bucket_attributes attributes;
};

static cn_status run(const void *arguments)
{
    const struct call *call = arguments;
    const int32_t *x = call->x;
    for (int64_t i = 0; i < call->n; i++)
        call->y[i] = bucket_of(&call->attributes, x[i]);
    return CN_OK;
}

static cn_status run_texts(const void *arguments)
{
    const struct call *call = arguments;
    const char *const *x = call->x;
    for (int64_t i = 0; i < call->n; i++)
        call->y[i] = bucket_of_text(&call->attributes, x[i], strlen(x[i]));
    return CN_OK;
}

static cn_status lower(cn_lowering *lowering, const cn_instruction *instruction)
{
    const cn_hash_bucket_attributes *attributes = instruction->attributes;
    const struct call call = {
        .x = cn_address(lowering, instruction->inputs[0]),
        .y = cn_address(lowering, instruction->output),
        .n = cn_shape_size(cn_shape_of(lowering->program, instruction->output)),
        .attributes = *attributes,
    };
    const bool texts = cn_dtype_of(lowering->program, instruction->inputs[0]) == CN_STRING;
    return cn_plan_add(lowering->plan, instruction->op->name, texts ? run_texts : run, &call,
                       sizeof call);
}

static void reference(const cn_reference_call *call)
{
    const int64_t n = cn_shape_size(&call->output_types[0].shape);
    for (int64_t i = 0; i < n; i++) {
        const double x = call->inputs[0][i];
        call->outputs[0][i] =
            call->input_types[0].dtype == CN_STRING
                ? bucket_of_text(call->attributes, cn_text_of(x), strlen(cn_text_of(x)))
                : bucket_of(call->attributes, (int64_t)x);
    }
}

static const cn_field fields[] = {
    CN_FIELD(cn_hash_bucket_attributes, bins, CN_FIELD_INT, 0),
    CN_FIELD(cn_hash_bucket_attributes, keyed, CN_FIELD_BOOL, 0),
    CN_FIELD(cn_hash_bucket_attributes, key_low, CN_FIELD_INT, 0),
    CN_FIELD(cn_hash_bucket_attributes, key_high, CN_FIELD_INT, 0),
    CN_END_FIELDS,
};

static const cn_hash_bucket_attributes plain = {.bins = 7}, keyed = {1000, true, 3, -4};
static const cn_sample samples[] = {
    {.shapes = {CN_DIMS(9)},
     .dtypes = {CN_INT32},
     .n_inputs = 1,
     .low = -100,
     .high = 100,
     .attributes = &plain},
    {.shapes = {CN_DIMS(3, 5)},
     .dtypes = {CN_INT32},
     .n_inputs = 1,
     .low = -1e9,
     .high = 1e9,
     .attributes = &keyed},
    {.shapes = {CN_DIMS(3, 5)}, .dtypes = {CN_STRING}, .n_inputs = 1, .attributes = &plain},
    {.shapes = {CN_DIMS(9)}, .dtypes = {CN_STRING}, .n_inputs = 1, .attributes = &keyed},
};

const cn_op cn_op_hash_bucket = {
    .name = "hash_bucket",
    .min_inputs = 1,
    .max_inputs = 1,
    .n_outputs = 1,
    .fields = fields,
    .attributes_size = sizeof(cn_hash_bucket_attributes),
    .infer = infer,
    .lower = lower,
    .reference = reference,
    CN_SAMPLES(samples),
};
