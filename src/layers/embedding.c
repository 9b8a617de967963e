/* Embedding: y = rows of a table, x[N, ...] of integers -> y[N, ..., output_dim]. */
#include <inttypes.h>

#include "layers/layers.h"

static const cn_embedding_args defaults = {CN_EMBEDDING_DEFAULTS};

static const cn_field fields[] = {
    CN_LAYER_FIELDS(cn_embedding_args),
    CN_FIELD(cn_embedding_args, input_dim, CN_FIELD_INT, 0),
    CN_FIELD(cn_embedding_args, output_dim, CN_FIELD_INT, 0),
    CN_OBJECT_FIELD(cn_embedding_args, embeddings_initializer, "initializer"),
    CN_OBJECT_FIELD(cn_embedding_args, embeddings_regularizer, "regularizer"),
    CN_OBJECT_FIELD(cn_embedding_args, activity_regularizer, "regularizer"),
    CN_OBJECT_FIELD(cn_embedding_args, embeddings_constraint, "constraint"),
    CN_FIELD(cn_embedding_args, mask_zero, CN_FIELD_BOOL, 0),
    CN_END_FIELDS,
};

cn_status cn_check_embedding(int64_t input_dim, int64_t output_dim)
{
    CN_CHECK(input_dim > 0, "input_dim must be positive, got %" PRId64, input_dim);
    CN_CHECK(output_dim > 0, "output_dim must be positive, got %" PRId64, output_dim);
    return CN_OK;
}

static cn_status check(const void *own)
{
    const cn_embedding_args *args = own;
    return cn_check_embedding(args->input_dim, args->output_dim);
}

cn_status cn_check_embedded(const cn_layer *layer, const cn_type *inputs, int64_t n)
{
    (void)n;
    CN_CHECK(inputs[0].shape.rank < CN_MAX_RANK,
             "%s: input needs rank < %d, for its output has one axis more, got shape %s",
             layer->name, CN_MAX_RANK, cn_shape_str(&inputs[0].shape));
    return CN_OK;
}

static cn_status build(cn_layer *layer, const cn_type *inputs, int64_t n)
{
    (void)inputs, (void)n;
    const cn_embedding_args *args = layer->args;
    return cn_layer_add_weight(
        layer,
        &(cn_weight_args){.name = "embeddings",
                          .shape = CN_SHAPE(args->input_dim, args->output_dim),
                          .initializer = args->embeddings_initializer,
                          .regularizer = args->embeddings_regularizer,
                          .constraint = args->embeddings_constraint},
        NULL);
}

cn_status cn_call_embedding(cn_call_frame *frame, int64_t input_dim, bool mask_zero)
{
    cn_program *p = frame->program;
    cn_value x = frame->inputs[0], rows = cn_emit_cast(p, x, CN_INT32);
    const cn_check_range_attributes range = {0, input_dim - 1, frame->layer->name, "index"};
    if (rows != CN_NO_VALUE)
        rows = cn_program_append(p, &cn_op_check_range, &range, &rows, 1);
    frame->outputs[0] = cn_emit_gather(p, cn_call_weight(frame, 0), rows);
    cn_value mask = frame->masks[0]; /* of sequences: where they have steps */
    if (mask_zero) {
        cn_value words = cn_emit_not_equal(p, x, cn_emit_scalar(p, 0));
        mask = mask == CN_NO_VALUE ? words : cn_emit_logical_and(p, mask, words);
    }
    frame->output_masks[0] = mask;
    return p->status;
}

static cn_status call(cn_call_frame *frame)
{
    const cn_embedding_args *args = frame->layer->args;
    return cn_call_embedding(frame, args->input_dim, args->mask_zero);
}

const cn_layer_class cn_embedding_layer_class = {
    CN_LAYER_CLASS("Embedding", cn_embedding_args, fields, defaults),
    .base.check = check,
    CN_ONE_INPUT,
    .check_inputs = cn_check_embedded,
    .build = build,
    .call = call,
    .activity_regularizer = offsetof(cn_embedding_args, activity_regularizer),
};

cn_layer *cn_embedding_with(const cn_embedding_args *args)
{
    return cn_layer_make(&cn_embedding_layer_class, args);
}
