/* Emitting convolutions. */
#include "ops/emit.h"

cn_value cn_emit_conv(cn_program *p, cn_value x, cn_value kernel,
                      const cn_conv_attributes *attributes)
{
    cn_conv_attributes own = *attributes;
    const cn_value operands[2] = {x, kernel};
    own.size = (cn_shape){0};
    return x == CN_NO_VALUE || kernel == CN_NO_VALUE
               ? CN_NO_VALUE
               : cn_program_append(p, &cn_op_conv, &own, operands, 2);
}

/* A gradient, of shape result, whose spatial axes begin with axis first. */
static cn_value emit_gradient(cn_program *p, const cn_op *op, cn_value a, cn_value b,
                              const cn_conv_attributes *attributes, const cn_shape *result,
                              int64_t first)
{
    cn_conv_attributes own = *attributes;
    const cn_value operands[2] = {a, b};
    own.size = (cn_shape){.rank = result->rank - 2};
    for (int64_t i = 0; i < own.size.rank; i++)
        own.size.dim[i] = result->dim[first + i];
    return a == CN_NO_VALUE || b == CN_NO_VALUE ? CN_NO_VALUE
                                                : cn_program_append(p, op, &own, operands, 2);
}

cn_value cn_emit_conv_input_gradient(cn_program *p, cn_value dy, cn_value kernel,
                                     const cn_conv_attributes *attributes, const cn_shape *x)
{
    return emit_gradient(p, &cn_op_conv_input_gradient, dy, kernel, attributes, x, 1);
}

cn_value cn_emit_conv_kernel_gradient(cn_program *p, cn_value x, cn_value dy,
                                      const cn_conv_attributes *attributes, const cn_shape *kernel)
{
    return emit_gradient(p, &cn_op_conv_kernel_gradient, x, dy, attributes, kernel, 0);
}

/* As memory lies, output c mult + m of [C, mult] is that of [1, C mult] in groups of one
 * channel. */
cn_value cn_emit_depthwise_conv(cn_program *p, cn_value x, cn_value kernel,
                                const cn_conv_attributes *attributes)
{
    if (x == CN_NO_VALUE || kernel == CN_NO_VALUE)
        return CN_NO_VALUE;
    cn_conv_attributes own = *attributes;
    cn_shape shape = *cn_shape_of(p, kernel);
    own.groups = shape.dim[shape.rank - 2];
    shape.dim[shape.rank - 1] *= own.groups;
    shape.dim[shape.rank - 2] = 1;
    cn_value flat = cn_emit_reshape(p, kernel, shape);
    return cn_emit_conv(p, x, flat, &own);
}
