/* Vocabularies learnt from texts. Keras: TextVectorization.adapt. */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "data/vocabulary.h"

/* How often a word occurs, and in how many texts. */
typedef struct word_count {
    const char *word;
    int64_t count, texts, latest_text; /* latest_text counts from 1 */
} word_count;

typedef struct counter {
    cn_tokenizer tokenizer;
    cn_word_table table;
    word_count *counts; /* of the table's words */
    int64_t capacity;
} counter;

static cn_status count_text(counter *c, const char *text, int64_t number)
{
    const cn_token *tokens = NULL;
    int64_t count = 0;
    CN_TRY(cn_tokenize(&c->tokenizer, text, &tokens, &count));
    for (int64_t i = 0; i < count; i++) {
        int32_t place = 0;
        CN_TRY(cn_word_table_add(&c->table, tokens[i].text, tokens[i].length, &place));
        CN_TRY(cn_grow(&c->counts, &c->capacity, c->table.count, sizeof *c->counts));
        word_count *word = &c->counts[place];
        word->word = c->table.texts[place];
        word->count++;
        word->texts += word->latest_text != number;
        word->latest_text = number;
    }
    return CN_OK;
}

/* Falling counts, and falling bytes among equal ones. */
static int compare(const void *a, const void *b)
{
    const word_count *one = a, *other = b;
    if (one->count != other->count)
        return one->count > other->count ? -1 : 1;
    return -strcmp(one->word, other->word);
}

/* Sorts the counts, drops what every vocabulary has by itself, and cuts to max_tokens. */
static int64_t choose(counter *c, int64_t max_tokens)
{
    int64_t count = 0;
    for (int64_t i = 0; i < c->table.count; i++)
        if (strcmp(c->counts[i].word, "[UNK]") != 0)
            c->counts[count++] = c->counts[i];
    if (count > 1)
        qsort(c->counts, (size_t)count, sizeof *c->counts, compare);
    const int64_t most = max_tokens == CN_NONE ? count : max_tokens - CN_FIRST_WORD;
    return count < most ? count : most;
}

static cn_status make(const cn_vocabulary_of_args *args, counter *c, cn_vocabulary **vocabulary)
{
    const int64_t count = choose(c, args->max_tokens);
    const char **words = cn_allocate_raw((size_t)count * sizeof *words);
    float *weights = cn_allocate_raw((size_t)count * sizeof *weights);
    cn_status status = words == NULL || weights == NULL ? CN_OUT_OF_MEMORY : CN_OK;
    for (int64_t i = 0; status == CN_OK && i < count; i++) {
        words[i] = c->counts[i].word;
        weights[i] = (float)log1p((double)args->texts.count / (1.0 + (double)c->counts[i].texts));
    }
    const cn_texts list = {count, words};
    if (status == CN_OK)
        status = cn_vocabulary_make(&c->tokenizer.settings, &list, weights, vocabulary);
    cn_release(words);
    cn_release(weights);
    return status;
}

static cn_status adapt(const cn_vocabulary_of_args *args, counter *c, cn_vocabulary **vocabulary)
{
    CN_TRY(cn_text_settings_read(&c->tokenizer.settings, args->standardize, args->split,
                                 args->ngrams));
    CN_TRY(cn_texts_check(&args->texts));
    CN_CHECK(args->max_tokens > CN_FIRST_WORD || args->max_tokens == CN_NONE,
             "max_tokens must be more than %d, the padding and \"[UNK]\", not %" PRId64,
             CN_FIRST_WORD, args->max_tokens);
    for (int64_t i = 0; i < args->texts.count; i++)
        CN_TRY(count_text(c, args->texts.items[i], i + 1));
    return make(args, c, vocabulary);
}

cn_vocabulary *cn_vocabulary_of_with(const cn_vocabulary_of_args *args)
{
    counter c = {0};
    cn_vocabulary *vocabulary = NULL;
    if (adapt(args, &c, &vocabulary) != CN_OK)
        cn_fail_in("cn_vocabulary_of");
    cn_tokenizer_free(&c.tokenizer);
    cn_word_table_free(&c.table);
    cn_release(c.counts);
    return vocabulary;
}
