/* Own kernels, complete enough to run everything: plain C, compiled for several instruction
 * sets, chosen once at the start. N batch, R rows, C columns; every tensor is row-major float32
 * unless said. */
#ifndef CORNU_KERNELS_NATIVE_H
#define CORNU_KERNELS_NATIVE_H

#include "cornu/array.h"
#include "runtime/status.h"

/* ---- tiles: the elementwise operations, on up to CN_TILE elements of 4 bytes at a time ------- */

/* Elements in a tile. */
enum { CN_TILE = 512 };

/* out[i] = f(a[i], b[i], c[i]); operands that f lacks are ignored. out may be a, b or c. Lanes
 * are float, or int32_t where the tile's name ends in _i32; truth values are the floats 0 and 1. */
typedef void cn_tile(void *out, const void *a, const void *b, const void *c, int64_t n);

typedef enum cn_tile_id {
#define CN_TILE_ENTRY(name) CN_TILE_##name,
#include "kernels/native/tiles.def"
#undef CN_TILE_ENTRY
    CN_TILE_COUNT
} cn_tile_id;

/* ---- the table ------------------------------------------------------------------------------- */

typedef enum cn_reduction {
    CN_REDUCE_SUM,
    CN_REDUCE_MAX,
    CN_REDUCE_MIN,
    CN_REDUCE_PROD
} cn_reduction;

typedef struct cn_native {
    const char *name; /* "base", "v3", "v4" */
    cn_tile *tiles[CN_TILE_COUNT];

    /* C[M,N] = op(A)[M,K] op(B)[K,N] (+ C if accumulate); lda, ldb, ldc are the rows' strides as
     * they lie. */
    void (*sgemm)(bool transpose_a, bool transpose_b, int64_t m, int64_t n, int64_t k,
                  const float *a, int64_t lda, const float *b, int64_t ldb, float *c, int64_t ldc,
                  bool accumulate);

    /* out[O,I] = the reduction of in[O,R,I] over R. Sums are pairwise or in several lanes, in a
     * fixed order. */
    void (*reduce)(cn_reduction kind, const float *in, float *out, int64_t outer, int64_t reduced,
                   int64_t inner);

    /* out[O,I] (int32) = index of the first largest (or smallest) of in[O,R,I] over R. NaN
     * counts as largest. */
    void (*argmax)(bool smallest, const float *in, int32_t *out, int64_t outer, int64_t reduced,
                   int64_t inner);

    /* mean[C] and variance[C] (over R, not R - 1) of the columns of x[R,C]; NaN if R is 0. */
    void (*moments)(const float *x, float *mean, float *variance, int64_t rows, int64_t columns);

    /* sum[C] of the columns of a[R,C], and product[C] of those of a * b. */
    void (*product_sums)(const float *a, const float *b, float *sum, float *product, int64_t rows,
                         int64_t columns);

    /* Rows of [R,C]: softmax, or its logarithm; the largest element is subtracted first. */
    void (*softmax)(bool log, const float *in, float *out, int64_t rows, int64_t columns);

    /* dx = y * (dy - sum(dy * y)) for softmax rows; dx = dy - exp(y) * sum(dy) for log_softmax
     * rows. */
    void (*softmax_gradient)(bool log, const float *y, const float *dy, float *dx, int64_t rows,
                             int64_t columns);

    /* Euclidean projection of each row on the simplex. */
    void (*sparsemax)(const float *in, float *out, int64_t rows, int64_t columns,
                      float *scratch /* [C] */);

    /* uniform numbers in [0, 1) with 24 bits: out[i] is word i % 4 of block i / 4 of stream
     * (seed, counter), >> 8, times 2^-24. */
    void (*random_uniform)(uint64_t seed, uint64_t counter, float *out, int64_t n);
} cn_native;

/* The best table for this machine. */
const cn_native *cn_native_kernels(void);

/* All tables that this machine can run, ended by NULL, for tests. */
const cn_native *const *cn_native_all(void);

/* ---- kernels that are the same for every instruction set ------------------------------------- */

/* Copies an n-dimensional block: dims of the destination; strides in elements of item bytes (1
 * or 4). A source stride of 0 repeats, so that this one kernel transposes, slices, pads, joins
 * and broadcasts. */
typedef struct cn_copy {
    const void *from;
    void *to;
    int64_t rank, dim[CN_MAX_RANK], from_stride[CN_MAX_RANK], to_stride[CN_MAX_RANK];
    size_t item;
} cn_copy;
void cn_copy_prepare(
    cn_copy *copy); /* drops axes of 1 and merges axes that lie together, once, before it is run */
void cn_copy_run(const cn_copy *copy);

/* out[i] = value in 4-byte (or, item 1, 1-byte) elements. */
void cn_fill_run(void *out, const void *value, size_t item, int64_t n);

/* Rows of table[V,W] (rows of row_bytes) by index: out[n] = table[indices[n]]. Indices were
 * checked. */
void cn_gather_run(const void *table, const int32_t *indices, void *out, int64_t n,
                   size_t row_bytes);

/* table[indices[n]] += rows[n] for float rows of width; table[V,W] is zeroed first. */
void cn_scatter_add_run(float *table, int64_t table_rows, const int32_t *indices, const float *rows,
                        int64_t n, int64_t width);

/* The first n with indices[n] outside 0 .. bound-1, or -1. */
int64_t cn_first_outside(const int32_t *indices, int64_t n, int64_t bound);

#endif
