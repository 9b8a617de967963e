/* Vocabularies: made of a list of words, and asked. */
#include "data/vocabulary.h"

#include <inttypes.h>
#include <string.h>

/* ---- Making one ---- */

cn_status cn_texts_check(const cn_texts *texts)
{
    CN_CHECK(texts->count >= 0 && (texts->count == 0 || texts->items != NULL),
             "a list of texts was expected, not %" PRId64 " at NULL", texts->count);
    for (int64_t i = 0; i < texts->count; i++)
        CN_CHECK(texts->items[i] != NULL, "text %" PRId64 " is NULL", i);
    return CN_OK;
}

static cn_status add_words(const cn_texts *words, cn_word_table *table)
{
    for (int64_t i = 0; i < words->count; i++) {
        int32_t number = 0;
        const char *word = words->items[i];
        CN_CHECK(word[0] != '\0' && strcmp(word, "[UNK]") != 0,
                 "word %" PRId64 " is \"%s\", which every vocabulary has by itself", i, word);
        CN_TRY(cn_word_table_add(table, word, strlen(word), &number));
        CN_CHECK(number == i, "word %" PRId64 ", \"%.100s\", is word %d too", i, word, number);
    }
    return CN_OK;
}

static size_t text_bytes(const cn_word_table *table)
{
    size_t bytes = 0;
    for (int64_t i = 0; i < table->count; i++)
        bytes += strlen(table->texts[i]) + 1;
    return bytes;
}

/* In front of the words' weights goes that of unknown ones, the mean. */
static const float *copy_weights(const float *weights, int64_t count, float *to)
{
    double sum = 0;
    for (int64_t i = 0; i < count; i++)
        sum += to[i + 1] = weights[i];
    to[0] = (float)(count > 0 ? sum / (double)count : 0);
    return to;
}

/* Behind the struct lie pointers, places, weights and texts. */
static cn_status pack(const cn_word_table *table, const float *weights, cn_vocabulary **vocabulary)
{
    const size_t count = (size_t)table->count, places = (size_t)table->place_count,
                 weight_count = weights == NULL ? 0 : count + 1;
    cn_array *storage = NULL;
    CN_TRY(cn_array_create_storage(sizeof(cn_vocabulary) + count * sizeof(char *) +
                                       places * sizeof(int32_t) + weight_count * sizeof(float) +
                                       text_bytes(table),
                                   &storage));
    cn_vocabulary *v = storage->data;
    v->storage = storage;
    v->words.texts = (const char **)(void *)(v + 1);
    v->words.places = (int32_t *)(void *)(v->words.texts + count);
    v->words.count = table->count;
    v->words.place_count = table->place_count;
    float *own_weights = (float *)(void *)(v->words.places + places);
    char *text = (char *)(own_weights + weight_count);
    if (weights != NULL)
        v->weights = copy_weights(weights, table->count, own_weights);
    if (places > 0)
        memcpy(v->words.places, table->places, places * sizeof(int32_t));
    for (size_t i = 0; i < count; i++) {
        v->words.texts[i] = strcpy(text, table->texts[i]);
        text += strlen(text) + 1;
    }
    *vocabulary = v;
    return CN_OK;
}

cn_status cn_vocabulary_make(const cn_text_settings *settings, const cn_texts *words,
                             const float *weights, cn_vocabulary **vocabulary)
{
    cn_word_table table = {0};
    cn_status status = add_words(words, &table);
    if (status == CN_OK)
        status = pack(&table, weights, vocabulary);
    cn_word_table_free(&table);
    CN_TRY(status);
    (*vocabulary)->settings = *settings;
    return CN_OK;
}

static cn_status make_of_words(const cn_vocabulary_of_words_args *args, cn_vocabulary **vocabulary)
{
    cn_text_settings settings;
    CN_TRY(cn_text_settings_read(&settings, args->standardize, args->split, args->ngrams));
    CN_TRY(cn_texts_check(&args->words));
    return cn_vocabulary_make(&settings, &args->words, NULL, vocabulary);
}

cn_vocabulary *cn_vocabulary_of_words_with(const cn_vocabulary_of_words_args *args)
{
    cn_vocabulary *vocabulary = NULL;
    if (make_of_words(args, &vocabulary) != CN_OK)
        cn_fail_in("cn_vocabulary_of_words");
    return vocabulary;
}

void cn_vocabulary_free(cn_vocabulary *vocabulary)
{
    if (vocabulary != NULL)
        cn_array_free(vocabulary->storage);
}

/* ---- Asking ---- */

int32_t cn_vocabulary_look_up(const cn_vocabulary *v, const char *word, size_t length)
{
    if (length == 0)
        return CN_PADDING;
    const int32_t place = cn_word_table_find(&v->words, word, length);
    return place == CN_NONE ? CN_UNKNOWN_WORD : place + CN_FIRST_WORD;
}

int64_t cn_vocabulary_size(const cn_vocabulary *vocabulary)
{
    if (vocabulary != NULL)
        return vocabulary->words.count + CN_FIRST_WORD;
    (void)cn_fail(CN_INVALID, "cn_vocabulary_size: a vocabulary was expected, not NULL");
    return -1;
}

static cn_status find_word(const cn_vocabulary *v, int64_t number, const char **word)
{
    CN_CHECK(v != NULL, "a vocabulary was expected, not NULL");
    CN_CHECK(number >= 0 && number < v->words.count + CN_FIRST_WORD,
             "a number from 0 to %" PRId64 " was expected, not %" PRId64,
             v->words.count + CN_FIRST_WORD - 1, number);
    *word = number == CN_PADDING        ? ""
            : number == CN_UNKNOWN_WORD ? "[UNK]"
                                        : v->words.texts[number - CN_FIRST_WORD];
    return CN_OK;
}

const char *cn_vocabulary_word(const cn_vocabulary *vocabulary, int64_t number)
{
    const char *word = NULL;
    if (find_word(vocabulary, number, &word) != CN_OK)
        cn_fail_in("cn_vocabulary_word");
    return word;
}

int64_t cn_vocabulary_number(const cn_vocabulary *vocabulary, const char *word)
{
    if (vocabulary != NULL && word != NULL)
        return cn_vocabulary_look_up(vocabulary, word, strlen(word));
    (void)cn_fail(CN_INVALID,
                  "cn_vocabulary_number: a vocabulary and a word were expected, not NULL");
    return -1;
}
