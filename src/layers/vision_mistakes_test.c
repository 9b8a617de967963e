/* The messages of layers of vision models for wrong arguments and inputs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "cornu/error.h"
#include "layers/convolution.h"
#include "support/anew.h"

static void bad_normalization(void **state)
{
    (void)state;
    cn_tensor *x = cn_input({6}), *y = cn_input({4}), *any = cn_input({3, CN_NONE});
    cn_expect_error(cn_batch_normalization(.momentum = 2),
                    "batch_normalization_1: momentum must be from 0 to 1, got 2");
    cn_expect_error(cn_batch_normalization(.epsilon = -1),
                    "batch_normalization_2: epsilon must not be negative, got -1");
    cn_expect_error(cn_batch_normalization(.renorm = true, .renorm_momentum = -0.5),
                    "batch_normalization_3: renorm_momentum must be from 0 to 1, got -0.5");
    cn_expect_error(cn_call(cn_batch_normalization(2), x),
                    "batch_normalization_4: axis 2 is not in its input's shape (None, 6)");
    cn_expect_error(cn_call(cn_batch_normalization(), any),
                    "batch_normalization_5: the weight gamma would have shape (None,): the input's "
                    "size must be known along that axis");
    cn_expect_error(cn_renorm_clipping(.rmax = 1, .rmin = 2),
                    "renorm_clipping: rmax must not be below rmin, got 1 and 2");
    cn_expect_error(cn_renorm_clipping(.dmax = -1),
                    "renorm_clipping: dmax must not be negative, got -1");
    cn_expect_error(cn_batch_normalization(.renorm_clipping = "3", .name = "again"),
                    "again: renorm_clipping must be a cn_renorm_clipping, got \"3\"");
    cn_expect_error(cn_batch_normalization(.renorm_clipping = "{\"rmex\": 3}", .name = "anew"),
                    "anew: renorm_clipping: renorm_clipping has no argument \"rmex\": did you mean "
                    "\"rmax\"?");
    cn_layer *norm = cn_batch_normalization();
    assert_non_null(cn_call(norm, x));
    cn_expect_error(cn_call(norm, y),
                    "batch_normalization_6: its weights have shape (6,), which does "
                    "not fit an input of shape (None, 4)");
    cn_expect_error(cn_group_normalization(0),
                    "group_normalization_1: groups must be positive, or -1 "
                    "for one for each channel, got 0");
    cn_expect_error(cn_group_normalization(2, .axis = 0),
                    "group_normalization_2: axis must not be 0, the batch");
    cn_expect_error(
        cn_call(cn_group_normalization(4), x),
        "group_normalization_3: 6 channels cannot be cut into 4 groups, in shape (None, 6)");
}

static void bad_spatial(void **state)
{
    (void)state;
    cn_tensor *x = cn_input({6, 6, 3}), *y = cn_input({6, 3});
    cn_expect_error(cn_zero_padding2d({{1, 1}, {0, -2}}),
                    "zero_padding2d_1: padding must not be "
                    "negative, got (0, -2) for spatial axis 1");
    cn_expect_error(cn_zero_padding2d(-2),
                    "zero_padding2d_2: padding must not be negative, got (-2, "
                    "-2) for spatial axis 0");
    cn_expect_error(
        cn_cropping3d(.data_format = "first"),
        "cropping3d_1: data_format must be \"channels_last\" or \"channels_first\", got "
        "\"first\"");
    cn_expect_error(cn_up_sampling2d({2, -1}),
                    "up_sampling2d_1: size must be one positive number or 2, got (2, -1)");
    cn_expect_error(
        cn_up_sampling2d(.interpolation = "cubic"),
        "up_sampling2d_2: interpolation must be \"nearest\", \"bilinear\", \"bicubic\", "
        "\"lanczos3\" or \"lanczos5\", got \"cubic\"");
    cn_expect_error(cn_spatial_dropout2d(2),
                    "spatial_dropout2d_1: rate must be from 0 to 1, got 2");
    cn_expect_error(cn_call(cn_zero_padding2d(), y),
                    "zero_padding2d_3: takes an input of rank 4, got shape (None, 6, 3)");
    cn_expect_error(cn_call(cn_cropping2d({{3, 3}, {0, 0}}), x),
                    "cropping2d_1: cropping (3, 3) leaves nothing of an input of shape "
                    "(None, 6, 6, 3)");
    cn_expect_error(cn_call(cn_global_max_pooling3d(), x),
                    "global_max_pooling3d_1: takes an input of rank 5, got shape (None, 6, 6, 3)");
}

static void bad_windows(void **state)
{
    (void)state;
    cn_expect_error(cn_conv2d(8, {3, 3, 3}),
                    "conv2d_1: kernel_size must be one positive number or 2, got (3, 3, 3)");
    cn_expect_error(cn_conv2d(8, {3, -1}),
                    "conv2d_2: kernel_size must be one positive number or 2, got (3, -1)");
    cn_expect_error(cn_conv2d(8), "conv2d_3: kernel_size must be one positive number or 2, got 0");
    cn_expect_error(cn_conv2d(8, 3, .padding = "causal"),
                    "conv2d_4: padding must be \"valid\" or \"same\", got \"causal\"");
    cn_expect_error(
        cn_conv2d(8, 3, .strides = {1, 2}, .dilation_rate = {2, 1}),
        "conv2d_5: strides and dilation_rate cannot both be greater than 1, got 2 and 2");
    cn_expect_error(cn_conv3d(4, 3, .strides = {1, 2}),
                    "conv3d_1: strides must be one positive number or 3, got (1, 2)");
    cn_expect_error(cn_conv3d(4, INT64_MAX),
                    "conv3d_2: kernel_size 9223372036854775807 is too large");
    cn_expect_error(cn_depthwise_conv2d(3, .depth_multiplier = 0),
                    "depthwise_conv2d_1: depth_multiplier must be positive, got 0");
    cn_expect_error(cn_conv2d_transpose(4, 3, .strides = {1, 3}, .output_padding = {0, 3}),
                    "conv2d_transpose_1: output_padding must be from 0 to strides - 1, got 3 with "
                    "strides 3");
    cn_expect_error(cn_conv2d_transpose(4, 3, .strides = {1, 3}, .output_padding = 1),
                    "conv2d_transpose_2: output_padding must be from 0 to strides - 1, got 1 with "
                    "strides 1");
    cn_expect_error(cn_max_pooling2d({2, 2, 2}),
                    "max_pooling2d_1: pool_size must be one positive number or 2, got (2, 2, 2)");
    cn_expect_error(cn_average_pooling3d(2, .strides = {1, 1}),
                    "average_pooling3d_1: strides must be one positive number or 3, got (1, 1)");
    cn_expect_error(
        cn_adaptive_max_pooling2d(0),
        "adaptive_max_pooling2d_1: output_size must be one positive number or 2, got 0");
}

static void images_without_windows(void **state)
{
    (void)state;
    cn_tensor *x = cn_input({9, 4, 6}), *rows = cn_input({9, 6});
    cn_expect_error(cn_call(cn_conv2d(2, 3), rows),
                    "conv2d_1: takes an input of rank 4, got shape (None, 9, 6)");
    cn_expect_error(cn_call(cn_conv2d(2, 5), x),
                    "conv2d_2: a window of 5 cells does not fit into an "
                    "input of shape (None, 9, 4, 6)");
    cn_expect_error(
        cn_call(cn_conv2d(2, {5, 3}, .dilation_rate = {1, 2}), x),
        "conv2d_3: a window of 5 cells does not fit into an input of shape (None, 9, 4, 6)");
    cn_expect_error(
        cn_call(cn_conv2d(4, 3, .groups = 2, .data_format = "channels_first"), x),
        "conv2d_4: the channels of an input of shape (None, 9, 4, 6) are not a multiple of "
        "groups, 2");
    cn_layer *conv = cn_separable_conv2d(2, 3);
    assert_non_null(cn_call(conv, x));
    cn_expect_error(
        cn_call(conv, cn_input({9, 4, 7})),
        "separable_conv2d_1: was built for inputs of 6 channels, got shape (None, 9, 4, 7)");
    cn_expect_error(cn_call(cn_max_pooling2d({2, 5}), x),
                    "max_pooling2d_1: needs at least 5 along axis 2, got shape (None, 9, 4, 6)");
    cn_expect_error(cn_call(cn_average_pooling3d(2), x),
                    "average_pooling3d_1: takes an input of rank 5, got shape (None, 9, 4, 6)");
}

/* One number stands for all axes, also in files. */
static void one_number_for_all_axes(void **state)
{
    (void)state;
    cn_tensor *x = cn_input({8, 8, 3});
    cn_tensor *y = cn_call(cn_conv2d(4, 3, .strides = 2), x);
    assert_int_equal(y->shape.dim[1], 3);
    assert_int_equal(y->shape.dim[2], 3);
    y = cn_call(cn_conv2d(4, {3, 1}, .strides = {1, 2}), x);
    assert_int_equal(y->shape.dim[1], 6);
    assert_int_equal(y->shape.dim[2], 4);
    y = cn_call(cn_average_pooling2d(3, .strides = 2, .padding = "same"), x);
    assert_int_equal(y->shape.dim[2], 4);
    y = cn_call(cn_zero_padding2d(3), x);
    assert_int_equal(y->shape.dim[1], 14);
    assert_int_equal(y->shape.dim[2], 14);
    y = cn_call(cn_cropping2d(1), x);
    assert_int_equal(y->shape.dim[2], 6);
    y = cn_call(cn_up_sampling2d(3), x);
    assert_int_equal(y->shape.dim[2], 24);
    y = cn_call(cn_conv2d_transpose(4, 3, .strides = 2, .output_padding = 1), x);
    assert_int_equal(y->shape.dim[2], 18);
    const cn_layer *layer = cn_conv2d_transpose(4, 3, .strides = 2, .output_padding = 0);
    json_t *config = cn_args_json(&layer->class->base, layer->args);
    json_t *two = json_pack("[ii]", 2, 2), *none = json_pack("[ii]", 0, 0);
    assert_true(json_equal(json_object_get(config, "strides"), two));
    assert_true(json_equal(json_object_get(config, "output_padding"), none));
    json_decref(none);
    json_decref(two);
    json_decref(config);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(bad_normalization, cn_begin_anew),
        cmocka_unit_test_setup(bad_spatial, cn_begin_anew),
        cmocka_unit_test_setup(bad_windows, cn_begin_anew),
        cmocka_unit_test_setup(images_without_windows, cn_begin_anew),
        cmocka_unit_test_setup(one_number_for_all_axes, cn_begin_anew),
    };
    return cmocka_run_group_tests_name("layers.vision_mistakes", tests, NULL, NULL);
}
