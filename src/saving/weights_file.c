/* HDF5 files on the disk, and which kind of weights one holds. */
#include <string.h>

#include "saving/weights.h"

bool cn_ends_with(const char *path, const char *end)
{
    const size_t length = strlen(path), tail = strlen(end);
    return length >= tail && strcmp(path + length - tail, end) == 0;
}

void cn_fail_in_file(const char *path)
{
    const size_t length = path == NULL ? 0 : strlen(path);
    const char *message = cn_error();
    const bool begins = length > 0 && strncmp(message, path, length) == 0;
    if (length > 0 && !(begins && (message[length] == ':' || message[length] == '/')))
        cn_fail_in("%s", path);
}

cn_status cn_open_h5_file(const char *path, char **bytes, cn_h5_file **file)
{
    size_t size = 0;
    CN_TRY(cn_file_read_all(path, (uint64_t)CN_MOST_H5_GIGABYTES << 30, bytes, &size));
    cn_status status = cn_h5_open(path, *bytes, size, file);
    if (status != CN_OK) {
        cn_release(*bytes);
        *bytes = NULL;
    }
    return status;
}

cn_status cn_begin_h5_file(const cn_h5_writer *writer, const char *path, cn_file *file)
{
    CN_TRY(cn_file_begin(file, path));
    cn_status status = CN_OK;
    for (int64_t i = 0; i < writer->n_parts && status == CN_OK; i++)
        status = cn_file_write(file, writer->parts[i].data, writer->parts[i].bytes);
    if (status != CN_OK)
        cn_file_abort(file);
    return status;
}

cn_status cn_write_h5_file(const cn_h5_writer *writer, const char *path)
{
    cn_file file;
    CN_TRY(cn_begin_h5_file(writer, path, &file));
    return cn_file_commit(&file);
}

static cn_status has_names(cn_h5_object *object, bool *has)
{
    cn_arena arena = {0};
    const char *const *names = NULL;
    int64_t n = 0;
    cn_status status = cn_h5_texts(object, "layer_names", &arena, &names, &n);
    *has = names != NULL;
    cn_arena_free(&arena);
    return status;
}

cn_status cn_read_weights_file(cn_weights_reading *reading, cn_h5_file *file)
{
    cn_h5_object *root = cn_h5_root(file), *whole = NULL;
    bool legacy = false;
    CN_TRY(has_names(root, &legacy));
    if (legacy)
        return cn_read_legacy_weights(reading, root);
    CN_TRY(cn_h5_find(root, "model_weights", &whole));
    if (whole != NULL)
        return cn_read_legacy_weights(reading, whole);
    CN_CHECK(!reading->args->by_name, "by_name is for old .h5 files, in which layers have names");
    return cn_read_weights(reading, &file, 1);
}

cn_status cn_open_h5_member(const cn_archive *archive, char **bytes, cn_h5_file **file)
{
    static const char name[] = "model.weights.h5";
    cn_member member;
    bool found = false;
    CN_TRY(cn_archive_find(archive, name, &member, &found));
    if (!found)
        return cn_fail(CN_BAD_FILE, "%s: has no member '%s'", archive->path, name);
    CN_TRY(cn_archive_read_all(archive, &member, (uint64_t)CN_MOST_H5_GIGABYTES << 30, bytes));
    cn_status status = cn_h5_open(archive->path, *bytes, (size_t)member.bytes, file);
    if (status != CN_OK) {
        cn_release(*bytes);
        *bytes = NULL;
    }
    return status;
}
