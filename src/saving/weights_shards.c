/* Weights in several files: NAME.weights.json lists NAME_00000.weights.h5, NAME_00001.weights.h5
 * ... */
#include <jansson.h>
#include <math.h>
#include <string.h>

#include "saving/saving.h"
#include "saving/weights.h"

enum { MOST_SHARDS = 10000, MOST_LIST = 64 << 20 };

/* NAME of NAME.weights.json, with its folder. */
static const char *base_of(const char *path, cn_arena *arena)
{
    return cn_arena_format(arena, "%.*s", (int)(strlen(path) - strlen(".weights.json")), path);
}

static const char *file_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash == NULL ? path : slash + 1;
}

/* ---- writing --------------------------------------------------------------------------------- */

struct shards {
    const char *base;
    double most, used, total; /* bytes */
    int64_t n;
    const char *path; /* of the shard that is being filled */
    cn_h5_writer writer;
    cn_file *files; /* written, and without their names until all are */
    int64_t n_files, capacity;
    json_t *map;
    cn_arena arena;
};

static cn_status write_shard(struct shards *shards)
{
    CN_TRY(cn_h5_finish(&shards->writer));
    CN_TRY(cn_grow(&shards->files, &shards->capacity, shards->n_files + 1, sizeof(cn_file)));
    cn_file *file = &shards->files[shards->n_files];
    CN_TRY(cn_begin_h5_file(&shards->writer, shards->path, file));
    shards->n_files++;
    return cn_file_finish(file);
}

static cn_status end_shard(struct shards *shards)
{
    const cn_status status = write_shard(shards);
    cn_h5_writer_free(&shards->writer);
    shards->used = 0;
    return status;
}

static cn_status begin_shard(struct shards *shards)
{
    CN_CHECK(shards->n < MOST_SHARDS, "more than %d files; max_shard_size is too small",
             MOST_SHARDS);
    shards->path =
        cn_arena_format(&shards->arena, "%s_%05d.weights.h5", shards->base, (int)shards->n++);
    return shards->path == NULL ? CN_OUT_OF_MEMORY : CN_OK;
}

/* Says in which file a group's variables are: one name, or a list. */
static cn_status note(struct shards *shards, const cn_saved_group *group)
{
    const char *key =
        cn_arena_format(&shards->arena, "%s%s/vars", *group->path == '\0' ? "" : "/", group->path);
    if (key == NULL)
        return CN_OUT_OF_MEMORY;
    const char *name = file_name(shards->path);
    json_t *value = json_object_get(shards->map, key);
    int failed = 0;
    if (value == NULL)
        failed = json_object_set_new(shards->map, key, json_string(name));
    else if (json_is_string(value) && strcmp(json_string_value(value), name) != 0)
        failed = json_object_set_new(shards->map, key, json_pack("[O, s]", value, name));
    else if (json_is_array(value) &&
             strcmp(json_string_value(json_array_get(value, json_array_size(value) - 1)), name) !=
                 0)
        failed = json_array_append_new(value, json_string(name));
    return failed != 0 ? cn_fail(CN_OUT_OF_MEMORY, "out of memory") : CN_OK;
}

static cn_status write_group(struct shards *shards, const cn_saved_group *group)
{
    struct cn_h5_node *vars = NULL;
    CN_TRY(cn_write_vars(&shards->writer, group, &vars));
    CN_TRY(cn_write_idf_weights(&shards->writer, group, vars));
    for (int64_t i = 0; i < group->n; i++) {
        const double bytes = (double)cn_variable_bytes(group->variables[i]);
        CN_CHECK(bytes <= shards->most, "%s has %.0f bytes, more than max_shard_size",
                 group->variables[i]->name, bytes);
        if (shards->used + bytes > shards->most) {
            CN_TRY(end_shard(shards));
            CN_TRY(begin_shard(shards));
            CN_TRY(cn_write_vars(&shards->writer, group, &vars));
        }
        CN_TRY(cn_write_variable(&shards->writer, vars, i, group->variables[i]));
        CN_TRY(note(shards, group));
        shards->used += bytes;
        shards->total += bytes;
    }
    return CN_OK;
}

static cn_status write_shards(struct shards *shards, const cn_model *model)
{
    cn_saved_groups groups = {0};
    cn_saved_group *optimizer = NULL;
    CN_TRY(cn_list_groups(model, "layers", &shards->arena, &groups));
    CN_TRY(cn_saved_optimizer(model, false, &shards->arena, &optimizer));
    CN_TRY(begin_shard(shards));
    for (int64_t i = 0; i < groups.n; i++)
        CN_TRY(write_group(shards, &groups.list[i]));
    if (optimizer != NULL)
        CN_TRY(write_group(shards, optimizer));
    return end_shard(shards);
}

static cn_status write_list(const struct shards *shards, cn_file *file, const char *path)
{
    json_t *list = json_pack("{s:{s:f}, s:O}", "metadata", "total_size", shards->total,
                             "weight_map", shards->map);
    char *text = list == NULL ? NULL : cn_json_text(list, JSON_INDENT(4));
    json_decref(list);
    if (text == NULL)
        return cn_fail(CN_OUT_OF_MEMORY, "out of memory");
    cn_status status = cn_file_begin(file, path);
    if (status == CN_OK)
        status = cn_file_write(file, text, strlen(text));
    free(text);
    return status;
}

/* All are written before the first gets its name: old weights are not mixed with new ones. */
static cn_status save(struct shards *shards, const cn_model *model, cn_file *list, const char *path)
{
    CN_TRY(write_shards(shards, model));
    CN_TRY(write_list(shards, list, path));
    CN_TRY(cn_file_finish(list));
    for (int64_t i = 0; i < shards->n_files; i++)
        CN_TRY(cn_file_commit(&shards->files[i]));
    return cn_file_commit(list);
}

cn_status cn_save_shards(const cn_model *model, const char *path, double gigabytes)
{
    cn_file list = {0};
    struct shards shards = {.most = gigabytes > 0 ? gigabytes * 1e9 : INFINITY,
                            .map = json_object()};
    CN_CHECK(gigabytes >= 0, "max_shard_size must be positive, got %g", gigabytes);
    shards.base = base_of(path, &shards.arena);
    cn_status status = shards.base == NULL || shards.map == NULL
                           ? CN_OUT_OF_MEMORY
                           : save(&shards, model, &list, path);
    for (int64_t i = 0; i < shards.n_files; i++)
        cn_file_abort(&shards.files[i]);
    cn_file_abort(&list);
    cn_release(shards.files);
    cn_h5_writer_free(&shards.writer);
    json_decref(shards.map);
    cn_arena_free(&shards.arena);
    return status;
}

/* ---- reading --------------------------------------------------------------------------------- */

struct opened {
    const char *path; /* of the list */
    cn_arena arena;
    const char **names;
    char **bytes;
    cn_h5_file **files;
    int64_t n, names_capacity, bytes_capacity, files_capacity;
};

/* A shard stands beside its list. */
static cn_status open_shard(struct opened *opened, const char *name)
{
    const int64_t n = opened->n;
    for (int64_t i = 0; i < n; i++)
        if (strcmp(opened->names[i], name) == 0)
            return CN_OK;
    if (*name == '\0' || *name == '.' || strchr(name, '/') != NULL || n >= MOST_SHARDS)
        return cn_fail(CN_BAD_FILE, "%s: '%.200s' is not the name of a file beside it",
                       opened->path, name);
    CN_TRY(cn_grow(&opened->names, &opened->names_capacity, n + 1, sizeof *opened->names));
    CN_TRY(cn_grow(&opened->bytes, &opened->bytes_capacity, n + 1, sizeof *opened->bytes));
    CN_TRY(cn_grow(&opened->files, &opened->files_capacity, n + 1, sizeof *opened->files));
    opened->names[n] = cn_arena_text(&opened->arena, name);
    const char *path = cn_arena_format(&opened->arena, "%.*s%s",
                                       (int)(file_name(opened->path) - opened->path), opened->path,
                                       name);
    if (opened->names[n] == NULL || path == NULL)
        return CN_OUT_OF_MEMORY;
    CN_TRY(cn_open_h5_file(path, &opened->bytes[n], &opened->files[n]));
    opened->n++;
    return CN_OK;
}

static cn_status open_value(struct opened *opened, const json_t *value)
{
    if (json_is_string(value))
        return open_shard(opened, json_string_value(value));
    if (!json_is_array(value))
        return cn_fail(CN_BAD_FILE, "%s: weight_map has neither a name nor a list of names",
                       opened->path);
    for (size_t i = 0; i < json_array_size(value); i++) {
        const char *name = json_string_value(json_array_get(value, i));
        if (name == NULL)
            return cn_fail(CN_BAD_FILE, "%s: weight_map has a list with something else than names",
                           opened->path);
        CN_TRY(open_shard(opened, name));
    }
    return CN_OK;
}

static cn_status open_all(struct opened *opened, json_t *list)
{
    json_t *map = json_object_get(list, "weight_map"), *value;
    const char *key;
    if (!json_is_object(map))
        return cn_fail(CN_BAD_FILE, "%s: has no weight_map", opened->path);
    json_object_foreach(map, key, value) CN_TRY(open_value(opened, value));
    return opened->n > 0 ? CN_OK : cn_fail(CN_BAD_FILE, "%s: weight_map is empty", opened->path);
}

static cn_status read_list(const char *path, json_t **list)
{
    char *text = NULL;
    size_t bytes = 0;
    CN_TRY(cn_file_read_all(path, MOST_LIST, &text, &bytes));
    *list = cn_json_parse(text, bytes, path);
    cn_release(text);
    return *list != NULL ? CN_OK : CN_BAD_FILE;
}

static cn_status use_shards(struct opened *opened, json_t *list, cn_shards_user *use, void *context)
{
    CN_TRY(open_all(opened, list));
    return use(context, opened->files, opened->n);
}

cn_status cn_open_shards(const char *path, cn_shards_user *use, void *context)
{
    struct opened opened = {.path = path};
    json_t *list = NULL;
    CN_TRY(read_list(path, &list));
    cn_status status = use_shards(&opened, list, use, context);
    json_decref(list);
    for (int64_t i = 0; i < opened.n; i++) {
        cn_h5_close(opened.files[i]);
        cn_release(opened.bytes[i]);
    }
    cn_release(opened.names);
    cn_release(opened.bytes);
    cn_release(opened.files);
    cn_arena_free(&opened.arena);
    return status;
}

static cn_status read_shards(void *context, cn_h5_file *const *files, int64_t n)
{
    cn_weights_reading *reading = context;
    cn_status status = cn_read_weights(reading, files, n);
    if (status == CN_OK)
        cn_reading_apply(reading);
    else if (status == CN_INVALID)
        cn_fail_in("%s", reading->args->path);
    cn_reading_free(reading);
    return status;
}

cn_status cn_load_shards(cn_weights_reading *reading)
{
    CN_CHECK(!reading->args->by_name, "by_name is for old .h5 files, in which layers have names");
    return cn_open_shards(reading->args->path, read_shards, reading);
}
