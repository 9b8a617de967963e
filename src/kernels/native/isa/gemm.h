/* The parts of a matrix product: blocks of C in registers, transposed copies, products with a
 * vector. */
#ifndef CORNU_KERNELS_NATIVE_GEMM_H
#define CORNU_KERNELS_NATIVE_GEMM_H

#include <string.h>

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

/* The same for rows of A that lie anywhere: K is cells times depth, and row i goes on at a[cell *
 * a_cell + i] in each cell. B[K, columns] lies in one piece, and row i of C begins at c[i] +
 * column. */
typedef struct cn_gemm_windows {
    int64_t cells, depth;
    const float *const *a;
    int64_t a_cell;
    const float *b;
    float *const *c;
    int64_t column;
    bool add;
} cn_gemm_windows;

/* rows in 1 .. CN_GEMM_ROWS, vectors 1 or 2. */
void CN_LOCAL(cn_gemm_run_windows)(int64_t rows, int64_t vectors, const cn_gemm_windows *windows);
#define cn_gemm_run_windows CN_LOCAL(cn_gemm_run_windows)

/* Columns of a strip, which is one or, at the end, half as wide. */
enum { CN_GEMM_STRIP = 2 * CN_GEMM_LANES };

/* Most of K at a time: a strip of B then stays in the first cache. */
enum { CN_GEMM_DEPTH = CN_GEMM_LANES > 8 ? 256 : 384 };

/* Copies op(B)[K, N], whose element (p, j) is b[p * depth_step + j * column_step], to strips of
 * columns, zeros behind the last one: rows first .. first+K-1 of strips [all, width]. */
void CN_LOCAL(cn_gemm_pack)(const float *b, int64_t depth_step, int64_t column_step, int64_t k,
                            int64_t n, float *to, int64_t all, int64_t first);
#define cn_gemm_pack CN_LOCAL(cn_gemm_pack)

/* Of the strip that begins where rest columns are left. */
static inline int64_t cn_gemm_strip_width(int64_t rest)
{
    return rest > CN_GEMM_LANES ? CN_GEMM_STRIP : CN_GEMM_LANES;
}

/* n < 32 floats; such short copies take longer to begin than to do. */
static inline void cn_copy_few(float *to, const float *from, int64_t n)
{
    if ((n & 16) != 0) {
        memcpy(to, from, 16 * sizeof *to);
        to += 16, from += 16;
    }
    if ((n & 8) != 0) {
        memcpy(to, from, 8 * sizeof *to);
        to += 8, from += 8;
    }
    if ((n & 4) != 0) {
        memcpy(to, from, 4 * sizeof *to);
        to += 4, from += 4;
    }
    if ((n & 2) != 0) {
        memcpy(to, from, 2 * sizeof *to);
        to += 2, from += 2;
    }
    if ((n & 1) != 0)
        *to = *from;
}

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
