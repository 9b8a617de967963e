/* Activation: y = activation(x). */
#include "layers/layers.h"

static const cn_activation_args defaults = {CN_ACTIVATION_DEFAULTS};

static const cn_field fields[] = {
    CN_LAYER_FIELDS(cn_activation_args),
    CN_OBJECT_FIELD(cn_activation_args, activation, "activation"),
    CN_END_FIELDS,
};

static cn_status call(cn_call_frame *frame)
{
    const cn_activation_args *args = frame->layer->args;
    return cn_call_activation(frame, args->activation, frame->inputs[0], &frame->outputs[0]);
}

const cn_layer_class cn_activation_layer_class = {
    CN_LAYER_CLASS("Activation", cn_activation_args, fields, defaults),
    CN_ONE_INPUT,
    .passes_mask = true,
    .call = call,
};

cn_layer *cn_activation_with(const cn_activation_args *args)
{
    return cn_layer_make(&cn_activation_layer_class, args);
}
