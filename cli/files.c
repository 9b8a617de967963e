/* Files of the command line: what they are, texts read, texts written whole or not at all. */
#include "cli.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

bool cli_ends_with(const char *path, const char *end)
{
    const size_t length = strlen(path), tail = strlen(end);
    return length >= tail && strcasecmp(path + length - tail, end) == 0;
}

bool cli_is_for_weights(const char *path)
{
    return cli_ends_with(path, ".weights.h5") || cli_ends_with(path, ".weights.json") ||
           cli_ends_with(path, ".npz");
}

/* ---- which ----------------------------------------------------------------------------------- */

static cli_file kind_by_start(const unsigned char *start, size_t n)
{
    static const struct {
        cli_file kind;
        size_t length;
        const char *bytes;
    } starts[] = {
        {CLI_NPY, 6, "\x93NUMPY"},      {CLI_ZIP, 2, "PK"},
        {CLI_HDF5, 4, "\x89HDF"},       {CLI_IMAGE, 4, "\x89PNG"},
        {CLI_IMAGE, 3, "\xff\xd8\xff"}, {CLI_IDX, 2, "\x1f\x8b"},
        {CLI_IDX, 2, "\0\0"},
    };
    for (size_t i = 0; i < sizeof starts / sizeof starts[0]; i++)
        if (n >= starts[i].length && memcmp(start, starts[i].bytes, starts[i].length) == 0)
            return starts[i].kind;
    return CLI_UNKNOWN;
}

cli_file cli_file_kind(const char *path)
{
    unsigned char start[8];
    struct stat about;
    if (stat(path, &about) != 0)
        return CLI_NO_FILE;
    if (S_ISDIR(about.st_mode))
        return CLI_FOLDER;
    FILE *file = fopen(path, "rb");
    if (file == NULL)
        return CLI_NO_FILE;
    const size_t n = fread(start, 1, sizeof start, file);
    (void)fclose(file);
    const cli_file kind = kind_by_start(start, n);
    if (kind != CLI_UNKNOWN)
        return kind;
    if (cli_ends_with(path, ".json"))
        return CLI_JSON;
    return cli_ends_with(path, ".csv") || cli_ends_with(path, ".tsv") ? CLI_CSV : CLI_UNKNOWN;
}

/* ---- reading --------------------------------------------------------------------------------- */

char *cli_read_text(const char *path)
{
    enum { STEP = 1 << 16, MOST = 1 << 28 };
    char *text = NULL;
    size_t size = 0, n = 0;
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        (void)cli_fail("%s: could not be read: %s", path, strerror(errno));
        return NULL;
    }
    do {
        char *larger = size + STEP > MOST ? NULL : realloc(text, size + STEP + 1);
        if (larger == NULL) {
            (void)cli_fail("%s: is too long", path);
            free(text);
            (void)fclose(file);
            return NULL;
        }
        text = larger;
        n = fread(text + size, 1, STEP, file);
        size += n;
    } while (n == STEP);
    text[size] = '\0';
    (void)fclose(file);
    return text;
}

/* ---- writing --------------------------------------------------------------------------------- */

static bool fail_to_write(cli_output *output, const char *what)
{
    (void)cli_fail("%s: could not be %s: %s", output->path, what, strerror(errno));
    cli_output_abort(output);
    return false;
}

bool cli_can_write(const char *path)
{
    const char *slash = strrchr(path, '/');
    char *folder = slash == NULL   ? strdup(".")
                   : slash == path ? strdup("/")
                                   : strndup(path, (size_t)(slash - path));
    const bool can = folder != NULL && access(folder, W_OK | X_OK) == 0;
    free(folder);
    return can || !cli_fail("%s: could not be written: %s", path, strerror(errno));
}

/* A file of a name that nobody has, in the same folder; devices are written to directly. */
bool cli_output_begin(cli_output *output, const char *path)
{
    struct stat about;
    *output = (cli_output){.path = path, .stream = stdout};
    if (path == NULL || strcmp(path, "-") == 0) {
        output->path = NULL;
        return true;
    }
    if (stat(path, &about) == 0 && !S_ISREG(about.st_mode)) {
        output->stream = fopen(path, "w");
        return output->stream != NULL || fail_to_write(output, "opened");
    }
    const size_t size = strlen(path) + 8;
    output->stream = NULL;
    output->temporary = malloc(size);
    if (output->temporary == NULL)
        return fail_to_write(output, "written");
    (void)snprintf(output->temporary, size, "%s.XXXXXX", path);
    const int file = mkstemp(output->temporary);
    if (file < 0) {
        free(output->temporary);
        output->temporary = NULL;
        return fail_to_write(output, "written");
    }
    const mode_t mask = umask(0);
    (void)umask(mask);
    (void)fchmod(file, 0666 & ~mask);
    output->stream = fdopen(file, "w");
    return output->stream != NULL || fail_to_write(output, "written");
}

bool cli_output_end(cli_output *output)
{
    if (output->path == NULL)
        return true; /* main looks whether standard output was written */
    bool good = fflush(output->stream) == 0 && !ferror(output->stream);
    if (good && output->temporary != NULL)
        good = fsync(fileno(output->stream)) == 0;
    if (fclose(output->stream) != 0)
        good = false;
    output->stream = NULL;
    if (good && output->temporary != NULL)
        good = rename(output->temporary, output->path) == 0;
    if (!good)
        return fail_to_write(output, "written");
    free(output->temporary);
    output->temporary = NULL;
    return true;
}

void cli_output_abort(cli_output *output)
{
    if (output->path != NULL && output->stream != NULL)
        (void)fclose(output->stream);
    if (output->temporary != NULL)
        (void)unlink(output->temporary);
    free(output->temporary);
    *output = (cli_output){.path = NULL};
}
