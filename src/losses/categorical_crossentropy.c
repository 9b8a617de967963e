/* CategoricalCrossentropy: -sum over the classes of t log p, p divided by its sum and clipped to
 * [epsilon, 1 - epsilon]; of logits: with the logarithm of their softmax. */
#include "losses/losses.h"

static cn_value call(cn_program *p, const void *arguments, cn_value y_true, cn_value y_pred)
{
    const cn_categorical_crossentropy_args *args = arguments;
    cn_value t = cn_emit_smoothed_classes(p, y_true, args->label_smoothing);
    cn_value logarithm = args->from_logits
                             ? cn_emit_log_softmax(p, y_pred, args->axis)
                             : cn_emit_log(p, cn_emit_probabilities(p, y_pred, args->axis));
    return cn_emit_sum_along(p, cn_emit_multiply(p, t, cn_emit_negative(p, logarithm)), args->axis);
}

static cn_status check(const void *arguments)
{
    const cn_categorical_crossentropy_args *args = arguments;
    CN_TRY(cn_check_smoothing(args->name, args->label_smoothing));
    return cn_check_reduction(args->name, args->reduction);
}

static const cn_field fields[] = {
    CN_LOSS_FIELDS(cn_categorical_crossentropy_args),
    CN_FIELD(cn_categorical_crossentropy_args, from_logits, CN_FIELD_BOOL, 0),
    CN_FIELD(cn_categorical_crossentropy_args, label_smoothing, CN_FIELD_REAL, 0),
    CN_FIELD(cn_categorical_crossentropy_args, axis, CN_FIELD_INT, 0),
    CN_END_FIELDS,
};

static const cn_categorical_crossentropy_args defaults = {CN_CATEGORICAL_CROSSENTROPY_DEFAULTS};

const cn_loss_class cn_loss_CategoricalCrossentropy = {
    .base = {CN_LOSS("CategoricalCrossentropy", fields, defaults, check)},
    .call = call,
    .reduction_offset = offsetof(cn_categorical_crossentropy_args, reduction),
    .same_shape = true,
};

const char *cn_categorical_crossentropy_with(const cn_categorical_crossentropy_args *args)
{
    return cn_object_text(&cn_loss_CategoricalCrossentropy.base, args);
}
