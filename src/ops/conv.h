/* What conv, its gradients and conv_bias share. */
#ifndef CORNU_OPS_CONV_H
#define CORNU_OPS_CONV_H

#include "kernels/conv.h"
#include "ops/emit.h"
#include "ops/samples.h"
#include "program/lowering.h"

/* The shape of y = conv(x, kernel), or why there is none. */
cn_status cn_conv_infer_shape(const cn_conv_attributes *attributes, const cn_shape *x,
                              const cn_shape *kernel, cn_shape *y);

/* Checks that all inputs are float32 and of rank 3, 4 or 5, the same for both. */
cn_status cn_conv_check_inputs(const cn_type *inputs);

/* A shape with the given sizes between the first axis and the last ones. */
cn_shape cn_conv_shape_of_x(const cn_conv_attributes *attributes, const cn_shape *dy,
                            const cn_shape *kernel);
cn_shape cn_conv_shape_of_kernel(const cn_conv_attributes *attributes, const cn_shape *x,
                                 const cn_shape *dy);

/* The sizes and steps behind y = conv(x, kernel). */
cn_conv cn_conv_of(const cn_conv_attributes *attributes, const cn_shape *x, const cn_shape *kernel,
                   const cn_shape *y);

/* The same, of rows of x and y as they lie. */
cn_conv cn_conv_of_values(const cn_lowering *lowering, const cn_conv_attributes *attributes,
                          cn_value x, cn_value kernel, cn_value y);

/* The plain loops: of x, the kernel and y one is NULL, and result gets the products of the other
 * two added in its place. */
typedef struct cn_conv_arrays {
    const double *x, *kernel, *y;
    double *result;
} cn_conv_arrays;
void cn_conv_loops(const cn_conv *conv, const cn_conv_arrays *arrays);

/* The forward one. */
cn_reference cn_reference_conv;

extern const cn_field cn_conv_fields[];

/* Attributes for one spatial axis in a constant's initializer. */
#define CN_CONV_1D(stride, dilation_, before_, after_, groups_, size_)                             \
    {                                                                                              \
        .strides = CN_DIMS(stride), .dilation = CN_DIMS(dilation_), .before = CN_DIMS(before_),    \
        .after = CN_DIMS(after_), .groups = (groups_), .size = CN_DIMS(size_)                      \
    }

#endif
