/* Layers of two models that differ in their names alone. */
#include "renaming.h"

#include <stdbool.h>
#include <stdlib.h>
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

/* A layer's class, and its config without names; of a model only the class: its layers are compared
 * one by one. */
static char *likeness_of(const json_t *layer)
{
    json_t *config = json_null();
    if (layers_of(layer) == NULL)
        config = json_deep_copy(json_object_get(layer, "config"));
    strip_names(config);
    json_t *both = json_pack("[s,o]", text_of(layer, "class_name"), config);
    char *text = json_dumps(both, JSON_COMPACT | JSON_SORT_KEYS);
    json_decref(both);
    return text;
}

static bool is_same_layer(const json_t *a, const json_t *b)
{
    char *left = likeness_of(a), *right = likeness_of(b);
    const bool same = left != NULL && right != NULL && strcmp(left, right) == 0;
    free(left);
    free(right);
    return same;
}

/* ---- tables of layers ------------------------------------------------------------------------ */

static json_t *by_name(const json_t *layers)
{
    json_t *table = json_object(), *layer;
    size_t i;
    json_array_foreach(layers, i, layer)
    {
        if (json_object_get(table, name_of(layer)) == NULL)
            (void)json_object_set(table, name_of(layer), layer);
    }
    return table;
}

/* {likeness: layers in their order}, of those whose names are not among others. */
static json_t *by_likeness(const json_t *layers, const json_t *others)
{
    json_t *table = json_object(), *layer;
    size_t i;
    json_array_foreach(layers, i, layer)
    {
        if (json_object_get(others, name_of(layer)) != NULL)
            continue;
        char *likeness = likeness_of(layer);
        if (likeness != NULL && json_object_get(table, likeness) == NULL)
            (void)json_object_set_new(table, likeness, json_array());
        (void)json_array_append(json_object_get(table, likeness), layer);
        free(likeness);
    }
    return table;
}

/* The first that is left of those that are like a layer, which is then taken; NULL: there is
 * none. */
static json_t *take_like(json_t *table, const json_t *layer)
{
    char *likeness = likeness_of(layer);
    json_t *alike = json_object_get(table, likeness), *first = json_array_get(alike, 0);
    (void)json_array_remove(alike, 0); /* the model that it is of still has it */
    free(likeness);
    return first;
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
    json_t *named = by_name(a), *others = by_name(b), *unnamed = by_likeness(a, others), *layer;
    size_t i;
    json_array_foreach(b, i, layer)
    {
        json_t *like = json_object_get(named, name_of(layer));
        if (like == NULL && (like = take_like(unnamed, layer)) != NULL) {
            json_t *name = json_object_get(json_object_get(like, "config"), "name");
            (void)json_object_set(names, name_of(layer), name);
            (void)json_object_set(all, name_of(layer), name);
            rename_layer(layer, like);
        } else if (like != NULL && layers_of(layer) == NULL && is_same_layer(like, layer)) {
            rename_layer(layer, like);
        }
        if (like != NULL && layers_of(layer) != NULL)
            rename_inside(like, layer, all);
    }
    json_decref(unnamed);
    json_decref(others);
    json_decref(named);
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
