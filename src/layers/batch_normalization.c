/* BatchNormalization: y = (x - mean) / sqrt(variance + epsilon) gamma + beta, mean and variance of
 * each channel over the batch in training, moving ones otherwise (Ioffe and Szegedy, 2015). */
#include "layers/renormalizing.h"

static const cn_batch_normalization_args defaults = {CN_BATCH_NORMALIZATION_DEFAULTS};

static const cn_field fields[] = {
    CN_LAYER_FIELDS(cn_batch_normalization_args),
    CN_FIELD(cn_batch_normalization_args, axis, CN_FIELD_INT, 0),
    CN_FIELD(cn_batch_normalization_args, momentum, CN_FIELD_REAL, 0),
    CN_FIELD(cn_batch_normalization_args, epsilon, CN_FIELD_REAL, 0),
    CN_FIELD(cn_batch_normalization_args, center, CN_FIELD_BOOL, 0),
    CN_FIELD(cn_batch_normalization_args, scale, CN_FIELD_BOOL, 0),
    CN_OBJECT_FIELD(cn_batch_normalization_args, beta_initializer, "initializer"),
    CN_OBJECT_FIELD(cn_batch_normalization_args, gamma_initializer, "initializer"),
    CN_OBJECT_FIELD(cn_batch_normalization_args, moving_mean_initializer, "initializer"),
    CN_OBJECT_FIELD(cn_batch_normalization_args, moving_variance_initializer, "initializer"),
    CN_OBJECT_FIELD(cn_batch_normalization_args, beta_regularizer, "regularizer"),
    CN_OBJECT_FIELD(cn_batch_normalization_args, gamma_regularizer, "regularizer"),
    CN_OBJECT_FIELD(cn_batch_normalization_args, beta_constraint, "constraint"),
    CN_OBJECT_FIELD(cn_batch_normalization_args, gamma_constraint, "constraint"),
    CN_FIELD(cn_batch_normalization_args, synchronized, CN_FIELD_BOOL, 0),
    CN_FIELD(cn_batch_normalization_args, renorm, CN_FIELD_BOOL, CN_FIELD_RECENT),
    CN_DICTIONARY_FIELD(cn_batch_normalization_args, renorm_clipping),
    CN_FIELD(cn_batch_normalization_args, renorm_momentum, CN_FIELD_REAL, CN_FIELD_RECENT),
    CN_END_FIELDS,
};

static cn_status check(const void *own)
{
    const cn_batch_normalization_args *args = own;
    CN_CHECK(args->momentum >= 0 && args->momentum <= 1, "momentum must be from 0 to 1, got %g",
             args->momentum);
    CN_CHECK(args->renorm_momentum >= 0 && args->renorm_momentum <= 1,
             "renorm_momentum must be from 0 to 1, got %g", args->renorm_momentum);
    CN_TRY(cn_check_renorm_clipping(args->renorm_clipping));
    return cn_check_epsilon(args->epsilon);
}

static cn_status check_inputs(const cn_layer *layer, const cn_type *inputs, int64_t n)
{
    (void)n;
    const cn_batch_normalization_args *args = layer->args;
    return cn_check_normalized_axes(layer, &inputs[0].shape, (int64_t[CN_MAX_RANK]){args->axis});
}

static cn_status build(cn_layer *layer, const cn_type *inputs, int64_t n)
{
    (void)n;
    const cn_batch_normalization_args *args = layer->args;
    const cn_shape shape =
        cn_normalized_shape(&inputs[0].shape, (int64_t[CN_MAX_RANK]){args->axis});
    CN_TRY(cn_layer_add_affine(layer, shape, CN_AFFINE_WEIGHTS(args, args->scale, args->center)));
    CN_TRY(cn_layer_add_moving(layer, shape, "moving_mean", args->moving_mean_initializer, NULL));
    CN_TRY(cn_layer_add_moving(layer, shape, "moving_variance", args->moving_variance_initializer,
                               NULL));
    return args->renorm ? cn_layer_add_renorm_weights(layer, shape) : CN_OK;
}

/* ---- mean and variance ----------------------------------------------------------------------- */

struct moments {
    cn_value mean, variance; /* [C] */
};

/* Of what the mask keeps; it lacks x's last axis. As in Keras, nothing is divided by zero. */
static struct moments masked_moments(cn_program *p, cn_value x, cn_value mask, cn_shape others)
{
    const cn_shape shape = *cn_shape_of(p, x);
    cn_value zero = cn_emit_scalar(p, 0);
    mask = cn_emit_broadcast_to(p, cn_emit_expand_dims(p, mask, -1), shape);
    cn_value count = cn_emit_sum(p, cn_emit_cast(p, mask, CN_FLOAT32), others, true);
    count = cn_emit_add_scalar(p, count, 1e-7);
    cn_value mean = cn_emit_sum(p, cn_emit_where(p, mask, x, zero), others, true);
    mean = cn_emit_divide(p, mean, count);
    cn_value distance = cn_emit_where(p, mask, cn_emit_subtract(p, x, mean), zero);
    cn_value variance = cn_emit_sum(p, cn_emit_square(p, distance), others, true);
    variance = cn_emit_divide(p, variance, count);
    const cn_shape flat = CN_SHAPE(CN_NONE);
    mean = cn_emit_reshape(p, mean, flat);
    return (struct moments){mean, cn_emit_reshape(p, variance, flat)};
}

static struct moments batch_moments(const cn_call_frame *frame, cn_value x, int64_t axis)
{
    cn_program *p = frame->program;
    const int64_t rank = cn_shape_of(p, x)->rank;
    struct moments result;
    cn_shape others = {0};
    for (int64_t i = 0; i < rank; i++)
        if (i != axis)
            others.dim[others.rank++] = i;
    if (frame->masks[0] != CN_NO_VALUE)
        return masked_moments(p, x, frame->masks[0], others);
    if (axis == rank - 1) {
        result.mean = cn_emit_moments(p, x, &result.variance);
        return result;
    }
    result.mean = cn_emit_mean(p, x, others, false);
    result.variance = cn_emit_variance(p, x, others, false);
    return result;
}

/* Where moving_mean stands; moving_variance is behind it. */
static int64_t first_moving(const cn_batch_normalization_args *args)
{
    return (int64_t)args->scale + (int64_t)args->center;
}

static bool uses_batch(const cn_call_frame *frame)
{
    return frame->training && frame->layer->trainable;
}

static struct moments call_moments(cn_call_frame *frame, cn_value x, int64_t axis)
{
    const int64_t moving = first_moving(frame->layer->args);
    if (uses_batch(frame))
        return batch_moments(frame, x, axis);
    cn_value mean = cn_call_weight(frame, moving);
    return (struct moments){mean, cn_call_weight(frame, moving + 1)};
}

/* The moving weights follow the batch; with renorm, y is corrected to what they say. */
static cn_status follow(cn_call_frame *frame, const struct moments *now, cn_correction *correction)
{
    const cn_batch_normalization_args *args = frame->layer->args;
    const int64_t moving = first_moving(args);
    if (args->renorm)
        return cn_call_renorm(frame, moving, now->mean, now->variance, correction);
    cn_call_move(frame, moving, now->mean, args->momentum);
    cn_call_move(frame, moving + 1, now->variance, args->momentum);
    return CN_OK;
}

/* ---- the call -------------------------------------------------------------------------------- */

/* [C] as it is broadcast along the axis; along the last one it is as it stands. */
static cn_value along(cn_program *p, cn_value channels, const cn_shape *shape, int64_t axis)
{
    cn_shape wide = {.rank = shape->rank - axis, .dim = {CN_NONE}};
    for (int64_t i = 1; i < wide.rank; i++)
        wide.dim[i] = 1;
    return cn_emit_reshape(p, channels, wide);
}

/* No value: 1. */
static cn_value times(cn_program *p, cn_value a, cn_value b)
{
    return b == CN_NO_VALUE ? a : cn_emit_multiply(p, a, b);
}

static cn_value gamma_of(const cn_call_frame *frame)
{
    const cn_batch_normalization_args *args = frame->layer->args;
    return args->scale ? cn_call_weight(frame, 0) : CN_NO_VALUE;
}

/* y = x scale + shift, one pass over x, which joins what comes behind it. */
static cn_status call(cn_call_frame *frame)
{
    const cn_batch_normalization_args *args = frame->layer->args;
    cn_program *p = frame->program;
    cn_value x = cn_emit_cast(p, frame->inputs[0], CN_FLOAT32);
    CN_TRY(p->status);
    const cn_shape shape = *cn_shape_of(p, x);
    const int64_t axis = cn_shape_axis(&shape, args->axis);
    const struct moments moments = call_moments(frame, x, axis);
    cn_correction correction = {CN_NO_VALUE, CN_NO_VALUE};
    if (uses_batch(frame))
        CN_TRY(follow(frame, &moments, &correction));
    cn_value scale = cn_emit_rsqrt(p, cn_emit_add_scalar(p, moments.variance, args->epsilon));
    scale = times(p, times(p, scale, correction.r), gamma_of(frame));
    cn_value shift = cn_emit_negative(p, cn_emit_multiply(p, moments.mean, scale));
    if (correction.d != CN_NO_VALUE)
        shift = cn_emit_add(p, shift, times(p, correction.d, gamma_of(frame)));
    if (args->center)
        shift = cn_emit_add(p, shift, cn_call_weight(frame, args->scale));
    scale = along(p, scale, &shape, axis);
    frame->outputs[0] = cn_emit_multiply_add(p, x, scale, along(p, shift, &shape, axis));
    return p->status;
}

const cn_layer_class cn_batch_normalization_layer_class = {
    CN_LAYER_CLASS("BatchNormalization", cn_batch_normalization_args, fields, defaults),
    .base.check = check,
    CN_ONE_INPUT,
    .passes_mask = true,
    .check_inputs = check_inputs,
    .build = build,
    .call = call,
};

cn_layer *cn_batch_normalization_with(const cn_batch_normalization_args *args)
{
    return cn_layer_make(&cn_batch_normalization_layer_class, args);
}
