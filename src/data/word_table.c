/* Words and their numbers. */
#include "data/word_table.h"

#include <stdlib.h>
#include <string.h>

/* FNV-1a. */
static uint64_t hash(const char *text, size_t length)
{
    uint64_t h = 14695981039346656037u;
    for (size_t i = 0; i < length; i++)
        h = (h ^ (unsigned char)text[i]) * 1099511628211u;
    return h ^ h >> 32;
}

static bool is_text(const char *known, const char *text, size_t length)
{
    return strncmp(known, text, length) == 0 && known[length] == '\0';
}

/* The place of a text, or the free place where it belongs; place_count is a power of two. */
static int32_t *find_place(const cn_word_table *v, const char *text, size_t length)
{
    int64_t mask = v->place_count - 1, at = (int64_t)(hash(text, length) & (uint64_t)mask);
    while (v->places[at] != 0 && !is_text(v->texts[v->places[at] - 1], text, length))
        at = (at + 1) & mask;
    return &v->places[at];
}

int32_t cn_word_table_find(const cn_word_table *v, const char *text, size_t length)
{
    return v->place_count == 0 ? CN_NONE : *find_place(v, text, length) - 1;
}

/* Keeps the hash table at most half full. */
static cn_status make_room(cn_word_table *v)
{
    CN_CHECK(v->count < INT32_MAX - 1, "there are more than %d different texts", INT32_MAX - 1);
    CN_TRY(cn_grow(&v->texts, &v->capacity, v->count + 1, sizeof *v->texts));
    if (2 * (v->count + 1) <= v->place_count)
        return CN_OK;
    const int64_t wanted = v->place_count == 0 ? 64 : 2 * v->place_count;
    int32_t *places = cn_allocate((size_t)wanted * sizeof *places);
    if (places == NULL)
        return CN_OUT_OF_MEMORY;
    cn_release(v->places);
    v->places = places;
    v->place_count = wanted;
    for (int32_t i = 0; i < v->count; i++)
        *find_place(v, v->texts[i], strlen(v->texts[i])) = i + 1;
    return CN_OK;
}

cn_status cn_word_table_add(cn_word_table *v, const char *text, size_t length, int32_t *number)
{
    CN_TRY(make_room(v));
    int32_t *place = find_place(v, text, length);
    if (*place == 0) {
        char *copy = cn_arena_allocate(&v->arena, length + 1);
        if (copy == NULL)
            return CN_OUT_OF_MEMORY;
        memcpy(copy, text, length);
        v->texts[v->count++] = copy;
        *place = (int32_t)v->count;
    }
    *number = *place - 1;
    return CN_OK;
}

typedef struct entry {
    const char *text;
    int32_t number;
} entry;

static int compare(const void *a, const void *b)
{
    return strcmp(((const entry *)a)->text, ((const entry *)b)->text);
}

cn_status cn_word_table_sort(cn_word_table *v, int32_t **new_number)
{
    entry *entries = cn_allocate_raw((size_t)v->count * sizeof *entries);
    *new_number = entries == NULL ? NULL : cn_allocate_raw((size_t)v->count * sizeof **new_number);
    if (*new_number == NULL) {
        cn_release(entries);
        return CN_OUT_OF_MEMORY;
    }
    for (int32_t i = 0; i < v->count; i++)
        entries[i] = (entry){v->texts[i], i};
    qsort(entries, (size_t)v->count, sizeof *entries, compare);
    for (int32_t i = 0; i < v->count; i++) {
        v->texts[i] = entries[i].text;
        (*new_number)[entries[i].number] = i;
    }
    cn_release(entries);
    return CN_OK;
}

void cn_word_table_free(cn_word_table *v)
{
    cn_release(v->texts);
    cn_release(v->places);
    cn_arena_free(&v->arena);
    *v = (cn_word_table){0};
}
