/* find_words: y = the numbers of the first words of each text, then zeros: x[N], keys[K],
 * numbers[K] -> int32 [N, size]. A word that keys lack has the number unknown. No gradient. */
#include "ops/emit.h"
#include "ops/samples.h"
#include "ops/words.h"

static cn_status infer(const void *attributes, const cn_type *inputs, int64_t n_inputs,
                       cn_type *outputs)
{
    (void)n_inputs;
    return cn_infer_words(attributes, inputs, CN_INT32, &outputs[0]);
}

static void put(void *row, int64_t size, int64_t i, int32_t number)
{
    if (i < size)
        ((int32_t *)row)[i] = number;
}

static cn_status lower(cn_lowering *lowering, const cn_instruction *instruction)
{
    return cn_lower_words(lowering, instruction, put);
}

static void put_reference(double *row, int64_t size, int64_t i, double number)
{
    if (i < size)
        row[i] = number;
}

static void reference(const cn_reference_call *call)
{
    cn_reference_words(call, put_reference);
}

const cn_op cn_op_find_words = {
    .name = "find_words",
    CN_WORDS_OP,
    .infer = infer,
    .lower = lower,
    .reference = reference,
};
