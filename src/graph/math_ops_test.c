/* Public operations that compute: each gives Keras's numbers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include <math.h>

#include "cornu/activation_ops.h"
#include "cornu/math_ops.h"
#include "support/anew.h"
#include "support/drawn.h"

static void of_one_tensor(void **state)
{
    (void)state;
    cn_tensor *x = cn_input({3}), *y = cn_input({3}), *h = cn_ops_tanh(x);
    cn_tensor *part = cn_ops_divide(x, cn_ops_scalar(8));
    const struct cn_drawn cases[] = {
        {"exp2", cn_ops_exp2(x), 6, {2, 0.25, 8, M_SQRT2, 32, 0.015625}},
        {"log2", cn_ops_log2(x), 6, {0, NAN, 1.5849625, -1, 2.321928, NAN}},
        {"log10", cn_ops_log10(x), 6, {0, NAN, 0.47712126, -0.30103001, 0.69897002, NAN}},
        {"cbrt", cn_ops_cbrt(x), 6, {1, -1.2599211, 1.4422495, 0.79370052, 1.709976, -1.8171206}},
        {"tan",
         cn_ops_tan(x),
         6,
         {1.5574077, 2.1850398, -0.14254655, 0.5463025, -3.3805151, 0.29100618}},
        {"arcsin",
         cn_ops_arcsin(part),
         6,
         {0.12532783, -0.25268026, 0.38439677, 0.062540762, 0.67513153, -0.84806208}},
        {"arccos",
         cn_ops_arccos(part),
         6,
         {1.4454685, 1.8234766, 1.1863996, 1.5082556, 0.89566479, 2.4188584}},
        {"arctan",
         cn_ops_arctan(x),
         6,
         {0.78539813, -1.1071489, 1.2490458, 0.46364754, 1.3734008, -1.4056476}},
        {"sinh",
         cn_ops_sinh(h),
         6,
         {0.83738303, -1.1204413, 1.1675845, 0.47874141, 1.1750611, -1.1751821}},
        {"cosh",
         cn_ops_cosh(h),
         6,
         {1.3043046, 1.5017952, 1.5372878, 1.1086899, 1.5429739, 1.543066}},
        {"arcsinh",
         cn_ops_arcsinh(x),
         6,
         {0.88137364, -1.4436355, 1.8184464, 0.48121184, 2.3124385, -2.4917798}},
        {"arccosh", cn_ops_arccosh(x), 6, {0, NAN, 1.7627472, NAN, 2.2924316, NAN}},
        {"arctanh",
         cn_ops_arctanh(part),
         6,
         {0.12565722, -0.25541282, 0.39422867, 0.062581569, 0.73316854, -0.97295511}},
        {"deg2rad",
         cn_ops_deg2rad(x),
         6,
         {0.017453292, -0.034906585, 0.052359879, 0.0087266462, 0.08726646, -0.10471976}},
        {"rad2deg",
         cn_ops_rad2deg(h),
         6,
         {43.636131, -55.234712, 57.012438, 26.477363, 57.290577, -57.295075}},
        {"sinc",
         cn_ops_sinc(cn_ops_divide(x, y)),
         6,
         {0.63661975, 0, -0.21220659, 0.97449541, -0.18006328, -0.21220659}},
        {"erfinv",
         cn_ops_erfinv(cn_ops_multiply(x, cn_ops_scalar(0.5))),
         2,
         {0.4769363, -INFINITY}},
        {"i0", cn_ops_i0(x), 6, {1.2660659, 2.2795853, 4.8807926, 1.0634834, 27.239872, 67.234407}},
        {"erfc", cn_ops_erfc(x), 6, {0.15729924, 1.9953222, 2.2090497e-05, 0.47950017, 0, 2}},
    };
    CN_CHECK_DRAWN(x, y, cases);
}

static void that_keep_or_change_types(void **state)
{
    (void)state;
    cn_tensor *x = cn_input({3}), *y = cn_input({3}), *n = cn_ops_log(x);
    cn_tensor *whole = cn_ops_cast(x, "int32");
    cn_tensor *infinite = cn_ops_multiply(cn_ops_log(cn_ops_zeros_like(x)), x);
    const struct cn_drawn cases[] = {
        {"fabs", cn_ops_fabs(x), 6, {1, 2, 3, 0.5, 5, 6}},
        {"abs", cn_ops_abs(x), 6, {1, 2, 3, 0.5, 5, 6}},
        {"trunc", cn_ops_trunc(cn_ops_divide(x, y)), 6, {0, -1, 1, 0, 1, -1}},
        {"copy", cn_ops_copy(x), 6, {1, -2, 3, 0.5, 5, -6}},
        {"real", cn_ops_real(x), 6, {1, -2, 3, 0.5, 5, -6}},
        {"imag", cn_ops_imag(x), 6, {0}},
        {"conj", cn_ops_conj(x), 6, {1, -2, 3, 0.5, 5, -6}},
        {"conjugate", cn_ops_conjugate(x), 6, {1, -2, 3, 0.5, 5, -6}},
        {"angle", cn_ops_angle(x), 6, {0, M_PI, 0, 0, 0, M_PI}},
        {"bitwise_invert", cn_ops_bitwise_invert(whole), 6, {-2, 1, -4, -1, -6, 5}},
        {"saturate_cast",
         cn_ops_saturate_cast(cn_ops_multiply(x, cn_ops_scalar(100)), "uint8"),
         6,
         {100, 0, 255, 50, 255, 0}},
        {"nan_to_num",
         cn_ops_nan_to_num(cn_ops_add(n, n), 7),
         6,
         {0, 7, 2.1972246, -1.3862944, 3.2188759, 7}},
        {"nan_to_num infinities",
         cn_ops_nan_to_num(infinite, .posinf = 8, .neginf = -9),
         6,
         {-9, 8, -9, -9, -9, 8}},
    };
    CN_CHECK_DRAWN(x, y, cases);
    assert_string_equal(cn_tensor_dtype(cn_ops_bitwise_invert(whole)), "int32");
    assert_string_equal(cn_tensor_dtype(cn_ops_abs(whole)), "int32");
    assert_string_equal(cn_tensor_dtype(cn_ops_fabs(whole)), "float32");
}

static void of_two_tensors(void **state)
{
    (void)state;
    cn_tensor *x = cn_input({3}), *y = cn_input({3}), *n = cn_ops_log(x);
    cn_tensor *whole = cn_ops_cast(x, "int32"), *two = cn_ops_cast(y, "int32");
    const struct cn_drawn cases[] = {
        {"arctan2",
         cn_ops_arctan2(x, y),
         6,
         {0.4636476, -0.78539819, 0.98279375, 0.124355, 0.8960554, -0.98279375}},
        {"hypot",
         cn_ops_hypot(x, y),
         6,
         {2.236068, 2.8284271, 3.6055512, 4.0311289, 6.4031243, 7.2111025}},
        {"logaddexp",
         cn_ops_logaddexp(x, y),
         6,
         {2.3132617, 2.0181499, 3.3132617, 4.0297503, 5.3132615, 4.0000453}},
        {"logaddexp2",
         cn_ops_logaddexp2(x, y),
         6,
         {2.5849624, 2.0874629, 3.5849624, 4.1221933, 5.5849624, 4.0014081}},
        {"ldexp", cn_ops_ldexp(x, cn_ops_cast(y, "int32")), 6, {4, -8, 12, 8, 80, -96}},
        {"true_divide", cn_ops_true_divide(x, y), 6, {0.5, -1, 1.5, 0.125, 1.25, -1.5}},
        {"divide_no_nan",
         cn_ops_divide_no_nan(y, cn_ops_relu(x)),
         6,
         {2, 0, 0.66666669, 8, 0.80000001, 0}},
        {"heaviside", cn_ops_heaviside(cn_ops_add(x, cn_ops_scalar(2)), y), 6, {1, 2, 1, 1, 1, 0}},
        {"nextafter",
         cn_ops_multiply(cn_ops_subtract(cn_ops_nextafter(x, y), x), cn_ops_scalar(8388608)),
         6,
         {1, 1, -2, 0.5, -4, 4}},
        {"fmax", cn_ops_fmax(n, y), 6, {2, 2, 2, 4, 4, 4}},
        {"fmin", cn_ops_fmin(n, y), 6, {0, 2, 1.0986123, -0.69314718, 1.6094379, 4}},
        {"fmod", cn_ops_fmod(x, y), 6, {1, 0, 1, 0.5, 1, -2}},
        {"bitwise_left_shift", cn_ops_bitwise_left_shift(whole, two), 6, {4, -8, 12, 0, 80, -96}},
        {"bitwise_right_shift", cn_ops_bitwise_right_shift(whole, two), 6, {0, -1, 0, 0, 0, -1}},
    };
    CN_CHECK_DRAWN(x, y, cases);
    assert_string_equal(cn_tensor_dtype(cn_ops_fmax(whole, two)), "int32");
}

static void questions(void **state)
{
    (void)state;
    cn_tensor *x = cn_input({3}), *y = cn_input({3}), *n = cn_ops_log(x);
    cn_tensor *infinite = cn_ops_multiply(cn_ops_log(cn_ops_zeros_like(x)), x);
    const struct cn_drawn cases[] = {
        {"isinf", cn_ops_isinf(infinite), 6, {1, 1, 1, 1, 1, 1}},
        {"isposinf", cn_ops_isposinf(infinite), 6, {0, 1, 0, 0, 0, 1}},
        {"isneginf", cn_ops_isneginf(infinite), 6, {1, 0, 1, 1, 1, 0}},
        {"isreal", cn_ops_isreal(x), 6, {1, 1, 1, 1, 1, 1}},
        {"signbit", cn_ops_signbit(x), 6, {0, 1, 0, 0, 0, 1}},
        {"logical_xor",
         cn_ops_logical_xor(cn_ops_signbit(x), cn_ops_less(x, y)),
         6,
         {1, 0, 0, 1, 0, 0}},
        {"isclose", cn_ops_isclose(x, cn_ops_add(x, cn_ops_scalar(1e-3))), 6, {0}},
        {"isclose rtol",
         cn_ops_isclose(x, cn_ops_add(x, cn_ops_scalar(1e-3)), .rtol = 4e-4),
         6,
         {0, 0, 1, 0, 1, 1}},
        {"isclose atol",
         cn_ops_isclose(x, cn_ops_add(x, cn_ops_scalar(1e-3)), .atol = 2e-3),
         6,
         {1, 1, 1, 1, 1, 1}},
        {"isclose NaN", cn_ops_isclose(n, n, .equal_nan = true), 6, {1, 1, 1, 1, 1, 1}},
    };
    CN_CHECK_DRAWN(x, y, cases);
    assert_string_equal(cn_tensor_dtype(cn_ops_isclose(x, y)), "bool");
}

static void over_axes(void **state)
{
    (void)state;
    cn_tensor *x = cn_input({3}), *y = cn_input({3}), *n = cn_ops_log(x);
    const struct cn_drawn cases[] = {
        {"amax", cn_ops_amax(x, .axis = 1), 2, {3, 5}},
        {"amin", cn_ops_amin(x, .axis = -1, .keepdims = true), 2, {-2, -6}},
        {"ptp", cn_ops_ptp(x, .axis = 0), 3, {0.5, 7, 9}},
        {"ptp all", cn_ops_ptp(x), 1, {11}},
        {"count_nonzero", cn_ops_count_nonzero(cn_ops_relu(x), .axis = 1), 2, {2, 2}},
        {"nansum", cn_ops_nansum(n, .axis = 1), 2, {1.0986123, 0.91629076}},
        {"nanprod", cn_ops_nanprod(n, .axis = 0), 3, {0, 1.6094379, 1.0986123}},
        {"nanmean", cn_ops_nanmean(n, .axis = 1), 2, {0.54930615, 0.45814538}},
        {"nanvar", cn_ops_nanvar(n, .axis = 1), 2, {0.30173725, 1.3254746}},
        {"nanstd", cn_ops_nanstd(n, .axis = 0), 3, {0.34657359, 0, 0}},
        {"nanmax", cn_ops_nanmax(n, .axis = 1), 2, {1.0986123, 1.6094379}},
        {"nanmin", cn_ops_nanmin(n, .axis = 0), 3, {-0.69314718, 1.6094379, 1.0986123}},
        {"nanargmax", cn_ops_nanargmax(n, .axis = 1), 2, {2, 1}},
        {"nanargmin", cn_ops_nanargmin(n, .axis = 1), 2, {0}},
        {"nanmedian", cn_ops_nanmedian(n, .axis = 1), 2, {0.54930615, 0.45814538}},
        {"nansum all", cn_ops_nansum(n), 1, {2.0149031}},
        {"nanquantile", cn_ops_nanquantile(n, 0.25, .axis = 1), 2, {0.27465308, -0.1175009}},
        {"nanquantile method",
         cn_ops_nanquantile(n, 0.25, .axis = 1, .method = "higher"),
         2,
         {1.0986123, 1.6094379}},
        {"nanpercentile",
         cn_ops_nanpercentile(n, 25, .axis = 1, .keepdims = true),
         2,
         {0.27465308, -0.1175009}},
        {"average", cn_ops_average(x, .axis = 0), 3, {0.75, 1.5, -1.5}},
        {"average weights",
         cn_ops_average(x, 1, .weights = cn_ops_exp(y)),
         2,
         {0.66666669, -0.16666673}},
        {"average of rows",
         cn_ops_average(x, .axis = 0, .weights = cn_ops_max(y, .axis = 1)),
         3,
         {0.66666669, 2.6666667, -3}},
        {"average all", cn_ops_average(x, .weights = y), 1, {0.11111111}},
    };
    CN_CHECK_DRAWN(x, y, cases);
    assert_int_equal(cn_tensor_rank(cases[0].result), 1);
    assert_int_equal(cn_tensor_rank(cases[1].result), 2);
    assert_string_equal(cn_tensor_dtype(cn_ops_count_nonzero(x)), "int32");
}

static void along_an_axis(void **state)
{
    (void)state;
    cn_tensor *x = cn_input({3}), *y = cn_input({3}), *n = cn_ops_log(x);
    const struct cn_drawn cases[] = {
        {"cumsum", cn_ops_cumsum(x, .axis = 1), 6, {1, -1, 2, 0.5, 5.5, -0.5}},
        {"cumsum all", cn_ops_cumsum(x), 6, {1, -1, 2, 2.5, 7.5, 1.5}},
        {"cumprod", cn_ops_cumprod(x, .axis = 0), 6, {1, -2, 3, 0.5, -10, -18}},
        {"nancumsum",
         cn_ops_nancumsum(n, -1),
         6,
         {0, 0, 1.0986123, -0.69314718, 0.91629076, 0.91629076}},
        {"nancumprod",
         cn_ops_nancumprod(n, .axis = 1),
         6,
         {0, 0, 0, -0.69314718, -1.1155773, -1.1155773}},
        {"diff", cn_ops_diff(x), 4, {-3, 5, 4.5, -11}},
        {"diff 2", cn_ops_diff(x, 2), 2, {8, -15.5}},
        {"diff 0", cn_ops_diff(x, .axis = 0), 3, {-0.5, 7, -9}},
        {"trapezoid", cn_ops_trapezoid(x), 2, {0, 2.25}},
        {"trapezoid 0", cn_ops_trapezoid(x, 0.5, .axis = 0), 3, {0.375, 0.75, -0.75}},
        {"argpartition", cn_ops_argpartition(x, 1), 6, {1, 0, 2, 2, 0, 1}},
        {"argpartition all",
         cn_ops_argpartition(x, 0, .axis = CN_EVERY_AXIS),
         6,
         {5, 0, 1, 2, 3, 4}},
    };
    CN_CHECK_DRAWN(x, y, cases);
    assert_int_equal(cn_tensor_rank(cn_ops_cumsum(x)), 1);
}

/* The message that a function gives for NULL is of the form "exp2: input 0 is NULL, ...". */
static void names_itself(const char *name, int input, cn_tensor *result)
{
    char message[128];
    (void)snprintf(message, sizeof message, "%s: input %d is NULL, not a tensor", name, input);
    cn_expect_error(result, message);
}

static void null_is_named(void **state)
{
    static const struct {
        const char *name;
        cn_tensor *(*draw)(cn_tensor *x);
    } of_one[] = {
        {"exp2", cn_ops_exp2},
        {"log2", cn_ops_log2},
        {"log10", cn_ops_log10},
        {"cbrt", cn_ops_cbrt},
        {"tan", cn_ops_tan},
        {"arcsin", cn_ops_arcsin},
        {"arccos", cn_ops_arccos},
        {"arctan", cn_ops_arctan},
        {"sinh", cn_ops_sinh},
        {"cosh", cn_ops_cosh},
        {"arcsinh", cn_ops_arcsinh},
        {"arccosh", cn_ops_arccosh},
        {"arctanh", cn_ops_arctanh},
        {"deg2rad", cn_ops_deg2rad},
        {"rad2deg", cn_ops_rad2deg},
        {"sinc", cn_ops_sinc},
        {"erfc", cn_ops_erfc},
        {"fabs", cn_ops_fabs},
        {"abs", cn_ops_abs},
        {"trunc", cn_ops_trunc},
        {"copy", cn_ops_copy},
        {"real", cn_ops_real},
        {"imag", cn_ops_imag},
        {"conj", cn_ops_conj},
        {"conjugate", cn_ops_conjugate},
        {"angle", cn_ops_angle},
        {"bitwise_invert", cn_ops_bitwise_invert},
        {"isinf", cn_ops_isinf},
        {"isposinf", cn_ops_isposinf},
        {"isneginf", cn_ops_isneginf},
        {"isreal", cn_ops_isreal},
        {"signbit", cn_ops_signbit},
    };
    static const struct {
        const char *name;
        cn_tensor *(*draw)(cn_tensor *a, cn_tensor *b);
    } of_two[] = {
        {"arctan2", cn_ops_arctan2},
        {"hypot", cn_ops_hypot},
        {"logaddexp", cn_ops_logaddexp},
        {"logaddexp2", cn_ops_logaddexp2},
        {"ldexp", cn_ops_ldexp},
        {"true_divide", cn_ops_true_divide},
        {"divide_no_nan", cn_ops_divide_no_nan},
        {"heaviside", cn_ops_heaviside},
        {"nextafter", cn_ops_nextafter},
        {"fmax", cn_ops_fmax},
        {"fmin", cn_ops_fmin},
        {"fmod", cn_ops_fmod},
        {"bitwise_left_shift", cn_ops_bitwise_left_shift},
        {"bitwise_right_shift", cn_ops_bitwise_right_shift},
        {"logical_xor", cn_ops_logical_xor},
    };
    (void)state;
    cn_tensor *x = cn_input({3});
    for (size_t i = 0; i < sizeof of_one / sizeof of_one[0]; i++)
        names_itself(of_one[i].name, 0, of_one[i].draw(NULL));
    for (size_t i = 0; i < sizeof of_two / sizeof of_two[0]; i++)
        names_itself(of_two[i].name, 1, of_two[i].draw(x, NULL));
    names_itself("nansum", 0, cn_ops_nansum(NULL));
    names_itself("cumsum", 0, cn_ops_cumsum(NULL));
    names_itself("nan_to_num", 0, cn_ops_nan_to_num(NULL));
    names_itself("isclose", 1, cn_ops_isclose(x, NULL));
    names_itself("average", 0, cn_ops_average(NULL));
}

static void mistakes_are_named(void **state)
{
    (void)state;
    cn_tensor *x = cn_input({4}), *y = cn_input({3});
    cn_expect_error(cn_ops_saturate_cast(x, "uint9"),
                    "saturate_cast: unknown dtype 'uint9'; did you mean 'uint8'?");
    cn_expect_error(cn_ops_count_nonzero(x, .keepdims = true), "count_nonzero: takes no keepdims");
    cn_expect_error(
        cn_ops_hypot(x, y),
        "hypot_1: cannot be called on (None, 4) and (None, 3): add: shapes (None, 4) and (None, 3) "
        "do not fit together");
    cn_expect_error(
        cn_ops_nextafter(x, y),
        "nextafter_1: cannot be called on (None, 4) and (None, 3): next_after: shapes (None, 4) "
        "and (None, 3) do not fit together");
    cn_expect_error(
        cn_ops_isclose(x, y),
        "isclose_1: cannot be called on (None, 4), (None, 3), () and (): subtract: shapes (None, "
        "4) and (None, 3) do not fit together");
    cn_expect_error(
        cn_ops_bitwise_invert(x),
        "bitwise_invert_1: cannot be called on (None, 4): bitwise_not: takes whole numbers, got "
        "float32");
    cn_expect_error(
        cn_ops_nanmax(x, .axis = 2),
        "nanmax_1: cannot be called on (None, 4): max: axis 2 is not in shape (None, 4)");
    cn_expect_error(
        cn_ops_nanargmin(x, .axis = {0, 1}),
        "nanargmin_1: cannot be called on (None, 4): argmax, argmin: take one axis or all, not (0, "
        "1)");
    cn_expect_error(cn_ops_nanquantile(x, 2), "nanquantile: q must be from 0 to 1, got 2");
    cn_expect_error(
        cn_ops_nanpercentile(x, 50, .method = "middle"),
        "nanpercentile_1: cannot be called on (None, 4): nanpercentile: unknown method 'middle'; "
        "known are linear, lower, higher, midpoint and nearest");
    cn_expect_error(
        cn_ops_average(x, .axis = 5),
        "average_1: cannot be called on (None, 4): sum: axis 5 is not in shape (None, 4)");
    cn_expect_error(
        cn_ops_average(x, .axis = 1, .weights = y),
        "average_2: cannot be called on (None, 4) and (None, 3): broadcast_to: shape (None, 3) "
        "cannot be broadcast to (None, 4)");
    cn_expect_error(
        cn_ops_cumsum(x, .axis = 2),
        "cumsum_1: cannot be called on (None, 4): cumsum: axis 2 is not in shape (None, 4)");
    cn_expect_error(
        cn_ops_diff(x, .axis = -3),
        "diff_1: cannot be called on (None, 4): diff: axis -3 is not in shape (None, 4)");
    cn_expect_error(
        cn_ops_diff(x, 5),
        "diff_2: cannot be called on (None, 4): diff: n must be from 0 to the length of the axis, "
        "got 5");
    cn_expect_error(
        cn_ops_diff(x, -1),
        "diff_3: cannot be called on (None, 4): diff: n must be from 0 to the length of the axis, "
        "got -1");
    cn_expect_error(
        cn_ops_trapezoid(x, .axis = 2),
        "trapezoid_1: cannot be called on (None, 4): trapezoid: axis 2 is not in shape (None, 4)");
    cn_expect_error(
        cn_ops_argpartition(x, 4),
        "argpartition_1: cannot be called on (None, 4): argpartition: kth 4 is not among 4");
    cn_expect_error(
        cn_ops_argpartition(x, 0, .axis = 3),
        "argpartition_2: cannot be called on (None, 4): argpartition: axis 3 is not in shape "
        "(None, 4)");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(of_one_tensor, cn_begin_anew),
        cmocka_unit_test_setup(that_keep_or_change_types, cn_begin_anew),
        cmocka_unit_test_setup(of_two_tensors, cn_begin_anew),
        cmocka_unit_test_setup(questions, cn_begin_anew),
        cmocka_unit_test_setup(over_axes, cn_begin_anew),
        cmocka_unit_test_setup(along_an_axis, cn_begin_anew),
        cmocka_unit_test_setup(null_is_named, cn_begin_anew),
        cmocka_unit_test_setup(mistakes_are_named, cn_begin_anew),
    };
    return cmocka_run_group_tests_name("operations that compute", tests, NULL, NULL);
}
