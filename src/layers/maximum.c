/* Maximum: y = max(a, b, ...). */
#include "layers/merge.h"

static cn_status call(cn_call_frame *frame)
{
    return cn_merge_call(frame, cn_emit_maximum);
}

const cn_layer_class cn_maximum_layer_class = {CN_MERGE_LAYER_CLASS("Maximum", CN_MOST_TENSORS),
                                               .call = call};

cn_layer *cn_maximum_with(const cn_layer_args *args)
{
    return cn_layer_make(&cn_maximum_layer_class, args);
}
