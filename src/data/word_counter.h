/* Words counted over samples, for vocabularies that are learnt. */
#ifndef CORNU_DATA_WORD_COUNTER_H
#define CORNU_DATA_WORD_COUNTER_H

#include "data/word_table.h"

/* How often a word occurs, and in how many samples. */
typedef struct cn_word_count {
    const char *word;
    int64_t count, samples, latest_sample; /* latest_sample counts from 1 */
} cn_word_count;

/* A zeroed struct is a counter of nothing. */
typedef struct cn_word_counter {
    cn_word_table table;
    cn_word_count *counts; /* of the table's words, which own the texts */
    int64_t capacity;
} cn_word_counter;

/* A word of a sample, counted from 0; samples come one after the other. */
cn_status cn_word_counter_add(cn_word_counter *counter, const char *word, size_t length,
                              int64_t sample);

/* Puts the most frequent words first, of equally frequent ones those with the larger bytes, without
 * the special ones, of which entries may be NULL; returns how many there are. Nothing can be added
 * then. */
int64_t cn_word_counter_sort(cn_word_counter *counter, const char *const special[2]);

/* log(1 + D / (1 + d)) for a word that d of D samples have. */
float cn_word_weight(const cn_word_count *count, int64_t samples);

void cn_word_counter_free(cn_word_counter *counter);

#endif
