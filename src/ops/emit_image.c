/* Emitting the ops on images. */
#include "ops/emit.h"

cn_value cn_emit_resample(cn_program *p, cn_value x, const cn_resample_attributes *attributes)
{
    cn_value number = cn_emit_cast(p, x, CN_FLOAT32);
    if (number == CN_NO_VALUE)
        return number;
    const cn_shape *shape = cn_shape_of(p, number);
    if (attributes->axis < shape->rank && shape->dim[attributes->axis] == attributes->size)
        return number;
    return cn_program_append(p, &cn_op_resample, attributes, &number, 1);
}

cn_value cn_emit_warp(cn_program *p, cn_value x, cn_value transforms,
                      const cn_warp_attributes *attributes)
{
    cn_value operands[2] = {x, transforms};
    if (x == CN_NO_VALUE || transforms == CN_NO_VALUE)
        return CN_NO_VALUE;
    return cn_program_append(p, &cn_op_warp, attributes, operands, 2);
}
