/* ActivityRegularization: y = x; l1 * sum |x| + l2 * sum x^2, divided by the batch size, is added
 * to the loss. */
#include "layers/layers.h"

static const cn_activity_regularization_args defaults = {CN_ACTIVITY_REGULARIZATION_DEFAULTS};

static const cn_field fields[] = {
    CN_LAYER_FIELDS(cn_activity_regularization_args),
    CN_FIELD(cn_activity_regularization_args, l1, CN_FIELD_REAL, 0),
    CN_FIELD(cn_activity_regularization_args, l2, CN_FIELD_REAL, 0),
    CN_END_FIELDS,
};

static cn_status check(const void *own)
{
    const cn_activity_regularization_args *args = own;
    CN_CHECK(args->l1 >= 0 && args->l2 >= 0, "l1 and l2 must not be negative, got %g and %g",
             args->l1, args->l2);
    return CN_OK;
}

static cn_value emit_penalty(cn_program *p, const cn_activity_regularization_args *args, cn_value x)
{
    cn_value penalty = cn_emit_scalar(p, 0);
    if (args->l1 != 0) {
        cn_value sum = cn_emit_sum(p, cn_emit_absolute(p, x), CN_ALL_AXES, false);
        penalty = cn_emit_add(p, penalty, cn_emit_multiply_scalar(p, sum, args->l1));
    }
    if (args->l2 != 0) {
        cn_value sum = cn_emit_sum(p, cn_emit_square(p, x), CN_ALL_AXES, false);
        penalty = cn_emit_add(p, penalty, cn_emit_multiply_scalar(p, sum, args->l2));
    }
    return penalty;
}

static cn_status call(cn_call_frame *frame)
{
    cn_value x = frame->inputs[0];
    frame->outputs[0] = x;
    const double batch = (double)cn_shape_of(frame->program, x)->dim[0];
    cn_value penalty = emit_penalty(frame->program, frame->layer->args, x);
    return cn_trace_add_loss(frame->trace,
                             cn_emit_multiply_scalar(frame->program, penalty, 1 / batch));
}

const cn_layer_class cn_activity_regularization_layer_class = {
    CN_LAYER_CLASS("ActivityRegularization", cn_activity_regularization_args, fields, defaults),
    .base.check = check,
    CN_ONE_INPUT,
    .passes_mask = true,
    .call = call,
};

cn_layer *cn_activity_regularization_with(const cn_activity_regularization_args *args)
{
    return cn_layer_make(&cn_activity_regularization_layer_class, args);
}
