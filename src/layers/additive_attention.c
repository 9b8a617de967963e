/* AdditiveAttention: y = softmax(sum of scale tanh(query + key)) value, query[N, T, F],
 * key[N, S, F], value[N, S, V] -> y[N, T, V]. */
#include "layers/attending.h"

static const cn_additive_attention_args defaults = {CN_ADDITIVE_ATTENTION_DEFAULTS};

static const cn_field fields[] = {
    CN_LAYER_FIELDS(cn_additive_attention_args),
    CN_FIELD(cn_additive_attention_args, use_scale, CN_FIELD_BOOL, 0),
    CN_FIELD(cn_additive_attention_args, dropout, CN_FIELD_REAL, 0),
    CN_FIELD(cn_additive_attention_args, seed, CN_FIELD_INT, CN_FIELD_OPTIONAL),
    CN_END_FIELDS,
};

static cn_status check(const void *own)
{
    return cn_attention_check_dropout(((const cn_additive_attention_args *)own)->dropout);
}

static cn_status check_inputs(const cn_layer *layer, const cn_type *inputs, int64_t n)
{
    CN_TRY(cn_attention_check_inputs(layer, inputs, n));
    const cn_shape *query = &inputs[0].shape;
    if (layer->built && layer->n_weights > 0)
        CN_CHECK(
            cn_dims_meet(query->dim[query->rank - 1], layer->weights[0]->variable.shape.dim[0]),
            "%s: was built for queries of %d features, got shape %s", layer->name,
            (int)layer->weights[0]->variable.shape.dim[0], cn_shape_str(query));
    return CN_OK;
}

static cn_status build(cn_layer *layer, const cn_type *inputs, int64_t n)
{
    (void)n;
    const cn_additive_attention_args *args = layer->args;
    const cn_weight_args scale = {.name = "scale",
                                  .shape = CN_SHAPE(inputs[0].shape.dim[inputs[0].shape.rank - 1]),
                                  .initializer = "glorot_uniform"};
    if (args->use_scale)
        CN_TRY(cn_layer_add_weight(layer, &scale, NULL));
    return args->dropout > 0 ? cn_layer_stream_build(layer, args->seed) : CN_OK;
}

static cn_status call(cn_call_frame *frame)
{
    const cn_additive_attention_args *args = frame->layer->args;
    cn_program *p = frame->program;
    cn_value terms = cn_emit_tanh(p, cn_attention_sums(frame));
    if (args->use_scale)
        terms = cn_emit_multiply(p, terms, cn_call_weight(frame, 0));
    return cn_attention_finish(frame, cn_emit_sum(p, terms, CN_AXES(-1), false), args->dropout);
}

const cn_layer_class cn_additive_attention_layer_class = {
    CN_LAYER_CLASS("AdditiveAttention", cn_additive_attention_args, fields, defaults),
    .base.check = check,
    .min_inputs = 2,
    .max_inputs = 3,
    .takes = CN_TAKES_ATTENTION,
    CN_RANDOM_LAYER,
    .check_inputs = check_inputs,
    .build = build,
    .call = call,
};

cn_layer *cn_additive_attention_with(const cn_additive_attention_args *args)
{
    return cn_layer_make(&cn_additive_attention_layer_class, args);
}
