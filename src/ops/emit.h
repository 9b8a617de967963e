/* Emitting ops: layers, losses, metrics, optimizers and gradient rules are written with these. All
 * are sticky: CN_NO_VALUE in, CN_NO_VALUE out. Shapes follow NumPy; negative axes count from the
 * end. */
#ifndef CORNU_OPS_EMIT_H
#define CORNU_OPS_EMIT_H

#include "ops/ops.h"

/* ---- elementwise: operands are broadcast, and cast to the wider of their types (bool < uint8 <
 * int32 < float32) */

cn_value cn_emit_1(cn_program *p, const cn_op *op, cn_value a);
cn_value cn_emit_2(cn_program *p, const cn_op *op, cn_value a, cn_value b);

/* clang-format off */
static inline cn_value cn_emit_negative(cn_program *p, cn_value a) { return cn_emit_1(p, &cn_op_negative, a); }
static inline cn_value cn_emit_absolute(cn_program *p, cn_value a) { return cn_emit_1(p, &cn_op_absolute, a); }
static inline cn_value cn_emit_sign(cn_program *p, cn_value a) { return cn_emit_1(p, &cn_op_sign, a); }
static inline cn_value cn_emit_square(cn_program *p, cn_value a) { return cn_emit_1(p, &cn_op_square, a); }
static inline cn_value cn_emit_sqrt(cn_program *p, cn_value a) { return cn_emit_1(p, &cn_op_sqrt, a); }
static inline cn_value cn_emit_rsqrt(cn_program *p, cn_value a) { return cn_emit_1(p, &cn_op_rsqrt, a); }
static inline cn_value cn_emit_reciprocal(cn_program *p, cn_value a) { return cn_emit_1(p, &cn_op_reciprocal, a); }
static inline cn_value cn_emit_exp(cn_program *p, cn_value a) { return cn_emit_1(p, &cn_op_exp, a); }
static inline cn_value cn_emit_expm1(cn_program *p, cn_value a) { return cn_emit_1(p, &cn_op_expm1, a); }
static inline cn_value cn_emit_log(cn_program *p, cn_value a) { return cn_emit_1(p, &cn_op_log, a); }
static inline cn_value cn_emit_log1p(cn_program *p, cn_value a) { return cn_emit_1(p, &cn_op_log1p, a); }
static inline cn_value cn_emit_sin(cn_program *p, cn_value a) { return cn_emit_1(p, &cn_op_sin, a); }
static inline cn_value cn_emit_cos(cn_program *p, cn_value a) { return cn_emit_1(p, &cn_op_cos, a); }
static inline cn_value cn_emit_tanh(cn_program *p, cn_value a) { return cn_emit_1(p, &cn_op_tanh, a); }
static inline cn_value cn_emit_sigmoid(cn_program *p, cn_value a) { return cn_emit_1(p, &cn_op_sigmoid, a); }
static inline cn_value cn_emit_softplus(cn_program *p, cn_value a) { return cn_emit_1(p, &cn_op_softplus, a); }
static inline cn_value cn_emit_erf(cn_program *p, cn_value a) { return cn_emit_1(p, &cn_op_erf, a); }
static inline cn_value cn_emit_erfinv(cn_program *p, cn_value a) { return cn_emit_1(p, &cn_op_erfinv, a); }
static inline cn_value cn_emit_i0(cn_program *p, cn_value a) { return cn_emit_1(p, &cn_op_i0, a); }
static inline cn_value cn_emit_i1(cn_program *p, cn_value a) { return cn_emit_1(p, &cn_op_i1, a); }
static inline cn_value cn_emit_relu(cn_program *p, cn_value a) { return cn_emit_1(p, &cn_op_relu, a); }
static inline cn_value cn_emit_floor(cn_program *p, cn_value a) { return cn_emit_1(p, &cn_op_floor, a); }
static inline cn_value cn_emit_ceil(cn_program *p, cn_value a) { return cn_emit_1(p, &cn_op_ceil, a); }
static inline cn_value cn_emit_round(cn_program *p, cn_value a) { return cn_emit_1(p, &cn_op_round, a); }
static inline cn_value cn_emit_is_finite(cn_program *p, cn_value a) { return cn_emit_1(p, &cn_op_is_finite, a); }
static inline cn_value cn_emit_is_nan(cn_program *p, cn_value a) { return cn_emit_1(p, &cn_op_is_nan, a); }
static inline cn_value cn_emit_bitwise_not(cn_program *p, cn_value a) { return cn_emit_1(p, &cn_op_bitwise_not, a); }
static inline cn_value cn_emit_logical_not(cn_program *p, cn_value a) { return cn_emit_1(p, &cn_op_logical_not, a); }

static inline cn_value cn_emit_add(cn_program *p, cn_value a, cn_value b) { return cn_emit_2(p, &cn_op_add, a, b); }
static inline cn_value cn_emit_subtract(cn_program *p, cn_value a, cn_value b) { return cn_emit_2(p, &cn_op_subtract, a, b); }
static inline cn_value cn_emit_multiply(cn_program *p, cn_value a, cn_value b) { return cn_emit_2(p, &cn_op_multiply, a, b); }
static inline cn_value cn_emit_divide(cn_program *p, cn_value a, cn_value b) { return cn_emit_2(p, &cn_op_divide, a, b); }
static inline cn_value cn_emit_power(cn_program *p, cn_value a, cn_value b) { return cn_emit_2(p, &cn_op_power, a, b); }
static inline cn_value cn_emit_arctan2(cn_program *p, cn_value a, cn_value b) { return cn_emit_2(p, &cn_op_arctan2, a, b); }
static inline cn_value cn_emit_maximum(cn_program *p, cn_value a, cn_value b) { return cn_emit_2(p, &cn_op_maximum, a, b); }
static inline cn_value cn_emit_minimum(cn_program *p, cn_value a, cn_value b) { return cn_emit_2(p, &cn_op_minimum, a, b); }
static inline cn_value cn_emit_floor_divide(cn_program *p, cn_value a, cn_value b) { return cn_emit_2(p, &cn_op_floor_divide, a, b); }
static inline cn_value cn_emit_mod(cn_program *p, cn_value a, cn_value b) { return cn_emit_2(p, &cn_op_mod, a, b); }
static inline cn_value cn_emit_equal(cn_program *p, cn_value a, cn_value b) { return cn_emit_2(p, &cn_op_equal, a, b); }
static inline cn_value cn_emit_not_equal(cn_program *p, cn_value a, cn_value b) { return cn_emit_2(p, &cn_op_not_equal, a, b); }
static inline cn_value cn_emit_less(cn_program *p, cn_value a, cn_value b) { return cn_emit_2(p, &cn_op_less, a, b); }
static inline cn_value cn_emit_less_equal(cn_program *p, cn_value a, cn_value b) { return cn_emit_2(p, &cn_op_less_equal, a, b); }
static inline cn_value cn_emit_greater(cn_program *p, cn_value a, cn_value b) { return cn_emit_2(p, &cn_op_greater, a, b); }
static inline cn_value cn_emit_greater_equal(cn_program *p, cn_value a, cn_value b) { return cn_emit_2(p, &cn_op_greater_equal, a, b); }
static inline cn_value cn_emit_bitwise_and(cn_program *p, cn_value a, cn_value b) { return cn_emit_2(p, &cn_op_bitwise_and, a, b); }
static inline cn_value cn_emit_bitwise_or(cn_program *p, cn_value a, cn_value b) { return cn_emit_2(p, &cn_op_bitwise_or, a, b); }
static inline cn_value cn_emit_bitwise_xor(cn_program *p, cn_value a, cn_value b) { return cn_emit_2(p, &cn_op_bitwise_xor, a, b); }
static inline cn_value cn_emit_shift_left(cn_program *p, cn_value a, cn_value b) { return cn_emit_2(p, &cn_op_shift_left, a, b); }
static inline cn_value cn_emit_shift_right(cn_program *p, cn_value a, cn_value b) { return cn_emit_2(p, &cn_op_shift_right, a, b); }
static inline cn_value cn_emit_gcd(cn_program *p, cn_value a, cn_value b) { return cn_emit_2(p, &cn_op_gcd, a, b); }
static inline cn_value cn_emit_next_after(cn_program *p, cn_value a, cn_value b) { return cn_emit_2(p, &cn_op_next_after, a, b); }
static inline cn_value cn_emit_logical_and(cn_program *p, cn_value a, cn_value b) { return cn_emit_2(p, &cn_op_logical_and, a, b); }
static inline cn_value cn_emit_logical_or(cn_program *p, cn_value a, cn_value b) { return cn_emit_2(p, &cn_op_logical_or, a, b); }

/* clang-format on */

/* condition (bool) ? a : b */
cn_value cn_emit_where(cn_program *p, cn_value condition, cn_value a, cn_value b);

/* a * b + c, of float32 */
cn_value cn_emit_multiply_add(cn_program *p, cn_value a, cn_value b, cn_value c);

cn_value cn_emit_cast(cn_program *p, cn_value a, cn_dtype dtype); /* a itself if it has that type */
/* The bits of float32 numbers as int32 ones, or the other way round; a itself if it has the type. */
cn_value cn_emit_view_bits(cn_program *p, cn_value a, cn_dtype dtype);
cn_value cn_emit_stop_gradient(cn_program *p, cn_value a);

/* With a number on one side: a + number, a * number ... */
cn_value cn_emit_scalar(cn_program *p, double value);  /* float32, shape () */
cn_value cn_emit_whole(cn_program *p, int64_t number); /* int32, shape () */
cn_value cn_emit_add_scalar(cn_program *p, cn_value a, double b);
cn_value cn_emit_multiply_scalar(cn_program *p, cn_value a, double b);
cn_value cn_emit_maximum_scalar(cn_program *p, cn_value a, double b);
cn_value cn_emit_minimum_scalar(cn_program *p, cn_value a, double b);
cn_value cn_emit_power_scalar(cn_program *p, cn_value a, double b);
cn_value cn_emit_greater_scalar(cn_program *p, cn_value a, double b);
cn_value cn_emit_less_scalar(cn_program *p, cn_value a, double b);
cn_value cn_emit_equal_scalar(cn_program *p, cn_value a, double b);
cn_value cn_emit_subtract_from(cn_program *p, double a, cn_value b); /* a - b */
cn_value cn_emit_clip(cn_program *p, cn_value a, double low, double high);

/* ---- made from nothing ----------------------------------------------------------------------- */

cn_value cn_emit_full(cn_program *p, double value, cn_dtype dtype, cn_shape shape);
cn_value cn_emit_zeros_like(cn_program *p, cn_value a);
cn_value cn_emit_ones_like(cn_program *p, cn_value a);
cn_value cn_emit_iota(cn_program *p, cn_shape shape, int64_t axis);
/* Uniform numbers in [0, 1) from a state of two int32: [seed, counter]. */
cn_value cn_emit_random_uniform(cn_program *p, cn_value state, cn_shape shape);

/* ---- shape ----------------------------------------------------------------------------------- */

cn_value cn_emit_reshape(cn_program *p, cn_value a,
                         cn_shape shape); /* one dimension may be CN_NONE */
cn_value cn_emit_expand_dims(cn_program *p, cn_value a, int64_t axis);
cn_value cn_emit_squeeze(cn_program *p, cn_value a, int64_t axis);
cn_value cn_emit_broadcast_to(cn_program *p, cn_value a, cn_shape shape);
cn_value cn_emit_transpose(cn_program *p, cn_value a, cn_shape permutation);
cn_value cn_emit_swap_axes(cn_program *p, cn_value a, int64_t one, int64_t other);
cn_value cn_emit_concatenate(cn_program *p, const cn_value *parts, int64_t n, int64_t axis);
cn_value cn_emit_slice(cn_program *p, cn_value a, cn_shape start, cn_shape size, cn_shape step);
/* Elements start .. start+size-1 of one axis. */
cn_value cn_emit_slice_axis(cn_program *p, cn_value a, int64_t axis, int64_t start, int64_t size);
cn_value cn_emit_pad(cn_program *p, cn_value a, cn_shape before, cn_shape after, double value);
cn_value cn_emit_repeat(cn_program *p, cn_value a, int64_t times,
                        int64_t axis); /* each element, times times */

/* ---- reductions: axes is a list of axes; CN_ALL_AXES for all --------------------------------- */

/* Numbers are reduced as float32. Of other types, sum and prod are int32 (exact up to 2^24), max
 * and min keep theirs, any and all are bool, the rest float32. */

#define CN_ALL_AXES ((cn_shape){.rank = -1})
#define CN_AXES(...) CN_SHAPE(__VA_ARGS__)
cn_value cn_emit_sum(cn_program *p, cn_value a, cn_shape axes, bool keep_dims);
cn_value cn_emit_mean(cn_program *p, cn_value a, cn_shape axes, bool keep_dims);
cn_value cn_emit_max(cn_program *p, cn_value a, cn_shape axes, bool keep_dims);
cn_value cn_emit_min(cn_program *p, cn_value a, cn_shape axes, bool keep_dims);
cn_value cn_emit_prod(cn_program *p, cn_value a, cn_shape axes, bool keep_dims);
cn_value cn_emit_any(cn_program *p, cn_value a, cn_shape axes, bool keep_dims);
cn_value cn_emit_all(cn_program *p, cn_value a, cn_shape axes, bool keep_dims);
cn_value cn_emit_variance(cn_program *p, cn_value a, cn_shape axes, bool keep_dims); /* biased */
cn_value cn_emit_logsumexp(cn_program *p, cn_value a, cn_shape axes, bool keep_dims);
cn_value cn_emit_argmax(cn_program *p, cn_value a, int64_t axis);
cn_value cn_emit_argmin(cn_program *p, cn_value a, int64_t axis);
/* Over all axes but the last of x[..., C], in one pass: the mean [C] and the variance [C]. */
cn_value cn_emit_moments(cn_program *p, cn_value x, cn_value *variance);
/* The sums [C] of a[..., C] and of a * b over the same axes. */
cn_value cn_emit_product_sums(cn_program *p, cn_value a, cn_value b, cn_value *product);
/* Sums a down to a shape that broadcasts to a's: the gradient of broadcasting. */
cn_value cn_emit_sum_to(cn_program *p, cn_value a, cn_shape shape);

/* ---- products and the rest ------------------------------------------------------------------- */

cn_value cn_emit_matmul(cn_program *p, cn_value a, cn_value b);
cn_value cn_emit_matmul_transposed(cn_program *p, cn_value a, bool transpose_a, cn_value b,
                                   bool transpose_b);
/* The same with those rows of a that int32 indices name: the other rows of the product are 0, or,
 * with a transposed, the other rows of a and b are left out of it. */
cn_value cn_emit_matmul_rows(cn_program *p, cn_value a, bool transpose_a, cn_value b,
                             bool transpose_b, cn_value indices);
/* y[output] = the sum of a b over the letters that output lacks; a letter names an axis of each
 * operand, once: cn_emit_einsum(p, x, "abc", w, "cd", "abd"). */
cn_value cn_emit_einsum(cn_program *p, cn_value a, const char *a_letters, cn_value b,
                        const char *b_letters, const char *output);
cn_value cn_emit_softmax(cn_program *p, cn_value a, int64_t axis);
cn_value cn_emit_log_softmax(cn_program *p, cn_value a, int64_t axis);
cn_value cn_emit_sparsemax(cn_program *p, cn_value a, int64_t axis);
/* Rows of table [V, ...] by int32 indices of any shape: [indices..., ...]. An index outside fails
 * when it runs. */
cn_value cn_emit_gather(cn_program *p, cn_value table, cn_value indices);
/* y[..., i, ...] = x[..., indices[..., i, ...], ...] along one axis; indices below 0 count from the
 * end. The other axes of the indices are x's, or 1. */
cn_value cn_emit_take_along_axis(cn_program *p, cn_value x, cn_value indices, int64_t axis);
/* int32: the places along the last axis in the order of their elements, equal ones as they are, NaN
 * as the largest. count: only so many of the first; 0: all. */
cn_value cn_emit_argsort(cn_program *p, cn_value x, bool descending, int64_t count);
/* The elements along the last axis in ascending order, NaN last. */
cn_value cn_emit_sort(cn_program *p, cn_value x);
/* Rows x[indices..., ...] brought to rows of base [R, ...] by indices: "set" there (the last of
 * several), or the "max", "min" or product ("multiply") with what is there. An index outside fails
 * when it runs. */
cn_value cn_emit_scatter(cn_program *p, cn_value base, cn_value indices, cn_value x,
                         const char *reduction);
/* A float32 table of so many rows: the sums of those of x that indices name. */
cn_value cn_emit_scatter_add(cn_program *p, cn_value x, cn_value indices, int64_t rows);
/* int32: how many of the ascending boundaries [B] are not greater than x; NaN is behind all. */
cn_value cn_emit_bucketize(cn_program *p, cn_value x, cn_value boundaries);
/* Sums of rows over windows of indices [..., T]: y[..., t, :] = the sum over j of
 * table[indices[..., t stride + j dilation - before], j, :] for a float32 table [V, taps, F], where
 * cells outside 0 .. T-1 add nothing: [..., windows, F]. */
cn_value cn_emit_gather_windows(cn_program *p, cn_value table, cn_value indices,
                                const cn_windows_attributes *attributes);
/* float32 [..., n]: 1 where the index along the new last axis is the label's. */
cn_value cn_emit_one_hot(cn_program *p, cn_value labels, int64_t n);
/* float32 [N]: -log of the probability that x[N, T, C], logarithms of probabilities, reads as
 * labels[N, L], with blanks between; n_labels[N] and n_steps[N] of each row count. A label outside
 * fails when it runs. */
cn_value cn_emit_ctc(cn_program *p, cn_value x, cn_value labels, cn_value n_labels,
                     cn_value n_steps, int64_t blank);
/* x / max(norm, 1e-12) over axes, as keras.utils.normalize does with epsilon. */
cn_value cn_emit_l2_normalize(cn_program *p, cn_value a, cn_shape axes, double epsilon);

/* ---- matrices: float32 [..., M, M] or [..., M, N], worked on in double precision ------------- */

/* X of A X = B[..., M, N], with leading axes equal; of a triangular A only that half is read. Where
 * A is singular X is not finite. */
cn_value cn_emit_solve(cn_program *p, cn_value a, cn_value b);
cn_value cn_emit_solve_triangular(cn_program *p, cn_value a, cn_value b, bool lower);
/* The lower L with L L^T = (A + A^T) / 2; NaN where that is not positive definite. */
cn_value cn_emit_cholesky(cn_program *p, cn_value a);
/* The logarithm [...] of the determinant's size, and its sign: 0 and -infinity if A is singular. */
cn_value cn_emit_log_determinant(cn_program *p, cn_value a, cn_value *sign);
/* The eigenvalues w[..., M] of (A + A^T) / 2 in ascending order, and its vectors, as columns. */
cn_value cn_emit_eigh(cn_program *p, cn_value a, cn_value *vectors);
/* The singular values [..., K] of A[..., M, N] in descending order, K = min(M, N), and u[..., M, K]
 * and v[..., K, N] with A = u diag(s) v. */
cn_value cn_emit_svd(cn_program *p, cn_value a, cn_value *u, cn_value *v);
/* The pseudoinverse [..., N, M]; singular values up to the largest times ratio are taken as 0. */
cn_value cn_emit_pinv(cn_program *p, cn_value a, double ratio);
/* q[..., M, K] and r[..., K, N] with A = q r, and the columns [..., M, M - K] that q lacks. */
cn_value cn_emit_qr(cn_program *p, cn_value a, cn_value *r);
cn_value cn_emit_complement(cn_program *p, cn_value a);
/* Both factors of P A in one [..., M, N], and int32 [..., K]: the exchanges of rows. */
cn_value cn_emit_lu(cn_program *p, cn_value a, cn_value *pivots);
/* [M, M]: 1 where row and column are the same. */
cn_value cn_emit_eye(cn_program *p, int64_t m);

/* ---- pooling --------------------------------------------------------------------------------- */

/* x[N, spatial..., C] float32 -> y[N, windows..., C]; the attributes' input is left empty. */
cn_value cn_emit_max_pool(cn_program *p, cn_value x, const cn_pool_attributes *pool);
cn_value cn_emit_average_pool(cn_program *p, cn_value x, const cn_pool_attributes *pool);

/* ---- images ---------------------------------------------------------------------------------- */

/* x resized along one axis, as float32; x itself if it has that size. */
cn_value cn_emit_resample(cn_program *p, cn_value x, const cn_resample_attributes *attributes);
/* x[N, H, W, C] float32 moved by transforms[N, 6 or 8]: see warp.c. No gradient flows into
 * those. */
cn_value cn_emit_warp(cn_program *p, cn_value x, cn_value transforms,
                      const cn_warp_attributes *attributes);

/* ---- signals --------------------------------------------------------------------------------- */

/* The Fourier transform of the rows of x[..., n]: real and imaginary parts, [..., n/2+1]. */
cn_value cn_emit_rfft(cn_program *p, cn_value x, cn_value *imaginary);

/* x[..., S] -> windows of the last axis [..., T, length], step apart; and such windows added up,
 * [..., T, length] -> [..., size]. */
cn_value cn_emit_frames(cn_program *p, cn_value x, int64_t length, int64_t step);
cn_value cn_emit_overlap_add(cn_program *p, cn_value x, int64_t step, int64_t size);

/* The transforms of windows of x[..., S]: [..., T, fft_length/2+1], each of fft_length elements,
 * times a window [sequence_length] in their middle; CN_NO_VALUE: none. center: the first window has
 * the first element in its middle, and x goes on beyond its ends as its mirror image. */
typedef struct cn_stft_arguments {
    int64_t sequence_length, sequence_stride, fft_length;
    cn_value window;
    bool center;
} cn_stft_arguments;
cn_value cn_emit_stft(cn_program *p, cn_value x, const cn_stft_arguments *stft,
                      cn_value *imaginary);

/* One period of a window, [length]: "hann" or "hamming". */
cn_value cn_emit_window(cn_program *p, const char *window, int64_t length);

/* ---- convolution ----------------------------------------------------------------------------- */

/* x[N, space..., G C], kernel[window..., C, G F] -> [N, out..., G F], one to three spatial axes.
 * The attributes' size is ignored. */
cn_value cn_emit_conv(cn_program *p, cn_value x, cn_value kernel,
                      const cn_conv_attributes *attributes);
/* x[N, space..., C], kernel[window..., C, mult] -> [N, out..., C mult], channel c mult + m. The
 * attributes' groups are ignored too. */
cn_value cn_emit_depthwise_conv(cn_program *p, cn_value x, cn_value kernel,
                                const cn_conv_attributes *attributes);
/* The gradients of y = conv(x, kernel); x and kernel are the shapes of the results. The first is
 * also the transposed convolution of dy, whose kernel is [window..., filters, channels]. */
cn_value cn_emit_conv_input_gradient(cn_program *p, cn_value dy, cn_value kernel,
                                     const cn_conv_attributes *attributes, const cn_shape *x);
cn_value cn_emit_conv_kernel_gradient(cn_program *p, cn_value x, cn_value dy,
                                      const cn_conv_attributes *attributes, const cn_shape *kernel);

/* ---- recurrent cells over whole sequences: T steps, N batch, U units, time first ------------- */

/* The state behind each step [T,N,U], and behind the last step done [N,U]; c_last is lstm's. */
typedef struct cn_recurrent_values {
    cn_value hs, h_last, c_last;
} cn_recurrent_values;

/* xw [T,N,GU] is x W + bias, for lstm's gates i, f, c, o, gru's z, r, h, or simple_rnn's one;
 * kernel [U,GU]; h0, c0 [N,U]. CN_NO_VALUE or: mask (bool [T,N]), where false the state is kept;
 * keep [G,N,U], what h is multiplied with before a gate's product; recurrent_bias [3U], with
 * reset_after. No gradient flows into keep, and none through the gradients (a second time). */
cn_recurrent_values cn_emit_lstm(cn_program *p, const cn_recurrent_attributes *attributes,
                                 cn_value xw, cn_value kernel, cn_value h0, cn_value c0,
                                 cn_value mask, cn_value keep);
cn_recurrent_values cn_emit_gru(cn_program *p, const cn_recurrent_attributes *attributes,
                                cn_value xw, cn_value kernel, cn_value recurrent_bias, cn_value h0,
                                cn_value mask, cn_value keep);
cn_recurrent_values cn_emit_simple_rnn(cn_program *p, const cn_recurrent_attributes *attributes,
                                       cn_value xw, cn_value kernel, cn_value h0, cn_value mask,
                                       cn_value keep);

#endif
