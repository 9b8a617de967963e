/* Layers as Keras's records, there and back, and copies of layers. */
#include "layers/layers.h"

#include <string.h>

/* Keys of Keras's records that say nothing here: some are of old versions. */
static const char *const ignored[] = {"quantization_config", "use_cudnn", "time_major", NULL};

json_t *cn_layer_json(const cn_layer *layer)
{
    if (layer->graph != NULL) {
        (void)cn_fail(CN_INVALID, "%s: a model inside a layer has no record yet", layer->name);
        return NULL;
    }
    json_t *record = cn_object_json(&layer->class->base, layer->args);
    json_object_set_new(json_object_get(record, "config"), "name", json_string(layer->name));
    return record;
}

static const cn_layer_class *find_class(const char *name)
{
    for (const cn_class *const *class = cn_layer_classes; *class != NULL; class ++)
        if (strcmp((*class)->name, name) == 0)
            return (const cn_layer_class *)*class;
    return NULL;
}

/* Keras 3 writes a data type as a record of a policy, whose name is the type's. */
static void name_dtype(json_t *config)
{
    json_t *dtype = json_object_get(config, "dtype");
    if (json_is_object(dtype))
        json_object_set(config, "dtype", json_object_get(json_object_get(dtype, "config"), "name"));
}

cn_status cn_layer_of_json(const json_t *record, cn_layer **layer)
{
    const char *name = json_string_value(json_object_get(record, "class_name"));
    const json_t *given = json_object_get(record, "config");
    CN_CHECK(name != NULL && json_is_object(given),
             "a layer's record needs a \"class_name\" and a \"config\"");
    const cn_layer_class *class = find_class(name);
    CN_CHECK(class != NULL, "unknown layer \"%s\"", name);
    void *args = NULL;
    json_t *config = json_copy((json_t *)(uintptr_t)given);
    CN_CHECK_MEMORY(config);
    name_dtype(config);
    cn_status status = cn_args_parse(&class->base, name, config, ignored,
                                     cn_session_arena(cn_session_current()), &args);
    json_decref(config);
    CN_TRY(status);
    *layer = cn_layer_make(class, args);
    return *layer == NULL ? cn_error_status() : CN_OK;
}

static json_t *write_layer(const void *layer)
{
    return cn_layer_json(layer);
}

static cn_status read_layer(const json_t *record, const void **layer)
{
    cn_layer *made = NULL;
    CN_TRY(cn_layer_of_json(record, &made));
    *layer = made;
    return CN_OK;
}

const cn_records cn_layer_records = {write_layer, read_layer};

/* ---- copies ---------------------------------------------------------------------------------- */

static cn_status copy_member(const cn_layer **member)
{
    cn_layer *copy = NULL;
    if (*member == NULL)
        return CN_OK;
    CN_TRY(cn_layer_copy(*member, (*member)->name, &copy));
    *member = copy;
    return CN_OK;
}

static cn_status copy_members(cn_items *items, cn_arena *arena)
{
    int64_t n = 0;
    while (items->list != NULL && items->list[n] != CN_END)
        n++;
    const void **list = cn_arena_allocate(arena, (size_t)(n + 1) * sizeof *list);
    CN_CHECK_MEMORY(list);
    for (int64_t i = 0; i < n; i++) {
        const cn_layer *layer = items->list[i];
        CN_TRY(copy_member(&layer));
        list[i] = layer;
    }
    list[n] = CN_END;
    items->list = list;
    return CN_OK;
}

cn_status cn_layer_copy(const cn_layer *layer, const char *name, cn_layer **copy)
{
    CN_CHECK(layer->graph == NULL, "%s: a model cannot be copied", layer->name);
    const cn_class *class = &layer->class->base;
    cn_arena *arena = cn_session_arena(layer->session);
    char *args = cn_arena_copy(arena, layer->args, class->args_size);
    CN_CHECK_MEMORY(args);
    for (const cn_field *field = class->fields; field->name != NULL; field++) {
        void *member = args + field->offset;
        if (field->kind == CN_FIELD_THING)
            CN_TRY(copy_member(member));
        if (field->kind == CN_FIELD_THINGS)
            CN_TRY(copy_members(member, arena));
    }
    cn_layer_keywords *keywords = (void *)(args + layer->class->keywords);
    keywords->name = name;
    keywords->trainable = layer->trainable;
    *copy = cn_layer_make(layer->class, args);
    return *copy == NULL ? cn_error_status() : CN_OK;
}
