/* The curves whose area AUC is, through one point for each threshold: true over false positive
 * rate, precision over recall, or their gains. */
#include "metrics/auc.h"

#include <string.h>

static bool same_word(const char *a, const char *b)
{
    return strcmp(a, b) == 0;
}

/* All but the last, and all but the first, along the thresholds. */
static cn_value before(cn_program *p, cn_value a)
{
    return a == CN_NO_VALUE ? a : cn_emit_slice_axis(p, a, 0, 0, cn_shape_of(p, a)->dim[0] - 1);
}
static cn_value after(cn_program *p, cn_value a)
{
    return a == CN_NO_VALUE ? a : cn_emit_slice_axis(p, a, 0, 1, cn_shape_of(p, a)->dim[0] - 1);
}

static cn_value change(cn_program *p, cn_value a)
{
    return cn_emit_subtract(p, before(p, a), after(p, a));
}

/* Davis and Goadrich's interpolation between the points of a precision-recall curve. */
static cn_value interpolated_pr(cn_program *p, const cn_value *states)
{
    cn_value zero = cn_emit_scalar(p, 0), one = cn_emit_scalar(p, 1),
             tp = states[CN_TRUE_POSITIVES];
    cn_value positive = cn_emit_add(p, tp, states[CN_FALSE_POSITIVES]), tp_change = change(p, tp);
    cn_value slope =
        cn_emit_divide_or_zero(p, tp_change, cn_emit_maximum(p, change(p, positive), zero));
    cn_value first = before(p, positive), last = after(p, positive);
    cn_value intercept = cn_emit_subtract(p, after(p, tp), cn_emit_multiply(p, slope, last));
    cn_value both =
        cn_emit_logical_and(p, cn_emit_greater(p, first, zero), cn_emit_greater(p, last, zero));
    cn_value ratio = cn_emit_where(
        p, both, cn_emit_divide_or_zero(p, first, cn_emit_maximum(p, last, zero)), one);
    cn_value bend = cn_emit_multiply(p, intercept, cn_emit_log(p, ratio));
    cn_value labels = cn_emit_add(p, after(p, tp), after(p, states[CN_FALSE_NEGATIVES]));
    return cn_emit_divide_or_zero(p, cn_emit_multiply(p, slope, cn_emit_add(p, tp_change, bend)),
                                  cn_emit_maximum(p, labels, zero));
}

/* Precision-recall-gain: 1 - c*fn/tp and 1 - c*fp/tp, where c is positives / negatives. */
static void gains(cn_program *p, const cn_value *states, cn_value *x, cn_value *y)
{
    cn_value zero = cn_emit_scalar(p, 0), tp = states[CN_TRUE_POSITIVES],
             none = cn_emit_equal(p, tp, zero);
    cn_value scale = cn_emit_divide_or_zero(
        p, cn_emit_add(p, tp, states[CN_FALSE_NEGATIVES]),
        cn_emit_add(p, states[CN_TRUE_NEGATIVES], states[CN_FALSE_POSITIVES]));
    cn_value missed = cn_emit_divide_or_zero(p, states[CN_FALSE_NEGATIVES], tp);
    cn_value wrong = cn_emit_divide_or_zero(p, states[CN_FALSE_POSITIVES], tp);
    *x = cn_emit_where(p, none, zero,
                       cn_emit_subtract_from(p, 1, cn_emit_multiply(p, scale, missed)));
    *x = cn_emit_maximum(p, *x, zero);
    *y = cn_emit_where(p, none, cn_emit_scalar(p, 1),
                       cn_emit_subtract_from(p, 1, cn_emit_multiply(p, scale, wrong)));
}

static void curve(cn_program *p, const char *name, const cn_value *states, cn_value *x, cn_value *y)
{
    cn_value recall = cn_emit_ratio(p, states[CN_TRUE_POSITIVES], states[CN_FALSE_NEGATIVES]);
    if (same_word(name, "PRGAIN")) {
        gains(p, states, x, y);
    } else if (same_word(name, "PR")) {
        *x = recall;
        *y = cn_emit_ratio(p, states[CN_TRUE_POSITIVES], states[CN_FALSE_POSITIVES]);
    } else {
        *x = cn_emit_ratio(p, states[CN_FALSE_POSITIVES], states[CN_TRUE_NEGATIVES]);
        *y = recall;
    }
}

cn_value cn_emit_auc_parts(cn_program *p, const cn_auc_args *auc, const cn_value *states)
{
    const char *method = auc->summation_method;
    if (same_word(auc->curve, "PR") && same_word(method, "interpolation"))
        return interpolated_pr(p, states);
    cn_value x = CN_NO_VALUE, y = CN_NO_VALUE, height;
    curve(p, auc->curve, states, &x, &y);
    if (same_word(method, "interpolation"))
        height = cn_emit_multiply_scalar(p, cn_emit_add(p, before(p, y), after(p, y)), 0.5);
    else if (same_word(method, "minoring"))
        height = cn_emit_minimum(p, before(p, y), after(p, y));
    else
        height = cn_emit_maximum(p, before(p, y), after(p, y));
    return cn_emit_multiply(p, change(p, x), height);
}
