/* Files: written so that a failure leaves the old file, and read with the sizes known first.
 * Every message starts with the file's path. */
#ifndef CORNU_RUNTIME_FILE_H
#define CORNU_RUNTIME_FILE_H

#include <stdio.h>

#include "runtime/status.h"

/* A file that is being written. A zeroed struct is one that is not; aborting that is allowed. */
typedef struct cn_file {
    char *path;      /* what it will be called: the user's path, symbolic links followed */
    char *temporary; /* what it is called until then, in the same folder; NULL for a device or pipe,
                        written directly */
    FILE *stream;
} cn_file;

/* Begins to write path. Either commit or abort must follow, unless this fails. */
cn_status cn_file_begin(cn_file *file, const char *path);

/* Writes bytes behind those already written. */
cn_status cn_file_write(cn_file *file, const void *data, size_t bytes);

/* For libraries that write by name: the name to write to (*name is owned by file). cn_file_write is
 * over then. CN_INVALID if path is a device or a pipe. */
cn_status cn_file_begin_by_name(cn_file *file, const char *path, const char **name);

/* What was written is on the disk then and the file is closed, so that many may wait for their
 * names; committing it is unlikely to fail. */
cn_status cn_file_finish(cn_file *file);

/* Makes what was written durable and gives it its name; if that fails, as by a full disk, the old
 * file stays. */
cn_status cn_file_commit(cn_file *file);

/* Forgets what was written; the old file stays. After a commit it does nothing. */
void cn_file_abort(cn_file *file);

/* Makes the folders in which the file path is to be, where they are not there yet. */
cn_status cn_make_folders(const char *path);

/* A file that is being read. */
typedef struct cn_input_file {
    const char *path; /* the caller's */
    FILE *stream;
    uint64_t bytes; /* its length */
} cn_input_file;

/* Opens a regular file for reading; anything else is an error. cn_file_close must follow, unless
 * this fails. */
cn_status cn_file_open(cn_input_file *file, const char *path);
void cn_file_close(cn_input_file *file);

/* The whole file, with a 0 behind it; text is released by the caller with cn_release. Longer than
 * limit is an error. */
cn_status cn_file_read_all(const char *path, uint64_t limit, char **text, size_t *bytes);

#endif
