/* stop_gradient: y = x. No gradient flows. */
#include <string.h>

#include "ops/emit.h"
#include "ops/samples.h"

static cn_status infer(const void *attributes, const cn_type *inputs, int64_t n_inputs,
                       cn_type *outputs)
{
    (void)attributes, (void)n_inputs;
    outputs[0] = inputs[0];
    return CN_OK;
}

static void reference(const cn_reference_call *call)
{
    size_t size = (size_t)cn_shape_size(&call->output_types[0].shape);
    memcpy(call->outputs[0], call->inputs[0], size * sizeof(double));
}

const cn_op cn_op_stop_gradient = {
    .name = "stop_gradient",
    .min_inputs = 1,
    .max_inputs = 1,
    .n_outputs = 1,
    .flags = CN_OP_VIEW,
    .infer = infer,
    .reference = reference,
    CN_SAMPLES(cn_samples_1),
};
