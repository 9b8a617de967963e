/* PReLU: y = max(x, 0) - alpha * max(-x, 0), where alpha is a weight (He et al., 2015). */
#include <inttypes.h>

#include "layers/layers.h"

static const cn_prelu_args defaults = {CN_PRELU_DEFAULTS};

static const cn_field fields[] = {
    CN_LAYER_FIELDS(cn_prelu_args),
    CN_OBJECT_FIELD(cn_prelu_args, alpha_initializer, "initializer"),
    CN_OBJECT_FIELD(cn_prelu_args, alpha_regularizer, "regularizer"),
    CN_OBJECT_FIELD(cn_prelu_args, alpha_constraint, "constraint"),
    CN_FIELD(cn_prelu_args, shared_axes, CN_FIELD_DIMS, CN_FIELD_OPTIONAL),
    CN_END_FIELDS,
};

static cn_status check(const void *own)
{
    const cn_prelu_args *args = own;
    for (int i = 0; i < CN_MAX_RANK && args->shared_axes[i] != 0; i++)
        CN_CHECK(args->shared_axes[i] > 0, "shared_axes must be positive, got %" PRId64,
                 args->shared_axes[i]);
    return CN_OK;
}

static cn_status check_inputs(const cn_layer *layer, const cn_type *inputs, int64_t n)
{
    (void)n;
    const cn_prelu_args *args = layer->args;
    const cn_shape *shape = &inputs[0].shape;
    CN_CHECK(shape->rank >= 2, "%s: input needs rank >= 2, has %" PRId64 " (shape %s)", layer->name,
             shape->rank, cn_shape_str(shape));
    for (int i = 0; i < CN_MAX_RANK && args->shared_axes[i] != 0; i++)
        CN_CHECK(args->shared_axes[i] < shape->rank,
                 "%s: the shared axis %" PRId64 " is not in its input's shape %s", layer->name,
                 args->shared_axes[i], cn_shape_str(shape));
    if (!layer->built)
        return CN_OK;
    const cn_shape *alpha = &layer->weights[0]->variable.shape;
    bool fits = alpha->rank == shape->rank - 1;
    for (int64_t i = 0; fits && i < alpha->rank; i++)
        fits = alpha->dim[i] == 1 || shape->dim[i + 1] == CN_NONE ||
               shape->dim[i + 1] == alpha->dim[i];
    CN_CHECK(fits, "%s: its alpha has shape %s, which does not fit an input of shape %s",
             layer->name, cn_shape_str(alpha), cn_shape_str(shape));
    return CN_OK;
}

static cn_status build(cn_layer *layer, const cn_type *inputs, int64_t n)
{
    (void)n;
    const cn_prelu_args *args = layer->args;
    cn_shape alpha = {.rank = inputs[0].shape.rank - 1};
    for (int64_t i = 0; i < alpha.rank; i++)
        alpha.dim[i] = inputs[0].shape.dim[i + 1];
    for (int i = 0; i < CN_MAX_RANK && args->shared_axes[i] != 0; i++)
        alpha.dim[args->shared_axes[i] - 1] = 1;
    return cn_layer_add_weight(layer,
                               &(cn_weight_args){.name = "alpha",
                                                 .shape = alpha,
                                                 .initializer = args->alpha_initializer,
                                                 .regularizer = args->alpha_regularizer,
                                                 .constraint = args->alpha_constraint},
                               NULL);
}

static cn_status call(cn_call_frame *frame)
{
    cn_program *p = frame->program;
    cn_value x = frame->inputs[0], below = cn_emit_relu(p, cn_emit_negative(p, x));
    cn_value slope = cn_emit_multiply(p, cn_call_weight(frame, 0), below);
    frame->outputs[0] = cn_emit_subtract(p, cn_emit_relu(p, x), slope);
    return p->status;
}

const cn_layer_class cn_prelu_layer_class = {
    CN_LAYER_CLASS("PReLU", cn_prelu_args, fields, defaults),
    .base.check = check,
    CN_ONE_INPUT,
    .passes_mask = true,
    .check_inputs = check_inputs,
    .build = build,
    .call = call,
};

cn_layer *cn_prelu_with(const cn_prelu_args *args)
{
    return cn_layer_make(&cn_prelu_layer_class, args);
}
