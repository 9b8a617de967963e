/* What the tests of data files share: a folder of their own, files made of bytes, and messages
 * compared. */
#ifndef CORNU_DATA_TESTING_H
#define CORNU_DATA_TESTING_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cornu/data.h"
#include "cornu/error.h"
#include "cornu/session.h"
#include "runtime/memory.h"

static char test_folder[64];

static inline int test_make_folder(void **state)
{
    (void)state;
    (void)strcpy(test_folder, "/tmp/cornu-test-XXXXXX");
    return mkdtemp(test_folder) == NULL;
}

/* How many files there are in the folder. */
static inline int test_count_files(void)
{
    int count = 0;
    DIR *folder = opendir(test_folder);
    for (struct dirent *entry; (entry = readdir(folder)) != NULL;)
        count += entry->d_name[0] != '.';
    (void)closedir(folder);
    return count;
}

static inline int test_remove_folder(void **state)
{
    (void)state;
    DIR *folder = opendir(test_folder);
    for (struct dirent *entry; (entry = readdir(folder)) != NULL;)
        (void)unlinkat(dirfd(folder), entry->d_name, 0);
    (void)closedir(folder);
    return rmdir(test_folder);
}

/* The path of a file in the folder; valid until the next but three calls. */
static inline const char *test_path(const char *name)
{
    static char paths[4][256];
    static int next;
    char *path = paths[next++ % 4];
    (void)snprintf(path, sizeof paths[0], "%s/%s", test_folder, name);
    return path;
}

static inline const char *test_sample(const char *name)
{
    static char path[512];
    (void)snprintf(path, sizeof path, "%s/tests/data/%s", CN_SOURCE_DIR, name);
    return path;
}

static inline const char *test_write(const char *name, const void *bytes, size_t count)
{
    const char *path = test_path(name);
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, count, file), count);
    assert_int_equal(fclose(file), 0);
    return path;
}

/* A whole file, and its length; to be freed with free. */
static inline unsigned char *test_read(const char *path, size_t *count)
{
    struct stat about;
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    assert_int_equal(fstat(fileno(file), &about), 0);
    *count = (size_t)about.st_size;
    unsigned char *bytes = malloc(*count + 1);
    assert_int_equal(fread(bytes, 1, *count, file), *count);
    (void)fclose(file);
    bytes[*count] = 0;
    return bytes;
}

/* The kept message is this one; forgets it. */
__attribute__((format(printf, 1, 2))) static inline void assert_error(const char *format, ...)
{
    char expected[1024];
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(expected, sizeof expected, format, arguments);
    va_end(arguments);
    assert_string_equal(cn_error(), expected);
    cn_clear_error();
}

static inline void assert_elements(const cn_array *array, const double *expected, int64_t count)
{
    assert_non_null(array);
    assert_int_equal(cn_array_size(array), count);
    for (int64_t i = 0; i < count; i++)
        if (!(cn_array_at(array, i) == expected[i]))
            fail_msg("element %d is %.17g, not %.17g", (int)i, cn_array_at(array, i), expected[i]);
}

static inline int test_forget(void **state)
{
    (void)state;
    char left[1024];
    (void)snprintf(left, sizeof left, "%s", cn_error());
    cn_clear_error();
    cn_clear_session();
    assert_string_equal(left, "");
    return 0;
}

/* Loads what is left of a file when it is cut at every length, and with every byte changed in
 * several ways: it must be read or refused with a message. load frees what it reads. */
static inline void test_damage(const char *sample, bool (*load)(const char *path))
{
    size_t count = 0;
    unsigned char *bytes = test_read(sample, &count);
    const unsigned char changes[] = {0x01, 0x80, 0xff, 0x20};
    for (size_t length = 0; length < count; length++) {
        assert_false(load(test_write("cut", bytes, length)));
        assert_string_not_equal(cn_error(), "");
        cn_clear_error();
    }
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < sizeof changes; j++) {
            bytes[i] ^= changes[j];
            bool loaded = load(test_write("changed", bytes, count));
            assert_int_equal(loaded, !cn_failed());
            cn_clear_error();
            bytes[i] ^= changes[j];
        }
    free(bytes);
}

/* Lets the n-th allocation fail, for every n until the work succeeds; sanitizers see what is lost
 * on the way. */
static inline void test_fail_allocations(bool (*work)(void))
{
    bool done = false;
    for (int64_t n = 1; !done; n++) {
        cn_memory_fail_at(n);
        done = work();
        cn_memory_fail_at(0);
        assert_int_equal(cn_error_status(), done ? CN_OK : CN_OUT_OF_MEMORY);
        cn_clear_error();
        cn_clear_session();
    }
}

#endif
