/* What cn_emit_* compose, against numbers worked out by hand (or by NumPy), and the messages for
 * what does not fit. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "ops/emit.h"

/* ---- helpers --------------------------------------------------------------------------------- */

enum { MOST = 64 };

static int begin(void **state)
{
    static cn_program program;
    cn_clear_error();
    program = (cn_program){0};
    *state = &program;
    return 0;
}

static int end(void **state)
{
    cn_program_free(*state);
    cn_clear_error();
    return 0;
}

/* A float32 value of this shape: the elements, one after the other. */
static cn_value make(cn_program *p, cn_shape shape, const double *elements)
{
    cn_value parts[MOST];
    const int64_t size = cn_shape_size(&shape);
    for (int64_t i = 0; i < size; i++)
        parts[i] = cn_emit_full(p, elements[i], CN_FLOAT32, CN_SHAPE(1));
    return cn_emit_reshape(p, cn_emit_concatenate(p, parts, size, 0), shape);
}

#define MAKE(p, shape, ...) make((p), (shape), (const double[]){__VA_ARGS__})

static void check(cn_program *p, cn_value value, cn_dtype dtype, cn_shape shape,
                  const double *wanted)
{
    double got[MOST];
    assert_string_equal(cn_error(), "");
    assert_int_not_equal(value, CN_NO_VALUE);
    assert_string_equal(cn_dtype_name(cn_dtype_of(p, value)), cn_dtype_name(dtype));
    assert_string_equal(cn_shape_str(cn_shape_of(p, value)), cn_shape_str(&shape));
    p->n_outputs = 0;
    cn_program_output(p, value);
    assert_int_equal(cn_program_verify(p), CN_OK);
    assert_int_equal(cn_program_interpret(p, NULL, (double *const[]){got}, NULL), CN_OK);
    for (int64_t i = 0; i < cn_shape_size(&shape); i++)
        if (!(fabs(got[i] - wanted[i]) <= 1e-6 * fmax(1, fabs(wanted[i]))) && got[i] != wanted[i] &&
            !(isnan(got[i]) && isnan(wanted[i])))
            fail_msg("element %d is %.9g, should be %.9g", (int)i, got[i], wanted[i]);
}

#define CHECK(p, value, dtype, shape, ...)                                                         \
    check((p), (value), (dtype), (shape), (const double[]){__VA_ARGS__})

static void check_failure(cn_program *p, cn_value value, const char *message)
{
    assert_int_equal(value, CN_NO_VALUE);
    assert_int_not_equal(p->status, CN_OK);
    assert_string_equal(cn_error(), message);
}

#define SCALAR ((cn_shape){0})

/* ---- elementwise ----------------------------------------------------------------------------- */

static void test_types(void **state)
{
    cn_program *p = *state;
    cn_value real = cn_emit_scalar(p, 2.5), whole = cn_emit_full(p, 7, CN_INT32, SCALAR);
    cn_value byte = cn_emit_full(p, 200, CN_UINT8, SCALAR),
             yes = cn_emit_full(p, 1, CN_BOOL, SCALAR);
    CHECK(p, cn_emit_add(p, real, whole), CN_FLOAT32, SCALAR, 9.5);
    CHECK(p, cn_emit_add(p, byte, byte), CN_INT32, SCALAR, 400);
    CHECK(p, cn_emit_add(p, yes, yes), CN_INT32, SCALAR, 2);
    CHECK(p, cn_emit_divide(p, whole, cn_emit_full(p, 2, CN_INT32, SCALAR)), CN_FLOAT32, SCALAR,
          3.5);
    CHECK(p, cn_emit_floor_divide(p, whole, cn_emit_full(p, 2, CN_INT32, SCALAR)), CN_INT32, SCALAR,
          3);
    CHECK(p, cn_emit_exp(p, cn_emit_full(p, 0, CN_INT32, SCALAR)), CN_FLOAT32, SCALAR, 1);
    CHECK(p, cn_emit_less(p, byte, whole), CN_BOOL, SCALAR, 0);
    CHECK(p, cn_emit_equal(p, yes, yes), CN_BOOL, SCALAR, 1);
    CHECK(p, cn_emit_logical_and(p, yes, real), CN_BOOL, SCALAR, 1);
    CHECK(p, cn_emit_where(p, whole, byte, whole), CN_INT32, SCALAR, 200);
    CHECK(p, cn_emit_add_scalar(p, whole, 3), CN_INT32, SCALAR, 10);
    CHECK(p, cn_emit_multiply_scalar(p, whole, 0.5), CN_FLOAT32, SCALAR, 3.5);
    CHECK(p, cn_emit_subtract_from(p, 1, real), CN_FLOAT32, SCALAR, -1.5);
    CHECK(p, cn_emit_cast(p, cn_emit_scalar(p, -2.7), CN_INT32), CN_INT32, SCALAR, -2);
    assert_int_equal(cn_emit_cast(p, real, CN_FLOAT32), real);
}

static void test_numbers(void **state)
{
    cn_program *p = *state;
    cn_value x = MAKE(p, CN_SHAPE(4), -2, -0.5, 0.5, 3);
    CHECK(p, cn_emit_clip(p, x, -1, 1), CN_FLOAT32, CN_SHAPE(4), -1, -0.5, 0.5, 1);
    CHECK(p, cn_emit_power_scalar(p, x, 2), CN_FLOAT32, CN_SHAPE(4), 4, 0.25, 0.25, 9);
    CHECK(p, cn_emit_greater_scalar(p, x, 0.5), CN_BOOL, CN_SHAPE(4), 0, 0, 0, 1);
    CHECK(p, cn_emit_less_scalar(p, x, 0.5), CN_BOOL, CN_SHAPE(4), 1, 1, 0, 0);
    CHECK(p, cn_emit_equal_scalar(p, x, 0.5), CN_BOOL, CN_SHAPE(4), 0, 0, 1, 0);
    CHECK(p, cn_emit_round(p, x), CN_FLOAT32, CN_SHAPE(4), -2, 0, 0, 3);
    CHECK(p, cn_emit_mod(p, x, cn_emit_scalar(p, 2)), CN_FLOAT32, CN_SHAPE(4), 0, 1.5, 0.5, 1);
    CHECK(p, cn_emit_mod(p, x, cn_emit_scalar(p, -2)), CN_FLOAT32, CN_SHAPE(4), 0, -0.5, -1.5, -1);
    CHECK(p, cn_emit_ones_like(p, x), CN_FLOAT32, CN_SHAPE(4), 1, 1, 1, 1);
    CHECK(p, cn_emit_zeros_like(p, cn_emit_cast(p, x, CN_BOOL)), CN_BOOL, CN_SHAPE(4), 0, 0, 0, 0);
}

static void test_special_functions(void **state)
{
    cn_program *p = *state;
    cn_value parts = MAKE(p, CN_SHAPE(3), -0.5, 0, 0.9);
    CHECK(p, cn_emit_erfinv(p, parts), CN_FLOAT32, CN_SHAPE(3), -0.4769363, 0, 1.1630872);
    CHECK(p, cn_emit_i0(p, parts), CN_FLOAT32, CN_SHAPE(3), 1.0634834, 1, 1.2129856);
    CHECK(p, cn_emit_i1(p, parts), CN_FLOAT32, CN_SHAPE(3), -0.2578943, 0, 0.4971261);
    cn_value bits = cn_emit_view_bits(p, parts, CN_INT32);
    CHECK(p, bits, CN_INT32, CN_SHAPE(3), -1090519040, 0, 0x3f666666);
    CHECK(p, cn_emit_view_bits(p, bits, CN_FLOAT32), CN_FLOAT32, CN_SHAPE(3), -0.5, 0, 0.9);
}

static void test_not_a_number(void **state)
{
    cn_program *p = *state;
    cn_value x = MAKE(p, CN_SHAPE(3), NAN, INFINITY, 1), one = cn_emit_scalar(p, 1);
    CHECK(p, cn_emit_maximum(p, x, one), CN_FLOAT32, CN_SHAPE(3), NAN, INFINITY, 1);
    CHECK(p, cn_emit_minimum(p, one, x), CN_FLOAT32, CN_SHAPE(3), NAN, 1, 1);
    CHECK(p, cn_emit_relu(p, x), CN_FLOAT32, CN_SHAPE(3), NAN, INFINITY, 1);
    CHECK(p, cn_emit_is_finite(p, x), CN_BOOL, CN_SHAPE(3), 0, 0, 1);
    CHECK(p, cn_emit_is_nan(p, x), CN_BOOL, CN_SHAPE(3), 1, 0, 0);
    CHECK(p, cn_emit_max(p, x, CN_ALL_AXES, false), CN_FLOAT32, SCALAR, NAN);
    CHECK(p, cn_emit_equal(p, x, x), CN_BOOL, CN_SHAPE(3), 0, 1, 1);
}

/* ---- shape ----------------------------------------------------------------------------------- */

static void test_shapes(void **state)
{
    cn_program *p = *state;
    cn_value x = MAKE(p, CN_SHAPE(2, 3), 1, 2, 3, 4, 5, 6);
    CHECK(p, cn_emit_reshape(p, x, CN_SHAPE(3, CN_NONE)), CN_FLOAT32, CN_SHAPE(3, 2), 1, 2, 3, 4, 5,
          6);
    CHECK(p, cn_emit_expand_dims(p, x, -1), CN_FLOAT32, CN_SHAPE(2, 3, 1), 1, 2, 3, 4, 5, 6);
    CHECK(p, cn_emit_expand_dims(p, x, 1), CN_FLOAT32, CN_SHAPE(2, 1, 3), 1, 2, 3, 4, 5, 6);
    CHECK(p, cn_emit_squeeze(p, cn_emit_expand_dims(p, x, 0), 0), CN_FLOAT32, CN_SHAPE(2, 3), 1, 2,
          3, 4, 5, 6);
    CHECK(p, cn_emit_transpose(p, x, CN_SHAPE(1, 0)), CN_FLOAT32, CN_SHAPE(3, 2), 1, 4, 2, 5, 3, 6);
    CHECK(p, cn_emit_swap_axes(p, x, -1, 0), CN_FLOAT32, CN_SHAPE(3, 2), 1, 4, 2, 5, 3, 6);
    CHECK(p, cn_emit_repeat(p, x, 2, 1), CN_FLOAT32, CN_SHAPE(2, 6), 1, 1, 2, 2, 3, 3, 4, 4, 5, 5,
          6, 6);
    CHECK(p, cn_emit_repeat(p, x, 2, -2), CN_FLOAT32, CN_SHAPE(4, 3), 1, 2, 3, 1, 2, 3, 4, 5, 6, 4,
          5, 6);
    CHECK(p, cn_emit_slice_axis(p, x, -1, 1, 2), CN_FLOAT32, CN_SHAPE(2, 2), 2, 3, 5, 6);
    CHECK(p, cn_emit_slice(p, x, CN_SHAPE(1, 2), CN_SHAPE(2, 2), CN_SHAPE(-1, -2)), CN_FLOAT32,
          CN_SHAPE(2, 2), 6, 4, 3, 1);
    CHECK(p, cn_emit_pad(p, x, CN_SHAPE(0, 1), CN_SHAPE(1, 0), 9), CN_FLOAT32, CN_SHAPE(3, 4), 9, 1,
          2, 3, 9, 4, 5, 6, 9, 9, 9, 9);
    CHECK(p, cn_emit_concatenate(p, (cn_value[]){x, x}, 2, -2), CN_FLOAT32, CN_SHAPE(4, 3), 1, 2, 3,
          4, 5, 6, 1, 2, 3, 4, 5, 6);
    CHECK(p, cn_emit_iota(p, CN_SHAPE(2, 3), -1), CN_INT32, CN_SHAPE(2, 3), 0, 1, 2, 0, 1, 2);
}

static void test_nothing_to_do(void **state)
{
    cn_program *p = *state;
    cn_value x = MAKE(p, CN_SHAPE(2, 3), 1, 2, 3, 4, 5, 6);
    assert_int_equal(cn_emit_reshape(p, x, CN_SHAPE(2, 3)), x);
    assert_int_equal(cn_emit_broadcast_to(p, x, CN_SHAPE(2, 3)), x);
    assert_int_equal(cn_emit_transpose(p, x, CN_SHAPE(0, 1)), x);
    assert_int_equal(cn_emit_slice_axis(p, x, 0, 0, 2), x);
    assert_int_equal(cn_emit_pad(p, x, CN_SHAPE(0, 0), CN_SHAPE(0, 0), 1), x);
    assert_int_equal(cn_emit_concatenate(p, &x, 1, 0), x);
    assert_int_equal(cn_emit_sum(p, x, SCALAR, false), x);
    assert_int_equal(cn_emit_sum_to(p, x, CN_SHAPE(2, 3)), x);
}

/* ---- reductions ------------------------------------------------------------------------------ */

static void test_reductions(void **state)
{
    cn_program *p = *state;
    cn_value x = MAKE(p, CN_SHAPE(2, 2, 3), 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12);
    CHECK(p, cn_emit_sum(p, x, CN_ALL_AXES, false), CN_FLOAT32, SCALAR, 78);
    CHECK(p, cn_emit_sum(p, x, CN_ALL_AXES, true), CN_FLOAT32, CN_SHAPE(1, 1, 1), 78);
    CHECK(p, cn_emit_sum(p, x, CN_AXES(0, -1), false), CN_FLOAT32, CN_SHAPE(2), 30, 48);
    CHECK(p, cn_emit_sum(p, x, CN_AXES(0, 2), true), CN_FLOAT32, CN_SHAPE(1, 2, 1), 30, 48);
    CHECK(p, cn_emit_sum(p, x, CN_AXES(1, 0), false), CN_FLOAT32, CN_SHAPE(3), 22, 26, 30);
    CHECK(p, cn_emit_mean(p, x, CN_AXES(-1), false), CN_FLOAT32, CN_SHAPE(2, 2), 2, 5, 8, 11);
    CHECK(p, cn_emit_max(p, x, CN_AXES(1), false), CN_FLOAT32, CN_SHAPE(2, 3), 4, 5, 6, 10, 11, 12);
    CHECK(p, cn_emit_min(p, x, CN_AXES(0, 1), false), CN_FLOAT32, CN_SHAPE(3), 1, 2, 3);
    CHECK(p, cn_emit_prod(p, x, CN_AXES(2), false), CN_FLOAT32, CN_SHAPE(2, 2), 6, 120, 504, 1320);
    CHECK(p, cn_emit_variance(p, x, CN_AXES(1, 2), false), CN_FLOAT32, CN_SHAPE(2), 35.0 / 12,
          35.0 / 12);
    CHECK(p, cn_emit_argmax(p, x, -1), CN_INT32, CN_SHAPE(2, 2), 2, 2, 2, 2);
    CHECK(p, cn_emit_argmin(p, x, 0), CN_INT32, CN_SHAPE(2, 3), 0, 0, 0, 0, 0, 0);
    CHECK(p, cn_emit_sum_to(p, x, CN_SHAPE(2, 1)), CN_FLOAT32, CN_SHAPE(2, 1), 30, 48);
    CHECK(p, cn_emit_sum_to(p, x, SCALAR), CN_FLOAT32, SCALAR, 78);
}

static void test_reductions_of_other_types(void **state)
{
    cn_program *p = *state;
    cn_value x = MAKE(p, CN_SHAPE(2, 2), 1, 0, 3, 4), whole = cn_emit_cast(p, x, CN_INT32);
    cn_value truth = cn_emit_cast(p, x, CN_BOOL);
    CHECK(p, cn_emit_sum(p, whole, CN_AXES(0), false), CN_INT32, CN_SHAPE(2), 4, 4);
    CHECK(p, cn_emit_max(p, whole, CN_AXES(0), false), CN_INT32, CN_SHAPE(2), 3, 4);
    CHECK(p, cn_emit_mean(p, whole, CN_ALL_AXES, false), CN_FLOAT32, SCALAR, 2);
    CHECK(p, cn_emit_sum(p, truth, CN_ALL_AXES, false), CN_INT32, SCALAR, 3);
    CHECK(p, cn_emit_any(p, truth, CN_AXES(1), false), CN_BOOL, CN_SHAPE(2), 1, 1);
    CHECK(p, cn_emit_all(p, truth, CN_AXES(1), false), CN_BOOL, CN_SHAPE(2), 0, 1);
    CHECK(p, cn_emit_all(p, x, CN_ALL_AXES, true), CN_BOOL, CN_SHAPE(1, 1), 0);
}

static void test_logsumexp(void **state)
{
    cn_program *p = *state;
    cn_value x = MAKE(p, CN_SHAPE(2, 2), 1000, 1000, 0, 1),
             none = cn_emit_full(p, -INFINITY, CN_FLOAT32, CN_SHAPE(2));
    CHECK(p, cn_emit_logsumexp(p, x, CN_AXES(1), false), CN_FLOAT32, CN_SHAPE(2), 1000 + log(2),
          log(1 + exp(1)));
    CHECK(p, cn_emit_logsumexp(p, x, CN_AXES(-1), true), CN_FLOAT32, CN_SHAPE(2, 1), 1000 + log(2),
          log(1 + exp(1)));
    CHECK(p, cn_emit_logsumexp(p, none, CN_ALL_AXES, false), CN_FLOAT32, SCALAR, -INFINITY);
}

/* ---- products and the rest ------------------------------------------------------------------- */

static void test_matmul(void **state)
{
    cn_program *p = *state;
    cn_value a = MAKE(p, CN_SHAPE(2, 3), 1, 2, 3, 4, 5, 6), v = MAKE(p, CN_SHAPE(3), 1, 0, -1);
    cn_value b = MAKE(p, CN_SHAPE(3, 2), 1, 2, 3, 4, 5, 6);
    CHECK(p, cn_emit_matmul(p, a, b), CN_FLOAT32, CN_SHAPE(2, 2), 22, 28, 49, 64);
    CHECK(p, cn_emit_matmul_transposed(p, a, false, a, true), CN_FLOAT32, CN_SHAPE(2, 2), 14, 32,
          32, 77);
    CHECK(p, cn_emit_matmul_transposed(p, a, true, b, true), CN_FLOAT32, CN_SHAPE(3, 3), 9, 19, 29,
          12, 26, 40, 15, 33, 51);
    CHECK(p, cn_emit_matmul(p, a, v), CN_FLOAT32, CN_SHAPE(2), -2, -2);
    CHECK(p, cn_emit_matmul(p, v, b), CN_FLOAT32, CN_SHAPE(2), -4, -4);
    CHECK(p, cn_emit_matmul(p, v, v), CN_FLOAT32, SCALAR, 2);
    cn_value two = cn_emit_concatenate(p, (cn_value[]){b, b}, 2, 0);
    two = cn_emit_reshape(p, two, CN_SHAPE(2, 3, 2));
    CHECK(p, cn_emit_matmul(p, a, two), CN_FLOAT32, CN_SHAPE(2, 2, 2), 22, 28, 49, 64, 22, 28, 49,
          64);
}

static void test_convolution(void **state)
{
    cn_program *p = *state;
    const cn_conv_attributes a = {CN_SHAPE(2), CN_SHAPE(1), CN_SHAPE(1), CN_SHAPE(0), 1, {0}, {0}};
    const cn_shape shape = CN_SHAPE(1, 4, 2), kernel_shape = CN_SHAPE(3, 2, 1);
    cn_value x = MAKE(p, shape, 1, 2, 3, 4, 5, 6, 7, 8);
    cn_value kernel = MAKE(p, kernel_shape, 1, 10, 2, 20, 3, 30);
    cn_value y = cn_emit_conv(p, x, kernel, &a);
    CHECK(p, y, CN_FLOAT32, CN_SHAPE(1, 2, 1), 171, 434);
    cn_value ones = MAKE(p, CN_SHAPE(1, 2, 1), 1, 1);
    CHECK(p, cn_emit_conv_input_gradient(p, ones, kernel, &a, &shape), CN_FLOAT32, shape, 2, 20, 4,
          40, 2, 20, 3, 30);
    CHECK(p, cn_emit_conv_kernel_gradient(p, x, ones, &a, &kernel_shape), CN_FLOAT32, kernel_shape,
          3, 4, 6, 8, 10, 12);
    /* Two outputs for each channel. */
    cn_value deep = MAKE(p, CN_SHAPE(1, 2, 2), 1, 10, 2, 20);
    const cn_conv_attributes plain = {.strides = CN_SHAPE(1),
                                      .dilation = CN_SHAPE(1),
                                      .before = CN_SHAPE(0),
                                      .after = CN_SHAPE(0),
                                      .groups = 1};
    CHECK(p, cn_emit_depthwise_conv(p, cn_emit_slice_axis(p, x, 1, 0, 2), deep, &plain), CN_FLOAT32,
          CN_SHAPE(1, 2, 4), 1, 10, 4, 40, 3, 30, 8, 80);
}

static void test_images(void **state)
{
    cn_program *p = *state;
    cn_value x = MAKE(p, CN_SHAPE(1, 1, 4, 1), 1, 2, 3, 4);
    const cn_resample_attributes half = {2, 2, "bilinear", false}, same = {2, 4, "area", false},
                                 none = {2, 4, "cubic", false}, twice = {1, 2, "quadratic", false};
    const cn_warp_attributes edge = {"bilinear", "nearest", 0};
    cn_value back = MAKE(p, CN_SHAPE(1, 6), 1, 0, -0.5, 0, 1, 0);
    CHECK(p, cn_emit_resample(p, x, &half), CN_FLOAT32, CN_SHAPE(1, 1, 2, 1), 1.5, 3.5);
    assert_int_equal(cn_emit_resample(p, x, &same), x);
    assert_int_equal(cn_emit_resample(p, x, &none), x);
    CHECK(p, cn_emit_warp(p, x, back, &edge), CN_FLOAT32, CN_SHAPE(1, 1, 4, 1), 1, 1.5, 2.5, 3.5);
    check_failure(p, cn_emit_resample(p, x, &twice), "resample: unknown method \"quadratic\"");
}

static void test_transforms_that_do_not_fit(void **state)
{
    cn_program *p = *state;
    const cn_warp_attributes edge = {"bilinear", "nearest", 0};
    cn_value x = MAKE(p, CN_SHAPE(1, 1, 2, 1), 1, 2), t = MAKE(p, CN_SHAPE(2, 1), 1, 2);
    check_failure(p, cn_emit_warp(p, x, t, &edge),
                  "warp: takes images (N, H, W, C) and transforms (N, 6) or (N, 8), got (1, 1, 2, "
                  "1) and (2, 1)");
}

static void test_convolution_that_does_not_fit(void **state)
{
    cn_program *p = *state;
    const cn_conv_attributes a = {CN_SHAPE(1), CN_SHAPE(2), CN_SHAPE(0), CN_SHAPE(1), 1, {0}, {0}};
    cn_value x = cn_emit_full(p, 1, CN_FLOAT32, CN_SHAPE(2, 3, 4));
    cn_value kernel = cn_emit_full(p, 1, CN_FLOAT32, CN_SHAPE(3, 4, 5));
    check_failure(p, cn_emit_conv(p, x, kernel, &a),
                  "conv: a window of 5 cells does not fit into 4 cells (spatial axis 0)");
}

static void test_along_an_axis(void **state)
{
    cn_program *p = *state;
    cn_value x = MAKE(p, CN_SHAPE(2, 2), 0, log(3), 0, 0);
    CHECK(p, cn_emit_softmax(p, x, -1), CN_FLOAT32, CN_SHAPE(2, 2), 0.25, 0.75, 0.5, 0.5);
    CHECK(p, cn_emit_softmax(p, x, 0), CN_FLOAT32, CN_SHAPE(2, 2), 0.5, 0.75, 0.5, 0.25);
    CHECK(p, cn_emit_log_softmax(p, x, 1), CN_FLOAT32, CN_SHAPE(2, 2), log(0.25), log(0.75),
          log(0.5), log(0.5));
    cn_value y = MAKE(p, CN_SHAPE(2, 3), 2, 0, 0, 0.6, 0.2, 0.1);
    CHECK(p, cn_emit_sparsemax(p, y, -1), CN_FLOAT32, CN_SHAPE(2, 3), 1, 0, 0, 0.6333333, 0.2333333,
          0.1333333);
    cn_value z = MAKE(p, CN_SHAPE(2, 2), 3, 4, 0, 0);
    CHECK(p, cn_emit_l2_normalize(p, z, CN_AXES(-1), 1e-12), CN_FLOAT32, CN_SHAPE(2, 2), 0.6, 0.8,
          0, 0);
}

static void test_rows(void **state)
{
    cn_program *p = *state;
    cn_value table = MAKE(p, CN_SHAPE(3, 2), 1, 2, 3, 4, 5, 6),
             indices = MAKE(p, CN_SHAPE(2, 1), 2, 0);
    CHECK(p, cn_emit_gather(p, table, indices), CN_FLOAT32, CN_SHAPE(2, 1, 2), 5, 6, 1, 2);
    cn_value cells = cn_emit_reshape(p, table, CN_SHAPE(3, 2, 1));
    cn_value sequence = MAKE(p, CN_SHAPE(3), 2, 0, 1);
    CHECK(p, cn_emit_gather_windows(p, cells, sequence, &(cn_windows_attributes){1, 1, 1, 0, 0, 0}),
          CN_FLOAT32, CN_SHAPE(3, 1), 6, 5 + 2, 1 + 4);
    CHECK(p, cn_emit_one_hot(p, cn_emit_cast(p, MAKE(p, CN_SHAPE(2), 2, 0), CN_INT32), 3),
          CN_FLOAT32, CN_SHAPE(2, 3), 0, 0, 1, 1, 0, 0);
}

static void test_places(void **state)
{
    cn_program *p = *state;
    cn_value x = MAKE(p, CN_SHAPE(2, 3), 5, 4, 6, 1, 3, 2);
    CHECK(p, cn_emit_sort(p, x), CN_FLOAT32, CN_SHAPE(2, 3), 4, 5, 6, 1, 2, 3);
    CHECK(p, cn_emit_argsort(p, x, true, 2), CN_INT32, CN_SHAPE(2, 2), 2, 0, 1, 2);
    cn_value row = cn_emit_cast(p, MAKE(p, CN_SHAPE(1, 3), 1, 0, -1), CN_INT32);
    CHECK(p, cn_emit_take_along_axis(p, x, row, 0), CN_FLOAT32, CN_SHAPE(1, 3), 1, 4, 2);
    cn_value ones = cn_emit_cast(p, MAKE(p, CN_SHAPE(2), 1, 1), CN_INT32);
    CHECK(p, cn_emit_scatter_add(p, x, ones, 2), CN_FLOAT32, CN_SHAPE(2, 3), 0, 0, 0, 6, 7, 8);
    CHECK(p, cn_emit_scatter(p, x, ones, x, "set"), CN_FLOAT32, CN_SHAPE(2, 3), 5, 4, 6, 1, 3, 2);
    cn_value edges = MAKE(p, CN_SHAPE(2), 2, 4);
    CHECK(p, cn_emit_bucketize(p, x, edges), CN_INT32, CN_SHAPE(2, 3), 2, 2, 2, 0, 1, 1);
}

static void test_matrices(void **state)
{
    cn_program *p = *state;
    cn_value a = MAKE(p, CN_SHAPE(2, 2), 2, 0, 0, 4), b = MAKE(p, CN_SHAPE(2, 1), 6, 8), sign;
    CHECK(p, cn_emit_eye(p, 2), CN_FLOAT32, CN_SHAPE(2, 2), 1, 0, 0, 1);
    CHECK(p, cn_emit_solve(p, a, b), CN_FLOAT32, CN_SHAPE(2, 1), 3, 2);
    CHECK(p, cn_emit_solve_triangular(p, a, b, true), CN_FLOAT32, CN_SHAPE(2, 1), 3, 2);
    CHECK(p, cn_emit_cholesky(p, cn_emit_multiply(p, a, a)), CN_FLOAT32, CN_SHAPE(2, 2), 2, 0, 0,
          4);
    (void)cn_emit_log_determinant(p, cn_emit_negative(p, a), &sign);
    CHECK(p, sign, CN_FLOAT32, (cn_shape){.rank = 0}, 1);
}

static void test_factors(void **state)
{
    cn_program *p = *state;
    cn_value a = MAKE(p, CN_SHAPE(2, 2), 3, 0, 0, -4), tall = MAKE(p, CN_SHAPE(2, 1), 6, 8);
    cn_value second, third;
    CHECK(p, cn_emit_eigh(p, a, &second), CN_FLOAT32, CN_SHAPE(2), -4, 3);
    CHECK(p, second, CN_FLOAT32, CN_SHAPE(2, 2), 0, 1, 1, 0);
    CHECK(p, cn_emit_svd(p, a, &second, &third), CN_FLOAT32, CN_SHAPE(2), 4, 3);
    CHECK(p, second, CN_FLOAT32, CN_SHAPE(2, 2), 0, 1, -1, 0);
    CHECK(p, third, CN_FLOAT32, CN_SHAPE(2, 2), 0, 1, 1, 0);
    CHECK(p, cn_emit_pinv(p, tall, 0), CN_FLOAT32, CN_SHAPE(1, 2), 0.06, 0.08);
    CHECK(p, cn_emit_pinv(p, a, 0.9), CN_FLOAT32, CN_SHAPE(2, 2), 0, 0, 0, -0.25);
    CHECK(p, cn_emit_qr(p, tall, &second), CN_FLOAT32, CN_SHAPE(2, 1), -0.6, -0.8);
    CHECK(p, second, CN_FLOAT32, CN_SHAPE(1, 1), -10);
    CHECK(p, cn_emit_complement(p, tall), CN_FLOAT32, CN_SHAPE(2, 1), -0.8, 0.6);
    CHECK(p, cn_emit_lu(p, tall, &second), CN_FLOAT32, CN_SHAPE(2, 1), 8, 0.75);
    CHECK(p, second, CN_INT32, CN_SHAPE(1), 1);
}

/* ---- failures -------------------------------------------------------------------------------- */

static void test_product_that_does_not_fit(void **state)
{
    cn_program *p = *state;
    cn_value a = cn_emit_full(p, 0, CN_FLOAT32, CN_SHAPE(128, 64)),
             b = cn_emit_full(p, 0, CN_FLOAT32, CN_SHAPE(32, 10));
    cn_value product = cn_emit_matmul(p, a, b);
    check_failure(p, product, "matmul: inner sizes differ: (128, 64) x (32, 10)");
    /* Everything after a failure is nothing, and the first message stays. */
    assert_int_equal(cn_emit_relu(p, product), CN_NO_VALUE);
    assert_int_equal(cn_emit_matmul(p, a, b), CN_NO_VALUE);
    assert_int_equal(cn_emit_variance(p, product, CN_ALL_AXES, false), CN_NO_VALUE);
    assert_int_equal(cn_emit_softmax(p, product, 0), CN_NO_VALUE);
    assert_int_equal(cn_emit_logsumexp(p, a, CN_AXES(0), false), CN_NO_VALUE);
    check_failure(p, cn_emit_add(p, product, b),
                  "matmul: inner sizes differ: (128, 64) x (32, 10)");
}

static void test_sum_that_does_not_fit(void **state)
{
    cn_program *p = *state;
    cn_value a = cn_emit_full(p, 0, CN_FLOAT32, CN_SHAPE(2, 3)),
             b = cn_emit_full(p, 0, CN_FLOAT32, CN_SHAPE(4));
    check_failure(p, cn_emit_add(p, a, b), "add: shapes (2, 3) and (4,) do not fit together");
}

static void test_axis_that_is_not_there(void **state)
{
    cn_program *p = *state;
    cn_value a = cn_emit_full(p, 0, CN_FLOAT32, CN_SHAPE(2, 3));
    check_failure(p, cn_emit_max(p, a, CN_AXES(2), false), "max: axis 2 is not in shape (2, 3)");
}

static void test_reshape_that_does_not_fit(void **state)
{
    cn_program *p = *state;
    cn_value a = cn_emit_full(p, 0, CN_FLOAT32, CN_SHAPE(2, 3));
    check_failure(p, cn_emit_reshape(p, a, CN_SHAPE(4, CN_NONE)),
                  "reshape: the elements of shape (2, 3) do not fill shape (4, None)");
}

static void test_body_that_does_not_fit(void **state)
{
    cn_program *p = *state;
    cn_value a = cn_emit_full(p, 0, CN_FLOAT32, CN_SHAPE(2, 3));
    const cn_fused_attributes attributes = {"exp(0) add(1,2) -> 2", CN_SHAPE(2, 3), 1};
    check_failure(
        p, cn_program_append(p, &cn_op_fused, &attributes, &a, 1),
        "fused: body: expected the number of an input or of an earlier instruction at column 15 of "
        "\"exp(0) add(1,2) -> 2\"");
}

/* Texts that are no bodies: each gives a message, whatever it is. */
static void test_malformed_bodies(void **state)
{
    static const char *const bodies[] = {
        "",
        "-",
        "->",
        "exp",
        "exp(",
        "exp()",
        "exp(0",
        "exp(0)",
        "exp(0) ->",
        "exp(0) -> 2",
        "exp(0) -> x",
        "exp(-1) -> 1",
        "exp(99999999999999999999) -> 1",
        "add(0) -> 1",
        "exp(0,0) -> 1",
        "sum(0) -> 1",
        "fused(0) -> 1",
        "cast(0) -> 1",
        "cast.float64(0) -> 1",
        "cast.(0) -> 1",
        "exp(0)) -> 1",
        "none(0) -> 1",
        "logical_not(0) -> 1",
        "a_name_that_is_much_longer_than_that_of_any_op(0) -> 1",
    };
    cn_program *p = *state;
    for (size_t i = 0; i < sizeof bodies / sizeof bodies[0]; i++) {
        end(state);
        cn_value a = cn_emit_full(p, 0, CN_FLOAT32, CN_SHAPE(3));
        const cn_fused_attributes attributes = {bodies[i], CN_SHAPE(3), 1};
        if (cn_program_append(p, &cn_op_fused, &attributes, &a, 1) != CN_NO_VALUE ||
            cn_error()[0] == '\0')
            fail_msg("accepted: \"%s\"", bodies[i]);
    }
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
    const struct CMUnitTest tests[] = {
        TEST(test_types),
        TEST(test_numbers),
        TEST(test_special_functions),
        TEST(test_not_a_number),
        TEST(test_shapes),
        TEST(test_nothing_to_do),
        TEST(test_reductions),
        TEST(test_reductions_of_other_types),
        TEST(test_logsumexp),
        TEST(test_matmul),
        TEST(test_convolution),
        TEST(test_images),
        TEST(test_transforms_that_do_not_fit),
        TEST(test_convolution_that_does_not_fit),
        TEST(test_along_an_axis),
        TEST(test_rows),
        TEST(test_places),
        TEST(test_matrices),
        TEST(test_factors),
        TEST(test_product_that_does_not_fit),
        TEST(test_sum_that_does_not_fit),
        TEST(test_axis_that_is_not_there),
        TEST(test_reshape_that_does_not_fit),
        TEST(test_body_that_does_not_fit),
        TEST(test_malformed_bodies),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
