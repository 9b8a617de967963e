/* Kernels of oneDNN. Present only where the library is built with it (CN_HAVE_ONEDNN). */
#ifndef CORNU_KERNELS_ONEDNN_H
#define CORNU_KERNELS_ONEDNN_H

#include "runtime/status.h"

/* C[M,N] = op(A)[M,K] op(B)[K,N] (+ C if accumulate), with the arguments of the native sgemm; K
 * > 0, or nothing is written. The first call of a process costs tens of milliseconds: oneDNN
 * then generates code. */
cn_status cn_onednn_sgemm(bool transpose_a, bool transpose_b, int64_t m, int64_t n, int64_t k,
                          const float *a, int64_t lda, const float *b, int64_t ldb, float *c,
                          int64_t ldc, bool accumulate);

#endif
