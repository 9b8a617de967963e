/* What the functions of cornu/ops.h and its kin share: they draw an operation with arguments as C
 * has them. Each returns NULL having failed; a message begins with the operation's name. */
#ifndef CORNU_GRAPH_DRAW_H
#define CORNU_GRAPH_DRAW_H

#include "cornu/ops.h"
#include "graph/operation.h"

/* One tensor, or two, and nothing else. */
cn_tensor *cn_draw_1(const cn_operation_class *class, cn_tensor *x);
cn_tensor *cn_draw_2(const cn_operation_class *class, cn_tensor *a, cn_tensor *b);

/* One tensor with the members number and other, or low, of the arguments. */
cn_tensor *cn_draw_numbers(const cn_operation_class *class, cn_tensor *x, int64_t number,
                           int64_t other);
cn_tensor *cn_draw_real(const cn_operation_class *class, cn_tensor *x, double low);

/* One tensor as another type. */
cn_tensor *cn_draw_typed(const cn_operation_class *class, cn_tensor *x, const char *dtype);

/* Over axes; along an axis, which is the member number; and along one or all, the member axis. */
cn_tensor *cn_draw_over(const cn_operation_class *class, const cn_ops_reduce_args *from);
cn_tensor *cn_draw_along(const cn_operation_class *class, const cn_ops_axis_args *from);
cn_tensor *cn_draw_along_or_all(const cn_operation_class *class, const cn_ops_axis_args *from);

/* A copy that lives as long as the session: what the member key points to. */
const void *cn_keep(const cn_operation_class *class, const void *thing, size_t bytes);

/* An axis, or CN_EVERY_AXIS, as the member axis has it. */
cn_shape cn_one_axis(int64_t axis);

/* The tensors of CN_LIST; returns how many, 0 having failed. */
int64_t cn_listed_tensors(const cn_operation_class *class, cn_items xs,
                          cn_tensor *tensors[CN_MOST_TENSORS]);

#endif
