/* Reductions of columns, which vectorize without changing the order of sums, and of single rows
 * by way of them. */
#ifndef CORNU_KERNELS_NATIVE_REDUCE_H
#define CORNU_KERNELS_NATIVE_REDUCE_H

#include <string.h>

#include "kernels/native/isa/isa.h"
#include "kernels/native/isa/math.h"

enum {
    CN_MOST_COLUMNS = 256, /* reduced at once */
    /* rows that are reduced in float; the blocks' results are joined in double */
    CN_REDUCE_BLOCK = 64,
    CN_REDUCE_LANES = 32 /* columns that a single row is cut into */
};

/* What reduces two floats (for max and min cn_larger and cn_smaller), and joins the results of
 * blocks. */
typedef float cn_reduce_op(float a, float b);
typedef double cn_reduce_join(double a, double b);

static inline float cn_op_sum(float a, float b)
{
    return a + b;
}

static inline double cn_join_sum(double a, double b)
{
    return a + b;
}

static inline double cn_join_max(double a, double b)
{
    return a > b || a != a ? a : b;
}

/* Eight rows to one. */
CN_INLINE void cn_reduce_8_rows(cn_reduce_op *op, float *restrict out, const float *restrict x,
                                int64_t stride, int64_t n, bool first)
{
    const float *restrict x1 = x + stride, *restrict x2 = x1 + stride, *restrict x3 = x2 + stride;
    const float *restrict x4 = x3 + stride, *restrict x5 = x4 + stride, *restrict x6 = x5 + stride;
    const float *restrict x7 = x6 + stride;
    if (first)
        for (int64_t j = 0; j < n; j++)
            out[j] =
                op(op(op(x[j], x1[j]), op(x2[j], x3[j])), op(op(x4[j], x5[j]), op(x6[j], x7[j])));
    else
        for (int64_t j = 0; j < n; j++)
            out[j] = op(out[j], op(op(op(x[j], x1[j]), op(x2[j], x3[j])),
                                   op(op(x4[j], x5[j]), op(x6[j], x7[j]))));
}

/* A block: at least 1 and at most CN_REDUCE_BLOCK rows. */
CN_INLINE void cn_reduce_block(cn_reduce_op *op, float *restrict out, const float *restrict x,
                               int64_t rows, int64_t stride, int64_t n)
{
    int64_t left = rows;
    if (left >= 8)
        cn_reduce_8_rows(op, out, x, stride, n, true);
    else if (left > 1)
        for (int64_t j = 0; j < n; j++)
            out[j] = op(x[j], x[stride + j]);
    else
        memcpy(out, x, (size_t)n * sizeof *out);
    const int64_t begun = left >= 8 ? 8 : left > 1 ? 2 : 1;
    for (left -= begun, x += begun * stride; left >= 8; left -= 8, x += 8 * stride)
        cn_reduce_8_rows(op, out, x, stride, n, false);
    for (; left > 0; left--, x += stride)
        for (int64_t j = 0; j < n; j++)
            out[j] = op(out[j], x[j]);
}

/* total[n] = the reduction of rows; n <= CN_MOST_COLUMNS. */
CN_INLINE void cn_reduce_columns(cn_reduce_op *op, cn_reduce_join *join, double *restrict total,
                                 const float *restrict x, int64_t rows, int64_t stride, int64_t n)
{
    float block[CN_MOST_COLUMNS];
    for (int64_t r = 0; r < rows; r += CN_REDUCE_BLOCK) {
        const int64_t count = rows - r < CN_REDUCE_BLOCK ? rows - r : CN_REDUCE_BLOCK;
        cn_reduce_block(op, block, x + r * stride, count, stride, n);
        if (r == 0)
            for (int64_t j = 0; j < n; j++)
                total[j] = (double)block[j];
        else
            for (int64_t j = 0; j < n; j++)
                total[j] = join(total[j], (double)block[j]);
    }
}

/* All lanes to one. Left as loops until they are vectorized: unrolled, gcc 12 makes them scalar
 * for max and min. */
CN_INLINE float cn_fold_lanes(cn_reduce_op *op, float lanes[CN_REDUCE_LANES])
{
    CN_NOT_UNROLLED
    for (int i = 0; i < 16; i++)
        lanes[i] = op(lanes[i], lanes[i + 16]);
    CN_NOT_UNROLLED
    for (int i = 0; i < 8; i++)
        lanes[i] = op(lanes[i], lanes[i + 8]);
    CN_NOT_UNROLLED
    for (int i = 0; i < 4; i++)
        lanes[i] = op(lanes[i], lanes[i + 4]);
    return op(op(lanes[0], lanes[1]), op(lanes[2], lanes[3]));
}

/* A row of CN_REDUCE_LANES and more elements, but no more than a block has. */
CN_INLINE float cn_reduce_row_block(cn_reduce_op *op, const float *x, int64_t n)
{
    float lanes[CN_REDUCE_LANES];
    const int64_t rows = n / CN_REDUCE_LANES, whole = rows * CN_REDUCE_LANES;
    cn_reduce_block(op, lanes, x, rows, CN_REDUCE_LANES, CN_REDUCE_LANES);
    for (int64_t i = whole; i < n; i++)
        lanes[i - whole] = op(lanes[i - whole], x[i]);
    return cn_fold_lanes(op, lanes);
}

/* A row of CN_REDUCE_LANES and more elements: the last block has those that do not fill one. */
CN_INLINE double cn_reduce_long_row(cn_reduce_op *op, cn_reduce_join *join, const float *x,
                                    int64_t n)
{
    const int64_t block = CN_REDUCE_BLOCK * CN_REDUCE_LANES, blocks = n / block;
    if (blocks < 2)
        return (double)cn_reduce_row_block(op, x, n);
    double total = (double)cn_reduce_row_block(op, x, block);
    for (int64_t i = 1; i < blocks - 1; i++)
        total = join(total, (double)cn_reduce_row_block(op, x + i * block, block));
    return join(
        total, (double)cn_reduce_row_block(op, x + (blocks - 1) * block, n - (blocks - 1) * block));
}

/* Any row that has an element. */
CN_INLINE float cn_reduce_row(cn_reduce_op *op, cn_reduce_join *join, const float *x, int64_t n)
{
    if (n >= CN_REDUCE_LANES)
        return (float)cn_reduce_long_row(op, join, x, n);
    float result = x[0];
    for (int64_t i = 1; i < n; i++)
        result = op(result, x[i]);
    return result;
}

#endif
