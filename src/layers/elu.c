/* ELU: y = x where x > 0, otherwise alpha * (e^x - 1). */
#include "layers/layers.h"

static const cn_elu_args defaults = {CN_ELU_DEFAULTS};

static const cn_field fields[] = {
    CN_LAYER_FIELDS(cn_elu_args),
    CN_FIELD(cn_elu_args, alpha, CN_FIELD_REAL, 0),
    CN_END_FIELDS,
};

static cn_status call(cn_call_frame *frame)
{
    const cn_elu_args *own = frame->layer->args;
    const cn_activation_elu_args args = {own->alpha};
    frame->outputs[0] = cn_activation_elu.emit(frame->program, &args, frame->inputs[0]);
    return frame->program->status;
}

const cn_layer_class cn_elu_layer_class = {
    CN_LAYER_CLASS("ELU", cn_elu_args, fields, defaults),
    CN_ONE_INPUT,
    .passes_mask = true,
    .call = call,
};

cn_layer *cn_elu_with(const cn_elu_args *args)
{
    return cn_layer_make(&cn_elu_layer_class, args);
}
