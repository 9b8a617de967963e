/* Operations on tensors, with the names of keras.ops: for models that are more than a graph of
 * layers, and for a user's own layers, losses, metrics and activations (cornu/custom.h). On drawn
 * tensors an operation adds a node to the graph, named add_1, add_2, ... like a layer's; inside a
 * function of the user's that the library calls it computes. Gradients come by themselves.
 *
 * Every function returns the result, which belongs to the session, or NULL with a message in
 * cn_error() that names the operation and the shapes: if an argument is NULL, if shapes do not fit,
 * or if an axis does not exist. A number takes the place of a tensor by cn_ops_scalar(2.0).
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

#include "cornu/keywords.h"

CN_BEGIN_DECLS

/* A number: float32, shape (). */
CN_API cn_tensor *cn_ops_scalar(double value);

/* The numbers of an array as a tensor of its shape, without a batch axis: a constant, which belongs to
 * the session and is written into files with the model. Of types of 64 bits it has those of 32; a whole
 * number that does not fit is an error. NULL if array is not one of numbers. */
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

/* Activations, with the arguments that keras.ops has as defaults: gelu by tanh, leaky_relu 0.2,
 * elu 1. */
CN_API cn_tensor *cn_ops_relu(cn_tensor *x);
CN_API cn_tensor *cn_ops_leaky_relu(cn_tensor *x);
CN_API cn_tensor *cn_ops_elu(cn_tensor *x);
CN_API cn_tensor *cn_ops_selu(cn_tensor *x);
CN_API cn_tensor *cn_ops_gelu(cn_tensor *x);
CN_API cn_tensor *cn_ops_silu(cn_tensor *x);
CN_API cn_tensor *cn_ops_sigmoid(cn_tensor *x);
CN_API cn_tensor *cn_ops_softplus(cn_tensor *x);

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

/* ---- products and lookups -------------------------------------------------------------------- */

/* a[..., M, K] b[..., K, N] -> [..., M, N]; the axes in front are broadcast. A tensor of rank 1 is
 * a row or column. */
CN_API cn_tensor *cn_ops_matmul(cn_tensor *a, cn_tensor *b);

/* Rows of x[V, ...] by whole numbers indices[any]: [any, ...]. An index outside 0 .. V-1 is an
 * error when it runs. */
CN_API cn_tensor *cn_ops_take(cn_tensor *x, cn_tensor *indices);

/* labels[any] -> float32 [any, num_classes]: 1 at the label's place, 0 elsewhere. */
CN_API cn_tensor *cn_ops_one_hot(cn_tensor *labels, int64_t num_classes);

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

#define CN_OPS_AXIS_(function, ...)                                                                \
    CN_KEYWORDS_(function, cn_ops_axis_args, CN_OPS_AXIS_DEFAULTS, .x = __VA_ARGS__)
#define cn_ops_softmax(...) CN_OPS_AXIS_(cn_ops_softmax_with, __VA_ARGS__)
#define cn_ops_log_softmax(...) CN_OPS_AXIS_(cn_ops_log_softmax_with, __VA_ARGS__)
#define cn_ops_normalize(...) CN_OPS_AXIS_(cn_ops_normalize_with, __VA_ARGS__)

#define cn_ops_reshape(...) CN_KEYWORDS_(cn_ops_reshape_with, cn_ops_shape_args, .x = __VA_ARGS__)
#define cn_ops_broadcast_to(...)                                                                   \
    CN_KEYWORDS_(cn_ops_broadcast_to_with, cn_ops_shape_args, .x = __VA_ARGS__)
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
