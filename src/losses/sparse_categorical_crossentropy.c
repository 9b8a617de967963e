/* SparseCategoricalCrossentropy: -log p[t], t class numbers, p divided by its sum and clipped to
 * [epsilon, 1 - epsilon]; of logits: with the logarithm of their softmax. */
#include <math.h>

#include "losses/losses.h"

static const char who[] = "sparse_categorical_crossentropy";

static int64_t ignored(const cn_sparse_categorical_crossentropy_args *args)
{
    return isnan(args->ignore_class) ? CN_NO_CLASS : (int64_t)args->ignore_class;
}

/* Which labels are not ignored: bool. */
static cn_value emit_kept(cn_program *p, const cn_sparse_categorical_crossentropy_args *args,
                          cn_value y_true, const cn_shape *shape)
{
    cn_value labels = cn_emit_reshape(p, cn_emit_cast(p, y_true, CN_INT32), *shape);
    return cn_emit_logical_not(p, cn_emit_equal_scalar(p, labels, (double)ignored(args)));
}

static cn_value valid(cn_program *p, const void *arguments, cn_value y_true, cn_value values)
{
    const cn_sparse_categorical_crossentropy_args *args = arguments;
    if (ignored(args) == CN_NO_CLASS)
        return CN_NO_VALUE;
    return emit_kept(p, args, y_true, cn_shape_of(p, values));
}

/* The logarithm is taken of what was picked only. */
static cn_value emit_values(cn_program *p, const cn_sparse_categorical_crossentropy_args *args,
                            cn_value labels, cn_value y_pred)
{
    if (args->from_logits)
        return cn_emit_negative(
            p, cn_emit_pick(p, cn_emit_log_softmax(p, y_pred, args->axis), labels, args->axis));
    cn_value picked = cn_emit_pick(p, y_pred, labels, args->axis);
    cn_value q = cn_emit_divide(p, picked, cn_emit_sum(p, y_pred, CN_AXES(args->axis), false));
    return cn_emit_negative(p, cn_emit_log(p, cn_emit_clip_probability(p, q)));
}

static cn_value call(cn_program *p, const void *arguments, cn_value y_true, cn_value y_pred)
{
    const cn_sparse_categorical_crossentropy_args *args = arguments;
    cn_value labels = cn_emit_labels(p, who, y_true, y_pred, args->axis, ignored(args));
    if (labels == CN_NO_VALUE || ignored(args) == CN_NO_CLASS)
        return emit_values(p, args, labels, y_pred);
    /* Predictions of ignored places may be anything, even NaN: neither they nor their gradients
     * come through. */
    cn_value kept = emit_kept(p, args, y_true, cn_shape_of(p, labels));
    cn_value safe =
        cn_emit_where(p, cn_emit_expand_dims(p, kept, args->axis), y_pred, cn_emit_scalar(p, 1));
    return cn_emit_where(p, kept, emit_values(p, args, labels, safe), cn_emit_scalar(p, 0));
}

static cn_status check(const void *arguments)
{
    const cn_sparse_categorical_crossentropy_args *args = arguments;
    CN_CHECK(isnan(args->ignore_class) || (fabs(args->ignore_class) < INT32_MAX &&
                                           trunc(args->ignore_class) == args->ignore_class),
             "%s: ignore_class must be a class number, not %g", who, args->ignore_class);
    return cn_check_reduction(args->name, args->reduction);
}

/* Keras leaves the axis out of the config. */
static const cn_field fields[] = {
    CN_LOSS_FIELDS(cn_sparse_categorical_crossentropy_args),
    CN_FIELD(cn_sparse_categorical_crossentropy_args, from_logits, CN_FIELD_BOOL, 0),
    CN_FIELD(cn_sparse_categorical_crossentropy_args, ignore_class, CN_FIELD_REAL,
             CN_FIELD_OPTIONAL),
    CN_FIELD(cn_sparse_categorical_crossentropy_args, axis, CN_FIELD_INT, 0),
    CN_END_FIELDS,
};

static const cn_sparse_categorical_crossentropy_args defaults = {
    CN_SPARSE_CATEGORICAL_CROSSENTROPY_DEFAULTS};

const cn_loss_class cn_loss_SparseCategoricalCrossentropy = {
    .base = {CN_LOSS("SparseCategoricalCrossentropy", fields, defaults, check)},
    .call = call,
    .reduction_offset = offsetof(cn_sparse_categorical_crossentropy_args, reduction),
    .integer_labels = true,
    .valid = valid,
};

const char *cn_sparse_categorical_crossentropy_with(
    const cn_sparse_categorical_crossentropy_args *args)
{
    return cn_object_text(&cn_loss_SparseCategoricalCrossentropy.base, args);
}
