/* IDX: every type, plain and compressed, and files that are not what they say. */
#include "data/testing.h"

#include <zlib.h>

static const unsigned char images[] = {0, 0, 8, 3, 0, 0,  0,  2,  0,  0,  0,
                                       1, 0, 0, 0, 3, 10, 20, 30, 40, 50, 255};
static const double pixels[] = {10, 20, 30, 40, 50, 255};

static const char *compress_to(const char *name, const void *bytes, size_t count)
{
    const char *path = test_path(name);
    gzFile file = gzopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(gzwrite(file, bytes, (unsigned)count), (int)count);
    assert_int_equal(gzclose(file), Z_OK);
    return path;
}

static void images_are_read_plain_and_compressed(void **state)
{
    (void)state;
    const char *paths[] = {test_write("images", images, sizeof images),
                           compress_to("images.gz", images, sizeof images)};
    for (int i = 0; i < 2; i++) {
        cn_array *array = cn_load_idx(paths[i]);
        assert_elements(array, pixels, 6);
        assert_int_equal(cn_array_dtype(array), CN_UINT8);
        assert_int_equal(cn_array_rank(array), 3);
        assert_int_equal(cn_array_dim(array, 0), 2);
        assert_int_equal(cn_array_dim(array, 2), 3);
    }
}

static void every_type_is_read(void **state)
{
    (void)state;
    static const struct {
        unsigned char code, bytes[8], size;
        double value;
        cn_dtype dtype;
    } cases[] = {
        {0x08, {200}, 1, 200, CN_UINT8},
        {0x09, {0xfe}, 1, -2, CN_INT32},
        {0x0B, {0xff, 0xfe}, 2, -2, CN_INT32},
        {0x0C, {0x01, 0x02, 0x03, 0x04}, 4, 16909060, CN_INT32},
        {0x0D, {0x3f, 0xc0, 0, 0}, 4, 1.5, CN_FLOAT32},
        {0x0E, {0xc0, 0x04, 0, 0, 0, 0, 0, 0}, 8, -2.5, CN_FLOAT64},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        unsigned char bytes[16] = {0, 0, cases[i].code, 1, 0, 0, 0, 1};
        memcpy(bytes + 8, cases[i].bytes, 8);
        cn_array *array = cn_load_idx(test_write("one", bytes, 8 + (size_t)cases[i].size));
        assert_elements(array, &cases[i].value, 1);
        assert_int_equal(cn_array_dtype(array), cases[i].dtype);
    }
}

static void malformed_files_are_refused(void **state)
{
    (void)state;
    static const struct {
        unsigned char bytes[24];
        size_t count;
        const char *message;
    } cases[] = {
        {{0}, 0, "ends after byte 0, 4 bytes were expected from byte 0"},
        {{'G', 'I', 'F', '8'}, 4, "is not an IDX file: it starts with 47 49 instead of 00 00"},
        {{0, 0, 7, 1}, 4, "byte 2: type 08, 09, 0b, 0c, 0d or 0e was expected, found 07"},
        {{0, 0, 8, 0}, 4, "byte 3: 1 to 8 axes were expected, found 0"},
        {{0, 0, 8, 9}, 4, "byte 3: 1 to 8 axes were expected, found 9"},
        {{0, 0, 8, 2, 0, 0, 0, 1}, 8, "ends after byte 8, 4 bytes were expected from byte 8"},
        {{0, 0, 8, 1, 0, 0, 0, 3, 1, 2},
         10,
         "shape (3,) with 1 bytes for each element needs 3 bytes from byte 8, the file has 2"},
        {{0, 0, 8, 1, 0, 0, 0, 1, 1, 2},
         10,
         "shape (1,) with 1 bytes for each element needs 1 bytes from byte 8, the file has 2"},
        {{0, 0, 14, 1, 255, 255, 255, 255},
         8,
         "shape (4294967295,) with 8 bytes for each element needs 34359738360 bytes from byte 8, the file has 0"},
        {{0, 0, 8, 3, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255},
         16,
         "shape (4294967295, 4294967295, 4294967295) is too large for this machine"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const char *path = test_write("bad", cases[i].bytes, cases[i].count);
        assert_null(cn_load_idx(path));
        assert_error("cn_load_idx: %s: %s", path, cases[i].message);
    }
    assert_null(cn_load_idx("/nowhere"));
    assert_error("cn_load_idx: /nowhere: cannot be read: No such file or directory");
}

static void compressed_files_must_have_what_they_say(void **state)
{
    (void)state;
    unsigned char bytes[sizeof images + 1] = {0};
    memcpy(bytes, images, sizeof images);
    const char *path = compress_to("long.gz", bytes, sizeof bytes);
    assert_null(cn_load_idx(path));
    assert_error("cn_load_idx: %s: goes on behind byte 22, where its data ends", path);
    path = compress_to("short.gz", images, sizeof images - 1);
    assert_null(cn_load_idx(path));
    assert_error("cn_load_idx: %s: ends after byte 21, 6 bytes were expected from byte 16", path);
    bytes[4] = 255;
    path = compress_to("huge.gz", bytes, sizeof images);
    assert_null(cn_load_idx(path));
    assert_non_null(
        strstr(cn_error(), "needs 12834570246 bytes from byte 16, the file has at most"));
    cn_clear_error();
}

static bool load(const char *path)
{
    cn_array *array = cn_load_idx(path);
    cn_array_free(array);
    return array != NULL;
}

static void damaged_files_are_refused(void **state)
{
    (void)state;
    test_damage(test_write("whole", images, sizeof images), load);
    test_damage(compress_to("whole.gz", images, sizeof images), load);
}

static bool load_both(void)
{
    return cn_load_idx(test_path("whole")) != NULL && cn_load_idx(test_path("whole.gz")) != NULL;
}

static void every_allocation_may_fail(void **state)
{
    (void)state;
    (void)test_write("whole", images, sizeof images);
    (void)compress_to("whole.gz", images, sizeof images);
    test_fail_allocations(load_both);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(images_are_read_plain_and_compressed, test_forget),
        cmocka_unit_test_teardown(every_type_is_read, test_forget),
        cmocka_unit_test_teardown(malformed_files_are_refused, test_forget),
        cmocka_unit_test_teardown(compressed_files_must_have_what_they_say, test_forget),
        cmocka_unit_test_teardown(damaged_files_are_refused, test_forget),
        cmocka_unit_test_teardown(every_allocation_may_fail, test_forget),
    };
    return cmocka_run_group_tests(tests, test_make_folder, test_remove_folder);
}
