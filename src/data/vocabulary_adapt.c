/* Vocabularies learnt from texts. Keras: TextVectorization.adapt. */
#include <inttypes.h>

#include "data/vocabulary.h"
#include "data/word_counter.h"

typedef struct counter {
    cn_tokenizer tokenizer;
    cn_word_counter words;
} counter;

static cn_status count_text(counter *c, const char *text, int64_t number)
{
    const cn_token *tokens = NULL;
    int64_t count = 0;
    CN_TRY(cn_tokenize(&c->tokenizer, text, &tokens, &count));
    for (int64_t i = 0; i < count; i++)
        CN_TRY(cn_word_counter_add(&c->words, tokens[i].text, tokens[i].length, number));
    return CN_OK;
}

/* Drops what every vocabulary has by itself, and cuts to max_tokens. */
static int64_t choose(counter *c, int64_t max_tokens)
{
    const int64_t count = cn_word_counter_sort(&c->words, (const char *const[2]){"[UNK]", NULL});
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
        words[i] = c->words.counts[i].word;
        weights[i] = cn_word_weight(&c->words.counts[i], args->texts.count);
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
        CN_TRY(count_text(c, args->texts.items[i], i));
    return make(args, c, vocabulary);
}

cn_vocabulary *cn_vocabulary_of_with(const cn_vocabulary_of_args *args)
{
    counter c = {0};
    cn_vocabulary *vocabulary = NULL;
    if (adapt(args, &c, &vocabulary) != CN_OK)
        cn_fail_in("cn_vocabulary_of");
    cn_tokenizer_free(&c.tokenizer);
    cn_word_counter_free(&c.words);
    return vocabulary;
}
