/* Texts as numbers: a vocabulary learnt from texts, and texts as sequences of numbers or rows of
 * counts. What Keras's layer TextVectorization does, as functions:
 *
 *     cn_vocabulary *words = cn_vocabulary_of(texts, .max_tokens = 10000);
 *     cn_array *x = cn_vectorize(words, texts, .output_sequence_length = 100);
 *
 * A text is UTF-8, ended by 0. It is standardized, split into words, and each word is looked up:
 *
 *     standardize  "lower_and_strip_punctuation" (default), "lower", "strip_punctuation", or NULL
 *     split        "whitespace" (default), "character", or NULL: the whole text is one word
 *     ngrams       {1, 2}: instead of words all runs of one and of two words, joined by a blank;
 *                  all runs of one length before those of the next; none: words
 *
 * As in Keras only the letters A to Z become lower case, and punctuation is what ASCII has of it:
 * !"#$%&()*+,-./:;<=>?@[\]^_`{|}~'. Everything else, also beyond ASCII, is left as it is; a
 * "character" is a code point.
 *
 * Number 0 is padding (and the empty word), 1 is "[UNK]", every word that the vocabulary lacks, and
 * from 2 on come the words, the most frequent first; of equally frequent ones the one with the
 * larger bytes.
 *
 * A vocabulary does not change once it is made, and several threads may use it at once. It belongs
 * to the caller, who may free it; what is left when the session is cleared is freed with it. */
#ifndef CORNU_TEXT_H
#define CORNU_TEXT_H

#include "cornu/data.h"

CN_BEGIN_DECLS

typedef struct cn_vocabulary cn_vocabulary;

/* Most lengths that .ngrams can list. */
#define CN_MAX_NGRAMS 8

#define CN_TEXT_KEYWORDS_                                                                          \
    const char *standardize, *split;                                                               \
    int64_t ngrams[CN_MAX_NGRAMS];                                                                 \
    char end_;
#define CN_TEXT_DEFAULTS_ .standardize = "lower_and_strip_punctuation", .split = "whitespace"

/* cn_vocabulary_of(texts, .max_tokens = 10000): the words of texts, such as those of the training
 * data. max_tokens: at most so many numbers, 0 and 1 included; CN_NONE: all words. NULL and an
 * error if an argument is wrong. Keras: TextVectorization.adapt. */
typedef struct cn_vocabulary_of_args {
    cn_texts texts;
    int64_t max_tokens;
    CN_TEXT_KEYWORDS_
} cn_vocabulary_of_args;
#define CN_VOCABULARY_OF_DEFAULTS .max_tokens = CN_NONE, CN_TEXT_DEFAULTS_
CN_API cn_vocabulary *cn_vocabulary_of_with(const cn_vocabulary_of_args *args);

/* cn_vocabulary_of_words(words): the given words, in this order, from number 2 on. They are taken
 * as they are; .standardize and the rest are for the texts to come. A word that is there twice, or
 * is empty or "[UNK]", is an error. Keras: TextVectorization(vocabulary=...). */
typedef struct cn_vocabulary_of_words_args {
    cn_texts words;
    CN_TEXT_KEYWORDS_
} cn_vocabulary_of_words_args;
#define CN_VOCABULARY_OF_WORDS_DEFAULTS CN_TEXT_DEFAULTS_
CN_API cn_vocabulary *cn_vocabulary_of_words_with(const cn_vocabulary_of_words_args *args);

/* cn_load_vocabulary("words.txt"): the words in a text file, a line for each, in the order of their
 * numbers. Behind a word there may be a tab and its weight for "tf_idf"; then every line has one.
 * How texts are split is not in the file: it is said again here. */
typedef struct cn_load_vocabulary_args {
    const char *path;
    CN_TEXT_KEYWORDS_
} cn_load_vocabulary_args;
#define CN_LOAD_VOCABULARY_DEFAULTS CN_TEXT_DEFAULTS_
CN_API cn_vocabulary *cn_load_vocabulary_with(const cn_load_vocabulary_args *args);

/* Saves a vocabulary for cn_load_vocabulary, whole or not at all. A word with a tab or a line end
 * in it, which only other splits than "whitespace" give, is an error. */
CN_API cn_status cn_save_vocabulary(const char *path, const cn_vocabulary *vocabulary);

/* How many numbers there are, 0 and 1 included: an Embedding's input_dim. -1 on failure. */
CN_API int64_t cn_vocabulary_size(const cn_vocabulary *vocabulary);

/* The word with this number ("" for 0, "[UNK]" for 1), owned by the vocabulary; NULL and an error
 * if there is none. */
CN_API const char *cn_vocabulary_word(const cn_vocabulary *vocabulary, int64_t number);

/* The number of a word, taken as it is: 1 if the vocabulary lacks it. -1 on failure. */
CN_API int64_t cn_vocabulary_number(const cn_vocabulary *vocabulary, const char *word);

/* Frees the vocabulary. NULL is allowed. */
CN_API void cn_vocabulary_free(cn_vocabulary *vocabulary);

/* cn_vectorize(vocabulary, texts, .output_sequence_length = 100): N texts as numbers.
 *   output_mode "int"        int32 (N, T), T being output_sequence_length, CN_NONE: the longest
 *                            text's words. Shorter texts get zeros behind them (padding "post") or
 *                            before them ("pre"), longer ones lose their last ("post") or first
 *                            ("pre") words
 *               "multi_hot"  float32 (N, size - 1): 1 where a word occurs. There is no padding
 *                            here: column 0 is [UNK], and column i is word i + 1
 *               "count"      the same: how often
 *               "tf_idf"     the same: how often, times the word's weight log(1 + D / (1 + d)), D
 *                            being the number of texts that the vocabulary was made of and d how
 *                            many of them have the word; [UNK] weighs as much as the words' mean
 * Keras: TextVectorization.call. */
typedef struct cn_vectorize_args {
    const cn_vocabulary *vocabulary;
    cn_texts texts;
    const char *output_mode;
    int64_t output_sequence_length;
    const char *padding, *truncating;
    char end_;
} cn_vectorize_args;
#define CN_VECTORIZE_DEFAULTS                                                                      \
    .output_mode = "int", .output_sequence_length = CN_NONE, .padding = "post", .truncating = "post"
CN_API cn_array *cn_vectorize_with(const cn_vectorize_args *args);

/* The numbers of N texts, each as long as it is, int32: for cn_fit and its kin, which pad each
 * batch on its own. Keras: TextVectorization(ragged=True). */
CN_API cn_sequences *cn_vectorize_ragged(const cn_vocabulary *vocabulary, cn_texts texts);

#ifndef __cplusplus
#define cn_vocabulary_of(...)                                                                      \
    CN_KEYWORDS_(cn_vocabulary_of_with, cn_vocabulary_of_args, CN_VOCABULARY_OF_DEFAULTS,          \
                 .texts = __VA_ARGS__)
#define cn_vocabulary_of_words(...)                                                                \
    CN_KEYWORDS_(cn_vocabulary_of_words_with, cn_vocabulary_of_words_args,                         \
                 CN_VOCABULARY_OF_WORDS_DEFAULTS, .words = __VA_ARGS__)
#define cn_load_vocabulary(...)                                                                    \
    CN_KEYWORDS_(cn_load_vocabulary_with, cn_load_vocabulary_args, CN_LOAD_VOCABULARY_DEFAULTS,    \
                 .path = __VA_ARGS__)
#define cn_vectorize(...)                                                                          \
    CN_KEYWORDS_(cn_vectorize_with, cn_vectorize_args, CN_VECTORIZE_DEFAULTS,                      \
                 .vocabulary = __VA_ARGS__)
#endif

CN_END_DECLS

#endif
