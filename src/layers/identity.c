/* Identity: y = x. */
#include "layers/layers.h"

static cn_status call(cn_call_frame *frame)
{
    frame->outputs[0] = frame->inputs[0];
    return CN_OK;
}

const cn_layer_class cn_identity_layer_class = {
    CN_PLAIN_LAYER_CLASS("Identity"),
    CN_ONE_INPUT,
    .passes_mask = true,
    .call = call,
};

cn_layer *cn_identity_with(const cn_layer_args *args)
{
    return cn_layer_make(&cn_identity_layer_class, args);
}
