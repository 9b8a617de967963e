/* IntegerLookup: y = the place of x in a vocabulary, or the number at place x. */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "layers/lookup.h"

static const cn_integer_lookup_args defaults = {CN_INTEGER_LOOKUP_DEFAULTS};

static const cn_field fields[] = {
    CN_LAYER_FIELDS(cn_integer_lookup_args),
    CN_FIELD(cn_integer_lookup_args, max_tokens, CN_FIELD_INT, CN_FIELD_OPTIONAL),
    CN_FIELD(cn_integer_lookup_args, num_oov_indices, CN_FIELD_INT, 0),
    CN_FIELD(cn_integer_lookup_args, mask_token, CN_FIELD_REAL, CN_FIELD_OPTIONAL | CN_FIELD_WHOLE),
    CN_FIELD(cn_integer_lookup_args, oov_token, CN_FIELD_REAL, CN_FIELD_OPTIONAL | CN_FIELD_WHOLE),
    CN_FIELD(cn_integer_lookup_args, vocabulary, CN_FIELD_NUMBERS,
             CN_FIELD_OPTIONAL | CN_FIELD_WHOLE),
    CN_FIELD(cn_integer_lookup_args, vocabulary_dtype, CN_FIELD_TEXT, 0),
    CN_FIELD(cn_integer_lookup_args, idf_weights, CN_FIELD_NUMBERS, CN_FIELD_OPTIONAL),
    CN_FIELD(cn_integer_lookup_args, invert, CN_FIELD_BOOL, 0),
    CN_FIELD(cn_integer_lookup_args, output_mode, CN_FIELD_TEXT, 0),
    CN_FIELD(cn_integer_lookup_args, pad_to_max_tokens, CN_FIELD_BOOL, 0),
    CN_FIELD(cn_integer_lookup_args, oov_method, CN_FIELD_TEXT, 0),
    CN_FIELD(cn_integer_lookup_args, salt, CN_FIELD_DIMS,
             CN_FIELD_OPTIONAL | CN_FIELD_COUNTS | CN_FIELD_EACH_2),
    CN_FIELD(cn_integer_lookup_args, vocabulary_size, CN_FIELD_INT, CN_FIELD_OPTIONAL),
    CN_END_FIELDS,
};

static bool is(const char *text, const char *word)
{
    return text != NULL && strcmp(text, word) == 0;
}

static cn_lookup_common common_of(const cn_integer_lookup_args *args)
{
    cn_lookup_common common = {.max_tokens = args->max_tokens,
                               .num_oov_indices = args->num_oov_indices,
                               .given = args->vocabulary.count,
                               .words = args->vocabulary.count,
                               .masked = !isnan(args->mask_token),
                               .invert = args->invert,
                               .pad_to_max_tokens = args->pad_to_max_tokens,
                               .output_mode = args->output_mode,
                               .idf_weights = args->idf_weights};
    const int64_t start = cn_lookup_start(&common);
    bool special = common.given >= start;
    for (int64_t i = 0; special && i < start; i++)
        special =
            args->vocabulary.items[i] ==
            (i == 0 && cn_lookup_has_mask_place(&common) ? args->mask_token : args->oov_token);
    common.words -= special ? start : 0;
    return common;
}

/* The vocabulary without the special tokens that it may begin with. */
static cn_numbers words_of(const cn_integer_lookup_args *args)
{
    const int64_t words = common_of(args).words, before = args->vocabulary.count - words;
    return before == 0 ? args->vocabulary : (cn_numbers){words, args->vocabulary.items + before};
}

/* ---- checks ---------------------------------------------------------------------------------- */

static cn_status check_mode(const cn_integer_lookup_args *args)
{
    CN_TRY(cn_check_output_mode(args->output_mode, cn_output_modes, CN_ALL_OUTPUT_MODES));
    CN_CHECK(is(args->vocabulary_dtype, "int64"), "vocabulary_dtype must be \"int64\", got \"%s\"",
             args->vocabulary_dtype == NULL ? "NULL" : args->vocabulary_dtype);
    CN_CHECK(is(args->oov_method, "floormod") || is(args->oov_method, "farmhash"),
             "oov_method must be \"floormod\" or \"farmhash\", got \"%s\"",
             args->oov_method == NULL ? "NULL" : args->oov_method);
    CN_CHECK(args->salt[0] == CN_NONE || is(args->oov_method, "farmhash"),
             "salt is for oov_method \"farmhash\", not \"%s\"", args->oov_method);
    return CN_OK;
}

static cn_status check_token(const char *what, double token)
{
    CN_CHECK(isnan(token) || (token == trunc(token) && token >= INT32_MIN && token <= INT32_MAX),
             "%s must be a whole number of 32 bits, got %g", what, token);
    return CN_OK;
}

static int ascending(const void *a, const void *b)
{
    const double left = *(const double *)a, right = *(const double *)b;
    return (left > right) - (left < right);
}

static cn_status check_different(double *words, int64_t n)
{
    qsort(words, (size_t)n, sizeof *words, ascending);
    for (int64_t i = 1; i < n; i++)
        CN_CHECK(words[i] != words[i - 1], "vocabulary has %.17g twice", words[i]);
    return CN_OK;
}

static cn_status check_words(const cn_integer_lookup_args *args, const cn_numbers *words)
{
    for (int64_t i = 0; i < words->count; i++) {
        CN_TRY(check_token("vocabulary", words->items[i]));
        CN_CHECK(words->items[i] != args->mask_token,
                 "vocabulary has the mask_token %g: special tokens may stand at its start only",
                 args->mask_token);
        CN_CHECK(!args->invert || words->items[i] != args->oov_token,
                 "vocabulary has the oov_token %g: special tokens may stand at its start only",
                 args->oov_token);
    }
    double *copy = cn_allocate((size_t)(words->count + 1) * sizeof *copy);
    CN_CHECK_MEMORY(copy);
    if (words->count > 0)
        memcpy(copy, words->items, (size_t)words->count * sizeof *copy);
    const cn_status status = check_different(copy, words->count);
    cn_release(copy);
    return status;
}

static cn_status check(const void *own)
{
    const cn_integer_lookup_args *args = own;
    CN_TRY(check_mode(args));
    CN_TRY(check_token("mask_token", args->mask_token));
    CN_TRY(check_token("oov_token", args->oov_token));
    const cn_lookup_common common = common_of(args);
    CN_TRY(cn_lookup_check(&common));
    const cn_numbers words = words_of(args);
    return check_words(args, &words);
}

static cn_status check_inputs(const cn_layer *layer, const cn_type *inputs, int64_t n)
{
    (void)n;
    const cn_integer_lookup_args *args = layer->args;
    const cn_lookup_common common = common_of(args);
    CN_TRY(cn_lookup_check_inputs(layer, &common, &inputs[0]));
    CN_CHECK(!args->invert || !isnan(args->oov_token), "%s: invert needs an oov_token",
             layer->name);
    return CN_OK;
}

/* ---- the class ------------------------------------------------------------------------------- */

/* The words in ascending order with their places, which the mask token is among. */
static cn_status build_places(cn_layer *layer, cn_lookup *lookup, cn_arena *memory)
{
    const cn_integer_lookup_args *args = layer->args;
    const cn_lookup_common common = common_of(args);
    const cn_numbers words = words_of(args);
    const int64_t n = words.count + common.masked, start = cn_lookup_start(&common);
    double(*pairs)[2] = cn_arena_allocate(memory, (size_t)n * sizeof *pairs),
    *column = cn_arena_allocate(memory, (size_t)n * sizeof *column);
    CN_CHECK_MEMORY(pairs);
    CN_CHECK_MEMORY(column);
    for (int64_t i = 0; i < n; i++) {
        pairs[i][0] = i < words.count ? words.items[i] : args->mask_token;
        pairs[i][1] = (double)(i < words.count ? start + i : cn_lookup_mask_value(&common));
    }
    qsort(pairs, (size_t)n, sizeof *pairs, ascending);
    for (int64_t i = 0; i < n; i++)
        column[i] = pairs[i][0];
    CN_TRY(cn_keep_numbers(layer, &lookup->keys, "keys", CN_INT32, column, n));
    for (int64_t i = 0; i < n; i++)
        column[i] = pairs[i][1];
    return cn_keep_numbers(layer, &lookup->values, "places", CN_INT32, column, n);
}

/* The numbers at all places, and for what is no place. */
static cn_status build_inverse(cn_layer *layer, cn_lookup *lookup, cn_arena *memory)
{
    const cn_integer_lookup_args *args = layer->args;
    const cn_lookup_common common = common_of(args);
    const cn_numbers words = words_of(args);
    const int64_t start = cn_lookup_start(&common), n = start + words.count + 1;
    double *column = cn_arena_allocate(memory, (size_t)n * sizeof *column);
    CN_CHECK_MEMORY(column);
    for (int64_t i = 0; i < n; i++)
        column[i] = i == 0 && common.masked ? args->mask_token : args->oov_token;
    memcpy(column + start, words.items, (size_t)words.count * sizeof *column);
    return cn_keep_numbers(layer, &lookup->values, "words", CN_INT32, column, n);
}

static cn_status build(cn_layer *layer, const cn_type *inputs, int64_t n)
{
    (void)inputs, (void)n;
    const cn_integer_lookup_args *args = layer->args;
    const cn_lookup_common common = common_of(args);
    cn_arena memory = {0};
    cn_status status = args->invert ? build_inverse(layer, layer->state, &memory)
                                    : build_places(layer, layer->state, &memory);
    if (status == CN_OK)
        status = cn_lookup_keep_weights(layer, &common);
    cn_arena_free(&memory);
    return status;
}

/* The places of numbers that the vocabulary lacks. */
static cn_value emit_unknown(cn_call_frame *frame, const cn_lookup_common *common, cn_value x)
{
    const cn_integer_lookup_args *args = frame->layer->args;
    const int64_t several = args->num_oov_indices;
    cn_program *p = frame->program;
    if (several < 2)
        return cn_emit_unknown(p, common, CN_NO_VALUE);
    return cn_emit_unknown(p, common,
                           is(args->oov_method, "farmhash")
                               ? cn_emit_bins(p, x, several, args->salt)
                               : cn_emit_mod(p, x, cn_emit_whole(p, several)));
}

static cn_status call(cn_call_frame *frame)
{
    const cn_integer_lookup_args *args = frame->layer->args;
    const cn_lookup_common common = common_of(args);
    cn_value x = cn_emit_cast(frame->program, frame->inputs[0], CN_INT32);
    if (args->invert) {
        frame->outputs[0] = cn_emit_tokens(frame, x);
        return frame->program->status;
    }
    cn_value unknown = emit_unknown(frame, &common, x);
    cn_value places = cn_emit_places(frame, &common, x, unknown);
    frame->outputs[0] = cn_emit_lookup_output(frame, &common, places);
    return frame->program->status;
}

static cn_status adapt(cn_layer *layer, void *own, const cn_array *data)
{
    const cn_lookup_common common = common_of(own);
    int64_t most = 0;
    CN_TRY(cn_lookup_begin(layer, &common, &most));
    return cn_learn_numbers(layer, own, most, data);
}

const cn_layer_class cn_integer_lookup_layer_class = {
    CN_LAYER_CLASS("IntegerLookup", cn_integer_lookup_args, fields, defaults),
    .base.check = check,
    CN_ONE_INPUT,
    .check_inputs = check_inputs,
    .build = build,
    .call = call,
    .state_size = sizeof(cn_lookup),
    .free_state = cn_lookup_free,
    .adapt = adapt,
};

cn_layer *cn_integer_lookup_with(const cn_integer_lookup_args *args)
{
    return cn_layer_make(&cn_integer_lookup_layer_class, args);
}
