/* Public operations on images: each computes what it says, and says what does not fit. Their
 * numbers for arguments of every kind are compared with Keras's in tests/keras/records_test.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>

#include "cornu/image_ops.h"
#include "cornu/session.h"
#include "support/anew.h"
#include "support/model_run.h"

enum { MOST = 64 };

/* What is drawn from one image x[1, 2, 3, 1] = {1, 2, 3; 4, 5, 6}. */
struct drawn {
    const char *name;
    cn_tensor *result;
    int64_t n;
    double expected[MOST];
};

static void check(cn_tensor *x, const struct drawn *cases, int n)
{
    static const double pixels[] = {1, 2, 3, 4, 5, 6};
    for (int i = 0; i < n; i++) {
        double output[MOST] = {0};
        if (cases[i].result == NULL)
            fail_msg("%s: %s", cases[i].name, cn_error());
        cn_model *model = cn_model_of(x, cases[i].result);
        cn_test_run(model, &CN_SHAPE(1, 2, 3, 1), (const double *const[]){pixels},
                    (double *const[]){output}, false);
        for (int64_t k = 0; k < cases[i].n; k++)
            if (!(fabs(output[k] - cases[i].expected[k]) <= 1e-5))
                fail_msg("%s: number %d is %g, expected %g", cases[i].name, (int)k, output[k],
                         cases[i].expected[k]);
    }
}
#define CHECK(x, cases) check(x, cases, (int)(sizeof(cases) / sizeof(cases)[0]))

static cn_tensor *constant(const float *numbers, const int64_t *dims, int rank)
{
    cn_array *array = cn_array_new(CN_FLOAT32, dims, rank, numbers);
    cn_tensor *tensor = cn_ops_convert_to_tensor(array);
    cn_array_free(array);
    return tensor;
}

static void of_another_size(void **state)
{
    (void)state;
    cn_tensor *x = cn_input({2, 3, 1});
    const struct drawn cases[] = {
        {"resize", cn_ops_image_resize(x, {1, 3}), 3, {2.5, 3.5, 4.5}},
        {"nearest",
         cn_ops_image_resize(x, {4, 3}, .interpolation = "nearest"),
         6,
         {1, 2, 3, 1, 2, 3}},
        {"cropped to 2 x 2", cn_ops_image_resize(x, {1, 1}, .crop_to_aspect_ratio = true), 1, {3}},
        {"crop",
         cn_ops_image_crop_images(x, .top = 1, .bottom = 0, .left = 1, .target_width = 2),
         2,
         {5, 6}},
        {"pad",
         cn_ops_image_pad_images(x, .top = 1, .bottom = 0, .right = 0, .target_width = 4),
         12,
         {0, 0, 0, 0, 0, 1, 2, 3, 0, 4, 5, 6}},
    };
    CHECK(x, cases);
}

static void of_other_cells(void **state)
{
    (void)state;
    static const float left[] = {1, 0, 1, 0, 1, 0, 0, 0}, squares[] = {0, 0, 2, 0, 0, 1, 2, 1},
                       places[] = {0, 0, 0, 0, 0, 1, 0, 2, 0.5f, 0, 0, 0}, twice[] = {2, 1},
                       none[] = {0, 0};
    cn_tensor *x = cn_input({2, 3, 1});
    cn_tensor *corners = constant(squares, (int64_t[]){4, 2}, 2);
    const struct drawn cases[] = {
        {"affine_transform",
         cn_ops_image_affine_transform(x, constant(left, (int64_t[]){8}, 1)),
         6,
         {2, 3, 0, 5, 6, 0}},
        {"its edge",
         cn_ops_image_affine_transform(x, constant(left, (int64_t[]){8}, 1),
                                       .fill_mode = "nearest"),
         6,
         {2, 3, 3, 5, 6, 6}},
        {"perspective_transform",
         cn_ops_image_perspective_transform(x, corners, corners),
         6,
         {1, 2, 3, 4, 5, 6}},
        {"map_coordinates",
         cn_ops_image_map_coordinates(x, constant(places, (int64_t[]){4, 3}, 2)),
         3,
         {1, 3, 4.5}},
        {"scale_and_translate",
         cn_ops_image_scale_and_translate(
             x, constant(twice, (int64_t[]){2}, 1), constant(none, (int64_t[]){2}, 1),
             .output_shape = {CN_NONE, 4, 3, CN_NONE}, .spatial_dims = {1, 2}),
         12,
         {1, 2, 3, 1.75, 2.75, 3.75, 3.25, 4.25, 5.25, 4, 5, 6}},
    };
    CHECK(x, cases);
}

static void of_cells_around(void **state)
{
    (void)state;
    cn_tensor *x = cn_input({2, 3, 1});
    const double side = exp(-0.5), sum = 1 + 2 * side, middle = 1 / sum, beside = side / sum;
    const struct drawn cases[] = {
        {"gaussian_blur",
         cn_ops_image_gaussian_blur(x, {3, 1}),
         3,
         {middle + 2 * beside, beside + 2 * middle + 3 * beside, 2 * beside + 3 * middle}},
        {"sobel_edges", cn_ops_image_sobel_edges(x), 4, {13, 9, 20, 6}},
        {"ssim", cn_ops_image_ssim(x, x, .filter_size = 2), 1, {1}},
        {"extract_patches", cn_ops_image_extract_patches(x, 2), 4, {1, 2, 4, 5}},
        {"patches one beside the other",
         cn_ops_image_extract_patches(x, {1, 2}, .strides = 1),
         8,
         {1, 2, 2, 3, 4, 5, 5, 6}},
        {"rgb_to_grayscale", cn_ops_image_rgb_to_grayscale(x), 6, {1, 2, 3, 4, 5, 6}},
    };
    CHECK(x, cases);
}

static void colors_go_round(void **state)
{
    static const double colors[] = {0.5, 0.25, 0.25, 0, 0.4, 0.8};
    static const double expected[] = {0, 0.5, 0.5, 7 / 12.0, 1, 0.8};
    double hsv[6] = {0}, back[6] = {0};
    (void)state;
    cn_tensor *x = cn_input({1, 2, 3}), *y = cn_ops_image_rgb_to_hsv(x);
    cn_model *model = cn_model_of(x, CN_LIST(y, cn_ops_image_hsv_to_rgb(y)));
    cn_test_run(model, &CN_SHAPE(1, 1, 2, 3), (const double *const[]){colors},
                (double *const[]){hsv, back}, false);
    for (int i = 0; i < 6; i++)
        if (!(fabs(hsv[i] - expected[i]) <= 1e-6 && fabs(back[i] - colors[i]) <= 1e-6))
            fail_msg("number %d: %g, expected %g; back %g, was %g", i, hsv[i], expected[i], back[i],
                     colors[i]);
}

#define ON "cannot be called on (None, 4, 6, 3): "

static void mistakes_are_named(void **state)
{
    (void)state;
    cn_tensor *x = cn_input({4, 6, 3}), *line = cn_input({5});
    cn_expect_error(cn_ops_image_resize(NULL, {2, 2}), "resize: input 0 is NULL, not a tensor");
    cn_expect_error(cn_ops_image_resize(x, {2}),
                    "resize_1: " ON
                    "resize: size must be a height and a width, both positive, got (2,)");
    cn_expect_error(cn_ops_image_resize(x, {2, 2}, .interpolation = "area"),
                    "resize_2: " ON "resize: interpolation must be bilinear, nearest, bicubic, "
                    "lanczos3 or lanczos5, got area");
    cn_expect_error(cn_ops_image_resize(line, {2, 2}),
                    "resize_3: cannot be called on (None, 5): resize: takes an image or a batch of "
                    "images, got shape (None, 5)");
    cn_expect_error(cn_ops_image_crop_images(x, .top = 1),
                    "crop_images_1: " ON
                    "crop_images: two of top, bottom and target_height must be said");
    cn_expect_error(cn_ops_image_crop_images(x, .top = 3, .bottom = 3, .left = 0, .right = 0),
                    "crop_images_2: " ON
                    "crop_images: top, bottom and target_height cannot be 3, 3 "
                    "and -2 where an image has 4 cells");
    cn_expect_error(cn_ops_image_pad_images(x, .top = 0, .target_height = 2, .left = 0, .right = 0),
                    "pad_images_1: " ON "pad_images: top, bottom and target_height cannot be 0, -2 "
                    "and 2 where an image has 4 cells");
    cn_expect_error(
        cn_ops_image_rgb_to_hsv(cn_ops_slice(x, {0, 0, 0, 0}, {-1, -1, -1, 2})),
        "rgb_to_hsv_1: cannot be called on (None, 4, 6, 2): rgb_to_hsv: takes images of "
        "3 channels, got shape (None, 4, 6, 2)");
    cn_expect_error(cn_ops_image_affine_transform(x, line),
                    "affine_transform_1: cannot be called on (None, 4, 6, 3) and (None, 5): "
                    "affine_transform: transform must have shape (8,), or that for each image, got "
                    "(None, 5)");
    cn_expect_error(cn_ops_image_gaussian_blur(x, {3, 3}, .sigma = {0, 1}),
                    "gaussian_blur_1: " ON
                    "gaussian_blur: sigma must be two positive numbers, got 0 and 1");
    cn_expect_error(cn_ops_image_gaussian_blur(x, .data_format = "channels"),
                    "gaussian_blur_2: " ON
                    "gaussian_blur: data_format must be \"channels_last\" or "
                    "\"channels_first\", got \"channels\"");
    cn_expect_error(
        cn_ops_image_ssim(x, x),
        "ssim_1: cannot be called on (None, 4, 6, 3) and (None, 4, 6, 3): ssim: a filter "
        "of 11 cells does not fit into shape (None, 4, 6, 3)");
    cn_expect_error(
        cn_ops_image_map_coordinates(x, line),
        "map_coordinates_1: cannot be called on (None, 4, 6, 3) and (None, 5): "
        "map_coordinates: the first axis of coordinates must be as long as the input has "
        "axes, got shapes (None, 4, 6, 3) and (None, 5)");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(of_another_size, cn_test_clear),
        cmocka_unit_test_setup(of_other_cells, cn_test_clear),
        cmocka_unit_test_setup(of_cells_around, cn_test_clear),
        cmocka_unit_test_setup(colors_go_round, cn_test_clear),
        cmocka_unit_test_setup(mistakes_are_named, cn_test_clear),
    };
    return cmocka_run_group_tests_name("operations on images", tests, NULL, NULL);
}
