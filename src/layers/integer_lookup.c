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

/* ---- checks ---------------------------------------------------------------------------------- */

static cn_status check_mode(const cn_integer_lookup_args *args)
{
    CN_TRY(cn_check_output_mode(args->output_mode, cn_output_modes, CN_ALL_OUTPUT_MODES));
    CN_CHECK(!args->invert || is(args->output_mode, "int"),
             "invert needs output_mode \"int\", got \"%s\"", args->output_mode);
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

static cn_status check_sizes(const cn_integer_lookup_args *args, const cn_numbers *words)
{
    const bool weighted = is(args->output_mode, "tf_idf");
    const int64_t places = cn_lookup_start(args) + words->count;
    CN_CHECK(args->max_tokens == CN_NONE || args->max_tokens > 1,
             "max_tokens must be greater than 1, got %" PRId64, args->max_tokens);
    CN_CHECK(!args->pad_to_max_tokens || args->max_tokens != CN_NONE,
             "pad_to_max_tokens needs max_tokens");
    CN_CHECK(args->max_tokens == CN_NONE || places <= args->max_tokens,
             "vocabulary needs %" PRId64 " places, max_tokens is %" PRId64, places,
             args->max_tokens);
    CN_CHECK(weighted || args->idf_weights.count == 0,
             "idf_weights are for output_mode \"tf_idf\", not \"%s\"", args->output_mode);
    CN_CHECK(!weighted || args->idf_weights.count == args->vocabulary.count,
             "idf_weights need a weight for each of the vocabulary, %" PRId64 ", got %" PRId64,
             args->vocabulary.count, args->idf_weights.count);
    return CN_OK;
}

static cn_status check(const void *own)
{
    const cn_integer_lookup_args *args = own;
    const cn_numbers words = cn_lookup_words(args);
    CN_CHECK(args->num_oov_indices >= 0, "num_oov_indices must not be negative, got %" PRId64,
             args->num_oov_indices);
    CN_TRY(check_mode(args));
    CN_TRY(check_token("mask_token", args->mask_token));
    CN_TRY(check_token("oov_token", args->oov_token));
    CN_TRY(check_words(args, &words));
    return check_sizes(args, &words);
}

static cn_status check_inputs(const cn_layer *layer, const cn_type *inputs, int64_t n)
{
    (void)n;
    const cn_integer_lookup_args *args = layer->args;
    CN_CHECK(args->vocabulary.count > 0,
             "%s: has no vocabulary yet, it is to learn one by cn_adapt before it is called",
             layer->name);
    CN_CHECK(!args->invert || !isnan(args->oov_token), "%s: invert needs an oov_token",
             layer->name);
    return cn_check_counted(layer, &inputs[0], args->output_mode);
}

/* ---- the class ------------------------------------------------------------------------------- */

/* The words in ascending order with their places, which the mask token is among. */
static cn_status build_places(cn_layer *layer, cn_lookup *lookup, cn_arena *memory)
{
    const cn_integer_lookup_args *args = layer->args;
    const cn_numbers words = cn_lookup_words(args);
    const bool masked = !isnan(args->mask_token);
    const int64_t n = words.count + masked, start = cn_lookup_start(args);
    double(*pairs)[2] = cn_arena_allocate(memory, (size_t)n * sizeof *pairs),
    *column = cn_arena_allocate(memory, (size_t)n * sizeof *column);
    CN_CHECK_MEMORY(pairs);
    CN_CHECK_MEMORY(column);
    for (int64_t i = 0; i < n; i++) {
        pairs[i][0] = i < words.count ? words.items[i] : args->mask_token;
        pairs[i][1] = i < words.count                ? (double)(start + i)
                      : is(args->output_mode, "int") ? 0
                                                     : -1; /* counts nowhere */
    }
    qsort(pairs, (size_t)n, sizeof *pairs, ascending);
    for (int64_t i = 0; i < n; i++)
        column[i] = pairs[i][0];
    CN_TRY(cn_keep_numbers(layer, &lookup->keys, "keys", CN_INT32, column, n));
    for (int64_t i = 0; i < n; i++)
        column[i] = pairs[i][1];
    return cn_keep_numbers(layer, &lookup->values, "places", CN_INT32, column, n);
}

/* The numbers at all places. */
static cn_status build_inverse(cn_layer *layer, cn_lookup *lookup, cn_arena *memory)
{
    const cn_integer_lookup_args *args = layer->args;
    const cn_numbers words = cn_lookup_words(args);
    const int64_t start = cn_lookup_start(args);
    double *column = cn_arena_allocate(memory, (size_t)(start + words.count) * sizeof *column);
    CN_CHECK_MEMORY(column);
    for (int64_t i = 0; i < start; i++)
        column[i] = i == 0 && !isnan(args->mask_token) ? args->mask_token : args->oov_token;
    memcpy(column + start, words.items, (size_t)words.count * sizeof *column);
    return cn_keep_numbers(layer, &lookup->values, "words", CN_INT32, column, start + words.count);
}

/* Of all places: special tokens that came with the vocabulary have weights of their own, others the mean. */
static cn_status build_weights(cn_layer *layer, cn_lookup *lookup, cn_arena *memory)
{
    const cn_integer_lookup_args *args = layer->args;
    const cn_numbers given = args->idf_weights;
    const int64_t depth = cn_lookup_depth(args), start = cn_lookup_start(args),
                  missing = start + cn_lookup_words(args).count - given.count;
    double *column = cn_arena_allocate(memory, (size_t)depth * sizeof *column), mean = 0;
    CN_CHECK_MEMORY(column);
    for (int64_t i = 0; i < given.count; i++)
        mean += given.items[i] / (double)given.count;
    for (int64_t i = 0; i < missing; i++)
        column[i] = mean;
    memcpy(column + missing, given.items, (size_t)given.count * sizeof *column);
    return cn_keep_numbers(layer, &lookup->weights, "idf_weights", CN_FLOAT32, column, depth);
}

static cn_status build(cn_layer *layer, const cn_type *inputs, int64_t n)
{
    (void)inputs, (void)n;
    const cn_integer_lookup_args *args = layer->args;
    cn_arena memory = {0};
    cn_status status = args->invert ? build_inverse(layer, layer->state, &memory)
                                    : build_places(layer, layer->state, &memory);
    if (status == CN_OK && is(args->output_mode, "tf_idf"))
        status = build_weights(layer, layer->state, &memory);
    cn_arena_free(&memory);
    return status;
}

static void free_state(void *state)
{
    cn_lookup *lookup = state;
    cn_variable_free(&lookup->keys.variable);
    cn_variable_free(&lookup->values.variable);
    cn_variable_free(&lookup->weights.variable);
}

/* The places of numbers that the vocabulary lacks. */
static cn_value emit_unknown(cn_call_frame *frame, cn_value x)
{
    const cn_integer_lookup_args *args = frame->layer->args;
    const int64_t several = args->num_oov_indices,
                  first = cn_lookup_start(args) - args->num_oov_indices;
    cn_program *p = frame->program;
    if (several < 2)
        return cn_emit_whole(p, first);
    cn_value place = is(args->oov_method, "farmhash")
                         ? cn_emit_bins(p, x, several, args->salt)
                         : cn_emit_mod(p, x, cn_emit_whole(p, several));
    return cn_emit_add(p, place, cn_emit_whole(p, first));
}

static cn_value emit_places(cn_call_frame *frame, cn_lookup *lookup, cn_value x)
{
    const cn_integer_lookup_args *args = frame->layer->args;
    cn_program *p = frame->program;
    const cn_check_range_attributes range = {
        0, lookup->keys.variable.shape.dim[0] - 1, frame->layer->name,
        "place in the vocabulary (-1: it is not there, and num_oov_indices is 0)"};
    cn_value operands[2] = {x, cn_program_read(p, &lookup->keys.variable)};
    if (x == CN_NO_VALUE)
        return x;
    cn_value row = cn_program_append(p, &cn_op_look_up, NULL, operands, 2);
    if (args->num_oov_indices == 0 && row != CN_NO_VALUE)
        row = cn_program_append(p, &cn_op_check_range, &range, &row, 1);
    cn_value known = cn_emit_greater_equal(p, row, cn_emit_whole(p, 0));
    cn_value place = cn_emit_gather(p, cn_program_read(p, &lookup->values.variable),
                                    cn_emit_maximum(p, row, cn_emit_whole(p, 0)));
    return cn_emit_where(p, known, place, emit_unknown(frame, x));
}

static cn_value emit_words(cn_call_frame *frame, cn_lookup *lookup, cn_value x)
{
    const cn_integer_lookup_args *args = frame->layer->args;
    cn_program *p = frame->program;
    const int64_t last = lookup->values.variable.shape.dim[0] - 1;
    cn_value inside =
        cn_emit_minimum(p, cn_emit_maximum(p, x, cn_emit_whole(p, 0)), cn_emit_whole(p, last));
    cn_value word = cn_emit_gather(p, cn_program_read(p, &lookup->values.variable), inside);
    return cn_emit_where(p, cn_emit_equal(p, x, inside), word,
                         cn_emit_whole(p, (int64_t)args->oov_token));
}

static cn_status call(cn_call_frame *frame)
{
    const cn_integer_lookup_args *args = frame->layer->args;
    cn_program *p = frame->program;
    cn_lookup *lookup = frame->layer->state;
    const bool weighted = is(args->output_mode, "tf_idf");
    cn_value x = cn_emit_cast(p, frame->inputs[0], CN_INT32);
    cn_value y = args->invert ? emit_words(frame, lookup, x) : emit_places(frame, lookup, x);
    y = cn_emit_categories(p, y, weighted ? "count" : args->output_mode, cn_lookup_depth(args),
                           CN_NO_VALUE);
    if (weighted)
        y = cn_emit_multiply(p, y, cn_program_read(p, &lookup->weights.variable));
    frame->outputs[0] = y;
    return p->status;
}

const cn_layer_class cn_integer_lookup_layer_class = {
    CN_LAYER_CLASS("IntegerLookup", cn_integer_lookup_args, fields, defaults),
    .base.check = check,
    CN_ONE_INPUT,
    .check_inputs = check_inputs,
    .build = build,
    .call = call,
    .state_size = sizeof(cn_lookup),
    .free_state = free_state,
    .adapt = cn_lookup_adapt,
};

cn_layer *cn_integer_lookup_with(const cn_integer_lookup_args *args)
{
    return cn_layer_make(&cn_integer_lookup_layer_class, args);
}
