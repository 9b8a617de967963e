/* Attention layers, with Keras's names, arguments and defaults; layers.h says what all layers
 * share. N batch, T steps of the query, S steps of value and key, F features.
 *
 * They are called with query, value and, if it is not the value, key: cn_call(cn_attention(),
 * query, value). With cn_call_with, which also takes their masks, there is more to say:
 *   .attention_mask           true where a step of the query may look at a step of the key,
 *                             [N, T, S] (multi-head layers only)
 *   .use_causal_mask          no step looks at later ones
 *   .return_attention_scores  a second output: the weights with which values were added up
 * What a mask of the value or key hides is not looked at. The output has the query's mask. */
#ifndef CORNU_ATTENTION_H
#define CORNU_ATTENTION_H

#include "cornu/layers.h"

CN_BEGIN_DECLS

/* ---- one head -------------------------------------------------------------------------------- */
/* query[N, T, F], value[N, S, V], key[N, S, F] -> y[N, T, V] = softmax(scores) value, with scores
 * [N, T, S], which are the second output, and 0 in steps that the query's mask hides. Axes between
 * N and the steps count as further batch axes. Dropout falls on the weights, in training only. */

/* cn_call(cn_attention(), query, value): scores are query key^T, times scale with use_scale. With
 * .score_mode = "concat" they are concat_score_weight sum over F of tanh(scale (query + key)).
 * Weights: scale [] if use_scale, concat_score_weight [] with "concat". Keras: Attention (Luong et
 * al., 2015). */
typedef struct cn_attention_args {
    char begin_;
    bool use_scale;
    const char *score_mode;
    double dropout;
    int64_t seed;
    CN_LAYER_KEYWORDS_
} cn_attention_args;
#define CN_ATTENTION_DEFAULTS .score_mode = "dot", .seed = CN_NONE, CN_LAYER_DEFAULTS_
CN_API cn_layer *cn_attention_with(const cn_attention_args *args);

/* cn_call(cn_additive_attention(), query, value): scores are the sum over F of scale tanh(query +
 * key). Weights: scale [F] if use_scale. Keras: AdditiveAttention (Bahdanau et al., 2015). */
typedef struct cn_additive_attention_args {
    char begin_;
    bool use_scale;
    double dropout;
    int64_t seed;
    CN_LAYER_KEYWORDS_
} cn_additive_attention_args;
#define CN_ADDITIVE_ATTENTION_DEFAULTS .use_scale = true, .seed = CN_NONE, CN_LAYER_DEFAULTS_
CN_API cn_layer *cn_additive_attention_with(const cn_additive_attention_args *args);

/* ---- several heads --------------------------------------------------------------------------- */
/* Query, key and value are projected to several heads, each of which gives softmax(query key^T /
 * sqrt(dim)) value; a last projection joins them. The second output is [N, heads, T, S]. A step
 * that may look at nothing gets the mean of all values, or, where dropout is set or scores are
 * returned, nothing at all, as in Keras. sliding_window w: no step looks further than w - 1 steps
 * to either side; CN_NONE: as far as it likes. use_gate: what the heads give is multiplied by
 * sigmoid of one more projection of the query. The activity regularizer is that of each projection,
 * and, in cn_group_query_attention, of the output once more, as in Keras. */

/* cn_call(cn_multi_head_attention(8, .key_dim = 64), query, value): query[N, T, F], value[N, S, V],
 * key[N, S, K] -> y[N, T, F], or [N, T, output_shape]. value_dim: size of a head's values; CN_NONE:
 * key_dim. attention_axes are the axes that are looked along, by default all between batch and
 * features; masks and sliding_window need it to be one. Weights, H heads: query/kernel [F, H,
 * key_dim], query/bias [H, key_dim], key/kernel [K, H, key_dim], ..., gate/kernel
 * [F, H, value_dim], ... if use_gate, value/kernel [V, H, value_dim], ..., attention_output/kernel
 * [H, value_dim, output], attention_output/bias [output]. Keras: MultiHeadAttention (Vaswani et
 * al., 2017). */
typedef struct cn_multi_head_attention_args {
    int64_t num_heads, key_dim, value_dim;
    double dropout;
    bool use_bias;
    int64_t output_shape[CN_MAX_RANK], attention_axes[CN_MAX_RANK];
    int64_t sliding_window;
    const char *kernel_initializer, *bias_initializer;
    const char *kernel_regularizer, *bias_regularizer, *activity_regularizer;
    const char *kernel_constraint, *bias_constraint;
    bool use_gate;
    int64_t seed;
    CN_LAYER_KEYWORDS_
} cn_multi_head_attention_args;
#define CN_MULTI_HEAD_ATTENTION_DEFAULTS                                                           \
    .value_dim = CN_NONE, .use_bias = true, .sliding_window = CN_NONE,                             \
    .kernel_initializer = "glorot_uniform", .bias_initializer = "zeros", .seed = CN_NONE,          \
    CN_LAYER_DEFAULTS_
CN_API cn_layer *cn_multi_head_attention_with(const cn_multi_head_attention_args *args);

/* cn_call(cn_group_query_attention(64, .num_query_heads = 8, .num_key_value_heads = 2), query,
 * value): query[N, T, F], value[N, S, F], key[N, S, K] -> y[N, T, F]. A head of key and value
 * serves num_query_heads / num_key_value_heads heads of the query. Weights as of
 * cn_multi_head_attention, with head_dim for key_dim and value_dim, and as many heads in key and
 * value as there are of them. Keras: GroupQueryAttention (Ainslie et al., 2023). */
typedef struct cn_group_query_attention_args {
    int64_t head_dim, num_query_heads, num_key_value_heads;
    double dropout;
    bool use_bias;
    int64_t sliding_window;
    const char *kernel_initializer, *bias_initializer;
    const char *kernel_regularizer, *bias_regularizer, *activity_regularizer;
    const char *kernel_constraint, *bias_constraint;
    bool use_gate;
    int64_t seed;
    CN_LAYER_KEYWORDS_
} cn_group_query_attention_args;
#define CN_GROUP_QUERY_ATTENTION_DEFAULTS                                                          \
    .use_bias = true, .sliding_window = CN_NONE, .kernel_initializer = "glorot_uniform",           \
    .bias_initializer = "zeros", .seed = CN_NONE, CN_LAYER_DEFAULTS_
CN_API cn_layer *cn_group_query_attention_with(const cn_group_query_attention_args *args);

#ifndef __cplusplus
#define cn_attention(...)                                                                          \
    CN_OPTIONAL_KEYWORDS_(cn_attention_with, cn_attention_args, CN_ATTENTION_DEFAULTS, __VA_ARGS__)
#define cn_additive_attention(...)                                                                 \
    CN_OPTIONAL_KEYWORDS_(cn_additive_attention_with, cn_additive_attention_args,                  \
                          CN_ADDITIVE_ATTENTION_DEFAULTS, __VA_ARGS__)
#define cn_multi_head_attention(...)                                                               \
    CN_KEYWORDS_(cn_multi_head_attention_with, cn_multi_head_attention_args,                       \
                 CN_MULTI_HEAD_ATTENTION_DEFAULTS, .num_heads = __VA_ARGS__)
#define cn_group_query_attention(...)                                                              \
    CN_KEYWORDS_(cn_group_query_attention_with, cn_group_query_attention_args,                     \
                 CN_GROUP_QUERY_ATTENTION_DEFAULTS, .head_dim = __VA_ARGS__)
#endif

CN_END_DECLS

#endif
