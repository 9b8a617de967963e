/* MultiHeadAttention: y = heads joined, each softmax(Q K^T / sqrt(key_dim)) V of its own
 * projections of query[N, T, F], key and value[N, S, ...] -> y[N, T, F]. */
#include "layers/multi_head.h"

#include <inttypes.h>

static const cn_multi_head_attention_args defaults = {CN_MULTI_HEAD_ATTENTION_DEFAULTS};

static const cn_field fields[] = {
    CN_LAYER_FIELDS(cn_multi_head_attention_args),
    CN_FIELD(cn_multi_head_attention_args, num_heads, CN_FIELD_INT, 0),
    CN_FIELD(cn_multi_head_attention_args, key_dim, CN_FIELD_INT, 0),
    CN_FIELD(cn_multi_head_attention_args, value_dim, CN_FIELD_INT, CN_FIELD_OPTIONAL),
    CN_FIELD(cn_multi_head_attention_args, output_shape, CN_FIELD_DIMS, CN_FIELD_OPTIONAL),
    CN_FIELD(cn_multi_head_attention_args, attention_axes, CN_FIELD_DIMS,
             CN_FIELD_OPTIONAL | CN_FIELD_AXES),
    CN_HEADS_FIELDS(cn_multi_head_attention_args),
    CN_END_FIELDS,
};

static cn_heads heads_of(const void *own)
{
    const cn_multi_head_attention_args *args = own;
    return (cn_heads){
        .query_heads = args->num_heads,
        .key_heads = args->num_heads,
        .key_dim = args->key_dim,
        .value_dim = args->value_dim == CN_NONE ? args->key_dim : args->value_dim,
        .output_shape = args->output_shape,
        .attention_axes = args->attention_axes,
        CN_HEADS_OF(args),
    };
}

static cn_status check(const void *own)
{
    const cn_multi_head_attention_args *args = own;
    const cn_heads heads = heads_of(own);
    CN_CHECK(args->num_heads > 0, "num_heads must be positive, got %" PRId64, args->num_heads);
    CN_CHECK(args->key_dim > 0, "key_dim must be positive, got %" PRId64, args->key_dim);
    CN_CHECK(heads.value_dim > 0, "value_dim must be positive or CN_NONE, got %" PRId64,
             args->value_dim);
    return cn_heads_check(&heads);
}

static cn_status check_inputs(const cn_layer *layer, const cn_type *inputs, int64_t n)
{
    const cn_heads heads = heads_of(layer->args);
    return cn_heads_check_inputs(&heads, layer, inputs, n);
}

static cn_status build(cn_layer *layer, const cn_type *inputs, int64_t n)
{
    const cn_heads heads = heads_of(layer->args);
    return cn_heads_build(&heads, layer, inputs, n);
}

static cn_status call(cn_call_frame *frame)
{
    const cn_heads heads = heads_of(frame->layer->args);
    return cn_heads_call(&heads, frame);
}

static const cn_layer_part parts[] = {{"query", "query_dense", false},
                                      {"key", "key_dense", false},
                                      {"value", "value_dense", false},
                                      {"gate", "_gate_dense", false},
                                      {"attention_output", "output_dense", false},
                                      {NULL, NULL, false}};

const cn_layer_class cn_multi_head_attention_layer_class = {
    CN_LAYER_CLASS("MultiHeadAttention", cn_multi_head_attention_args, fields, defaults),
    .base.check = check,
    .min_inputs = 2,
    .max_inputs = 3,
    .takes = CN_TAKES_ATTENTION | CN_TAKES_APART,
    .parts = parts,
    CN_RANDOM_LAYER,
    .check_inputs = check_inputs,
    .build = build,
    .call = call,
};

cn_layer *cn_multi_head_attention_with(const cn_multi_head_attention_args *args)
{
    return cn_layer_make(&cn_multi_head_attention_layer_class, args);
}
