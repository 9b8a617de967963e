/* Vocabularies of strings: checked, kept and learnt. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "layers/lookup.h"
#include "runtime/text.h"

static bool is_same(const char *a, const char *b)
{
    return a != NULL && b != NULL && strcmp(a, b) == 0;
}

void cn_lookup_count_texts(cn_lookup_common *common, const cn_texts *vocabulary,
                           const char *mask_token, const char *oov_token)
{
    common->given = common->words = vocabulary->count;
    const int64_t start = cn_lookup_start(common);
    bool special = common->given >= start;
    for (int64_t i = 0; special && i < start; i++)
        special = is_same(vocabulary->items[i],
                          i == 0 && cn_lookup_has_mask_place(common) ? mask_token : oov_token);
    common->words -= special ? start : 0;
}

cn_texts cn_lookup_texts(const cn_lookup_common *common, const cn_texts *vocabulary)
{
    const int64_t before = common->given - common->words;
    return before == 0 ? *vocabulary : (cn_texts){common->words, vocabulary->items + before};
}

/* ---- checks ---------------------------------------------------------------------------------- */

cn_status cn_check_encoding(const char *encoding)
{
    CN_CHECK(is_same(encoding, "utf-8") || is_same(encoding, "UTF-8") || is_same(encoding, "utf8"),
             "encoding must be \"utf-8\", got \"%s\"", encoding == NULL ? "NULL" : encoding);
    return CN_OK;
}

static int by_bytes(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static cn_status check_different(const cn_texts *words)
{
    const size_t bytes = (size_t)words->count * sizeof(char *);
    const char **sorted = cn_allocate_raw(bytes + 1);
    CN_CHECK_MEMORY(sorted);
    if (words->count > 0) {
        memcpy(sorted, words->items, bytes);
        qsort(sorted, (size_t)words->count, sizeof *sorted, by_bytes);
    }
    cn_status status = CN_OK;
    for (int64_t i = 1; i < words->count && status == CN_OK; i++)
        if (strcmp(sorted[i - 1], sorted[i]) == 0)
            status = cn_fail(CN_INVALID, "vocabulary has \"%.100s\" twice", sorted[i]);
    cn_release(sorted);
    return status;
}

static cn_status check_word(const cn_lookup_common *common, const char *word,
                            const char *mask_token, const char *oov_token)
{
    CN_CHECK(!is_same(word, mask_token),
             "vocabulary has the mask_token \"%s\": special tokens may stand at its start only",
             mask_token);
    CN_CHECK(!common->invert || !is_same(word, oov_token),
             "vocabulary has the oov_token \"%s\": special tokens may stand at its start only",
             oov_token);
    return CN_OK;
}

cn_status cn_lookup_check_texts(const cn_lookup_common *common, const cn_texts *vocabulary,
                                const char *mask_token, const char *oov_token)
{
    CN_CHECK(vocabulary->count >= 0 && (vocabulary->count == 0 || vocabulary->items != NULL),
             "vocabulary is a list of %" PRId64 " texts at NULL", vocabulary->count);
    for (int64_t i = 0; i < vocabulary->count; i++) {
        CN_CHECK(vocabulary->items[i] != NULL, "vocabulary has NULL as text %" PRId64, i);
        CN_CHECK(cn_utf8_fault(vocabulary->items[i]) == NULL,
                 "vocabulary has a text that is not UTF-8, number %" PRId64, i);
    }
    const cn_texts words = cn_lookup_texts(common, vocabulary);
    for (int64_t i = 0; i < words.count; i++)
        CN_TRY(check_word(common, words.items[i], mask_token, oov_token));
    return check_different(&words);
}

/* ---- state ----------------------------------------------------------------------------------- */

/* The texts are not copied: they live as long as the layer's arguments. */
static cn_status keep_texts(const cn_layer *layer, cn_kept_numbers *kept, const char *name,
                            const char *const *texts, int64_t n)
{
    const char *path =
        cn_arena_format(cn_session_arena(layer->session), "%s/%s", cn_layer_path(layer), name);
    CN_CHECK_MEMORY(path);
    CN_TRY(cn_variable_init(&kept->variable, path, CN_STRING, CN_SHAPE(n), NULL));
    memcpy(kept->variable.data, texts, (size_t)n * sizeof *texts);
    return CN_OK;
}

typedef struct entry {
    const char *word;
    double place;
} entry;

static int by_word(const void *a, const void *b)
{
    return strcmp(((const entry *)a)->word, ((const entry *)b)->word);
}

static cn_status keep_words(cn_layer *layer, const cn_lookup_common *common, const cn_texts *words,
                            const char *mask_token, cn_arena *memory)
{
    cn_lookup *lookup = layer->state;
    const int64_t n = words->count + (mask_token != NULL);
    entry *entries = cn_arena_allocate(memory, (size_t)n * sizeof *entries);
    const char **keys = cn_arena_allocate(memory, (size_t)n * sizeof *keys);
    double *places = cn_arena_allocate(memory, (size_t)n * sizeof *places);
    CN_CHECK_MEMORY(entries);
    CN_CHECK_MEMORY(keys);
    CN_CHECK_MEMORY(places);
    for (int64_t i = 0; i < words->count; i++)
        entries[i] = (entry){words->items[i], (double)(cn_lookup_start(common) + i)};
    if (mask_token != NULL)
        entries[n - 1] = (entry){mask_token, (double)cn_lookup_mask_value(common)};
    qsort(entries, (size_t)n, sizeof *entries, by_word);
    for (int64_t i = 0; i < n; i++) {
        keys[i] = entries[i].word;
        places[i] = entries[i].place;
    }
    CN_TRY(keep_texts(layer, &lookup->keys, "keys", keys, n));
    return cn_keep_numbers(layer, &lookup->values, "places", CN_INT32, places, n);
}

cn_status cn_keep_words(cn_layer *layer, const cn_lookup_common *common, const cn_texts *words,
                        const char *mask_token)
{
    cn_arena memory = {0};
    const cn_status status = keep_words(layer, common, words, mask_token, &memory);
    cn_arena_free(&memory);
    return status;
}

cn_status cn_keep_inverse(cn_layer *layer, const cn_lookup_common *common, const cn_texts *words,
                          const char *mask_token, const char *oov_token)
{
    const int64_t start = cn_lookup_start(common), n = start + words->count + 1;
    const char **column = cn_allocate_raw((size_t)n * sizeof *column);
    CN_CHECK_MEMORY(column);
    for (int64_t i = 0; i < n; i++)
        column[i] = i == 0 && mask_token != NULL ? mask_token
                    : i >= start && i < n - 1    ? words->items[i - start]
                                                 : oov_token;
    const cn_status status =
        keep_texts(layer, &((cn_lookup *)layer->state)->values, "words", column, n);
    cn_release(column);
    return status;
}

/* ---- learning -------------------------------------------------------------------------------- */

cn_status cn_check_texts_to_learn(const cn_layer *layer, const cn_array *data)
{
    const char *const *texts = data->data;
    CN_CHECK(data->dtype == CN_STRING, "%s: learns from strings, got %s", layer->name,
             cn_dtype_name(data->dtype));
    for (int64_t i = 0; i < cn_shape_size(&data->shape); i++) {
        CN_CHECK(texts[i] != NULL, "%s: element %" PRId64 " of the data is NULL", layer->name, i);
        CN_CHECK(cn_utf8_fault(texts[i]) == NULL,
                 "%s: element %" PRId64 " of the data is not UTF-8", layer->name, i);
    }
    return CN_OK;
}

cn_status cn_learn_texts(cn_layer *layer, cn_word_counter *counter, const char *const special[2],
                         int64_t most, int64_t samples, cn_texts *vocabulary, cn_numbers *weights)
{
    cn_arena *arena = cn_session_arena(layer->session);
    const int64_t count = cn_word_counter_sort(counter, special), n = count < most ? count : most;
    CN_TRY(cn_check_learnt(layer, n));
    const char **words = cn_arena_allocate(arena, (size_t)n * sizeof *words);
    double *numbers = cn_arena_allocate(arena, (size_t)n * sizeof *numbers);
    CN_CHECK_MEMORY(words);
    CN_CHECK_MEMORY(numbers);
    for (int64_t i = 0; i < n; i++) {
        words[i] = cn_arena_text(arena, counter->counts[i].word);
        CN_CHECK_MEMORY(words[i]);
        numbers[i] = (double)cn_word_weight(&counter->counts[i], samples);
    }
    *vocabulary = (cn_texts){n, words};
    if (weights != NULL)
        *weights = (cn_numbers){n, numbers};
    return CN_OK;
}
