/* Index arithmetic and conversions of the ops' references. */
#ifndef CORNU_OPS_REFERENCE_H
#define CORNU_OPS_REFERENCE_H

#include <math.h>

#include "runtime/shape.h"

/* A number converted to a data type: whole numbers towards zero, uint8 modulo 256. */
static inline double cn_cast_number(double x, cn_dtype dtype)
{
    if (dtype == CN_FLOAT32)
        return x;
    if (dtype == CN_BOOL)
        return x != 0;
    double whole = trunc(x);
    return dtype == CN_UINT8 ? whole - 256 * floor(whole / 256) : whole;
}

/* Splits a row-major index into one index for each axis, and puts it together again. */
static inline void cn_index_split(const cn_shape *shape, int64_t flat, int64_t index[CN_MAX_RANK])
{
    for (int64_t i = shape->rank - 1; i >= 0; i--) {
        index[i] = flat % shape->dim[i];
        flat /= shape->dim[i];
    }
}

static inline int64_t cn_index_join(const cn_shape *shape, const int64_t index[CN_MAX_RANK])
{
    int64_t flat = 0;
    for (int64_t i = 0; i < shape->rank; i++)
        flat = flat * shape->dim[i] + index[i];
    return flat;
}

/* Where an element of shape wide comes from in an operand of shape narrow, which is broadcast to
 * it. */
static inline int64_t cn_broadcast_index(const cn_shape *wide, const cn_shape *narrow, int64_t flat)
{
    int64_t index[CN_MAX_RANK], from = 0;
    cn_index_split(wide, flat, index);
    for (int64_t i = 0; i < narrow->rank; i++) {
        int64_t at = index[wide->rank - narrow->rank + i];
        from = from * narrow->dim[i] + (narrow->dim[i] == 1 ? 0 : at);
    }
    return from;
}

/* Elements before, along and behind some axes. */
typedef struct cn_extents {
    int64_t outer, along, inner;
} cn_extents;

static inline cn_extents cn_extents_of(const cn_shape *shape, int64_t axis, int64_t count)
{
    cn_extents extents = {1, 1, 1};
    for (int64_t i = 0; i < shape->rank; i++)
        *(i < axis           ? &extents.outer
          : i < axis + count ? &extents.along
                             : &extents.inner) *= shape->dim[i];
    return extents;
}

#endif
