/* Transforms of signals: each gives Keras's numbers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>

#include "cornu/array_ops.h"
#include "cornu/signal_ops.h"
#include "support/anew.h"
#include "support/drawn.h"

static void transforms(void **state)
{
    (void)state;
    cn_tensor *x = cn_input({3}), *y = cn_input({3}), *wide = cn_ops_concatenate(CN_LIST(x, y));
    const cn_tensors there = cn_ops_stft(x, 2, 1, 2, "hamming", .center = false);
    const struct cn_drawn cases[] = {
        {"fft", cn_ops_fft(x, y).at[0], 6, {2, 0.5, 0.5, -0.5, 1, 1}},
        {"fft imaginary",
         cn_ops_fft(x, y).at[1],
         6,
         {6, 4.3301268, -4.3301268, 12, -9.5262794, 9.5262794}},
        {"fft2", cn_ops_fft2(x, y).at[0], 6, {1.5, 1.5, 1.5, 2.5, -0.5, -0.5}},
        {"fft2 imaginary",
         cn_ops_fft2(x, y).at[1],
         6,
         {18, -5.1961527, 5.1961527, -6, 13.856406, -13.856406}},
        {"ifft2",
         cn_ops_ifft2(x, y).at[0],
         6,
         {0.25, 0.25, 0.25, 0.41666669, -0.083333336, -0.083333336}},
        {"ifft2 imaginary",
         cn_ops_ifft2(x, y).at[1],
         6,
         {3, 0.86602545, -0.86602545, -1, -2.309401, 2.309401}},
        {"rfft", cn_ops_rfft(x).at[0], 4, {2, 0.5, -0.5, 1}},
        {"rfft imaginary", cn_ops_rfft(x).at[1], 4, {0, 4.3301268, 0, -9.5262794}},
        {"rfft 4", cn_ops_rfft(x, .fft_length = 4).at[1], 6, {0, 2, 0, 0, -5, 0}},
        {"rfft 2", cn_ops_rfft(x, 2).at[0], 4, {-1, 3, 5.5, -4.5}},
        {"irfft", cn_ops_irfft(x, y), 8, {0, -1.5, 2, 0.5, 1.125, -0.375, -3.875, 3.625}},
        {"irfft 3",
         cn_ops_irfft(x, y, .fft_length = 3),
         6,
         {-1, -0.15470052, 2.1547008, 3.5, -3.8094013, 0.80940104}},
        {"istft",
         cn_ops_istft(there.at[0], there.at[1], 2, 1, 2, .window = "hamming", .center = false),
         6,
         {1, -2, 3, 0.5, 5, -6}},
        {"istft of a length",
         cn_ops_istft(there.at[0], there.at[1], 2, 1, 2, 1, "hamming", false),
         2,
         {1, 0.5}},
        {"stft", cn_ops_stft(x, 2, 1, 2, .center = false).at[0], 8, {-2, 2, 3, -3, 5, -5, -6, 6}},
        {"stft imaginary", cn_ops_stft(wide, 4, 2, 4).at[1], 24, {0,    0, 0, 0, 2, 0, 0, 0,
                                                                  0,    0, 0, 0, 0, 0, 0, 0,
                                                                  -0.5, 0, 0, 0, 0, 0, 0, 0}},
        {"stft center", cn_ops_stft(wide, 4, 2, 4).at[0], 24, {-1,  -1,   3,    3,    -3, 3,
                                                               4,   -2,   0,    4,    -2, 0,
                                                               5.5, -0.5, -4.5, -1.5, 6,  -10.5,
                                                               8,   -4,   0,    8,    -4, 0}},
        {"stft no window",
         cn_ops_stft(wide, 2, 1, 4, .window = NULL, .center = false).at[0],
         18,
         {4, -2, 4, 5, -4, -5, 9, 1, 1, 3.5, 6.5, -14.5, 7, 1, 11, 6, -10, -10}},
    };
    CN_CHECK_DRAWN(x, y, cases);
    assert_int_equal(cn_ops_fft(x, y).count, 2);
    assert_int_equal(cn_tensor_dim(cn_ops_irfft(x, y), 1), 4);
    assert_int_equal(cn_tensor_rank(cn_ops_stft(wide, 4, 2, 4).at[0]), 3);
}

static void mistakes_are_named(void **state)
{
    (void)state;
    cn_tensor *x = cn_input({3}), *y = cn_input({4});
    cn_expect_error(cn_ops_fft(x, NULL).at[0], "fft: input 1 is NULL, not a tensor");
    cn_expect_error(
        cn_ops_fft(x, y).at[0],
        "fft_1: cannot be called on (None, 3) and (None, 4): fft: takes a real and an imaginary "
        "part of one shape, got (None, 3) and (None, 4)");
    cn_expect_error(cn_ops_fft2(NULL, x).at[1], "fft2: input 0 is NULL, not a tensor");
    cn_expect_error(
        cn_ops_fft2(cn_ops_ravel(x), cn_ops_ravel(x)).at[0],
        "fft2_1: cannot be called on (None,) and (None,): fft2: takes tensors of two axes or more");
    cn_expect_error(
        cn_ops_ifft2(x, y).at[0],
        "ifft2_1: cannot be called on (None, 3) and (None, 4): ifft2: takes a real and an "
        "imaginary part of one shape, got (None, 3) and (None, 4)");
    cn_expect_error(cn_ops_rfft(NULL).at[0], "rfft: input 0 is NULL, not a tensor");
    cn_expect_error(
        cn_ops_rfft(x, 0).at[0],
        "rfft_1: cannot be called on (None, 3): rfft: fft_length must be from 1 to 16777216");
    cn_expect_error(
        cn_ops_rfft(x, .fft_length = 1 << 30).at[0],
        "rfft_2: cannot be called on (None, 3): rfft: fft_length must be from 1 to 16777216");
    cn_expect_error(cn_ops_rfft(cn_ops_scalar(1)).at[0],
                    "rfft_3: cannot be called on (): rfft: needs rank >= 1, got a scalar");
    cn_expect_error(
        cn_ops_fft(cn_ops_scalar(1), cn_ops_scalar(1)).at[0],
        "fft_2: cannot be called on () and (): fft: takes a real and an imaginary part of one "
        "shape, got () and ()");
    cn_expect_error(cn_ops_irfft(x, NULL), "irfft: input 1 is NULL, not a tensor");
    cn_expect_error(
        cn_ops_irfft(x, y),
        "irfft_1: cannot be called on (None, 3) and (None, 4): irfft: takes a real and an "
        "imaginary part of one shape, got (None, 3) and (None, 4)");
    cn_expect_error(
        cn_ops_irfft(cn_ops_slice(x, {0, 1}, {CN_NONE, 1}), cn_ops_slice(x, {0, 1}, {CN_NONE, 1})),
        "irfft_2: cannot be called on (None, 1) and (None, 1): irfft: fft_length must be said of "
        "one number");
    cn_expect_error(
        cn_ops_rfft(x, -2).at[0],
        "rfft_4: cannot be called on (None, 3): rfft: fft_length must be from 1 to 16777216");
    cn_expect_error(
        cn_ops_irfft(cn_ops_scalar(1), cn_ops_scalar(1)),
        "irfft_3: cannot be called on () and (): irfft: takes a real and an imaginary part of one "
        "shape, got () and ()");
    cn_expect_error(
        cn_ops_irfft(x, x, 0),
        "irfft_4: cannot be called on (None, 3) and (None, 3): irfft: fft_length must be from 1 to "
        "16777216");
    cn_expect_error(cn_ops_stft(NULL, 2, 1, 2).at[0], "stft: input 0 is NULL, not a tensor");
    cn_expect_error(
        cn_ops_stft(x, 4, 2, 2).at[0],
        "stft_1: cannot be called on (None, 3): stft: sequence_length and sequence_stride must be "
        "positive, and fft_length not less than the first");
    cn_expect_error(
        cn_ops_stft(x, 0, 1, 2).at[0],
        "stft_2: cannot be called on (None, 3): stft: sequence_length and sequence_stride must be "
        "positive, and fft_length not less than the first");
    cn_expect_error(
        cn_ops_stft(x, 2, 1, 2, .window = "round").at[0],
        "stft_3: cannot be called on (None, 3): stft: window must be \"hann\" or \"hamming\", got "
        "\"round\"");
    cn_expect_error(
        cn_ops_stft(x, 4, 1, 4, .center = false).at[0],
        "stft_4: cannot be called on (None, 3): frames: windows of 4, 1 apart, are not in shape "
        "(None, 3)");
    cn_expect_error(
        cn_ops_stft(x, 8, 1, 8).at[0],
        "stft_5: cannot be called on (None, 3): slice: 4 elements from 4 by steps of -1 are not in "
        "axis 1 of shape (None, 3)");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(transforms, cn_begin_anew),
        cmocka_unit_test_setup(mistakes_are_named, cn_begin_anew),
    };
    return cmocka_run_group_tests_name("transforms of signals", tests, NULL, NULL);
}
