/* Flatten: x[N, ...] -> y[N, product of the rest], row-major. */
#include "layers/layers.h"

static const cn_flatten_args defaults = {CN_FLATTEN_DEFAULTS};

static const cn_field fields[] = {
    CN_LAYER_FIELDS(cn_flatten_args),
    CN_FIELD(cn_flatten_args, data_format, CN_FIELD_TEXT, 0),
    CN_END_FIELDS,
};

static cn_status check(const void *own)
{
    return cn_check_data_format(((const cn_flatten_args *)own)->data_format);
}

static cn_status check_inputs(const cn_layer *layer, const cn_type *inputs, int64_t n)
{
    (void)n;
    CN_CHECK(inputs[0].shape.rank >= 1, "%s: input has no batch axis", layer->name);
    return CN_OK;
}

/* Channels go to the end, so that the weights of a Dense layer behind fit both formats. */
static cn_value channels_to_the_end(cn_program *p, cn_value x)
{
    cn_shape permutation = {.rank = cn_shape_of(p, x)->rank};
    for (int64_t i = 1; i < permutation.rank; i++)
        permutation.dim[i] = i + 1 < permutation.rank ? i + 1 : 1;
    return cn_emit_transpose(p, x, permutation);
}

static cn_status call(cn_call_frame *frame)
{
    const cn_flatten_args *args = frame->layer->args;
    cn_program *p = frame->program;
    cn_value x = frame->inputs[0];
    if (cn_channels_first(args->data_format) && cn_shape_of(p, x)->rank > 2)
        x = channels_to_the_end(p, x);
    if (x != CN_NO_VALUE)
        frame->outputs[0] = cn_emit_reshape(p, x, CN_SHAPE(cn_shape_of(p, x)->dim[0], CN_NONE));
    return p->status;
}

const cn_layer_class cn_flatten_layer_class = {
    CN_LAYER_CLASS("Flatten", cn_flatten_args, fields, defaults),
    .base.check = check,
    CN_ONE_INPUT,
    .check_inputs = check_inputs,
    .call = call,
};

cn_layer *cn_flatten_with(const cn_flatten_args *args)
{
    return cn_layer_make(&cn_flatten_layer_class, args);
}
