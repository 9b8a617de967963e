/* Texts as arrays of numbers. Keras: TextVectorization.call. */
#include <inttypes.h>
#include <string.h>

#include "data/sequences.h"
#include "data/vocabulary.h"

/* ---- Numbers ---- */

typedef struct numberer {
    const cn_vocabulary *vocabulary;
    cn_tokenizer tokenizer;
    int32_t *numbers; /* of the latest text */
    int64_t capacity;
} numberer;

static cn_status number_text(numberer *n, const char *text, cn_sequences *sequences)
{
    const cn_token *tokens = NULL;
    int64_t count = 0;
    CN_TRY(cn_tokenize(&n->tokenizer, text, &tokens, &count));
    CN_TRY(cn_grow(&n->numbers, &n->capacity, count, sizeof *n->numbers));
    for (int64_t i = 0; i < count; i++)
        n->numbers[i] = cn_vocabulary_look_up(n->vocabulary, tokens[i].text, tokens[i].length);
    return cn_sequences_append(sequences, n->numbers, count);
}

/* On failure sequences that were begun are left, for the caller to free. */
static cn_status number_texts(const cn_vocabulary *v, const cn_texts *texts,
                              cn_sequences **sequences)
{
    CN_CHECK(v != NULL, "a vocabulary was expected, not NULL");
    CN_TRY(cn_texts_check(texts));
    *sequences = cn_sequences_new(CN_INT32, NULL, 0);
    cn_status status = *sequences == NULL ? CN_OUT_OF_MEMORY : CN_OK;
    numberer n = {.vocabulary = v, .tokenizer.settings = v->settings};
    for (int64_t i = 0; status == CN_OK && i < texts->count; i++)
        status = number_text(&n, texts->items[i], *sequences);
    cn_tokenizer_free(&n.tokenizer);
    cn_release(n.numbers);
    return status;
}

cn_sequences *cn_vectorize_ragged(const cn_vocabulary *vocabulary, cn_texts texts)
{
    cn_sequences *sequences = NULL;
    if (number_texts(vocabulary, &texts, &sequences) == CN_OK)
        return sequences;
    cn_fail_in("cn_vectorize_ragged");
    cn_sequences_free(sequences);
    return NULL;
}

/* ---- Output modes ---- */

static cn_status pad(const cn_vectorize_args *args, const cn_sequences *sequences, cn_array **array)
{
    const int64_t length = args->output_sequence_length;
    CN_CHECK(length > 0 || length == CN_NONE,
             "output_sequence_length must be 1 or more, not %" PRId64, length);
    const cn_pad_sequences_args pad_args = {.sequences = sequences,
                                            .maxlen = length,
                                            .dtype = CN_INT32,
                                            .padding = args->padding,
                                            .truncating = args->truncating};
    return cn_sequences_pad(&pad_args, array);
}

/* Column number - 1 counts the words of that number. */
static cn_status count(const cn_vectorize_args *args, const cn_sequences *sequences,
                       cn_array **array)
{
    const cn_vocabulary *v = args->vocabulary;
    const bool multi_hot = strcmp(args->output_mode, "multi_hot") == 0,
               weighted = strcmp(args->output_mode, "tf_idf") == 0;
    CN_CHECK(!weighted || v->weights != NULL,
             "\"tf_idf\" needs the weights of words, which a vocabulary of given words lacks");
    const int64_t columns = v->words.count + 1;
    CN_TRY(cn_array_create(CN_FLOAT32, &CN_SHAPE(sequences->count, columns), array));
    float *row = (*array)->data;
    const int32_t *number = sequences->steps->data;
    for (int64_t i = 0; i < sequences->count; i++, row += columns)
        for (int64_t left = cn_sequences_steps(sequences, i); left > 0; left--) {
            const int32_t column = *number++ - CN_UNKNOWN_WORD;
            row[column] = multi_hot ? 1 : row[column] + (weighted ? v->weights[column] : 1);
        }
    return CN_OK;
}

static cn_status make_array(const cn_vectorize_args *args, const cn_sequences *sequences,
                            cn_array **array)
{
    static const char *const modes[] = {"int", "multi_hot", "count", "tf_idf", NULL};
    const char *mode = args->output_mode;
    if (mode != NULL && strcmp(mode, modes[0]) == 0)
        return pad(args, sequences, array);
    for (int i = 1; mode != NULL && modes[i] != NULL; i++)
        if (strcmp(mode, modes[i]) == 0)
            return count(args, sequences, array);
    return cn_fail(
        CN_INVALID,
        "output_mode must be \"int\", \"multi_hot\", \"count\" or \"tf_idf\", not %.100s",
        mode == NULL ? "NULL" : mode);
}

cn_array *cn_vectorize_with(const cn_vectorize_args *args)
{
    cn_sequences *sequences = NULL;
    cn_array *array = NULL;
    cn_status status = number_texts(args->vocabulary, &args->texts, &sequences);
    if (status == CN_OK)
        status = make_array(args, sequences, &array);
    cn_sequences_free(sequences);
    return cn_array_or_null(status, "cn_vectorize", &array);
}
