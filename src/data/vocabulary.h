/* The inside of a public vocabulary: one piece of memory, which lives like an array. */
#ifndef CORNU_DATA_VOCABULARY_H
#define CORNU_DATA_VOCABULARY_H

#include "data/tokenizer.h"
#include "data/word_table.h"
#include "runtime/array.h"

/* The numbers before those of words. */
enum { CN_PADDING = 0, CN_UNKNOWN_WORD = 1, CN_FIRST_WORD = 2 };

struct cn_vocabulary {
    cn_array *storage;
    cn_text_settings settings;
    cn_word_table words;  /* word i has number i + CN_FIRST_WORD; its memory is the storage's */
    const float *weights; /* for tf_idf, by number from CN_UNKNOWN_WORD on; NULL: not known */
};

/* A vocabulary of these words; weights (one for each word) may be NULL. */
cn_status cn_vocabulary_make(const cn_text_settings *settings, const cn_texts *words,
                             const float *weights, cn_vocabulary **vocabulary);

/* The number of a word that need not end in 0. */
int32_t cn_vocabulary_look_up(const cn_vocabulary *vocabulary, const char *word, size_t length);

/* Fails unless there is a list of texts, none of them NULL. */
cn_status cn_texts_check(const cn_texts *texts);

#endif
