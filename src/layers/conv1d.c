/* Conv1D: y = activation(windows of x times kernel + bias). */
#include <inttypes.h>

#include "layers/convolution.h"

static const cn_conv1d_args defaults = {CN_CONV1D_DEFAULTS};

static const cn_field fields[] = {
    CN_LAYER_FIELDS(cn_conv1d_args),
    CN_FIELD(cn_conv1d_args, filters, CN_FIELD_INT, 0),
    CN_FIELD(cn_conv1d_args, kernel_size, CN_FIELD_INT, CN_FIELD_LIST),
    CN_FIELD(cn_conv1d_args, strides, CN_FIELD_INT, CN_FIELD_LIST),
    CN_FIELD(cn_conv1d_args, padding, CN_FIELD_TEXT, 0),
    CN_FIELD(cn_conv1d_args, data_format, CN_FIELD_TEXT, 0),
    CN_FIELD(cn_conv1d_args, dilation_rate, CN_FIELD_INT, CN_FIELD_LIST),
    CN_FIELD(cn_conv1d_args, groups, CN_FIELD_INT, 0),
    CN_OBJECT_FIELD(cn_conv1d_args, activation, "activation"),
    CN_FIELD(cn_conv1d_args, use_bias, CN_FIELD_BOOL, 0),
    CN_OBJECT_FIELD(cn_conv1d_args, kernel_initializer, "initializer"),
    CN_OBJECT_FIELD(cn_conv1d_args, bias_initializer, "initializer"),
    CN_OBJECT_FIELD(cn_conv1d_args, kernel_regularizer, "regularizer"),
    CN_OBJECT_FIELD(cn_conv1d_args, bias_regularizer, "regularizer"),
    CN_OBJECT_FIELD(cn_conv1d_args, activity_regularizer, "regularizer"),
    CN_OBJECT_FIELD(cn_conv1d_args, kernel_constraint, "constraint"),
    CN_OBJECT_FIELD(cn_conv1d_args, bias_constraint, "constraint"),
    CN_END_FIELDS,
};

static cn_convolution convolution(const cn_conv1d_args *args)
{
    return (cn_convolution){1,
                            {args->kernel_size},
                            {args->strides},
                            {args->dilation_rate},
                            args->padding,
                            args->data_format};
}

static cn_status check(const void *own)
{
    const cn_conv1d_args *args = own;
    const cn_convolution c = convolution(args);
    CN_TRY(cn_check_positive("filters", args->filters));
    CN_TRY(cn_check_positive("groups", args->groups));
    CN_CHECK(args->filters % args->groups == 0,
             "filters must be a multiple of groups, got %" PRId64 " and %" PRId64, args->filters,
             args->groups);
    CN_TRY(cn_convolution_check(&c, true));
    return cn_convolution_check_steps(&c);
}

static cn_status check_inputs(const cn_layer *layer, const cn_type *inputs, int64_t n)
{
    (void)n;
    const cn_conv1d_args *args = layer->args;
    const cn_convolution c = convolution(args);
    const cn_shape *shape = &inputs[0].shape;
    CN_TRY(cn_convolution_check_channels(
        layer, &c, shape,
        layer->built ? layer->weights[0]->variable.shape.dim[c.axes] * args->groups : 0));
    const int64_t channels = cn_convolution_channels(&c, shape);
    CN_CHECK(channels == CN_NONE || channels % args->groups == 0,
             "%s: the channels of an input of shape %s are not a multiple of groups, %" PRId64,
             layer->name, cn_shape_str(shape), args->groups);
    return cn_convolution_check_windows(layer, &c, shape);
}

static cn_status build(cn_layer *layer, const cn_type *inputs, int64_t n)
{
    (void)n;
    const cn_conv1d_args *args = layer->args;
    const cn_convolution c = convolution(args);
    const int64_t channels = cn_convolution_channels(&c, &inputs[0].shape);
    const int64_t of_group = channels == CN_NONE ? CN_NONE : channels / args->groups;
    CN_TRY(cn_layer_add_weight(
        layer,
        &(cn_weight_args){.name = "kernel",
                          .shape = cn_convolution_kernel_shape(&c, of_group, args->filters),
                          .initializer = args->kernel_initializer,
                          .regularizer = args->kernel_regularizer,
                          .constraint = args->kernel_constraint},
        NULL));
    if (!args->use_bias)
        return CN_OK;
    return cn_layer_add_weight(layer,
                               &(cn_weight_args){.name = "bias",
                                                 .shape = CN_SHAPE(args->filters),
                                                 .initializer = args->bias_initializer,
                                                 .regularizer = args->bias_regularizer,
                                                 .constraint = args->bias_constraint},
                               NULL);
}

static cn_status infer(const cn_layer *layer, const cn_type *inputs, int64_t n, cn_type *outputs,
                       int64_t *n_outputs)
{
    (void)n;
    const cn_conv1d_args *args = layer->args;
    const cn_convolution c = convolution(args);
    outputs[0] = cn_convolution_output(&c, &inputs[0], args->filters);
    *n_outputs = 1;
    return CN_OK;
}

/* A batch may be shorter than what was drawn tells. */
static cn_status call(cn_call_frame *frame)
{
    const cn_conv1d_args *args = frame->layer->args;
    cn_program *p = frame->program;
    const cn_convolution c = convolution(args);
    const cn_type type = *cn_type_of(p, frame->inputs[0]);
    CN_TRY(check_inputs(frame->layer, &type, 1));
    cn_value x = cn_convolution_enter(frame, &c, frame->inputs[0]);
    CN_TRY(p->status);
    const cn_conv_attributes attributes =
        cn_convolution_attributes(&c, cn_shape_of(p, x), args->groups);
    cn_value y = cn_emit_conv(p, x, cn_call_weight(frame, 0), &attributes);
    cn_value bias = args->use_bias ? cn_call_weight(frame, 1) : CN_NO_VALUE;
    return cn_convolution_finish(frame, &c, y, bias, args->activation);
}

const cn_layer_class cn_conv1d_layer_class = {
    CN_LAYER_CLASS("Conv1D", cn_conv1d_args, fields, defaults),
    .base.check = check,
    CN_ONE_INPUT,
    .check_inputs = check_inputs,
    .build = build,
    .call = call,
    .infer = infer,
    .activity_regularizer = offsetof(cn_conv1d_args, activity_regularizer),
};

cn_layer *cn_conv1d_with(const cn_conv1d_args *args)
{
    return cn_layer_make(&cn_conv1d_layer_class, args);
}
