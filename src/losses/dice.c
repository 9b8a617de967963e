/* Dice: 1 - 2 sum t p / (sum t + sum p + epsilon), sums over some axes, or over the whole batch.
 * Tversky: 1 - i / (i + alpha sum t (1 - p) + beta sum p (1 - t) + epsilon) with i = sum t p. */
#include "losses/losses.h"

/* 1 - a / (b + epsilon) */
static cn_value emit_rest(cn_program *p, cn_value a, cn_value b)
{
    return cn_emit_subtract_from(p, 1, cn_emit_divide(p, a, cn_emit_add_scalar(p, b, CN_EPSILON)));
}

static cn_value dice(cn_program *p, const void *arguments, cn_value y_true, cn_value y_pred)
{
    const cn_dice_args *args = arguments;
    const cn_shape axes = cn_loss_axes(args->axis);
    cn_value both = cn_emit_sum(p, cn_emit_multiply(p, y_true, y_pred), axes, false);
    cn_value all = cn_emit_sum(p, cn_emit_add(p, y_true, y_pred), axes, false);
    return emit_rest(p, cn_emit_multiply_scalar(p, both, 2), all);
}

/* i + alpha (sum t - i) + beta (sum p - i) needs no products beside i's; Keras calls alpha's term
 * false positives. */
static cn_value tversky(cn_program *p, const void *arguments, cn_value y_true, cn_value y_pred)
{
    const cn_tversky_args *args = arguments;
    const cn_shape axes = cn_loss_axes(args->axis);
    cn_value both = cn_emit_sum(p, cn_emit_multiply(p, y_true, y_pred), axes, false);
    cn_value only_true = cn_emit_subtract(p, cn_emit_sum(p, y_true, axes, false), both);
    cn_value only_pred = cn_emit_subtract(p, cn_emit_sum(p, y_pred, axes, false), both);
    cn_value wrong = cn_emit_add(p, cn_emit_multiply_scalar(p, only_true, args->alpha),
                                 cn_emit_multiply_scalar(p, only_pred, args->beta));
    return emit_rest(p, both, cn_emit_add(p, both, wrong));
}

static cn_status check_dice(const void *arguments)
{
    const cn_dice_args *args = arguments;
    return cn_check_reduction(args->name, args->reduction);
}

static cn_status check_tversky(const void *arguments)
{
    const cn_tversky_args *args = arguments;
    return cn_check_reduction(args->name, args->reduction);
}

static const cn_field dice_fields[] = {
    CN_LOSS_FIELDS(cn_dice_args),
    CN_FIELD(cn_dice_args, axis, CN_FIELD_DIMS,
             CN_FIELD_OPTIONAL | CN_FIELD_ONE_OR_MORE | CN_FIELD_AXES),
    CN_END_FIELDS,
};

static const cn_field tversky_fields[] = {
    CN_LOSS_FIELDS(cn_tversky_args),
    CN_FIELD(cn_tversky_args, alpha, CN_FIELD_REAL, 0),
    CN_FIELD(cn_tversky_args, beta, CN_FIELD_REAL, 0),
    CN_FIELD(cn_tversky_args, axis, CN_FIELD_DIMS,
             CN_FIELD_OPTIONAL | CN_FIELD_ONE_OR_MORE | CN_FIELD_AXES),
    CN_END_FIELDS,
};

static const cn_dice_args dice_defaults = {CN_DICE_DEFAULTS};
static const cn_tversky_args tversky_defaults = {CN_TVERSKY_DEFAULTS};

const cn_loss_class cn_loss_Dice = {
    .base = {CN_LOSS("Dice", dice_fields, dice_defaults, check_dice)},
    .call = dice,
    .reduction_offset = offsetof(cn_dice_args, reduction),
    .same_shape = true,
};

const cn_loss_class cn_loss_Tversky = {
    .base = {CN_LOSS("Tversky", tversky_fields, tversky_defaults, check_tversky)},
    .call = tversky,
    .reduction_offset = offsetof(cn_tversky_args, reduction),
    .same_shape = true,
};

const char *cn_dice_with(const cn_dice_args *args)
{
    return cn_object_text(&cn_loss_Dice.base, args);
}

const char *cn_tversky_with(const cn_tversky_args *args)
{
    return cn_object_text(&cn_loss_Tversky.base, args);
}
