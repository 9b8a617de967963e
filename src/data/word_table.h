/* Words, or whole texts, and their numbers, in the order in which they came. */
#ifndef CORNU_DATA_WORD_TABLE_H
#define CORNU_DATA_WORD_TABLE_H

#include "runtime/memory.h"

/* A zeroed struct is an empty table. */
typedef struct cn_word_table {
    const char **texts; /* texts[i] ends in 0 */
    int64_t count, capacity;
    int32_t *places; /* a hash table of 1 + index; 0: a free place */
    int64_t place_count;
    cn_arena arena;
} cn_word_table;

/* The number of a text; CN_NONE if it is not there. */
int32_t cn_word_table_find(const cn_word_table *table, const char *text, size_t length);

/* The same; a new text is added, with a copy of its own. */
cn_status cn_word_table_add(cn_word_table *table, const char *text, size_t length, int32_t *number);

/* Sorts the texts by their bytes; new_number[old] tells what became of each number. find is over
 * then. */
cn_status cn_word_table_sort(cn_word_table *table, int32_t **new_number);

void cn_word_table_free(cn_word_table *table);

#endif
