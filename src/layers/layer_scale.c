/* LayerScale: y = x gamma, gamma[C] learnt. */
#include "cornu/applications.h"
#include "cornu/initializers.h"
#include "layers/layers.h"

static const cn_layer_scale_args defaults = {CN_LAYER_SCALE_DEFAULTS};

static const cn_field fields[] = {
    CN_LAYER_FIELDS(cn_layer_scale_args),
    CN_FIELD(cn_layer_scale_args, init_values, CN_FIELD_REAL, 0),
    CN_FIELD(cn_layer_scale_args, projection_dim, CN_FIELD_INT, 0),
    CN_END_FIELDS,
};

static cn_status check(const void *own)
{
    const cn_layer_scale_args *args = own;
    CN_CHECK(args->projection_dim > 0, "projection_dim must be positive, got %d",
             (int)args->projection_dim);
    return CN_OK;
}

static cn_status check_inputs(const cn_layer *layer, const cn_type *inputs, int64_t n)
{
    (void)n;
    const cn_layer_scale_args *args = layer->args;
    const cn_shape *shape = &inputs[0].shape;
    const int64_t channels = shape->rank == 0 ? 1 : shape->dim[shape->rank - 1];
    CN_CHECK(channels == CN_NONE || channels == args->projection_dim || args->projection_dim == 1 ||
                 channels == 1,
             "%s: expected %d channels, got shape %s", layer->name, (int)args->projection_dim,
             cn_shape_str(shape));
    return CN_OK;
}

static cn_status build(cn_layer *layer, const cn_type *inputs, int64_t n)
{
    (void)inputs, (void)n;
    const cn_layer_scale_args *args = layer->args;
    const char *initializer = cn_constant(args->init_values);
    CN_CHECK_MEMORY(initializer);
    const cn_weight_args gamma = {
        .name = "gamma", .shape = CN_SHAPE(args->projection_dim), .initializer = initializer};
    return cn_layer_add_weight(layer, &gamma, NULL);
}

static cn_status call(cn_call_frame *frame)
{
    frame->outputs[0] =
        cn_emit_multiply(frame->program, frame->inputs[0], cn_call_weight(frame, 0));
    return frame->program->status;
}

const cn_layer_class cn_layer_scale_layer_class = {
    CN_LAYER_CLASS_IN("keras.src.applications.convnext", "LayerScale", cn_layer_scale_args, fields,
                      defaults),
    .base.check = check,
    CN_ONE_INPUT,
    .check_inputs = check_inputs,
    .build = build,
    .call = call,
};

cn_layer *cn_layer_scale_with(const cn_layer_scale_args *args)
{
    return cn_layer_make(&cn_layer_scale_layer_class, args);
}
