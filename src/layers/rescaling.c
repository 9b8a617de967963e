/* Rescaling: y = x * scale + offset, each one number or one for each member of the last axis. */
#include "layers/numbers.h"

static const cn_rescaling_args defaults = {
    .scale = {1, CN_UNSET}, .offset = {0, CN_UNSET}, CN_RESCALING_DEFAULTS};

static const cn_field fields[] = {
    CN_LAYER_FIELDS(cn_rescaling_args),
    CN_FIELD(cn_rescaling_args, scale, CN_FIELD_REALS, CN_FIELD_ONE_OR_MORE),
    CN_FIELD(cn_rescaling_args, offset, CN_FIELD_REALS, CN_FIELD_ONE_OR_MORE),
    CN_END_FIELDS,
};

static cn_status check_inputs(const cn_layer *layer, const cn_type *inputs, int64_t n)
{
    (void)n;
    const cn_rescaling_args *args = layer->args;
    const cn_shape *shape = &inputs[0].shape;
    const int64_t features = shape->rank == 0 ? 1 : shape->dim[shape->rank - 1];
    const int64_t scales = cn_numbers_length(args->scale),
                  offsets = cn_numbers_length(args->offset);
    CN_CHECK((scales == 1 || features == scales || features == CN_NONE || features == 1) &&
                 (offsets == 1 || features == offsets || features == CN_NONE || features == 1),
             "%s: has %d scales and %d offsets, which do not fit the last axis of shape %s",
             layer->name, (int)scales, (int)offsets, cn_shape_str(shape));
    return CN_OK;
}

static cn_status call(cn_call_frame *frame)
{
    const cn_rescaling_args *args = frame->layer->args;
    cn_program *p = frame->program;
    cn_value x = cn_emit_cast(p, frame->inputs[0], CN_FLOAT32);
    cn_value y = cn_emit_multiply(p, x, cn_emit_number_list(p, args->scale));
    if (cn_numbers_length(args->offset) > 1 || args->offset[0] != 0)
        y = cn_emit_add(p, y, cn_emit_number_list(p, args->offset));
    frame->outputs[0] = y;
    return p->status;
}

const cn_layer_class cn_rescaling_layer_class = {
    CN_LAYER_CLASS("Rescaling", cn_rescaling_args, fields, defaults),
    CN_ONE_INPUT,
    .passes_mask = true,
    .check_inputs = check_inputs,
    .call = call,
};

cn_layer *cn_rescaling_with(const cn_rescaling_args *args)
{
    cn_rescaling_args own = *args;
    cn_numbers_end(own.scale, 1);
    const int64_t scales = cn_numbers_length(own.scale);
    cn_numbers_end(own.offset, scales > 1 ? scales : 1);
    return cn_layer_make(&cn_rescaling_layer_class, &own);
}
