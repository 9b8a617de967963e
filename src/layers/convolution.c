/* What the convolution layers share. */
#include "layers/convolution.h"

#include <inttypes.h>
#include <string.h>

/* ---- arguments ------------------------------------------------------------------------------- */

static cn_status check(const cn_convolution *c, bool causal)
{
    CN_TRY(cn_check_each("kernel_size", c->size, c->axes));
    CN_TRY(cn_check_each("strides", c->strides, c->axes));
    CN_TRY(cn_check_each("dilation_rate", c->dilation, c->axes));
    const char *padding = c->padding == NULL ? "NULL" : c->padding;
    CN_CHECK(strcmp(padding, "valid") == 0 || strcmp(padding, "same") == 0 ||
                 (causal && strcmp(padding, "causal") == 0),
             "padding must be \"valid\"%s \"same\"%s, got \"%s\"", causal ? "," : " or",
             causal ? " or \"causal\"" : "", padding);
    return cn_check_data_format(c->data_format);
}

cn_status cn_convolution_check(const cn_convolution *c)
{
    return check(c, false);
}

cn_status cn_convolution_check_causal(const cn_convolution *c)
{
    return check(c, c->axes == 1);
}

cn_status cn_convolution_check_steps(const cn_convolution *c)
{
    int64_t strides = 1, dilation = 1;
    for (int64_t i = 0; i < c->axes; i++) {
        const int64_t step = cn_for_axis(c->strides, i), apart = cn_for_axis(c->dilation, i);
        strides = step > strides ? step : strides;
        dilation = apart > dilation ? apart : dilation;
    }
    CN_CHECK(strides == 1 || dilation == 1,
             "strides and dilation_rate cannot both be greater than 1, got %" PRId64
             " and %" PRId64,
             strides, dilation);
    return CN_OK;
}

/* ---- shapes ---------------------------------------------------------------------------------- */

int64_t cn_convolution_spatial_axis(const cn_convolution *c, int64_t i)
{
    return (cn_channels_first(c->data_format) ? 2 : 1) + i;
}

int64_t cn_convolution_channel_axis(const cn_convolution *c)
{
    return cn_channels_first(c->data_format) ? 1 : c->axes + 1;
}

int64_t cn_convolution_channels(const cn_convolution *c, const cn_shape *shape)
{
    return shape->dim[cn_convolution_channel_axis(c)];
}

static cn_window window(const cn_convolution *c, int64_t i)
{
    return (cn_window){.size = cn_for_axis(c->size, i),
                       .stride = cn_for_axis(c->strides, i),
                       .dilation = cn_for_axis(c->dilation, i),
                       .padding = c->padding};
}

cn_status cn_convolution_check_channels(const cn_layer *layer, const cn_convolution *c,
                                        const cn_shape *shape, int64_t expected)
{
    CN_TRY(cn_check_rank(layer, shape, c->axes + 2));
    const int64_t channels = cn_convolution_channels(c, shape);
    CN_CHECK(!layer->built || channels == CN_NONE || channels == expected,
             "%s: was built for inputs of %" PRId64 " channels, got shape %s", layer->name,
             expected, cn_shape_str(shape));
    return CN_OK;
}

cn_status cn_convolution_check_windows(const cn_layer *layer, const cn_convolution *c,
                                       const cn_shape *shape)
{
    for (int64_t i = 0; i < c->axes; i++) {
        const int64_t in = shape->dim[cn_convolution_spatial_axis(c, i)];
        const cn_window windows = window(c, i);
        CN_CHECK(in == CN_NONE || cn_window_count(&windows, in) > 0,
                 "%s: a window of %" PRId64 " cells does not fit into an input of shape %s",
                 layer->name, cn_window_cells(&windows), cn_shape_str(shape));
    }
    return CN_OK;
}

cn_status cn_convolution_check_depthwise(const cn_layer *layer, const cn_convolution *c,
                                         const cn_shape *shape)
{
    const int64_t channels = layer->built ? layer->weights[0]->variable.shape.dim[c->axes] : 0;
    CN_TRY(cn_convolution_check_channels(layer, c, shape, channels));
    return cn_convolution_check_windows(layer, c, shape);
}

cn_type cn_convolution_output(const cn_convolution *c, const cn_type *input, int64_t filters)
{
    cn_type output = {CN_FLOAT32, input->shape};
    output.shape.dim[cn_convolution_channel_axis(c)] = filters;
    for (int64_t i = 0; i < c->axes; i++) {
        int64_t *dim = &output.shape.dim[cn_convolution_spatial_axis(c, i)];
        const cn_window windows = window(c, i);
        if (*dim != CN_NONE)
            *dim = cn_window_count(&windows, *dim);
    }
    return output;
}

cn_transposed_axis cn_convolution_transposed(const cn_convolution *c, int64_t i,
                                             const cn_shape *input, int64_t output_padding)
{
    const int64_t in = input->dim[cn_convolution_spatial_axis(c, i)];
    const cn_window windows = window(c, i);
    return in == CN_NONE ? (cn_transposed_axis){.size = CN_NONE}
                         : cn_window_transposed(&windows, in, output_padding);
}

cn_shape cn_convolution_shape(const cn_convolution *c, const int64_t numbers[CN_MAX_RANK])
{
    cn_shape shape = {.rank = c->axes};
    for (int64_t i = 0; i < c->axes; i++)
        shape.dim[i] = cn_for_axis(numbers, i);
    return shape;
}

cn_shape cn_convolution_kernel_shape(const cn_convolution *c, int64_t in, int64_t out)
{
    cn_shape shape = cn_convolution_shape(c, c->size);
    shape.dim[shape.rank++] = in;
    shape.dim[shape.rank++] = out;
    return shape;
}

/* ---- ops ------------------------------------------------------------------------------------- */

cn_conv_attributes cn_convolution_attributes(const cn_convolution *c, const cn_shape *x,
                                             int64_t groups)
{
    cn_conv_attributes a = {.strides = cn_convolution_shape(c, c->strides),
                            .dilation = cn_convolution_shape(c, c->dilation),
                            .before.rank = c->axes,
                            .after.rank = c->axes,
                            .groups = groups};
    for (int64_t i = 0; i < c->axes; i++) {
        const cn_window windows = window(c, i);
        cn_window_around(&windows, x->dim[i + 1], &a.before.dim[i], &a.after.dim[i]);
    }
    return a;
}

cn_value cn_convolution_enter(const cn_call_frame *frame, const cn_convolution *c, cn_value x)
{
    cn_program *p = frame->program;
    x = cn_emit_cast(p, x, CN_FLOAT32);
    if (!cn_channels_first(c->data_format))
        return x;
    cn_shape order = {.rank = c->axes + 2};
    for (int64_t i = 1; i <= c->axes; i++)
        order.dim[i] = i + 1;
    order.dim[c->axes + 1] = 1;
    return cn_emit_transpose(p, x, order);
}

cn_value cn_convolution_leave(const cn_call_frame *frame, const cn_convolution *c, cn_value y)
{
    if (!cn_channels_first(c->data_format))
        return y;
    cn_shape order = {.rank = c->axes + 2};
    order.dim[1] = c->axes + 1;
    for (int64_t i = 1; i <= c->axes; i++)
        order.dim[i + 1] = i;
    return cn_emit_transpose(frame->program, y, order);
}

cn_status cn_convolution_finish(cn_call_frame *frame, const cn_convolution *c, cn_value y,
                                cn_value bias, const char *activation)
{
    if (bias != CN_NO_VALUE)
        y = cn_emit_add(frame->program, y, bias);
    y = cn_convolution_leave(frame, c, y);
    return cn_call_activation(frame, activation, y, &frame->outputs[0]);
}
