/* Multiply: y = a * b * ... */
#include "layers/merge.h"

static cn_status call(cn_call_frame *frame)
{
    return cn_merge_call(frame, cn_emit_multiply);
}

const cn_layer_class cn_multiply_layer_class = {CN_MERGE_LAYER_CLASS("Multiply", CN_MOST_TENSORS),
                                                .call = call};

cn_layer *cn_multiply_with(const cn_layer_args *args)
{
    return cn_layer_make(&cn_multiply_layer_class, args);
}
