/* Folders of images as samples. */
#include "data/testing.h"

#include <math.h>

#include "cornu/image_files.h"
#include "cornu/samples.h"

enum { HEIGHT = 6, WIDTH = 8 };

/* test_folder/class/name.png: pixels that say which image they are of. */
static void save(const char *class, const char *name, int start)
{
    char path[256];
    (void)snprintf(path, sizeof path, "%s/%s", test_folder, class);
    (void)mkdir(path, 0700);
    (void)snprintf(path, sizeof path, "%s/%s/%s", test_folder, class, name);
    cn_array *image = cn_zeros({HEIGHT, WIDTH, 3}, .dtype = CN_UINT8);
    for (int i = 0; i < HEIGHT * WIDTH * 3; i++)
        ((uint8_t *)cn_array_data(image))[i] = (uint8_t)(start + i);
    assert_int_equal(cn_save_image(path, image), CN_OK);
    cn_array_free(image);
}

static int make_images(void **state)
{
    if (test_make_folder(state) != 0)
        return 1;
    cn_clear_error();
    save("dogs", "b.png", 10);
    save("dogs", "a.png", 20);
    save("cats", "2.png", 30);
    save("cats", "10.png", 40);
    save("cats", "notes.png", 50);
    return 0;
}

static int remove_images(void **state)
{
    char command[128];
    (void)state;
    cn_clear_session();
    (void)snprintf(command, sizeof command, "rm -r '%s'", test_folder);
    return system(command);
}

static double first_pixel(const cn_image_folder *folder, int64_t index)
{
    cn_array *image = cn_samples_at(folder->images, index);
    const double value = cn_array_at(image, 0);
    cn_array_free(image);
    return value;
}

static void test_order_and_labels(void **state)
{
    (void)state;
    cn_image_folder *folder =
        cn_image_folder_of(test_folder, .image_size = {HEIGHT, WIDTH}, .shuffle = false);
    assert_string_equal(cn_error(), "");
    assert_int_equal(folder->count, 5);
    assert_int_equal(folder->class_count, 2);
    assert_string_equal(folder->class_names[0], "cats");
    assert_string_equal(folder->class_names[1], "dogs");
    const double pixels[] = {40, 30, 50, 20, 10};
    const int labels[] = {0, 0, 0, 1, 1};
    for (int i = 0; i < 5; i++) {
        assert_true(first_pixel(folder, i) == pixels[i]);
        assert_int_equal(cn_array_at(folder->labels, i), labels[i]);
    }
    assert_non_null(strstr(folder->paths[0], "/cats/10.png"));
    cn_image_folder_free(folder);
}

static void test_label_modes(void **state)
{
    (void)state;
    cn_image_folder *folder = cn_image_folder_of(test_folder, .class_names = {"dogs", "cats"},
                                                 .shuffle = false, .label_mode = "categorical");
    assert_int_equal(cn_array_dim(folder->labels, 1), 2);
    assert_true(cn_array_at(folder->labels, 0) == 1 && cn_array_at(folder->labels, 9) == 1);
    cn_image_folder_free(folder);
    folder = cn_image_folder_of(test_folder, .label_mode = "binary", .shuffle = false);
    assert_int_equal(cn_array_rank(folder->labels), 2);
    assert_true(cn_array_at(folder->labels, 4) == 1);
    cn_image_folder_free(folder);
    folder = cn_image_folder_of(test_folder, .label_mode = NULL);
    assert_null(folder->labels);
    assert_int_equal(folder->count, 5);
    cn_image_folder_free(folder);
}

/* Both subsets together are all images, each once. */
static void test_subsets(void **state)
{
    (void)state;
    cn_image_folder *a = cn_image_folder_of(test_folder, .image_size = {HEIGHT, WIDTH}, .seed = 4,
                                            .validation_split = 0.4, .subset = "training"),
                    *b = cn_image_folder_of(test_folder, .image_size = {HEIGHT, WIDTH}, .seed = 4,
                                            .validation_split = 0.4, .subset = "validation");
    assert_string_equal(cn_error(), "");
    assert_int_equal(a->count, 3);
    assert_int_equal(b->count, 2);
    double sum = 0;
    for (int i = 0; i < 5; i++)
        sum += pow(2, first_pixel(i < 3 ? a : b, i < 3 ? i : i - 3) / 10);
    assert_true(sum == 2 + 4 + 8 + 16 + 32);
    cn_image_folder_free(a);
    cn_image_folder_free(b);
}

/* Resized as cn_load_image does it. */
static void test_resizing(void **state)
{
    (void)state;
    cn_image_folder *folder =
        cn_image_folder_of(test_folder, .image_size = {9, 5}, .shuffle = false);
    cn_array *image = cn_samples_at(folder->images, 3),
             *expected = cn_load_image(folder->paths[3], .target_size = {9, 5},
                                       .interpolation = "bilinear");
    for (int64_t i = 0; i < 9 * 5 * 3; i++)
        assert_true(fabs(cn_array_at(image, i) - cn_array_at(expected, i)) < 1e-4);
    cn_image_folder_free(folder);
    folder = cn_image_folder_of(test_folder, .image_size = {4, 4}, .shuffle = false,
                                .crop_to_aspect_ratio = true, .interpolation = "nearest");
    image = cn_samples_at(folder->images, 3);
    const int second_row = (int)((1.5 * HEIGHT) / 4), first_column = 1 + (int)(0.5 * HEIGHT / 4);
    assert_true(cn_array_at(image, 4 * 3) == 20 + (second_row * WIDTH + first_column) * 3);
    cn_image_folder_free(folder);
}

static bool equal(cn_array *a, cn_array *b)
{
    return memcmp(cn_array_data(a), cn_array_data(b), (size_t)cn_array_size(a) * sizeof(float)) ==
           0;
}

static void test_augmentation(void **state)
{
    (void)state;
    cn_image_folder *folder = cn_image_folder_of(
        test_folder, .image_size = {HEIGHT, WIDTH}, .seed = 1,
        .augment = {"horizontal_and_vertical", 0.2, 0.2, 0.1, .brightness = 0.1, .contrast = 0.3});
    cn_array *plain = cn_samples_at(folder->images, 0),
             *first = cn_samples_at_epoch(folder->images, 0, 0),
             *again = cn_samples_at_epoch(folder->images, 0, 0),
             *second = cn_samples_at_epoch(folder->images, 0, 1);
    assert_string_equal(cn_error(), "");
    assert_true(equal(first, again));
    assert_false(equal(first, second));
    assert_false(equal(first, plain));
    for (int64_t i = 0; i < cn_array_size(first); i++)
        assert_true(cn_array_at(first, i) >= 0 && cn_array_at(first, i) <= 255);
    cn_image_folder_free(folder);
}

/* A flip moves columns and changes nothing else; it happens about every second time. */
static void test_flip(void **state)
{
    (void)state;
    cn_image_folder *folder = cn_image_folder_of(test_folder, .image_size = {HEIGHT, WIDTH},
                                                 .seed = 1, .augment = {.flip = "horizontal"});
    cn_array *plain = cn_samples_at(folder->images, 2);
    int flipped = 0;
    for (int epoch = 0; epoch < 40; epoch++) {
        cn_array *image = cn_samples_at_epoch(folder->images, 2, epoch);
        bool is_flipped = cn_array_at(image, 0) != cn_array_at(plain, 0);
        flipped += is_flipped;
        for (int i = 0; i < HEIGHT * WIDTH * 3; i++) {
            const int column = i / 3 % WIDTH, from = is_flipped ? WIDTH - 1 - column : column;
            assert_true(fabs(cn_array_at(image, i) - cn_array_at(plain, i + (from - column) * 3)) <
                        1e-3);
        }
        cn_array_free(image);
    }
    assert_true(flipped > 8 && flipped < 32);
    cn_image_folder_free(folder);
}

static void expect(const cn_image_folder *folder, const char *message)
{
    assert_null(folder);
    if (strstr(cn_error(), message) == NULL)
        fail_msg("expected \"%s\" in \"%s\"", message, cn_error());
    cn_clear_error();
}

static void test_mistakes(void **state)
{
    (void)state;
    expect(cn_image_folder_of("/nowhere"), "cn_image_folder_of: /nowhere: this folder cannot be");
    expect(cn_image_folder_of(test_folder, .class_names = {"cows"}), "/cows: this folder cannot");
    expect(cn_image_folder_of(test_folder, .label_mode = "onehot"), "label_mode must be \"int\"");
    expect(cn_image_folder_of(test_folder, .image_size = {0, 3}), "image_size must be");
    expect(cn_image_folder_of(test_folder, .validation_split = 0.5), "needs .subset");
    expect(cn_image_folder_of(test_folder, .validation_split = 0.5, .subset = "training"),
           "needs a .seed");
    expect(cn_image_folder_of(test_folder, .augment = {.zoom = 2}), "augment.zoom must be from 0");
    save("birds", "broken.png", 0);
    char path[256];
    (void)snprintf(path, sizeof path, "%s/birds/broken.png", test_folder);
    assert_int_equal(truncate(path, 60), 0);
    cn_image_folder *folder = cn_image_folder_of(test_folder, .shuffle = false);
    assert_null(cn_samples_at(folder->images, 0));
    assert_non_null(strstr(cn_error(), "cn_samples_at: sample 0: "));
    assert_non_null(strstr(cn_error(), "/birds/broken.png"));
    cn_image_folder_free(folder);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, make_images, remove_images)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_order_and_labels), TEST(test_label_modes),  TEST(test_subsets),
        TEST(test_resizing),         TEST(test_augmentation), TEST(test_flip),
        TEST(test_mistakes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
