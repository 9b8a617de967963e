/* TextVectorization: y = the numbers of a text's words, or how often each word occurs. */
#include <inttypes.h>
#include <string.h>

#include "data/tokenizer.h"
#include "layers/lookup.h"

/* There is one place for words that the vocabulary lacks, and the empty one is padding. */
#define MASK_TOKEN ""
#define OOV_TOKEN "[UNK]"

static const cn_text_vectorization_args defaults = {CN_TEXT_VECTORIZATION_DEFAULTS};

static const cn_field fields[] = {
    CN_LAYER_FIELDS(cn_text_vectorization_args),
    CN_FIELD(cn_text_vectorization_args, max_tokens, CN_FIELD_INT, CN_FIELD_OPTIONAL),
    CN_FIELD(cn_text_vectorization_args, standardize, CN_FIELD_TEXT, CN_FIELD_OPTIONAL),
    CN_FIELD(cn_text_vectorization_args, split, CN_FIELD_TEXT, CN_FIELD_OPTIONAL),
    CN_FIELD(cn_text_vectorization_args, ngrams, CN_FIELD_DIMS, CN_FIELD_OPTIONAL | CN_FIELD_UP_TO),
    CN_FIELD(cn_text_vectorization_args, output_mode, CN_FIELD_TEXT, 0),
    CN_FIELD(cn_text_vectorization_args, output_sequence_length, CN_FIELD_INT, CN_FIELD_OPTIONAL),
    CN_FIELD(cn_text_vectorization_args, pad_to_max_tokens, CN_FIELD_BOOL, 0),
    CN_FIELD(cn_text_vectorization_args, vocabulary, CN_FIELD_TEXTS, CN_FIELD_OPTIONAL),
    CN_FIELD(cn_text_vectorization_args, idf_weights, CN_FIELD_NUMBERS, CN_FIELD_OPTIONAL),
    CN_FIELD(cn_text_vectorization_args, encoding, CN_FIELD_TEXT, 0),
    CN_FIELD(cn_text_vectorization_args, vocabulary_size, CN_FIELD_INT, CN_FIELD_OPTIONAL),
    CN_END_FIELDS,
};

static bool is_int(const cn_text_vectorization_args *args)
{
    return strcmp(args->output_mode, "int") == 0;
}

static cn_lookup_common common_of(const cn_text_vectorization_args *args)
{
    cn_lookup_common common = {.max_tokens = args->max_tokens,
                               .num_oov_indices = 1,
                               .masked = true,
                               .pad_to_max_tokens = args->pad_to_max_tokens,
                               .output_mode = args->output_mode,
                               .idf_weights = args->idf_weights};
    cn_lookup_count_texts(&common, &args->vocabulary, MASK_TOKEN, OOV_TOKEN);
    return common;
}

static cn_status read_settings(const cn_text_vectorization_args *args, cn_text_settings *settings)
{
    return cn_text_settings_read(settings, args->standardize, args->split, args->ngrams);
}

/* ---- checks ---------------------------------------------------------------------------------- */

static cn_status check(const void *own)
{
    const cn_text_vectorization_args *args = own;
    cn_text_settings settings;
    CN_TRY(read_settings(args, &settings));
    CN_TRY(cn_check_output_mode(args->output_mode, cn_output_modes, CN_ALL_OUTPUT_MODES));
    CN_CHECK(strcmp(args->output_mode, "one_hot") != 0 || args->split == NULL,
             "output_mode \"one_hot\" is for texts that are not split, split is \"%s\"",
             args->split);
    CN_CHECK(args->output_sequence_length > 0 || args->output_sequence_length == CN_NONE,
             "output_sequence_length must be positive, got %" PRId64, args->output_sequence_length);
    CN_CHECK(is_int(args) || args->output_sequence_length == CN_NONE,
             "output_sequence_length is for output_mode \"int\", not \"%s\"", args->output_mode);
    CN_TRY(cn_check_encoding(args->encoding));
    const cn_lookup_common common = common_of(args);
    CN_TRY(cn_lookup_check_texts(&common, &args->vocabulary, MASK_TOKEN, OOV_TOKEN));
    return cn_lookup_check(&common);
}

static cn_status check_inputs(const cn_layer *layer, const cn_type *inputs, int64_t n)
{
    (void)n;
    const cn_text_vectorization_args *args = layer->args;
    const cn_shape *shape = &inputs[0].shape;
    CN_CHECK(inputs[0].dtype == CN_STRING, "%s: takes strings, got %s", layer->name,
             cn_dtype_name(inputs[0].dtype));
    CN_CHECK(shape->rank == 1 || (shape->rank == 2 && shape->dim[1] == 1),
             "%s: takes one text for each sample, shape (None,) or (None, 1), got %s", layer->name,
             cn_shape_str(shape));
    CN_CHECK(args->vocabulary.count > 0,
             "%s: has no vocabulary yet, it is to learn one by cn_adapt before it is called",
             layer->name);
    return CN_OK;
}

/* ---- the call -------------------------------------------------------------------------------- */

static cn_status build(cn_layer *layer, const cn_type *inputs, int64_t n)
{
    (void)inputs, (void)n;
    const cn_text_vectorization_args *args = layer->args;
    const cn_lookup_common common = common_of(args);
    const cn_texts words = cn_lookup_texts(&common, &args->vocabulary);
    CN_TRY(cn_keep_words(layer, &common, &words, NULL));
    return cn_lookup_keep_weights(layer, &common);
}

/* Whether only the texts say how many numbers there are. */
static bool is_open(const cn_text_vectorization_args *args)
{
    return is_int(args) && args->output_sequence_length == CN_NONE && args->split != NULL;
}

/* A text that is not split is one word. */
static bool keeps_shape(const cn_text_vectorization_args *args)
{
    return is_int(args) && args->output_sequence_length == CN_NONE && args->split == NULL;
}

static cn_status infer(const cn_layer *layer, const cn_type *inputs, int64_t n, cn_type *outputs,
                       int64_t *n_outputs)
{
    (void)n;
    const cn_text_vectorization_args *args = layer->args;
    const cn_lookup_common common = common_of(args);
    const int64_t size = is_int(args) ? args->output_sequence_length : cn_lookup_depth(&common);
    outputs[0] =
        (cn_type){is_int(args) ? CN_INT32 : CN_FLOAT32, CN_SHAPE(inputs[0].shape.dim[0], size)};
    if (keeps_shape(args))
        outputs[0].shape = inputs[0].shape;
    *n_outputs = 1;
    return CN_OK;
}

/* Programs have no axes of 0. */
static int64_t measure(const cn_layer *layer, const char *text)
{
    const cn_text_vectorization_args *args = layer->args;
    cn_text_settings settings;
    if (!is_open(args) || read_settings(args, &settings) != CN_OK)
        return 1;
    const int64_t words = cn_count_tokens(&settings, text);
    return words > 1 ? words : 1;
}

static cn_value emit_words(cn_call_frame *frame, const cn_op *op, int64_t size)
{
    const cn_text_vectorization_args *args = frame->layer->args;
    const cn_lookup_common common = common_of(args);
    cn_program *p = frame->program;
    cn_lookup *lookup = frame->layer->state;
    cn_text_settings settings;
    if (read_settings(args, &settings) != CN_OK)
        return cn_program_fail(p, CN_INVALID);
    const cn_words_attributes words = {.lower = settings.lower,
                                       .strip = settings.strip,
                                       .split = settings.split,
                                       .ngrams = cn_shape_of_dims(settings.ngrams),
                                       .unknown = cn_lookup_start(&common) - 1,
                                       .size = size};
    cn_value operands[3] = {frame->inputs[0], cn_program_read(p, &lookup->keys.variable),
                            cn_program_read(p, &lookup->values.variable)};
    if (cn_shape_of(p, operands[0])->rank == 2)
        operands[0] = cn_emit_squeeze(p, operands[0], -1);
    return cn_program_append(p, op, &words, operands, 3);
}

static cn_status call(cn_call_frame *frame)
{
    const cn_text_vectorization_args *args = frame->layer->args;
    const cn_lookup_common common = common_of(args);
    cn_program *p = frame->program;
    cn_lookup *lookup = frame->layer->state;
    int64_t steps = 1;
    CN_TRY(cn_trace_measured(frame->trace, &steps));
    if (is_int(args)) {
        const int64_t length = args->output_sequence_length;
        cn_value y = emit_words(frame, &cn_op_find_words, length == CN_NONE ? steps : length);
        CN_TRY(p->status);
        if (keeps_shape(args))
            y = cn_emit_reshape(p, y, *cn_shape_of(p, frame->inputs[0]));
        frame->outputs[0] = y;
        return p->status;
    }
    cn_value y = emit_words(frame, &cn_op_count_words, cn_lookup_depth(&common));
    if (strcmp(args->output_mode, "tf_idf") == 0)
        y = cn_emit_multiply(p, y, cn_program_read(p, &lookup->weights.variable));
    else if (strcmp(args->output_mode, "count") != 0)
        y = cn_emit_minimum(p, y, cn_emit_scalar(p, 1));
    frame->outputs[0] = y;
    return p->status;
}

/* ---- learning -------------------------------------------------------------------------------- */

static cn_status count_words(const cn_array *data, cn_tokenizer *tokenizer,
                             cn_word_counter *counter)
{
    const char *const *texts = data->data;
    for (int64_t i = 0; i < cn_shape_size(&data->shape); i++) {
        const cn_token *tokens = NULL;
        int64_t count = 0;
        CN_TRY(cn_tokenize(tokenizer, texts[i], &tokens, &count));
        for (int64_t k = 0; k < count; k++)
            CN_TRY(cn_word_counter_add(counter, tokens[k].text, tokens[k].length, i));
    }
    return CN_OK;
}

static cn_status adapt(cn_layer *layer, void *own, const cn_array *data)
{
    cn_text_vectorization_args *args = own;
    const cn_lookup_common common = common_of(args);
    cn_tokenizer tokenizer = {0};
    cn_word_counter counter = {0};
    int64_t most = 0;
    CN_TRY(cn_lookup_begin(layer, &common, &most));
    CN_TRY(cn_check_texts_to_learn(layer, data));
    CN_TRY(read_settings(args, &tokenizer.settings));
    cn_status status = count_words(data, &tokenizer, &counter);
    if (status == CN_OK)
        status =
            cn_learn_texts(layer, &counter, (const char *const[2]){MASK_TOKEN, OOV_TOKEN}, most,
                           cn_shape_size(&data->shape), &args->vocabulary,
                           strcmp(args->output_mode, "tf_idf") == 0 ? &args->idf_weights : NULL);
    cn_tokenizer_free(&tokenizer);
    cn_word_counter_free(&counter);
    return status;
}

const cn_layer_class cn_text_vectorization_layer_class = {
    CN_LAYER_CLASS("TextVectorization", cn_text_vectorization_args, fields, defaults),
    .base.check = check,
    CN_ONE_INPUT,
    .takes_strings = true,
    .check_inputs = check_inputs,
    .build = build,
    .infer = infer,
    .measure = measure,
    .call = call,
    .state_size = sizeof(cn_lookup),
    .free_state = cn_lookup_free,
    .adapt = adapt,
};

cn_layer *cn_text_vectorization_with(const cn_text_vectorization_args *args)
{
    return cn_layer_make(&cn_text_vectorization_layer_class, args);
}
