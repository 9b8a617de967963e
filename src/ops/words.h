/* What the ops share that split texts into words and give each its number: of x[N] strings, keys[K]
 * strings in ascending order of their bytes, and numbers[K] int32, those of the keys. Of keys in
 * another order they say what halving meets. */
#ifndef CORNU_OPS_WORDS_H
#define CORNU_OPS_WORDS_H

#include "program/lowering.h"

/* Takes the number of word i of a text; row has size elements, float32 or int32 as the op's
 * output. */
typedef void cn_put_word(void *row, int64_t size, int64_t i, int32_t number);

/* The same for the reference. */
typedef void cn_put_word_reference(double *row, int64_t size, int64_t i, double number);

/* The output is [N, size] of a type, zeros at first. */
cn_status cn_infer_words(const void *attributes, const cn_type *inputs, cn_dtype dtype,
                         cn_type *output);
cn_status cn_lower_words(cn_lowering *lowering, const cn_instruction *instruction,
                         cn_put_word *put);
void cn_reference_words(const cn_reference_call *call, cn_put_word_reference *put);

extern const cn_field cn_words_fields[];
extern const cn_sample cn_words_samples[3];

#define CN_WORDS_OP                                                                                \
    .min_inputs = 3, .max_inputs = 3, .n_outputs = 1, .fields = cn_words_fields,                   \
    .attributes_size = sizeof(cn_words_attributes), CN_SAMPLES(cn_words_samples)

#endif
