/* Public operations: each computes what it says, drawn and (in custom_test.c) traced. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <string.h>

#include "cornu/array.h"
#include "cornu/custom.h"
#include "cornu/nn.h"
#include "cornu/session.h"
#include "support/anew.h"
#include "support/drawn.h"
#include "support/model_run.h"

static void place_by_place(void **state)
{
    (void)state;
    cn_tensor *x = cn_input({3}), *y = cn_input({3}), *two = cn_ops_scalar(2);
    const struct cn_drawn cases[] = {
        {"add", cn_ops_add(x, y), 6, {3, 0, 5, 4.5, 9, -2}},
        {"subtract", cn_ops_subtract(x, y), 6, {-1, -4, 1, -3.5, 1, -10}},
        {"multiply", cn_ops_multiply(two, x), 6, {2, -4, 6, 1, 10, -12}},
        {"divide", cn_ops_divide(x, y), 6, {0.5, -1, 1.5, 0.125, 1.25, -1.5}},
        {"power", cn_ops_power(x, two), 6, {1, 4, 9, 0.25, 25, 36}},
        {"maximum", cn_ops_maximum(x, y), 6, {2, 2, 3, 4, 5, 4}},
        {"minimum", cn_ops_minimum(x, y), 6, {1, -2, 2, 0.5, 4, -6}},
        {"floor_divide", cn_ops_floor_divide(x, two), 6, {0, -1, 1, 0, 2, -3}},
        {"mod", cn_ops_mod(x, two), 6, {1, 0, 1, 0.5, 1, 0}},
        {"negative", cn_ops_negative(x), 6, {-1, 2, -3, -0.5, -5, 6}},
        {"absolute", cn_ops_absolute(x), 6, {1, 2, 3, 0.5, 5, 6}},
        {"sign", cn_ops_sign(x), 6, {1, -1, 1, 1, 1, -1}},
        {"square", cn_ops_square(x), 6, {1, 4, 9, 0.25, 25, 36}},
        {"sqrt", cn_ops_sqrt(y), 6, {M_SQRT2, M_SQRT2, M_SQRT2, 2, 2, 2}},
        {"rsqrt", cn_ops_rsqrt(y), 6, {M_SQRT1_2, M_SQRT1_2, M_SQRT1_2, 0.5, 0.5, 0.5}},
        {"reciprocal", cn_ops_reciprocal(y), 4, {0.5, 0.5, 0.5, 0.25}},
        {"exp", cn_ops_exp(x), 2, {M_E, 0.135335283}},
        {"expm1", cn_ops_expm1(x), 2, {1.718281828, -0.864664717}},
        {"log", cn_ops_log(y), 4, {M_LN2, M_LN2, M_LN2, 2 * M_LN2}},
        {"log1p", cn_ops_log1p(y), 1, {1.098612289}},
        {"sin", cn_ops_sin(x), 1, {0.841470985}},
        {"cos", cn_ops_cos(x), 1, {0.540302306}},
        {"tanh", cn_ops_tanh(x), 1, {0.761594156}},
        {"erf", cn_ops_erf(x), 1, {0.842700793}},
        {"floor", cn_ops_floor(cn_ops_divide(x, two)), 6, {0, -1, 1, 0, 2, -3}},
        {"ceil", cn_ops_ceil(cn_ops_divide(x, two)), 6, {1, -1, 2, 1, 3, -3}},
        {"round", cn_ops_round(cn_ops_divide(x, two)), 6, {0, -1, 2, 0, 2, -3}},
        {"stop_gradient", cn_ops_stop_gradient(x), 6, {1, -2, 3, 0.5, 5, -6}},
        {"zeros_like", cn_ops_zeros_like(x), 6, {0}},
        {"ones_like", cn_ops_ones_like(x), 6, {1, 1, 1, 1, 1, 1}},
        {"clip", cn_ops_clip(x, -1, 2), 6, {1, -1, 2, 0.5, 2, -1}},
        {"cast", cn_ops_cast(x, "int64"), 6, {1, -2, 3, 0, 5, -6}},
    };
    CN_CHECK_DRAWN(x, y, cases);
}

static void comparisons(void **state)
{
    (void)state;
    cn_tensor *x = cn_input({3}), *y = cn_input({3}), *one = cn_ops_scalar(1);
    cn_tensor *less = cn_ops_less(x, y), *positive = cn_ops_greater(x, cn_ops_scalar(0));
    const struct cn_drawn cases[] = {
        {"equal", cn_ops_equal(x, one), 6, {1, 0, 0, 0, 0, 0}},
        {"not_equal", cn_ops_not_equal(x, one), 6, {0, 1, 1, 1, 1, 1}},
        {"less", less, 6, {1, 1, 0, 1, 0, 1}},
        {"less_equal", cn_ops_less_equal(x, one), 6, {1, 1, 0, 1, 0, 1}},
        {"greater", positive, 6, {1, 0, 1, 1, 1, 0}},
        {"greater_equal", cn_ops_greater_equal(x, one), 6, {1, 0, 1, 0, 1, 0}},
        {"logical_and", cn_ops_logical_and(less, positive), 6, {1, 0, 0, 1, 0, 0}},
        {"logical_or", cn_ops_logical_or(less, positive), 6, {1, 1, 1, 1, 1, 1}},
        {"logical_not", cn_ops_logical_not(less), 6, {0, 0, 1, 0, 1, 0}},
        {"isfinite", cn_ops_isfinite(cn_ops_log(x)), 6, {1, 0, 1, 1, 1, 0}},
        {"isnan", cn_ops_isnan(cn_ops_log(x)), 6, {0, 1, 0, 0, 0, 1}},
        {"where", cn_ops_where(positive, x, y), 6, {1, 2, 3, 0.5, 5, 4}},
    };
    CN_CHECK_DRAWN(x, y, cases);
    assert_string_equal(cn_tensor_dtype(less), "bool");
}

static void over_axes(void **state)
{
    (void)state;
    cn_tensor *x = cn_input({3}), *y = cn_input({3});
    const struct cn_drawn cases[] = {
        {"sum", cn_ops_sum(x), 1, {1.5}},
        {"sum 1", cn_ops_sum(x, .axis = 1), 2, {2, -0.5}},
        {"sum 0", cn_ops_sum(x, .axis = 0), 3, {1.5, 3, -3}},
        {"sum -1, 0", cn_ops_sum(x, .axis = {0, -1}), 1, {1.5}},
        {"mean", cn_ops_mean(x, .axis = -1, .keepdims = true), 2, {2.0 / 3, -0.5 / 3}},
        {"max", cn_ops_max(x, .axis = 1), 2, {3, 5}},
        {"min", cn_ops_min(x), 1, {-6}},
        {"prod", cn_ops_prod(x, .axis = 1), 2, {-6, -15}},
        {"any", cn_ops_any(cn_ops_less(x, cn_ops_scalar(-5)), .axis = 1), 2, {0, 1}},
        {"all", cn_ops_all(cn_ops_less(x, cn_ops_scalar(4)), .axis = 1), 2, {1, 0}},
        {"var", cn_ops_var(x, .axis = 1), 2, {38.0 / 9, 61.25 / 3 - 0.25 / 9}},
        {"std", cn_ops_std(x, .axis = 1), 1, {2.054804668}},
        {"logsumexp", cn_ops_logsumexp(x, .axis = 1), 1, {3.13284522}},
        {"argmax", cn_ops_argmax(x, .axis = 1), 2, {2, 1}},
        {"argmax all", cn_ops_argmax(x), 1, {4}},
        {"argmin", cn_ops_argmin(x, .axis = 0, .keepdims = true), 3, {1, 0, 1}},
        {"softmax", cn_ops_softmax(y), 6, {1.0 / 3, 1.0 / 3, 1.0 / 3, 1.0 / 3, 1.0 / 3, 1.0 / 3}},
        {"softmax 0", cn_ops_softmax(y, .axis = 0), 1, {0.119202922}},
        {"log_softmax", cn_ops_log_softmax(y), 1, {-1.098612289}},
        {"normalize", cn_ops_normalize(y), 1, {0.577350269}},
    };
    CN_CHECK_DRAWN(x, y, cases);
    assert_int_equal(cn_tensor_rank(cases[4].result), 2);
    assert_int_equal(cn_tensor_rank(cases[0].result), 0);
    assert_int_equal(cn_tensor_dim(cases[15].result, 0), 1);
}

static void in_order(void **state)
{
    (void)state;
    cn_tensor *x = cn_input({3}), *y = cn_input({3});
    const cn_tensors best = cn_ops_top_k(x, 2), ties = cn_ops_top_k(y, 2);
    const struct cn_drawn cases[] = {
        {"sort", cn_ops_sort(x), 6, {-2, 1, 3, -6, 0.5, 5}},
        {"sort 0", cn_ops_sort(x, .axis = 0), 6, {0.5, -2, -6, 1, 5, 3}},
        {"sort all", cn_ops_sort(x, .axis = CN_EVERY_AXIS), 6, {-6, -2, 0.5, 1, 3, 5}},
        {"sort NaN", cn_ops_isnan(cn_ops_sort(cn_ops_log(x))), 6, {0, 0, 1, 0, 0, 1}},
        {"argsort", cn_ops_argsort(x), 6, {1, 0, 2, 2, 0, 1}},
        {"argsort ties", cn_ops_argsort(y), 6, {0, 1, 2, 0, 1, 2}},
        {"top_k", best.at[0], 4, {3, 1, 5, 0.5}},
        {"top_k places", best.at[1], 4, {2, 0, 1, 0}},
        {"top_k ties", ties.at[1], 4, {0, 1, 0, 1}},
        {"in_top_k", cn_ops_in_top_k(cn_ops_argmin(x, .axis = 1), x, 2), 2, {0, 0}},
        {"in_top_k ties", cn_ops_in_top_k(cn_ops_argmax(x, .axis = 1), y, 1), 2, {1, 1}},
        {"median", cn_ops_median(x, .axis = 1), 2, {1, 0.5}},
        {"median all", cn_ops_median(x), 1, {0.75}},
        {"quantile", cn_ops_quantile(x, 0.25, .axis = 1), 2, {-0.5, -2.75}},
        {"quantile lower", cn_ops_quantile(x, 0.25, .axis = 1, .method = "lower"), 2, {-2, -6}},
        {"percentile", cn_ops_percentile(x, 75, .axis = {0, 1}, .keepdims = true), 1, {2.5}},
    };
    assert_int_equal(best.count, 2);
    CN_CHECK_DRAWN(x, y, cases);
}

static void at_places(void **state)
{
    (void)state;
    cn_tensor *x = cn_input({3}), *y = cn_input({3}), *two = cn_ops_cast(y, "int32");
    cn_tensor *row = cn_ops_cast(cn_ops_min(two, .axis = 1), "int32");
    cn_tensor *places = cn_ops_expand_dims(row, 1);
    cn_tensor *half = cn_ops_cast(cn_ops_floor_divide(row, cn_ops_scalar(2)), "int32");
    cn_tensor *start = cn_ops_slice(half, {0}, {2});
    const struct cn_drawn cases[] = {
        {"scatter",
         cn_ops_scatter(places, x, .shape = {5, 3}),
         15,
         {0, 0, 0, 0, 0, 0, 1, -2, 3, 0, 0, 0, 0.5, 5, -6}},
        {"scatter_update",
         cn_ops_scatter_update(cn_ops_transpose(y), cn_ops_slice(places, {0}, {1}),
                               cn_ops_slice(x, {1, 1}, {1, 2})),
         6,
         {2, 4, 2, 4, 5, -6}},
        {"scatter_update max",
         cn_ops_scatter_update(y, cn_ops_subtract(places, places), x, .reduction = "max"),
         6,
         {2, 5, 3, 4, 4, 4}},
        {"slice_update",
         cn_ops_slice_update(x, start, cn_ops_slice(y, {0, 0}, {1, 1})),
         6,
         {1, -2, 3, 0.5, 5, 2}},
        {"segment_sum", cn_ops_segment_sum(x, row, 3), 9, {0, 0, 0, 0, 0, 0, 1, -2, 3}},
        {"segment_max", cn_ops_segment_max(two, cn_ops_subtract(row, row), 1), 3, {4, 4, 4}},
        {"segment_min", cn_ops_segment_min(x, cn_ops_subtract(row, row), 1), 3, {0.5, -2, -6}},
        {"segment_prod", cn_ops_segment_prod(x, cn_ops_subtract(row, row), 1), 3, {0.5, -10, -18}},
        {"searchsorted",
         cn_ops_searchsorted(cn_ops_sort(cn_ops_max(y, .axis = 1)), x, "left"),
         6,
         {0, 0, 1, 0, 2, 0}},
        {"digitize",
         cn_ops_digitize(y, cn_ops_sort(cn_ops_max(y, .axis = 1))),
         6,
         {1, 1, 1, 2, 2, 2}},
        {"isin", cn_ops_isin(x, cn_ops_max(x, .axis = 1)), 6, {0, 0, 1, 0, 1, 0}},
        {"bitwise_and", cn_ops_bitwise_and(two, places), 6, {2, 2, 2, 4, 4, 4}},
        {"bitwise_or", cn_ops_bitwise_or(two, cn_ops_cast(x, "int32")), 6, {3, -2, 3, 4, 5, -2}},
        {"bitwise_xor", cn_ops_bitwise_xor(two, two), 6, {0}},
        {"bitwise_not", cn_ops_bitwise_not(two), 6, {-3, -3, -3, -5, -5, -5}},
        {"left_shift", cn_ops_left_shift(two, two), 6, {8, 8, 8, 64, 64, 64}},
        {"right_shift", cn_ops_right_shift(cn_ops_cast(x, "int32"), two), 6, {0, -1, 0, 0, 0, -1}},
        {"gcd", cn_ops_gcd(two, cn_ops_cast(x, "int32")), 6, {1, 2, 1, 4, 1, 2}},
        {"lcm", cn_ops_lcm(two, cn_ops_cast(x, "int32")), 6, {2, 2, 6, 0, 20, 12}},
    };
    CN_CHECK_DRAWN(x, y, cases);
}

static void histograms(void **state)
{
    (void)state;
    cn_tensor *x = cn_input({3}), *y = cn_input({3});
    const cn_tensors made = cn_ops_histogram(cn_ops_reshape(x, {-1}), 4);
    const cn_tensors same = cn_ops_histogram(cn_ops_reshape(cn_ops_zeros_like(y), {-1}), 2);
    assert_int_equal(made.count, 2);
    assert_int_equal(same.count, 2);
    const struct cn_drawn cases[] = {
        {"counts", made.at[0], 4, {1, 1, 2, 2}},
        {"edges", made.at[1], 5, {-6, -3.25, -0.5, 2.25, 5}},
        {"counts of one number", same.at[0], 2, {0, 6}},
        {"edges of one number", same.at[1], 3, {-0.5, 0, 0.5}},
    };
    CN_CHECK_DRAWN(x, y, cases);
}

static void matrices(void **state)
{
    (void)state;
    cn_tensor *x = cn_input({3}), *y = cn_input({3});
    cn_tensor *a = cn_ops_slice(x, {0, 0}, {2, 2}), *b = cn_ops_slice(y, {0, 0}, {2, 2});
    cn_tensor *square = cn_ops_matmul(a, cn_ops_transpose(a));
    const cn_tensors parts = cn_ops_slogdet(cn_ops_negative(a));
    const struct cn_drawn cases[] = {
        {"det", cn_ops_det(a), 1, {6}},
        {"det 0", cn_ops_det(b), 1, {0}},
        {"logdet", cn_ops_logdet(a), 1, {log(6)}},
        {"slogdet", parts.at[0], 1, {1}},
        {"inv", cn_ops_inv(a), 4, {5.0 / 6, 1.0 / 3, -1.0 / 12, 1.0 / 6}},
        {"solve", cn_ops_solve(a, b), 4, {3, 3, 0.5, 0.5}},
        {"solve_triangular", cn_ops_solve_triangular(a, b, true), 4, {2, 2, 0.6, 0.6}},
        {"cholesky", cn_ops_cholesky(square, false), 4, {sqrt(5), 0, -9.5 / sqrt(5), 6 / sqrt(5)}},
        {"not positive", cn_ops_isnan(cn_ops_cholesky(cn_ops_negative(a), true)), 4, {1, 1, 0, 1}},
        {"cholesky_inverse",
         cn_ops_cholesky_inverse(cn_ops_cholesky(square, true), true),
         4,
         {25.25 / 36, 9.5 / 36, 9.5 / 36, 5.0 / 36}},
    };
    assert_int_equal(parts.count, 2);
    CN_CHECK_DRAWN(x, y, cases);
}

static void shapes_and_products(void **state)
{
    (void)state;
    cn_tensor *x = cn_input({3}), *y = cn_input({3});
    const struct cn_drawn cases[] = {
        {"matmul", cn_ops_matmul(x, cn_ops_transpose(y)), 4, {4, 8, -1, -2}},
        {"take",
         cn_ops_take(x, cn_ops_cast(cn_ops_argmax(x, .axis = 0), "int32")),
         9,
         {1, -2, 3, 0.5, 5, -6, 1, -2, 3}},
        {"one_hot", cn_ops_one_hot(cn_ops_argmax(x, .axis = 1), 3), 6, {0, 0, 1, 0, 1, 0}},
        {"expand_dims", cn_ops_expand_dims(x, 1), 6, {1, -2, 3, 0.5, 5, -6}},
        {"squeeze", cn_ops_squeeze(cn_ops_expand_dims(x, -1), 2), 6, {1, -2, 3, 0.5, 5, -6}},
        {"swapaxes", cn_ops_swapaxes(x, 0, 1), 6, {1, 0.5, -2, 5, 3, -6}},
        {"transpose", cn_ops_transpose(x, {1, 0}), 6, {1, 0.5, -2, 5, 3, -6}},
        {"repeat", cn_ops_repeat(x, 2, 1), 12, {1, 1, -2, -2, 3, 3, 0.5, 0.5, 5, 5, -6, -6}},
        {"reshape", cn_ops_reshape(x, {-1, 3, 1}), 6, {1, -2, 3, 0.5, 5, -6}},
        {"broadcast_to",
         cn_ops_broadcast_to(cn_ops_sum(x, .axis = 0), {2, 3}),
         6,
         {1.5, 3, -3, 1.5, 3, -3}},
        {"slice", cn_ops_slice(x, {0, 1}), 4, {-2, 3, 5, -6}},
        {"slice one", cn_ops_slice(x, {0, -2}, {CN_NONE, 1}), 2, {-2, 5}},
        {"concatenate",
         cn_ops_concatenate(CN_LIST(x, y)),
         12,
         {1, -2, 3, 2, 2, 2, 0.5, 5, -6, 4, 4, 4}},
        {"stack",
         cn_ops_stack(CN_LIST(x, y), .axis = 1),
         12,
         {1, -2, 3, 2, 2, 2, 0.5, 5, -6, 4, 4, 4}},
        {"stack 0", cn_ops_stack(CN_LIST(x, y)), 12, {1, -2, 3, 0.5, 5, -6, 2, 2, 2, 4, 4, 4}},
        {"take along",
         cn_ops_take(x, cn_ops_argmax(x, .axis = 0), .axis = 1),
         6,
         {1, -2, 1, 0.5, 5, 0.5}},
        {"rms_normalization",
         cn_ops_rms_normalization(x, .epsilon = 0),
         6,
         {0.462910, -0.925820, 1.388730, 0.110657, 1.106567, -1.327881}},
        {"layer_normalization",
         cn_ops_layer_normalization(x, y, .epsilon = 0, .axis = 1),
         6,
         {2 * 0.162221, -2 * 1.297771, 2 * 1.135550, 4 * 0.147643, 4 * 1.144231, -4 * 1.291874}},
        {"extract_sequences", cn_ops_extract_sequences(x, 2, 1), 8, {1, -2, -2, 3, 0.5, 5, 5, -6}},
        {"split", cn_ops_split(x, .indices = {1}, .axis = 1).at[1], 4, {-2, 3, 5, -6}},
        {"array_split", cn_ops_array_split(x, 2, .axis = 1).at[0], 4, {1, -2, 0.5, 5}},
        {"multi_hot", cn_ops_multi_hot(cn_ops_argsort(x), 3), 6, {1, 1, 1, 1, 1, 1}},
    };
    CN_CHECK_DRAWN(x, y, cases);
    assert_int_equal(cn_tensor_dim(cases[3].result, 0), CN_NONE);
    assert_int_equal(cn_tensor_dim(cases[8].result, 0), CN_NONE);
    assert_int_equal(cn_tensor_rank(cases[13].result), 3);
}

/* x and y as rows of three cells with one channel; the kernel is {1, 2}. */
static void windows(void **state)
{
    (void)state;
    cn_tensor *x = cn_input({3}), *y = cn_input({3}), *cells = cn_ops_expand_dims(x, -1);
    cn_tensor *kernel = cn_ops_convert_to_tensor(
        cn_array_new(CN_INT64, (const int64_t[]){2, 1, 1}, 3, (const int64_t[]){1, 2}));
    const struct cn_drawn cases[] = {
        {"constant", cn_ops_add(kernel, cn_ops_expand_dims(x, 1)), 6, {2, -1, 4, 2.5, 7, -4}},
        {"conv", cn_ops_conv(cells, kernel), 4, {-3, 4, 10.5, -7}},
        {"conv same", cn_ops_conv(cells, kernel, .padding = "same"), 6, {-3, 4, 3, 10.5, -7, -6}},
        {"conv 2",
         cn_ops_conv(cells, kernel, .strides = 2, .padding = "same"),
         4,
         {-3, 3, 10.5, -6}},
        {"conv far", cn_ops_conv(cells, kernel, .dilation_rate = 2), 2, {7, -11.5}},
        {"depthwise_conv", cn_ops_depthwise_conv(cells, kernel), 4, {-3, 4, 10.5, -7}},
        {"separable_conv",
         cn_ops_separable_conv(cells, kernel, cn_ops_slice(kernel, {1}, {1, 1, 1})),
         4,
         {-6, 8, 21, -14}},
        {"conv_transpose", cn_ops_conv_transpose(cells, kernel), 8, {1, 0, -1, 6, 0.5, 6, 4, -12}},
        {"output_padding",
         cn_ops_conv_transpose(cells, kernel, .strides = 2, .output_padding = {1}),
         7,
         {1, 2, -2, -4, 3, 6, 0}},
        {"max_pool", cn_ops_max_pool(cells, 2, .strides = 1), 4, {1, 3, 5, 5}},
        {"max_pool 2", cn_ops_max_pool(cells, 2), 2, {1, 5}},
        {"average_pool",
         cn_ops_average_pool(cells, 2, .strides = 1, .padding = "same"),
         6,
         {-0.5, 0.5, 3, 2.75, -0.5, -6}},
        {"channels first",
         cn_ops_max_pool(cn_ops_expand_dims(x, 1), 3, .data_format = "channels_first"),
         2,
         {3, 5}},
    };
    CN_CHECK_DRAWN(x, y, cases);
    assert_int_equal(cn_tensor_dim(kernel, 0), 2);
    assert_string_equal(cn_tensor_dtype(kernel), "int64");
}

static void mistakes_of_windows(void **state)
{
    (void)state;
    cn_tensor *x = cn_input({3, 2}), *kernel = cn_input({2, 1});
    cn_expect_error(cn_ops_convert_to_tensor(NULL),
                    "convert_to_tensor: an array was expected, not NULL");
    cn_expect_error(
        cn_ops_conv(x, kernel, .padding = "full"),
        "conv_1: cannot be called on (None, 3, 2) and (None, 2, 1): conv: padding must be "
        "\"valid\" or \"same\", got \"full\"");
    cn_expect_error(cn_ops_max_pool(x, {2, 2}),
                    "max_pool_1: cannot be called on (None, 3, 2): max_pool: sizes, strides and "
                    "dilation_rate must be positive numbers, one or one for each of 1 axes");
    cn_expect_error(
        cn_ops_max_pool(cn_input({3}), 2),
        "max_pool_2: cannot be called on (None, 3): max_pool: takes inputs of 3 to 5 axes, "
        "got 2");
}

static void operations_are_layers_of_the_model(void **state)
{
    (void)state;
    cn_tensor *x = cn_input({3}),
              *y = cn_ops_not_equal(cn_ops_add(x, cn_ops_scalar(1)), cn_ops_scalar(0));
    cn_model *model = cn_model_of(x, y);
    assert_int_equal(cn_layer_count(model), 3);
    assert_string_equal(cn_layer_name(cn_get_layer_at(model, 1)), "add_1");
    assert_string_equal(cn_layer_class_name(cn_get_layer_at(model, 2)), "NotEqual");
    assert_int_equal(cn_count_params(model), 0);
}

static void mistakes_are_named(void **state)
{
    (void)state;
    cn_tensor *x = cn_input({4, 64}), *y = cn_input({3, 64});
    cn_expect_error(cn_ops_add(x, NULL), "add: input 1 is NULL, not a tensor");
    cn_expect_error(cn_ops_cast(x, "float3"),
                    "cast: unknown dtype 'float3'; did you mean 'float32'?");
    cn_expect_error(cn_ops_concatenate_with(&(cn_ops_join_args){.axis = 0}),
                    "concatenate: takes CN_LIST(...) of tensors");
    cn_expect_error(cn_ops_matmul(x, y),
                    "matmul_1: cannot be called on (None, 4, 64) and (None, 3, 64): matmul: inner "
                    "sizes differ: (None, 4, 64) x (None, 3, 64)");
    cn_expect_error(
        cn_ops_sum(x, .axis = 3),
        "sum_1: cannot be called on (None, 4, 64): sum: axis 3 is not in shape (None, 4, 64)");
    cn_expect_error(cn_ops_argmax(x, .axis = {1, 2}),
                    "argmax_1: cannot be called on (None, 4, 64): argmax, argmin: take one "
                    "axis or all, not (1, 2)");
    cn_expect_error(cn_ops_sort(x, .axis = 3),
                    "sort_1: cannot be called on (None, 4, 64): sort: axis 3 is not in shape "
                    "(None, 4, 64)");
    cn_expect_error(cn_ops_det(x),
                    "det_1: cannot be called on (None, 4, 64): det: takes square matrices, got "
                    "shape (None, 4, 64)");
    cn_expect_error(cn_ops_segment_sum(x, y, 3),
                    "segment_sum_1: cannot be called on (None, 4, 64) and (None, 3, 64): "
                    "segment_sum: rows of (None, 4, 64) do not have segments (None, 3, 64)");
    cn_expect_error(cn_ops_bitwise_not(x),
                    "bitwise_not_1: cannot be called on (None, 4, 64): bitwise_not: takes whole "
                    "numbers, got float32");
    cn_expect_error(cn_ops_top_k(x, 65).at[0],
                    "top_k_1: cannot be called on (None, 4, 64): top_k: there are no 65 largest in "
                    "shape (None, 4, 64)");
    cn_expect_error(cn_ops_split(x, 3, .axis = 1).at[0],
                    "split_1: cannot be called on (None, 4, 64): split: an axis of 4 cannot be cut "
                    "into 3 equal parts");
    cn_expect_error(cn_ops_array_split(x, 1000, .axis = 2).at[0],
                    "array_split_1: cannot be called on (None, 4, 64): array_split: an axis of 64 "
                    "cannot be cut into 1000 parts");
    cn_expect_error(
        cn_ops_split(x, 0, .axis = 2).at[0],
        "split_2: cannot be called on (None, 4, 64): split: an axis of 64 cannot be cut "
        "into 0 equal parts");
    cn_expect_error(cn_ops_array_split(x, .indices = {2, 9}, .axis = 1).at[0],
                    "array_split_2: cannot be called on (None, 4, 64): array_split: an axis of 4 "
                    "cannot be cut at these indices");
    cn_expect_error(
        cn_ops_dot_product_attention(x, x, x),
        "dot_product_attention_1: cannot be called on (None, 4, 64), (None, 4, 64) and "
        "(None, 4, 64): dot_product_attention: a query (None, 4, 64) does not fit a key "
        "(None, 4, 64) and their value");
    cn_expect_error(
        cn_ops_depth_to_space(x, 2),
        "depth_to_space_1: cannot be called on (None, 4, 64): depth_to_space: (None, 4, "
        "64) cannot be divided into blocks of 2");
    cn_expect_error(cn_ops_one_hot(x, 0),
                    "one_hot_1: cannot be called on (None, 4, 64): one_hot: num_classes must be "
                    "positive, got 0");
    cn_expect_error(cn_ops_quantile(x, 0.5, .method = "middle"),
                    "percentile_1: cannot be called on (None, 4, 64): percentile: unknown method "
                    "'middle'; known are linear, lower, higher, midpoint and nearest");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(place_by_place, cn_test_clear),
        cmocka_unit_test_setup(comparisons, cn_test_clear),
        cmocka_unit_test_setup(over_axes, cn_test_clear),
        cmocka_unit_test_setup(in_order, cn_test_clear),
        cmocka_unit_test_setup(at_places, cn_test_clear),
        cmocka_unit_test_setup(histograms, cn_test_clear),
        cmocka_unit_test_setup(matrices, cn_test_clear),
        cmocka_unit_test_setup(shapes_and_products, cn_test_clear),
        cmocka_unit_test_setup(windows, cn_test_clear),
        cmocka_unit_test_setup(mistakes_of_windows, cn_test_clear),
        cmocka_unit_test_setup(operations_are_layers_of_the_model, cn_test_clear),
        cmocka_unit_test_setup(mistakes_are_named, cn_test_clear),
    };
    return cmocka_run_group_tests_name("operations", tests, NULL, NULL);
}
