/* Own kernels, complete enough to run everything: plain C, compiled for several instruction
 * sets, chosen once at the start. N batch, R rows, C columns; every tensor is row-major float32
 * unless said. */
#ifndef CORNU_KERNELS_NATIVE_H
#define CORNU_KERNELS_NATIVE_H

#include "cornu/array.h"
#include "kernels/native/fft.h"
#include "kernels/native/recurrent.h"
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

/* Windows over three axes D H W of x[N,D,H,W,C]; an axis that is not there has one cell. Window o
 * of an axis holds the cells o stride - before + 0 .. size - 1; with a stride of 0 it holds floor(o
 * in / out) .. ceil((o + 1) in / out) - 1, and size is the most that one has. Cells outside 0 .. in
 * - 1 are left out; every window has one inside. */
typedef struct cn_pool_axis {
    int64_t in, out, size, stride, before;
} cn_pool_axis;

typedef struct cn_pool {
    int64_t samples, channels;
    int64_t x_row, y_row; /* floats from one cell of x (or dx), and of y (or dy), to the next */
    cn_pool_axis axes[3];
    bool wide; /* indices are int32_t rather than uint8_t */
} cn_pool;

/* Windows of indices[N, steps]: window t of out has taps cells, and its cell j is step
 * t * stride + j * dilation - before, if there is such a step. */
typedef struct cn_windows {
    int64_t n, steps, out, taps, width, stride, dilation, before;
} cn_windows;

/* Operands of products of rows, column by column. Steps are in floats: from row to row, from cell
 * to cell, from column to column. c lies apart from a and b. */
typedef struct cn_row_products {
    int64_t rows, columns, cells;
    const float *a, *b;
    float *c;
    int64_t a_row, a_cell, a_step;
    int64_t b_row, b_cell, b_step;
    int64_t c_row, c_cell, c_step;
    bool add; /* to what is in c */
} cn_row_products;

/* y[O, out, inner] from x[O, in, inner]: cell i of y is the sum of weights[i, 0 .. count-1] times
 * the cells from first on. */
typedef struct cn_resample_row {
    int64_t first, count;
} cn_resample_row;

typedef struct cn_resample {
    int64_t outer, in, out, inner, taps;
    const cn_resample_row *rows; /* [out] */
    const float *weights;        /* [out, taps] */
} cn_resample;

/* Images x[N,H,W,C] and y of the same shape: y[n,i,j] is x[n] at row (b0 j + b1 i + b2) / k and
 * column (a0 j + a1 i + a2) / k, k = c0 j + c1 i + 1, where transforms[N] are a0 a1 a2 b0 b1 b2
 * and, if there are 8 columns, c0 c1. A row or column beyond 2^30, or NaN, counts as 2^30 away. */
typedef enum cn_fill { CN_FILL_CONSTANT, CN_FILL_NEAREST, CN_FILL_WRAP, CN_FILL_REFLECT } cn_fill;

typedef struct cn_warp {
    int64_t samples, height, width, channels, columns;
    bool nearest; /* the nearest cell, rather than the four around */
    cn_fill fill; /* what lies outside: value, the edge, the image again, or its mirror image */
    float value;
    const float *transforms;
} cn_warp;

/* Windows of x as rows of a matrix that is nowhere as such: depth floats of row r lie at x[cell *
 * rows + r] for each cell. packed: a matrix [cells times depth, columns] as pack_columns copies it.
 * Row r of y begins at y[r], and its columns from column on are written. */
typedef struct cn_window_product {
    int64_t rows, cells, depth, columns, column;
    const float *const *x;
    const float *packed;
    float *const *y;
    bool add; /* to what is in y */
} cn_window_product;

/* sums[channels, columns], whose rows are sums_row apart, from rows of x that begin at x[r], and
 * packed[rows, columns]. rows is at most depth. */
typedef struct cn_window_sums {
    int64_t rows, channels, columns;
    const float *const *x;
    const float *packed;
    float *sums;
    int64_t sums_row;
    bool add; /* to what is in sums */
} cn_window_sums;

/* Windows of single channels, each of its own: columns channels of row r lie at x[cell * rows +
 * r]. */
typedef struct cn_channel_product {
    int64_t rows, cells, columns;
    const float *const *x;
    const float *const *kernel; /* [cells] */
    float *const *y;            /* [rows] */
    bool add;                   /* to what is in y */
} cn_channel_product;

struct cn_finish; /* finish.h */

typedef struct cn_native {
    const char *name;     /* "base", "v3", "v4" */
    int64_t strip, depth; /* columns, and most rows, of which packed copies are made best */
    cn_tile *tiles[CN_TILE_COUNT];

    /* C[M,N] = op(A)[M,K] op(B)[K,N] (+ C if accumulate), and what follows; lda, ldb, ldc are the
     * rows' strides as they lie. */
    void (*sgemm)(bool transpose_a, bool transpose_b, int64_t m, int64_t n, int64_t k,
                  const float *a, int64_t lda, const float *b, int64_t ldb, float *c, int64_t ldc,
                  bool accumulate, const struct cn_finish *finish);

    /* Copies b[K, N], whose element (p, j) is b[p * depth_step + j * column_step], to rows first ..
     * first+K-1 of all rows. The copy has all times N, rounded up to strips, floats. */
    void (*pack_columns)(const float *b, int64_t depth_step, int64_t column_step, int64_t k,
                         int64_t n, float *to, int64_t all, int64_t first);

    /* y[r, j] (+)= sum over cells and depth of x[cell, r, d] packed[cell, d, j]. */
    void (*multiply_windows)(const cn_window_product *product);

    /* sums[c, j] (+)= sum over the rows of x[r, c] packed[r, j]. */
    void (*sum_window_products)(const cn_window_sums *sums);

    /* y[r, j] (+)= sum over cells of x[cell, r, j] kernel[cell, j]. */
    void (*multiply_channels)(const cn_channel_product *product);

    /* c[row, column] (+)= sum over the cells of a[row, cell, column] b[cell, column]. */
    void (*multiply_rows)(const cn_row_products *products);

    /* c[cell, column] += sum over the rows of a[row, cell, column] b[row, column]. */
    void (*sum_row_products)(const cn_row_products *products);

    /* out[O,I] = the reduction of in[O,R,I] over R. Sums are pairwise or in several lanes, in a
     * fixed order. */
    void (*reduce)(cn_reduction kind, const float *in, float *out, int64_t outer, int64_t reduced,
                   int64_t inner);

    /* out[O,I] (int32) = index of the first largest (or smallest) of in[O,R,I] over R. NaN
     * counts as largest. */
    void (*argmax)(bool smallest, const float *in, int32_t *out, int64_t outer, int64_t reduced,
                   int64_t inner);

    /* mean[C] and variance[C] (over R, not R - 1) of the columns of x[R,C], whose rows begin x_row
     * floats apart; NaN if R is 0. */
    void (*moments)(const float *x, int64_t x_row, float *mean, float *variance, int64_t rows,
                    int64_t columns);

    /* sum[C] of the columns of a[R,C], and product[C] of those of a * b; the same of their rows. */
    void (*product_sums)(const float *a, int64_t a_row, const float *b, int64_t b_row, float *sum,
                         float *product, int64_t rows, int64_t columns);

    /* Rows of [R,C]: softmax, or its logarithm; the largest element is subtracted first. */
    void (*softmax)(bool log, const float *in, float *out, int64_t rows, int64_t columns);

    /* dx = y * (dy - sum(dy * y)) for softmax rows; dx = dy - exp(y) * sum(dy) for log_softmax
     * rows. */
    void (*softmax_gradient)(bool log, const float *y, const float *dy, float *dx, int64_t rows,
                             int64_t columns);

    /* Euclidean projection of each row on the simplex. */
    void (*sparsemax)(const float *in, float *out, int64_t rows, int64_t columns,
                      float *scratch /* [C] */);

    /* y = largest of each window, and the number of its cell among the window's size[0] size[1]
     * size[2], the first of equal ones; index may be NULL. NaN counts as largest. */
    void (*max_pool)(const cn_pool *pool, const float *x, float *y, void *index);

    /* dx = sum of dy over the windows whose index is the cell. */
    void (*max_pool_gradient)(const cn_pool *pool, const float *dy, const void *index, float *dx);

    /* y = mean of each window; dx = sum of dy / cells over the windows that hold the cell. */
    void (*average_pool)(const cn_pool *pool, const float *x, float *y);
    void (*average_pool_gradient)(const cn_pool *pool, const float *dy, float *dx);

    /* One axis resized. */
    void (*resample)(const cn_resample *resample, const float *x, float *y);

    /* Images moved; dx = sum of dy over the places that the cell is read for. */
    void (*warp)(const cn_warp *warp, const float *x, float *y);
    void (*warp_gradient)(const cn_warp *warp, const float *dy, float *dx);

    /* The transforms of x[R, n]: re and im [R, n/2+1], e^(-2 pi i k t / n); and the adjoint of
     * that. scratch: as cn_fft_scratch says. */
    void (*rfft)(const cn_fft *fft, const float *x, float *re, float *im, int64_t rows,
                 float *scratch);
    void (*rfft_gradient)(const cn_fft *fft, const float *dre, const float *dim, float *dx,
                          int64_t rows, float *scratch);

    /* uniform numbers in [0, 1) with 24 bits: out[i] is word i % 4 of block i / 4 of stream
     * (seed, counter), >> 8, times 2^-24. */
    void (*random_uniform)(uint64_t seed, uint64_t counter, float *out, int64_t n);

    /* out[N, out, width]: each window's sum of table[V, taps, width] at its cells' indices (which
     * were checked) and their places in the window. */
    void (*gather_windows)(const cn_windows *windows, const float *table, const int32_t *indices,
                           float *out);

    /* The gradient: table[V, taps, width] is zeroed, then each of rows[N, out, width] is added
     * wherever its window has read, in the order of the indices. */
    void (*scatter_windows)(const cn_windows *windows, float *table, int64_t table_rows,
                            const int32_t *indices, const float *rows);

    /* Recurrent cells over whole sequences; their gradients lack those that are sums over all
     * steps, d_kernel and d_bias. */
    void (*lstm)(const cn_recurrent *r);
    void (*lstm_gradient)(const cn_recurrent *r);
    void (*gru)(const cn_recurrent *r);
    void (*gru_gradient)(const cn_recurrent *r);
    void (*simple_rnn)(const cn_recurrent *r);
    void (*simple_rnn_gradient)(const cn_recurrent *r);
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

/* places[R, count]: where in each row of x[R, C] its first elements in order are, of float32, int32
 * or bytes. Equal ones stay in their order; every NaN is the largest. scratch: 2 C numbers. */
typedef struct cn_sorting {
    const void *x;
    int32_t *places;
    uint64_t *scratch;
    int64_t rows, columns, count;
    cn_dtype dtype;
    bool descending;
} cn_sorting;
void cn_sort_run(const cn_sorting *sorting);

/* The first n with indices[n] outside 0 .. bound-1, or -1. */
int64_t cn_first_outside(const int32_t *indices, int64_t n, int64_t bound);

#endif
