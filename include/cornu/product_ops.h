/* Products of tensors, with the names of keras.ops: of vectors and matrices, sums over letters,
 * distances, correlation. All that cornu/ops.h says of operations holds for these; results are
 * float32, but kron's has the wider type of its two. cn_ops_matmul is in cornu/ops.h. */
#ifndef CORNU_PRODUCT_OPS_H
#define CORNU_PRODUCT_OPS_H

#include "cornu/ops.h"

CN_BEGIN_DECLS

/* Sums over the last axis of a: with the last but one of b (dot; a list's only one), or its last
 * (inner). The axes left of a stand before those of b. */
CN_API cn_tensor *cn_ops_dot(cn_tensor *a, cn_tensor *b);
CN_API cn_tensor *cn_ops_inner(cn_tensor *a, cn_tensor *b);

/* Of all elements of a and of b, in a row, each times each: [a's size, b's size]; and the sum of
 * each times its counterpart: (). */
CN_API cn_tensor *cn_ops_outer(cn_tensor *a, cn_tensor *b);
CN_API cn_tensor *cn_ops_vdot(cn_tensor *a, cn_tensor *b);

/* cn_ops_tensordot(a, b, 1): a sum over so many last axes of a and first ones of b;
 * cn_ops_tensordot(a, b, .x1_axes = {1, 2}, .x2_axes = {0, 1}): over these pairs of axes. Of
 * several, axis 0 comes first in one of the lists. */
typedef struct cn_ops_tensordot_args {
    cn_tensor *x1, *x2;
    int64_t axes, x1_axes[CN_MAX_RANK], x2_axes[CN_MAX_RANK];
    char end_;
} cn_ops_tensordot_args;
#define CN_OPS_TENSORDOT_DEFAULTS .axes = 2, .x1_axes = {CN_EVERY_AXIS}, .x2_axes = {CN_EVERY_AXIS}
CN_API cn_tensor *cn_ops_tensordot_with(const cn_ops_tensordot_args *args);

/* cn_ops_einsum("bij,bjk->bik", CN_LIST(a, b)): axes with the same letter go together, and sums go
 * over those whose letter the output lacks; of one tensor or several, at most 16. A letter twice
 * is a diagonal; "..." are axes without letters. Without "->" the output has the letters that
 * stand there once, in alphabetical order. */
CN_API cn_tensor *cn_ops_einsum(const char *subscripts, cn_items operands);

/* Each element of a times all of b, [A...] and [B...] to [A B...]: as many axes of both, at most
 * 4. */
CN_API cn_tensor *cn_ops_kron(cn_tensor *a, cn_tensor *b);

/* cn_ops_cross(a, b, .axis = 1): the cross products of vectors of 3 numbers along an axis; a 2nd
 * number alone stands for a third of 0, and of two such only the third of the product is left.
 * .axis stands for all of axisa, axisb and axisc, the result's. */
typedef struct cn_ops_cross_args {
    cn_tensor *x1, *x2;
    int64_t axisa, axisb, axisc, axis;
    char end_;
} cn_ops_cross_args;
#define CN_OPS_CROSS_DEFAULTS .axisa = -1, .axisb = -1, .axisc = -1, .axis = CN_EVERY_AXIS
CN_API cn_tensor *cn_ops_cross_with(const cn_ops_cross_args *args);

/* The distances of all rows of a[..., M, F] from all of b[..., N, F]: [..., M, N]. */
CN_API cn_tensor *cn_ops_cdist(cn_tensor *a, cn_tensor *b);

/* Pearson's coefficients of the rows of x[V, N]: [V, V]. */
CN_API cn_tensor *cn_ops_corrcoef(cn_tensor *x);

/* Sums of the products of two lists, shifted against each other: where they overlap wholly (mode
 * "valid"), as many as the longer has ("same"), or wherever they meet ("full"). */
CN_API cn_tensor *cn_ops_correlate(cn_tensor *a, cn_tensor *b, const char *mode);

/* ---- keywords -------------------------------------------------------------------------------- */

#ifndef __cplusplus
#define cn_ops_tensordot(...)                                                                      \
    CN_KEYWORDS_(cn_ops_tensordot_with, cn_ops_tensordot_args, CN_OPS_TENSORDOT_DEFAULTS,          \
                 .x1 = __VA_ARGS__)
#define cn_ops_cross(...)                                                                          \
    CN_KEYWORDS_(cn_ops_cross_with, cn_ops_cross_args, CN_OPS_CROSS_DEFAULTS, .x1 = __VA_ARGS__)
#endif

CN_END_DECLS

#endif
