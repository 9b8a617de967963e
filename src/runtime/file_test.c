/* Files: written whole or not at all, modes and links kept, read with their lengths known. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "runtime/file.h"
#include "runtime/memory.h"

static char folder[64];

static const char *in_folder(const char *name)
{
    static char paths[4][128];
    static int next;
    char *path = paths[next++ % 4];
    (void)snprintf(path, sizeof paths[0], "%s/%s", folder, name);
    return path;
}

static int make_folder(void **state)
{
    (void)state;
    (void)strcpy(folder, "/tmp/cornu-test-XXXXXX");
    return mkdtemp(folder) == NULL;
}

/* Removes all files and says how many there were. */
static int empty_folder(void)
{
    int count = 0;
    DIR *listing = opendir(folder);
    for (struct dirent *entry; (entry = readdir(listing)) != NULL;)
        if (entry->d_name[0] != '.') {
            (void)unlinkat(dirfd(listing), entry->d_name, 0);
            count++;
        }
    (void)closedir(listing);
    return count;
}

static int remove_folder(void **state)
{
    (void)state;
    (void)empty_folder();
    return rmdir(folder);
}

static int check_clean(void **state)
{
    (void)state;
    (void)empty_folder();
    assert_string_equal(cn_error(), "");
    return 0;
}

static cn_status write_text(const char *path, const char *text)
{
    cn_file file;
    CN_TRY(cn_file_begin(&file, path));
    cn_status status = cn_file_write(&file, text, strlen(text));
    if (status == CN_OK)
        return cn_file_commit(&file);
    cn_file_abort(&file);
    return status;
}

static void assert_text(const char *path, const char *expected)
{
    char *text = NULL;
    size_t bytes = 0;
    assert_int_equal(cn_file_read_all(path, 1000000, &text, &bytes), CN_OK);
    assert_int_equal(bytes, strlen(expected));
    assert_string_equal(text, expected);
    cn_release(text);
}

static void assert_error(const char *path, const char *message)
{
    char expected[512];
    (void)snprintf(expected, sizeof expected, "%s: %s", path, message);
    assert_string_equal(cn_error(), expected);
    cn_clear_error();
}

static void a_commit_makes_or_replaces_the_file(void **state)
{
    (void)state;
    assert_int_equal(write_text(in_folder("a"), "first"), CN_OK);
    assert_text(in_folder("a"), "first");
    assert_int_equal(write_text(in_folder("a"), "second"), CN_OK);
    assert_text(in_folder("a"), "second");
    assert_int_equal(empty_folder(), 1);
}

static void an_abort_leaves_the_old_file(void **state)
{
    (void)state;
    cn_file file;
    assert_int_equal(write_text(in_folder("a"), "old"), CN_OK);
    assert_int_equal(cn_file_begin(&file, in_folder("a")), CN_OK);
    assert_int_equal(cn_file_write(&file, "new", 3), CN_OK);
    cn_file_abort(&file);
    cn_file_abort(&file);
    assert_text(in_folder("a"), "old");
    assert_int_equal(empty_folder(), 1);
}

static void modes_and_links_stay(void **state)
{
    (void)state;
    struct stat about;
    assert_int_equal(write_text(in_folder("real"), "old"), CN_OK);
    assert_int_equal(chmod(in_folder("real"), 0640), 0);
    assert_int_equal(symlink(in_folder("real"), in_folder("link")), 0);
    assert_int_equal(write_text(in_folder("link"), "new"), CN_OK);
    assert_text(in_folder("real"), "new");
    assert_int_equal(stat(in_folder("real"), &about), 0);
    assert_int_equal(about.st_mode & 0777, 0640);
    assert_int_equal(lstat(in_folder("link"), &about), 0);
    assert_true(S_ISLNK(about.st_mode));
}

static void libraries_may_write_by_name(void **state)
{
    (void)state;
    cn_file file;
    const char *name = NULL;
    assert_int_equal(cn_file_begin_by_name(&file, in_folder("a"), &name), CN_OK);
    FILE *stream = fopen(name, "wb");
    assert_int_equal(fputs("by name", stream) >= 0 && fclose(stream) == 0, 1);
    assert_int_equal(cn_file_commit(&file), CN_OK);
    assert_text(in_folder("a"), "by name");
    assert_int_equal(cn_file_begin_by_name(&file, "/dev/null", &name), CN_INVALID);
    assert_error("/dev/null", "this kind of file needs a regular file, not a device or a pipe");
    assert_int_equal(empty_folder(), 1);
}

static void impossible_places_are_refused(void **state)
{
    (void)state;
    cn_file file;
    assert_int_equal(cn_file_begin(&file, "/nowhere/a"), CN_IO);
    assert_error("/nowhere/a", "no file can be made in this folder: No such file or directory");
    assert_int_equal(cn_file_begin(&file, folder), CN_IO);
    assert_error(folder, "cannot be written: Is a directory");
    assert_int_equal(cn_file_begin(&file, NULL), CN_INVALID);
    assert_string_equal(cn_error(), "the path of a file is needed, not NULL");
    cn_clear_error();
    assert_int_equal(write_text(in_folder("a"), "text"), CN_OK);
    assert_int_equal(cn_file_begin(&file, in_folder("a/b")), CN_IO);
    assert_error(in_folder("a/b"), "no file can be made in this folder: Not a directory");
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
    static char large[300001];
    const size_t lengths[] = {2000,
                              300000}; /* in the stream's buffer until the commit, and beyond it */
    assert_int_equal(write_text(in_folder("a"), "old"), CN_OK);
    for (int i = 0; i < 2; i++) {
        memset(large, 'x', lengths[i]);
        limit_files(1000);
        cn_status status = write_text(in_folder("a"), large);
        limit_files(RLIM_INFINITY);
        assert_int_equal(status, CN_IO);
        assert_error(in_folder("a"), "could not be written: File too large");
        assert_text(in_folder("a"), "old");
    }
    if (access("/dev/full", W_OK) == 0) {
        assert_int_equal(write_text("/dev/full", "text"), CN_IO);
        assert_error("/dev/full", "could not be written: No space left on device");
    }
    assert_int_equal(empty_folder(), 1);
}

static void reading_knows_its_limits(void **state)
{
    (void)state;
    char *text = NULL;
    size_t bytes = 0;
    assert_int_equal(write_text(in_folder("a"), "12345"), CN_OK);
    assert_int_equal(cn_file_read_all(in_folder("a"), 4, &text, &bytes), CN_BAD_FILE);
    assert_error(in_folder("a"), "has 5 bytes, at most 4 were expected");
    assert_int_equal(cn_file_read_all("/dev/zero", 4, &text, &bytes), CN_IO);
    assert_error("/dev/zero",
                 "cannot be read: a regular file was expected, not a folder, device or pipe");
    assert_int_equal(cn_file_read_all(in_folder("b"), 4, &text, &bytes), CN_IO);
    assert_error(in_folder("b"), "cannot be read: No such file or directory");
    assert_int_equal(write_text(in_folder("empty"), ""), CN_OK);
    assert_text(in_folder("empty"), "");
}

static void every_allocation_may_fail(void **state)
{
    (void)state;
    bool done = false;
    for (int64_t n = 1; !done; n++) {
        char *text = NULL;
        size_t bytes = 0;
        cn_memory_fail_at(n);
        done = write_text(in_folder("a"), "text") == CN_OK &&
               cn_file_read_all(in_folder("a"), 10, &text, &bytes) == CN_OK;
        cn_memory_fail_at(0);
        assert_int_equal(cn_error_status(), done ? CN_OK : CN_OUT_OF_MEMORY);
        cn_release(text);
        cn_clear_error();
    }
    assert_int_equal(empty_folder(), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(a_commit_makes_or_replaces_the_file, check_clean),
        cmocka_unit_test_teardown(an_abort_leaves_the_old_file, check_clean),
        cmocka_unit_test_teardown(modes_and_links_stay, check_clean),
        cmocka_unit_test_teardown(libraries_may_write_by_name, check_clean),
        cmocka_unit_test_teardown(impossible_places_are_refused, check_clean),
        cmocka_unit_test_teardown(a_full_disk_leaves_the_old_file, check_clean),
        cmocka_unit_test_teardown(reading_knows_its_limits, check_clean),
        cmocka_unit_test_teardown(every_allocation_may_fail, check_clean),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
