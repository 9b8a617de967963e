/* The ops: their constants, their attributes, and how to find one by name. */
#ifndef CORNU_OPS_H
#define CORNU_OPS_H

#include "program/leaves.h"

#define CN_OP_ENTRY(name) extern const cn_op cn_op_##name;
#include "ops/ops.def"
#undef CN_OP_ENTRY

/* All ops, ended by NULL. */
extern const cn_op *const cn_ops_all[];

const cn_op *cn_op_find(const char *name);

/* full: one number in every place. */
typedef struct cn_full_attributes {
    double value;
    cn_dtype dtype;
    cn_shape shape;
} cn_full_attributes;

/* iota: each element is its index along an axis. int32. */
typedef struct cn_iota_attributes {
    int64_t axis;
    cn_shape shape;
} cn_iota_attributes;

typedef struct cn_cast_attributes {
    cn_dtype dtype;
} cn_cast_attributes;

/* reshape, broadcast_to: the new shape. */
typedef struct cn_shape_attributes {
    cn_shape shape;
} cn_shape_attributes;

/* transpose: output axis i is input axis permutation[i]. */
typedef struct cn_transpose_attributes {
    cn_shape permutation;
} cn_transpose_attributes;

/* concatenate, and whatever works along one axis: 0 .. rank-1. */
typedef struct cn_axis_attributes {
    int64_t axis;
} cn_axis_attributes;

/* slice: start, size and step of each axis; steps may be negative, but not 0. */
typedef struct cn_slice_attributes {
    cn_shape start, size, step;
} cn_slice_attributes;

/* pad: elements of value before, after, and (if it has a rank) between those of each axis. */
typedef struct cn_pad_attributes {
    cn_shape before, after, between;
    double value;
} cn_pad_attributes;

/* frames, overlap_add: how long windows are, and how far apart; of the second, the elements that
 * they are windows of. */
typedef struct cn_frames_attributes {
    int64_t length, step, size;
} cn_frames_attributes;

/* ctc: the class of what is between labels. */
typedef struct cn_ctc_attributes {
    int64_t blank;
} cn_ctc_attributes;

/* rfft_gradient: how many numbers it makes. */
typedef struct cn_fourier_attributes {
    int64_t n;
} cn_fourier_attributes;

/* sum, max, min, prod: over count axes from axis on, which vanish. */
typedef struct cn_reduce_attributes {
    int64_t axis, count;
} cn_reduce_attributes;

/* argmax: over one axis, which vanishes; int32. */
typedef struct cn_argmax_attributes {
    int64_t axis;
    bool smallest;
} cn_argmax_attributes;

/* argsort: the places of the first count of each row in order, or (count 0) of all; descending: the
 * largest comes first. */
typedef struct cn_argsort_attributes {
    bool descending;
    int64_t count;
} cn_argsort_attributes;

/* softmax over the last axis, or its logarithm. */
typedef struct cn_softmax_attributes {
    bool log;
} cn_softmax_attributes;

/* dense and conv_bias: an elementwise program over the product's elements, as fused has it. Its
 * operand number `product` is the product, the others are the inputs behind the product's own. Its
 * first output is float32. */
typedef struct cn_finish_attributes {
    const char *body;
    int64_t product, n_outputs;
} cn_finish_attributes;

/* matmul: A[..., M, K] B[..., K, N], or with the last two axes of either exchanged. B of rank 2
 * serves all of A's leading axes; otherwise the leading axes are equal. */
typedef struct cn_matmul_attributes {
    bool transpose_a, transpose_b;
    cn_finish_attributes finish; /* dense */
} cn_matmul_attributes;

/* conv and its gradients: for each spatial axis the distance of the windows, that of a window's
 * cells, and the zeros before the first cell of x and behind the last; groups of channels that go
 * into as many groups of filters. size: of the gradients, the spatial sizes of their result. */
typedef struct cn_conv_attributes {
    cn_shape strides, dilation, before, after;
    int64_t groups;
    cn_shape size;
    cn_finish_attributes finish; /* conv_bias */
} cn_conv_attributes;
/* lstm, gru, simple_rnn and their gradients. */
typedef struct cn_recurrent_attributes {
    const char *activation;           /* names that cn_recurrent_activation_known knows */
    const char *recurrent_activation; /* lstm and gru: that of the gates i, f, o or z, r */
    bool reverse;     /* from the last step to the first; outputs stay at their steps */
    bool reset_after; /* gru: the reset gate times the recurrent product, not the state */
} cn_recurrent_attributes;

/* Whether the recurrent ops have an activation: linear, tanh, sigmoid, relu, hard_sigmoid, or
 * hard_sigmoid_keras2, which is x / 5 + 1/2 within 0 .. 1. */
bool cn_recurrent_activation_known(const char *name);

/* scatter_add of rows and their indices: how many rows the table has. */
typedef struct cn_rows_attributes {
    int64_t rows;
} cn_rows_attributes;

/* scatter: what becomes of several numbers at one place: "set" (the last), "max", "min",
 * "multiply". */
typedef struct cn_scatter_attributes {
    const char *reduction;
} cn_scatter_attributes;

/* solve_triangular: which half of the matrix is read. */
typedef struct cn_triangular_attributes {
    bool lower;
} cn_triangular_attributes;

/* pinv: singular values that are not greater than the largest times this are taken as 0. */
typedef struct cn_pinv_attributes {
    double ratio;
} cn_pinv_attributes;

/* gather_windows, scatter_windows: the distance of the windows and that of a window's cells, the
 * steps before the first index and behind the last, which add nothing; of the second, rows and taps
 * of the table. */
typedef struct cn_windows_attributes {
    int64_t stride, dilation, before, after;
    int64_t rows, taps;
} cn_windows_attributes;

/* hash_bucket: how many buckets; keyed: by SipHash with this key, otherwise by FarmHash. */
typedef struct cn_hash_bucket_attributes {
    int64_t bins;
    bool keyed;
    int64_t key_low, key_high;
} cn_hash_bucket_attributes;

/* find_words, count_words: how texts become words (A to Z as lower case; without punctuation; split
 * as data/tokenizer.h has it; lengths of n-grams, none: words), the number of a word that keys
 * lack, and how many columns there are. */
typedef struct cn_words_attributes {
    bool lower, strip;
    int64_t split;
    cn_shape ngrams;
    int64_t unknown, size;
} cn_words_attributes;

/* check_range: the smallest and the largest number allowed; for the message, who says so and what
 * the numbers are ("label"). */
typedef struct cn_check_range_attributes {
    int64_t low, high;
    const char *who, *what;
} cn_check_range_attributes;

/* max_pool, average_pool and their gradients: windows over the axes between the first (samples) and
 * the last (channels), 1 to 3 of them; each list has one entry for each. Window o holds the cells o
 * stride - before + 0 .. size - 1. Where outputs has a rank, size, strides, before and after have
 * none: window o of outputs holds floor(o n / outputs) .. ceil((o + 1) n / outputs) - 1 of n cells.
 * Cells outside do not count; every window has one inside. input: of gradients, the sizes of x. */
typedef struct cn_pool_attributes {
    cn_shape size, strides, before, after, outputs, input;
} cn_pool_attributes;

/* resample and its gradient: how many cells the axis of the result has, and how they are made:
 * "nearest", "bilinear", "bicubic", "lanczos3", "lanczos5" or "area"; with antialias a smaller
 * result is made from as many more cells. */
typedef struct cn_resample_attributes {
    int64_t axis, size;
    const char *method;
    bool antialias;
} cn_resample_attributes;

/* warp and its gradient: "nearest" or "bilinear", and what lies outside of an image: "constant",
 * "nearest", "wrap" or "reflect". */
typedef struct cn_warp_attributes {
    const char *interpolation, *fill_mode;
    double fill_value; /* of "constant" */
} cn_warp_attributes;

/* fused: elementwise instructions run together, tile by tile. body lists them:
 * "multiply(0,1) add(2,0) -> 3 2": instruction k makes number n_inputs + k; behind the arrow stand
 * the outputs. An op with attributes is not fused, but for cast, which is written with its type:
 * "cast.float32(0)". */
enum { CN_MOST_FUSED = 48, CN_MOST_FUSED_OUTPUTS = CN_MOST_OUTPUTS };
typedef struct cn_fused_attributes {
    const char *body;
    cn_shape shape; /* of the index space: what inputs are broadcast to, and every output's */
    int64_t n_outputs;
} cn_fused_attributes;

/* Write parts of a body and return what is behind them: an elementwise instruction with the numbers
 * of its arguments; the end, with the outputs' numbers; all for an instruction alone, whose inputs
 * have their numbers in order, at most 80 characters. */
char *cn_fused_write_step(const cn_instruction *instruction, const int64_t *arguments, char *at);
char *cn_fused_write_outputs(const int64_t *outputs, int64_t n, char *at);
char *cn_fused_write_alone(const cn_instruction *instruction, char *at);

#endif
