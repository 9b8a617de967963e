/* StringLookup: y = the place of x in a vocabulary of strings, or the string at place x. */
#include <string.h>

#include "layers/lookup.h"

static const cn_string_lookup_args defaults = {CN_STRING_LOOKUP_DEFAULTS};

static const cn_field fields[] = {
    CN_LAYER_FIELDS(cn_string_lookup_args),
    CN_FIELD(cn_string_lookup_args, max_tokens, CN_FIELD_INT, CN_FIELD_OPTIONAL),
    CN_FIELD(cn_string_lookup_args, num_oov_indices, CN_FIELD_INT, 0),
    CN_FIELD(cn_string_lookup_args, mask_token, CN_FIELD_TEXT, CN_FIELD_OPTIONAL),
    CN_FIELD(cn_string_lookup_args, oov_token, CN_FIELD_TEXT, CN_FIELD_OPTIONAL),
    CN_FIELD(cn_string_lookup_args, vocabulary, CN_FIELD_TEXTS, CN_FIELD_OPTIONAL),
    CN_FIELD(cn_string_lookup_args, idf_weights, CN_FIELD_NUMBERS, CN_FIELD_OPTIONAL),
    CN_FIELD(cn_string_lookup_args, invert, CN_FIELD_BOOL, 0),
    CN_FIELD(cn_string_lookup_args, output_mode, CN_FIELD_TEXT, 0),
    CN_FIELD(cn_string_lookup_args, pad_to_max_tokens, CN_FIELD_BOOL, 0),
    CN_FIELD(cn_string_lookup_args, encoding, CN_FIELD_TEXT, 0),
    CN_FIELD(cn_string_lookup_args, salt, CN_FIELD_DIMS,
             CN_FIELD_OPTIONAL | CN_FIELD_COUNTS | CN_FIELD_EACH_2),
    CN_FIELD(cn_string_lookup_args, oov_method, CN_FIELD_TEXT, 0),
    CN_FIELD(cn_string_lookup_args, vocabulary_size, CN_FIELD_INT, CN_FIELD_OPTIONAL),
    CN_END_FIELDS,
};

static cn_lookup_common common_of(const cn_string_lookup_args *args)
{
    cn_lookup_common common = {.max_tokens = args->max_tokens,
                               .num_oov_indices = args->num_oov_indices,
                               .masked = args->mask_token != NULL,
                               .invert = args->invert,
                               .pad_to_max_tokens = args->pad_to_max_tokens,
                               .output_mode = args->output_mode,
                               .idf_weights = args->idf_weights};
    cn_lookup_count_texts(&common, &args->vocabulary, args->mask_token, args->oov_token);
    return common;
}

static cn_status check(const void *own)
{
    const cn_string_lookup_args *args = own;
    CN_TRY(cn_check_output_mode(args->output_mode, cn_output_modes, CN_ALL_OUTPUT_MODES));
    CN_TRY(cn_check_encoding(args->encoding));
    const cn_lookup_common common = common_of(args);
    CN_TRY(cn_lookup_check_texts(&common, &args->vocabulary, args->mask_token, args->oov_token));
    return cn_lookup_check(&common);
}

static cn_status check_inputs(const cn_layer *layer, const cn_type *inputs, int64_t n)
{
    (void)n;
    const cn_string_lookup_args *args = layer->args;
    const cn_lookup_common common = common_of(args);
    CN_CHECK((inputs[0].dtype == CN_STRING) != args->invert, "%s: takes %s, got %s", layer->name,
             args->invert ? "places in the vocabulary" : "strings", cn_dtype_name(inputs[0].dtype));
    CN_CHECK(!args->invert || args->oov_token != NULL, "%s: invert needs an oov_token",
             layer->name);
    return cn_lookup_check_inputs(layer, &common, &inputs[0]);
}

static cn_status build(cn_layer *layer, const cn_type *inputs, int64_t n)
{
    (void)inputs, (void)n;
    const cn_string_lookup_args *args = layer->args;
    const cn_lookup_common common = common_of(args);
    const cn_texts words = cn_lookup_texts(&common, &args->vocabulary);
    if (args->invert)
        return cn_keep_inverse(layer, &common, &words, args->mask_token, args->oov_token);
    CN_TRY(cn_keep_words(layer, &common, &words, args->mask_token));
    return cn_lookup_keep_weights(layer, &common);
}

static cn_status call(cn_call_frame *frame)
{
    const cn_string_lookup_args *args = frame->layer->args;
    const cn_lookup_common common = common_of(args);
    cn_program *p = frame->program;
    cn_value x = frame->inputs[0];
    if (args->invert) {
        frame->outputs[0] = cn_emit_tokens(frame, cn_emit_cast(p, x, CN_INT32));
        return p->status;
    }
    cn_value which = CN_NO_VALUE;
    if (args->num_oov_indices > 1)
        which = cn_emit_bins(p, x, args->num_oov_indices, args->salt);
    cn_value places = cn_emit_places(frame, &common, x, cn_emit_unknown(p, &common, which));
    frame->outputs[0] = cn_emit_lookup_output(frame, &common, places);
    return p->status;
}

/* ---- learning -------------------------------------------------------------------------------- */

static cn_status count_texts(const cn_array *data, int64_t samples, cn_word_counter *counter)
{
    const char *const *texts = data->data;
    const int64_t n = cn_shape_size(&data->shape);
    for (int64_t i = 0; i < n; i++)
        CN_TRY(cn_word_counter_add(counter, texts[i], strlen(texts[i]), i / (n / samples)));
    return CN_OK;
}

static cn_status adapt(cn_layer *layer, void *own, const cn_array *data)
{
    cn_string_lookup_args *args = own;
    const cn_lookup_common common = common_of(args);
    const int64_t samples = data->shape.rank == 0 ? 1 : data->shape.dim[0];
    int64_t most = 0;
    cn_word_counter counter = {0};
    CN_TRY(cn_lookup_begin(layer, &common, &most));
    CN_TRY(cn_check_texts_to_learn(layer, data));
    cn_status status = count_texts(data, samples, &counter);
    if (status == CN_OK)
        status = cn_learn_texts(
            layer, &counter, (const char *const[2]){args->mask_token, args->oov_token}, most,
            samples, &args->vocabulary,
            strcmp(args->output_mode, "tf_idf") == 0 ? &args->idf_weights : NULL);
    cn_word_counter_free(&counter);
    return status;
}

const cn_layer_class cn_string_lookup_layer_class = {
    CN_LAYER_CLASS("StringLookup", cn_string_lookup_args, fields, defaults),
    .base.check = check,
    CN_ONE_INPUT,
    .takes_strings = true,
    .check_inputs = check_inputs,
    .build = build,
    .call = call,
    .state_size = sizeof(cn_lookup),
    .free_state = cn_lookup_free,
    .adapt = adapt,
};

cn_layer *cn_string_lookup_with(const cn_string_lookup_args *args)
{
    return cn_layer_make(&cn_string_lookup_layer_class, args);
}
