/* Zip archives by libzip, read and written. */
#include "data/archive.h"

#include <inttypes.h>
#include <string.h>
#include <zip.h>

/* Deflate makes at most 1032 bytes of one; an empty member has a few bytes. */
enum { MOST_EXPANSION = 1032, FEW_BYTES = 64 };

/* ---- Opening --------------------------------------------------------------------------------- */

/* libzip finds the first member of a name. */
static cn_status check_names_differ(const cn_archive *archive)
{
    const int64_t count = cn_archive_count(archive);
    for (int64_t i = 0; i < count; i++) {
        const char *name = zip_get_name(archive->zip, (zip_uint64_t)i, 0);
        if (name != NULL && zip_name_locate(archive->zip, name, 0) != i)
            return cn_fail(CN_BAD_FILE, "%s: member '%s' is there twice", archive->path, name);
    }
    return CN_OK;
}

/* The zip in a source, which is taken; or what libzip says is wrong, which is freed. */
static cn_status take(cn_archive *archive, const char *kind, zip_source_t *source,
                      zip_error_t *error)
{
    zip_t *zip = source == NULL ? NULL : zip_open_from_source(source, ZIP_RDONLY, error);
    if (zip == NULL && source != NULL)
        zip_source_free(source);
    archive->zip = zip;
    if (zip == NULL) {
        cn_status status = cn_fail(CN_BAD_FILE, "%s: is not %s file: %s", archive->path, kind,
                                   zip_error_strerror(error));
        zip_error_fini(error);
        return status;
    }
    zip_error_fini(error);
    cn_status status = check_names_differ(archive);
    if (status != CN_OK)
        cn_archive_close(archive);
    return status;
}

cn_status cn_archive_open(cn_archive *archive, const char *path, const char *kind)
{
    cn_input_file file;
    zip_error_t error;
    CN_TRY(cn_file_open(&file, path));
    *archive = (cn_archive){.path = path, .bytes = file.bytes};
    zip_error_init(&error);
    zip_source_t *source = zip_source_filep_create(file.stream, 0, -1, &error);
    if (source == NULL)
        cn_file_close(&file);
    return take(archive, kind, source, &error);
}

cn_status cn_archive_open_memory(cn_archive *archive, const char *path, const char *kind,
                                 const void *bytes, size_t size)
{
    zip_error_t error;
    *archive = (cn_archive){.path = path, .bytes = size};
    zip_error_init(&error);
    zip_source_t *source = zip_source_buffer_create(bytes, size, 0, &error);
    return take(archive, kind, source, &error);
}

void cn_archive_close(cn_archive *archive)
{
    if (archive->zip != NULL)
        zip_discard(archive->zip);
    archive->zip = NULL;
}

/* ---- Members --------------------------------------------------------------------------------- */

int64_t cn_archive_count(const cn_archive *archive)
{
    return zip_get_num_entries(archive->zip, 0);
}

/* Whether the member's sizes can be true, in a file of this length, before any of it is read. */
static cn_status check_member(const cn_archive *archive, const zip_stat_t *about)
{
    const zip_uint64_t needed = ZIP_STAT_NAME | ZIP_STAT_SIZE | ZIP_STAT_COMP_SIZE |
                                ZIP_STAT_COMP_METHOD;
    if ((about->valid & needed) != needed)
        return cn_fail(CN_BAD_FILE, "%s: a member without name or size", archive->path);
    if ((about->valid & ZIP_STAT_ENCRYPTION_METHOD) && about->encryption_method != ZIP_EM_NONE)
        return cn_fail(CN_BAD_FILE, "%s: member '%s' is encrypted", archive->path, about->name);
    if (about->comp_method != ZIP_CM_STORE && about->comp_method != ZIP_CM_DEFLATE)
        return cn_fail(CN_BAD_FILE,
                       "%s: member '%s' is compressed by method %d; 0 or 8 was expected",
                       archive->path, about->name, about->comp_method);
    const bool fits = about->comp_size <= archive->bytes &&
                      about->size <= (about->comp_size + FEW_BYTES) * MOST_EXPANSION;
    if (!fits)
        return cn_fail(CN_BAD_FILE,
                       "%s: member '%s' claims %" PRIu64 " bytes, compressed to %" PRIu64
                       ", in a file of %" PRIu64,
                       archive->path, about->name, about->size, about->comp_size, archive->bytes);
    return CN_OK;
}

cn_status cn_archive_member(const cn_archive *archive, int64_t index, cn_member *member)
{
    zip_stat_t about;
    zip_stat_init(&about);
    if (zip_stat_index(archive->zip, (zip_uint64_t)index, 0, &about) != 0)
        return cn_fail(CN_BAD_FILE, "%s: %s", archive->path, zip_strerror(archive->zip));
    CN_TRY(check_member(archive, &about));
    *member = (cn_member){index, about.name, about.size};
    return CN_OK;
}

cn_status cn_archive_find(const cn_archive *archive, const char *name, cn_member *member,
                          bool *found)
{
    const int64_t index = zip_name_locate(archive->zip, name, 0);
    *found = index >= 0;
    return *found ? cn_archive_member(archive, index, member) : CN_OK;
}

static int64_t read_member(void *context, void *to, size_t bytes)
{
    zip_file_t *member = context;
    size_t done = 0;
    while (done < bytes) {
        zip_int64_t got = zip_fread(member, (char *)to + done, bytes - done);
        if (got < 0)
            return -1;
        if (got == 0)
            break;
        done += (size_t)got;
    }
    return (int64_t)done;
}

cn_status cn_archive_read(const cn_archive *archive, const cn_member *member,
                          cn_status (*read)(void *context, cn_source *source), void *context)
{
    char name[512];
    (void)snprintf(name, sizeof name, "%s: member '%.200s'", archive->path, member->name);
    zip_file_t *file = zip_fopen_index(archive->zip, (zip_uint64_t)member->index, 0);
    if (file == NULL)
        return cn_fail(CN_BAD_FILE, "%s: %s", name, zip_strerror(archive->zip));
    cn_source source = {
        .name = name, .bytes = member->bytes, .exact = true, .read = read_member, .context = file};
    cn_status status = read(context, &source);
    (void)zip_fclose(file);
    return status;
}

static cn_status read_bytes(void *context, cn_source *source)
{
    CN_TRY(cn_source_read(source, context, (size_t)source->bytes));
    return cn_source_finish(source);
}

cn_status cn_archive_read_all(const cn_archive *archive, const cn_member *member, uint64_t limit,
                              char **bytes)
{
    if (member->bytes > limit)
        return cn_fail(CN_BAD_FILE,
                       "%s: member '%s' has %" PRIu64 " bytes, at most %" PRIu64 " were expected",
                       archive->path, member->name, member->bytes, limit);
    *bytes = cn_allocate_raw((size_t)member->bytes + 1);
    if (*bytes == NULL)
        return CN_OUT_OF_MEMORY;
    (*bytes)[member->bytes] = '\0';
    cn_status status = cn_archive_read(archive, member, read_bytes, *bytes);
    if (status != CN_OK) {
        cn_release(*bytes);
        *bytes = NULL;
    }
    return status;
}

/* ---- Writing --------------------------------------------------------------------------------- */

static const char *zip_message(int code, char *text, size_t room)
{
    zip_error_t error;
    zip_error_init_with_code(&error, code);
    (void)snprintf(text, room, "%s", zip_error_strerror(&error));
    zip_error_fini(&error);
    return text;
}

cn_status cn_archive_begin(cn_archive_writer *writer, const char *path)
{
    char message[256];
    const char *temporary = NULL;
    int error = 0;
    *writer = (cn_archive_writer){.path = path};
    CN_TRY(cn_file_begin_by_name(&writer->file, path, &temporary));
    writer->zip = zip_open(temporary, ZIP_CREATE | ZIP_TRUNCATE, &error);
    if (writer->zip != NULL)
        return CN_OK;
    cn_file_abort(&writer->file);
    return cn_fail(CN_IO, "%s: could not be written: %s", path,
                   zip_message(error, message, sizeof message));
}

/* The parts as one source, which copies the list of them. */
static zip_source_t *source_of(zip_t *zip, const cn_bytes *parts, int64_t n)
{
    zip_buffer_fragment_t *fragments = cn_allocate((size_t)(n + 1) * sizeof *fragments);
    zip_uint64_t used = 0;
    if (fragments == NULL)
        return NULL;
    for (int64_t i = 0; i < n; i++)
        if (parts[i].bytes > 0)
            fragments[used++] =
                (zip_buffer_fragment_t){(zip_uint8_t *)(uintptr_t)parts[i].data, parts[i].bytes};
    zip_source_t *source = used > 0 ? zip_source_buffer_fragment(zip, fragments, used, 0)
                                    : zip_source_buffer(zip, NULL, 0, 0);
    cn_release(fragments);
    return source;
}

cn_status cn_archive_add(cn_archive_writer *writer, const char *name, const cn_bytes *parts,
                         int64_t n, bool compressed)
{
    const zip_uint16_t first_day = 1 << 5 | 1; /* 1980-01-01 */
    const zip_int32_t method = compressed ? ZIP_CM_DEFLATE : ZIP_CM_STORE;
    const zip_uint32_t level = 6; /* as NumPy; libzip's own 9 is several times slower */
    zip_source_t *source = source_of(writer->zip, parts, n);
    zip_int64_t index = source == NULL ? -1
                                       : zip_file_add(writer->zip, name, source, ZIP_FL_ENC_UTF_8);
    if (index < 0 && source == NULL)
        return cn_fail(CN_OUT_OF_MEMORY, "%s: out of memory", writer->path);
    if (index < 0) {
        zip_source_free(source);
        return cn_fail(CN_INVALID, "%s: member '%s': %s", writer->path, name,
                       zip_strerror(writer->zip));
    }
    (void)zip_file_set_dostime(writer->zip, (zip_uint64_t)index, 0, first_day, 0);
    (void)zip_set_file_compression(writer->zip, (zip_uint64_t)index, method, level);
    return CN_OK;
}

cn_status cn_archive_commit(cn_archive_writer *writer)
{
    if (zip_close(writer->zip) != 0) {
        cn_status status =
            cn_fail(CN_IO, "%s: could not be written: %s", writer->path, zip_strerror(writer->zip));
        cn_archive_abort(writer);
        return status;
    }
    writer->zip = NULL;
    return cn_file_commit(&writer->file);
}

void cn_archive_abort(cn_archive_writer *writer)
{
    if (writer->zip != NULL)
        zip_discard(writer->zip);
    writer->zip = NULL;
    cn_file_abort(&writer->file);
}
