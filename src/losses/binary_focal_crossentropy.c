/* BinaryFocalCrossentropy: the mean over an axis of (1 - q)^gamma * binary crossentropy, q = t p
 * + (1 - t)(1 - p); with class balancing times t alpha + (1 - t)(1 - alpha). Lin et al., Focal
 * Loss for Dense Object Detection (2017). */
#include "losses/losses.h"

/* t a + (1 - t) b */
static cn_value emit_mix(cn_program *p, cn_value t, cn_value a, cn_value b)
{
    return cn_emit_add(p, cn_emit_multiply(p, t, a),
                       cn_emit_multiply(p, cn_emit_subtract_from(p, 1, t), b));
}

static cn_value call(cn_program *p, const void *arguments, cn_value y_true, cn_value y_pred)
{
    const cn_binary_focal_crossentropy_args *args = arguments;
    cn_value t = cn_emit_smoothed(p, y_true, args->label_smoothing, 2);
    cn_value probability = args->from_logits ? cn_emit_sigmoid(p, y_pred) : y_pred;
    cn_value right = emit_mix(p, t, probability, cn_emit_subtract_from(p, 1, probability));
    cn_value factor = cn_emit_constant_power(p, cn_emit_subtract_from(p, 1, right), args->gamma);
    cn_value value = cn_emit_multiply(p, factor, cn_emit_binary_entropy(p, t, probability));
    if (args->apply_class_balancing)
        value = cn_emit_multiply(
            p, value,
            emit_mix(p, t, cn_emit_scalar(p, args->alpha), cn_emit_scalar(p, 1 - args->alpha)));
    return cn_emit_mean_along(p, value, args->axis);
}

static cn_status check(const void *arguments)
{
    const cn_binary_focal_crossentropy_args *args = arguments;
    CN_CHECK(args->gamma >= 0, "binary_focal_crossentropy: gamma must not be negative, not %g",
             args->gamma);
    CN_TRY(cn_check_smoothing(args->name, args->label_smoothing));
    return cn_check_reduction(args->name, args->reduction);
}

static const cn_field fields[] = {
    CN_LOSS_FIELDS(cn_binary_focal_crossentropy_args),
    CN_FIELD(cn_binary_focal_crossentropy_args, from_logits, CN_FIELD_BOOL, 0),
    CN_FIELD(cn_binary_focal_crossentropy_args, label_smoothing, CN_FIELD_REAL, 0),
    CN_FIELD(cn_binary_focal_crossentropy_args, axis, CN_FIELD_INT, 0),
    CN_FIELD(cn_binary_focal_crossentropy_args, apply_class_balancing, CN_FIELD_BOOL, 0),
    CN_FIELD(cn_binary_focal_crossentropy_args, alpha, CN_FIELD_REAL, 0),
    CN_FIELD(cn_binary_focal_crossentropy_args, gamma, CN_FIELD_REAL, 0),
    CN_END_FIELDS,
};

static const cn_binary_focal_crossentropy_args defaults = {CN_BINARY_FOCAL_CROSSENTROPY_DEFAULTS};

const cn_loss_class cn_loss_BinaryFocalCrossentropy = {
    .base = {CN_LOSS("BinaryFocalCrossentropy", fields, defaults, check)},
    .call = call,
    .reduction_offset = offsetof(cn_binary_focal_crossentropy_args, reduction),
    .same_shape = true,
};

const char *cn_binary_focal_crossentropy_with(const cn_binary_focal_crossentropy_args *args)
{
    return cn_object_text(&cn_loss_BinaryFocalCrossentropy.base, args);
}
