/* What MultiHeadAttention and GroupQueryAttention share: projections to heads, the heads, and the
 * projection that joins them. */
#ifndef CORNU_LAYERS_MULTI_HEAD_H
#define CORNU_LAYERS_MULTI_HEAD_H

#include "layers/attending.h"

/* A layer's arguments. */
typedef struct cn_heads {
    int64_t query_heads, key_heads; /* the second divides the first */
    int64_t key_dim, value_dim;     /* of one head */
    int64_t window;                 /* CN_NONE: none */
    double dropout;
    bool use_bias, use_gate;
    bool regularizes_output;       /* the activity regularizer is not of the projections alone */
    const int64_t *output_shape;   /* CN_MAX_RANK; without entries or NULL: the query's features */
    const int64_t *attention_axes; /* the same: all between batch and features */
    const char *kernel_initializer, *bias_initializer;
    const char *kernel_regularizer, *bias_regularizer, *activity_regularizer;
    const char *kernel_constraint, *bias_constraint;
    int64_t seed;
} cn_heads;

/* The parts of cn_heads that have the same name in both argument structs. */
#define CN_HEADS_OF(args)                                                                          \
    .window = (args)->sliding_window, .dropout = (args)->dropout, .use_bias = (args)->use_bias,    \
    .use_gate = (args)->use_gate, .kernel_initializer = (args)->kernel_initializer,                \
    .bias_initializer = (args)->bias_initializer,                                                  \
    .kernel_regularizer = (args)->kernel_regularizer,                                              \
    .bias_regularizer = (args)->bias_regularizer,                                                  \
    .activity_regularizer = (args)->activity_regularizer,                                          \
    .kernel_constraint = (args)->kernel_constraint, .bias_constraint = (args)->bias_constraint,    \
    .seed = (args)->seed

/* Their lines in a field table. */
#define CN_HEADS_FIELDS(type)                                                                      \
    CN_FIELD(type, dropout, CN_FIELD_REAL, 0), CN_FIELD(type, use_bias, CN_FIELD_BOOL, 0),         \
        CN_FIELD(type, sliding_window, CN_FIELD_INT, CN_FIELD_OPTIONAL | CN_FIELD_RECENT),         \
        CN_OBJECT_FIELD(type, kernel_initializer, "initializer"),                                  \
        CN_OBJECT_FIELD(type, bias_initializer, "initializer"),                                    \
        CN_OBJECT_FIELD(type, kernel_regularizer, "regularizer"),                                  \
        CN_OBJECT_FIELD(type, bias_regularizer, "regularizer"),                                    \
        CN_OBJECT_FIELD(type, activity_regularizer, "regularizer"),                                \
        CN_OBJECT_FIELD(type, kernel_constraint, "constraint"),                                    \
        CN_OBJECT_FIELD(type, bias_constraint, "constraint"),                                      \
        CN_FIELD(type, use_gate, CN_FIELD_BOOL, CN_FIELD_RECENT),                                  \
        CN_FIELD(type, seed, CN_FIELD_INT, CN_FIELD_OPTIONAL)

cn_status cn_heads_check(const cn_heads *heads);
cn_status cn_heads_check_inputs(const cn_heads *heads, const cn_layer *layer, const cn_type *inputs,
                                int64_t n);
cn_status cn_heads_build(const cn_heads *heads, cn_layer *layer, const cn_type *inputs, int64_t n);
cn_status cn_heads_call(const cn_heads *heads, cn_call_frame *frame);

#endif
