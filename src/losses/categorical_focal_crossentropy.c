/* CategoricalFocalCrossentropy: -sum over the classes of alpha (1 - p)^gamma t log p, p divided
 * by its sum and clipped; of logits: with their softmax. */
#include <math.h>

#include "losses/losses.h"

/* How many weights are given: the list ends at NaN, or where only zeros follow. */
static int64_t count_alphas(const double *alpha)
{
    int64_t count = 0;
    for (int64_t i = 0; i < CN_MAX_LIST && !isnan(alpha[i]); i++)
        if (i == 0 || alpha[i] != 0)
            count = i + 1;
    return count;
}

static cn_value emit_list(cn_program *p, const double *numbers, int64_t n)
{
    cn_value parts[CN_MAX_LIST];
    for (int64_t i = 0; i < n; i++)
        parts[i] = cn_emit_full(p, numbers[i], CN_FLOAT32, CN_SHAPE(1));
    return cn_emit_concatenate(p, parts, n, 0);
}

/* One weight for all classes, or one for each along the last axis, where zeros at the end may be
 * left out. */
static cn_value emit_alpha(cn_program *p, const double *alpha, int64_t classes)
{
    int64_t count = count_alphas(alpha);
    if (count == 1)
        return cn_emit_scalar(p, alpha[0]);
    if (count > classes || classes > CN_MAX_LIST)
        return cn_program_fail(
            p, cn_fail(CN_INVALID,
                       "categorical_focal_crossentropy: alpha has %d weights for %d classes",
                       (int)count, (int)classes));
    double padded[CN_MAX_LIST] = {0};
    for (int64_t i = 0; i < count; i++)
        padded[i] = alpha[i];
    return emit_list(p, padded, classes);
}

static cn_value call(cn_program *p, const void *arguments, cn_value y_true, cn_value y_pred)
{
    const cn_categorical_focal_crossentropy_args *args = arguments;
    const cn_shape shape = *cn_shape_of(p, y_pred);
    cn_value t = cn_emit_smoothed_classes(p, y_true, args->label_smoothing);
    cn_value raw = args->from_logits ? cn_emit_softmax(p, y_pred, args->axis) : y_pred;
    cn_value q = cn_emit_probabilities(p, raw, args->axis);
    cn_value factor = cn_emit_constant_power(p, cn_emit_subtract_from(p, 1, q), args->gamma);
    cn_value weight =
        cn_emit_multiply(p, factor, emit_alpha(p, args->alpha, shape.dim[shape.rank - 1]));
    cn_value entropy = cn_emit_multiply(p, t, cn_emit_negative(p, cn_emit_log(p, q)));
    return cn_emit_sum_along(p, cn_emit_multiply(p, weight, entropy), args->axis);
}

static cn_status check(const void *arguments)
{
    const cn_categorical_focal_crossentropy_args *args = arguments;
    CN_CHECK(args->gamma >= 0, "categorical_focal_crossentropy: gamma must not be negative, not %g",
             args->gamma);
    CN_CHECK(count_alphas(args->alpha) > 0,
             "categorical_focal_crossentropy: alpha must be a number or a list");
    CN_TRY(cn_check_smoothing(args->name, args->label_smoothing));
    return cn_check_reduction(args->name, args->reduction);
}

static const cn_field fields[] = {
    CN_LOSS_FIELDS(cn_categorical_focal_crossentropy_args),
    CN_FIELD(cn_categorical_focal_crossentropy_args, from_logits, CN_FIELD_BOOL, 0),
    CN_FIELD(cn_categorical_focal_crossentropy_args, label_smoothing, CN_FIELD_REAL, 0),
    CN_FIELD(cn_categorical_focal_crossentropy_args, axis, CN_FIELD_INT, 0),
    CN_FIELD(cn_categorical_focal_crossentropy_args, alpha, CN_FIELD_REALS, CN_FIELD_ONE_OR_MORE),
    CN_FIELD(cn_categorical_focal_crossentropy_args, gamma, CN_FIELD_REAL, 0),
    CN_END_FIELDS,
};

static const cn_categorical_focal_crossentropy_args defaults = {
    CN_CATEGORICAL_FOCAL_CROSSENTROPY_DEFAULTS};

const cn_loss_class cn_loss_CategoricalFocalCrossentropy = {
    .base = {CN_LOSS("CategoricalFocalCrossentropy", fields, defaults, check)},
    .call = call,
    .reduction_offset = offsetof(cn_categorical_focal_crossentropy_args, reduction),
    .same_shape = true,
};

/* The list is ended before it is written down. */
const char *cn_categorical_focal_crossentropy_with(
    const cn_categorical_focal_crossentropy_args *args)
{
    cn_categorical_focal_crossentropy_args ended = *args;
    int64_t count = count_alphas(args->alpha);
    if (count < CN_MAX_LIST)
        ended.alpha[count] = CN_UNSET;
    return cn_object_text(&cn_loss_CategoricalFocalCrossentropy.base, &ended);
}
