/* Images: there and back, colours, sizes, and files that are damaged. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cornu/image_files.h"
#include "cornu/session.h"

static const char png_path[] = "images_test.png", jpeg_path[] = "images_test.jpg";

static int begin(void **state)
{
    (void)state;
    cn_clear_session();
    cn_clear_error();
    return 0;
}

static int end(void **state)
{
    (void)state;
    (void)remove(png_path);
    (void)remove(jpeg_path);
    return 0;
}

static void check_error(bool failed, const char *part)
{
    assert_true(failed);
    if (strstr(cn_error(), part) == NULL)
        fail_msg("\"%s\" does not say \"%s\"", cn_error(), part);
    cn_clear_error();
}

/* A smooth picture: what JPEG changes little. */
static cn_array *make_picture(int64_t height, int64_t width, int64_t channels)
{
    cn_array *image = cn_array_new(CN_UINT8, (int64_t[]){height, width, channels}, 3, NULL);
    uint8_t *pixels = cn_array_data(image);
    for (int64_t i = 0; i < height * width * channels; i++)
        pixels[i] =
            (uint8_t)(2 * (i / channels / width) + i / channels % width + 30 * (i % channels));
    return image;
}

static void assert_same(const cn_array *a, const cn_array *b)
{
    assert_int_equal(cn_array_size(a), cn_array_size(b));
    for (int64_t i = 0; i < cn_array_size(a); i++)
        assert_true(cn_array_at(a, i) == cn_array_at(b, i));
}

static void png_keeps_every_pixel(void **state)
{
    (void)state;
    static const char *const modes[5] = {NULL, "grayscale", NULL, "rgb", "rgba"};
    for (int64_t channels = 1; channels <= 4; channels++) {
        if (modes[channels] == NULL)
            continue;
        cn_array *image = make_picture(7, 13, channels);
        assert_int_equal(cn_save_image(png_path, image), CN_OK);
        cn_array *back = cn_load_image(png_path, .color_mode = modes[channels]);
        assert_non_null(back);
        assert_int_equal(cn_array_dim(back, 0), 7);
        assert_int_equal(cn_array_dim(back, 1), 13);
        assert_int_equal(cn_array_dim(back, 2), channels);
        assert_same(back, image);
    }
}

static void jpeg_keeps_the_picture(void **state)
{
    (void)state;
    for (int64_t channels = 1; channels <= 3; channels += 2) {
        cn_array *image = make_picture(24, 40, channels);
        assert_int_equal(cn_save_image(jpeg_path, image, .quality = 95), CN_OK);
        cn_array *back =
            cn_load_image(jpeg_path, .color_mode = channels == 1 ? "grayscale" : "rgb");
        assert_non_null(back);
        assert_int_equal(cn_array_size(back), cn_array_size(image));
        double sum = 0;
        for (int64_t i = 0; i < cn_array_size(back); i++)
            sum += fabs(cn_array_at(back, i) - cn_array_at(image, i));
        assert_true(sum / (double)cn_array_size(back) < 2);
    }
}

static void colours_are_converted(void **state)
{
    (void)state;
    const uint8_t pixels[] = {255, 0, 0, 0, 255, 0, 0, 0, 255, 10, 20, 30};
    cn_array *image = cn_array_new(CN_UINT8, (int64_t[]){2, 2, 3}, 3, pixels);
    assert_int_equal(cn_save_image(png_path, image), CN_OK);
    cn_array *gray = cn_load_image(png_path, .color_mode = "grayscale");
    const double expected[] = {76, 150, 29, 18}; /* as Pillow's convert("L") */
    for (int i = 0; i < 4; i++)
        assert_true(cn_array_at(gray, i) == expected[i]);
    cn_array *with_opacity = cn_load_image(png_path, .color_mode = "rgba");
    assert_int_equal(cn_array_dim(with_opacity, 2), 4);
    assert_true(cn_array_at(with_opacity, 3) == 255 && cn_array_at(with_opacity, 12) == 10);
    assert_int_equal(cn_save_image(png_path, gray), CN_OK);
    cn_array *rgb = cn_load_image(png_path);
    for (int i = 0; i < 12; i++)
        assert_true(cn_array_at(rgb, i) == expected[i / 3]);
}

static void images_are_resized(void **state)
{
    (void)state;
    const uint8_t pixels[] = {0, 40, 80, 120, 160, 200};
    cn_array *image = cn_array_new(CN_UINT8, (int64_t[]){2, 3}, 2, pixels);
    assert_int_equal(cn_save_image(png_path, image), CN_OK);
    cn_array *near = cn_load_image(png_path, .color_mode = "grayscale", .target_size = {1, 6});
    const double nearest[] = {120, 120, 160, 160, 200, 200};
    for (int i = 0; i < 6; i++)
        assert_true(cn_array_at(near, i) == nearest[i]);
    cn_array *smooth = cn_load_image(png_path, .color_mode = "grayscale", .target_size = {4, 2},
                                     .interpolation = "bilinear");
    const double bilinear[] = {10, 70, 40, 100, 100, 160, 130, 190}; /* as tf.image.resize */
    assert_string_equal(cn_dtype_name(cn_array_dtype(smooth)), "float32");
    for (int i = 0; i < 8; i++)
        assert_true(fabs(cn_array_at(smooth, i) - bilinear[i]) < 1e-4);
}

static void numbers_are_scaled(void **state)
{
    (void)state;
    cn_array *image = cn_array_new(CN_FLOAT32, (int64_t[]){1, 3}, 2, (float[]){-1, 0, 1});
    check_error(cn_save_image(png_path, image) != CN_OK,
                "element 0 is -1, and an image has 0 to 255");
    assert_int_equal(cn_save_image(png_path, image, .scale = true), CN_OK);
    cn_array *back = cn_load_image(png_path, .color_mode = "grayscale");
    const double expected[] = {0, 128, 255};
    for (int i = 0; i < 3; i++)
        assert_true(cn_array_at(back, i) == expected[i]);
}

/* ---- bad input ------------------------------------------------------------------------------- */

static void write_bytes(const char *path, const void *bytes, size_t n)
{
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, n, file), n);
    assert_int_equal(fclose(file), 0);
}

static size_t read_bytes(const char *path, unsigned char *bytes, size_t most)
{
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    const size_t n = fread(bytes, 1, most, file);
    assert_int_equal(fclose(file), 0);
    return n;
}

/* Cut short anywhere, a file is an error; with a byte changed, it is an error or another image. */
static void damage(const char *path, bool every_cut_shows)
{
    static unsigned char bytes[4096];
    const size_t n = read_bytes(path, bytes, sizeof bytes);
    for (size_t i = 0; i < n; i += n / 40 + 1) {
        write_bytes(path, bytes, i);
        cn_array *cut = cn_load_image(path);
        assert_true(cut == NULL || (!every_cut_shows && i + 2 >= n));
        cn_clear_error();
        bytes[i] ^= 0x55;
        write_bytes(path, bytes, n);
        cn_array_free(cn_load_image(path));
        cn_clear_error();
        bytes[i] ^= 0x55;
    }
}

static void damaged_files_are_refused(void **state)
{
    (void)state;
    cn_array *image = make_picture(16, 16, 3);
    assert_int_equal(cn_save_image(png_path, image), CN_OK);
    damage(png_path, true);
    assert_int_equal(cn_save_image(jpeg_path, image), CN_OK);
    damage(jpeg_path, false);
    write_bytes(png_path, "GIF89a", 6);
    check_error(cn_load_image(png_path) == NULL, "is neither a PNG nor a JPEG image");
}

/* The checksum of a PNG's parts (CRC-32). */
static uint32_t checksum(const unsigned char *bytes, size_t n)
{
    uint32_t sum = UINT32_MAX;
    for (size_t i = 0; i < n; i++) {
        sum ^= bytes[i];
        for (int bit = 0; bit < 8; bit++)
            sum = sum >> 1 ^ ((sum & 1) != 0 ? 0xEDB88320u : 0);
    }
    return ~sum;
}

/* A header that promises 2^24 x 63 pixels in a file of a few bytes. */
static void size_is_checked_before_memory(void **state)
{
    (void)state;
    static unsigned char bytes[4096];
    assert_int_equal(cn_save_image(png_path, make_picture(4, 4, 1)), CN_OK);
    const size_t n = read_bytes(png_path, bytes, sizeof bytes);
    memcpy(bytes + 16, "\1\0\0\0\0\0\0\x3f", 8);
    const uint32_t sum = checksum(bytes + 12, 17);
    for (int i = 0; i < 4; i++)
        bytes[29 + i] = (unsigned char)(sum >> (24 - 8 * i));
    write_bytes(png_path, bytes, n);
    check_error(cn_load_image(png_path) == NULL,
                "is a damaged PNG image: it is too short for its size");
}

static void mistakes_are_named(void **state)
{
    (void)state;
    cn_array *image = make_picture(4, 4, 3),
             *flat = cn_array_new(CN_UINT8, (int64_t[]){4}, 1, NULL);
    check_error(cn_load_image("missing.png") == NULL, "missing.png");
    check_error(cn_load_image(NULL) == NULL, "the path is NULL");
    check_error(cn_load_image(png_path, .color_mode = "cmyk") == NULL,
                "color_mode must be \"rgb\", \"rgba\" or \"grayscale\", got \"cmyk\"");
    check_error(cn_load_image(png_path, .interpolation = "bicubic") == NULL,
                "interpolation must be \"nearest\" or \"bilinear\", got \"bicubic\"");
    check_error(cn_load_image(png_path, .target_size = {3}) == NULL,
                "target_size must be {height, width}, got {3, 0}");
    check_error(cn_save_image("image.bmp", image) != CN_OK,
                "the ending must be .png, .jpg or .jpeg");
    check_error(cn_save_image(png_path, flat) != CN_OK,
                "an image is [height, width, 1 or 3 or 4], got shape (4,)");
    check_error(cn_save_image(jpeg_path, make_picture(4, 4, 4)) != CN_OK,
                "an image is [height, width, 1 or 3], got shape (4, 4, 4)");
    check_error(cn_save_image(jpeg_path, image, .quality = 0) != CN_OK, "quality is 1 to 100");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(png_keeps_every_pixel, begin, end),
        cmocka_unit_test_setup_teardown(jpeg_keeps_the_picture, begin, end),
        cmocka_unit_test_setup_teardown(colours_are_converted, begin, end),
        cmocka_unit_test_setup_teardown(images_are_resized, begin, end),
        cmocka_unit_test_setup_teardown(numbers_are_scaled, begin, end),
        cmocka_unit_test_setup_teardown(damaged_files_are_refused, begin, end),
        cmocka_unit_test_setup_teardown(size_is_checked_before_memory, begin, end),
        cmocka_unit_test_setup_teardown(mistakes_are_named, begin, end),
    };
    if (cn_save_image(png_path, make_picture(1, 1, 1)) != CN_OK ||
        cn_save_image(jpeg_path, make_picture(1, 1, 1)) != CN_OK) {
        print_message("skipped: %s\n", cn_error());
        return strstr(cn_error(), "was built without") == NULL;
    }
    return cmocka_run_group_tests_name("images", tests, NULL, NULL);
}
