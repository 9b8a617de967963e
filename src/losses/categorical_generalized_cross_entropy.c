/* CategoricalGeneralizedCrossEntropy: (1 - p[t]^q) / q, t class numbers: between cross-entropy (q
 * near 0) and mean absolute error (q = 1). Zhang and Sabuncu, Generalized Cross Entropy Loss
 * (2018). */
#include "losses/losses.h"

static cn_value call(cn_program *p, const void *arguments, cn_value y_true, cn_value y_pred)
{
    const cn_categorical_generalized_cross_entropy_args *args = arguments;
    cn_value labels =
        cn_emit_labels(p, "categorical_generalized_cross_entropy", y_true, y_pred, -1, CN_NO_CLASS);
    cn_value power = cn_emit_constant_power(p, cn_emit_pick(p, y_pred, labels, -1), args->q);
    return cn_emit_multiply_scalar(p, cn_emit_subtract_from(p, 1, power), 1 / args->q);
}

static cn_status check(const void *arguments)
{
    const cn_categorical_generalized_cross_entropy_args *args = arguments;
    CN_CHECK(args->q > 0 && args->q < 1,
             "categorical_generalized_cross_entropy: q must be between 0 and 1, not %g", args->q);
    return cn_check_reduction(args->name, args->reduction);
}

static const cn_field fields[] = {
    CN_LOSS_FIELDS(cn_categorical_generalized_cross_entropy_args),
    CN_FIELD(cn_categorical_generalized_cross_entropy_args, q, CN_FIELD_REAL, 0),
    CN_END_FIELDS,
};

static const cn_categorical_generalized_cross_entropy_args defaults = {
    CN_CATEGORICAL_GENERALIZED_CROSS_ENTROPY_DEFAULTS};

const cn_loss_class cn_loss_CategoricalGeneralizedCrossEntropy = {
    .base = {CN_LOSS("CategoricalGeneralizedCrossEntropy", fields, defaults, check)},
    .call = call,
    .reduction_offset = offsetof(cn_categorical_generalized_cross_entropy_args, reduction),
    .integer_labels = true,
};

const char *cn_categorical_generalized_cross_entropy_with(
    const cn_categorical_generalized_cross_entropy_args *args)
{
    return cn_object_text(&cn_loss_CategoricalGeneralizedCrossEntropy.base, args);
}
