/* R2Score: 1 - sum((t - p)^2) / (sum(t^2) - sum(t)^2/n) for each column, then their mean. */
#include "metrics/metrics.h"

#include <string.h>

enum { SAMPLES, SQUARES, SUM, RESIDUAL, COUNT };

static int states(const void *args, const cn_shape *y_true, const cn_shape *y_pred,
                  cn_metric_state *states)
{
    (void)args, (void)y_true;
    const cn_shape columns = CN_SHAPE(y_pred->rank == 0 ? 1 : y_pred->dim[y_pred->rank - 1]);
    states[SAMPLES] = (cn_metric_state){.name = "num_samples"};
    states[SQUARES] = (cn_metric_state){"squared_sum", columns};
    states[SUM] = (cn_metric_state){"sum", columns};
    states[RESIDUAL] = (cn_metric_state){"residual", columns};
    states[COUNT] = (cn_metric_state){"count", columns};
    return 5;
}

static void add_columns(cn_program *p, cn_value *state, cn_value values)
{
    *state = cn_emit_add(p, *state, cn_emit_sum(p, values, CN_AXES(0), false));
}

static void update(cn_program *p, const void *args, cn_value *states, cn_value y_true,
                   cn_value y_pred, cn_value sample_weight)
{
    (void)args;
    cn_emit_same_rank(p, &y_true, &y_pred);
    if (p->status != CN_OK)
        return;
    const cn_shape shape = *cn_shape_of(p, y_pred);
    if (shape.rank != 2 || !cn_shape_equal(&shape, cn_shape_of(p, y_true))) {
        (void)cn_program_fail(
            p, cn_fail(CN_INVALID,
                       "R2Score: needs targets and predictions (samples, columns), got "
                       "shapes %s and %s",
                       cn_shape_str(cn_shape_of(p, y_true)), cn_shape_str(&shape)));
        return;
    }
    cn_value weight = sample_weight == CN_NO_VALUE ? cn_emit_scalar(p, 1)
                                                   : cn_emit_expand_to_rank(p, sample_weight, 2);
    cn_value t = cn_emit_cast(p, y_true, CN_FLOAT32), weighted = cn_emit_multiply(p, t, weight);
    cn_value residual = cn_emit_square(p, cn_emit_subtract(p, t, y_pred));
    states[SAMPLES] = cn_emit_add_scalar(p, states[SAMPLES], (double)cn_shape_size(&shape));
    add_columns(p, &states[SUM], weighted);
    add_columns(p, &states[SQUARES], cn_emit_multiply(p, t, weighted));
    add_columns(p, &states[RESIDUAL], cn_emit_multiply(p, residual, weight));
    add_columns(p, &states[COUNT], cn_emit_broadcast_to(p, weight, shape));
}

/* The score corrected for the number of regressors, where there are samples enough for it. */
static cn_value adjusted(cn_program *p, double regressors, cn_value score, cn_value n)
{
    if (regressors == 0)
        return score;
    cn_value above =
        cn_emit_multiply(p, cn_emit_subtract_from(p, 1, score), cn_emit_add_scalar(p, n, -1));
    cn_value below = cn_emit_add_scalar(p, n, -regressors - 1);
    cn_value corrected = cn_emit_subtract_from(p, 1, cn_emit_divide(p, above, below));
    return cn_emit_where(p, cn_emit_greater_scalar(p, below, 0), corrected, score);
}

static cn_value result(cn_program *p, const void *args, const cn_value *states)
{
    const cn_r2_score_args *r2 = args;
    cn_value mean = cn_emit_divide(p, states[SUM], states[COUNT]);
    cn_value total = cn_emit_subtract(p, states[SQUARES], cn_emit_multiply(p, states[SUM], mean));
    cn_value score = cn_emit_subtract_from(p, 1, cn_emit_divide(p, states[RESIDUAL], total));
    cn_value usable = cn_emit_logical_or(p, cn_emit_is_finite(p, score), cn_emit_is_nan(p, score));
    score = cn_emit_where(p, usable, score, cn_emit_scalar(p, 0));
    if (r2->class_aggregation != NULL && strcmp(r2->class_aggregation, "uniform_average") == 0)
        score = cn_emit_mean(p, score, CN_ALL_AXES, false);
    else if (r2->class_aggregation != NULL)
        score =
            cn_emit_divide(p, cn_emit_sum(p, cn_emit_multiply(p, total, score), CN_ALL_AXES, false),
                           cn_emit_sum(p, total, CN_ALL_AXES, false));
    return adjusted(p, (double)r2->num_regressors, score, states[SAMPLES]);
}

static cn_status check(const void *args)
{
    const cn_r2_score_args *r2 = args;
    const char *way = r2->class_aggregation;
    CN_CHECK(way == NULL || strcmp(way, "uniform_average") == 0 ||
                 strcmp(way, "variance_weighted_average") == 0,
             "R2Score: class_aggregation must be \"uniform_average\", "
             "\"variance_weighted_average\" or none, got \"%s\"",
             way);
    CN_CHECK(r2->num_regressors >= 0, "R2Score: num_regressors must not be negative, got %lld",
             (long long)r2->num_regressors);
    return CN_OK;
}

static const cn_field fields[] = {
    CN_FIELD(cn_r2_score_args, class_aggregation, CN_FIELD_TEXT, CN_FIELD_OPTIONAL),
    CN_FIELD(cn_r2_score_args, num_regressors, CN_FIELD_INT, 0),
    CN_FIELD(cn_r2_score_args, name, CN_FIELD_TEXT, CN_FIELD_OPTIONAL),
    CN_END_FIELDS,
};

static const char *const aliases[] = {"r2_score", NULL};

static const cn_r2_score_args defaults = {CN_R2_SCORE_DEFAULTS};

const cn_metric_class cn_metric_r2_score = {
    .base = {.name = "R2Score",
             .module = "keras.metrics",
             .aliases = aliases,
             .fields = fields,
             .args_size = sizeof defaults,
             .defaults = &defaults,
             .check = check},
    .states = states,
    .update = update,
    .result = result,
    .direction = 1,
};

const char *cn_r2_score_with(const cn_r2_score_args *args)
{
    return cn_object_text(&cn_metric_r2_score.base, args);
}
