/* ReversibleEmbedding: y = rows of a table W, x[N, ...] of integers -> y[N, ..., output_dim]; in
 * reverse y = h W^T, h[N, ..., output_dim] -> y[N, ..., input_dim]. */
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "layers/layers.h"

static const cn_reversible_embedding_args defaults = {CN_REVERSIBLE_EMBEDDING_DEFAULTS};

static const cn_field fields[] = {
    CN_LAYER_FIELDS(cn_reversible_embedding_args),
    CN_FIELD(cn_reversible_embedding_args, input_dim, CN_FIELD_INT, 0),
    CN_FIELD(cn_reversible_embedding_args, output_dim, CN_FIELD_INT, 0),
    CN_OBJECT_FIELD(cn_reversible_embedding_args, embeddings_initializer, "initializer"),
    CN_OBJECT_FIELD(cn_reversible_embedding_args, embeddings_regularizer, "regularizer"),
    CN_OBJECT_FIELD(cn_reversible_embedding_args, activity_regularizer, "regularizer"),
    CN_OBJECT_FIELD(cn_reversible_embedding_args, embeddings_constraint, "constraint"),
    CN_FIELD(cn_reversible_embedding_args, mask_zero, CN_FIELD_BOOL, 0),
    CN_FIELD(cn_reversible_embedding_args, tie_weights, CN_FIELD_BOOL, 0),
    CN_FIELD(cn_reversible_embedding_args, reverse_dtype, CN_FIELD_TEXT, CN_FIELD_OPTIONAL),
    CN_FIELD(cn_reversible_embedding_args, logit_soft_cap, CN_FIELD_REAL, CN_FIELD_OPTIONAL),
    CN_END_FIELDS,
};

static cn_status check(const void *own)
{
    const cn_reversible_embedding_args *args = own;
    CN_TRY(cn_check_embedding(args->input_dim, args->output_dim));
    CN_CHECK(args->reverse_dtype == NULL || strcmp(args->reverse_dtype, "float32") == 0,
             "reverse_dtype must be \"float32\", got \"%s\"", args->reverse_dtype);
    CN_CHECK(!(args->logit_soft_cap <= 0), "logit_soft_cap must be positive, got %g",
             args->logit_soft_cap);
    return CN_OK;
}

static cn_status build(cn_layer *layer, const cn_type *inputs, int64_t n)
{
    (void)inputs, (void)n;
    const cn_reversible_embedding_args *args = layer->args;
    const cn_weight_args table = {.name = "embeddings",
                                  .shape = CN_SHAPE(args->input_dim, args->output_dim),
                                  .initializer = args->embeddings_initializer,
                                  .regularizer = args->embeddings_regularizer,
                                  .constraint = args->embeddings_constraint};
    const cn_weight_args back = {.name = "reverse_embeddings",
                                 .shape = CN_SHAPE(args->output_dim, args->input_dim),
                                 .initializer = args->embeddings_initializer};
    CN_TRY(cn_layer_add_weight(layer, &table, NULL));
    return args->tie_weights ? CN_OK : cn_layer_add_weight(layer, &back, NULL);
}

static cn_status call_reverse(cn_call_frame *frame)
{
    const cn_reversible_embedding_args *args = frame->layer->args;
    cn_program *p = frame->program;
    const cn_shape *shape = cn_shape_of(p, frame->inputs[0]);
    CN_CHECK(shape->rank >= 2 && shape->dim[shape->rank - 1] == args->output_dim,
             "in reverse it takes shape (batch, ..., %" PRId64 "), got %s", args->output_dim,
             cn_shape_str(shape));
    cn_value x = cn_emit_cast(p, frame->inputs[0], CN_FLOAT32);
    cn_value y = cn_emit_matmul_transposed(
        p, x, false, cn_call_weight(frame, args->tie_weights ? 0 : 1), args->tie_weights);
    if (!isnan(args->logit_soft_cap)) {
        y = cn_emit_tanh(p, cn_emit_multiply_scalar(p, y, 1 / args->logit_soft_cap));
        y = cn_emit_multiply_scalar(p, y, args->logit_soft_cap);
    }
    frame->outputs[0] = y;
    return p->status;
}

static cn_status call(cn_call_frame *frame)
{
    const cn_reversible_embedding_args *args = frame->layer->args;
    return frame->reverse ? call_reverse(frame)
                          : cn_call_embedding(frame, args->input_dim, args->mask_zero);
}

const cn_layer_class cn_reversible_embedding_layer_class = {
    CN_LAYER_CLASS("ReversibleEmbedding", cn_reversible_embedding_args, fields, defaults),
    .base.check = check,
    CN_ONE_INPUT,
    .takes = CN_TAKES_REVERSE,
    .check_inputs = cn_check_embedded,
    .build = build,
    .call = call,
    .activity_regularizer = offsetof(cn_reversible_embedding_args, activity_regularizer),
};

cn_layer *cn_reversible_embedding_with(const cn_reversible_embedding_args *args)
{
    return cn_layer_make(&cn_reversible_embedding_layer_class, args);
}
