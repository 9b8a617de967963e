/* What the convolution layers share: their windows, checks, shapes, and the way from the layout at
 * their surface to that of the ops and back. */
#ifndef CORNU_LAYERS_CONVOLUTION_H
#define CORNU_LAYERS_CONVOLUTION_H

#include "cornu/convolution.h"
#include "layers/layers.h"

enum { CN_CONVOLUTION_AXES = 3 };

/* The arguments that say where the windows lie, along each of 1 to 3 spatial axes. */
typedef struct cn_convolution {
    int64_t axes;
    int64_t size[CN_CONVOLUTION_AXES], strides[CN_CONVOLUTION_AXES], dilation[CN_CONVOLUTION_AXES];
    const char *padding, *data_format;
} cn_convolution;

/* The argument must be positive. */
cn_status cn_check_positive(const char *argument, int64_t value);

/* Checks each argument by itself; padding may be "causal" too if that is allowed. */
cn_status cn_convolution_check(const cn_convolution *c, bool causal);

/* Refuses strides together with dilation, as the layers do whose kernels cannot do both. */
cn_status cn_convolution_check_steps(const cn_convolution *c);

/* Where a spatial axis and the channels stand in a shape at the layer's surface, and how many
 * channels there are. */
int64_t cn_convolution_spatial_axis(const cn_convolution *c, int64_t i);
int64_t cn_convolution_channel_axis(const cn_convolution *c);
int64_t cn_convolution_channels(const cn_convolution *c, const cn_shape *shape);

/* Refuses an input of another rank or, once the layer is built, of other than so many channels. */
cn_status cn_convolution_check_channels(const cn_layer *layer, const cn_convolution *c,
                                        const cn_shape *shape, int64_t expected);

/* Refuses an input in which no window fits. */
cn_status cn_convolution_check_windows(const cn_layer *layer, const cn_convolution *c,
                                       const cn_shape *shape);

/* The output's type, of which unknown dimensions remain unknown. */
cn_type cn_convolution_output(const cn_convolution *c, const cn_type *input, int64_t filters);

/* The same for one axis of a transposed convolution: the size of its output, and the zeros around
 * that in the convolution of which it is the gradient. output_padding: CN_NONE if not given. */
typedef struct cn_transposed_axis {
    int64_t size, before, after;
} cn_transposed_axis;
cn_transposed_axis cn_convolution_transposed(const cn_convolution *c, int64_t i,
                                             const cn_shape *input, int64_t output_padding);

/* One number for each axis as a shape. */
cn_shape cn_convolution_shape(const cn_convolution *c, const int64_t numbers[CN_CONVOLUTION_AXES]);

/* [size..., in, out]. */
cn_shape cn_convolution_kernel_shape(const cn_convolution *c, int64_t in, int64_t out);

/* The op's attributes for an input of this shape, channels last. */
cn_conv_attributes cn_convolution_attributes(const cn_convolution *c, const cn_shape *x,
                                             int64_t groups);

/* A value with the channels last, from one as the surface has it, and the other way round. */
cn_value cn_convolution_enter(const cn_call_frame *frame, const cn_convolution *c, cn_value x);
cn_value cn_convolution_leave(const cn_call_frame *frame, const cn_convolution *c, cn_value y);

/* The output, from the convolution's: with the bias (CN_NO_VALUE: none) and the activation. */
cn_status cn_convolution_finish(cn_call_frame *frame, const cn_convolution *c, cn_value y,
                                cn_value bias, const char *activation);

#endif
