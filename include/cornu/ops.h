/* Operations on tensors, with the names of keras.ops: for models that are more than a graph of
 * layers, and for a user's own layers, losses, metrics and activations (cornu/custom.h). On drawn
 * tensors an operation adds a node to the graph, named add_1, add_2, ... like a layer's; inside a
 * function of the user's that the library calls it computes. Gradients come by themselves. There
 * are more of them in activation_ops.h, math_ops.h, array_ops.h, product_ops.h, signal_ops.h,
 * image_ops.h and nn.h.
 *
 * Every function returns the result, which belongs to the session, or NULL (of several results
 * none, and NULLs in at[]) with a message in cn_error() that names the operation and the shapes: if
 * an argument is NULL, if shapes do not fit, or if an axis does not exist. A number takes the place
 * of a tensor by cn_ops_scalar(2.0).
 *
 * Shapes include the batch axis, which is axis 0. Negative axes count from the end. Shapes
 * broadcast as in NumPy, and types go to the wider one: bool, uint8, int32, float32.
 *
 * Lists of axes are written .axis = 1 or .axis = {1, 2}; axis 0 comes first where it is one of
 * several. Without .axis a reduction goes over all axes. Name these arguments: what stands behind x
 * without a name goes into the list of axes.
 */
#ifndef CORNU_OPS_PUBLIC_H
#define CORNU_OPS_PUBLIC_H

#include "cornu/model.h"

CN_BEGIN_DECLS

/* A number: float32, shape (). */
CN_API cn_tensor *cn_ops_scalar(double value);

/* The numbers of an array as a tensor of its shape, without a batch axis: a constant, which belongs
 * to the session and is written into files with the model. Of types of 64 bits it has those of 32;
 * a whole number that does not fit is an error. NULL if array is not one of numbers. */
CN_API cn_tensor *cn_ops_convert_to_tensor(const cn_array *array);

/* ---- place by place -------------------------------------------------------------------------- */

/* One tensor: y has x's shape. Square roots, logarithms and the like give float32, isfinite and
 * isnan bool. */
CN_API cn_tensor *cn_ops_negative(cn_tensor *x);
CN_API cn_tensor *cn_ops_absolute(cn_tensor *x);
CN_API cn_tensor *cn_ops_sign(cn_tensor *x);
CN_API cn_tensor *cn_ops_square(cn_tensor *x);
CN_API cn_tensor *cn_ops_sqrt(cn_tensor *x);
CN_API cn_tensor *cn_ops_rsqrt(cn_tensor *x);      /* 1 / sqrt(x) */
CN_API cn_tensor *cn_ops_reciprocal(cn_tensor *x); /* 1 / x */
CN_API cn_tensor *cn_ops_exp(cn_tensor *x);
CN_API cn_tensor *cn_ops_expm1(cn_tensor *x); /* e^x - 1 */
CN_API cn_tensor *cn_ops_log(cn_tensor *x);
CN_API cn_tensor *cn_ops_log1p(cn_tensor *x); /* log(1 + x) */
CN_API cn_tensor *cn_ops_sin(cn_tensor *x);
CN_API cn_tensor *cn_ops_cos(cn_tensor *x);
CN_API cn_tensor *cn_ops_tanh(cn_tensor *x);
CN_API cn_tensor *cn_ops_erf(cn_tensor *x);
CN_API cn_tensor *cn_ops_floor(cn_tensor *x);
CN_API cn_tensor *cn_ops_ceil(cn_tensor *x);
CN_API cn_tensor *cn_ops_round(cn_tensor *x); /* halves to the even neighbour */
CN_API cn_tensor *cn_ops_isfinite(cn_tensor *x);
CN_API cn_tensor *cn_ops_isnan(cn_tensor *x);
CN_API cn_tensor *cn_ops_logical_not(cn_tensor *x);
CN_API cn_tensor *cn_ops_stop_gradient(cn_tensor *x); /* x, through which no gradient flows */

/* Two tensors, broadcast. Comparisons and logic give bool; divide gives float32. */
CN_API cn_tensor *cn_ops_add(cn_tensor *a, cn_tensor *b);
CN_API cn_tensor *cn_ops_subtract(cn_tensor *a, cn_tensor *b);
CN_API cn_tensor *cn_ops_multiply(cn_tensor *a, cn_tensor *b);
CN_API cn_tensor *cn_ops_divide(cn_tensor *a, cn_tensor *b);
CN_API cn_tensor *cn_ops_power(cn_tensor *a, cn_tensor *b);
CN_API cn_tensor *cn_ops_maximum(cn_tensor *a, cn_tensor *b);
CN_API cn_tensor *cn_ops_minimum(cn_tensor *a, cn_tensor *b);
CN_API cn_tensor *cn_ops_floor_divide(cn_tensor *a, cn_tensor *b);
CN_API cn_tensor *cn_ops_mod(cn_tensor *a, cn_tensor *b); /* has the sign of b */
CN_API cn_tensor *cn_ops_equal(cn_tensor *a, cn_tensor *b);
CN_API cn_tensor *cn_ops_not_equal(cn_tensor *a, cn_tensor *b);
CN_API cn_tensor *cn_ops_less(cn_tensor *a, cn_tensor *b);
CN_API cn_tensor *cn_ops_less_equal(cn_tensor *a, cn_tensor *b);
CN_API cn_tensor *cn_ops_greater(cn_tensor *a, cn_tensor *b);
CN_API cn_tensor *cn_ops_greater_equal(cn_tensor *a, cn_tensor *b);
CN_API cn_tensor *cn_ops_logical_and(cn_tensor *a, cn_tensor *b);
CN_API cn_tensor *cn_ops_logical_or(cn_tensor *a, cn_tensor *b);

/* Whole numbers, bit by bit, broadcast; also of truth values. A shift to the right keeps the sign;
 * by less than 0 or more than 31 places nothing is left but that. gcd and lcm are the greatest
 * common divisor and the least common multiple, which are 0 for 0 and 0. No gradient flows. */
CN_API cn_tensor *cn_ops_bitwise_and(cn_tensor *a, cn_tensor *b);
CN_API cn_tensor *cn_ops_bitwise_or(cn_tensor *a, cn_tensor *b);
CN_API cn_tensor *cn_ops_bitwise_xor(cn_tensor *a, cn_tensor *b);
CN_API cn_tensor *cn_ops_bitwise_not(cn_tensor *x);
CN_API cn_tensor *cn_ops_left_shift(cn_tensor *a, cn_tensor *b);
CN_API cn_tensor *cn_ops_right_shift(cn_tensor *a, cn_tensor *b);
CN_API cn_tensor *cn_ops_gcd(cn_tensor *a, cn_tensor *b);
CN_API cn_tensor *cn_ops_lcm(cn_tensor *a, cn_tensor *b);

/* a where condition holds, otherwise b; all three are broadcast. */
CN_API cn_tensor *cn_ops_where(cn_tensor *condition, cn_tensor *a, cn_tensor *b);

/* x, but at least low and at most high. */
CN_API cn_tensor *cn_ops_clip(cn_tensor *x, double low, double high);

/* x as another type: "float32", "int32", "uint8", "bool"; "float64" and "int64" mean those of 32
 * bits. */
CN_API cn_tensor *cn_ops_cast(cn_tensor *x, const char *dtype);

/* Zeros, or ones, of x's shape and type. */
CN_API cn_tensor *cn_ops_zeros_like(cn_tensor *x);
CN_API cn_tensor *cn_ops_ones_like(cn_tensor *x);

/* ---- over axes ------------------------------------------------------------------------------- */

/* Stands for no axis in particular, which is all of them. */
#define CN_EVERY_AXIS INT64_MIN

/* cn_ops_sum(x), cn_ops_sum(x, .axis = -1), cn_ops_sum(x, .axis = {1, 2}, .keepdims = true): the
 * axes vanish, or have size 1 with keepdims. Sums and products of integers are int32; mean, var
 * (biased), std and logsumexp float32; any and all bool; argmax and argmin, which take one axis or
 * all, int32: the first of equals. */
typedef struct cn_ops_reduce_args {
    cn_tensor *x;
    int64_t axis[CN_MAX_RANK];
    bool keepdims;
    char end_;
} cn_ops_reduce_args;
#define CN_OPS_REDUCE_DEFAULTS .axis = {CN_EVERY_AXIS}
CN_API cn_tensor *cn_ops_sum_with(const cn_ops_reduce_args *args);
CN_API cn_tensor *cn_ops_mean_with(const cn_ops_reduce_args *args);
CN_API cn_tensor *cn_ops_max_with(const cn_ops_reduce_args *args);
CN_API cn_tensor *cn_ops_min_with(const cn_ops_reduce_args *args);
CN_API cn_tensor *cn_ops_prod_with(const cn_ops_reduce_args *args);
CN_API cn_tensor *cn_ops_any_with(const cn_ops_reduce_args *args);
CN_API cn_tensor *cn_ops_all_with(const cn_ops_reduce_args *args);
CN_API cn_tensor *cn_ops_var_with(const cn_ops_reduce_args *args);
CN_API cn_tensor *cn_ops_std_with(const cn_ops_reduce_args *args);
CN_API cn_tensor *cn_ops_logsumexp_with(const cn_ops_reduce_args *args);
CN_API cn_tensor *cn_ops_argmax_with(const cn_ops_reduce_args *args);
CN_API cn_tensor *cn_ops_argmin_with(const cn_ops_reduce_args *args);

/* cn_ops_softmax(x), cn_ops_softmax(x, .axis = 1): along one axis, which stays; float32. normalize
 * divides by the length along the axis, or by 1e-7 where that is more. */
typedef struct cn_ops_axis_args {
    cn_tensor *x;
    int64_t axis;
    char end_;
} cn_ops_axis_args;
#define CN_OPS_AXIS_DEFAULTS .axis = -1
CN_API cn_tensor *cn_ops_softmax_with(const cn_ops_axis_args *args);
CN_API cn_tensor *cn_ops_log_softmax_with(const cn_ops_axis_args *args);
CN_API cn_tensor *cn_ops_normalize_with(const cn_ops_axis_args *args);

/* ---- in order -------------------------------------------------------------------------------- */

/* cn_ops_sort(x), cn_ops_sort(x, .axis = 1): the elements along an axis in ascending order, NaN
 * last; argsort gives their places instead, int32, those of equal ones as they stand. .axis =
 * CN_EVERY_AXIS takes all elements in a row. Gradients flow to where the elements were. */
CN_API cn_tensor *cn_ops_sort_with(const cn_ops_axis_args *args);
CN_API cn_tensor *cn_ops_argsort_with(const cn_ops_axis_args *args);

/* The k largest along the last axis of x[..., n], k up to n, the largest (or NaN) first and the
 * first of equals before the others: two tensors [..., k], the elements and their places
 * (int32). */
CN_API cn_tensors cn_ops_top_k(cn_tensor *x, int64_t k);

/* Whether targets[...] name one of the k largest of predictions[..., n]: bool [...]. It is also
 * true where the k-th is as large. */
CN_API cn_tensor *cn_ops_in_top_k(cn_tensor *targets, cn_tensor *predictions, int64_t k);

/* The one in the middle, or the mean of the two: float32, over axes as cn_ops_sum has them. One NaN
 * makes NaN. */
CN_API cn_tensor *cn_ops_median_with(const cn_ops_reduce_args *args);

/* cn_ops_quantile(x, 0.25, .axis = 1): the number below which a part q (0 to 1; of percentile 0 to
 * 100) of the others lies: float32, over axes as cn_ops_sum has them. Where it would be between two
 * elements, .method says what it is: "linear" (the default, as far between them), "lower",
 * "higher", "midpoint" or "nearest". A quantile with a method is drawn, and saved, as a
 * percentile. */
typedef struct cn_ops_quantile_args {
    cn_tensor *x;
    double q;
    int64_t axis[CN_MAX_RANK];
    bool keepdims;
    const char *method;
    char end_;
} cn_ops_quantile_args;
#define CN_OPS_QUANTILE_DEFAULTS .axis = {CN_EVERY_AXIS}, .method = "linear"
CN_API cn_tensor *cn_ops_quantile_with(const cn_ops_quantile_args *args);
CN_API cn_tensor *cn_ops_percentile_with(const cn_ops_quantile_args *args);

/* Of each of x the number of elements of a list before which it belongs: int32, x's shape. In
 * searchsorted the list ascends, and side says what becomes of equals: with "left" the element goes
 * before them, with "right" behind them. In digitize bins[i - 1] <= x < bins[i], or, where they
 * descend, bins[i - 1] > x >= bins[i]. Numbers are compared as float32. */
CN_API cn_tensor *cn_ops_searchsorted(cn_tensor *sorted_sequence, cn_tensor *values,
                                      const char *side);
CN_API cn_tensor *cn_ops_digitize(cn_tensor *x, cn_tensor *bins);

/* Whether each of x1 is among the elements of x2: bool, x1's shape. */
CN_API cn_tensor *cn_ops_isin(cn_tensor *x1, cn_tensor *x2);

/* How many of a list are in each of `bins` parts of equal width between its smallest and its
 * largest number, as float32 [bins], and the ends of these parts [bins + 1]: two tensors. */
CN_API cn_tensors cn_ops_histogram(cn_tensor *x, int64_t bins);

/* ---- written at places ----------------------------------------------------------------------- */

/* cn_ops_scatter(indices, values, .shape = {10, 4}): zeros of a shape, to whose places
 * indices[..., D] values[..., rest of the shape] are added: each D indices name a place along the
 * first D axes. cn_ops_scatter_update(x, indices, updates, .reduction = "max"): x with updates put
 * there, or with the sum ("add"), the larger ("max"), the smaller ("min") or the product ("mul") of
 * them and what is there. Of several updates of one place the last stays. Indices below 0 count
 * from the end; one that is outside is an error when it runs. */
typedef struct cn_ops_scatter_args {
    cn_tensor *indices, *values;
    int64_t shape[CN_MAX_RANK];
    char end_;
} cn_ops_scatter_args;
CN_API cn_tensor *cn_ops_scatter_with(const cn_ops_scatter_args *args);

typedef struct cn_ops_scatter_update_args {
    cn_tensor *inputs, *indices, *updates;
    const char *reduction; /* NULL: they are put there */
    char end_;
} cn_ops_scatter_update_args;
CN_API cn_tensor *cn_ops_scatter_update_with(const cn_ops_scatter_update_args *args);

/* x with updates, of as many axes, in the place of the part that begins at start_indices, a list of
 * as many whole numbers; a part that would end outside is moved to lie inside. */
CN_API cn_tensor *cn_ops_slice_update(cn_tensor *x, cn_tensor *start_indices, cn_tensor *updates);

/* data[R, ...] -> [num_segments, ...]: the sum, largest, smallest or product of the rows that have
 * the same of segment_ids[R]. Rows of other segments are left out. A segment without rows is 0,
 * -infinity, infinity or 1; of whole numbers the least and the largest int32 stand for infinity. */
CN_API cn_tensor *cn_ops_segment_sum(cn_tensor *data, cn_tensor *segment_ids, int64_t num_segments);
CN_API cn_tensor *cn_ops_segment_max(cn_tensor *data, cn_tensor *segment_ids, int64_t num_segments);
CN_API cn_tensor *cn_ops_segment_min(cn_tensor *data, cn_tensor *segment_ids, int64_t num_segments);
CN_API cn_tensor *cn_ops_segment_prod(cn_tensor *data, cn_tensor *segment_ids,
                                      int64_t num_segments);

/* ---- linear algebra -------------------------------------------------------------------------- */

/* Float32 matrices [..., M, M], worked on in double precision; leading axes are broadcast. The
 * solution y of x y = b for b[..., M, N], or for columns b[..., M]; of a triangular matrix only the
 * lower or the upper half is read. Of a singular matrix it, and the inverse, are not finite. */
CN_API cn_tensor *cn_ops_solve(cn_tensor *x, cn_tensor *b);
CN_API cn_tensor *cn_ops_solve_triangular(cn_tensor *x, cn_tensor *b, bool lower);
CN_API cn_tensor *cn_ops_inv(cn_tensor *x);

/* The determinant [...] of each, and the logarithm of its size, which is -infinity for a singular
 * matrix; slogdet gives two tensors: the sign (-1, 0, 1), and that logarithm. The gradient of det
 * at a singular matrix is NaN. */
CN_API cn_tensor *cn_ops_det(cn_tensor *x);
CN_API cn_tensor *cn_ops_logdet(cn_tensor *x);
CN_API cn_tensors cn_ops_slogdet(cn_tensor *x);

/* The lower L with L L^T = x, or the upper U with U^T U = x, of x's symmetric part (x + x^T) / 2;
 * NaN if that is not positive definite. cholesky_inverse gives the inverse of x from its L or U. */
CN_API cn_tensor *cn_ops_cholesky(cn_tensor *x, bool upper);
CN_API cn_tensor *cn_ops_cholesky_inverse(cn_tensor *x, bool upper);

/* ---- products and lookups -------------------------------------------------------------------- */

/* a[..., M, K] b[..., K, N] -> [..., M, N]; the axes in front are broadcast. A tensor of rank 1 is
 * a row or column. */
CN_API cn_tensor *cn_ops_matmul(cn_tensor *a, cn_tensor *b);

/* cn_ops_take(x, indices), cn_ops_take(x, indices, .axis = 1): the elements along an axis of x that
 * whole numbers indices[any] name, whose axes take its place; .axis = CN_EVERY_AXIS takes all
 * elements in a row. Numbers below 0 count from the end; one outside is an error when it runs. */
typedef struct cn_ops_take_args {
    cn_tensor *x, *indices;
    int64_t axis;
    char end_;
} cn_ops_take_args;
CN_API cn_tensor *cn_ops_take_with(const cn_ops_take_args *args);

/* cn_ops_one_hot(labels, 10), cn_ops_one_hot(labels, 10, .axis = 1, .dtype = "int32"): a new axis
 * of num_classes, behind the others or at that place, which is 1 at the label's place and 0
 * elsewhere.
 * multi_hot: of each row labels[N, K, ...], or of labels[K], all their places:
 * [N, ..., num_classes]. */
typedef struct cn_ops_one_hot_args {
    cn_tensor *x;
    int64_t num_classes, axis;
    const char *dtype;
    char end_;
} cn_ops_one_hot_args;
#define CN_OPS_ONE_HOT_DEFAULTS .axis = -1, .dtype = "float32"
CN_API cn_tensor *cn_ops_one_hot_with(const cn_ops_one_hot_args *args);
CN_API cn_tensor *cn_ops_multi_hot_with(const cn_ops_one_hot_args *args);

/* ---- shape ----------------------------------------------------------------------------------- */

/* A new axis of size 1 at this place; the axis of size 1 away; two axes exchanged; each element
 * `repeats` times. */
CN_API cn_tensor *cn_ops_expand_dims(cn_tensor *x, int64_t axis);
CN_API cn_tensor *cn_ops_squeeze(cn_tensor *x, int64_t axis);
CN_API cn_tensor *cn_ops_swapaxes(cn_tensor *x, int64_t axis1, int64_t axis2);
CN_API cn_tensor *cn_ops_repeat(cn_tensor *x, int64_t repeats, int64_t axis);

/* cn_ops_reshape(x, {-1, 2, 3}): the same elements; one dimension may be -1 and is computed.
 * cn_ops_broadcast_to(x, {5, 4, 3}): x repeated along axes that are new or have size 1. */
typedef struct cn_ops_shape_args {
    cn_tensor *x;
    int64_t shape[CN_MAX_RANK];
    char end_;
} cn_ops_shape_args;
CN_API cn_tensor *cn_ops_reshape_with(const cn_ops_shape_args *args);
CN_API cn_tensor *cn_ops_broadcast_to_with(const cn_ops_shape_args *args);

/* cn_ops_split(x, 3, .axis = 1): as many equal parts of an axis; cn_ops_split(x, .indices = {2,
 * 5}): the parts that end before these. array_split takes parts that cannot be equal too: then the
 * first have one element more. */
typedef struct cn_ops_split_args {
    cn_tensor *x;
    int64_t sections, axis, indices[CN_MAX_LIST];
    char end_;
} cn_ops_split_args;
CN_API cn_tensors cn_ops_split_with(const cn_ops_split_args *args);
CN_API cn_tensors cn_ops_array_split_with(const cn_ops_split_args *args);

/* cn_ops_unravel_index(x, {5, 6}): x's whole numbers as places in a tensor of that shape: as many
 * tensors of indices, int32, as it has axes. */
CN_API cn_tensors cn_ops_unravel_index_with(const cn_ops_shape_args *args);

/* cn_ops_transpose(x, {0, 2, 1}): axis i of the result is axis axes[i] of x; cn_ops_transpose(x)
 * reverses them all. */
typedef struct cn_ops_transpose_args {
    cn_tensor *x;
    int64_t axes[CN_MAX_RANK];
    char end_;
} cn_ops_transpose_args;
#define CN_OPS_TRANSPOSE_DEFAULTS .axes = {CN_EVERY_AXIS}
CN_API cn_tensor *cn_ops_transpose_with(const cn_ops_transpose_args *args);

/* cn_ops_slice(x, {0, 1}, {CN_NONE, 3}): from each axis shape elements, beginning with
 * start_indices. CN_NONE, or none said, is up to the end. */
typedef struct cn_ops_slice_args {
    cn_tensor *x;
    int64_t start_indices[CN_MAX_RANK], shape[CN_MAX_RANK];
    char end_;
} cn_ops_slice_args;
CN_API cn_tensor *cn_ops_slice_with(const cn_ops_slice_args *args);

/* cn_ops_concatenate(CN_LIST(a, b), .axis = 1): along an axis, all others being equal; without
 * .axis the last. cn_ops_stack(CN_LIST(a, b), .axis = 1): along a new axis, the shapes being equal;
 * without .axis the first. */
typedef struct cn_ops_join_args {
    cn_items xs;
    int64_t axis;
    char end_;
} cn_ops_join_args;
#define CN_OPS_CONCATENATE_DEFAULTS .axis = -1
#define CN_OPS_STACK_DEFAULTS .axis = 0
CN_API cn_tensor *cn_ops_concatenate_with(const cn_ops_join_args *args);
CN_API cn_tensor *cn_ops_stack_with(const cn_ops_join_args *args);

/* ---- keywords -------------------------------------------------------------------------------- */

#ifndef __cplusplus
#define CN_OPS_REDUCE_(function, ...)                                                              \
    CN_KEYWORDS_(function, cn_ops_reduce_args, CN_OPS_REDUCE_DEFAULTS, .x = __VA_ARGS__)
#define cn_ops_sum(...) CN_OPS_REDUCE_(cn_ops_sum_with, __VA_ARGS__)
#define cn_ops_mean(...) CN_OPS_REDUCE_(cn_ops_mean_with, __VA_ARGS__)
#define cn_ops_max(...) CN_OPS_REDUCE_(cn_ops_max_with, __VA_ARGS__)
#define cn_ops_min(...) CN_OPS_REDUCE_(cn_ops_min_with, __VA_ARGS__)
#define cn_ops_prod(...) CN_OPS_REDUCE_(cn_ops_prod_with, __VA_ARGS__)
#define cn_ops_any(...) CN_OPS_REDUCE_(cn_ops_any_with, __VA_ARGS__)
#define cn_ops_all(...) CN_OPS_REDUCE_(cn_ops_all_with, __VA_ARGS__)
#define cn_ops_var(...) CN_OPS_REDUCE_(cn_ops_var_with, __VA_ARGS__)
#define cn_ops_std(...) CN_OPS_REDUCE_(cn_ops_std_with, __VA_ARGS__)
#define cn_ops_logsumexp(...) CN_OPS_REDUCE_(cn_ops_logsumexp_with, __VA_ARGS__)
#define cn_ops_argmax(...) CN_OPS_REDUCE_(cn_ops_argmax_with, __VA_ARGS__)
#define cn_ops_argmin(...) CN_OPS_REDUCE_(cn_ops_argmin_with, __VA_ARGS__)

#define cn_ops_median(...) CN_OPS_REDUCE_(cn_ops_median_with, __VA_ARGS__)

#define CN_OPS_QUANTILE_(function, ...)                                                            \
    CN_KEYWORDS_(function, cn_ops_quantile_args, CN_OPS_QUANTILE_DEFAULTS, .x = __VA_ARGS__)
#define cn_ops_quantile(...) CN_OPS_QUANTILE_(cn_ops_quantile_with, __VA_ARGS__)
#define cn_ops_percentile(...) CN_OPS_QUANTILE_(cn_ops_percentile_with, __VA_ARGS__)

#define CN_OPS_AXIS_(function, ...)                                                                \
    CN_KEYWORDS_(function, cn_ops_axis_args, CN_OPS_AXIS_DEFAULTS, .x = __VA_ARGS__)
#define cn_ops_softmax(...) CN_OPS_AXIS_(cn_ops_softmax_with, __VA_ARGS__)
#define cn_ops_log_softmax(...) CN_OPS_AXIS_(cn_ops_log_softmax_with, __VA_ARGS__)
#define cn_ops_normalize(...) CN_OPS_AXIS_(cn_ops_normalize_with, __VA_ARGS__)
#define cn_ops_sort(...) CN_OPS_AXIS_(cn_ops_sort_with, __VA_ARGS__)
#define cn_ops_argsort(...) CN_OPS_AXIS_(cn_ops_argsort_with, __VA_ARGS__)

#define cn_ops_scatter(indices_, ...)                                                              \
    CN_KEYWORDS_(cn_ops_scatter_with, cn_ops_scatter_args, .indices = (indices_),                  \
                 .values = __VA_ARGS__)
#define cn_ops_scatter_update(...)                                                                 \
    CN_KEYWORDS_(cn_ops_scatter_update_with, cn_ops_scatter_update_args, .inputs = __VA_ARGS__)
#define cn_ops_take(...) CN_KEYWORDS_(cn_ops_take_with, cn_ops_take_args, .x = __VA_ARGS__)
#define cn_ops_one_hot(...)                                                                        \
    CN_KEYWORDS_(cn_ops_one_hot_with, cn_ops_one_hot_args, CN_OPS_ONE_HOT_DEFAULTS,                \
                 .x = __VA_ARGS__)
#define cn_ops_multi_hot(...)                                                                      \
    CN_KEYWORDS_(cn_ops_multi_hot_with, cn_ops_one_hot_args, CN_OPS_ONE_HOT_DEFAULTS,              \
                 .x = __VA_ARGS__)
#define cn_ops_reshape(...) CN_KEYWORDS_(cn_ops_reshape_with, cn_ops_shape_args, .x = __VA_ARGS__)
#define cn_ops_broadcast_to(...)                                                                   \
    CN_KEYWORDS_(cn_ops_broadcast_to_with, cn_ops_shape_args, .x = __VA_ARGS__)
#define cn_ops_split(...) CN_KEYWORDS_(cn_ops_split_with, cn_ops_split_args, .x = __VA_ARGS__)
#define cn_ops_array_split(...)                                                                    \
    CN_KEYWORDS_(cn_ops_array_split_with, cn_ops_split_args, .x = __VA_ARGS__)
#define cn_ops_unravel_index(...)                                                                  \
    CN_KEYWORDS_(cn_ops_unravel_index_with, cn_ops_shape_args, .x = __VA_ARGS__)
#define cn_ops_transpose(...)                                                                      \
    CN_KEYWORDS_(cn_ops_transpose_with, cn_ops_transpose_args, CN_OPS_TRANSPOSE_DEFAULTS,          \
                 .x = __VA_ARGS__)
#define cn_ops_slice(...) CN_KEYWORDS_(cn_ops_slice_with, cn_ops_slice_args, .x = __VA_ARGS__)
#define cn_ops_concatenate(...)                                                                    \
    CN_KEYWORDS_(cn_ops_concatenate_with, cn_ops_join_args, CN_OPS_CONCATENATE_DEFAULTS,           \
                 .xs = __VA_ARGS__)
#define cn_ops_stack(...)                                                                          \
    CN_KEYWORDS_(cn_ops_stack_with, cn_ops_join_args, CN_OPS_STACK_DEFAULTS, .xs = __VA_ARGS__)
#endif

CN_END_DECLS

#endif
