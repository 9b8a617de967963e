/* cn_load_model: from a .keras, a folder with the same files, or an older .h5. */
#include <string.h>
#include <sys/stat.h>

#include "saving/saving.h"
#include "saving/weights.h"

enum { MOST_CONFIG = 256 << 20 };

/* What one load was told, and how the weights are read into the model once it is there. */
struct loading {
    const cn_load_model_args *args;
    cn_model *model;
    cn_load_weights_args weights;
    cn_weights_reading reading;
};

static cn_status begin_reading(struct loading *loading)
{
    loading->weights = (cn_load_weights_args){.model = loading->model,
                                              .path = loading->args->path,
                                              .warn = loading->args->warn,
                                              .context = loading->args->context};
    loading->reading =
        (cn_weights_reading){.args = &loading->weights, .failed_before = cn_failed()};
    return CN_OK;
}

static cn_status end_reading(struct loading *loading, cn_status status)
{
    if (status == CN_OK)
        cn_reading_apply(&loading->reading);
    cn_reading_free(&loading->reading);
    return status;
}

/* ---- .keras ---------------------------------------------------------------------------------- */

/* The model that a config.json describes, compiled if wanted. archive: where its assets are; NULL:
 * in the folder. */
static cn_status make_model(struct loading *loading, const cn_archive *archive, const char *text,
                            size_t length)
{
    json_t *record = cn_json_parse(text, length, "config.json");
    if (record == NULL)
        return cn_error_status();
    cn_status status = cn_take_assets(archive, loading->args->path, record);
    if (status == CN_OK)
        status = cn_model_of_record(record, NULL, &loading->model);
    if (status == CN_OK && loading->args->compile)
        status = cn_compile_of_model(loading->model, record, NULL);
    json_decref(record);
    return status;
}

static cn_status read_weights(struct loading *loading, cn_h5_file *file)
{
    CN_TRY(begin_reading(loading));
    return end_reading(loading, cn_read_weights_file(&loading->reading, file));
}

static cn_status load_archive(struct loading *loading, const cn_archive *archive)
{
    cn_member config;
    bool found = false;
    char *bytes = NULL;
    cn_h5_file *file = NULL;
    CN_TRY(cn_archive_find(archive, "config.json", &config, &found));
    if (!found)
        return cn_fail(CN_BAD_FILE, "has no member 'config.json'");
    CN_TRY(cn_archive_read_all(archive, &config, MOST_CONFIG, &bytes));
    cn_status status = make_model(loading, archive, bytes, (size_t)config.bytes);
    cn_release(bytes);
    CN_TRY(status);
    if (!cn_layer_is_built(loading->model))
        return CN_OK; /* it had no weights */
    CN_TRY(cn_open_h5_member(archive, &bytes, &file));
    status = read_weights(loading, file);
    cn_h5_close(file);
    cn_release(bytes);
    return status;
}

static cn_status load_keras(struct loading *loading)
{
    cn_archive archive;
    CN_TRY(cn_archive_open(&archive, loading->args->path, "a .keras"));
    cn_status status = load_archive(loading, &archive);
    cn_archive_close(&archive);
    return status;
}

/* ---- a folder -------------------------------------------------------------------------------- */

static cn_status load_folder_from(struct loading *loading, cn_arena *arena)
{
    const char *config = cn_arena_format(arena, "%s/config.json", loading->args->path),
               *weights = cn_arena_format(arena, "%s/model.weights.h5", loading->args->path);
    char *bytes = NULL;
    size_t size = 0;
    cn_h5_file *file = NULL;
    if (config == NULL || weights == NULL)
        return CN_OUT_OF_MEMORY;
    CN_TRY(cn_file_read_all(config, MOST_CONFIG, &bytes, &size));
    cn_status status = make_model(loading, NULL, bytes, size);
    cn_release(bytes);
    CN_TRY(status);
    if (!cn_layer_is_built(loading->model))
        return CN_OK;
    CN_TRY(cn_open_h5_file(weights, &bytes, &file));
    status = read_weights(loading, file);
    cn_h5_close(file);
    cn_release(bytes);
    return status;
}

static cn_status load_folder(struct loading *loading)
{
    cn_arena arena = {0};
    cn_status status = load_folder_from(loading, &arena);
    cn_arena_free(&arena);
    return status;
}

/* ---- .h5 ------------------------------------------------------------------------------------- */

/* An attribute of the root as JSON; NULL if there is none. */
static cn_status read_json(cn_h5_object *root, const char *name, cn_arena *arena, json_t **json)
{
    const char *text = NULL;
    *json = NULL;
    CN_TRY(cn_h5_text(root, name, arena, &text));
    if (text == NULL)
        return CN_OK;
    *json = cn_json_parse(text, strlen(text), name);
    return *json == NULL ? cn_error_status() : CN_OK;
}

static cn_status read_model(struct loading *loading, cn_h5_object *root, const char *version,
                            cn_arena *arena)
{
    json_t *config = NULL;
    CN_TRY(read_json(root, "model_config", arena, &config));
    if (config == NULL)
        return cn_fail(
            CN_BAD_FILE,
            "has no attribute 'model_config': if it has weights alone, use cn_load_weights on a "
            "model that is drawn");
    cn_status status = cn_model_of_record(config, version, &loading->model);
    json_decref(config);
    return status;
}

static cn_status read_training(struct loading *loading, cn_h5_object *root, const char *version,
                               cn_arena *arena)
{
    json_t *config = NULL;
    CN_TRY(read_json(root, "training_config", arena, &config));
    cn_status status = config == NULL ? CN_OK
                                      : cn_compile_of_record(loading->model, config, version);
    json_decref(config);
    return status == CN_OK ? cn_read_legacy_optimizer(&loading->reading, root) : status;
}

static cn_status read_all(struct loading *loading, cn_h5_object *root, cn_arena *arena)
{
    const char *version = NULL;
    cn_h5_object *weights = NULL;
    CN_TRY(cn_h5_text(root, "keras_version", arena, &version));
    CN_TRY(read_model(loading, root, version, arena));
    CN_TRY(begin_reading(loading));
    CN_TRY(cn_h5_find(root, "model_weights", &weights));
    if (weights == NULL)
        return cn_fail(CN_BAD_FILE, "has no group 'model_weights'");
    cn_status status = cn_layer_is_built(loading->model)
                           ? cn_read_legacy_weights(&loading->reading, weights)
                           : CN_OK;
    if (status == CN_OK && loading->args->compile)
        status = read_training(loading, root, version, arena);
    return end_reading(loading, status);
}

static cn_status load_h5(struct loading *loading)
{
    cn_arena arena = {0};
    char *bytes = NULL;
    cn_h5_file *file = NULL;
    CN_TRY(cn_open_h5_file(loading->args->path, &bytes, &file));
    cn_status status = read_all(loading, cn_h5_root(file), &arena);
    cn_h5_close(file);
    cn_release(bytes);
    cn_arena_free(&arena);
    return status;
}

/* ---- how large it can be --------------------------------------------------------------------- */

/* A description of a few bytes must not make a model that fills the memory: its weights are in the
 * file too, packed by deflate at best. */
static uint64_t most_weights(const char *path)
{
    enum { MOST_EXPANSION = 1032, SLACK = 64 << 20 };
    struct stat about;
    const bool known = stat(path, &about) == 0 && S_ISREG(about.st_mode);
    return known ? (uint64_t)about.st_size * MOST_EXPANSION + SLACK : UINT64_MAX;
}

/* ---- which it is ----------------------------------------------------------------------------- */

static cn_status choose(struct loading *loading)
{
    const char *path = loading->args->path;
    cn_input_file file;
    struct stat about;
    char start[4] = "";
    if (stat(path, &about) == 0 && S_ISDIR(about.st_mode))
        return load_folder(loading);
    CN_TRY(cn_file_open(&file, path));
    const size_t n = fread(start, 1, sizeof start, file.stream);
    cn_file_close(&file);
    if (n == 0)
        return cn_fail(CN_BAD_FILE, "is empty: a .keras or an .h5 file was expected");
    if (memcmp(start, "PK", 2) == 0)
        return load_keras(loading);
    if (memcmp(start, "\x89HDF", 4) == 0)
        return load_h5(loading);
    return cn_fail(CN_BAD_FILE, "is neither a .keras nor an .h5 file");
}

static cn_status load(struct loading *loading)
{
    cn_session *session = cn_session_current();
    CN_CHECK(loading->args->path != NULL, "the path is NULL");
    if (session == NULL)
        return CN_OUT_OF_MEMORY;
    cn_session_limit_weights(session, most_weights(loading->args->path));
    cn_status status = choose(loading);
    cn_session_limit_weights(session, UINT64_MAX);
    return status;
}

cn_model *cn_load_model_with(const cn_load_model_args *args)
{
    struct loading loading = {.args = args};
    if (load(&loading) == CN_OK)
        return loading.model;
    cn_fail_in_file(args->path);
    cn_fail_in("cn_load_model");
    return NULL;
}
