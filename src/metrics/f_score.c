/* F scores: (1 + beta^2)*precision*recall / (beta^2*precision + recall) for each class, then their
 * mean. */
#include "metrics/f_score.h"

#include <math.h>
#include <string.h>

enum { TRUE_POSITIVES, FALSE_POSITIVES, FALSE_NEGATIVES, LABELS };

static const double epsilon = 1e-7;

static bool has_average(const cn_f_score *score, const char *average)
{
    return score->average != NULL && strcmp(score->average, average) == 0;
}

int cn_f_score_states(const cn_f_score *score, const cn_shape *y_pred, cn_metric_state *states)
{
    static const char *const names[] = {"true_positives", "false_positives", "false_negatives",
                                        "intermediate_weights"};
    const bool whole = has_average(score, "micro") || y_pred->rank == 0;
    for (int i = 0; i < 4; i++)
        states[i] = (cn_metric_state){names[i], whole ? (cn_shape){0}
                                                      : CN_SHAPE(y_pred->dim[y_pred->rank - 1])};
    return 4;
}

/* Which classes are predicted, as 0 or 1. */
static cn_value predicted(cn_program *p, const cn_f_score *score, cn_value y_pred)
{
    if (!isnan(score->threshold))
        return cn_emit_cast(p, cn_emit_greater(p, y_pred, cn_emit_scalar(p, score->threshold)),
                            CN_FLOAT32);
    cn_value largest = cn_emit_greater_equal(p, y_pred, cn_emit_max(p, y_pred, CN_AXES(-1), true));
    cn_value is_there = cn_emit_greater(p, cn_emit_absolute(p, y_pred), cn_emit_scalar(p, 1e-9));
    return cn_emit_cast(p, cn_emit_logical_and(p, largest, is_there), CN_FLOAT32);
}

static void add(cn_program *p, const cn_f_score *score, cn_value *state, cn_value values,
                cn_value weight)
{
    if (weight != CN_NO_VALUE)
        values = cn_emit_multiply(p, values, cn_emit_expand_to_rank(p, weight, 2));
    cn_value sum =
        cn_emit_sum(p, values, has_average(score, "micro") ? CN_ALL_AXES : CN_AXES(0), false);
    *state = cn_emit_add(p, *state, sum);
}

void cn_f_score_update(cn_program *p, const cn_f_score *score, cn_value *states, cn_value y_true,
                       cn_value y_pred, cn_value sample_weight)
{
    if (p->status != CN_OK)
        return;
    const cn_shape *shape = cn_shape_of(p, y_pred);
    if (shape->rank != 2 || cn_shape_of(p, y_true)->rank != 2) {
        (void)cn_program_fail(
            p, cn_fail(CN_INVALID,
                       "%s: needs targets and predictions (samples, classes), got shapes "
                       "%s and %s",
                       score->who, cn_shape_str(cn_shape_of(p, y_true)), cn_shape_str(shape)));
        return;
    }
    cn_value t = cn_emit_cast(p, y_true, CN_FLOAT32), s = predicted(p, score, y_pred);
    add(p, score, &states[TRUE_POSITIVES], cn_emit_multiply(p, s, t), sample_weight);
    add(p, score, &states[FALSE_POSITIVES], cn_emit_multiply(p, s, cn_emit_subtract_from(p, 1, t)),
        sample_weight);
    add(p, score, &states[FALSE_NEGATIVES], cn_emit_multiply(p, cn_emit_subtract_from(p, 1, s), t),
        sample_weight);
    add(p, score, &states[LABELS], t, sample_weight);
}

/* a / (b + epsilon) */
static cn_value quotient(cn_program *p, cn_value a, cn_value b)
{
    return cn_emit_divide(p, a, cn_emit_add_scalar(p, b, epsilon));
}

cn_value cn_f_score_result(cn_program *p, const cn_f_score *score, const cn_value *states)
{
    const double square = score->beta * score->beta;
    cn_value tp = states[TRUE_POSITIVES];
    cn_value precision = quotient(p, tp, cn_emit_add(p, tp, states[FALSE_POSITIVES]));
    cn_value recall = quotient(p, tp, cn_emit_add(p, tp, states[FALSE_NEGATIVES]));
    cn_value sum = cn_emit_add(p, cn_emit_multiply_scalar(p, precision, square), recall);
    cn_value f = quotient(p, cn_emit_multiply(p, precision, recall), sum);
    f = cn_emit_multiply_scalar(p, f, 1 + square);
    if (score->average == NULL)
        return f;
    if (!has_average(score, "weighted"))
        return cn_emit_mean(p, f, CN_ALL_AXES, false);
    cn_value weights =
        quotient(p, states[LABELS], cn_emit_sum(p, states[LABELS], CN_ALL_AXES, false));
    return cn_emit_sum(p, cn_emit_multiply(p, f, weights), CN_ALL_AXES, false);
}

cn_status cn_f_score_check(const cn_f_score *score)
{
    CN_CHECK(score->average == NULL || has_average(score, "micro") || has_average(score, "macro") ||
                 has_average(score, "weighted"),
             "%s: average must be \"micro\", \"macro\", \"weighted\" or none, got \"%s\"",
             score->who, score->average);
    CN_CHECK(score->beta > 0, "%s: beta must be positive, got %g", score->who, score->beta);
    CN_CHECK(isnan(score->threshold) || (score->threshold > 0 && score->threshold <= 1),
             "%s: threshold must be above 0 and at most 1, got %g", score->who, score->threshold);
    return CN_OK;
}
