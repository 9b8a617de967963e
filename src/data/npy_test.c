/* .npy: every variant that NumPy writes, round trips, and files that are not what they say. */
#include "data/testing.h"

#include <math.h>
#include <signal.h>
#include <sys/resource.h>

static const double zero_to_five[] = {0, 1, 2, 3, 4, 5}, parity[] = {0, 1, 0, 1, 0, 1};

static void every_type_and_order_is_read(void **state)
{
    (void)state;
    static const struct {
        const char *type;
        cn_dtype dtype;
    } types[] = {{"f2", CN_FLOAT32}, {"f4", CN_FLOAT32}, {"f8", CN_FLOAT64}, {"i1", CN_INT32},
                 {"i2", CN_INT32},   {"i4", CN_INT32},   {"i8", CN_INT64},   {"u1", CN_UINT8},
                 {"u2", CN_INT32},   {"u4", CN_INT64},   {"u8", CN_INT64},   {"b1", CN_BOOL}};
    static const char *const orders[] = {"little_c", "big_fortran"};
    char name[64];
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++)
        for (int j = 0; j < 2; j++) {
            (void)snprintf(name, sizeof name, "%s_%s.npy", types[i].type, orders[j]);
            cn_array *array = cn_load_npy(test_sample(name));
            assert_elements(array, types[i].dtype == CN_BOOL ? parity : zero_to_five, 6);
            assert_int_equal(cn_array_dtype(array), types[i].dtype);
            assert_int_equal(cn_array_rank(array), 2);
            assert_int_equal(cn_array_dim(array, 1), 3);
        }
}

static void versions_shapes_and_halves_are_read(void **state)
{
    (void)state;
    assert_elements(cn_load_npy(test_sample("version2.npy")), zero_to_five, 6);
    assert_elements(cn_load_npy(test_sample("version3.npy")), zero_to_five, 6);
    cn_array *scalar = cn_load_npy(test_sample("scalar.npy")),
             *empty = cn_load_npy(test_sample("empty.npy"));
    assert_int_equal(cn_array_rank(scalar), 0);
    assert_true(cn_array_at(scalar, 0) == 2.5);
    assert_int_equal(cn_array_dim(empty, 0), 0);
    assert_int_equal(cn_array_dim(empty, 1), 3);
    cn_array *cube = cn_load_npy(test_sample("fortran_3d.npy"));
    for (int64_t i = 0; i < 24; i++)
        assert_true(cn_array_at(cube, i) == (double)i);
    const double halves[] = {1.5, -2, 65504, 0x1p-24, INFINITY, -0.0};
    assert_elements(cn_load_npy(test_sample("halves.npy")), halves, 6);
}

static void other_types_are_refused_by_name(void **state)
{
    (void)state;
    static const char types[] =
        "f2, f4, f8, i1, i2, i4, i8, u1, u2, u4, u8, b1 or strings were expected";
    static const struct {
        const char *file, *type;
    } cases[] = {{"complex.npy", "'<c16' (complex numbers)"},
                 {"dates.npy", "'<M8[D]' (dates)"},
                 {"objects.npy", "'|O' (Python objects)"}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const char *path = test_sample(cases[i].file);
        assert_null(cn_load_npy(path));
        assert_error("cn_load_npy: %s: has elements of type %s; %s", path, cases[i].type, types);
    }
    assert_null(cn_load_npy(test_sample("records.npy")));
    assert_error("cn_load_npy: %s: has records of several fields; an array of numbers was expected",
                 test_sample("records.npy"));
    assert_null(cn_load_npy(test_sample("large_u8.npy")));
    assert_error("cn_load_npy: %s: byte 136: a number of type u8 that int64 cannot hold",
                 test_sample("large_u8.npy"));
}

/* ---- strings --------------------------------------------------------------------------------- */

static void assert_texts(cn_array *array, const char *const *texts, int64_t n)
{
    assert_non_null(array);
    assert_int_equal(cn_array_dtype(array), CN_STRING);
    assert_int_equal(cn_array_size(array), n);
    for (int64_t i = 0; i < n; i++)
        assert_string_equal(cn_array_text(array, i), texts[i]);
    cn_array_free(array);
}

/* As NumPy wrote them: both byte orders, both orders of the axes, bytes. */
static void strings_are_read(void **state)
{
    (void)state;
    static const char *const words[] = {
        "a", "gr\xC3\xB6\xC3\x9F\x65r", "", "\xF0\x9F\x90\xA2\xE2\x82\xAC", "bc", "d"};
    assert_texts(cn_load_npy(test_sample("strings.npy")), (const char *const[]){"a", "bc"}, 2);
    assert_texts(cn_load_npy(test_sample("bytes.npy")), (const char *const[]){"a", "bc"}, 2);
    assert_texts(cn_load_npy(test_sample("strings_big_fortran.npy")), words, 6);
}

/* The same bytes as NumPy's. */
static void strings_are_written(void **state)
{
    (void)state;
    size_t given = 0, own = 0;
    const char *path = test_path("strings.npy");
    cn_array *array = cn_load_npy(test_sample("strings.npy"));
    assert_int_equal(cn_save_npy(path, array), CN_OK);
    unsigned char *ours = test_read(path, &own),
                  *theirs = test_read(test_sample("strings.npy"), &given);
    assert_int_equal(own, given);
    assert_memory_equal(ours, theirs, own);
    free(ours);
    free(theirs);
    const char *npz = test_path("strings.npz");
    assert_int_equal(cn_save_npz(npz, CN_DICT({"words", array})), CN_OK);
    cn_arrays *arrays = cn_load_npz(npz);
    assert_string_equal(cn_array_text(cn_arrays_get(arrays, "words"), 1), "bc");
    cn_arrays_free(arrays);
    cn_array_free(array);
}

static void bad_strings_are_refused(void **state)
{
    (void)state;
    static const char *const bad[] = {"a", "\xC3"}, *const absent[] = {NULL};
    assert_int_equal(cn_save_npy(test_path("bad.npy"), cn_array_of_texts((cn_texts){2, bad})),
                     CN_INVALID);
    assert_error("cn_save_npy: array: text 1 is not UTF-8");
    assert_int_equal(cn_save_npy(test_path("bad.npy"), cn_array_of_texts((cn_texts){1, absent})),
                     CN_INVALID);
    assert_error("cn_save_npy: array: text 0 is NULL");
    assert_null(cn_load_npy(test_sample("surrogate.npy")));
    assert_error("cn_load_npy: %s: a text has the character D800, which no text of ours can have",
                 test_sample("surrogate.npy"));
    assert_null(cn_load_npy(test_sample("latin1.npy")));
    assert_error("cn_load_npy: %s: a byte string is not UTF-8", test_sample("latin1.npy"));
}

/* A version 1 file with this dictionary and bytes of zeros behind it. */
static const char *make_file(const char *header, size_t data)
{
    unsigned char bytes[1024] = "\x93NUMPY\x01";
    const size_t length = strlen(header);
    bytes[8] = (unsigned char)(length & 255);
    bytes[9] = (unsigned char)(length >> 8);
    memcpy(bytes + 10, header, length);
    return test_write("made.npy", bytes, 10 + length + data);
}

static void dictionaries_are_read_in_any_form(void **state)
{
    (void)state;
    static const char *const good[] = {
        "{'descr': '<f4', 'fortran_order': False, 'shape': (2,)}",
        "{\"shape\":(2L,),\"fortran_order\":True,\"descr\":\"=f4\"}\n",
        "  {'fortran_order' : False , 'descr' : '<f4' ,\n 'shape' : ( 1 , 2 , ) , }   \n",
        "{'descr': '>f4', 'fortran_order': False, 'shape': (1, 1, 1, 1, 1, 1, 1, 2)}",
    };
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        assert_int_equal(cn_array_size(cn_load_npy(make_file(good[i], 8))), 2);
        assert_string_equal(cn_error(), "");
    }
}

static void malformed_headers_are_refused(void **state)
{
    (void)state;
    static const struct {
        const char *header, *message;
        size_t data;
    } cases[] = {
        {"", "byte 10 of the header: a dictionary was expected, found ''", 0},
        {"{}", "the header lacks descr", 0},
        {"{'descr': '<f4', 'shape': ()}", "the header lacks fortran_order", 4},
        {"{'descr': '<f4', 'fortran_order': False}", "the header lacks shape", 4},
        {"{'descr': '<f4', 'descr': '<f4'}", "the header says something twice", 4},
        {"{'descr': '<f4', 'evil': 1}",
         "the header has 'evil'; descr, fortran_order and shape were expected", 4},
        {"{'descr': __import__('os')}",
         "byte 20 of the header: a string was expected, found '__import__('os')}'", 0},
        {"{'descr': '<f4' 'shape': ()}",
         "byte 26 of the header: a comma or } was expected, found ''shape': ()}'", 0},
        {"{'descr': '<f4", "byte 20 of the header: a short string was expected, found ''<f4'", 0},
        {"{'descr': '|f4'}", "type '|f4' lacks the byte order, < or >", 0},
        {"{'fortran_order': 1}", "byte 28 of the header: True or False was expected, found '1}'",
         0},
        {"{'shape': 3}", "byte 20 of the header: a shape such as (3, 4) was expected, found '3}'",
         0},
        {"{'shape': (3)}",
         "byte 23 of the header: a comma in a shape of one axis was expected, found '}'", 0},
        {"{'shape': (3 4)}", "byte 23 of the header: a comma or ) was expected, found '4)}'", 0},
        {"{'shape': (-1,)}",
         "byte 21 of the header: a dimension (0 or more) was expected, found '-1,)}'", 0},
        {"{'shape': (99999999999999999999,)}",
         "byte 39 of the header: a dimension below 2^63 was expected, found '99,)}'", 0},
        {"{'shape': (1, 1, 1, 1, 1, 1, 1, 1, 1)}", "has more than 8 axes", 0},
        {"{'descr': '<f4', 'fortran_order': False, 'shape': (1,)} x",
         "byte 66 of the header: the end of the header was expected, found 'x'", 4},
        {"{'descr': '<f8', 'fortran_order': False, 'shape': (2,)}",
         "shape (2,) with 8 bytes for each element needs 16 bytes from byte 65, the file has 8", 8},
        {"{'descr': '<f4', 'fortran_order': False, 'shape': (1,)}",
         "shape (1,) with 4 bytes for each element needs 4 bytes from byte 65, the file has 8", 8},
        {"{'descr': '<f4', 'fortran_order': False, 'shape': (1000000000000,)}",
         "shape (1000000000000,) with 4 bytes for each element needs 4000000000000 bytes from byte 77, the file has 8",
         8},
        {"{'descr': '<f4', 'fortran_order': False, 'shape': (4294967296, 4294967296)}",
         "shape (4294967296, 4294967296) is too large for this machine", 8},
        {"{'descr': '<f4', 'fortran_order': True, 'shape': (0, 4294967296, 4294967296)}",
         "shape (0, 4294967296, 4294967296) is too large for this machine", 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const char *path = make_file(cases[i].header, cases[i].data);
        assert_null(cn_load_npy(path));
        assert_error("cn_load_npy: %s: %s", path, cases[i].message);
    }
}

static void other_files_are_refused(void **state)
{
    (void)state;
    const char *path = test_write("text.npy", "hello, world", 12);
    assert_null(cn_load_npy(path));
    assert_error("cn_load_npy: %s: is not an .npy file: it does not start with \\x93NUMPY", path);
    path = test_write("v9.npy", "\x93NUMPY\x09\x00\x00\x00\x00\x00", 12);
    assert_null(cn_load_npy(path));
    assert_error("cn_load_npy: %s: byte 6: format version 1.0, 2.0 or 3.0 was expected, found 9.0",
                 path);
    path = test_write("long.npy", "\x93NUMPY\x02\x00\xff\xff\xff\x7f", 12);
    assert_null(cn_load_npy(path));
    assert_error(
        "cn_load_npy: %s: byte 8: a header of at most 65536 bytes was expected, found 2147483647",
        path);
    path = test_path("nothing.npy");
    assert_null(cn_load_npy(path));
    assert_error("cn_load_npy: %s: cannot be read: No such file or directory", path);
    assert_null(cn_load_npy("/tmp"));
    assert_error(
        "cn_load_npy: /tmp: cannot be read: a regular file was expected, not a folder, device or pipe");
    assert_null(cn_load_npy(NULL));
    assert_error("cn_load_npy: the path of a file is needed, not NULL");
}

static bool load(const char *path)
{
    cn_array *array = cn_load_npy(path);
    cn_array_free(array);
    return array != NULL;
}

static void damaged_files_are_refused(void **state)
{
    (void)state;
    test_damage(test_sample("f4_little_c.npy"), load);
    test_damage(test_sample("u8_big_fortran.npy"), load);
}

static void every_type_makes_the_round_trip(void **state)
{
    (void)state;
    const int64_t dims[] = {20, 3, 50};
    for (int dtype = CN_FLOAT32; dtype <= CN_BOOL; dtype++)
        for (int rank = 0; rank <= 3; rank++) {
            cn_array *zeros = cn_array_new((cn_dtype)dtype, dims, rank, NULL);
            if (rank > 0)
                memset(cn_array_data(zeros), 1,
                       (size_t)cn_array_size(zeros) * cn_dtype_size((cn_dtype)dtype));
            assert_int_equal(CN_OK, cn_save_npy(test_path("trip.npy"), zeros));
            cn_array *back = cn_load_npy(test_path("trip.npy"));
            assert_int_equal(cn_array_dtype(back), dtype);
            assert_int_equal(cn_array_rank(back), rank);
            assert_memory_equal(cn_array_data(back), cn_array_data(zeros),
                                (size_t)cn_array_size(zeros) * cn_dtype_size((cn_dtype)dtype));
            cn_clear_session();
        }
}

static void saved_files_are_numpys_byte_by_byte(void **state)
{
    (void)state;
    static const char *const samples[] = {"f4_little_c.npy", "u1_little_c.npy", "i8_little_c.npy",
                                          "b1_little_c.npy", "scalar.npy",      "empty.npy"};
    for (size_t i = 0; i < sizeof samples / sizeof samples[0]; i++) {
        size_t ours_length = 0, theirs_length = 0;
        assert_int_equal(CN_OK,
                         cn_save_npy(test_path("same.npy"), cn_load_npy(test_sample(samples[i]))));
        unsigned char *ours = test_read(test_path("same.npy"), &ours_length);
        unsigned char *theirs = test_read(test_sample(samples[i]), &theirs_length);
        assert_int_equal(ours_length, theirs_length);
        assert_memory_equal(ours, theirs, ours_length);
        free(ours);
        free(theirs);
    }
}

static void saving_refuses_bad_places(void **state)
{
    (void)state;
    cn_array *array = cn_zeros({2});
    assert_int_not_equal(CN_OK, cn_save_npy("/nowhere/x.npy", array));
    assert_error(
        "cn_save_npy: /nowhere/x.npy: no file can be made in this folder: No such file or directory");
    assert_int_not_equal(CN_OK, cn_save_npy(test_folder, array));
    assert_error("cn_save_npy: %s: cannot be written: Is a directory", test_folder);
    assert_int_not_equal(CN_OK, cn_save_npy("", array));
    assert_error("cn_save_npy: the path of a file is needed, not an empty one");
    assert_int_not_equal(CN_OK, cn_save_npy(test_path("x.npy"), NULL));
    assert_error("cn_save_npy: array: an array was expected, not NULL");
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
    cn_array *old = cn_zeros({3}), *large = cn_zeros({100000});
    assert_int_equal(CN_OK, cn_save_npy(test_path("kept.npy"), old));
    const int files = test_count_files();
    limit_files(50000);
    bool saved = cn_save_npy(test_path("kept.npy"), large) == CN_OK;
    limit_files(RLIM_INFINITY);
    assert_false(saved);
    assert_error("cn_save_npy: %s: could not be written: File too large", test_path("kept.npy"));
    assert_int_equal(test_count_files(), files);
    assert_int_equal(cn_array_size(cn_load_npy(test_path("kept.npy"))), 3);
    if (access("/dev/full", W_OK) == 0) {
        assert_int_not_equal(CN_OK, cn_save_npy("/dev/full", large));
        assert_error("cn_save_npy: /dev/full: could not be written: No space left on device");
        assert_int_equal(access("/dev/full", W_OK), 0);
    }
}

static bool save_and_load(void)
{
    cn_array *array = cn_zeros({2, 3});
    return array != NULL && cn_save_npy(test_path("memory.npy"), array) == CN_OK &&
           cn_load_npy(test_path("memory.npy")) != NULL &&
           cn_load_npy(test_sample("i2_big_fortran.npy")) != NULL;
}

static void every_allocation_may_fail(void **state)
{
    (void)state;
    test_fail_allocations(save_and_load);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(every_type_and_order_is_read, test_forget),
        cmocka_unit_test_teardown(versions_shapes_and_halves_are_read, test_forget),
        cmocka_unit_test_teardown(other_types_are_refused_by_name, test_forget),
        cmocka_unit_test_teardown(strings_are_read, test_forget),
        cmocka_unit_test_teardown(strings_are_written, test_forget),
        cmocka_unit_test_teardown(bad_strings_are_refused, test_forget),
        cmocka_unit_test_teardown(dictionaries_are_read_in_any_form, test_forget),
        cmocka_unit_test_teardown(malformed_headers_are_refused, test_forget),
        cmocka_unit_test_teardown(other_files_are_refused, test_forget),
        cmocka_unit_test_teardown(damaged_files_are_refused, test_forget),
        cmocka_unit_test_teardown(every_type_makes_the_round_trip, test_forget),
        cmocka_unit_test_teardown(saved_files_are_numpys_byte_by_byte, test_forget),
        cmocka_unit_test_teardown(saving_refuses_bad_places, test_forget),
        cmocka_unit_test_teardown(a_full_disk_leaves_the_old_file, test_forget),
        cmocka_unit_test_teardown(every_allocation_may_fail, test_forget),
    };
    return cmocka_run_group_tests(tests, test_make_folder, test_remove_folder);
}
