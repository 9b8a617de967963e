/* Attention: y = softmax(query key^T) value, query[N, T, F], key[N, S, F], value[N, S, V] ->
 * y[N, T, V]; or scores of the sum of query and key. */
#include "layers/attending.h"

#include <string.h>

static const cn_attention_args defaults = {CN_ATTENTION_DEFAULTS};

static const cn_field fields[] = {
    CN_LAYER_FIELDS(cn_attention_args),
    CN_FIELD(cn_attention_args, use_scale, CN_FIELD_BOOL, 0),
    CN_FIELD(cn_attention_args, score_mode, CN_FIELD_TEXT, 0),
    CN_FIELD(cn_attention_args, dropout, CN_FIELD_REAL, 0),
    CN_FIELD(cn_attention_args, seed, CN_FIELD_INT, CN_FIELD_OPTIONAL),
    CN_END_FIELDS,
};

static bool is_concat(const cn_attention_args *args)
{
    return strcmp(args->score_mode, "concat") == 0;
}

static cn_status check(const void *own)
{
    const cn_attention_args *args = own;
    CN_CHECK(args->score_mode != NULL && (is_concat(args) || strcmp(args->score_mode, "dot") == 0),
             "score_mode must be \"dot\" or \"concat\", got \"%s\"",
             args->score_mode == NULL ? "NULL" : args->score_mode);
    return cn_attention_check_dropout(args->dropout);
}

static cn_status build(cn_layer *layer, const cn_type *inputs, int64_t n)
{
    (void)inputs, (void)n;
    const cn_attention_args *args = layer->args;
    const cn_weight_args scale = {.name = "scale", .initializer = "ones"},
                         weight = {.name = "concat_score_weight", .initializer = "ones"};
    if (args->use_scale)
        CN_TRY(cn_layer_add_weight(layer, &scale, NULL));
    if (is_concat(args))
        CN_TRY(cn_layer_add_weight(layer, &weight, NULL));
    return args->dropout > 0 ? cn_layer_stream_build(layer, args->seed) : CN_OK;
}

static cn_status call(cn_call_frame *frame)
{
    const cn_attention_args *args = frame->layer->args;
    cn_program *p = frame->program;
    cn_value scores;
    if (is_concat(args)) {
        scores = cn_attention_sums(frame);
        if (args->use_scale)
            scores = cn_emit_multiply(p, scores, cn_call_weight(frame, 0));
        scores = cn_emit_sum(p, cn_emit_tanh(p, scores), CN_AXES(-1), false);
        scores = cn_emit_multiply(p, scores, cn_call_weight(frame, args->use_scale ? 1 : 0));
    } else {
        scores =
            cn_emit_matmul_transposed(p, frame->inputs[0], false, cn_attention_key(frame), true);
        if (args->use_scale)
            scores = cn_emit_multiply(p, scores, cn_call_weight(frame, 0));
    }
    return cn_attention_finish(frame, scores, args->dropout);
}

const cn_layer_class cn_attention_layer_class = {
    CN_LAYER_CLASS("Attention", cn_attention_args, fields, defaults),
    .base.check = check,
    .min_inputs = 2,
    .max_inputs = 3,
    .takes = CN_TAKES_ATTENTION,
    CN_RANDOM_LAYER,
    .check_inputs = cn_attention_check_inputs,
    .build = build,
    .call = call,
};

cn_layer *cn_attention_with(const cn_attention_args *args)
{
    return cn_layer_make(&cn_attention_layer_class, args);
}
