/* Permute: axis i of y is axis dims[i - 1] of x, for i from 1; the batch axis stays. */
#include <inttypes.h>

#include "layers/layers.h"

static const cn_permute_args defaults = {CN_PERMUTE_DEFAULTS};

static const cn_field fields[] = {
    CN_LAYER_FIELDS(cn_permute_args),
    CN_FIELD(cn_permute_args, dims, CN_FIELD_DIMS, 0),
    CN_END_FIELDS,
};

static cn_status check(const void *own)
{
    const cn_permute_args *args = own;
    const cn_shape dims = cn_shape_of_dims(args->dims);
    unsigned seen = 0;
    for (int64_t i = 0; i < dims.rank; i++)
        seen |= dims.dim[i] > 0 && dims.dim[i] <= dims.rank ? 1u << dims.dim[i] : 0;
    CN_CHECK(dims.rank > 0 && seen == (1u << (dims.rank + 1)) - 2,
             "dims must be the numbers from 1 to %" PRId64 " in some order, got %s", dims.rank,
             cn_shape_str(&dims));
    return CN_OK;
}

static cn_status check_inputs(const cn_layer *layer, const cn_type *inputs, int64_t n)
{
    (void)n;
    const cn_permute_args *args = layer->args;
    const cn_shape dims = cn_shape_of_dims(args->dims);
    CN_CHECK(inputs[0].shape.rank == dims.rank + 1,
             "%s: dims %s take an input of rank %" PRId64 ", got shape %s", layer->name,
             cn_shape_str(&dims), dims.rank + 1, cn_shape_str(&inputs[0].shape));
    return CN_OK;
}

static cn_status call(cn_call_frame *frame)
{
    const cn_permute_args *args = frame->layer->args;
    cn_shape permutation;
    CN_TRY(cn_shape_with_batch(cn_shape_of_dims(args->dims), 0, &permutation));
    frame->outputs[0] = cn_emit_transpose(frame->program, frame->inputs[0], permutation);
    return frame->program->status;
}

const cn_layer_class cn_permute_layer_class = {
    CN_LAYER_CLASS("Permute", cn_permute_args, fields, defaults),
    .base.check = check,
    CN_ONE_INPUT,
    .check_inputs = check_inputs,
    .call = call,
};

cn_layer *cn_permute_with(const cn_permute_args *args)
{
    return cn_layer_make(&cn_permute_layer_class, args);
}
