/* Matrix products by whichever kernel is faster. */
#ifndef CORNU_KERNELS_GEMM_H
#define CORNU_KERNELS_GEMM_H

#include "kernels/native/finish.h"

/* C[M,N] = op(A)[M,K] op(B)[K,N] (+ C if accumulate); row-major; lda, ldb and ldc are the
 * strides of the rows as they lie. Rows of A may overlap, as a convolution's windows do; those of B
 * and C do not. C overlaps neither A nor B. What follows the product, or NULL, is done with each
 * block of rows while that is in the cache.
 * Fails only if oneDNN does. */
cn_status cn_sgemm(bool transpose_a, bool transpose_b, int64_t m, int64_t n, int64_t k,
                   const float *a, int64_t lda, const float *b, int64_t ldb, float *c, int64_t ldc,
                   bool accumulate, const cn_finish *finish);

#endif
