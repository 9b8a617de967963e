/* GroupQueryAttention: MultiHeadAttention in which a head of key and value serves several heads of
 * the query, query[N, T, F], key and value[N, S, ...] -> y[N, T, F]. */
#include "layers/multi_head.h"

#include <inttypes.h>

static const cn_group_query_attention_args defaults = {CN_GROUP_QUERY_ATTENTION_DEFAULTS};

static const cn_field fields[] = {
    CN_LAYER_FIELDS(cn_group_query_attention_args),
    CN_FIELD(cn_group_query_attention_args, head_dim, CN_FIELD_INT, 0),
    CN_FIELD(cn_group_query_attention_args, num_query_heads, CN_FIELD_INT, 0),
    CN_FIELD(cn_group_query_attention_args, num_key_value_heads, CN_FIELD_INT, 0),
    CN_HEADS_FIELDS(cn_group_query_attention_args),
    CN_END_FIELDS,
};

static cn_heads heads_of(const void *own)
{
    const cn_group_query_attention_args *args = own;
    return (cn_heads){
        .query_heads = args->num_query_heads,
        .key_heads = args->num_key_value_heads,
        .key_dim = args->head_dim,
        .value_dim = args->head_dim,
        .regularizes_output = true,
        CN_HEADS_OF(args),
    };
}

static cn_status check(const void *own)
{
    const cn_group_query_attention_args *args = own;
    const cn_heads heads = heads_of(own);
    CN_CHECK(args->head_dim > 0, "head_dim must be positive, got %" PRId64, args->head_dim);
    CN_CHECK(args->num_query_heads > 0, "num_query_heads must be positive, got %" PRId64,
             args->num_query_heads);
    CN_CHECK(args->num_key_value_heads > 0, "num_key_value_heads must be positive, got %" PRId64,
             args->num_key_value_heads);
    CN_CHECK(args->num_query_heads % args->num_key_value_heads == 0,
             "num_query_heads must be a multiple of num_key_value_heads, got %" PRId64
             " and %" PRId64,
             args->num_query_heads, args->num_key_value_heads);
    return cn_heads_check(&heads);
}

static cn_status check_inputs(const cn_layer *layer, const cn_type *inputs, int64_t n)
{
    const cn_heads heads = heads_of(layer->args);
    CN_TRY(cn_check_rank(layer, &inputs[0].shape, 3));
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

static const cn_layer_part parts[] = {{"query", "_query_dense", false},
                                      {"key", "_key_dense", false},
                                      {"value", "_value_dense", false},
                                      {"gate", "_gate_dense", false},
                                      {"attention_output", "_output_dense", false},
                                      {NULL, NULL, false}};

const cn_layer_class cn_group_query_attention_layer_class = {
    CN_LAYER_CLASS("GroupQueryAttention", cn_group_query_attention_args, fields, defaults),
    .base.check = check,
    .min_inputs = 2,
    .max_inputs = 3,
    .takes = CN_TAKES_ATTENTION | CN_TAKES_APART,
    .parts = parts,
    CN_RANDOM_LAYER,
    .check_inputs = check_inputs,
    .build = build,
    .call = call,
    .automatic_name = "GroupedQueryAttention",
    .python_name = "GroupedQueryAttention",
};

cn_layer *cn_group_query_attention_with(const cn_group_query_attention_args *args)
{
    return cn_layer_make(&cn_group_query_attention_layer_class, args);
}
