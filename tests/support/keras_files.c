/* Archives of files that real Keras saved: a test for each. */
#include "support/keras_files.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cornu/cornu.h"
#include "data/archive.h"
#include "support/keras_data.h"
#include "support/keras_model.h"

enum { MOST_FILES = 4096, MOST_ARCHIVES = 64 };

static cn_keras_file files[MOST_FILES];
static struct CMUnitTest list[MOST_FILES + 1];
static size_t n_files, n_archives, least;
static json_t *contents[MOST_ARCHIVES];
static char *paths[MOST_ARCHIVES];
static char folder[256];
static const char *kept;

/* ---- reading --------------------------------------------------------------------------------- */

/* What is wrong before the first test runs has nowhere to go but here. */
static _Noreturn void die(const char *format, const char *what, const char *detail)
{
    (void)fprintf(stderr, format, what, detail);
    (void)fputc('\n', stderr);
    exit(1);
}

static void must(const char *path, cn_status status)
{
    if (status != CN_OK)
        die("%s: %s", path, cn_error());
}

/* A member's bytes, to be released. */
static char *read_member(const char *path, const char *name, size_t *n)
{
    cn_archive archive;
    cn_member member;
    char *bytes = NULL;
    bool found = false;
    must(path, cn_archive_open(&archive, path, "a zip"));
    must(path, cn_archive_find(&archive, name, &member, &found));
    if (!found)
        die("%s: has no member %s", path, name);
    must(path, cn_archive_read_all(&archive, &member, 1 << 26, &bytes));
    *n = (size_t)member.bytes;
    cn_archive_close(&archive);
    return bytes;
}

static const char *end_of(const char *name)
{
    return strrchr(name, '.');
}

void cn_keras_file_unpack(const cn_keras_file *file, char path[CN_KERAS_PATH])
{
    size_t n = 0;
    char *bytes = read_member(file->archive, file->name, &n);
    (void)snprintf(path, CN_KERAS_PATH, "%s/given%s", folder, end_of(file->name));
    FILE *stream = fopen(path, "wb");
    assert_non_null(stream);
    assert_int_equal(fwrite(bytes, 1, n, stream), n);
    assert_int_equal(fclose(stream), 0);
    cn_release(bytes);
}

static const char *base_name(const char *path)
{
    return strrchr(path, '/') + 1;
}

void cn_keras_file_own(const cn_keras_file *file, const char *name, char path[CN_KERAS_PATH])
{
    const char *archive = base_name(file->archive);
    if (kept == NULL) {
        (void)snprintf(path, CN_KERAS_PATH, "%s/own%s", folder, end_of(name));
        return;
    }
    (void)snprintf(path, CN_KERAS_PATH, "%s/%.*s", kept, (int)strlen(archive) - 4, archive);
    (void)mkdir(path, 0777);
    const size_t used = strlen(path);
    (void)snprintf(path + used, CN_KERAS_PATH - used, "/%s", name);
}

static void must_not_warn(void *context, const char *message)
{
    (void)context;
    fail_msg("a warning: %s", message);
}

cn_model *cn_keras_file_load(const char *path)
{
    cn_model *model = cn_load_model(path, .warn = must_not_warn);
    if (model == NULL)
        fail_msg("%s", cn_error());
    return model;
}

/* ---- predictions ----------------------------------------------------------------------------- */

static void compare_output(const json_t *item, const json_t *expected, const cn_array *got)
{
    cn_keras_array array;
    const double bound = json_is_true(json_object_get(item, "deep")) ? 1e-4 : 1e-5;
    json_t *output = json_pack("{s:O, s:O}", "name", json_object_get(item, "name"), "output",
                               (json_t *)(uintptr_t)expected);
    assert_true(cn_keras_read(output, "output", &array));
    double *numbers = calloc((size_t)array.size + 1, sizeof *numbers);
    assert_non_null(numbers);
    assert_int_equal(cn_array_size(got), array.size);
    for (int64_t k = 0; k < array.size; k++)
        numbers[k] = cn_array_at(got, k);
    const bool same = cn_keras_compare(output, "predict", &array, numbers, bound, bound);
    free(numbers);
    cn_keras_array_free(&array);
    json_decref(output);
    assert_true(same);
}

void cn_keras_file_compare(const json_t *item, cn_model *model)
{
    const json_t *sources = json_object_get(item, "input");
    const json_t *expected = json_object_get(item, "predict");
    const void *x[CN_MAX_LIST + 1];
    size_t n = 0;
    for (; n < json_array_size(sources); n++)
        x[n] = cn_keras_source(json_array_get(sources, n));
    x[n] = CN_END;
    const cn_predictions y = cn_predict_all(model, (cn_items){.list = x}, .batch_size = 2);
    if (y.count != (int64_t)json_array_size(expected))
        fail_msg("%d outputs, Keras has %d: %s", (int)y.count, (int)json_array_size(expected),
                 cn_error());
    for (size_t i = 0; i < json_array_size(expected); i++)
        compare_output(item, json_array_get(expected, i), y.at[i]);
}

/* ---- the list of all ------------------------------------------------------------------------- */

static int clear(void **state)
{
    (void)state;
    cn_clear_session();
    cn_clear_error();
    return 0;
}

static void add_file(const char *path, const json_t *item, const json_t *name,
                     const cn_keras_file_test *test)
{
    if (n_files >= MOST_FILES || !json_is_string(name))
        die("%s: %s", path, "too many files, or one without a name");
    cn_keras_file *file = &files[n_files];
    *file =
        (cn_keras_file){path, json_string_value(name), contents[n_archives - 1], item, malloc(256)};
    assert_non_null(file->title);
    (void)snprintf(file->title, 256, "%s: %s", base_name(path), file->name);
    list[n_files++] = (struct CMUnitTest){file->title, test->test, NULL, clear, file};
}

static void add_archive(const char *path, const cn_keras_file_test *tests, size_t n_tests)
{
    size_t n = 0, i, k;
    char *text = read_member(path, "cases.json", &n);
    json_t *item, *name, *root = json_loadb(text, n, 0, NULL);
    cn_release(text);
    if (root == NULL)
        die("%s: %s", path, "its cases.json is not JSON");
    contents[n_archives++] = root;
    cn_keras_each(root, i, item)
    {
        for (size_t t = 0; t < n_tests; t++) {
            const json_t *named = json_object_get(item, tests[t].member);
            if (json_is_string(named))
                add_file(path, item, named, &tests[t]);
            json_array_foreach(named, k, name) add_file(path, item, name, &tests[t]);
        }
    }
}

static int is_archive(const struct dirent *entry)
{
    const char *dot = end_of(entry->d_name);
    return dot != NULL && strcmp(dot, ".zip") == 0;
}

static void add_all(const char *where, const cn_keras_file_test *tests, size_t n_tests)
{
    char path[CN_KERAS_PATH];
    struct dirent **entries = NULL;
    (void)snprintf(path, sizeof path, "%s/tests/keras/data/%s", CN_SOURCE_DIR, where);
    const size_t used = strlen(path);
    const int n = scandir(path, &entries, is_archive, alphasort);
    if (n <= 0 || n > MOST_ARCHIVES)
        die("%s: %s", path, n <= 0 ? "no archives" : "too many archives");
    for (int i = 0; i < n; i++) {
        (void)snprintf(path + used, sizeof path - used, "/%s", entries[i]->d_name);
        paths[i] = strdup(path);
        assert_non_null(paths[i]);
        add_archive(paths[i], tests, n_tests);
        free(entries[i]);
    }
    free(entries);
}

static void free_all(void)
{
    for (size_t i = 0; i < n_files; i++)
        free(files[i].title);
    for (size_t i = 0; i < n_archives; i++) {
        json_decref(contents[i]);
        free(paths[i]);
    }
}

/* ---- running --------------------------------------------------------------------------------- */

static int begin(void **state)
{
    (void)state;
    kept = getenv("CORNU_KEEP_FILES");
    (void)snprintf(folder, sizeof folder, "/tmp/cornu-files-XXXXXX");
    return mkdtemp(folder) == NULL;
}

static int end(void **state)
{
    static const char *const names[] = {"given.keras", "given.h5", "own.keras", "own.h5"};
    char path[512];
    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        (void)snprintf(path, sizeof path, "%s/%s", folder, names[i]);
        (void)unlink(path);
    }
    return rmdir(folder);
}

static void are_many(void **state)
{
    (void)state;
    assert_true(n_files >= least);
}

/* What cmocka_run_group_tests calls, for a list whose length the compiler does not know. */
int cn_keras_files_run(const char *group, const char *where, const cn_keras_file_test *tests,
                       size_t n, size_t at_least)
{
    least = at_least;
    add_all(where, tests, n);
    list[n_files] = (struct CMUnitTest){"there are many", are_many, NULL, NULL, NULL};
    const int failed = _cmocka_run_group_tests(group, list, n_files + 1, begin, end);
    free_all();
    return failed;
}
