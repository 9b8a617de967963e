/* Bytes as a file, for readers that take a path. */
#ifndef CORNU_FUZZ_MEMORY_FILE_H
#define CORNU_FUZZ_MEMORY_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

/* The path of a file with these bytes, which stands until the next call. */
static inline const char *memory_file(const uint8_t *bytes, size_t size)
{
    static char path[64];
    static int file = -1;
    if (file < 0) {
        file = memfd_create("fuzz", 0);
        (void)snprintf(path, sizeof path, "/proc/self/fd/%d", file);
    }
    if (file < 0 || ftruncate(file, 0) != 0 || pwrite(file, bytes, size, 0) != (ssize_t)size)
        abort();
    return path;
}

/* A folder of this process, for files that must have a name. */
static char own_folder_path[] = "/tmp/cornu-fuzz-XXXXXX";

static inline void remove_own_folder(void)
{
    (void)rmdir(own_folder_path);
}

static inline const char *own_folder(void)
{
    static bool made;
    if (!made && (mkdtemp(own_folder_path) == NULL || atexit(remove_own_folder) != 0))
        abort();
    made = true;
    return own_folder_path;
}

/* The same file by this name in that folder, until it is unlinked. */
static inline const char *named_file(const char *name, const uint8_t *bytes, size_t size)
{
    static char path[256];
    (void)snprintf(path, sizeof path, "%s/%s", own_folder(), name);
    (void)unlink(path);
    if (symlink(memory_file(bytes, size), path) != 0)
        abort();
    return path;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

#endif
