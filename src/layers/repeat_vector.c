/* RepeatVector: x[N, F] -> y[N, n, F]. */
#include <inttypes.h>

#include "layers/layers.h"

static const cn_repeat_vector_args defaults = {CN_REPEAT_VECTOR_DEFAULTS};

static const cn_field fields[] = {
    CN_LAYER_FIELDS(cn_repeat_vector_args),
    CN_FIELD(cn_repeat_vector_args, n, CN_FIELD_INT, 0),
    CN_END_FIELDS,
};

static cn_status check(const void *own)
{
    const cn_repeat_vector_args *args = own;
    CN_CHECK(args->n > 0, "n must be positive, got %" PRId64, args->n);
    return CN_OK;
}

static cn_status check_inputs(const cn_layer *layer, const cn_type *inputs, int64_t n)
{
    (void)n;
    return cn_check_rank(layer, &inputs[0].shape, 2);
}

static cn_status call(cn_call_frame *frame)
{
    const cn_repeat_vector_args *args = frame->layer->args;
    cn_program *p = frame->program;
    const cn_shape shape = *cn_shape_of(p, frame->inputs[0]);
    cn_value apart = cn_emit_expand_dims(p, frame->inputs[0], 1);
    frame->outputs[0] =
        cn_emit_broadcast_to(p, apart, CN_SHAPE(shape.dim[0], args->n, shape.dim[1]));
    return p->status;
}

const cn_layer_class cn_repeat_vector_layer_class = {
    CN_LAYER_CLASS("RepeatVector", cn_repeat_vector_args, fields, defaults),
    .base.check = check,
    CN_ONE_INPUT,
    .check_inputs = check_inputs,
    .call = call,
};

cn_layer *cn_repeat_vector_with(const cn_repeat_vector_args *args)
{
    return cn_layer_make(&cn_repeat_vector_layer_class, args);
}
