/* What several metrics need: ranks, quotients, top k, numbers as a vector, losses as metrics. */
#include <math.h>
#include <string.h>

#include "losses/losses.h"
#include "metrics/metrics.h"

/* a has one axis more than b: its last one goes if it is 1, unless b is a vector, which gets one
 * instead. */
static void match_larger(cn_program *p, cn_value *a, cn_value *b)
{
    const cn_shape *shape = cn_shape_of(p, *a);
    if (shape->dim[shape->rank - 1] != 1)
        return;
    if (shape->rank == 2)
        *b = cn_emit_expand_dims(p, *b, -1);
    else
        *a = cn_emit_squeeze(p, *a, -1);
}

void cn_emit_same_rank(cn_program *p, cn_value *a, cn_value *b)
{
    if (p->status != CN_OK || *a == CN_NO_VALUE || *b == CN_NO_VALUE)
        return;
    const int64_t rank_a = cn_shape_of(p, *a)->rank, rank_b = cn_shape_of(p, *b)->rank;
    if (rank_a == rank_b + 1)
        match_larger(p, a, b);
    else if (rank_b == rank_a + 1)
        match_larger(p, b, a);
}

cn_value cn_emit_expand_to_rank(cn_program *p, cn_value a, int64_t rank)
{
    if (a == CN_NO_VALUE || cn_shape_of(p, a)->rank >= rank)
        return a;
    cn_shape shape = *cn_shape_of(p, a);
    while (shape.rank < rank)
        shape.dim[shape.rank++] = 1;
    return cn_emit_reshape(p, a, shape);
}

cn_value cn_emit_divide_or_zero(cn_program *p, cn_value a, cn_value b)
{
    cn_value zero = cn_emit_scalar(p, 0);
    return cn_emit_where(p, cn_emit_equal(p, b, zero), zero, cn_emit_divide(p, a, b));
}

cn_value cn_emit_in_top_k(cn_program *p, cn_value labels, cn_value scores, int64_t k)
{
    if (labels == CN_NO_VALUE || scores == CN_NO_VALUE)
        return CN_NO_VALUE;
    const cn_shape *shape = cn_shape_of(p, scores);
    cn_value one_hot =
        cn_emit_one_hot(p, cn_emit_cast(p, labels, CN_INT32), shape->dim[shape->rank - 1]);
    cn_value own = cn_emit_where(p, one_hot, scores, cn_emit_scalar(p, 0));
    own = cn_emit_sum(p, own, CN_AXES(-1), true);
    cn_value greater = cn_emit_cast(p, cn_emit_greater(p, scores, own), CN_FLOAT32);
    return cn_emit_less_scalar(p, cn_emit_sum(p, greater, CN_AXES(-1), false), (double)k);
}

cn_value cn_emit_numbers(cn_program *p, const double *numbers, int64_t n)
{
    cn_value parts[CN_MAX_LIST + 2];
    for (int64_t i = 0; i < n; i++)
        parts[i] = cn_emit_full(p, numbers[i], CN_FLOAT32, CN_SHAPE(1));
    return n == 1 ? parts[0] : cn_emit_concatenate(p, parts, n, 0);
}

int64_t cn_reals_length(const double *list)
{
    int64_t n = 0;
    while (n < CN_MAX_LIST && !isnan(list[n]))
        n++;
    return n;
}

void cn_reals_end(double *list)
{
    int64_t n = cn_reals_length(list);
    if (n < CN_MAX_LIST)
        return;
    while (n > 1 && list[n - 1] == 0)
        n--;
    if (n < CN_MAX_LIST)
        list[n] = CN_UNSET;
}

/* ---- losses as metrics ----------------------------------------------------------------------- */

static void update_with(cn_program *p, cn_status status, const cn_object *loss, cn_value *states,
                        cn_value y_true, cn_value y_pred, cn_value sample_weight)
{
    if (status != CN_OK)
        (void)cn_program_fail(p, status);
    else
        cn_emit_mean_update(p, states, cn_emit_loss_values(p, loss, y_true, y_pred), sample_weight);
}

void cn_emit_mean_of_loss(cn_program *p, const char *loss, cn_value *states, cn_value y_true,
                          cn_value y_pred, cn_value sample_weight)
{
    cn_object object;
    cn_status status = cn_object_parse(&cn_loss_classes, loss, &p->memory, &object);
    update_with(p, status, &object, states, y_true, y_pred, sample_weight);
}

void cn_emit_mean_of_same_loss(cn_program *p, const cn_class *metric, const void *args,
                               cn_value *states, cn_value y_true, cn_value y_pred,
                               cn_value sample_weight)
{
    cn_object object = {0};
    json_t *record = cn_object_json(metric, args);
    cn_status status = record == NULL
                           ? CN_OUT_OF_MEMORY
                           : cn_object_parse_json(&cn_loss_classes, record, &p->memory, &object);
    json_decref(record);
    update_with(p, status, &object, states, y_true, y_pred, sample_weight);
}
