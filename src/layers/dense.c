/* Dense: y = activation(x kernel + bias). */
#include <inttypes.h>

#include "layers/layers.h"

static const cn_dense_args defaults = {CN_DENSE_DEFAULTS};

static const cn_field fields[] = {
    CN_LAYER_FIELDS(cn_dense_args),
    CN_FIELD(cn_dense_args, units, CN_FIELD_INT, 0),
    CN_OBJECT_FIELD(cn_dense_args, activation, "activation"),
    CN_FIELD(cn_dense_args, use_bias, CN_FIELD_BOOL, 0),
    CN_OBJECT_FIELD(cn_dense_args, kernel_initializer, "initializer"),
    CN_OBJECT_FIELD(cn_dense_args, bias_initializer, "initializer"),
    CN_OBJECT_FIELD(cn_dense_args, kernel_regularizer, "regularizer"),
    CN_OBJECT_FIELD(cn_dense_args, bias_regularizer, "regularizer"),
    CN_OBJECT_FIELD(cn_dense_args, activity_regularizer, "regularizer"),
    CN_OBJECT_FIELD(cn_dense_args, kernel_constraint, "constraint"),
    CN_OBJECT_FIELD(cn_dense_args, bias_constraint, "constraint"),
    CN_END_FIELDS,
};

static cn_status check(const void *own)
{
    const cn_dense_args *args = own;
    CN_CHECK(args->units > 0, "units must be positive, got %" PRId64, args->units);
    return CN_OK;
}

static cn_status check_inputs(const cn_layer *layer, const cn_type *inputs, int64_t n)
{
    (void)n;
    const cn_shape *shape = &inputs[0].shape;
    CN_CHECK(shape->rank >= 2, "%s: input needs rank >= 2, has %" PRId64 " (shape %s)", layer->name,
             shape->rank, cn_shape_str(shape));
    if (layer->built) {
        int64_t features = shape->dim[shape->rank - 1],
                expected = layer->weights[0]->variable.shape.dim[0];
        CN_CHECK(features == CN_NONE || features == expected,
                 "%s: was built for inputs of %" PRId64 " features, got shape %s", layer->name,
                 expected, cn_shape_str(shape));
    }
    return CN_OK;
}

static cn_status build(cn_layer *layer, const cn_type *inputs, int64_t n)
{
    (void)n;
    const cn_dense_args *args = layer->args;
    int64_t features = inputs[0].shape.dim[inputs[0].shape.rank - 1];
    CN_TRY(cn_layer_add_weight(layer,
                               &(cn_weight_args){.name = "kernel",
                                                 .shape = CN_SHAPE(features, args->units),
                                                 .initializer = args->kernel_initializer,
                                                 .regularizer = args->kernel_regularizer,
                                                 .constraint = args->kernel_constraint},
                               NULL));
    if (!args->use_bias)
        return CN_OK;
    return cn_layer_add_weight(layer,
                               &(cn_weight_args){.name = "bias",
                                                 .shape = CN_SHAPE(args->units),
                                                 .initializer = args->bias_initializer,
                                                 .regularizer = args->bias_regularizer,
                                                 .constraint = args->bias_constraint},
                               NULL);
}

static cn_status call(cn_call_frame *frame)
{
    const cn_dense_args *args = frame->layer->args;
    cn_value y = cn_emit_matmul(frame->program, frame->inputs[0], cn_call_weight(frame, 0));
    if (args->use_bias)
        y = cn_emit_add(frame->program, y, cn_call_weight(frame, 1));
    return cn_call_activation(frame, args->activation, y, &frame->outputs[0]);
}

const cn_layer_class cn_dense_layer_class = {
    CN_LAYER_CLASS("Dense", cn_dense_args, fields, defaults),
    .base.check = check,
    CN_ONE_INPUT,
    .passes_mask = true,
    .check_inputs = check_inputs,
    .build = build,
    .call = call,
    .activity_regularizer = offsetof(cn_dense_args, activity_regularizer),
};

cn_layer *cn_dense_with(const cn_dense_args *args)
{
    return cn_layer_make(&cn_dense_layer_class, args);
}
