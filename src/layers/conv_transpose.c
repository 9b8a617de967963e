/* Conv1DTranspose, Conv2DTranspose, Conv3DTranspose: y = activation(transposed convolution of x
 * with kernel + bias). */
#include <inttypes.h>

#include "layers/convolution.h"

const cn_conv_transpose_args cn_conv_transpose_defaults = {CN_CONV_TRANSPOSE_DEFAULTS};

static cn_convolution windows(const cn_layer *layer)
{
    const cn_conv_transpose_args *args = layer->args;
    return CN_CONVOLUTION_OF(args, layer->class->spatial_axes);
}

/* CN_NONE: not given. */
static int64_t output_padding(const cn_conv_transpose_args *args, int64_t axis)
{
    const int64_t *list = args->output_padding;
    return list[0] == CN_NONE || list[1] == CN_NONE ? list[0] : list[axis];
}

cn_status cn_conv_transpose_layer_check(const void *own, int64_t axes)
{
    const cn_conv_transpose_args *args = own;
    const cn_convolution c = CN_CONVOLUTION_OF(args, axes);
    CN_TRY(cn_check_positive("filters", args->filters));
    CN_TRY(cn_convolution_check(&c));
    CN_TRY(cn_convolution_check_steps(&c));
    for (int64_t i = 0; i < axes; i++) {
        const int64_t stride = cn_for_axis(args->strides, i), more = output_padding(args, i);
        CN_CHECK(more >= CN_NONE && more < stride,
                 "output_padding must be from 0 to strides - 1, got %" PRId64
                 " with strides %" PRId64,
                 more, stride);
    }
    return CN_OK;
}

cn_status cn_conv_transpose_layer_check_inputs(const cn_layer *layer, const cn_type *inputs,
                                               int64_t n)
{
    (void)n;
    const cn_conv_transpose_args *args = layer->args;
    const cn_convolution c = windows(layer);
    const cn_shape *shape = &inputs[0].shape;
    CN_TRY(cn_convolution_check_channels(
        layer, &c, shape, layer->built ? layer->weights[0]->variable.shape.dim[c.axes + 1] : 0));
    for (int64_t i = 0; i < c.axes; i++) {
        const cn_transposed_axis axis =
            cn_convolution_transposed(&c, i, shape, output_padding(args, i));
        CN_CHECK(axis.size > 0 || axis.size == CN_NONE,
                 "%s: its output would be empty for an input of shape %s", layer->name,
                 cn_shape_str(shape));
    }
    return CN_OK;
}

cn_status cn_conv_transpose_layer_build(cn_layer *layer, const cn_type *inputs, int64_t n)
{
    (void)n;
    const cn_conv_transpose_args *args = layer->args;
    const cn_convolution c = windows(layer);
    const int64_t channels = cn_convolution_channels(&c, &inputs[0].shape);
    CN_TRY(cn_layer_add_weight(
        layer,
        &(cn_weight_args){.name = "kernel",
                          .shape = cn_convolution_kernel_shape(&c, args->filters, channels),
                          .initializer = args->kernel_initializer,
                          .regularizer = args->kernel_regularizer,
                          .constraint = args->kernel_constraint},
        NULL));
    return CN_CONVOLUTION_ADD_BIAS(layer, args, args->filters);
}

cn_status cn_conv_transpose_layer_infer(const cn_layer *layer, const cn_type *inputs, int64_t n,
                                        cn_type *outputs, int64_t *n_outputs)
{
    (void)n;
    const cn_conv_transpose_args *args = layer->args;
    const cn_convolution c = windows(layer);
    const cn_shape *shape = &inputs[0].shape;
    outputs[0] = (cn_type){CN_FLOAT32, *shape};
    outputs[0].shape.dim[cn_convolution_channel_axis(&c)] = args->filters;
    for (int64_t i = 0; i < c.axes; i++)
        outputs[0].shape.dim[cn_convolution_spatial_axis(&c, i)] =
            cn_convolution_transposed(&c, i, shape, output_padding(args, i)).size;
    *n_outputs = 1;
    return CN_OK;
}

/* The kernel [k..., filters, C] is that of a convolution from the output to the input. */
cn_status cn_conv_transpose_layer_call(cn_call_frame *frame)
{
    const cn_conv_transpose_args *args = frame->layer->args;
    cn_program *p = frame->program;
    const cn_convolution c = windows(frame->layer);
    const cn_type type = *cn_type_of(p, frame->inputs[0]);
    CN_TRY(cn_conv_transpose_layer_check_inputs(frame->layer, &type, 1));
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
            cn_convolution_transposed(&c, i, &type.shape, output_padding(args, i));
        y_shape.dim[i + 1] = axis.size;
        attributes.before.dim[i] = axis.before;
        attributes.after.dim[i] = axis.after;
    }
    cn_value y = cn_emit_conv_input_gradient(p, x, cn_call_weight(frame, 0), &attributes, &y_shape);
    cn_value bias = args->use_bias ? cn_call_weight(frame, 1) : CN_NO_VALUE;
    return cn_convolution_finish(frame, &c, y, bias, args->activation);
}
