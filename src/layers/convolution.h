/* What the convolution layers share: their windows, checks, shapes, and the way from the layout at
 * their surface to that of the ops and back; and the four families, of which each layer is one
 * number of axes. */
#ifndef CORNU_LAYERS_CONVOLUTION_H
#define CORNU_LAYERS_CONVOLUTION_H

#include "cornu/convolution.h"
#include "layers/layers.h"
#include "ops/padding.h"

/* The arguments that say where the windows lie, along each of 1 to 3 spatial axes. */
typedef struct cn_convolution {
    int64_t axes;
    const int64_t *size, *strides, *dilation; /* as cn_for_axis reads them */
    const char *padding, *data_format;
} cn_convolution;

/* From an argument struct of any family. */
#define CN_CONVOLUTION_OF(args, axes)                                                              \
    ((cn_convolution){(axes), (args)->kernel_size, (args)->strides, (args)->dilation_rate,         \
                      (args)->padding, (args)->data_format})

/* Checks each argument by itself; the second lets padding be "causal" if there is one axis. */
cn_status cn_convolution_check(const cn_convolution *c);
cn_status cn_convolution_check_causal(const cn_convolution *c);

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

/* Both, for the kernel of a depthwise convolution, which is the layer's first weight. */
cn_status cn_convolution_check_depthwise(const cn_layer *layer, const cn_convolution *c,
                                         const cn_shape *shape);

/* The output's type, of which unknown dimensions remain unknown. */
cn_type cn_convolution_output(const cn_convolution *c, const cn_type *input, int64_t filters);

/* The same for one axis of a transposed convolution. output_padding: CN_NONE if not given. */
cn_transposed_axis cn_convolution_transposed(const cn_convolution *c, int64_t i,
                                             const cn_shape *input, int64_t output_padding);

/* One number for each axis as a shape. */
cn_shape cn_convolution_shape(const cn_convolution *c, const int64_t numbers[CN_MAX_RANK]);

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

/* Adds the kernel [size..., channels, depth_multiplier] of a depthwise convolution, which the file
 * calls by this name. */
#define CN_CONVOLUTION_ADD_DEPTHWISE(layer, args, c, channels, name_)                              \
    cn_layer_add_weight(                                                                           \
        (layer),                                                                                   \
        &(cn_weight_args){                                                                         \
            .name = (name_),                                                                       \
            .shape = cn_convolution_kernel_shape((c), (channels), (args)->depth_multiplier),       \
            .initializer = (args)->depthwise_initializer,                                          \
            .regularizer = (args)->depthwise_regularizer,                                          \
            .constraint = (args)->depthwise_constraint,                                            \
        },                                                                                         \
        NULL)

/* Adds the bias [filters] with an argument struct's own initializer, regularizer and constraint, if
 * it wants one. */
#define CN_CONVOLUTION_ADD_BIAS(layer, args, filters)                                              \
    ((args)->use_bias ? cn_layer_add_weight((layer),                                               \
                                            &(cn_weight_args){                                     \
                                                .name = "bias",                                    \
                                                .shape = CN_SHAPE(filters),                        \
                                                .initializer = (args)->bias_initializer,           \
                                                .regularizer = (args)->bias_regularizer,           \
                                                .constraint = (args)->bias_constraint,             \
                                            },                                                     \
                                            NULL)                                                  \
                      : CN_OK)

/* ---- families -------------------------------------------------------------------------------- */

/* The parts of a class constant with these axes. Its file has `fields`, made with the family's
 * macro below, and `check`, which says the number of axes to that of the family. */
#define CN_CONVOLUTION_CLASS(family, name_, axes)                                                  \
    CN_LAYER_CLASS(name_, cn_##family##_args, fields, cn_##family##_defaults),                     \
        .base.check = check, CN_ONE_INPUT, .spatial_axes = (axes),                                 \
        .check_inputs = cn_##family##_layer_check_inputs, .build = cn_##family##_layer_build,      \
        .call = cn_##family##_layer_call, .infer = cn_##family##_layer_infer,                      \
        .activity_regularizer = offsetof(cn_##family##_args, activity_regularizer)

#define CN_CONVOLUTION_FAMILY_(family)                                                             \
    extern const cn_##family##_args cn_##family##_defaults;                                        \
    cn_status cn_##family##_layer_check(const void *args, int64_t axes);                           \
    cn_status cn_##family##_layer_check_inputs(const cn_layer *layer, const cn_type *inputs,       \
                                               int64_t n);                                         \
    cn_status cn_##family##_layer_build(cn_layer *layer, const cn_type *inputs, int64_t n);        \
    cn_status cn_##family##_layer_call(cn_call_frame *frame);                                      \
    cn_status cn_##family##_layer_infer(const cn_layer *layer, const cn_type *inputs, int64_t n,   \
                                        cn_type *outputs, int64_t *n_outputs);
CN_CONVOLUTION_FAMILY_(conv)
CN_CONVOLUTION_FAMILY_(conv_transpose)
CN_CONVOLUTION_FAMILY_(depthwise_conv)
CN_CONVOLUTION_FAMILY_(separable_conv)
#undef CN_CONVOLUTION_FAMILY_

/* Their fields. each: 0, CN_FIELD_EACH_2 or CN_FIELD_EACH_3. */
#define CN_CONVOLUTION_ENDS_(type, kernel)                                                         \
    CN_OBJECT_FIELD(type, activation, "activation"), CN_FIELD(type, use_bias, CN_FIELD_BOOL, 0),   \
        CN_OBJECT_FIELD(type, kernel##_initializer, "initializer"),                                \
        CN_OBJECT_FIELD(type, bias_initializer, "initializer"),                                    \
        CN_OBJECT_FIELD(type, kernel##_regularizer, "regularizer"),                                \
        CN_OBJECT_FIELD(type, bias_regularizer, "regularizer"),                                    \
        CN_OBJECT_FIELD(type, activity_regularizer, "regularizer"),                                \
        CN_OBJECT_FIELD(type, kernel##_constraint, "constraint"),                                  \
        CN_OBJECT_FIELD(type, bias_constraint, "constraint")
#define CN_CONV_FIELDS(each)                                                                       \
    CN_LAYER_FIELDS(cn_conv_args), CN_FIELD(cn_conv_args, filters, CN_FIELD_INT, 0),               \
        CN_FIELD(cn_conv_args, kernel_size, CN_FIELD_DIMS, each),                                  \
        CN_FIELD(cn_conv_args, strides, CN_FIELD_DIMS, each),                                      \
        CN_FIELD(cn_conv_args, padding, CN_FIELD_TEXT, 0),                                         \
        CN_FIELD(cn_conv_args, data_format, CN_FIELD_TEXT, 0),                                     \
        CN_FIELD(cn_conv_args, dilation_rate, CN_FIELD_DIMS, each),                                \
        CN_FIELD(cn_conv_args, groups, CN_FIELD_INT, 0),                                           \
        CN_CONVOLUTION_ENDS_(cn_conv_args, kernel), CN_END_FIELDS
#define CN_CONV_TRANSPOSE_FIELDS(each)                                                             \
    CN_LAYER_FIELDS(cn_conv_transpose_args),                                                       \
        CN_FIELD(cn_conv_transpose_args, filters, CN_FIELD_INT, 0),                                \
        CN_FIELD(cn_conv_transpose_args, kernel_size, CN_FIELD_DIMS, each),                        \
        CN_FIELD(cn_conv_transpose_args, strides, CN_FIELD_DIMS, each),                            \
        CN_FIELD(cn_conv_transpose_args, padding, CN_FIELD_TEXT, 0),                               \
        CN_FIELD(cn_conv_transpose_args, output_padding, CN_FIELD_DIMS,                            \
                 (each) | CN_FIELD_COUNTS | CN_FIELD_OPTIONAL),                                    \
        CN_FIELD(cn_conv_transpose_args, data_format, CN_FIELD_TEXT, 0),                           \
        CN_FIELD(cn_conv_transpose_args, dilation_rate, CN_FIELD_DIMS, each),                      \
        CN_CONVOLUTION_ENDS_(cn_conv_transpose_args, kernel), CN_END_FIELDS
#define CN_DEPTHWISE_CONV_FIELDS(each)                                                             \
    CN_LAYER_FIELDS(cn_depthwise_conv_args),                                                       \
        CN_FIELD(cn_depthwise_conv_args, kernel_size, CN_FIELD_DIMS, each),                        \
        CN_FIELD(cn_depthwise_conv_args, strides, CN_FIELD_DIMS, each),                            \
        CN_FIELD(cn_depthwise_conv_args, padding, CN_FIELD_TEXT, 0),                               \
        CN_FIELD(cn_depthwise_conv_args, depth_multiplier, CN_FIELD_INT, 0),                       \
        CN_FIELD(cn_depthwise_conv_args, data_format, CN_FIELD_TEXT, 0),                           \
        CN_FIELD(cn_depthwise_conv_args, dilation_rate, CN_FIELD_DIMS, each),                      \
        CN_CONVOLUTION_ENDS_(cn_depthwise_conv_args, depthwise), CN_END_FIELDS
#define CN_SEPARABLE_CONV_FIELDS(each)                                                             \
    CN_LAYER_FIELDS(cn_separable_conv_args),                                                       \
        CN_FIELD(cn_separable_conv_args, filters, CN_FIELD_INT, 0),                                \
        CN_FIELD(cn_separable_conv_args, kernel_size, CN_FIELD_DIMS, each),                        \
        CN_FIELD(cn_separable_conv_args, strides, CN_FIELD_DIMS, each),                            \
        CN_FIELD(cn_separable_conv_args, padding, CN_FIELD_TEXT, 0),                               \
        CN_FIELD(cn_separable_conv_args, data_format, CN_FIELD_TEXT, 0),                           \
        CN_FIELD(cn_separable_conv_args, dilation_rate, CN_FIELD_DIMS, each),                      \
        CN_FIELD(cn_separable_conv_args, depth_multiplier, CN_FIELD_INT, 0),                       \
        CN_CONVOLUTION_ENDS_(cn_separable_conv_args, depthwise),                                   \
        CN_OBJECT_FIELD(cn_separable_conv_args, pointwise_initializer, "initializer"),             \
        CN_OBJECT_FIELD(cn_separable_conv_args, pointwise_regularizer, "regularizer"),             \
        CN_OBJECT_FIELD(cn_separable_conv_args, pointwise_constraint, "constraint"), CN_END_FIELDS

#endif
