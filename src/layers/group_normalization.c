/* GroupNormalization: y = (x - mean) / sqrt(variance + epsilon) gamma + beta, mean and variance of
 * each sample and group of channels (Wu and He, 2018). */
#include <inttypes.h>

#include "layers/normalizing.h"

static const cn_group_normalization_args defaults = {CN_GROUP_NORMALIZATION_DEFAULTS};

static const cn_field fields[] = {
    CN_LAYER_FIELDS(cn_group_normalization_args),
    CN_FIELD(cn_group_normalization_args, groups, CN_FIELD_INT, 0),
    CN_FIELD(cn_group_normalization_args, axis, CN_FIELD_INT, 0),
    CN_FIELD(cn_group_normalization_args, epsilon, CN_FIELD_REAL, 0),
    CN_FIELD(cn_group_normalization_args, center, CN_FIELD_BOOL, 0),
    CN_FIELD(cn_group_normalization_args, scale, CN_FIELD_BOOL, 0),
    CN_OBJECT_FIELD(cn_group_normalization_args, beta_initializer, "initializer"),
    CN_OBJECT_FIELD(cn_group_normalization_args, gamma_initializer, "initializer"),
    CN_OBJECT_FIELD(cn_group_normalization_args, beta_regularizer, "regularizer"),
    CN_OBJECT_FIELD(cn_group_normalization_args, gamma_regularizer, "regularizer"),
    CN_OBJECT_FIELD(cn_group_normalization_args, beta_constraint, "constraint"),
    CN_OBJECT_FIELD(cn_group_normalization_args, gamma_constraint, "constraint"),
    CN_END_FIELDS,
};

static cn_status check(const void *own)
{
    const cn_group_normalization_args *args = own;
    CN_CHECK(args->groups > 0 || args->groups == -1,
             "groups must be positive, or -1 for one for each channel, got %" PRId64, args->groups);
    CN_CHECK(args->axis != 0, "axis must not be 0, the batch");
    return cn_check_epsilon(args->epsilon);
}

static cn_status check_inputs(const cn_layer *layer, const cn_type *inputs, int64_t n)
{
    (void)n;
    const cn_group_normalization_args *args = layer->args;
    const cn_shape *shape = &inputs[0].shape;
    CN_TRY(cn_check_normalized_axes(layer, shape, (int64_t[CN_MAX_RANK]){args->axis}));
    const int64_t channels = shape->dim[cn_shape_axis(shape, args->axis)];
    CN_CHECK(args->groups == -1 || channels == CN_NONE || channels % args->groups == 0,
             "%s: %" PRId64 " channels cannot be cut into %" PRId64 " groups, in shape %s",
             layer->name, channels, args->groups, cn_shape_str(shape));
    CN_CHECK(shape->rank < CN_MAX_RANK, "%s: takes an input of at most %d axes, got shape %s",
             layer->name, CN_MAX_RANK - 1, cn_shape_str(shape));
    return CN_OK;
}

static cn_status build(cn_layer *layer, const cn_type *inputs, int64_t n)
{
    (void)n;
    const cn_group_normalization_args *args = layer->args;
    const cn_shape shape =
        cn_normalized_shape(&inputs[0].shape, (int64_t[CN_MAX_RANK]){args->axis});
    return cn_layer_add_affine(layer, shape, CN_AFFINE_WEIGHTS(args, args->scale, args->center));
}

/* The shape in which groups have an axis of their own, before the channels of each. */
static cn_shape grouped_shape(cn_shape shape, int64_t axis, int64_t groups)
{
    for (int64_t i = shape.rank++; i > axis; i--)
        shape.dim[i] = shape.dim[i - 1];
    shape.dim[axis + 1] /= groups;
    shape.dim[axis] = groups;
    return shape;
}

/* Gamma or beta in the grouped shape, with 1 for all other axes. */
static cn_value grouped_weight(cn_call_frame *frame, int64_t index, cn_shape grouped, int64_t axis)
{
    for (int64_t i = 0; i < grouped.rank; i++)
        if (i != axis && i != axis + 1)
            grouped.dim[i] = 1;
    return cn_emit_reshape(frame->program, cn_call_weight(frame, index), grouped);
}

static cn_status call(cn_call_frame *frame)
{
    const cn_group_normalization_args *args = frame->layer->args;
    cn_program *p = frame->program;
    const cn_shape shape = *cn_shape_of(p, frame->inputs[0]);
    const int64_t axis = cn_shape_axis(&shape, args->axis);
    const int64_t groups = args->groups == -1 ? shape.dim[axis] : args->groups;
    const cn_shape grouped = grouped_shape(shape, axis, groups);
    cn_shape others = {0};
    for (int64_t i = 1; i < grouped.rank; i++)
        if (i != axis)
            others.dim[others.rank++] = i;
    cn_value x = cn_emit_cast(p, cn_emit_reshape(p, frame->inputs[0], grouped), CN_FLOAT32);
    cn_value y = cn_emit_subtract(p, x, cn_emit_mean(p, x, others, true));
    cn_value variance = cn_emit_mean(p, cn_emit_square(p, y), others, true);
    cn_value scale = cn_emit_rsqrt(p, cn_emit_add_scalar(p, variance, args->epsilon));
    if (args->scale)
        scale = cn_emit_multiply(p, scale, grouped_weight(frame, 0, grouped, axis));
    y = cn_emit_multiply(p, y, scale);
    if (args->center)
        y = cn_emit_add(p, y, grouped_weight(frame, args->scale, grouped, axis));
    frame->outputs[0] = cn_emit_reshape(p, y, shape);
    return p->status;
}

const cn_layer_class cn_group_normalization_layer_class = {
    CN_LAYER_CLASS("GroupNormalization", cn_group_normalization_args, fields, defaults),
    .base.check = check,
    CN_ONE_INPUT,
    .passes_mask = true,
    .check_inputs = check_inputs,
    .build = build,
    .call = call,
};

cn_layer *cn_group_normalization_with(const cn_group_normalization_args *args)
{
    return cn_layer_make(&cn_group_normalization_layer_class, args);
}
