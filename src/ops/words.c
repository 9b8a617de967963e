/* Texts as words, and words as numbers. */
#include "ops/words.h"

#include <stdatomic.h>
#include <string.h>

#include "data/tokenizer.h"
#include "ops/emit.h"
#include "ops/samples.h"
#include "ops/searching.h"
#include "runtime/threads.h"

_Static_assert(CN_MAX_NGRAMS == CN_MAX_RANK, "lengths of n-grams are a shape");

cn_status cn_infer_words(const void *attributes, const cn_type *inputs, cn_dtype dtype,
                         cn_type *output)
{
    const cn_words_attributes *words = attributes;
    CN_CHECK(inputs[0].dtype == CN_STRING && inputs[0].shape.rank == 1,
             "takes a list of strings, got %s %s", cn_dtype_name(inputs[0].dtype),
             cn_shape_str(&inputs[0].shape));
    CN_CHECK(inputs[1].dtype == CN_STRING && inputs[1].shape.rank == 1 &&
                 inputs[2].dtype == CN_INT32 && cn_shape_equal(&inputs[1].shape, &inputs[2].shape),
             "takes strings and int32 of one length, got %s %s and %s %s",
             cn_dtype_name(inputs[1].dtype), cn_shape_str(&inputs[1].shape),
             cn_dtype_name(inputs[2].dtype), cn_shape_str(&inputs[2].shape));
    CN_CHECK(words->size >= 0, "size is %d", (int)words->size);
    CN_CHECK(words->split >= CN_SPLIT_WHITESPACE && words->split <= CN_SPLIT_NONE, "split is %d",
             (int)words->split);
    *output = (cn_type){dtype, CN_SHAPE(inputs[0].shape.dim[0], words->size)};
    return CN_OK;
}

static cn_tokenizer tokenizer_of(const cn_words_attributes *words)
{
    cn_tokenizer tokenizer = {.settings = {.lower = words->lower,
                                           .strip = words->strip,
                                           .split = (cn_split)words->split}};
    for (int64_t i = 0; i < words->ngrams.rank; i++)
        tokenizer.settings.ngrams[i] = words->ngrams.dim[i];
    return tokenizer;
}

/* ---- the kernel ------------------------------------------------------------------------------ */

struct call {
    const char *const *texts, *const *keys;
    const int32_t *numbers;
    char *to;
    int64_t n_texts, n_keys;
    size_t row_bytes;
    cn_put_word *put;
    cn_words_attributes words;
};

struct run {
    const struct call *call;
    atomic_int status;
};

static cn_status take_text(const struct call *call, cn_tokenizer *tokenizer, int64_t i)
{
    const cn_token *tokens = NULL;
    int64_t count = 0;
    void *row = call->to + (size_t)i * call->row_bytes;
    CN_TRY(cn_tokenize(tokenizer, call->texts[i], &tokens, &count));
    memset(row, 0, call->row_bytes);
    for (int64_t k = 0; k < count; k++) {
        const int64_t place =
            cn_find_text(call->keys, call->n_keys, tokens[k].text, tokens[k].length);
        call->put(row, call->words.size, k,
                  place < 0 ? (int32_t)call->words.unknown : call->numbers[place]);
    }
    return CN_OK;
}

/* How much memory a text's words take, only the text says: it is taken for the time of the run. */
static void take_texts(void *context, int64_t begin, int64_t end)
{
    struct run *run = context;
    cn_tokenizer tokenizer = tokenizer_of(&run->call->words);
    cn_status status = CN_OK;
    for (int64_t i = begin; i < end && status == CN_OK; i++)
        status = take_text(run->call, &tokenizer, i);
    if (status != CN_OK)
        atomic_store(&run->status, (int)status);
    cn_tokenizer_free(&tokenizer);
}

static cn_status run(const void *arguments)
{
    struct run run = {.call = arguments};
    cn_parallel_for(run.call->n_texts, 8, take_texts, &run);
    return atomic_load(&run.status) == CN_OK ? CN_OK : cn_fail(CN_OUT_OF_MEMORY, "out of memory");
}

cn_status cn_lower_words(cn_lowering *lowering, const cn_instruction *instruction, cn_put_word *put)
{
    const cn_words_attributes *words = instruction->attributes;
    const cn_type *output = cn_type_of(lowering->program, instruction->output);
    const struct call call = {
        .texts = cn_address(lowering, instruction->inputs[0]),
        .keys = cn_address(lowering, instruction->inputs[1]),
        .numbers = cn_address(lowering, instruction->inputs[2]),
        .to = cn_address(lowering, instruction->output),
        .n_texts = output->shape.dim[0],
        .n_keys = cn_shape_of(lowering->program, instruction->inputs[1])->dim[0],
        .row_bytes = (size_t)words->size * cn_dtype_size(output->dtype),
        .put = put,
        .words = *words,
    };
    return cn_plan_add(lowering->plan, instruction->op->name, run, &call, sizeof call);
}

/* ---- the reference --------------------------------------------------------------------------- */

/* Compares a key with a token, both as addresses. */
static int compare(double key, const cn_token *token)
{
    const char *text = cn_text_of(key);
    const int order = strncmp(text, token->text, token->length);
    return order != 0 ? order : text[token->length] != '\0';
}

static bool is_before(double key, double token)
{
    return compare(key, (const cn_token *)(const void *)cn_text_of(token)) < 0;
}

static double number_of(const cn_reference_call *call, const cn_token *token)
{
    const cn_words_attributes *words = call->attributes;
    const double *keys = call->inputs[1];
    const int64_t place = cn_search_reference(call, cn_text_number((const char *)token), is_before);
    const bool found = place < call->input_types[1].shape.dim[0] &&
                       compare(keys[place], token) == 0;
    return found ? call->inputs[2][place] : (double)words->unknown;
}

void cn_reference_words(const cn_reference_call *call, cn_put_word_reference *put)
{
    const cn_words_attributes *words = call->attributes;
    cn_tokenizer tokenizer = tokenizer_of(words);
    for (int64_t i = 0; i < call->input_types[0].shape.dim[0]; i++) {
        const cn_token *tokens = NULL;
        int64_t count = 0;
        double *row = call->outputs[0] + i * words->size;
        memset(row, 0, (size_t)words->size * sizeof *row);
        if (cn_tokenize(&tokenizer, cn_text_of(call->inputs[0][i]), &tokens, &count) != CN_OK)
            break;
        for (int64_t k = 0; k < count; k++)
            put(row, words->size, k, number_of(call, &tokens[k]));
    }
    cn_tokenizer_free(&tokenizer);
}

/* ---- what the ops have in common ------------------------------------------------------------- */

const cn_field cn_words_fields[] = {
    CN_FIELD(cn_words_attributes, lower, CN_FIELD_BOOL, 0),
    CN_FIELD(cn_words_attributes, strip, CN_FIELD_BOOL, 0),
    CN_FIELD(cn_words_attributes, split, CN_FIELD_INT, 0),
    CN_FIELD(cn_words_attributes, ngrams, CN_FIELD_SHAPE, 0),
    CN_FIELD(cn_words_attributes, unknown, CN_FIELD_INT, 0),
    CN_FIELD(cn_words_attributes, size, CN_FIELD_INT, 0),
    CN_END_FIELDS,
};

#define TEXTS(n_, keys_, attributes_)                                                              \
    {                                                                                              \
        .shapes = {CN_DIMS(n_), CN_DIMS(keys_), CN_DIMS(keys_)},                                   \
        .dtypes = {CN_STRING, CN_STRING, CN_INT32}, .n_inputs = 3, .low = 0, .high = 4,            \
        .attributes = (attributes_)                                                                \
    }
static const cn_words_attributes words = {true, true, CN_SPLIT_WHITESPACE, {0}, 1, 4},
                                 letters = {false, true, CN_SPLIT_CHARACTER, CN_DIMS(1, 2), 3, 9},
                                 whole = {true, false, CN_SPLIT_NONE, {0}, 2, 5};
const cn_sample cn_words_samples[3] = {TEXTS(20, 5, &words), TEXTS(3, 1, &letters),
                                       TEXTS(7, 6, &whole)};
