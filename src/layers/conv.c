/* Conv1D, Conv2D, Conv3D: y = activation(windows of x times kernel + bias). */
#include <inttypes.h>

#include "layers/convolution.h"

const cn_conv_args cn_conv_defaults = {CN_CONV_DEFAULTS};

static cn_convolution windows(const cn_layer *layer)
{
    const cn_conv_args *args = layer->args;
    return CN_CONVOLUTION_OF(args, layer->class->spatial_axes);
}

cn_status cn_conv_layer_check(const void *own, int64_t axes)
{
    const cn_conv_args *args = own;
    const cn_convolution c = CN_CONVOLUTION_OF(args, axes);
    CN_TRY(cn_check_positive("filters", args->filters));
    CN_TRY(cn_check_positive("groups", args->groups));
    CN_CHECK(args->filters % args->groups == 0,
             "filters must be a multiple of groups, got %" PRId64 " and %" PRId64, args->filters,
             args->groups);
    CN_TRY(cn_convolution_check_causal(&c));
    return cn_convolution_check_steps(&c);
}

cn_status cn_conv_layer_check_inputs(const cn_layer *layer, const cn_type *inputs, int64_t n)
{
    (void)n;
    const cn_conv_args *args = layer->args;
    const cn_convolution c = windows(layer);
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

cn_status cn_conv_layer_build(cn_layer *layer, const cn_type *inputs, int64_t n)
{
    (void)n;
    const cn_conv_args *args = layer->args;
    const cn_convolution c = windows(layer);
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
    return CN_CONVOLUTION_ADD_BIAS(layer, args, args->filters);
}

cn_status cn_conv_layer_infer(const cn_layer *layer, const cn_type *inputs, int64_t n,
                              cn_type *outputs, int64_t *n_outputs)
{
    (void)n;
    const cn_conv_args *args = layer->args;
    const cn_convolution c = windows(layer);
    outputs[0] = cn_convolution_output(&c, &inputs[0], args->filters);
    *n_outputs = 1;
    return CN_OK;
}

/* A batch may be shorter than what was drawn tells. */
cn_status cn_conv_layer_call(cn_call_frame *frame)
{
    const cn_conv_args *args = frame->layer->args;
    cn_program *p = frame->program;
    const cn_convolution c = windows(frame->layer);
    const cn_type type = *cn_type_of(p, frame->inputs[0]);
    CN_TRY(cn_conv_layer_check_inputs(frame->layer, &type, 1));
    cn_value x = cn_convolution_enter(frame, &c, frame->inputs[0]);
    CN_TRY(p->status);
    const cn_conv_attributes attributes =
        cn_convolution_attributes(&c, cn_shape_of(p, x), args->groups);
    cn_value y = cn_emit_conv(p, x, cn_call_weight(frame, 0), &attributes);
    cn_value bias = args->use_bias ? cn_call_weight(frame, 1) : CN_NO_VALUE;
    return cn_convolution_finish(frame, &c, y, bias, args->activation);
}
