/* What the ops that move elements share: adding a strided copy to the plan. */
#ifndef CORNU_OPS_MOVING_H
#define CORNU_OPS_MOVING_H

#include "kernels/native/native.h"
#include "ops/emit.h"
#include "ops/reference.h"
#include "ops/samples.h"
#include "program/lowering.h"

/* Strides of a row-major shape, in elements. */
void cn_row_major_strides(const cn_shape *shape, int64_t strides[CN_MAX_RANK]);

/* Strides of a value as it lies. */
void cn_strides_of(const cn_lowering *lowering, cn_value value, int64_t strides[CN_MAX_RANK]);

/* A copy of a block of shape dims whose element 0 is element from_start of one value and to_start
 * of another; the strides are row-major for dims, for the caller to change. */
cn_copy cn_copy_between(const cn_lowering *lowering, cn_value from, int64_t from_start, cn_value to,
                        int64_t to_start, const cn_shape *dims);

/* Adds it to the plan, unless the block is empty, or lies where it is to be copied to. */
cn_status cn_add_copy(cn_lowering *lowering, const char *name, cn_copy copy);

#endif
