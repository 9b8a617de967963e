/* Subtract: y = a - b. */
#include "layers/merge.h"

static cn_status call(cn_call_frame *frame)
{
    return cn_merge_call(frame, cn_emit_subtract);
}

const cn_layer_class cn_subtract_layer_class = {CN_MERGE_LAYER_CLASS("Subtract", 2), .call = call};

cn_layer *cn_subtract_with(const cn_layer_args *args)
{
    return cn_layer_make(&cn_subtract_layer_class, args);
}
