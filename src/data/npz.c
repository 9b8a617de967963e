/* .npz files: zip archives of .npy files. */
#include <inttypes.h>
#include <string.h>

#include "cornu/data.h"
#include "data/archive.h"
#include "data/npy.h"

/* ---- Reading ---- */

/* Bytes of a member's name without ".npy"; 0 if it is something else. */
static size_t name_length(const char *name)
{
    const size_t length = name == NULL ? 0 : strlen(name);
    return length > 4 && strcmp(name + length - 4, ".npy") == 0 ? length - 4 : 0;
}

static cn_status find_member(const cn_archive *from, int64_t index, cn_member *member)
{
    CN_TRY(cn_archive_member(from, index, member));
    if (name_length(member->name) == 0)
        return cn_fail(CN_BAD_FILE, "%s: member '%s' is not called something.npy", from->path,
                       member->name);
    return CN_OK;
}

static cn_status read_npy(void *context, cn_source *source)
{
    return cn_npy_read(source, context);
}

static cn_status read_array(const cn_archive *from, int64_t index, cn_array **array)
{
    cn_member member;
    CN_TRY(find_member(from, index, &member));
    return cn_archive_read(from, &member, read_npy, array);
}

/* Bytes of all names, each with a 0 behind it. */
static cn_status measure_names(const cn_archive *from, int64_t count, size_t *bytes)
{
    *bytes = 0;
    for (int64_t i = 0; i < count; i++) {
        cn_member member;
        CN_TRY(find_member(from, i, &member));
        *bytes += name_length(member.name) + 1;
    }
    return CN_OK;
}

cn_status cn_arrays_create(int64_t count, size_t name_bytes, cn_arrays **made, const char ***names,
                           char **text)
{
    cn_array *storage = NULL;
    CN_TRY(cn_array_create_storage(
        sizeof(cn_arrays) + (size_t)(2 * count + 1) * sizeof(void *) + name_bytes, &storage));
    *made = storage->data;
    *names = (const char **)(void *)(*made + 1);
    cn_array **arrays = (cn_array **)(void *)(*names + count + 1);
    *text = (char *)(arrays + count);
    **made = (cn_arrays){.count = count, .names = *names, .arrays = arrays, .storage_ = storage};
    return CN_OK;
}

/* A list without arrays. */
static cn_status make_list(const cn_archive *from, int64_t count, cn_arrays **made)
{
    const char **names = NULL;
    char *text = NULL;
    size_t bytes = 0;
    CN_TRY(measure_names(from, count, &bytes));
    CN_TRY(cn_arrays_create(count, bytes, made, &names, &text));
    for (int64_t i = 0; i < count; i++) {
        cn_member member = {0};
        (void)cn_archive_member(from, i, &member); /* it was good a moment ago */
        const size_t length = name_length(member.name);
        names[i] = text;
        memcpy(text, member.name == NULL ? "" : member.name, length);
        text += length + 1;
    }
    return CN_OK;
}

static cn_status read_list(const cn_archive *from, cn_arrays **made)
{
    const int64_t count = cn_archive_count(from);
    cn_arrays *list = NULL;
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
    cn_archive archive;
    CN_TRY(cn_archive_open(&archive, path, "an .npz"));
    cn_status status = read_list(&archive, made);
    cn_archive_close(&archive);
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
    cn_archive_writer archive;
    cn_arena arena; /* headers, which must stay until the archive is closed */
} writer;

static cn_status add_member(writer *to, const char *name, const cn_array *array)
{
    cn_bytes parts[2];
    const char *member = cn_arena_format(&to->arena, "%s.npy", name);
    CN_CHECK_MEMORY(member);
    CN_TRY(cn_npy_parts(array, name, &to->arena, parts));
    return cn_archive_add(&to->archive, member, parts, 2, to->args->compressed);
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

static cn_status save(const cn_save_npz_args *args)
{
    writer to = {.args = args};
    CN_TRY(cn_archive_begin(&to.archive, args->path));
    cn_status status = add_all(&to);
    if (status == CN_OK)
        status = cn_archive_commit(&to.archive);
    else
        cn_archive_abort(&to.archive);
    cn_arena_free(&to.arena);
    return status;
}

cn_status cn_save_npz_with(const cn_save_npz_args *args)
{
    cn_status status = save(args);
    if (status != CN_OK)
        cn_fail_in("cn_save_npz");
    return status;
}
