/* CosineSimilarity: -sum t p / (max(|t|, epsilon) max(|p|, epsilon)), |.| the Euclidean norm
 * along an axis: -1 where t and p have one direction, 1 where they have opposite ones. */
#include "losses/losses.h"

/* 1 / max(norm, epsilon); under the root, so that the gradient at 0 is 0. */
static cn_value emit_inverse_norm(cn_program *p, cn_value x, int64_t axis)
{
    cn_value squares = cn_emit_sum(p, cn_emit_square(p, x), CN_AXES(axis), false);
    return cn_emit_rsqrt(p, cn_emit_maximum_scalar(p, squares, CN_EPSILON * CN_EPSILON));
}

static cn_value call(cn_program *p, const void *arguments, cn_value y_true, cn_value y_pred)
{
    const cn_cosine_similarity_args *args = arguments;
    cn_value product =
        cn_emit_sum(p, cn_emit_multiply(p, y_true, y_pred), CN_AXES(args->axis), false);
    cn_value scale = cn_emit_multiply(p, emit_inverse_norm(p, y_true, args->axis),
                                      emit_inverse_norm(p, y_pred, args->axis));
    return cn_emit_negative(p, cn_emit_multiply(p, product, scale));
}

static cn_status check(const void *arguments)
{
    const cn_cosine_similarity_args *args = arguments;
    return cn_check_reduction(args->name, args->reduction);
}

/* Keras leaves the axis out of the config. */
static const cn_field fields[] = {
    CN_LOSS_FIELDS(cn_cosine_similarity_args),
    CN_FIELD(cn_cosine_similarity_args, axis, CN_FIELD_INT, 0),
    CN_END_FIELDS,
};

static const char *const aliases[] = {"cosine", "cosine_proximity", NULL};
static const cn_cosine_similarity_args defaults = {CN_COSINE_SIMILARITY_DEFAULTS};

const cn_loss_class cn_loss_CosineSimilarity = {
    .base = {CN_LOSS("CosineSimilarity", fields, defaults, check), .aliases = aliases},
    .call = call,
    .reduction_offset = offsetof(cn_cosine_similarity_args, reduction),
};

const char *cn_cosine_similarity_with(const cn_cosine_similarity_args *args)
{
    return cn_object_text(&cn_loss_CosineSimilarity.base, args);
}
