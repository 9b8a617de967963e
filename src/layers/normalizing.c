/* Weights along the axes that a layer normalizes over. */
#include "layers/normalizing.h"

cn_status cn_check_epsilon(double epsilon)
{
    CN_CHECK(epsilon >= 0, "epsilon must not be negative, got %g", epsilon);
    return CN_OK;
}

cn_status cn_check_normalized_axes(const cn_layer *layer, const cn_shape *shape,
                                   const int64_t axes[CN_MAX_RANK])
{
    CN_TRY(cn_check_axes(layer, shape, axes));
    if (!layer->built || layer->n_weights == 0)
        return CN_OK;
    const cn_shape *weight = &layer->weights[0]->variable.shape,
                   needed = cn_normalized_shape(shape, axes);
    for (int64_t i = 0; i < needed.rank; i++)
        CN_CHECK(needed.dim[i] == CN_NONE || needed.dim[i] == weight->dim[i],
                 "%s: its weights have shape %s, which does not fit an input of shape %s",
                 layer->name, cn_shape_str(weight), cn_shape_str(shape));
    return CN_OK;
}

cn_shape cn_normalized_shape(const cn_shape *shape, const int64_t axes[CN_MAX_RANK])
{
    cn_shape result = cn_shape_of_axes(axes);
    for (int64_t i = 0; i < result.rank; i++)
        result.dim[i] = shape->dim[cn_shape_axis(shape, result.dim[i])];
    return result;
}

cn_value cn_call_normalized_weight(cn_call_frame *frame, int64_t index,
                                   const int64_t axes[CN_MAX_RANK])
{
    cn_shape shape = *cn_shape_of(frame->program, frame->inputs[0]), list = cn_shape_of_axes(axes);
    bool normalized[CN_MAX_RANK] = {false};
    for (int64_t i = 0; i < list.rank; i++)
        normalized[cn_shape_axis(&shape, list.dim[i])] = true;
    for (int64_t i = 0; i < shape.rank; i++)
        if (!normalized[i])
            shape.dim[i] = 1;
    return cn_emit_reshape(frame->program, cn_call_weight(frame, index), shape);
}

cn_status cn_layer_add_affine(cn_layer *layer, cn_shape shape, cn_affine_weights weights)
{
    const cn_weight_args gamma = {.name = "gamma",
                                  .shape = shape,
                                  .initializer = weights.gamma_initializer,
                                  .regularizer = weights.gamma_regularizer,
                                  .constraint = weights.gamma_constraint},
                         beta = {.name = "beta",
                                 .shape = shape,
                                 .initializer = weights.beta_initializer,
                                 .regularizer = weights.beta_regularizer,
                                 .constraint = weights.beta_constraint};
    if (weights.has_gamma)
        CN_TRY(cn_layer_add_weight(layer, &gamma, NULL));
    return weights.has_beta ? cn_layer_add_weight(layer, &beta, NULL) : CN_OK;
}

cn_status cn_layer_add_moving(cn_layer *layer, cn_shape shape, const char *name,
                              const char *initializer, cn_weight **weight)
{
    const cn_weight_args args = {
        .name = name, .shape = shape, .initializer = initializer, .frozen = true};
    return cn_layer_add_weight(layer, &args, weight);
}

cn_value cn_call_move(cn_call_frame *frame, int64_t index, cn_value now, double momentum)
{
    cn_program *p = frame->program;
    cn_value kept = cn_emit_multiply_scalar(p, cn_call_weight(frame, index), momentum);
    cn_value moved = cn_emit_add(p, kept, cn_emit_multiply_scalar(p, now, 1 - momentum));
    cn_program_assign(p, &frame->layer->weights[index]->variable, moved);
    return moved;
}
