/* Operations that compute, with the names of keras.ops: functions place by place, questions, sums
 * over axes that leave NaN out, and running sums. All that cornu/ops.h says of operations holds for
 * these. */
#ifndef CORNU_MATH_OPS_H
#define CORNU_MATH_OPS_H

#include "cornu/ops.h"

CN_BEGIN_DECLS

/* ---- place by place -------------------------------------------------------------------------- */

/* One tensor: float32 of x's shape. Outside of what a function is defined for it is NaN. */
CN_API cn_tensor *cn_ops_exp2(cn_tensor *x); /* 2^x */
CN_API cn_tensor *cn_ops_log2(cn_tensor *x);
CN_API cn_tensor *cn_ops_log10(cn_tensor *x);
CN_API cn_tensor *cn_ops_cbrt(cn_tensor *x); /* the cube root, of negative numbers too */
CN_API cn_tensor *cn_ops_tan(cn_tensor *x);
CN_API cn_tensor *cn_ops_arcsin(cn_tensor *x);
CN_API cn_tensor *cn_ops_arccos(cn_tensor *x);
CN_API cn_tensor *cn_ops_arctan(cn_tensor *x);
CN_API cn_tensor *cn_ops_sinh(cn_tensor *x);
CN_API cn_tensor *cn_ops_cosh(cn_tensor *x);
CN_API cn_tensor *cn_ops_arcsinh(cn_tensor *x);
CN_API cn_tensor *cn_ops_arccosh(cn_tensor *x);
CN_API cn_tensor *cn_ops_arctanh(cn_tensor *x);
CN_API cn_tensor *cn_ops_deg2rad(cn_tensor *x);
CN_API cn_tensor *cn_ops_rad2deg(cn_tensor *x);
CN_API cn_tensor *cn_ops_sinc(cn_tensor *x);   /* sin(pi x) / (pi x), 1 at 0 */
CN_API cn_tensor *cn_ops_erfc(cn_tensor *x);   /* 1 - erf(x) */
CN_API cn_tensor *cn_ops_erfinv(cn_tensor *x); /* the y with erf(y) = x */
CN_API cn_tensor *cn_ops_i0(cn_tensor *x);     /* the modified Bessel function of order 0 */
CN_API cn_tensor *cn_ops_fabs(cn_tensor *x);

/* x's type: the size of each (absolute under its other name), x without what is behind the decimal
 * point, and x itself. */
CN_API cn_tensor *cn_ops_abs(cn_tensor *x);
CN_API cn_tensor *cn_ops_trunc(cn_tensor *x);
CN_API cn_tensor *cn_ops_copy(cn_tensor *x);

/* Numbers are real here: real, conj and conjugate are x, imag 0, and angle is 0 or, below 0, pi. */
CN_API cn_tensor *cn_ops_real(cn_tensor *x);
CN_API cn_tensor *cn_ops_imag(cn_tensor *x);
CN_API cn_tensor *cn_ops_conj(cn_tensor *x);
CN_API cn_tensor *cn_ops_conjugate(cn_tensor *x);
CN_API cn_tensor *cn_ops_angle(cn_tensor *x);

/* Two tensors, broadcast: float32, but fmax, fmin and fmod the wider type of the two. */
CN_API cn_tensor *cn_ops_arctan2(cn_tensor *y, cn_tensor *x); /* the angle of (x, y) */
CN_API cn_tensor *cn_ops_hypot(cn_tensor *a, cn_tensor *b);   /* sqrt(a^2 + b^2) */
CN_API cn_tensor *cn_ops_logaddexp(cn_tensor *a, cn_tensor *b);
CN_API cn_tensor *cn_ops_logaddexp2(cn_tensor *a, cn_tensor *b); /* log2(2^a + 2^b) */
CN_API cn_tensor *cn_ops_ldexp(cn_tensor *a, cn_tensor *b);      /* a 2^b */
CN_API cn_tensor *cn_ops_true_divide(cn_tensor *a, cn_tensor *b);
CN_API cn_tensor *cn_ops_divide_no_nan(cn_tensor *a, cn_tensor *b); /* 0 where b is */
CN_API cn_tensor *cn_ops_heaviside(cn_tensor *a, cn_tensor *b);     /* 0 below 0, 1 above, b at 0 */
CN_API cn_tensor *cn_ops_nextafter(cn_tensor *a, cn_tensor *b);     /* a's neighbour towards b */
CN_API cn_tensor *cn_ops_fmax(cn_tensor *a, cn_tensor *b); /* of a number and NaN the number */
CN_API cn_tensor *cn_ops_fmin(cn_tensor *a, cn_tensor *b);
CN_API cn_tensor *cn_ops_fmod(cn_tensor *a, cn_tensor *b); /* has the sign of a */

/* bitwise_not, left_shift and right_shift of cornu/ops.h under their other names. */
CN_API cn_tensor *cn_ops_bitwise_invert(cn_tensor *x);
CN_API cn_tensor *cn_ops_bitwise_left_shift(cn_tensor *a, cn_tensor *b);
CN_API cn_tensor *cn_ops_bitwise_right_shift(cn_tensor *a, cn_tensor *b);

/* cn_ops_nan_to_num(x, .posinf = 100): x with numbers in the place of NaN (0 if none is said) and
 * of the infinities (CN_UNSET: the largest and the smallest that float32 has). */
typedef struct cn_ops_nan_to_num_args {
    cn_tensor *x;
    double nan, posinf, neginf;
    char end_;
} cn_ops_nan_to_num_args;
#define CN_OPS_NAN_TO_NUM_DEFAULTS .posinf = CN_UNSET, .neginf = CN_UNSET
CN_API cn_tensor *cn_ops_nan_to_num_with(const cn_ops_nan_to_num_args *args);

/* x as another type, as cn_ops_cast, but a number that the type does not have becomes the nearest
 * it has. */
CN_API cn_tensor *cn_ops_saturate_cast(cn_tensor *x, const char *dtype);

/* ---- questions ------------------------------------------------------------------------------- */

/* Bool, place by place. */
CN_API cn_tensor *cn_ops_isinf(cn_tensor *x);
CN_API cn_tensor *cn_ops_isposinf(cn_tensor *x);
CN_API cn_tensor *cn_ops_isneginf(cn_tensor *x);
CN_API cn_tensor *cn_ops_isreal(cn_tensor *x);  /* always true */
CN_API cn_tensor *cn_ops_signbit(cn_tensor *x); /* whether it is below 0 */
CN_API cn_tensor *cn_ops_logical_xor(cn_tensor *a, cn_tensor *b);

/* cn_ops_isclose(a, b, .atol = 1e-3): whether |a - b| <= atol + rtol |b|, broadcast; infinities are
 * close to themselves, and NaN to NaN with .equal_nan = true. */
typedef struct cn_ops_isclose_args {
    cn_tensor *x1, *x2;
    double rtol, atol;
    bool equal_nan;
    char end_;
} cn_ops_isclose_args;
#define CN_OPS_ISCLOSE_DEFAULTS .rtol = 1e-5, .atol = 1e-8
CN_API cn_tensor *cn_ops_isclose_with(const cn_ops_isclose_args *args);

/* ---- over axes ------------------------------------------------------------------------------- */

/* cn_ops_amax(x, .axis = 1): max and min under their other names, the largest less the smallest
 * (ptp), and how many are not 0: int32. count_nonzero takes no keepdims. Axes are said as
 * cn_ops_sum has them. */
CN_API cn_tensor *cn_ops_amax_with(const cn_ops_reduce_args *args);
CN_API cn_tensor *cn_ops_amin_with(const cn_ops_reduce_args *args);
CN_API cn_tensor *cn_ops_ptp_with(const cn_ops_reduce_args *args);
CN_API cn_tensor *cn_ops_count_nonzero_with(const cn_ops_reduce_args *args);

/* cn_ops_nanmean(x, .axis = 1): the same of the elements that are not NaN: float32. Where all are,
 * sums are 0, products 1, nanargmax and nanargmin (int32) -1, and the others NaN. */
CN_API cn_tensor *cn_ops_nansum_with(const cn_ops_reduce_args *args);
CN_API cn_tensor *cn_ops_nanprod_with(const cn_ops_reduce_args *args);
CN_API cn_tensor *cn_ops_nanmean_with(const cn_ops_reduce_args *args);
CN_API cn_tensor *cn_ops_nanvar_with(const cn_ops_reduce_args *args);
CN_API cn_tensor *cn_ops_nanstd_with(const cn_ops_reduce_args *args);
CN_API cn_tensor *cn_ops_nanmax_with(const cn_ops_reduce_args *args);
CN_API cn_tensor *cn_ops_nanmin_with(const cn_ops_reduce_args *args);
CN_API cn_tensor *cn_ops_nanargmax_with(const cn_ops_reduce_args *args);
CN_API cn_tensor *cn_ops_nanargmin_with(const cn_ops_reduce_args *args);
CN_API cn_tensor *cn_ops_nanmedian_with(const cn_ops_reduce_args *args);
CN_API cn_tensor *cn_ops_nanquantile_with(const cn_ops_quantile_args *args);
CN_API cn_tensor *cn_ops_nanpercentile_with(const cn_ops_quantile_args *args);

/* cn_ops_average(x, .axis = 1, .weights = w): sum(x w) / sum(w) along an axis, or of all elements:
 * float32. w has x's shape, or that of the axis; without weights it is the mean. */
typedef struct cn_ops_average_args {
    cn_tensor *x;
    int64_t axis;
    cn_tensor *weights;
    char end_;
} cn_ops_average_args;
#define CN_OPS_AVERAGE_DEFAULTS .axis = CN_EVERY_AXIS
CN_API cn_tensor *cn_ops_average_with(const cn_ops_average_args *args);

/* ---- along an axis --------------------------------------------------------------------------- */

/* cn_ops_cumsum(x, .axis = 1): each element with all before it added, or multiplied; x's shape. The
 * nan... take NaN for 0 or 1. Without .axis all elements in a row: one axis. */
#define CN_OPS_RUNNING_DEFAULTS .axis = CN_EVERY_AXIS
CN_API cn_tensor *cn_ops_cumsum_with(const cn_ops_axis_args *args);
CN_API cn_tensor *cn_ops_cumprod_with(const cn_ops_axis_args *args);
CN_API cn_tensor *cn_ops_nancumsum_with(const cn_ops_axis_args *args);
CN_API cn_tensor *cn_ops_nancumprod_with(const cn_ops_axis_args *args);

/* cn_ops_diff(x), cn_ops_diff(x, 2, .axis = 1): each element less the one before it, n times over:
 * the axis has n fewer. */
typedef struct cn_ops_diff_args {
    cn_tensor *x;
    int64_t n, axis;
    char end_;
} cn_ops_diff_args;
#define CN_OPS_DIFF_DEFAULTS .n = 1, .axis = -1
CN_API cn_tensor *cn_ops_diff_with(const cn_ops_diff_args *args);

/* cn_ops_trapezoid(y, .dx = 0.5, .axis = 1): the integral along an axis, which vanishes, of what is
 * straight between points dx apart: float32. */
typedef struct cn_ops_trapezoid_args {
    cn_tensor *y;
    double dx;
    int64_t axis;
    char end_;
} cn_ops_trapezoid_args;
#define CN_OPS_TRAPEZOID_DEFAULTS .dx = 1, .axis = -1
CN_API cn_tensor *cn_ops_trapezoid_with(const cn_ops_trapezoid_args *args);

/* cn_ops_argpartition(x, 3), cn_ops_argpartition(x, -1, .axis = 1): places (int32) along an axis,
 * or of all elements in a row (CN_EVERY_AXIS): first those of the kth + 1 smallest. kth below 0
 * counts from the end. */
typedef struct cn_ops_argpartition_args {
    cn_tensor *x;
    int64_t kth, axis;
    char end_;
} cn_ops_argpartition_args;
#define CN_OPS_ARGPARTITION_DEFAULTS .axis = -1
CN_API cn_tensor *cn_ops_argpartition_with(const cn_ops_argpartition_args *args);

/* ---- keywords -------------------------------------------------------------------------------- */

#ifndef __cplusplus
#define cn_ops_nan_to_num(...)                                                                     \
    CN_KEYWORDS_(cn_ops_nan_to_num_with, cn_ops_nan_to_num_args, CN_OPS_NAN_TO_NUM_DEFAULTS,       \
                 .x = __VA_ARGS__)
#define cn_ops_isclose(...)                                                                        \
    CN_KEYWORDS_(cn_ops_isclose_with, cn_ops_isclose_args, CN_OPS_ISCLOSE_DEFAULTS,                \
                 .x1 = __VA_ARGS__)

#define cn_ops_amax(...) CN_OPS_REDUCE_(cn_ops_amax_with, __VA_ARGS__)
#define cn_ops_amin(...) CN_OPS_REDUCE_(cn_ops_amin_with, __VA_ARGS__)
#define cn_ops_ptp(...) CN_OPS_REDUCE_(cn_ops_ptp_with, __VA_ARGS__)
#define cn_ops_count_nonzero(...) CN_OPS_REDUCE_(cn_ops_count_nonzero_with, __VA_ARGS__)
#define cn_ops_nansum(...) CN_OPS_REDUCE_(cn_ops_nansum_with, __VA_ARGS__)
#define cn_ops_nanprod(...) CN_OPS_REDUCE_(cn_ops_nanprod_with, __VA_ARGS__)
#define cn_ops_nanmean(...) CN_OPS_REDUCE_(cn_ops_nanmean_with, __VA_ARGS__)
#define cn_ops_nanvar(...) CN_OPS_REDUCE_(cn_ops_nanvar_with, __VA_ARGS__)
#define cn_ops_nanstd(...) CN_OPS_REDUCE_(cn_ops_nanstd_with, __VA_ARGS__)
#define cn_ops_nanmax(...) CN_OPS_REDUCE_(cn_ops_nanmax_with, __VA_ARGS__)
#define cn_ops_nanmin(...) CN_OPS_REDUCE_(cn_ops_nanmin_with, __VA_ARGS__)
#define cn_ops_nanargmax(...) CN_OPS_REDUCE_(cn_ops_nanargmax_with, __VA_ARGS__)
#define cn_ops_nanargmin(...) CN_OPS_REDUCE_(cn_ops_nanargmin_with, __VA_ARGS__)
#define cn_ops_nanmedian(...) CN_OPS_REDUCE_(cn_ops_nanmedian_with, __VA_ARGS__)
#define cn_ops_nanquantile(...) CN_OPS_QUANTILE_(cn_ops_nanquantile_with, __VA_ARGS__)
#define cn_ops_nanpercentile(...) CN_OPS_QUANTILE_(cn_ops_nanpercentile_with, __VA_ARGS__)
#define cn_ops_average(...)                                                                        \
    CN_KEYWORDS_(cn_ops_average_with, cn_ops_average_args, CN_OPS_AVERAGE_DEFAULTS,                \
                 .x = __VA_ARGS__)

#define CN_OPS_RUNNING_(function, ...)                                                             \
    CN_KEYWORDS_(function, cn_ops_axis_args, CN_OPS_RUNNING_DEFAULTS, .x = __VA_ARGS__)
#define cn_ops_cumsum(...) CN_OPS_RUNNING_(cn_ops_cumsum_with, __VA_ARGS__)
#define cn_ops_cumprod(...) CN_OPS_RUNNING_(cn_ops_cumprod_with, __VA_ARGS__)
#define cn_ops_nancumsum(...) CN_OPS_RUNNING_(cn_ops_nancumsum_with, __VA_ARGS__)
#define cn_ops_nancumprod(...) CN_OPS_RUNNING_(cn_ops_nancumprod_with, __VA_ARGS__)
#define cn_ops_diff(...)                                                                           \
    CN_KEYWORDS_(cn_ops_diff_with, cn_ops_diff_args, CN_OPS_DIFF_DEFAULTS, .x = __VA_ARGS__)
#define cn_ops_trapezoid(...)                                                                      \
    CN_KEYWORDS_(cn_ops_trapezoid_with, cn_ops_trapezoid_args, CN_OPS_TRAPEZOID_DEFAULTS,          \
                 .y = __VA_ARGS__)
#define cn_ops_argpartition(...)                                                                   \
    CN_KEYWORDS_(cn_ops_argpartition_with, cn_ops_argpartition_args, CN_OPS_ARGPARTITION_DEFAULTS, \
                 .x = __VA_ARGS__)
#endif

CN_END_DECLS

#endif
