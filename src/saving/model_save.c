/* Whole models in files: .keras, a zip of JSON and weights, and the older .h5. */
#include <stdlib.h>
#include <string.h>

#include "saving/saving.h"
#include "saving/weights.h"

static cn_status no_memory(void)
{
    return cn_fail(CN_OUT_OF_MEMORY, "out of memory");
}

/* ---- .keras ---------------------------------------------------------------------------------- */

/* The members, in Keras's order. There is no date among them, so that the same model makes the same
 * file. */
static cn_status add_members(cn_archive_writer *archive, const char *config,
                             const cn_h5_writer *weights)
{
    static const char metadata[] = "{\"keras_version\": \"" CN_SAVED_VERSION "\"}";
    cn_bytes *parts = cn_allocate((size_t)weights->n_parts * sizeof *parts);
    if (parts == NULL)
        return CN_OUT_OF_MEMORY;
    for (int64_t i = 0; i < weights->n_parts; i++)
        parts[i] = (cn_bytes){weights->parts[i].data, weights->parts[i].bytes};
    cn_status status =
        cn_archive_add(archive, "metadata.json", &(cn_bytes){metadata, strlen(metadata)}, 1, false);
    if (status == CN_OK)
        status =
            cn_archive_add(archive, "config.json", &(cn_bytes){config, strlen(config)}, 1, false);
    if (status == CN_OK)
        status = cn_archive_add(archive, "model.weights.h5", parts, weights->n_parts, false);
    cn_release(parts);
    return status;
}

static cn_status write_archive(const char *path, const char *config, const cn_h5_writer *weights)
{
    cn_archive_writer archive;
    CN_TRY(cn_archive_begin(&archive, path));
    cn_status status = add_members(&archive, config, weights);
    if (status == CN_OK)
        return cn_archive_commit(&archive);
    cn_archive_abort(&archive);
    return status;
}

static cn_status save_keras(const cn_save_args *args)
{
    cn_h5_writer weights = {0};
    json_t *record = cn_model_record(args->model, args->include_optimizer);
    if (record == NULL)
        return cn_error_status();
    char *config = cn_json_text(record, JSON_ENSURE_ASCII);
    json_decref(record);
    cn_status status = config == NULL
                           ? no_memory()
                           : cn_write_weights(&weights, args->model, args->include_optimizer);
    if (status == CN_OK)
        status = write_archive(args->path, config, &weights);
    cn_h5_writer_free(&weights);
    free(config);
    return status;
}

/* ---- .h5 ------------------------------------------------------------------------------------- */

static cn_status put_json(cn_h5_writer *writer, struct cn_h5_node *root, const char *name,
                          json_t *json)
{
    char *text = json == NULL ? NULL : cn_json_text(json, JSON_ENSURE_ASCII);
    json_decref(json);
    if (text == NULL)
        return no_memory();
    cn_status status = cn_h5_put_text(writer, root, name, text, false);
    free(text);
    return status;
}

/* A compile_config in the words of old files: the optimizer's record is class_name and config. */
static json_t *training_config(const json_t *compile_config)
{
    json_t *config = json_copy((json_t *)(uintptr_t)compile_config),
           *optimizer = json_object_get(config, "optimizer");
    json_t *pair = json_pack("{s:O?, s:O?}", "class_name", json_object_get(optimizer, "class_name"),
                             "config", json_object_get(optimizer, "config"));
    if (json_object_set_new(config, "optimizer_config", pair) != 0 ||
        json_object_del(config, "optimizer") != 0) {
        json_decref(config);
        return NULL;
    }
    return config;
}

static cn_status put_configs(cn_h5_writer *writer, struct cn_h5_node *root, const json_t *record,
                             bool compile)
{
    const json_t *compiled = json_object_get(record, "compile_config");
    CN_TRY(cn_h5_put_text(writer, root, "keras_version", CN_SAVED_VERSION, false));
    CN_TRY(cn_h5_put_text(writer, root, "backend", CN_SAVED_BACKEND, false));
    CN_TRY(put_json(writer, root, "model_config",
                    json_pack("{s:O, s:O}", "class_name", json_object_get(record, "class_name"),
                              "config", json_object_get(record, "config"))));
    if (!compile || json_object_get(compiled, "optimizer") == NULL)
        return CN_OK;
    return put_json(writer, root, "training_config", training_config(compiled));
}

static cn_status put_all(cn_h5_writer *writer, const cn_save_args *args, const json_t *record)
{
    struct cn_h5_node *root = NULL, *weights = NULL;
    CN_TRY(cn_h5_put_group(writer, NULL, "/", &root));
    CN_TRY(put_configs(writer, root, record, args->include_optimizer));
    CN_TRY(cn_h5_put_group(writer, NULL, "model_weights", &weights));
    CN_TRY(cn_write_legacy_weights(writer, weights, args->model));
    if (args->include_optimizer)
        CN_TRY(cn_write_legacy_optimizer(writer, args->model));
    return cn_h5_finish(writer);
}

static cn_status save_h5(const cn_save_args *args)
{
    cn_h5_writer writer = {0};
    json_t *record = cn_model_record(args->model, args->include_optimizer);
    if (record == NULL)
        return cn_error_status();
    cn_status status = put_all(&writer, args, record);
    if (status == CN_OK)
        status = cn_write_h5_file(&writer, args->path);
    cn_h5_writer_free(&writer);
    json_decref(record);
    return status;
}

static cn_status save(const cn_save_args *args)
{
    CN_CHECK(args->path != NULL, "the path is NULL");
    if (cn_ends_with(args->path, ".keras"))
        return save_keras(args);
    CN_CHECK(!cn_ends_with(args->path, ".weights.h5"),
             "\"%s\" is for weights alone: use cn_save_weights", args->path);
    if (cn_ends_with(args->path, ".h5") || cn_ends_with(args->path, ".hdf5"))
        return save_h5(args);
    return cn_fail(CN_INVALID, "models are kept in files that end in .keras or .h5, got \"%s\"",
                   args->path);
}

cn_status cn_save_with(const cn_save_args *args)
{
    CN_TRY(cn_model_check(args->model, "cn_save"));
    cn_status status = save(args);
    if (status != CN_OK)
        cn_fail_in("cn_save");
    return status;
}
