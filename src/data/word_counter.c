/* Words counted over samples. */
#include "data/word_counter.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

cn_status cn_word_counter_add(cn_word_counter *c, const char *word, size_t length, int64_t sample)
{
    int32_t place = 0;
    CN_TRY(cn_word_table_add(&c->table, word, length, &place));
    CN_TRY(cn_grow(&c->counts, &c->capacity, c->table.count, sizeof *c->counts));
    cn_word_count *count = &c->counts[place];
    count->word = c->table.texts[place];
    count->count++;
    count->samples += count->latest_sample != sample + 1;
    count->latest_sample = sample + 1;
    return CN_OK;
}

/* Falling counts, and falling bytes among equal ones. */
static int compare(const void *a, const void *b)
{
    const cn_word_count *one = a, *other = b;
    if (one->count != other->count)
        return one->count > other->count ? -1 : 1;
    return -strcmp(one->word, other->word);
}

static bool is_one_of(const char *word, const char *const special[2])
{
    for (int i = 0; i < 2; i++)
        if (special[i] != NULL && strcmp(word, special[i]) == 0)
            return true;
    return false;
}

int64_t cn_word_counter_sort(cn_word_counter *c, const char *const special[2])
{
    int64_t count = 0;
    for (int64_t i = 0; i < c->table.count; i++)
        if (!is_one_of(c->counts[i].word, special))
            c->counts[count++] = c->counts[i];
    if (count > 1)
        qsort(c->counts, (size_t)count, sizeof *c->counts, compare);
    return count;
}

float cn_word_weight(const cn_word_count *count, int64_t samples)
{
    return (float)log1p((double)samples / (1.0 + (double)count->samples));
}

void cn_word_counter_free(cn_word_counter *c)
{
    cn_word_table_free(&c->table);
    cn_release(c->counts);
    *c = (cn_word_counter){0};
}
