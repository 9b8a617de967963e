/* cn_save_weights and cn_load_weights: which file it is. */
#include <string.h>

#include "data/archive.h"
#include "saving/weights.h"

/* ---- saving ---------------------------------------------------------------------------------- */

static cn_status save_h5(const cn_model *model, const char *path)
{
    cn_h5_writer writer = {0};
    cn_status status = cn_write_weights(&writer, model, true);
    if (status == CN_OK)
        status = cn_write_h5_file(&writer, path);
    cn_h5_writer_free(&writer);
    return status;
}

static cn_status save_legacy(const cn_model *model, const char *path)
{
    cn_h5_writer writer = {0};
    struct cn_h5_node *root = NULL;
    cn_status status = cn_h5_put_group(&writer, NULL, "/", &root);
    if (status == CN_OK)
        status = cn_write_legacy_weights(&writer, root, model);
    if (status == CN_OK)
        status = cn_h5_finish(&writer);
    if (status == CN_OK)
        status = cn_write_h5_file(&writer, path);
    cn_h5_writer_free(&writer);
    return status;
}

static cn_status save(const cn_save_weights_args *args)
{
    const char *path = args->path;
    if (cn_ends_with(path, ".weights.json"))
        return cn_save_shards(args->model, path, args->max_shard_size);
    CN_CHECK(args->max_shard_size == 0,
             "max_shard_size is for names that end in .weights.json, got \"%s\"", path);
    if (cn_ends_with(path, ".npz"))
        return cn_save_npz_weights(args->model, path);
    if (cn_ends_with(path, ".weights.h5"))
        return save_h5(args->model, path);
    if (cn_ends_with(path, ".h5") || cn_ends_with(path, ".hdf5"))
        return save_legacy(args->model, path);
    return cn_fail(
        CN_INVALID,
        "weights are kept in files that end in .weights.h5, .weights.json, .h5 or .npz, got \"%s\"",
        path);
}

static cn_status check(const cn_model *model, const char *path, const char *who)
{
    CN_TRY(cn_model_check(model, who));
    CN_CHECK(path != NULL, "%s: the path is NULL", who);
    return cn_layer_is_built(model)
               ? CN_OK
               : cn_fail(CN_STATE, "%s: %s is not built yet", who, model->name);
}

cn_status cn_save_weights_with(const cn_save_weights_args *args)
{
    CN_TRY(check(args->model, args->path, "cn_save_weights"));
    cn_status status = save(args);
    if (status != CN_OK)
        cn_fail_in("cn_save_weights");
    return status;
}

/* ---- loading --------------------------------------------------------------------------------- */

/* Reads from an open file, and changes the weights while it is open. */
static cn_status load_from(cn_weights_reading *reading, cn_h5_file *file)
{
    cn_status status = cn_read_weights_file(reading, file);
    if (status == CN_OK)
        cn_reading_apply(reading);
    else if (status == CN_INVALID)
        cn_fail_in("%s", reading->args->path);
    cn_reading_free(reading);
    return status;
}

static cn_status load_h5(cn_weights_reading *reading)
{
    char *bytes = NULL;
    cn_h5_file *file = NULL;
    CN_TRY(cn_open_h5_file(reading->args->path, &bytes, &file));
    cn_status status = load_from(reading, file);
    cn_h5_close(file);
    cn_release(bytes);
    return status;
}

static cn_status load_archive(cn_weights_reading *reading)
{
    cn_archive archive;
    char *bytes = NULL;
    cn_h5_file *file = NULL;
    CN_TRY(cn_archive_open(&archive, reading->args->path, "a .keras"));
    cn_status status = cn_open_h5_member(&archive, &bytes, &file);
    if (status == CN_OK) {
        status = load_from(reading, file);
        cn_h5_close(file);
        cn_release(bytes);
    }
    cn_archive_close(&archive);
    return status;
}

static cn_status load(cn_weights_reading *reading)
{
    const char *path = reading->args->path;
    if (cn_ends_with(path, ".npz"))
        return cn_load_npz_weights(reading->args);
    if (cn_ends_with(path, ".weights.json"))
        return cn_load_shards(reading);
    if (cn_ends_with(path, ".keras"))
        return load_archive(reading);
    if (cn_ends_with(path, ".h5") || cn_ends_with(path, ".hdf5"))
        return load_h5(reading);
    return cn_fail(
        CN_INVALID,
        "weights are in files that end in .weights.h5, .weights.json, .h5, .keras or .npz, got \"%s\"",
        path);
}

cn_status cn_load_weights_with(const cn_load_weights_args *args)
{
    CN_TRY(check(args->model, args->path, "cn_load_weights"));
    cn_weights_reading reading = {.args = args, .failed_before = cn_failed()};
    cn_status status = load(&reading);
    if (status != CN_OK)
        cn_fail_in("cn_load_weights");
    return status;
}
