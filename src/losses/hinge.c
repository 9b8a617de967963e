/* Hinge: the mean over the last axis of max(1 - t p, 0), t = -1 or 1. SquaredHinge: of its
 * square. CategoricalHinge: max(0, 1 + max of (1 - t) p - sum of t p), t = 0 or 1. */
#include "losses/losses.h"

/* Labels of 0 and 1 become -1 and 1 if the whole batch has no others: those are what t^2 = t
 * holds for. */
static cn_value emit_signs(cn_program *p, cn_value y_true)
{
    cn_value binary =
        cn_emit_all(p, cn_emit_equal(p, cn_emit_square(p, y_true), y_true), CN_ALL_AXES, false);
    cn_value signs = cn_emit_add_scalar(p, cn_emit_multiply_scalar(p, y_true, 2), -1);
    return cn_emit_where(p, binary, signs, y_true);
}

static cn_value emit_margin(cn_program *p, cn_value y_true, cn_value y_pred)
{
    return cn_emit_relu(
        p, cn_emit_subtract_from(p, 1, cn_emit_multiply(p, emit_signs(p, y_true), y_pred)));
}

static cn_value hinge(cn_program *p, const void *args, cn_value y_true, cn_value y_pred)
{
    (void)args;
    return cn_emit_mean_along(p, emit_margin(p, y_true, y_pred), -1);
}

static cn_value squared_hinge(cn_program *p, const void *args, cn_value y_true, cn_value y_pred)
{
    (void)args;
    return cn_emit_mean_along(p, cn_emit_square(p, emit_margin(p, y_true, y_pred)), -1);
}

static cn_value categorical_hinge(cn_program *p, const void *args, cn_value y_true, cn_value y_pred)
{
    (void)args;
    cn_value right = cn_emit_sum_along(p, cn_emit_multiply(p, y_true, y_pred), -1);
    cn_value others = cn_emit_multiply(p, cn_emit_subtract_from(p, 1, y_true), y_pred);
    cn_value wrong = cn_emit_max(p, others, CN_AXES(-1), false);
    return cn_emit_relu(p, cn_emit_add_scalar(p, cn_emit_subtract(p, wrong, right), 1));
}

static const cn_loss_args hinge_defaults = {CN_HINGE_DEFAULTS},
                          squared_defaults = {CN_SQUARED_HINGE_DEFAULTS},
                          categorical_defaults = {CN_CATEGORICAL_HINGE_DEFAULTS};

const cn_loss_class cn_loss_Hinge = {
    .base = {CN_PLAIN_LOSS("Hinge", hinge_defaults)},
    .call = hinge,
    CN_PLAIN_REDUCTION,
};

const cn_loss_class cn_loss_SquaredHinge = {
    .base = {CN_PLAIN_LOSS("SquaredHinge", squared_defaults)},
    .call = squared_hinge,
    CN_PLAIN_REDUCTION,
};

const cn_loss_class cn_loss_CategoricalHinge = {
    .base = {CN_PLAIN_LOSS("CategoricalHinge", categorical_defaults)},
    .call = categorical_hinge,
    CN_PLAIN_REDUCTION,
};

const char *cn_hinge_with(const cn_loss_args *args)
{
    return cn_object_text(&cn_loss_Hinge.base, args);
}

const char *cn_squared_hinge_with(const cn_loss_args *args)
{
    return cn_object_text(&cn_loss_SquaredHinge.base, args);
}

const char *cn_categorical_hinge_with(const cn_loss_args *args)
{
    return cn_object_text(&cn_loss_CategoricalHinge.base, args);
}
