/* What several losses share. */
#include <math.h>
#include <string.h>

#include "losses/losses.h"

/* ---- shapes ---------------------------------------------------------------------------------- */

/* larger has one axis more than smaller; its last dimension decides. */
static void match(cn_program *p, cn_value *smaller, cn_value *larger)
{
    const cn_shape *shape = cn_shape_of(p, *larger);
    if (shape->dim[shape->rank - 1] != 1)
        return;
    if (cn_shape_of(p, *smaller)->rank == 1)
        *smaller = cn_emit_expand_dims(p, *smaller, -1);
    else
        *larger = cn_emit_squeeze(p, *larger, -1);
}

void cn_match_ranks(cn_program *p, cn_value *a, cn_value *b)
{
    if (*a == CN_NO_VALUE || *b == CN_NO_VALUE)
        return;
    int64_t difference = cn_shape_of(p, *a)->rank - cn_shape_of(p, *b)->rank;
    if (difference == 1)
        match(p, b, a);
    else if (difference == -1)
        match(p, a, b);
}

cn_value cn_emit_sum_along(cn_program *p, cn_value x, int64_t axis)
{
    if (x == CN_NO_VALUE)
        return x;
    int64_t found = cn_shape_axis(cn_shape_of(p, x), axis);
    bool single = found >= 0 && cn_shape_of(p, x)->dim[found] == 1;
    return single ? cn_emit_squeeze(p, x, axis) : cn_emit_sum(p, x, CN_AXES(axis), false);
}

cn_value cn_emit_mean_along(cn_program *p, cn_value x, int64_t axis)
{
    if (x == CN_NO_VALUE)
        return x;
    int64_t found = cn_shape_axis(cn_shape_of(p, x), axis);
    bool single = found >= 0 && cn_shape_of(p, x)->dim[found] == 1;
    return single ? cn_emit_squeeze(p, x, axis) : cn_emit_mean(p, x, CN_AXES(axis), false);
}

cn_shape cn_loss_axes(const int64_t axes[CN_MAX_RANK])
{
    bool given = axes[0] != 0 || axes[1] != 0;
    return given ? cn_shape_of_axes(axes) : CN_ALL_AXES;
}

/* ---- probabilities --------------------------------------------------------------------------- */

/* Not a minimum of a maximum, whose gradients share between equal operands at more cost. */
cn_value cn_emit_clip_probability(cn_program *p, cn_value x)
{
    cn_value low = cn_emit_scalar(p, CN_EPSILON), high = cn_emit_scalar(p, CN_ONE_MINUS_EPSILON);
    cn_value below = cn_emit_where(p, cn_emit_greater(p, x, high), high, x);
    return cn_emit_where(p, cn_emit_less(p, x, low), low, below);
}

cn_value cn_emit_probabilities(cn_program *p, cn_value x, int64_t axis)
{
    return cn_emit_clip_probability(p,
                                    cn_emit_divide(p, x, cn_emit_sum(p, x, CN_AXES(axis), true)));
}

cn_value cn_emit_smoothed(cn_program *p, cn_value y_true, double smoothing, double among)
{
    if (smoothing == 0)
        return y_true;
    return cn_emit_add_scalar(p, cn_emit_multiply_scalar(p, y_true, 1 - smoothing),
                              smoothing / among);
}

cn_value cn_emit_smoothed_classes(cn_program *p, cn_value y_true, double smoothing)
{
    const cn_shape *shape = cn_shape_of(p, y_true);
    return cn_emit_smoothed(p, y_true, smoothing, (double)shape->dim[shape->rank - 1]);
}

cn_value cn_emit_binary_entropy(cn_program *p, cn_value y_true, cn_value y_pred)
{
    cn_value q = cn_emit_clip_probability(p, y_pred);
    cn_value yes = cn_emit_multiply(p, y_true, cn_emit_log(p, q));
    cn_value no = cn_emit_multiply(p, cn_emit_subtract_from(p, 1, y_true),
                                   cn_emit_log(p, cn_emit_subtract_from(p, 1, q)));
    return cn_emit_negative(p, cn_emit_add(p, yes, no));
}

cn_value cn_emit_constant_power(cn_program *p, cn_value x, double exponent)
{
    if (exponent == 1)
        return x;
    return exponent == 2 ? cn_emit_square(p, x) : cn_emit_power_scalar(p, x, exponent);
}

/* ---- class numbers --------------------------------------------------------------------------- */

static cn_status check_labels(const char *who, const cn_shape *labels, const cn_shape *y_pred,
                              int64_t axis)
{
    CN_CHECK(axis >= 0, "%s: y_pred of shape %s has no such class axis", who, cn_shape_str(y_pred));
    cn_shape expected = {.rank = y_pred->rank - 1};
    for (int64_t i = 0; i < expected.rank; i++)
        expected.dim[i] = y_pred->dim[i < axis ? i : i + 1];
    CN_CHECK(
        cn_shape_equal(labels, &expected),
        "%s: labels for y_pred of shape %s need shape %s, one class number for each place; got %s",
        who, cn_shape_str(y_pred), cn_shape_str(&expected), cn_shape_str(labels));
    return CN_OK;
}

cn_value cn_emit_labels(cn_program *p, const char *who, cn_value y_true, cn_value y_pred,
                        int64_t axis, int64_t ignored)
{
    const cn_shape shape = *cn_shape_of(p, y_pred), *t = cn_shape_of(p, y_true);
    axis = cn_shape_axis(&shape, axis);
    if (axis >= 0 && t->rank == shape.rank && t->dim[axis] == 1)
        y_true = cn_emit_squeeze(p, y_true, axis);
    if (y_true == CN_NO_VALUE)
        return y_true;
    cn_status status = check_labels(who, cn_shape_of(p, y_true), &shape, axis);
    if (status != CN_OK)
        return cn_program_fail(p, status);
    cn_value labels = cn_emit_cast(p, y_true, CN_INT32);
    if (ignored != CN_NO_CLASS) {
        cn_value zero = cn_emit_full(p, 0, CN_INT32, (cn_shape){0});
        labels = cn_emit_where(p, cn_emit_equal_scalar(p, labels, (double)ignored), zero, labels);
    }
    cn_check_range_attributes range = {0, shape.dim[axis] - 1, who, "label"};
    return labels == CN_NO_VALUE ? labels
                                 : cn_program_append(p, &cn_op_check_range, &range, &labels, 1);
}

cn_value cn_emit_pick(cn_program *p, cn_value x, cn_value labels, int64_t axis)
{
    if (x == CN_NO_VALUE || labels == CN_NO_VALUE)
        return CN_NO_VALUE;
    const cn_shape *shape = cn_shape_of(p, x);
    axis = cn_shape_axis(shape, axis);
    cn_shape classes = {.rank = shape->rank - axis};
    for (int64_t i = 0; i < classes.rank; i++)
        classes.dim[i] = i == 0 ? shape->dim[axis] : 1;
    cn_value is_label =
        cn_emit_equal(p, cn_emit_iota(p, classes, 0), cn_emit_expand_dims(p, labels, axis));
    return cn_emit_sum(p, cn_emit_where(p, is_label, x, cn_emit_scalar(p, 0)), CN_AXES(axis),
                       false);
}

/* ---- arguments ------------------------------------------------------------------------------- */

cn_status cn_check_reduction(const char *who, const char *reduction)
{
    static const char *const known[] = {"sum_over_batch_size", "mean", "sum",
                                        "mean_with_sample_weight", "none"};
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
        if (reduction == NULL || strcmp(reduction, known[i]) == 0)
            return CN_OK;
    return cn_fail(
        CN_INVALID,
        "%s: reduction must be sum_over_batch_size, mean, sum, mean_with_sample_weight or none, not %s",
        who == NULL ? "loss" : who, reduction);
}

cn_status cn_check_smoothing(const char *who, double smoothing)
{
    CN_CHECK(smoothing >= 0 && smoothing <= 1,
             "%s: label_smoothing must be between 0 and 1, not %g", who == NULL ? "loss" : who,
             smoothing);
    return CN_OK;
}

cn_status cn_check_loss_args(const void *arguments)
{
    const cn_loss_args *args = arguments;
    return cn_check_reduction(args->name, args->reduction);
}

const cn_field cn_plain_loss_fields[] = {CN_LOSS_FIELDS(cn_loss_args), CN_END_FIELDS};
