/* Layers as Keras's records, there and back, and copies of layers. */
#include "layers/layers.h"

#include <stdlib.h>
#include <string.h>

/* Keys of Keras's records that say nothing here, of several versions: with this value only, or with
 * any (NULL). */
static const struct {
    const char *key, *value;
} inert[] = {
    {"activity_regularizer", "null"},
    {"autocast", "true"},
    {"fused", NULL},
    {"gptq_unpacked_column_size", "null"},
    {"has_input_vocabulary", NULL},
    {"input_dtype", NULL},
    {"input_length", NULL},
    {"key_shape", NULL},
    {"lora_alpha", NULL},
    {"lora_rank", "null"},
    {"noise_shape", "null"},
    {"optional", "false"},
    {"quantization_config", "null"},
    {"quantization_mode", "null"},
    {"query_shape", NULL},
    {"ragged", "false"},
    {"renorm", "false"},
    {"renorm_clipping", "null"},
    {"renorm_momentum", NULL},
    {"sparse", "false"},
    {"synchronized", "false"},
    {"time_major", "false"},
    {"use_cudnn", NULL},
    {"use_gate", "false"},
    {"value_shape", NULL},
    {"virtual_batch_size", "null"},
    {"zero_output_for_mask", "false"},
};

/* Takes inert keys out of a config, except those that are arguments of the class. */
static void drop_inert(const cn_class *class, json_t *config)
{
    for (size_t i = 0; i < sizeof inert / sizeof inert[0]; i++) {
        const json_t *given = json_object_get(config, inert[i].key);
        bool own = given == NULL;
        for (const cn_field *field = class->fields; !own && field->name != NULL; field++)
            own = strcmp(field->name, inert[i].key) == 0;
        if (own)
            continue;
        json_t *value = inert[i].value == NULL ? NULL
                                               : json_loads(inert[i].value, JSON_DECODE_ANY, NULL);
        if (value == NULL || json_equal(given, value))
            (void)json_object_del(config, inert[i].key);
        json_decref(value);
    }
}

/* ---- activations ----------------------------------------------------------------------------- */

/* Keras lets a layer stand where an activation is wanted: here it is the activation it applies. */
static void name_activation(json_t *config, const char *key)
{
    static const char *const layers[][2] = {
        {"ReLU", "relu"}, {"LeakyReLU", "leaky_relu"}, {"ELU", "elu"}, {"Softmax", "softmax"}};
    static const char *const common[] = {"name", "trainable", "dtype"};
    json_t *record = json_object_get(config, key);
    const char *name = cn_record_text(record, "class_name");
    for (size_t i = 0; name != NULL && i < sizeof layers / sizeof layers[0]; i++) {
        if (strcmp(layers[i][0], name) != 0)
            continue;
        json_t *own = json_copy(json_object_get(record, "config"));
        for (size_t k = 0; k < sizeof common / sizeof common[0]; k++)
            (void)json_object_del(own, common[k]);
        json_object_set_new(config, key,
                            json_pack("{s:s, s:o}", "class_name", layers[i][1], "config", own));
        return;
    }
}

static void name_activations(const cn_class *class, json_t *config)
{
    for (const cn_field *field = class->fields; field->name != NULL; field++)
        if (field->kind == CN_FIELD_OBJECT && strcmp(field->object, "activation") == 0)
            name_activation(config, field->name);
}

/* A Lambda layer's output_shape may be a function: here the shape comes of the function that
 * computes. */
static void drop_shape_function(json_t *config)
{
    if (json_is_object(json_object_get(config, "output_shape")))
        (void)json_object_del(config, "output_shape");
}

/* ---- reading --------------------------------------------------------------------------------- */

/* Keras 3 writes a data type as a record of a policy, whose name is the type's. */
static cn_status name_dtype(const char *layer, json_t *config)
{
    json_t *dtype = json_object_get(config, "dtype");
    const char *policy = cn_record_text(dtype, "class_name");
    if (!json_is_object(dtype))
        return CN_OK;
    CN_CHECK(policy != NULL && strcmp(policy, "DTypePolicy") == 0,
             "%s: its data type is a %s, which is not known here: only plain types are", layer,
             policy == NULL ? "record without a class" : policy);
    json_object_set(config, "dtype", json_object_get(json_object_get(dtype, "config"), "name"));
    return CN_OK;
}

/* A class that the user registered; NULL: there is none. Keras says "Package>Name" too. */
static const cn_registered_layer *find_registered(const json_t *record)
{
    static const cn_class *const none[] = {NULL};
    static const cn_classes registered = {"layer", none, NULL};
    const char *full = cn_record_text(record, "registered_name");
    const char *name = cn_record_text(record, "class_name");
    cn_arena memory = {0};
    const cn_class *class = full == NULL ? NULL : cn_class_find(&registered, full, &memory);
    if (class == NULL)
        class = cn_class_find(&registered, name, &memory);
    cn_arena_free(&memory);
    return (const cn_registered_layer *)(const void *)class;
}

/* The layer of the user's function, by the name that the record gives it. */
static cn_status make_registered(const cn_registered_layer *class, const json_t *config,
                                 cn_layer **layer)
{
    const char *name = cn_record_text(config, "name");
    char *text = cn_json_text(config, 0);
    CN_CHECK_MEMORY(text);
    *layer = class->make(text, class->data);
    free(text);
    if (*layer == NULL)
        return cn_failed() ? cn_error_status()
                           : cn_fail(CN_INVALID, "%s: the function of its class %s returned NULL",
                                     name == NULL ? "a layer" : name, class->base.name);
    CN_TRY(cn_layer_check(*layer, class->base.name));
    if (name != NULL)
        (*layer)->name = cn_arena_text(cn_session_arena((*layer)->session), name);
    CN_CHECK_MEMORY((*layer)->name);
    if (json_is_false(json_object_get(config, "trainable")))
        cn_set_trainable(*layer, false);
    return CN_OK;
}

/* ---- unknown classes ------------------------------------------------------------------------- */

static bool is_operation_module(const json_t *record)
{
    const char *module = cn_record_text(record, "module");
    return module != NULL && strncmp(module, "keras.src.ops.", strlen("keras.src.ops.")) == 0;
}

static cn_status unknown_layer(const json_t *record, const char *class_name, const char *name)
{
    const char *names[256];
    size_t n = 0;
    for (; cn_layer_classes[n] != NULL && n < 255; n++)
        names[n] = cn_layer_classes[n]->name;
    names[n] = NULL;
    CN_CHECK(!is_operation_module(record), "%s: the operation %s is not known", name, class_name);
    const char *nearest = cn_nearest_name(class_name, names);
    return cn_fail(CN_INVALID,
                   "%s: unknown layer \"%s\"%s%s%s (a class of your own is to be registered with "
                   "cn_register_layer)",
                   name, class_name, nearest == NULL ? "" : ": did you mean \"",
                   nearest == NULL ? "" : nearest, nearest == NULL ? "" : "\"?");
}

/* By the name it is exported under, or, as in old files, by that of Python's class. */
static const cn_layer_class *find_class(const char *name)
{
    for (const cn_class *const *entry = cn_layer_classes; *entry != NULL; entry++) {
        const cn_layer_class *class = (const cn_layer_class *)*entry;
        if (strcmp(class->base.name, name) == 0 ||
            (class->python_name != NULL && strcmp(class->python_name, name) == 0))
            return class;
    }
    return NULL;
}

static cn_status read_plain(const cn_layer_class *class, const char *name, json_t *config,
                            cn_layer **layer)
{
    void *args = NULL;
    CN_TRY(name_dtype(name, config));
    drop_inert(&class->base, config);
    name_activations(&class->base, config);
    if (class == &cn_lambda_layer_class)
        drop_shape_function(config);
    cn_status status = cn_args_parse(&class->base, name, config, NULL,
                                     cn_session_arena(cn_session_current()), &args);
    if (status != CN_OK && strncmp(cn_error(), name, strlen(name)) != 0)
        cn_fail_in("%s", name);
    CN_TRY(status);
    *layer = cn_layer_make(class, args);
    return *layer == NULL ? cn_error_status() : CN_OK;
}

static cn_status read_record(const json_t *record, cn_layer **layer)
{
    const char *class_name = cn_record_text(record, "class_name");
    const json_t *given = json_object_get(record, "config");
    const cn_operation_class *operation = cn_operation_of_record(record);
    CN_CHECK(class_name != NULL && json_is_object(given),
             "a layer's record needs a \"class_name\" and a \"config\"");
    if (cn_is_model_record(record))
        return cn_model_of_json(record, cn_layer_of_json, layer);
    if (operation != NULL)
        return cn_operation_of_json(record, operation, layer);
    const char *name = cn_record_text(given, "name");
    const cn_registered_layer *registered = find_registered(record);
    const cn_layer_class *class = find_class(class_name);
    if (registered != NULL)
        return make_registered(registered, given, layer);
    if (class == NULL)
        return unknown_layer(record, class_name, name == NULL ? class_name : name);
    json_t *config = json_copy((json_t *)(uintptr_t)given);
    CN_CHECK_MEMORY(config);
    cn_status status = read_plain(class, name == NULL ? class_name : name, config, layer);
    json_decref(config);
    return status;
}

cn_status cn_layer_of_json(const json_t *record, cn_layer **layer)
{
    *layer = cn_shared_layer_of(record);
    if (*layer != NULL)
        return CN_OK;
    CN_TRY(read_record(record, layer));
    return cn_share_layer(record, *layer);
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
    if (layer->graph != NULL)
        return cn_model_copy(layer, name, cn_layer_copy, copy);
    const cn_class *class = &layer->class->base;
    cn_arena *arena = cn_session_arena(layer->session);
    char *args = cn_arena_copy(arena, layer->args, class->args_size);
    CN_CHECK_MEMORY(args);
    for (const cn_field *field = class->fields; field->name != NULL; field++) {
        void *member = args + field->offset;
        if (field->kind == CN_FIELD_THING && field->records == &cn_layer_records)
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
