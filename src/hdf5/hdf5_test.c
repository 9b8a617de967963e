/* HDF5: what h5py writes is read, what is damaged or foreign is refused, what is written is read
 * back. */
#include "data/testing.h"

#include "hdf5/hdf5.h"

/* A sample in memory. */
static unsigned char *bytes;
static size_t size;
static cn_h5_file *file;

static void open_bytes(const char *name)
{
    if (cn_h5_open(name, bytes, size, &file) != CN_OK)
        fail_msg("%s", cn_error());
}

static void open_sample(const char *name)
{
    char path[64];
    (void)snprintf(path, sizeof path, "hdf5/%s.h5", name);
    bytes = test_read(test_sample(path), &size);
    open_bytes(name);
}

static void close_sample(void)
{
    cn_h5_close(file);
    free(bytes);
    file = NULL;
    bytes = NULL;
}

static cn_h5_object *find(const char *path)
{
    cn_h5_object *object = NULL;
    if (cn_h5_find(cn_h5_root(file), path, &object) != CN_OK)
        fail_msg("%s", cn_error());
    return object;
}

/* The dataset at a path as an array. */
static cn_array *load(const char *path)
{
    cn_h5_data data;
    cn_array *array = NULL;
    cn_h5_object *object = find(path);
    assert_non_null(object);
    if (cn_h5_data_of(object, &data) != CN_OK ||
        cn_array_create_raw(data.dtype, &data.shape, &array) != CN_OK ||
        cn_h5_read(&data, array->data) != CN_OK)
        fail_msg("%s: %s", path, cn_error());
    if (data.raw != NULL)
        assert_memory_equal(data.raw, array->data,
                            (size_t)cn_array_size(array) * cn_dtype_size(data.dtype));
    return array;
}

static void refuses(const char *path, const char *message)
{
    cn_h5_object *object = NULL;
    cn_h5_data data;
    cn_status status = cn_h5_find(cn_h5_root(file), path, &object);
    if (status == CN_OK) {
        assert_non_null(object);
        status = cn_h5_data_of(object, &data);
    }
    if (status == CN_OK) {
        void *room = malloc((size_t)cn_shape_size(&data.shape) * cn_dtype_size(data.dtype));
        status = cn_h5_read(&data, room);
        free(room);
    }
    assert_int_equal(status, CN_BAD_FILE);
    if (strstr(cn_error(), message) == NULL)
        fail_msg("%s: %s, not %s", path, cn_error(), message);
    cn_clear_error();
}

/* ---- reading --------------------------------------------------------------------------------- */

static void all_numbers_are_read(void **state)
{
    (void)state;
    static const double counted[] = {0, 1, 2, 3, 4, 5}, flags[] = {1, 0, 1}, halves[] = {1, -2},
                        filled[] = {1.5, 1.5, 1.5}, scalar = 2.5;
    static const char *const types[] = {"f2", "f4", "f8", "i2", "i4", "i8",
                                        "u2", "u4", "u8", "i1", "u1"};
    static const cn_dtype becomes[] = {CN_FLOAT32, CN_FLOAT32, CN_FLOAT64, CN_INT32,
                                       CN_INT32,   CN_INT64,   CN_INT32,   CN_INT64,
                                       CN_INT64,   CN_INT32,   CN_UINT8};
    open_sample("numbers");
    for (int i = 0; i < 22; i++) {
        char path[32];
        const char *order = i >= 9 && i % 11 > 8 ? "" : i < 11 ? "little_" : "big_";
        (void)snprintf(path, sizeof path, "/%s%s", order, types[i % 11]);
        cn_array *array = load(path);
        assert_int_equal(cn_array_dim(array, 0), 2);
        assert_int_equal(cn_array_dtype(array), becomes[i % 11]);
        assert_elements(array, counted, 6);
    }
    assert_elements(load("bool"), flags, 3);
    assert_elements(load("bfloat16"), halves, 2);
    assert_elements(load("unwritten"), filled, 3);
    assert_elements(load("scalar"), &scalar, 1);
    assert_int_equal(cn_array_rank(load("scalar")), 0);
    assert_int_equal(cn_array_size(load("nothing")), 0);
    assert_null(find("missing"));
    assert_null(find("scalar/missing"));
    refuses("words", "a dataset of type of variable length; numbers were expected");
    refuses("compound", "a dataset of type a compound; numbers were expected");
    refuses("opaque", "a dataset of opaque bytes; numbers were expected");
    refuses("/", "a dataset was expected, not a group");
    close_sample();
}

static void chunks_are_read(void **state)
{
    (void)state;
    double counted[70], some[100];
    for (int i = 0; i < 70; i++)
        counted[i] = i;
    for (int i = 0; i < 100; i++)
        some[i] = i >= 20 && i < 25 ? 5 : -1;
    open_sample("chunks");
    assert_elements(load("f4"), counted, 70);
    assert_elements(load("f4_packed"), counted, 70);
    assert_elements(load("i2"), counted, 70);
    assert_elements(load("i2_packed"), counted, 70);
    assert_elements(load("growing"), counted, 5);
    assert_elements(load("cube"), counted, 60);
    assert_elements(load("some"), some, 100);
    refuses("lzf", "filter 32000 is not supported");
    close_sample();
}

static void other_places_of_numbers(void **state)
{
    (void)state;
    static const double counted[] = {1, 2, 3};
    open_sample("compact");
    assert_elements(load("compact"), counted, 3);
    refuses("external", "an external or virtual dataset");
    refuses("virtual", "an external or virtual dataset");
    refuses("committed", "the type of a dataset stands elsewhere (committed)");
    close_sample();
}

static void newer_files_are_read(void **state)
{
    (void)state;
    static const double counted[] = {0, 1, 2, 3, 4, 5};
    const char *const *names = NULL;
    cn_arena arena = {0};
    cn_h5_object *none = NULL;
    int64_t n = 0;
    double number = 0;
    bool found = false;
    open_sample("latest");
    assert_elements(load("group/inner/x"), counted, 6);
    assert_int_equal(CN_OK, cn_h5_texts(cn_h5_root(file), "names", &arena, &names, &n));
    assert_int_equal(n, 2);
    assert_string_equal(names[1], "b");
    refuses("chunks", "version 4 of the layout in chunks is not supported");
    refuses("soft", "'soft' is a soft or external link");
    assert_int_equal(CN_BAD_FILE, cn_h5_members(find("dense"), &names, &n));
    assert_non_null(strstr(cn_error(), "a group with dense link storage is not supported"));
    cn_clear_error();
    assert_int_equal(CN_BAD_FILE, cn_h5_number(find("many_attributes"), "7", &number, &found));
    assert_non_null(strstr(cn_error(), "dense attribute storage is not supported"));
    cn_clear_error();
    assert_int_equal(CN_OK, cn_h5_find(cn_h5_root(file), "group/x", &none));
    assert_null(none);
    cn_arena_free(&arena);
    close_sample();
}

static void groups_are_listed(void **state)
{
    (void)state;
    const char *const *names = NULL;
    int64_t n = 0;
    open_sample("groups");
    assert_int_equal(CN_OK, cn_h5_members(cn_h5_root(file), &names, &n));
    assert_int_equal(n, 2);
    assert_string_equal(names[0], "a");
    assert_string_equal(names[1], "many");
    assert_int_equal(CN_OK, cn_h5_members(find("/a/b"), &names, &n));
    assert_int_equal(n, 3);
    assert_int_equal(CN_OK, cn_h5_members(find("many"), &names, &n));
    assert_int_equal(n, 300);
    assert_string_equal(names[0], "0");
    assert_string_equal(names[299], "99");
    assert_ptr_equal(find("many/137"), find("a"));
    assert_null(find("many/300"));
    assert_null(find("many/1370"));
    refuses("a/b/d/b", "'d' is a soft or external link, which is refused");
    refuses("a/b/e", "'e' is a soft or external link, which is refused");
    close_sample();
}

static void check_text(const char *name, const char *expected, cn_arena *arena)
{
    const char *text = NULL;
    if (cn_h5_text(cn_h5_root(file), name, arena, &text) != CN_OK)
        fail_msg("%s", cn_error());
    if (expected == NULL)
        assert_null(text);
    else
        assert_string_equal(text, expected);
}

/* expected: words with spaces between them. */
static void check_texts(const char *name, const char *expected, int64_t n, cn_arena *arena)
{
    const char *const *texts = NULL;
    char all[256] = "";
    int64_t count = 0;
    if (cn_h5_texts(cn_h5_root(file), name, arena, &texts, &count) != CN_OK)
        fail_msg("%s", cn_error());
    assert_int_equal(count, n);
    for (int64_t i = 0; i < n; i++)
        (void)snprintf(all + strlen(all), sizeof all - strlen(all), "%s%s", i > 0 ? " " : "",
                       texts[i]);
    assert_string_equal(all, expected);
    assert_int_equal(texts == NULL, strcmp(name, "missing") == 0);
}

static void attributes_are_read(void **state)
{
    (void)state;
    cn_arena arena = {0};
    const char *text = NULL, *const *texts = NULL;
    int64_t n = 0;
    double number = 0;
    bool found = false;
    open_sample("attributes");
    check_text("text", "gr\u00f6\u00dfer", &arena);
    check_text("bytes", "bytes", &arena);
    check_text("fixed", "fixed", &arena);
    check_text("missing", NULL, &arena);
    assert_int_equal(CN_OK, cn_h5_text(cn_h5_root(file), "long", &arena, &text));
    assert_int_equal(strlen(text), 15000);
    check_texts("names", "input_1 dense_1 ", 3, &arena);
    check_texts("fixed_names", "input_1 dense_1", 2, &arena);
    check_texts("spaces", "ab abcdef", 2, &arena);
    check_texts("parts", "a b c", 3, &arena);
    check_texts("empty", "", 0, &arena);
    check_texts("missing", "", 0, &arena);
    assert_int_equal(CN_OK, cn_h5_number(cn_h5_root(file), "number", &number, &found));
    assert_true(found && number == 42);
    assert_int_equal(CN_OK, cn_h5_number(cn_h5_root(file), "real", &number, &found));
    assert_true(found && number == 0.5);
    assert_int_equal(CN_OK, cn_h5_number(cn_h5_root(file), "missing", &number, &found));
    assert_false(found);
    assert_int_equal(CN_BAD_FILE, cn_h5_text(cn_h5_root(file), "number", &arena, &text));
    assert_non_null(strstr(
        cn_error(), "attribute 'number' is an integer of shape (); one string was expected"));
    cn_clear_error();
    assert_int_equal(CN_BAD_FILE, cn_h5_texts(cn_h5_root(file), "number", &arena, &texts, &n));
    assert_non_null(strstr(cn_error(), "a list of strings was expected"));
    cn_clear_error();
    assert_int_equal(CN_BAD_FILE, cn_h5_text(cn_h5_root(file), "null", &arena, &text));
    cn_clear_error();
    cn_arena_free(&arena);
    close_sample();
}

/* ---- damage ---------------------------------------------------------------------------------- */

/* Reads all that can be reached, as far as it is good. */
static void read_all(cn_h5_object *object, int depth)
{
    cn_h5_data data;
    cn_arena arena = {0};
    const char *const *names = NULL, *const *texts = NULL;
    int64_t n = 0, n_texts = 0;
    const char *const attributes[] = {"text", "names", "fixed_names", "spaces", "parts", "number"};
    for (int i = 0; i < 6; i++)
        (void)cn_h5_texts(object, attributes[i], &arena, &texts, &n_texts);
    if (cn_h5_is_dataset(object)) {
        if (cn_h5_data_of(object, &data) == CN_OK && cn_shape_size(&data.shape) < 10000) {
            void *room = malloc((size_t)cn_shape_size(&data.shape) * cn_dtype_size(data.dtype) + 1);
            (void)cn_h5_read(&data, room);
            free(room);
        }
    } else if (depth < 8 && cn_h5_members(object, &names, &n) == CN_OK)
        for (int64_t i = 0; i < n; i++) {
            cn_h5_object *member = NULL;
            if (cn_h5_find(object, names[i], &member) == CN_OK && member != NULL)
                read_all(member, depth + 1);
        }
    cn_arena_free(&arena);
}

static bool try_bytes(const unsigned char *from, size_t length)
{
    /* A copy of its own, so that the sanitizers see what is read behind its end. */
    unsigned char *copy = malloc(length + 1);
    cn_h5_file *tried = NULL;
    memcpy(copy, from, length);
    const bool opened = cn_h5_open("damaged", copy, length, &tried) == CN_OK;
    if (opened)
        read_all(cn_h5_root(tried), 0);
    else
        assert_string_not_equal(cn_error(), "");
    cn_clear_error();
    cn_h5_close(tried);
    free(copy);
    return opened;
}

static void damaged_files_are_refused(void **state)
{
    (void)state;
    static const char *const samples[] = {"numbers", "attributes", "chunks", "latest", "compact"};
    static const unsigned char changes[] = {0x01, 0x80, 0xff};
    for (size_t k = 0; k < sizeof samples / sizeof samples[0]; k++) {
        open_sample(samples[k]);
        cn_h5_close(file);
        for (size_t length = 0; length < size; length += 1 + length / 256)
            assert_false(try_bytes(bytes, length));
        for (size_t i = 0; i < size; i++)
            for (size_t j = 0; j < sizeof changes && (bytes[i] != 0 || j == i % 3); j++) {
                bytes[i] ^= changes[j];
                (void)try_bytes(bytes, size);
                bytes[i] ^= changes[j];
            }
        free(bytes);
    }
}

/* A group whose B-tree has itself below it, or the same symbols again and again. */
static void loops_come_to_an_end(void **state)
{
    (void)state;
    open_sample("groups");
    const char *const *names = NULL;
    int64_t n = 0;
    size_t tree = 0;
    while (memcmp(bytes + tree, "TREE\0\1", 6) != 0) /* the one of level 1 */
        tree++;
    const unsigned char itself[8] = {(unsigned char)tree, (unsigned char)(tree >> 8),
                                     (unsigned char)(tree >> 16)};
    memcpy(bytes + tree + 32, itself, 8);
    assert_int_equal(CN_BAD_FILE, cn_h5_members(find("many"), &names, &n));
    assert_non_null(strstr(cn_error(), "a group's B-tree has level 1 below level 1"));
    cn_clear_error();
    close_sample();
}

/* ---- writing --------------------------------------------------------------------------------- */

static const float matrix[6] = {0, 1, 2, 3, 4, 5};
static const int64_t steps = 1234567890123;

static void put_all(cn_h5_writer *writer)
{
    struct cn_h5_node *group = NULL, *many = NULL;
    static char names[5000][16];
    static const char *list[5000];
    const cn_shape shape = CN_SHAPE(2, 3), scalar = {0}, none = CN_SHAPE(0, 4);
    for (int i = 0; i < 5000; i++) {
        (void)snprintf(names[i], sizeof names[i], "name%d", i % 1000);
        list[i] = names[i];
    }
    assert_int_equal(CN_OK, cn_h5_put_group(writer, NULL, "/layers/dense/vars", &group));
    assert_int_equal(CN_OK, cn_h5_put_text(writer, group, "name", "gr\u00f6\u00dfer", true));
    assert_int_equal(CN_OK, cn_h5_put_text(writer, group, "nothing", "", false));
    assert_int_equal(CN_OK, cn_h5_put_data(writer, group, "0", CN_FLOAT32, &shape, matrix));
    assert_int_equal(CN_OK, cn_h5_put_data(writer, NULL, "steps", CN_INT64, &scalar, &steps));
    assert_int_equal(CN_OK, cn_h5_put_data(writer, NULL, "none", CN_FLOAT64, &none, NULL));
    assert_int_equal(CN_OK, cn_h5_put_group(writer, NULL, "many", &many));
    assert_int_equal(CN_OK, cn_h5_put_texts(writer, many, "empty", list, 0));
    assert_int_equal(CN_OK, cn_h5_put_texts(writer, many, "names", list, 3));
    assert_int_equal(CN_OK, cn_h5_put_texts(writer, many, "long_list", list, 5000));
    for (int i = 0; i < 700; i++) {
        char name[16];
        (void)snprintf(name, sizeof name, "%d", i);
        assert_int_equal(CN_OK,
                         cn_h5_put_data(writer, many, name, CN_FLOAT32, &scalar, &matrix[i % 6]));
    }
}

/* The file's bytes, to be freed. */
static unsigned char *join(const cn_h5_writer *writer, size_t *length)
{
    *length = 0;
    for (int64_t i = 0; i < writer->n_parts; i++)
        *length += writer->parts[i].bytes;
    unsigned char *all = malloc(*length), *at = all;
    for (int64_t i = 0; i < writer->n_parts; at += writer->parts[i++].bytes)
        if (writer->parts[i].bytes > 0)
            memcpy(at, writer->parts[i].data, writer->parts[i].bytes);
    return all;
}

static unsigned char *write_all(size_t *length)
{
    cn_h5_writer writer = {0};
    put_all(&writer);
    assert_int_equal(CN_OK, cn_h5_finish(&writer));
    unsigned char *all = join(&writer, length);
    cn_h5_writer_free(&writer);
    return all;
}

static void check_written(void)
{
    static const double counted[] = {0, 1, 2, 3, 4, 5}, big = 1234567890123, one = 1;
    cn_arena arena = {0};
    const char *text = NULL, *const *texts = NULL;
    int64_t n = 0;
    assert_elements(load("layers/dense/vars/0"), counted, 6);
    assert_elements(load("steps"), &big, 1);
    assert_elements(load("many/601"), &one, 1);
    assert_int_equal(cn_array_size(load("none")), 0);
    assert_int_equal(CN_OK, cn_h5_text(find("layers/dense/vars"), "name", &arena, &text));
    assert_string_equal(text, "gr\u00f6\u00dfer");
    assert_int_equal(CN_OK, cn_h5_text(find("layers/dense/vars"), "nothing", &arena, &text));
    assert_string_equal(text, "");
    assert_int_equal(CN_OK, cn_h5_texts(find("many"), "empty", &arena, &texts, &n));
    assert_int_equal(n, 0);
    assert_int_equal(CN_OK, cn_h5_texts(find("many"), "long_list", &arena, &texts, &n));
    assert_int_equal(n, 5000);
    assert_string_equal(texts[4321], "name321");
    assert_int_equal(CN_OK, cn_h5_members(find("many"), &texts, &n));
    assert_int_equal(n, 700);
    assert_string_equal(texts[699], "99");
    cn_arena_free(&arena);
}

static void what_is_written_is_read(void **state)
{
    (void)state;
    size_t again_size = 0;
    unsigned char *again = write_all(&again_size);
    bytes = write_all(&size);
    assert_int_equal(size, again_size);
    assert_memory_equal(bytes, again, size);
    free(again);
    open_bytes("written");
    check_written();
    const char *keep = getenv("CORNU_KEEP_HDF5"); /* for tools/keras/check_hdf5.py */
    if (keep != NULL) {
        FILE *stream = fopen(keep, "wb");
        assert_non_null(stream);
        assert_int_equal(fwrite(bytes, 1, size, stream), size);
        (void)fclose(stream);
    }
    close_sample();
}

static void the_writer_refuses(void **state)
{
    (void)state;
    cn_h5_writer writer = {0};
    struct cn_h5_node *node = NULL;
    const cn_shape scalar = {0};
    assert_int_equal(CN_OK, cn_h5_put_data(&writer, NULL, "a/x", CN_FLOAT32, &scalar, matrix));
    assert_int_equal(CN_INVALID, cn_h5_put_data(&writer, NULL, "a/x", CN_FLOAT32, &scalar, matrix));
    assert_error("'a/x' is there already");
    assert_int_equal(CN_INVALID, cn_h5_put_group(&writer, NULL, "a/x/y", &node));
    assert_error("'x' is a dataset, so there is no 'y' in it");
    assert_int_equal(CN_INVALID, cn_h5_put_group(&writer, NULL, "a/x", &node));
    assert_error("'a/x' is a dataset, not a group");
    cn_h5_writer_free(&writer);
}

/* ---- memory ---------------------------------------------------------------------------------- */

static bool write_and_read(void)
{
    cn_h5_writer writer = {0};
    cn_h5_file *opened = NULL;
    cn_h5_object *object = NULL;
    struct cn_h5_node *group = NULL;
    cn_arena arena = {0};
    const char *text = NULL;
    const cn_shape shape = CN_SHAPE(2, 3);
    unsigned char *all = NULL;
    size_t length = 0;
    bool good = cn_h5_put_group(&writer, NULL, "a/b", &group) == CN_OK &&
                cn_h5_put_text(&writer, group, "name", "text", true) == CN_OK &&
                cn_h5_put_data(&writer, group, "x", CN_FLOAT32, &shape, matrix) == CN_OK &&
                cn_h5_finish(&writer) == CN_OK;
    if (good) {
        all = join(&writer, &length);
        good = cn_h5_open("memory", all, length, &opened) == CN_OK &&
               cn_h5_find(cn_h5_root(opened), "a/b/x", &object) == CN_OK && object != NULL &&
               cn_h5_find(cn_h5_root(opened), "a/b", &object) == CN_OK &&
               cn_h5_text(object, "name", &arena, &text) == CN_OK;
    }
    cn_h5_writer_free(&writer);
    cn_h5_close(opened);
    cn_arena_free(&arena);
    free(all);
    return good;
}

static bool read_sample(void)
{
    cn_h5_object *object = NULL;
    cn_h5_data data;
    double room[70];
    cn_h5_file *opened = NULL;
    const bool good = cn_h5_open("chunks", bytes, size, &opened) == CN_OK &&
                      cn_h5_find(cn_h5_root(opened), "cube", &object) == CN_OK &&
                      cn_h5_data_of(object, &data) == CN_OK && cn_h5_read(&data, room) == CN_OK;
    cn_h5_close(opened);
    return good;
}

static void allocations_may_fail(void **state)
{
    (void)state;
    test_fail_allocations(write_and_read);
    open_sample("chunks");
    test_fail_allocations(read_sample);
    close_sample();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(all_numbers_are_read, test_forget),
        cmocka_unit_test_teardown(chunks_are_read, test_forget),
        cmocka_unit_test_teardown(other_places_of_numbers, test_forget),
        cmocka_unit_test_teardown(newer_files_are_read, test_forget),
        cmocka_unit_test_teardown(groups_are_listed, test_forget),
        cmocka_unit_test_teardown(attributes_are_read, test_forget),
        cmocka_unit_test_teardown(damaged_files_are_refused, test_forget),
        cmocka_unit_test_teardown(loops_come_to_an_end, test_forget),
        cmocka_unit_test_teardown(what_is_written_is_read, test_forget),
        cmocka_unit_test_teardown(the_writer_refuses, test_forget),
        cmocka_unit_test_teardown(allocations_may_fail, test_forget),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
