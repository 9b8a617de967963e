/* Layers of two models that differ in their names alone. */
#include "renaming.h"

#include <stdbool.h>
#include <string.h>

static const char *text_of(const json_t *record, const char *key)
{
    const char *text = json_string_value(json_object_get(record, key));
    return text == NULL ? "" : text;
}

static const char *name_of(const json_t *layer)
{
    return text_of(json_object_get(layer, "config"), "name");
}

static json_t *layers_of(const json_t *model)
{
    return json_object_get(json_object_get(model, "config"), "layers");
}

static json_t *find(const json_t *layers, const char *name)
{
    for (size_t i = 0; i < json_array_size(layers); i++)
        if (strcmp(name_of(json_array_get(layers, i)), name) == 0)
            return json_array_get(layers, i);
    return NULL;
}

/* ---- equal but for names --------------------------------------------------------------------- */

static void strip_names(json_t *json)
{
    const char *key;
    json_t *value;
    size_t i;
    (void)json_object_del(json, "name");
    (void)json_object_del(json, "shared_object_id");
    (void)json_object_del(json, "build_config");
    json_object_foreach(json, key, value) strip_names(value);
    json_array_foreach(json, i, value) strip_names(value);
}

/* Models inside are compared later, layer by layer. */
static bool is_same_layer(const json_t *a, const json_t *b)
{
    if (strcmp(text_of(a, "class_name"), text_of(b, "class_name")) != 0)
        return false;
    if (layers_of(a) != NULL)
        return layers_of(b) != NULL;
    json_t *left = json_deep_copy(json_object_get(a, "config"));
    json_t *right = json_deep_copy(json_object_get(b, "config"));
    strip_names(left);
    strip_names(right);
    const bool same = left != NULL && json_equal(left, right);
    json_decref(left);
    json_decref(right);
    return same;
}

/* The first of a's layers that b's could be, and that neither b has by its name nor another one of b's is already. */
static const json_t *find_same(const json_t *a, const json_t *b, const json_t *taken,
                               const json_t *layer)
{
    for (size_t i = 0; i < json_array_size(a); i++) {
        const json_t *other = json_array_get(a, i);
        if (find(b, name_of(other)) == NULL && json_object_get(taken, name_of(other)) == NULL &&
            is_same_layer(other, layer))
            return other;
    }
    return NULL;
}

/* ---- renaming -------------------------------------------------------------------------------- */

/* [layer, call, output], wherever it stands in calls, inputs and outputs. */
static void rename_places(json_t *json, const json_t *names)
{
    const char *key, *name = json_string_value(json_array_get(json, 0));
    json_t *value;
    size_t i;
    if (name != NULL && json_array_size(json) == 3 && json_is_integer(json_array_get(json, 1)) &&
        json_object_get(names, name) != NULL)
        (void)json_array_set(json, 0, json_object_get(names, name));
    json_object_foreach(json, key, value) rename_places(value, names);
    json_array_foreach(json, i, value) rename_places(value, names);
}

/* What the layer is called, and, since all else is equal, the names within. */
static void rename_layer(json_t *layer, const json_t *like)
{
    json_t *name = json_object_get(json_object_get(like, "config"), "name");
    if (json_object_get(layer, "name") != NULL)
        (void)json_object_set(layer, "name", name);
    if (layers_of(layer) != NULL)
        (void)json_object_set(json_object_get(layer, "config"), "name", name);
    else
        (void)json_object_set(layer, "config", json_object_get(like, "config"));
}

static void rename_inside(const json_t *a, json_t *b, json_t *all);

static void rename_layers(const json_t *a, json_t *b, json_t *names, json_t *all)
{
    json_t *taken = json_object();
    for (size_t i = 0; i < json_array_size(b); i++) {
        json_t *layer = json_array_get(b, i);
        const json_t *like = find(a, name_of(layer));
        if (like == NULL && (like = find_same(a, b, taken, layer)) != NULL) {
            json_t *name = json_object_get(json_object_get(like, "config"), "name");
            (void)json_object_set(names, name_of(layer), name);
            (void)json_object_set(all, name_of(layer), name);
            (void)json_object_set(taken, name_of(like), name);
            rename_layer(layer, like);
        } else if (like != NULL && layers_of(layer) == NULL && is_same_layer(like, layer)) {
            rename_layer(layer, like);
        }
        if (like != NULL && layers_of(layer) != NULL)
            rename_inside(like, layer, all);
    }
    json_decref(taken);
}

static void rename_inside(const json_t *a, json_t *b, json_t *all)
{
    json_t *names = json_object(), *config = json_object_get(b, "config"), *layers = layers_of(b);
    rename_layers(layers_of(a), layers, names, all);
    for (size_t i = 0; i < json_array_size(layers); i++)
        rename_places(json_object_get(json_array_get(layers, i), "inbound_nodes"), names);
    rename_places(json_object_get(config, "input_layers"), names);
    rename_places(json_object_get(config, "output_layers"), names);
    json_decref(names);
}

json_t *cli_rename_like(const json_t *a, json_t *b)
{
    json_t *all = json_object(), *name = json_object_get(json_object_get(a, "config"), "name");
    if (strcmp(name_of(a), name_of(b)) != 0) {
        (void)json_object_set(all, name_of(b), name);
        (void)json_object_set(json_object_get(b, "config"), "name", name);
    }
    rename_inside(a, b, all);
    return all;
}
