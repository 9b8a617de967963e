/* LayerNormalization: y = (x - mean) / sqrt(variance + epsilon) gamma + beta, mean and variance of
 * each sample over some axes (Ba et al., 2016). */
#include "layers/normalizing.h"

static const cn_layer_normalization_args defaults = {CN_LAYER_NORMALIZATION_DEFAULTS};

static const cn_field fields[] = {
    CN_LAYER_FIELDS(cn_layer_normalization_args),
    CN_FIELD(cn_layer_normalization_args, axis, CN_FIELD_DIMS,
             CN_FIELD_ONE_OR_MORE | CN_FIELD_AXES),
    CN_FIELD(cn_layer_normalization_args, epsilon, CN_FIELD_REAL, 0),
    CN_FIELD(cn_layer_normalization_args, center, CN_FIELD_BOOL, 0),
    CN_FIELD(cn_layer_normalization_args, scale, CN_FIELD_BOOL, 0),
    CN_FIELD(cn_layer_normalization_args, rms_scaling, CN_FIELD_BOOL, 0),
    CN_OBJECT_FIELD(cn_layer_normalization_args, beta_initializer, "initializer"),
    CN_OBJECT_FIELD(cn_layer_normalization_args, gamma_initializer, "initializer"),
    CN_OBJECT_FIELD(cn_layer_normalization_args, beta_regularizer, "regularizer"),
    CN_OBJECT_FIELD(cn_layer_normalization_args, gamma_regularizer, "regularizer"),
    CN_OBJECT_FIELD(cn_layer_normalization_args, beta_constraint, "constraint"),
    CN_OBJECT_FIELD(cn_layer_normalization_args, gamma_constraint, "constraint"),
    CN_END_FIELDS,
};

static bool has_gamma(const cn_layer_normalization_args *args)
{
    return args->scale || args->rms_scaling;
}

static bool has_beta(const cn_layer_normalization_args *args)
{
    return args->center && !args->rms_scaling;
}

static cn_status check(const void *own)
{
    return cn_check_epsilon(((const cn_layer_normalization_args *)own)->epsilon);
}

static cn_status check_inputs(const cn_layer *layer, const cn_type *inputs, int64_t n)
{
    (void)n;
    const cn_layer_normalization_args *args = layer->args;
    return cn_check_normalized_axes(layer, &inputs[0].shape, args->axis);
}

static cn_status build(cn_layer *layer, const cn_type *inputs, int64_t n)
{
    (void)n;
    const cn_layer_normalization_args *args = layer->args;
    const cn_shape shape = cn_normalized_shape(&inputs[0].shape, args->axis);
    return cn_layer_add_affine(layer, shape,
                               CN_AFFINE_WEIGHTS(args, has_gamma(args), has_beta(args)));
}

static cn_status call(cn_call_frame *frame)
{
    const cn_layer_normalization_args *args = frame->layer->args;
    const cn_shape axes = cn_shape_of_axes(args->axis);
    cn_program *p = frame->program;
    cn_value x = cn_emit_cast(p, frame->inputs[0], CN_FLOAT32);
    cn_value y = cn_emit_subtract(p, x, cn_emit_mean(p, x, axes, true));
    cn_value variance = cn_emit_mean(p, cn_emit_square(p, y), axes, true);
    cn_value inverse = cn_emit_rsqrt(p, cn_emit_add_scalar(p, variance, args->epsilon));
    y = cn_emit_multiply(p, args->rms_scaling ? x : y, inverse);
    if (has_gamma(args))
        y = cn_emit_multiply(p, y, cn_call_normalized_weight(frame, 0, args->axis));
    if (has_beta(args))
        y = cn_emit_add(p, y, cn_call_normalized_weight(frame, has_gamma(args), args->axis));
    frame->outputs[0] = y;
    return p->status;
}

const cn_layer_class cn_layer_normalization_layer_class = {
    CN_LAYER_CLASS("LayerNormalization", cn_layer_normalization_args, fields, defaults),
    .base.check = check,
    CN_ONE_INPUT,
    .passes_mask = true,
    .check_inputs = check_inputs,
    .build = build,
    .call = call,
};

cn_layer *cn_layer_normalization_with(const cn_layer_normalization_args *args)
{
    return cn_layer_make(&cn_layer_normalization_layer_class, args);
}
