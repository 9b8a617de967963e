/* What matmul and dense share: the sizes of a product. */
#ifndef CORNU_OPS_MATMUL_H
#define CORNU_OPS_MATMUL_H

#include "kernels/native/finish.h"
#include "ops/emit.h"
#include "program/lowering.h"

/* C[M,N] = op(A)[M,K] op(B)[K,N], batch times, each operand one step further on. */
typedef struct cn_product {
    bool transpose_a, transpose_b;
    int64_t m, n, k, lda, ldb, ldc;
    int64_t batch, step_a, step_b, step_c;
    const float *a, *b;
    float *c;
} cn_product;

/* The last axis, or the one before it. */
int64_t cn_last_dim(const cn_shape *shape, bool before);

/* Checks the shapes of A and B and gives that of the product. */
cn_infer cn_infer_matmul;

/* The product behind an instruction with inputs A and B; B of rank 2 serves all of A's rows at
 * once. */
cn_product cn_product_of(const cn_lowering *lowering, const cn_instruction *instruction);

/* Multiplies, and does what follows (NULL: nothing) with rows while they are in the cache. */
cn_status cn_product_run(const cn_product *product, const cn_finish *finish);

cn_reference cn_reference_matmul;

extern const cn_field cn_matmul_fields[];

#endif
