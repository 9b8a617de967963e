/* What max_pool, average_pool and their gradients share. N samples, C channels;
 * x[N, spatial..., C], y[N, windows..., C]. */
#ifndef CORNU_OPS_POOL_H
#define CORNU_OPS_POOL_H

#include "kernels/native/native.h"
#include "ops/emit.h"
#include "ops/samples.h"
#include "program/lowering.h"

/* The shape of y from that of x, or a failure that says what does not fit. */
cn_status cn_pool_shape(const cn_pool_attributes *pool, const cn_shape *x, cn_shape *y);

/* The shape of x from that of y, by the attributes' input; fails where x gives another y. */
cn_status cn_pool_input_shape(const cn_pool_attributes *pool, const cn_shape *y, cn_shape *x);

/* Cells in the widest window, and the type that numbers them. */
int64_t cn_pool_cells(const cn_pool_attributes *pool, const cn_shape *x);
cn_dtype cn_pool_index_dtype(const cn_pool_attributes *pool, const cn_shape *x);

/* What the kernels take. */
cn_pool cn_pool_of(const cn_lowering *lowering, const cn_pool_attributes *pool, cn_value x,
                   cn_value y);

/* Calls visit for every cell of every window: the elements of y and x, the cell's number in the
 * window, and how many cells of the window are inside. */
typedef struct cn_pool_visit {
    int64_t y, x, number, cells;
} cn_pool_visit;
void cn_pool_walk(const cn_pool_attributes *pool, const cn_shape *x, const cn_shape *y,
                  void (*visit)(const cn_reference_call *call, const cn_pool_visit *at),
                  const cn_reference_call *call);

/* The attributes of a gradient's op: those of its op, and the sizes of x. */
cn_pool_attributes cn_pool_with_input(const cn_pool_attributes *pool, const cn_shape *x);

extern const cn_field cn_pool_fields[];

#define CN_POOL_OP(name_, n_inputs)                                                                \
    .name = (name_), .min_inputs = (n_inputs), .max_inputs = (n_inputs), .fields = cn_pool_fields, \
    .attributes_size = sizeof(cn_pool_attributes), .flags = CN_OP_READS_APART | CN_OP_WRITES_APART

#endif
