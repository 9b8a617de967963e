/* Files that are missing, cut or something else. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "support/mistakes.h"

static char folder[] = "/tmp/cornu_bad_input_XXXXXX";

static const char *path_of(const char *name)
{
    static char path[256];
    (void)snprintf(path, sizeof path, "%s/%s", folder, name);
    return path;
}

static const char *make_file(const char *name, const void *bytes, size_t n)
{
    const char *path = path_of(name);
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, n, file), n);
    assert_int_equal(fclose(file), 0);
    return path;
}

/* A file that the library wrote, cut after some bytes. */
static const char *cut(const char *name, size_t bytes)
{
    char kept[4096];
    FILE *file = fopen(path_of(name), "rb");
    assert_non_null(file);
    const size_t n = fread(kept, 1, sizeof kept, file);
    (void)fclose(file);
    assert_true(bytes < n);
    return make_file(name, kept, bytes);
}

static void no_file(void)
{
    cn_load_npy(path_of("missing.npy"));
}

static void cut_npy(void)
{
    assert_int_equal(cn_save_npy(path_of("cut.npy"), cn_the.x), CN_OK);
    cn_load_npy(cut("cut.npy", 200));
}

static void not_npy(void)
{
    cn_load_npy(make_file("text.npy", "hello, world", 12));
}

static void cut_npz(void)
{
    assert_int_equal(cn_save_npz(path_of("cut.npz"), CN_DICT({"x", cn_the.x})), CN_OK);
    cn_load_npz(cut("cut.npz", 300));
}

static void cut_idx(void)
{
    cn_load_idx(make_file("cut.idx",
                          "\0\0\x08\x01\0\0\0\x09"
                          "123",
                          11));
}

static void not_idx(void)
{
    cn_load_idx(make_file("text.idx", "hello, world", 12));
}

static void short_row(void)
{
    cn_load_csv(make_file("short.csv", "a,b\n1,2\n3\n", 10));
}

static void text_in_numbers(void)
{
    cn_load_csv(make_file("text.csv", "a,b\n1,2\n3,four\n", 15));
}

static void weights_of_another_model(void)
{
    assert_int_equal(cn_save_weights(cn_the.two, path_of("two.npz")), CN_OK);
    cn_load_weights(cn_the.one, path_of("two.npz"));
}

static void weights_in_another_format(void)
{
    cn_save_weights(cn_the.one, path_of("weights.txt"));
}

static void weights_nowhere(void)
{
    cn_save_weights(cn_the.one, path_of("no/such/folder.npz"));
}

/* ---- the table ------------------------------------------------------------------------------- */

static const struct cn_mistake mistakes[] = {
    CN_MISTAKE(no_file, CN_IO, "missing.npy"),
    CN_MISTAKE(cut_npy, CN_BAD_FILE, "cut.npy"),
    CN_MISTAKE(not_npy, CN_BAD_FILE, "text.npy"),
    CN_MISTAKE(cut_npz, CN_BAD_FILE, "cut.npz"),
    CN_MISTAKE(cut_idx, CN_BAD_FILE, "cut.idx", "9"),
    CN_MISTAKE(not_idx, CN_BAD_FILE, "text.idx"),
    CN_MISTAKE(short_row, CN_BAD_FILE, "short.csv", "line 3"),
    CN_MISTAKE(text_in_numbers, CN_BAD_FILE, "text.csv", "line 3", "four"),
    CN_MISTAKE(weights_of_another_model, CN_INVALID, "cn_load_weights", "two.npz", "classifier"),
    CN_MISTAKE(weights_in_another_format, CN_INVALID, "cn_save_weights", ".npz", "weights.txt"),
    CN_MISTAKE(weights_nowhere, CN_IO, "folder.npz"),
};

static void remove_files(void)
{
    static const char *const names[] = {"cut.npy",  "text.npy",  "cut.npz",  "cut.idx",
                                        "text.idx", "short.csv", "text.csv", "two.npz"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        (void)remove(path_of(names[i]));
    (void)rmdir(folder);
}

int main(void)
{
    if (mkdtemp(folder) == NULL)
        return 1;
    int failed = cn_run_mistakes("files", mistakes, sizeof mistakes / sizeof mistakes[0]);
    remove_files();
    return failed;
}
