/* Vocabularies of whole numbers, learnt. */
#include "layers/lookup.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A number of the data and its sample; or a word, how often it occurs, and in how many samples. */
typedef struct token {
    int64_t number, sample, count, samples;
} token;

static int by_number(const void *a, const void *b)
{
    const token *left = a, *right = b;
    const int numbers = (left->number > right->number) - (left->number < right->number);
    return numbers != 0 ? numbers : (left->sample > right->sample) - (left->sample < right->sample);
}

/* The most frequent first, of equally frequent ones the larger. */
static int by_count(const void *a, const void *b)
{
    const token *left = a, *right = b;
    const int counts = (right->count > left->count) - (right->count < left->count);
    return counts != 0 ? counts : (right->number > left->number) - (right->number < left->number);
}

static cn_status read_tokens(const cn_layer *layer, const cn_array *data, token *tokens)
{
    const int64_t n = cn_shape_size(&data->shape),
                  samples = data->shape.rank == 0 ? 1 : data->shape.dim[0];
    for (int64_t i = 0; i < n; i++) {
        const double number = cn_array_at(data, i);
        CN_CHECK(number == trunc(number) && number >= INT32_MIN && number <= INT32_MAX,
                 "%s: element %" PRId64 " of the data is %g, where a whole number of 32 bits is "
                 "needed",
                 layer->name, i, number);
        tokens[i] = (token){(int64_t)number, i / (n / samples), 1, 1};
    }
    return CN_OK;
}

/* Each word once, but the special tokens; returns how many. */
static int64_t count_words(const cn_integer_lookup_args *args, token *tokens, int64_t n)
{
    int64_t words = 0;
    qsort(tokens, (size_t)n, sizeof *tokens, by_number);
    for (int64_t i = 0; i < n; i++) {
        token *last = words == 0 ? NULL : &tokens[words - 1];
        const double number = (double)tokens[i].number;
        if (number == args->mask_token || number == args->oov_token)
            continue;
        if (last == NULL || last->number != tokens[i].number) {
            tokens[words++] = tokens[i];
            continue;
        }
        last->count++;
        last->samples += last->sample != tokens[i].sample;
        last->sample = tokens[i].sample;
    }
    qsort(tokens, (size_t)words, sizeof *tokens, by_count);
    return words;
}

static cn_status take_words(cn_layer *layer, cn_integer_lookup_args *args, const token *tokens,
                            int64_t n, int64_t samples)
{
    cn_arena *arena = cn_session_arena(layer->session);
    double *words = cn_arena_allocate(arena, (size_t)n * sizeof *words),
           *weights = cn_arena_allocate(arena, (size_t)n * sizeof *weights);
    CN_CHECK_MEMORY(words);
    CN_CHECK_MEMORY(weights);
    for (int64_t i = 0; i < n; i++) {
        words[i] = (double)tokens[i].number;
        weights[i] = (float)log(1 + (double)samples / (1 + (double)tokens[i].samples));
    }
    args->vocabulary = (cn_numbers){n, words};
    if (strcmp(args->output_mode, "tf_idf") == 0)
        args->idf_weights = (cn_numbers){n, weights};
    return CN_OK;
}

cn_status cn_learn_numbers(cn_layer *layer, cn_integer_lookup_args *args, int64_t most,
                           const cn_array *data)
{
    const int64_t n = cn_shape_size(&data->shape),
                  samples = data->shape.rank == 0 ? 1 : data->shape.dim[0];
    CN_TRY(cn_check_numbers_to_learn(layer, data));
    token *tokens = cn_allocate((size_t)n * sizeof *tokens);
    CN_CHECK_MEMORY(tokens);
    cn_status status = read_tokens(layer, data, tokens);
    if (status == CN_OK) {
        const int64_t words = count_words(args, tokens, n), kept = words < most ? words : most;
        status = cn_check_learnt(layer, kept);
        if (status == CN_OK)
            status = take_words(layer, args, tokens, kept, samples);
    }
    cn_release(tokens);
    return status;
}
