/* The parts of a matrix product: blocks of C in registers, transposed copies, products with a
 * vector. */
#ifndef CORNU_KERNELS_NATIVE_GEMM_H
#define CORNU_KERNELS_NATIVE_GEMM_H

#include "kernels/native/isa/isa.h"

/* Lanes of a vector, and the rows of a block that leave room for two vectors of op(B) in the
 * registers. */
#if defined __AVX512F__
#define CN_GEMM_MOST_ROWS 12
enum { CN_GEMM_LANES = 16 };
#elif defined __AVX__
#define CN_GEMM_MOST_ROWS 6
enum { CN_GEMM_LANES = 8 };
#else
#define CN_GEMM_MOST_ROWS 6
enum { CN_GEMM_LANES = 4 };
#endif
enum { CN_GEMM_ROWS = CN_GEMM_MOST_ROWS };

/* Plain loops over an array of sums do not do here: gcc 12 makes 5 GFLOP/s of them for AVX2, where
 * vectors run at 110, the machine's limit. */
typedef float cn_gemm_vector
    __attribute__((vector_size(CN_GEMM_LANES * sizeof(float)), aligned(4), may_alias));

/* C[rows, columns] = (C +) A[rows, K] B[K, columns] for whole vectors of columns. */
typedef struct cn_gemm_block {
    int64_t k;
    const float *a, *b;
    int64_t a_row, a_depth, ldb;
    float *c;
    int64_t ldc;
    bool add;
} cn_gemm_block;

/* rows in 1 .. CN_GEMM_ROWS, vectors 1 or 2, or 4 for at most half of the rows. */
void CN_LOCAL(cn_gemm_run)(int64_t rows, int64_t vectors, const cn_gemm_block *block);
#define cn_gemm_run CN_LOCAL(cn_gemm_run)

/* to[n, width] = from[rows, n], transposed; rows of from are from_stride apart, those of to
 * width >= rows. */
void CN_LOCAL(cn_gemm_transpose)(const float *from, int64_t from_stride, float *to, int64_t width,
                                 int64_t rows, int64_t n);
#define cn_gemm_transpose CN_LOCAL(cn_gemm_transpose)

/* c[N] = (c +) a[K] B, where B is [K,N] or, for dots, [N,K]. For dots a_stride is 1, for rows
 * c_stride is. k > 0. */
typedef struct cn_gemv {
    int64_t n, k;
    const float *a, *b;
    int64_t a_stride, ldb;
    float *c;
    int64_t c_stride;
    bool add;
} cn_gemv;
void CN_LOCAL(cn_gemv_rows)(const cn_gemv *g);
void CN_LOCAL(cn_gemv_dots)(const cn_gemv *g);
#define cn_gemv_rows CN_LOCAL(cn_gemv_rows)
#define cn_gemv_dots CN_LOCAL(cn_gemv_dots)

#endif
