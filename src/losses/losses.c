/* The list of losses; from values per sample to the loss of a batch. */
#include "losses/losses.h"

#include <string.h>

static const cn_class *const list[] = {
#define CN_LOSS_ENTRY(name) &cn_loss_##name.base,
#include "losses/losses.def"
#undef CN_LOSS_ENTRY
    NULL,
};

const cn_classes cn_loss_classes = {"loss", list, "cn_register_loss"};

/* ---- finding a loss -------------------------------------------------------------------------- */

static bool is_crossentropy(const char *identifier)
{
    return identifier != NULL &&
           (strcmp(identifier, "crossentropy") == 0 || strcmp(identifier, "ce") == 0);
}

static const char *choose_crossentropy(const cn_shape *y_true, const cn_shape *y_pred)
{
    int64_t true_last = y_true->rank == 0 ? 1 : y_true->dim[y_true->rank - 1];
    int64_t pred_last = y_pred->rank == 0 ? 1 : y_pred->dim[y_pred->rank - 1];
    if (pred_last == 1)
        return "binary_crossentropy";
    bool sparse = y_true->rank < y_pred->rank || true_last == 1;
    return sparse ? "sparse_categorical_crossentropy" : "categorical_crossentropy";
}

cn_status cn_loss_parse(const char *identifier, const cn_shape *y_true, const cn_shape *y_pred,
                        cn_arena *arena, cn_object *loss)
{
    if (is_crossentropy(identifier))
        identifier = choose_crossentropy(y_true, y_pred);
    return cn_object_parse(&cn_loss_classes, identifier, arena, loss);
}

/* ---- values per sample ----------------------------------------------------------------------- */

static cn_status check_shapes(cn_program *p, const cn_loss_class *class, cn_value y_true,
                              cn_value y_pred)
{
    const cn_shape *t = cn_shape_of(p, y_true), *q = cn_shape_of(p, y_pred);
    cn_shape both;
    if (class->integer_labels)
        return CN_OK;
    bool fits = class->same_shape ? cn_shape_equal(t, q) : cn_shape_broadcast(t, q, &both) == CN_OK;
    if (fits && q->rank > 0)
        return CN_OK;
    const char *name = cn_snake_case(&p->memory, class->base.name);
    CN_CHECK_MEMORY(name);
    return cn_fail(CN_INVALID, "%s: y_true of shape %s does not fit y_pred of shape %s", name,
                   cn_shape_str(t), cn_shape_str(q));
}

cn_value cn_emit_loss_values(cn_program *p, const cn_object *loss, cn_value y_true, cn_value y_pred)
{
    const cn_loss_class *class = (const cn_loss_class *)loss->class;
    if (class == NULL)
        return cn_program_fail(p, cn_fail(CN_INVALID, "a loss was expected, not None"));
    cn_match_ranks(p, &y_true, &y_pred);
    y_pred = cn_emit_cast(p, y_pred, CN_FLOAT32);
    if (!class->integer_labels)
        y_true = cn_emit_cast(p, y_true, CN_FLOAT32);
    if (p->status != CN_OK || y_true == CN_NO_VALUE || y_pred == CN_NO_VALUE)
        return CN_NO_VALUE;
    cn_status status = check_shapes(p, class, y_true, y_pred);
    if (status != CN_OK)
        return cn_program_fail(p, status);
    return class->call(p, loss->args, y_true, y_pred);
}

/* ---- weights and reduction ------------------------------------------------------------------- */

static bool says(const char *reduction, const char *word)
{
    return strcmp(reduction == NULL ? "none" : reduction, word) == 0;
}

static bool is_mean(const char *reduction)
{
    return says(reduction, "mean") || says(reduction, "sum_over_batch_size");
}

static cn_value merge(cn_program *p, cn_value mask, cn_value weight)
{
    if (mask == CN_NO_VALUE || weight == CN_NO_VALUE)
        return mask == CN_NO_VALUE ? weight : mask;
    cn_match_ranks(p, &mask, &weight);
    return cn_emit_multiply(p, mask, weight);
}

/* The mask that comes with y_pred and the one that the loss itself makes, as float32. */
static cn_value merge_masks(cn_program *p, const cn_object *loss, cn_value y_true, cn_value values,
                            cn_value mask)
{
    const cn_loss_class *class = (const cn_loss_class *)loss->class;
    cn_value valid = class->valid == NULL ? CN_NO_VALUE
                                          : class->valid(p, loss->args, y_true, values);
    if (mask != CN_NO_VALUE && valid != CN_NO_VALUE)
        mask = cn_emit_logical_and(p, mask, valid);
    else if (valid != CN_NO_VALUE)
        mask = valid;
    return cn_emit_cast(p, mask, CN_FLOAT32);
}

static cn_status check_weights(cn_program *p, cn_value values, cn_value weights)
{
    const cn_shape *v = cn_shape_of(p, values), *w = cn_shape_of(p, weights);
    cn_shape both;
    CN_CHECK(cn_shape_broadcast(v, w, &both) == CN_OK,
             "sample_weight of shape %s does not fit loss values of shape %s", cn_shape_str(w),
             cn_shape_str(v));
    return CN_OK;
}

static cn_value emit_weighted(cn_program *p, cn_value values, cn_value *weights)
{
    if (*weights == CN_NO_VALUE || p->status != CN_OK)
        return values;
    cn_match_ranks(p, &values, weights);
    if (p->status != CN_OK)
        return CN_NO_VALUE;
    cn_status status = check_weights(p, values, *weights);
    return status == CN_OK ? cn_emit_multiply(p, values, *weights) : cn_program_fail(p, status);
}

/* a / b, and 0 where b is 0. */
static cn_value emit_divide_or_0(cn_program *p, cn_value a, cn_value b)
{
    cn_value zero = cn_emit_equal_scalar(p, b, 0);
    cn_value divisor = cn_emit_where(p, zero, cn_emit_scalar(p, 1), b);
    return cn_emit_where(p, zero, cn_emit_scalar(p, 0), cn_emit_divide(p, a, divisor));
}

static cn_value emit_reduced(cn_program *p, const char *reduction, cn_value values,
                             cn_value weights)
{
    if (values == CN_NO_VALUE || says(reduction, "none") || cn_shape_of(p, values)->rank == 0)
        return values;
    if (cn_shape_size(cn_shape_of(p, values)) == 0)
        return cn_emit_scalar(p, 0);
    if (is_mean(reduction) ||
        (says(reduction, "mean_with_sample_weight") && weights == CN_NO_VALUE))
        return cn_emit_mean(p, values, CN_ALL_AXES, false);
    cn_value sum = cn_emit_sum(p, values, CN_ALL_AXES, false);
    if (says(reduction, "sum"))
        return sum;
    return emit_divide_or_0(p, sum, cn_emit_sum(p, weights, CN_ALL_AXES, false));
}

/* A mean counts what is not masked: total / valid, which is 0 where nothing is. */
static cn_value emit_mask_scale(cn_program *p, cn_value mask)
{
    if (mask == CN_NO_VALUE)
        return mask;
    double total = (double)cn_shape_size(cn_shape_of(p, mask));
    cn_value valid = cn_emit_maximum_scalar(p, cn_emit_sum(p, mask, CN_ALL_AXES, false), 1);
    return cn_emit_divide(p, cn_emit_scalar(p, total), valid);
}

cn_value cn_emit_loss(cn_program *p, const cn_object *loss, cn_value y_true, cn_value y_pred,
                      cn_value sample_weight, cn_value mask)
{
    cn_value values = cn_emit_loss_values(p, loss, y_true, y_pred);
    if (values == CN_NO_VALUE)
        return values;
    const cn_loss_class *class = (const cn_loss_class *)loss->class;
    const char *reduction;
    memcpy(&reduction, (const char *)loss->args + class->reduction_offset, sizeof reduction);
    mask = merge_masks(p, loss, y_true, values, mask);
    cn_value weights = merge(p, mask, cn_emit_cast(p, sample_weight, CN_FLOAT32));
    cn_value reduced = emit_reduced(p, reduction, emit_weighted(p, values, &weights), weights);
    if (mask == CN_NO_VALUE || !is_mean(reduction))
        return reduced;
    return cn_emit_multiply(p, reduced, emit_mask_scale(p, mask));
}
