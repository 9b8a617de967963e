/* Layers on images: messages for wrong arguments and inputs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "layers/image.h"
#include "support/anew.h"

static void bad_sizes(void **state)
{
    (void)state;
    cn_tensor *x = cn_input({6, 6, 3}), *y = cn_input({6, 3});
    cn_expect_error(cn_resizing(0, 3), "resizing_1: height must be positive, got 0");
    cn_expect_error(cn_resizing(3, 3, .interpolation = "bilinea"),
                    "resizing_2: interpolation cannot be \"bilinea\": did you mean \"bilinear\"?");
    cn_expect_error(
        cn_resizing(3, 3, .crop_to_aspect_ratio = true, .pad_to_aspect_ratio = true),
        "resizing_3: only one of crop_to_aspect_ratio and pad_to_aspect_ratio can be true");
    cn_expect_error(cn_resizing(3, 3, .fill_mode = "reflect"),
                    "resizing_4: fill_mode cannot be \"reflect\": did you mean \"constant\"?");
    cn_expect_error(cn_call(cn_resizing(3, 3), y),
                    "resizing_5: takes an input of rank 4, got shape (None, 6, 3)");
    cn_expect_error(cn_center_crop(3, -1), "center_crop_1: width must be positive, got -1");
    cn_expect_error(
        cn_random_crop(3, 3, .data_format = "first"),
        "random_crop_1: data_format must be \"channels_last\" or \"channels_first\", got "
        "\"first\"");
    assert_non_null(cn_call(cn_resizing(3, 3), x));
}

static void bad_places(void **state)
{
    (void)state;
    cn_expect_error(cn_random_flip("sideways"),
                    "random_flip_1: mode cannot be \"sideways\": did you "
                    "mean \"horizontal_and_vertical\"?");
    cn_expect_error(cn_random_translation(0.2), "random_translation_1: width_factor must be given");
    cn_expect_error(
        cn_random_translation(0.2, 1.5),
        "random_translation_2: width_factor must be one number or two from -1 to 1, got 1.5");
    cn_expect_error(cn_random_rotation({-0.2, 2}),
                    "random_rotation_1: factor must be one number or two from -1 to 1, got 2");
    cn_expect_error(cn_random_rotation(0.2, .fill_mode = "mirror"),
                    "random_rotation_2: fill_mode cannot be \"mirror\": did you mean \"reflect\"?");
    cn_expect_error(cn_random_zoom(-1), "random_zoom_1: height_factor must be above -1");
    cn_expect_error(
        cn_random_zoom(0.1, .interpolation = "bicubic"),
        "random_zoom_2: interpolation cannot be \"bicubic\": did you mean \"bilinear\"?");
    cn_expect_error(cn_random_shear(-0.1),
                    "random_shear_1: x_factor must be one number or two from 0 to 1, got -0.1");
    cn_expect_error(cn_random_perspective(.scale = 2),
                    "random_perspective_1: scale must be from 0 to 1, got 2");
    cn_expect_error(
        cn_random_elastic_transform(.scale = 2),
        "random_elastic_transform_1: scale must be one number or two from 0 to 1, got 2");
    cn_expect_error(cn_random_elastic_transform(.fill_mode = "reflekt"),
                    "random_elastic_transform_2: fill_mode cannot be \"reflekt\": did you mean "
                    "\"reflect\"?");
    cn_expect_error(cn_random_erasing(.fill_value = {1, 2}, .scale = {0, 3}),
                    "random_erasing_1: scale must be one number or two from 0 to 1, got 3");
}

static void bad_colors(void **state)
{
    (void)state;
    cn_tensor *x = cn_input({6, 6, 4});
    cn_expect_error(cn_random_contrast(1.5),
                    "random_contrast_1: factor must be one number or two from 0 to 1, got 1.5");
    cn_expect_error(cn_random_brightness(0.5, .value_range = {1, 1}),
                    "random_brightness_1: value_range must be two different numbers, got {1, 1}");
    cn_expect_error(cn_call(cn_random_hue(0.5), x),
                    "random_hue_1: takes images with 3 channels, got "
                    "shape (None, 6, 6, 4)");
    cn_expect_error(
        cn_call(cn_random_grayscale(), x),
        "random_grayscale_1: takes images with 3 channels or 1, got shape (None, 6, 6, 4)");
    cn_expect_error(cn_random_posterization(3.5),
                    "random_posterization_1: factor must be whole numbers of bits, got 3.5");
    cn_expect_error(cn_random_gaussian_blur(.kernel_size = {4, 3}),
                    "random_gaussian_blur_1: kernel_size must be one odd number or two, got 4");
    cn_expect_error(cn_equalization(.bins = 1),
                    "equalization_1: bins must be from 2 to 4096, got 1");
    cn_expect_error(cn_rand_augment(.num_ops = 0),
                    "rand_augment_1: num_ops must be from 1 to 16, got 0");
    cn_expect_error(cn_mix_up(.alpha = 0), "mix_up_1: alpha must be positive, got 0");
    cn_expect_error(cn_aug_mix(.num_chains = 0),
                    "aug_mix_1: num_chains must be from 1 to 16, got 0");
    cn_expect_error(
        cn_aug_mix(.chain_depth = 40),
        "aug_mix_2: num_chains times chain_depth must be from 0 to 64, got a chain_depth of "
        "40");
    cn_expect_error(cn_aug_mix(.alpha = -1), "aug_mix_3: alpha must be positive, got -1");
    cn_expect_error(cn_call(cn_aug_mix(), x),
                    "aug_mix_4: takes images with 3 channels or 1, got shape "
                    "(None, 6, 6, 4)");
    cn_expect_error(
        cn_contrast_limited_adaptive_histogram_equalization(.tile_grid_size = {0, 2}),
        "contrast_limited_adaptive_histogram_equalization_1: tile_grid_size must be positive "
        "numbers of tiles, got 0 and 2");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(bad_sizes, cn_begin_anew),
        cmocka_unit_test_setup(bad_places, cn_begin_anew),
        cmocka_unit_test_setup(bad_colors, cn_begin_anew),
    };
    return cmocka_run_group_tests_name("layers.image_mistakes", tests, NULL, NULL);
}
