/* ActivityRegularization: y = x; l1 * sum |x| + l2 * sum x^2, divided by the batch size, is added to the loss. */
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
    CN_CHECK(args->l1 >= 0 && args->l2 >= 0, "l1 and l2 must not be negative, got %g and %g", args->l1, args->l2);
    return CN_OK;
}

static cn_status add_penalty(cn_call_frame *frame, cn_value sum, double factor)
{
    if (factor == 0 || sum == CN_NO_VALUE)
        return frame->program->status;
    double batch = (double)cn_shape_of(frame->program, frame->inputs[0])->dim[0];
    return cn_trace_add_loss(frame->trace, cn_emit_multiply_scalar(frame->program, sum, factor / batch));
}

static cn_status call(cn_call_frame *frame)
{
    const cn_activity_regularization_args *args = frame->layer->args;
    cn_program *p = frame->program;
    cn_value x = frame->inputs[0];
    frame->outputs[0] = x;
    CN_TRY(add_penalty(frame, cn_emit_sum(p, cn_emit_absolute(p, x), CN_ALL_AXES, false), args->l1));
    return add_penalty(frame, cn_emit_sum(p, cn_emit_square(p, x), CN_ALL_AXES, false), args->l2);
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
