/* .npz: what NumPy writes, round trips, and archives that are not what they say. */
#include "data/testing.h"

#include <signal.h>
#include <sys/resource.h>
#include <zip.h>

static const double zero_to_five[] = {0, 1, 2, 3, 4, 5}, seven_eight[] = {7, 8};

static void check_sample(const char *name)
{
    cn_arrays *arrays = cn_load_npz(test_sample(name));
    assert_non_null(arrays);
    assert_int_equal(arrays->count, 2);
    assert_string_equal(arrays->names[0], "x");
    assert_string_equal(arrays->names[1], "labels");
    assert_elements(cn_arrays_get(arrays, "x"), zero_to_five, 6);
    assert_elements(cn_arrays_get(arrays, "labels"), seven_eight, 2);
    assert_int_equal(cn_array_dtype(arrays->arrays[1]), CN_INT64);
    cn_arrays_free(arrays);
}

static void numpys_archives_are_read(void **state)
{
    (void)state;
    check_sample("stored.npz");
    check_sample("deflated.npz");
    cn_arrays *none = cn_load_npz(test_sample("no_members.npz"));
    assert_int_equal(none->count, 0);
    assert_null(cn_arrays_get(none, "x"));
    assert_error("cn_arrays_get: no array is called 'x'; there are none");
    cn_arrays_free(NULL);
}

static void unknown_names_are_errors(void **state)
{
    (void)state;
    cn_arrays *arrays = cn_load_npz(test_sample("stored.npz"));
    assert_null(cn_arrays_get(arrays, "label"));
    assert_error("cn_arrays_get: no array is called 'label'; did you mean 'labels'?");
    assert_null(cn_arrays_get(arrays, "something else"));
    assert_error(
        "cn_arrays_get: no array is called 'something else'; there are 2, the first is 'x'");
    assert_null(cn_arrays_get(NULL, "x"));
    assert_error("cn_arrays_get: a list and a name were expected, not NULL");
}

static void other_members_are_refused(void **state)
{
    (void)state;
    static const struct {
        const char *file, *message;
    } cases[] = {
        {"readme.npz", "member 'README.txt' is not called something.npy"},
        {"bad_member.npz",
         "member 'y.npy': is not an .npy file: it does not start with \\x93NUMPY"},
        {"lzma.npz", "member 'x.npy' is compressed by method 14; 0 or 8 was expected"},
        {"twice.npz", "member 'x.npy' is there twice"},
        {"bad_sum.npz", "member 'x.npy': damaged at or behind byte 152"},
        {"f4_little_c.npy", "is not an .npz file: Not a zip archive"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const char *path = test_sample(cases[i].file);
        assert_null(cn_load_npz(path));
        assert_error("cn_load_npz: %s: %s", path, cases[i].message);
    }
    assert_null(cn_load_npz("/nowhere.npz"));
    assert_error("cn_load_npz: /nowhere.npz: cannot be read: No such file or directory");
}

static void encrypted_members_are_refused(void **state)
{
    (void)state;
    const char *path = test_path("secret.npz");
    zip_t *archive = zip_open(path, ZIP_CREATE, NULL);
    zip_int64_t index = zip_file_add(archive, "x.npy", zip_source_buffer(archive, "abc", 3, 0), 0);
    if (zip_file_set_encryption(archive, (zip_uint64_t)index, ZIP_EM_AES_256, "password") != 0) {
        zip_discard(archive);
        skip();
    }
    assert_int_equal(zip_close(archive), 0);
    assert_null(cn_load_npz(path));
    assert_error("cn_load_npz: %s: member 'x.npy' is encrypted", path);
}

/* A member that claims to be larger than its compressed bytes could ever become. */
static void impossible_sizes_are_refused(void **state)
{
    (void)state;
    size_t count = 0;
    unsigned char *bytes = test_read(test_sample("deflated.npz"), &count);
    size_t directory = count - 22;
    while (memcmp(bytes + directory, "PK\x01\x02", 4) != 0)
        directory--;
    memcpy(bytes + directory + 24, "\xff\xff\xff\x7f", 4);
    const char *path = test_write("large.npz", bytes, count);
    free(bytes);
    assert_null(cn_load_npz(path));
    assert_non_null(
        strstr(cn_error(), "member 'labels.npy' claims 2147483647 bytes, compressed to "));
    cn_clear_error();
}

static bool load(const char *path)
{
    cn_arrays *arrays = cn_load_npz(path);
    cn_arrays_free(arrays);
    return arrays != NULL;
}

static void damaged_files_are_refused(void **state)
{
    (void)state;
    test_damage(test_sample("stored.npz"), load);
    test_damage(test_sample("deflated.npz"), load);
}

static void arrays_make_the_round_trip(void **state)
{
    (void)state;
    for (int compressed = 0; compressed < 2; compressed++) {
        cn_array *x = cn_random({50, 40}), *y = cn_zeros({1000}, .dtype = CN_UINT8);
        assert_int_equal(CN_OK,
                         cn_save_npz(test_path("trip.npz"), CN_DICT({"x", x}, {"labels/y", y}),
                                     .compressed = compressed != 0));
        cn_arrays *back = cn_load_npz(test_path("trip.npz"));
        assert_int_equal(back->count, 2);
        assert_memory_equal(cn_array_data(cn_arrays_get(back, "x")), cn_array_data(x), 8000);
        assert_int_equal(cn_array_size(cn_arrays_get(back, "labels/y")), 1000);
        assert_int_equal(cn_array_dtype(back->arrays[1]), CN_UINT8);
    }
}

static void unnamed_arrays_are_numbered(void **state)
{
    (void)state;
    cn_array *x = cn_zeros({2}), *empty = cn_array_new(CN_INT32, (int64_t[]){0}, 1, NULL);
    assert_int_equal(CN_OK, cn_save_npz(test_path("list.npz"), CN_LIST(x, empty)));
    cn_arrays *list = cn_load_npz(test_path("list.npz"));
    assert_int_equal(cn_array_size(cn_arrays_get(list, "arr_0")), 2);
    assert_int_equal(cn_array_size(cn_arrays_get(list, "arr_1")), 0);
    assert_int_equal(CN_OK, cn_save_npz(test_path("list.npz"), x));
    assert_string_equal(cn_load_npz(test_path("list.npz"))->names[0], "arr_0");
}

static void the_same_arrays_make_the_same_bytes(void **state)
{
    (void)state;
    cn_array *x = cn_random({10});
    size_t first_length = 0, second_length = 0;
    assert_int_equal(CN_OK, cn_save_npz(test_path("first.npz"), x, .compressed = true));
    assert_int_equal(CN_OK, cn_save_npz(test_path("second.npz"), x, .compressed = true));
    unsigned char *first = test_read(test_path("first.npz"), &first_length);
    unsigned char *second = test_read(test_path("second.npz"), &second_length);
    assert_int_equal(first_length, second_length);
    assert_memory_equal(first, second, first_length);
    free(first);
    free(second);
}

static void saving_refuses_what_it_cannot_save(void **state)
{
    (void)state;
    cn_array *x = cn_zeros({2});
    const char *path = test_path("bad.npz");
    assert_int_not_equal(CN_OK, cn_save_npz(path, CN_DICT({"x", x}, {"y", NULL})));
    assert_error("cn_save_npz: y: an array was expected, not NULL");
    assert_int_not_equal(CN_OK, cn_save_npz(path, CN_DICT({"x", x}, {"x", x})));
    assert_error("cn_save_npz: %s: member 'x.npy': File already exists", path);
    assert_int_not_equal(CN_OK, cn_save_npz(path, (cn_items){0}));
    assert_error("cn_save_npz: %s: arrays were expected, not NULL", path);
    assert_int_not_equal(CN_OK, cn_save_npz("/nowhere/x.npz", x));
    assert_error(
        "cn_save_npz: /nowhere/x.npz: no file can be made in this folder: No such file or directory");
    assert_int_not_equal(CN_OK, cn_save_npz("/dev/null", x));
    assert_error(
        "cn_save_npz: /dev/null: this kind of file needs a regular file, not a device or a pipe");
    assert_int_not_equal(access(path, F_OK), 0);
}

/* What a full disk does, without one: files may not grow beyond limit. */
static void limit_files(rlim_t limit)
{
    struct rlimit size = {limit, RLIM_INFINITY};
    (void)signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &size), 0);
}

static void a_full_disk_leaves_the_old_file(void **state)
{
    (void)state;
    cn_array *old = cn_zeros({3}), *large = cn_random({100000});
    assert_int_equal(CN_OK, cn_save_npz(test_path("kept.npz"), old));
    const int files = test_count_files();
    limit_files(50000);
    bool saved = cn_save_npz(test_path("kept.npz"), large) == CN_OK;
    limit_files(RLIM_INFINITY);
    assert_false(saved);
    assert_error("cn_save_npz: %s: could not be written: Write error: File too large",
                 test_path("kept.npz"));
    assert_int_equal(test_count_files(), files);
    assert_int_equal(cn_array_size(cn_load_npz(test_path("kept.npz"))->arrays[0]), 3);
}

static bool save_and_load(void)
{
    cn_array *x = cn_zeros({2, 3});
    return x != NULL &&
           cn_save_npz(test_path("memory.npz"), CN_DICT({"x", x}, {"y", x})) == CN_OK &&
           cn_load_npz(test_path("memory.npz")) != NULL;
}

static void every_allocation_may_fail(void **state)
{
    (void)state;
    test_fail_allocations(save_and_load);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(numpys_archives_are_read, test_forget),
        cmocka_unit_test_teardown(unknown_names_are_errors, test_forget),
        cmocka_unit_test_teardown(other_members_are_refused, test_forget),
        cmocka_unit_test_teardown(encrypted_members_are_refused, test_forget),
        cmocka_unit_test_teardown(impossible_sizes_are_refused, test_forget),
        cmocka_unit_test_teardown(damaged_files_are_refused, test_forget),
        cmocka_unit_test_teardown(arrays_make_the_round_trip, test_forget),
        cmocka_unit_test_teardown(unnamed_arrays_are_numbered, test_forget),
        cmocka_unit_test_teardown(the_same_arrays_make_the_same_bytes, test_forget),
        cmocka_unit_test_teardown(saving_refuses_what_it_cannot_save, test_forget),
        cmocka_unit_test_teardown(a_full_disk_leaves_the_old_file, test_forget),
        cmocka_unit_test_teardown(every_allocation_may_fail, test_forget),
    };
    return cmocka_run_group_tests(tests, test_make_folder, test_remove_folder);
}
