/* BinaryCrossentropy: the mean over an axis of -(t log p + (1 - t) log(1 - p)), p clipped to
 * [epsilon, 1 - epsilon]; of logits x: softplus(x) - t x. */
#include "losses/losses.h"

static cn_value call(cn_program *p, const void *arguments, cn_value y_true, cn_value y_pred)
{
    const cn_binary_crossentropy_args *args = arguments;
    cn_value t = cn_emit_smoothed(p, y_true, args->label_smoothing, 2), value;
    if (args->from_logits)
        value = cn_emit_subtract(p, cn_emit_softplus(p, y_pred), cn_emit_multiply(p, t, y_pred));
    else
        value = cn_emit_binary_entropy(p, t, y_pred);
    return cn_emit_mean_along(p, value, args->axis);
}

static cn_status check(const void *arguments)
{
    const cn_binary_crossentropy_args *args = arguments;
    CN_TRY(cn_check_smoothing(args->name, args->label_smoothing));
    return cn_check_reduction(args->name, args->reduction);
}

static const cn_field fields[] = {
    CN_LOSS_FIELDS(cn_binary_crossentropy_args),
    CN_FIELD(cn_binary_crossentropy_args, from_logits, CN_FIELD_BOOL, 0),
    CN_FIELD(cn_binary_crossentropy_args, label_smoothing, CN_FIELD_REAL, 0),
    CN_FIELD(cn_binary_crossentropy_args, axis, CN_FIELD_INT, 0),
    CN_END_FIELDS,
};

static const char *const aliases[] = {"bce", "BCE", NULL};
static const cn_binary_crossentropy_args defaults = {CN_BINARY_CROSSENTROPY_DEFAULTS};

const cn_loss_class cn_loss_BinaryCrossentropy = {
    .base = {CN_LOSS("BinaryCrossentropy", fields, defaults, check), .aliases = aliases},
    .call = call,
    .reduction_offset = offsetof(cn_binary_crossentropy_args, reduction),
    .same_shape = true,
};

const char *cn_binary_crossentropy_with(const cn_binary_crossentropy_args *args)
{
    return cn_object_text(&cn_loss_BinaryCrossentropy.base, args);
}
