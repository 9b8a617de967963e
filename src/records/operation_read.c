/* Reading operations: the node of an op of keras.ops, by its class. */
#include <string.h>

#include "records/records.h"

/* Add and Multiply are layers too: the module tells, or, where files have none, that an operation's
 * config has nothing of a layer's. */
const cn_operation_class *cn_operation_of_record(const json_t *record)
{
    static const char *const modules[] = {"keras.src.ops.", "keras.src.activations.", "keras.ops"};
    const char *class = cn_record_text(record, "class_name");
    const char *module = cn_record_text(record, "module");
    const json_t *config = json_object_get(record, "config");
    bool is_operation = module == NULL && json_object_get(config, "trainable") == NULL &&
                        json_object_get(config, "dtype") == NULL;
    for (size_t i = 0; module != NULL && i < sizeof modules / sizeof modules[0]; i++)
        is_operation |= strncmp(module, modules[i], strlen(modules[i])) == 0;
    return class == NULL || !is_operation ? NULL : cn_operation_find(class);
}

/* Takes out the keys of which only one value is known here. */
static cn_status take_rest(const cn_operation_class *class, const char *name, json_t *config)
{
    json_t *rest = class->rest == NULL ? NULL : json_loads(class->rest, 0, NULL);
    const char *key;
    json_t *only;
    cn_status status = CN_OK;
    json_object_foreach(rest, key, only)
    {
        const json_t *given = json_object_get(config, key);
        const bool any = class->ignored != NULL && strcmp(class->ignored, key) == 0;
        if (status == CN_OK && !any && given != NULL && !json_equal(given, only)) {
            char *text = cn_json_text(only, JSON_ENCODE_ANY);
            status = cn_fail(CN_INVALID, "%s: %s must be %s", name, key, text == NULL ? "" : text);
            free(text);
        }
        (void)json_object_del(config, key);
    }
    json_decref(rest);
    return status;
}

static cn_status read_args(const cn_operation_class *class, const char *name, json_t *config,
                           cn_operation_args **args)
{
    void *parsed = NULL;
    CN_TRY(take_rest(class, name, config));
    (void)json_object_del(config, "name");
    CN_TRY(cn_args_parse(&class->layer.base, name, config, NULL,
                         cn_session_arena(cn_session_current()), &parsed));
    *args = parsed;
    return CN_OK;
}

cn_status cn_operation_of_json(const json_t *record, const cn_operation_class *class,
                               cn_layer **layer)
{
    const char *name = cn_record_text(record, "name");
    const json_t *given = json_object_get(record, "config");
    cn_operation_args *args = NULL;
    if (name == NULL)
        name = cn_record_text(given, "name");
    CN_CHECK(name != NULL && json_is_object(given),
             "an operation needs a \"config\" with a \"name\"");
    json_t *config = json_copy((json_t *)(uintptr_t)given);
    CN_CHECK_MEMORY(config);
    cn_status status = read_args(class, name, config, &args);
    json_decref(config);
    CN_TRY(status);
    args->keywords.name = name;
    *layer = cn_layer_make(&class->layer, args);
    return *layer == NULL ? cn_error_status() : CN_OK;
}
