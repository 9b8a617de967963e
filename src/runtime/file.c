/* Writing by temporary file, flush, fsync and rename; reading with the length known. */
#include "runtime/file.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "runtime/memory.h"

static cn_status failed_to(const char *path, const char *what, int error)
{
    cn_status status = error == ENOMEM ? CN_OUT_OF_MEMORY : CN_IO;
    return cn_fail(status, "%s: %s: %s", path, what, strerror(error));
}

/* ---- Writing ---- */

/* Where the file really is, so that a symbolic link stays one. Without a file it is where the user
 * says. */
static cn_status find_place(cn_file *file, const char *path)
{
    char *real = realpath(path, NULL);
    file->path = cn_copy_text(real != NULL ? real : path);
    free(real);
    return file->path == NULL ? CN_OUT_OF_MEMORY : CN_OK;
}

/* Makes a new file path.XXXXXX.tmp with the mode that the old file has, or a new file would have.
 */
static cn_status make_temporary(cn_file *file, const struct stat *old)
{
    enum { SUFFIX = 32, TRIES = 1000 };
    size_t room = strlen(file->path) + SUFFIX;
    file->temporary = cn_allocate(room);
    if (file->temporary == NULL)
        return CN_OUT_OF_MEMORY;
    int handle = -1;
    for (int i = 0; i < TRIES && handle < 0; i++) {
        (void)snprintf(file->temporary, room, "%s.%ld-%d.tmp", file->path, (long)getpid(), i);
        handle = open(file->temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
        if (handle < 0 && errno != EEXIST)
            break;
    }
    if (handle < 0) {
        cn_release(file->temporary);
        file->temporary = NULL;
        return failed_to(file->path, "no file can be made in this folder", errno);
    }
    if (old != NULL)
        (void)fchmod(handle, old->st_mode & 07777);
    file->stream = fdopen(handle, "wb");
    if (file->stream != NULL)
        return CN_OK;
    (void)close(handle);
    return failed_to(file->path, "cannot be written", ENOMEM);
}

static cn_status open_directly(cn_file *file)
{
    file->stream = fopen(file->path, "wb");
    return file->stream != NULL ? CN_OK : failed_to(file->path, "cannot be written", errno);
}

static cn_status begin(cn_file *file, const char *path)
{
    struct stat old;
    CN_TRY(find_place(file, path));
    if (stat(file->path, &old) != 0)
        return make_temporary(file, NULL);
    if (S_ISDIR(old.st_mode))
        return failed_to(path, "cannot be written", EISDIR);
    if (!S_ISREG(old.st_mode))
        return open_directly(file);
    if (access(file->path, W_OK) != 0)
        return failed_to(path, "cannot be written", errno);
    return make_temporary(file, &old);
}

cn_status cn_file_begin(cn_file *file, const char *path)
{
    *file = (cn_file){0};
    CN_CHECK(path != NULL && path[0] != '\0', "the path of a file is needed, not %s",
             path == NULL ? "NULL" : "an empty one");
    cn_status status = begin(file, path);
    if (status != CN_OK)
        cn_file_abort(file);
    return status;
}

cn_status cn_file_write(cn_file *file, const void *data, size_t bytes)
{
    if (bytes == 0 || fwrite(data, 1, bytes, file->stream) == bytes)
        return CN_OK;
    return failed_to(file->path, "could not be written", errno);
}

cn_status cn_file_begin_by_name(cn_file *file, const char *path, const char **name)
{
    CN_TRY(cn_file_begin(file, path));
    (void)fclose(file->stream);
    file->stream = NULL;
    *name = file->temporary;
    if (*name != NULL)
        return CN_OK;
    cn_file_abort(file);
    return cn_fail(CN_INVALID, "%s: this kind of file needs a regular file, not a device or a pipe",
                   path);
}

/* Closes the stream with everything on the disk; 0 or an error number. A device cannot be
 * synchronized. */
static int finish_stream(cn_file *file)
{
    int error = 0;
    if (fflush(file->stream) != 0 || (file->temporary != NULL && fsync(fileno(file->stream)) != 0))
        error = errno;
    if (fclose(file->stream) != 0 && error == 0)
        error = errno;
    file->stream = NULL;
    return error;
}

static int synchronize(const char *path)
{
    int handle = open(path, O_RDONLY | O_CLOEXEC);
    if (handle < 0)
        return errno;
    int error = fsync(handle) != 0 ? errno : 0;
    (void)close(handle);
    return error;
}

/* Makes the new name durable; not all file systems can, and the file is complete either way. */
static void synchronize_folder(char *path)
{
    char *slash = strrchr(path, '/');
    if (slash == NULL) {
        (void)synchronize(".");
        return;
    }
    char kept = slash[1];
    slash[1] = '\0';
    (void)synchronize(path);
    slash[1] = kept;
}

cn_status cn_file_finish(cn_file *file)
{
    if (file->temporary == NULL || file->stream == NULL)
        return CN_OK;
    const int error = finish_stream(file);
    return error == 0 ? CN_OK : failed_to(file->path, "could not be written", error);
}

static int commit(cn_file *file)
{
    int error = file->stream != NULL ? finish_stream(file) : synchronize(file->temporary);
    if (error != 0 || file->temporary == NULL)
        return error;
    if (rename(file->temporary, file->path) != 0)
        return errno;
    cn_release(file->temporary);
    file->temporary = NULL;
    synchronize_folder(file->path);
    return 0;
}

cn_status cn_file_commit(cn_file *file)
{
    int error = commit(file);
    cn_status status = error == 0 ? CN_OK : failed_to(file->path, "could not be written", error);
    cn_file_abort(file);
    return status;
}

void cn_file_abort(cn_file *file)
{
    if (file->stream != NULL)
        (void)fclose(file->stream);
    if (file->temporary != NULL)
        (void)unlink(file->temporary);
    cn_release(file->temporary);
    cn_release(file->path);
    *file = (cn_file){0};
}

cn_status cn_make_folders(const char *path)
{
    char *folder = cn_copy_text(path);
    if (folder == NULL)
        return CN_OUT_OF_MEMORY;
    cn_status status = CN_OK;
    char *slash = folder[0] == '\0' ? NULL : strchr(folder + 1, '/');
    for (; slash != NULL && status == CN_OK; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        if (mkdir(folder, 0777) != 0 && errno != EEXIST)
            status = cn_fail(CN_IO, "the folder %s cannot be made: %s", folder, strerror(errno));
        *slash = '/';
    }
    cn_release(folder);
    return status;
}

/* ---- Reading ---- */

void cn_file_close(cn_input_file *file)
{
    if (file->stream != NULL)
        (void)fclose(file->stream);
    file->stream = NULL;
}

/* about: of the path, so that a pipe is not opened; then of what was opened, which may be another
 * file by now. */
static cn_status open_regular(cn_input_file *file, const char *path)
{
    struct stat about;
    if (stat(path, &about) != 0)
        return failed_to(path, "cannot be read", errno);
    if (S_ISREG(about.st_mode)) {
        file->stream = fopen(path, "rb");
        if (file->stream == NULL || fstat(fileno(file->stream), &about) != 0)
            return failed_to(path, "cannot be read", errno);
    }
    if (!S_ISREG(about.st_mode))
        return cn_fail(
            CN_IO, "%s: cannot be read: a regular file was expected, not a folder, device or pipe",
            path);
    file->bytes = (uint64_t)about.st_size;
    return CN_OK;
}

cn_status cn_file_open(cn_input_file *file, const char *path)
{
    *file = (cn_input_file){.path = path};
    CN_CHECK(path != NULL && path[0] != '\0', "the path of a file is needed, not %s",
             path == NULL ? "NULL" : "an empty one");
    const cn_status status = open_regular(file, path);
    if (status != CN_OK)
        cn_file_close(file);
    return status;
}

static cn_status read_all(cn_input_file *file, uint64_t limit, char **text)
{
    if (file->bytes > limit)
        return cn_fail(CN_BAD_FILE, "%s: has %" PRIu64 " bytes, at most %" PRIu64 " were expected",
                       file->path, file->bytes, limit);
    char *bytes = cn_allocate_raw((size_t)file->bytes + 1);
    if (bytes == NULL)
        return CN_OUT_OF_MEMORY;
    size_t got = fread(bytes, 1, (size_t)file->bytes, file->stream);
    if (got != file->bytes) {
        cn_release(bytes);
        return cn_fail(CN_IO, "%s: could be read only up to byte %zu of %" PRIu64, file->path, got,
                       file->bytes);
    }
    bytes[got] = '\0';
    *text = bytes;
    return CN_OK;
}

cn_status cn_file_read_all(const char *path, uint64_t limit, char **text, size_t *bytes)
{
    cn_input_file file;
    CN_TRY(cn_file_open(&file, path));
    cn_status status = read_all(&file, limit, text);
    *bytes = (size_t)file.bytes;
    cn_file_close(&file);
    return status;
}
