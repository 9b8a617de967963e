/* .npz files: zip archives of .npy files. */
#include <inttypes.h>
#include <string.h>
#include <zip.h>

#include "cornu/data.h"
#include "data/npy.h"

/* Deflate makes at most 1032 bytes of one; an empty member has a few bytes. */
enum { MOST_EXPANSION = 1032, FEW_BYTES = 64 };

/* ---- Reading ---- */

static const char *zip_message(int code, char *text, size_t room)
{
    zip_error_t error;
    zip_error_init_with_code(&error, code);
    (void)snprintf(text, room, "%s", zip_error_strerror(&error));
    zip_error_fini(&error);
    return text;
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

/* Whether the member's sizes can be true, in a file of this length, before any of it is read. */
static cn_status check_member(const char *path, uint64_t file_bytes, const zip_stat_t *about)
{
    const zip_uint64_t needed = ZIP_STAT_NAME | ZIP_STAT_SIZE | ZIP_STAT_COMP_SIZE |
                                ZIP_STAT_COMP_METHOD;
    if ((about->valid & needed) != needed)
        return cn_fail(CN_BAD_FILE, "%s: a member without name or size", path);
    if ((about->valid & ZIP_STAT_ENCRYPTION_METHOD) && about->encryption_method != ZIP_EM_NONE)
        return cn_fail(CN_BAD_FILE, "%s: member '%s' is encrypted", path, about->name);
    if (about->comp_method != ZIP_CM_STORE && about->comp_method != ZIP_CM_DEFLATE)
        return cn_fail(CN_BAD_FILE,
                       "%s: member '%s' is compressed by method %d; 0 or 8 was expected", path,
                       about->name, about->comp_method);
    const bool fits = about->comp_size <= file_bytes &&
                      about->size <= (about->comp_size + FEW_BYTES) * MOST_EXPANSION;
    if (!fits)
        return cn_fail(CN_BAD_FILE,
                       "%s: member '%s' claims %" PRIu64 " bytes, compressed to %" PRIu64
                       ", in a file of %" PRIu64,
                       path, about->name, about->size, about->comp_size, file_bytes);
    return CN_OK;
}

/* Bytes of a member's name without ".npy"; 0 if it is something else. */
static size_t name_length(const char *name)
{
    const size_t length = name == NULL ? 0 : strlen(name);
    return length > 4 && strcmp(name + length - 4, ".npy") == 0 ? length - 4 : 0;
}

typedef struct archive {
    const char *path;
    uint64_t file_bytes;
    zip_t *zip;
} archive;

static cn_status stat_member(const archive *from, int64_t index, zip_stat_t *about)
{
    zip_stat_init(about);
    if (zip_stat_index(from->zip, (zip_uint64_t)index, 0, about) != 0)
        return cn_fail(CN_BAD_FILE, "%s: %s", from->path, zip_strerror(from->zip));
    CN_TRY(check_member(from->path, from->file_bytes, about));
    if (name_length(about->name) == 0)
        return cn_fail(CN_BAD_FILE, "%s: member '%s' is not called something.npy", from->path,
                       about->name);
    return CN_OK;
}

static cn_status read_array(const archive *from, int64_t index, cn_array **array)
{
    zip_stat_t about;
    char name[512];
    CN_TRY(stat_member(from, index, &about));
    (void)snprintf(name, sizeof name, "%s: member '%.200s'", from->path, about.name);
    zip_file_t *member = zip_fopen_index(from->zip, (zip_uint64_t)index, 0);
    if (member == NULL)
        return cn_fail(CN_BAD_FILE, "%s: %s", name, zip_strerror(from->zip));
    cn_source source = {
        .name = name, .bytes = about.size, .exact = true, .read = read_member, .context = member};
    cn_status status = cn_npy_read(&source, array);
    (void)zip_fclose(member);
    return status;
}

/* Bytes of all names, each with a 0 behind it. */
static cn_status measure_names(const archive *from, int64_t count, size_t *bytes)
{
    *bytes = 0;
    for (int64_t i = 0; i < count; i++) {
        zip_stat_t about;
        CN_TRY(stat_member(from, i, &about));
        *bytes += name_length(about.name) + 1;
    }
    return CN_OK;
}

/* A list without arrays, in one piece of memory: the struct, the two tables (that of names ends in
 * NULL), the names. */
static cn_status make_list(const archive *from, int64_t count, cn_arrays **made)
{
    cn_array *storage = NULL;
    size_t bytes = 0;
    CN_TRY(measure_names(from, count, &bytes));
    CN_TRY(cn_array_create_storage(
        sizeof(cn_arrays) + (size_t)(2 * count + 1) * sizeof(void *) + bytes, &storage));
    cn_arrays *list = storage->data;
    const char **names = (const char **)(void *)(list + 1);
    cn_array **arrays = (cn_array **)(void *)(names + count + 1);
    char *text = (char *)(arrays + count);
    *list = (cn_arrays){.count = count, .names = names, .arrays = arrays, .storage_ = storage};
    for (int64_t i = 0; i < count; i++) {
        const char *name = zip_get_name(from->zip, (zip_uint64_t)i, 0);
        const size_t length = name_length(name);
        names[i] = text;
        memcpy(text, name == NULL ? "" : name, length);
        text += length + 1;
    }
    *made = list;
    return CN_OK;
}

/* libzip finds the first member of a name. */
static cn_status check_names_differ(const archive *from)
{
    const int64_t count = zip_get_num_entries(from->zip, 0);
    for (int64_t i = 0; i < count; i++) {
        const char *name = zip_get_name(from->zip, (zip_uint64_t)i, 0);
        if (name != NULL && zip_name_locate(from->zip, name, 0) != i)
            return cn_fail(CN_BAD_FILE, "%s: member '%s' is there twice", from->path, name);
    }
    return CN_OK;
}

static cn_status read_list(const archive *from, cn_arrays **made)
{
    const int64_t count = zip_get_num_entries(from->zip, 0);
    cn_arrays *list = NULL;
    CN_TRY(check_names_differ(from));
    CN_TRY(make_list(from, count, &list));
    cn_status status = CN_OK;
    for (int64_t i = 0; status == CN_OK && i < count; i++)
        status = read_array(from, i, (cn_array **)&list->arrays[i]);
    if (status == CN_OK)
        *made = list;
    else
        cn_arrays_free(list);
    return status;
}

static cn_status load(const char *path, cn_arrays **made)
{
    cn_input_file file;
    char message[256];
    int error = 0;
    CN_TRY(cn_file_open(&file, path));
    cn_file_close(&file);
    archive from = {.path = path, .file_bytes = file.bytes};
    from.zip = zip_open(path, ZIP_RDONLY, &error);
    if (from.zip == NULL)
        return cn_fail(CN_BAD_FILE, "%s: is not an .npz file: %s", path,
                       zip_message(error, message, sizeof message));
    cn_status status = read_list(&from, made);
    zip_discard(from.zip);
    return status;
}

cn_arrays *cn_load_npz(const char *path)
{
    cn_arrays *list = NULL;
    if (load(path, &list) == CN_OK)
        return list;
    cn_fail_in("cn_load_npz");
    return NULL;
}

void cn_arrays_free(cn_arrays *arrays)
{
    if (arrays == NULL)
        return;
    for (int64_t i = 0; i < arrays->count; i++)
        cn_array_free(arrays->arrays[i]);
    cn_array_free(arrays->storage_);
}

static cn_status no_such_name(const cn_arrays *list, const char *name)
{
    if (list->count == 0)
        return cn_fail(CN_INVALID, "cn_arrays_get: no array is called '%s'; there are none", name);
    const char *nearest = cn_nearest_name(name, list->names);
    if (nearest != NULL)
        return cn_fail(CN_INVALID, "cn_arrays_get: no array is called '%s'; did you mean '%s'?",
                       name, nearest);
    return cn_fail(CN_INVALID,
                   "cn_arrays_get: no array is called '%s'; there are %" PRId64
                   ", the first is '%s'",
                   name, list->count, list->names[0]);
}

static cn_status find(const cn_arrays *list, const char *name, cn_array **array)
{
    CN_CHECK(list != NULL && name != NULL,
             "cn_arrays_get: a list and a name were expected, not NULL");
    for (int64_t i = 0; i < list->count; i++)
        if (strcmp(list->names[i], name) == 0) {
            *array = list->arrays[i];
            return CN_OK;
        }
    return no_such_name(list, name);
}

cn_array *cn_arrays_get(const cn_arrays *arrays, const char *name)
{
    cn_array *array = NULL;
    return find(arrays, name, &array) == CN_OK ? array : NULL;
}

/* ---- Writing ---- */

typedef struct writer {
    const cn_save_npz_args *args;
    zip_t *zip;
    cn_arena arena; /* headers, which must stay until the archive is closed */
} writer;

static cn_status add_member(writer *to, const char *name, const cn_array *array)
{
    char *prefix = cn_arena_allocate(&to->arena, CN_NPY_PREFIX);
    const char *member = cn_arena_format(&to->arena, "%s.npy", name);
    if (prefix == NULL || member == NULL)
        return CN_OUT_OF_MEMORY;
    const zip_buffer_fragment_t parts[2] = {
        {.data = (zip_uint8_t *)prefix, .length = cn_npy_print_prefix(array, prefix)},
        {.data = array->data,
         .length = (zip_uint64_t)cn_shape_size(&array->shape) * cn_dtype_size(array->dtype)}};
    zip_source_t *source =
        zip_source_buffer_fragment(to->zip, parts, parts[1].length > 0 ? 2 : 1, 0);
    zip_int64_t index = source == NULL ? -1
                                       : zip_file_add(to->zip, member, source, ZIP_FL_ENC_UTF_8);
    if (index < 0) {
        zip_source_free(source);
        return cn_fail(CN_INVALID, "%s: member '%s': %s", to->args->path, member,
                       zip_strerror(to->zip));
    }
    const zip_uint16_t first_day = 1 << 5 | 1; /* 1980-01-01 */
    const zip_int32_t method = to->args->compressed ? ZIP_CM_DEFLATE : ZIP_CM_STORE;
    const zip_uint32_t level = 6; /* as NumPy; libzip's own 9 is several times slower */
    (void)zip_file_set_dostime(to->zip, (zip_uint64_t)index, 0, first_day, 0);
    (void)zip_set_file_compression(to->zip, (zip_uint64_t)index, method,
                                   to->args->compressed ? level : 0);
    return CN_OK;
}

static cn_status add_item(writer *to, const char *name, int64_t position, const void *item)
{
    char number[32], who[320];
    if (name == NULL) {
        (void)snprintf(number, sizeof number, "arr_%" PRId64, position);
        name = number;
    }
    const cn_array *array = NULL;
    (void)snprintf(who, sizeof who, "%.256s", name);
    CN_TRY(cn_array_check(item, who, &array));
    return add_member(to, name, array);
}

static cn_status add_all(writer *to)
{
    const cn_items *items = &to->args->arrays;
    CN_CHECK(items->one != NULL || items->list != NULL || items->dict != NULL,
             "%s: arrays were expected, not NULL", to->args->path);
    if (items->dict != NULL) {
        CN_CHECK(items->dict[0].name != NULL, "%s: at least one array was expected",
                 to->args->path);
        for (int64_t i = 0; items->dict[i].name != NULL; i++)
            CN_TRY(add_item(to, items->dict[i].name, i, items->dict[i].item));
        return CN_OK;
    }
    if (items->list == NULL)
        return add_item(to, NULL, 0, items->one);
    CN_CHECK(items->list[0] != CN_END, "%s: at least one array was expected", to->args->path);
    for (int64_t i = 0; items->list[i] != CN_END; i++)
        CN_TRY(add_item(to, NULL, i, items->list[i]));
    return CN_OK;
}

/* Writes the archive to a file that is only ours so far. */
static cn_status write_archive(const cn_save_npz_args *args, const char *temporary)
{
    char message[256];
    int error = 0;
    writer to = {.args = args, .zip = zip_open(temporary, ZIP_CREATE | ZIP_TRUNCATE, &error)};
    if (to.zip == NULL)
        return cn_fail(CN_IO, "%s: could not be written: %s", args->path,
                       zip_message(error, message, sizeof message));
    cn_status status = add_all(&to);
    if (status == CN_OK && zip_close(to.zip) != 0)
        status = cn_fail(CN_IO, "%s: could not be written: %s", args->path, zip_strerror(to.zip));
    else if (status == CN_OK)
        to.zip = NULL;
    if (to.zip != NULL)
        zip_discard(to.zip);
    cn_arena_free(&to.arena);
    return status;
}

static cn_status save(const cn_save_npz_args *args)
{
    cn_file file;
    const char *temporary = NULL;
    CN_TRY(cn_file_begin_by_name(&file, args->path, &temporary));
    cn_status status = write_archive(args, temporary);
    if (status == CN_OK)
        return cn_file_commit(&file);
    cn_file_abort(&file);
    return status;
}

cn_status cn_save_npz_with(const cn_save_npz_args *args)
{
    cn_status status = save(args);
    if (status != CN_OK)
        cn_fail_in("cn_save_npz");
    return status;
}
