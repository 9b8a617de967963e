/* Texts split into words: standardized, split, joined to n-grams. */
#ifndef CORNU_DATA_TOKENIZER_H
#define CORNU_DATA_TOKENIZER_H

#include "cornu/text.h"
#include "runtime/memory.h"

typedef enum cn_split { CN_SPLIT_WHITESPACE, CN_SPLIT_CHARACTER, CN_SPLIT_NONE } cn_split;

/* How texts become words. */
typedef struct cn_text_settings {
    bool lower, strip; /* A to Z become lower case; punctuation goes */
    cn_split split;
    int64_t ngrams[CN_MAX_NGRAMS]; /* ended by 0 */
} cn_text_settings;

/* From the public arguments. */
cn_status cn_text_settings_read(cn_text_settings *settings, const char *standardize,
                                const char *split, const int64_t ngrams[CN_MAX_NGRAMS]);

typedef struct cn_token {
    const char *text; /* not ended by 0 */
    size_t length;
} cn_token;

/* With everything but the settings zeroed, a tokenizer is ready. */
typedef struct cn_tokenizer {
    cn_text_settings settings;
    char *text; /* the latest text, standardized, with a blank between words */
    cn_token *words, *grams;
    int64_t text_capacity, word_count, word_capacity, gram_count, gram_capacity;
} cn_tokenizer;

/* The words or n-grams of a text, valid until the next call. */
cn_status cn_tokenize(cn_tokenizer *tokenizer, const char *text, const cn_token **tokens,
                      int64_t *count);

/* How many words or n-grams cn_tokenize gives; 0 for NULL. */
int64_t cn_count_tokens(const cn_text_settings *settings, const char *text);

void cn_tokenizer_free(cn_tokenizer *tokenizer);

#endif
