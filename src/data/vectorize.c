/* Texts as arrays of numbers. Keras: TextVectorization.call. */
#include <inttypes.h>
#include <string.h>

#include "data/vocabulary.h"

/* The numbers of all words of all texts, one text behind the other. */
typedef struct numbered_texts {
    int32_t *numbers;
    int64_t *ends; /* where in numbers each text ends */
    int64_t count, longest, number_capacity;
} numbered_texts;

static cn_status number_text(const cn_vocabulary *v, cn_tokenizer *tokenizer, const char *text,
                             int64_t start, numbered_texts *to)
{
    const cn_token *tokens = NULL;
    int64_t count = 0;
    CN_TRY(cn_tokenize(tokenizer, text, &tokens, &count));
    CN_TRY(cn_grow(&to->numbers, &to->number_capacity, start + count, sizeof *to->numbers));
    for (int64_t i = 0; i < count; i++)
        to->numbers[start + i] = cn_vocabulary_look_up(v, tokens[i].text, tokens[i].length);
    to->ends[to->count++] = start + count;
    to->longest = count > to->longest ? count : to->longest;
    return CN_OK;
}

static cn_status number_texts(const cn_vocabulary *v, const cn_texts *texts, numbered_texts *to)
{
    cn_tokenizer tokenizer = {.settings = v->settings};
    cn_status status = CN_OK;
    to->ends = cn_allocate_raw((size_t)texts->count * sizeof *to->ends);
    if (to->ends == NULL)
        return CN_OUT_OF_MEMORY;
    for (int64_t i = 0; status == CN_OK && i < texts->count; i++)
        status = number_text(v, &tokenizer, texts->items[i], i == 0 ? 0 : to->ends[i - 1], to);
    cn_tokenizer_free(&tokenizer);
    return status;
}

/* ---- Output modes ---- */

static cn_status read_side(const char *what, const char *side, bool *front)
{
    CN_CHECK(side != NULL && (strcmp(side, "pre") == 0 || strcmp(side, "post") == 0),
             "%s must be \"pre\" or \"post\", not %.100s", what, side == NULL ? "NULL" : side);
    *front = strcmp(side, "pre") == 0;
    return CN_OK;
}

static cn_status make_sequences(const cn_vectorize_args *args, const numbered_texts *texts,
                                cn_array **array)
{
    bool pad_front = false, cut_front = false;
    const int64_t asked = args->output_sequence_length;
    CN_TRY(read_side("padding", args->padding, &pad_front));
    CN_TRY(read_side("truncating", args->truncating, &cut_front));
    CN_CHECK(asked > 0 || asked == CN_NONE,
             "output_sequence_length must be 1 or more, not %" PRId64, asked);
    const int64_t room = asked == CN_NONE ? texts->longest : asked;
    CN_TRY(cn_array_create(CN_INT32, &CN_SHAPE(texts->count, room), array));
    int32_t *row = (*array)->data;
    for (int64_t i = 0; i < texts->count; i++, row += room) {
        const int64_t start = i == 0 ? 0 : texts->ends[i - 1], length = texts->ends[i] - start,
                      kept = length < room ? length : room;
        if (kept > 0)
            memcpy(row + (pad_front ? room - kept : 0),
                   texts->numbers + start + (cut_front ? length - kept : 0),
                   (size_t)kept * sizeof *row);
    }
    return CN_OK;
}

/* Column number - 1 counts the words of that number. */
static cn_status make_counts(const cn_vectorize_args *args, const numbered_texts *texts,
                             cn_array **array)
{
    const cn_vocabulary *v = args->vocabulary;
    const bool multi_hot = strcmp(args->output_mode, "multi_hot") == 0,
               weighted = strcmp(args->output_mode, "tf_idf") == 0;
    CN_CHECK(!weighted || v->weights != NULL,
             "\"tf_idf\" needs the weights of words, which a vocabulary of given words lacks");
    const int64_t columns = v->words.count + 1;
    CN_TRY(cn_array_create(CN_FLOAT32, &CN_SHAPE(texts->count, columns), array));
    float *row = (*array)->data;
    for (int64_t i = 0, at = 0; i < texts->count; i++, row += columns)
        for (; at < texts->ends[i]; at++) {
            const int32_t column = texts->numbers[at] - CN_UNKNOWN_WORD;
            row[column] = multi_hot ? 1 : row[column] + (weighted ? v->weights[column] : 1);
        }
    return CN_OK;
}

static cn_status make_array(const cn_vectorize_args *args, const numbered_texts *texts,
                            cn_array **array)
{
    static const char *const modes[] = {"int", "multi_hot", "count", "tf_idf", NULL};
    const char *mode = args->output_mode;
    if (mode != NULL && strcmp(mode, modes[0]) == 0)
        return make_sequences(args, texts, array);
    for (int i = 1; mode != NULL && modes[i] != NULL; i++)
        if (strcmp(mode, modes[i]) == 0)
            return make_counts(args, texts, array);
    return cn_fail(
        CN_INVALID,
        "output_mode must be \"int\", \"multi_hot\", \"count\" or \"tf_idf\", not %.100s",
        mode == NULL ? "NULL" : mode);
}

static cn_status vectorize(const cn_vectorize_args *args, numbered_texts *texts, cn_array **array)
{
    CN_CHECK(args->vocabulary != NULL, "a vocabulary was expected, not NULL");
    CN_TRY(cn_texts_check(&args->texts));
    CN_TRY(number_texts(args->vocabulary, &args->texts, texts));
    return make_array(args, texts, array);
}

cn_array *cn_vectorize_with(const cn_vectorize_args *args)
{
    numbered_texts texts = {0};
    cn_array *array = NULL;
    cn_status status = vectorize(args, &texts, &array);
    cn_release(texts.numbers);
    cn_release(texts.ends);
    return cn_array_or_null(status, "cn_vectorize", &array);
}
