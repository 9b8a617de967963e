/* Conv1DTranspose: y = activation(transposed convolution of x with kernel + bias). */
#include <inttypes.h>

#include "layers/convolution.h"

static const cn_conv1d_transpose_args defaults = {CN_CONV1D_TRANSPOSE_DEFAULTS};

static const cn_field fields[] = {
    CN_LAYER_FIELDS(cn_conv1d_transpose_args),
    CN_FIELD(cn_conv1d_transpose_args, filters, CN_FIELD_INT, 0),
    CN_FIELD(cn_conv1d_transpose_args, kernel_size, CN_FIELD_INT, CN_FIELD_LIST),
    CN_FIELD(cn_conv1d_transpose_args, strides, CN_FIELD_INT, CN_FIELD_LIST),
    CN_FIELD(cn_conv1d_transpose_args, padding, CN_FIELD_TEXT, 0),
    CN_FIELD(cn_conv1d_transpose_args, output_padding, CN_FIELD_INT,
             CN_FIELD_LIST | CN_FIELD_OPTIONAL),
    CN_FIELD(cn_conv1d_transpose_args, data_format, CN_FIELD_TEXT, 0),
    CN_FIELD(cn_conv1d_transpose_args, dilation_rate, CN_FIELD_INT, CN_FIELD_LIST),
    CN_OBJECT_FIELD(cn_conv1d_transpose_args, activation, "activation"),
    CN_FIELD(cn_conv1d_transpose_args, use_bias, CN_FIELD_BOOL, 0),
    CN_OBJECT_FIELD(cn_conv1d_transpose_args, kernel_initializer, "initializer"),
    CN_OBJECT_FIELD(cn_conv1d_transpose_args, bias_initializer, "initializer"),
    CN_OBJECT_FIELD(cn_conv1d_transpose_args, kernel_regularizer, "regularizer"),
    CN_OBJECT_FIELD(cn_conv1d_transpose_args, bias_regularizer, "regularizer"),
    CN_OBJECT_FIELD(cn_conv1d_transpose_args, activity_regularizer, "regularizer"),
    CN_OBJECT_FIELD(cn_conv1d_transpose_args, kernel_constraint, "constraint"),
    CN_OBJECT_FIELD(cn_conv1d_transpose_args, bias_constraint, "constraint"),
    CN_END_FIELDS,
};

static cn_convolution convolution(const cn_conv1d_transpose_args *args)
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
    const cn_conv1d_transpose_args *args = own;
    const cn_convolution c = convolution(args);
    CN_TRY(cn_check_positive("filters", args->filters));
    CN_TRY(cn_convolution_check(&c, false));
    CN_TRY(cn_convolution_check_steps(&c));
    CN_CHECK(args->output_padding >= CN_NONE && args->output_padding < args->strides,
             "output_padding must be from 0 to strides - 1, got %" PRId64 " with strides %" PRId64,
             args->output_padding, args->strides);
    return CN_OK;
}

static cn_status check_inputs(const cn_layer *layer, const cn_type *inputs, int64_t n)
{
    (void)n;
    const cn_conv1d_transpose_args *args = layer->args;
    const cn_convolution c = convolution(args);
    const cn_shape *shape = &inputs[0].shape;
    CN_TRY(cn_convolution_check_channels(
        layer, &c, shape, layer->built ? layer->weights[0]->variable.shape.dim[c.axes + 1] : 0));
    for (int64_t i = 0; i < c.axes; i++) {
        const cn_transposed_axis axis =
            cn_convolution_transposed(&c, i, shape, args->output_padding);
        CN_CHECK(axis.size > 0 || axis.size == CN_NONE,
                 "%s: its output would be empty for an input of shape %s", layer->name,
                 cn_shape_str(shape));
    }
    return CN_OK;
}

static cn_status build(cn_layer *layer, const cn_type *inputs, int64_t n)
{
    (void)n;
    const cn_conv1d_transpose_args *args = layer->args;
    const cn_convolution c = convolution(args);
    const int64_t channels = cn_convolution_channels(&c, &inputs[0].shape);
    CN_TRY(cn_layer_add_weight(
        layer,
        &(cn_weight_args){.name = "kernel",
                          .shape = cn_convolution_kernel_shape(&c, args->filters, channels),
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
    const cn_conv1d_transpose_args *args = layer->args;
    const cn_convolution c = convolution(args);
    const cn_shape *shape = &inputs[0].shape;
    outputs[0] = (cn_type){CN_FLOAT32, *shape};
    outputs[0].shape.dim[cn_convolution_channel_axis(&c)] = args->filters;
    for (int64_t i = 0; i < c.axes; i++)
        outputs[0].shape.dim[cn_convolution_spatial_axis(&c, i)] =
            cn_convolution_transposed(&c, i, shape, args->output_padding).size;
    *n_outputs = 1;
    return CN_OK;
}

/* The kernel [k, filters, C] is that of a convolution from the output to the input. */
static cn_status call(cn_call_frame *frame)
{
    const cn_conv1d_transpose_args *args = frame->layer->args;
    cn_program *p = frame->program;
    const cn_convolution c = convolution(args);
    const cn_type type = *cn_type_of(p, frame->inputs[0]);
    CN_TRY(check_inputs(frame->layer, &type, 1));
    cn_value x = cn_convolution_enter(frame, &c, frame->inputs[0]);
    CN_TRY(p->status);
    cn_conv_attributes attributes = {.strides = cn_convolution_shape(&c, c.strides),
                                     .dilation = cn_convolution_shape(&c, c.dilation),
                                     .before.rank = c.axes,
                                     .after.rank = c.axes,
                                     .groups = 1};
    cn_shape y_shape = *cn_shape_of(p, x);
    for (int64_t i = 0; i < c.axes; i++) {
        const cn_transposed_axis axis =
            cn_convolution_transposed(&c, i, &type.shape, args->output_padding);
        y_shape.dim[i + 1] = axis.size;
        attributes.before.dim[i] = axis.before;
        attributes.after.dim[i] = axis.after;
    }
    cn_value y = cn_emit_conv_input_gradient(p, x, cn_call_weight(frame, 0), &attributes, &y_shape);
    cn_value bias = args->use_bias ? cn_call_weight(frame, 1) : CN_NO_VALUE;
    return cn_convolution_finish(frame, &c, y, bias, args->activation);
}

const cn_layer_class cn_conv1d_transpose_layer_class = {
    CN_LAYER_CLASS("Conv1DTranspose", cn_conv1d_transpose_args, fields, defaults),
    .base.check = check,
    CN_ONE_INPUT,
    .check_inputs = check_inputs,
    .build = build,
    .call = call,
    .infer = infer,
    .activity_regularizer = offsetof(cn_conv1d_transpose_args, activity_regularizer),
};

cn_layer *cn_conv1d_transpose_with(const cn_conv1d_transpose_args *args)
{
    return cn_layer_make(&cn_conv1d_transpose_layer_class, args);
}
