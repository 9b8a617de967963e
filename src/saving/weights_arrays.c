/* cn_load_weight_arrays: what a file of weights holds, as it is named there, without a model. */
#include <string.h>

#include "data/npy.h"
#include "runtime/array.h"
#include "saving/weights.h"

/* More than any model has; they also end a walk through groups that hold each other. */
enum { MOST_ARRAYS = 1 << 16, MOST_GROUPS = 1 << 16, DEEPEST = 32 };

struct found {
    cn_arena names;
    const char **name;
    cn_array **array;
    int64_t n, name_capacity, array_capacity, groups;
    uint64_t bytes_left;
};

/* ---- collecting ------------------------------------------------------------------------------ */

/* What the file could hold, packed as well as deflate can, bounds what its arrays take. */
static cn_status spend(struct found *found, const char *path, const cn_h5_data *data)
{
    const uint64_t bytes = (uint64_t)cn_shape_size(&data->shape) * cn_dtype_size(data->dtype);
    if (bytes > found->bytes_left || found->n >= MOST_ARRAYS)
        return cn_fail(CN_BAD_FILE, "'%.200s' is more than the file can hold", path);
    found->bytes_left -= bytes;
    return CN_OK;
}

static cn_status add_array(struct found *found, cn_h5_object *object, const char *path)
{
    cn_h5_data data;
    cn_array *array = NULL;
    CN_TRY(cn_h5_data_of(object, &data));
    CN_TRY(spend(found, path, &data));
    CN_TRY(cn_grow(&found->name, &found->name_capacity, found->n + 1, sizeof *found->name));
    CN_TRY(cn_grow(&found->array, &found->array_capacity, found->n + 1, sizeof *found->array));
    CN_TRY(cn_array_create(data.dtype, &data.shape, &array));
    found->name[found->n] = path;
    found->array[found->n++] = array;
    return cn_h5_read(&data, array->data);
}

static cn_status walk(struct found *found, cn_h5_object *object, const char *path, int depth)
{
    const char *const *names = NULL;
    int64_t n = 0;
    if (cn_h5_is_dataset(object))
        return add_array(found, object, path);
    if (depth > DEEPEST || ++found->groups > MOST_GROUPS)
        return cn_fail(CN_BAD_FILE, "'%.200s': too many groups", path);
    CN_TRY(cn_h5_members(object, &names, &n));
    for (int64_t i = 0; i < n; i++) {
        cn_h5_object *member = NULL;
        const char *name =
            cn_arena_format(&found->names, "%s%s%s", path, *path == '\0' ? "" : "/", names[i]);
        if (name == NULL)
            return CN_OUT_OF_MEMORY;
        CN_TRY(cn_h5_find(object, names[i], &member));
        if (member != NULL)
            CN_TRY(walk(found, member, name, depth + 1));
    }
    return CN_OK;
}

/* ---- the list -------------------------------------------------------------------------------- */

static cn_status make_list(const struct found *found, cn_arrays **made)
{
    const char **names = NULL;
    char *text = NULL;
    size_t bytes = 0;
    for (int64_t i = 0; i < found->n; i++)
        bytes += strlen(found->name[i]) + 1;
    CN_TRY(cn_arrays_create(found->n, bytes, made, &names, &text));
    cn_array **arrays = (cn_array **)(*made)->arrays;
    for (int64_t i = 0; i < found->n; i++) {
        const size_t length = strlen(found->name[i]) + 1;
        names[i] = memcpy(text, found->name[i], length);
        arrays[i] = found->array[i];
        text += length;
    }
    return CN_OK;
}

/* From one file, or several that together are one. */
static cn_status collect(void *context, cn_h5_file *const *files, int64_t n)
{
    enum { MOST_EXPANSION = 1032, SLACK = 1 << 20 };
    cn_arrays **made = context;
    struct found found = {.bytes_left = SLACK};
    cn_status status = CN_OK;
    for (int64_t i = 0; i < n; i++)
        found.bytes_left += (uint64_t)cn_h5_size(files[i]) * MOST_EXPANSION;
    for (int64_t i = 0; i < n && status == CN_OK; i++)
        status = walk(&found, cn_h5_root(files[i]), "", 0);
    if (status == CN_OK)
        status = make_list(&found, made);
    for (int64_t i = 0; status != CN_OK && i < found.n; i++)
        cn_array_free(found.array[i]);
    cn_release(found.name);
    cn_release(found.array);
    cn_arena_free(&found.names);
    return status;
}

/* ---- which file it is ------------------------------------------------------------------------ */

static cn_status load_h5(const char *path, cn_arrays **made)
{
    char *bytes = NULL;
    cn_h5_file *file = NULL;
    CN_TRY(cn_open_h5_file(path, &bytes, &file));
    const cn_status status = collect(made, &file, 1);
    cn_h5_close(file);
    cn_release(bytes);
    return status;
}

static cn_status load_zip(const char *path, cn_arrays **made)
{
    cn_archive archive;
    cn_member config;
    bool is_model = false;
    char *bytes = NULL;
    cn_h5_file *file = NULL;
    CN_TRY(cn_archive_open(&archive, path, "a .keras or .npz"));
    cn_status status = cn_archive_find(&archive, "config.json", &config, &is_model);
    if (status == CN_OK && is_model)
        status = cn_open_h5_member(&archive, &bytes, &file);
    if (status == CN_OK && is_model)
        status = collect(made, &file, 1);
    cn_h5_close(file);
    cn_release(bytes);
    cn_archive_close(&archive);
    if (status == CN_OK && !is_model)
        *made = cn_load_npz(path);
    return *made != NULL ? CN_OK : cn_error_status();
}

static cn_status load(const char *path, cn_arrays **made)
{
    cn_input_file file;
    char start[2] = "";
    CN_CHECK(path != NULL, "the path is NULL");
    if (cn_ends_with(path, ".weights.json"))
        return cn_open_shards(path, collect, made);
    CN_TRY(cn_file_open(&file, path));
    (void)!fread(start, 1, sizeof start, file.stream);
    cn_file_close(&file);
    return memcmp(start, "PK", sizeof start) == 0 ? load_zip(path, made) : load_h5(path, made);
}

cn_arrays *cn_load_weight_arrays(const char *path)
{
    cn_arrays *made = NULL;
    if (load(path, &made) == CN_OK)
        return made;
    cn_fail_in_file(path);
    cn_fail_in("cn_load_weight_arrays");
    return NULL;
}
