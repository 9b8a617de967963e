/* Average: y = (a + b + ...) / how many they are. */
#include "layers/merge.h"

static cn_status call(cn_call_frame *frame)
{
    CN_TRY(cn_merge_call(frame, cn_emit_add));
    cn_value number = cn_emit_scalar(frame->program, (double)frame->n_inputs);
    frame->outputs[0] = cn_emit_divide(frame->program, frame->outputs[0], number);
    return frame->program->status;
}

const cn_layer_class cn_average_layer_class = {CN_MERGE_LAYER_CLASS("Average", CN_MOST_TENSORS),
                                               .call = call};

cn_layer *cn_average_with(const cn_layer_args *args)
{
    return cn_layer_make(&cn_average_layer_class, args);
}
