/* Comparing records. */
#include "support/json_compare.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/config.h"

/* Keys that may be on one side only: with this value, or any (NULL). */
static const struct {
    const char *key, *value;
} silent[] = {
    {"shared_object_id", NULL},        {"quantization_config", "null"}, {"renorm", "false"},
    {"renorm_clipping", "null"},       {"renorm_momentum", NULL},       {"synchronized", "false"},
    {"zero_output_for_mask", "false"}, {"input_axes", "null"},          {"output_axes", "null"},
    {"sliding_window", "null"},        {"use_gate", "false"},           {"lora_rank", "null"},
};

static bool may_miss(const char *key, const json_t *value)
{
    bool may = false;
    for (size_t i = 0; i < sizeof silent / sizeof silent[0]; i++) {
        if (strcmp(silent[i].key, key) != 0)
            continue;
        json_t *only = silent[i].value == NULL ? NULL
                                               : json_loads(silent[i].value, JSON_DECODE_ANY, NULL);
        may = only == NULL || json_equal(only, value);
        json_decref(only);
    }
    return may;
}

static bool differ(const char *path, const json_t *keras, const json_t *own)
{
    char *left = keras == NULL ? NULL : json_dumps(keras, JSON_ENCODE_ANY);
    char *right = own == NULL ? NULL : json_dumps(own, JSON_ENCODE_ANY);
    fprintf(stderr, "%s\n  Keras: %.300s\n  here:  %.300s\n", path,
            left == NULL ? "(absent)" : left, right == NULL ? "(absent)" : right);
    free(left);
    free(right);
    return false;
}

static bool compare(const char *path, const json_t *keras, const json_t *own);

/* What was said by position is written by name, and one for all as one for each. */
static bool is_by_name(const char *key, const json_t *keras, const json_t *own)
{
    static const char *const keys[] = {"loss", "loss_weights", "metrics", "weighted_metrics"};
    bool found = false;
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++)
        found |= strcmp(keys[i], key) == 0;
    return found && json_is_object(own) && json_object_get(own, "class_name") == NULL &&
           !json_is_object(keras);
}

static bool compare_objects(const char *path, const json_t *keras, const json_t *own)
{
    const char *key;
    json_t *value;
    char inner[1024];
    bool same = true;
    json_object_foreach((json_t *)(uintptr_t)keras, key, value)
    {
        const json_t *other = json_object_get(own, key);
        (void)snprintf(inner, sizeof inner, "%s.%s", path, key);
        if (other == NULL)
            same &= may_miss(key, value) || differ(inner, value, NULL);
        else if (strcmp(key, "jit_compile") != 0 && !is_by_name(key, value, other))
            same &= compare(inner, value, other);
    }
    json_object_foreach((json_t *)(uintptr_t)own, key, value)
    {
        (void)snprintf(inner, sizeof inner, "%s.%s", path, key);
        if (json_object_get(keras, key) == NULL && !may_miss(key, value))
            same = differ(inner, NULL, value);
    }
    return same;
}

static bool compare(const char *path, const json_t *keras, const json_t *own)
{
    char inner[1024];
    bool same = true;
    if (json_is_number(keras) && json_is_number(own))
        return json_equal(keras, own) ||
               (float)cn_json_number(keras) == (float)cn_json_number(own) ||
               differ(path, keras, own);
    if (json_is_string(keras) && json_is_object(own)) /* a data type and its policy */
        own = json_object_get(json_object_get(own, "config"), "name");
    if (json_array_size(keras) == 1 && json_is_integer(own)) /* an axis, once it is built */
        keras = json_array_get(keras, 0);
    if (json_is_object(keras) && json_is_object(own))
        return compare_objects(path, keras, own);
    if (!json_is_array(keras) || !json_is_array(own) ||
        json_array_size(keras) != json_array_size(own))
        return json_equal(keras, own) || differ(path, keras, own);
    for (size_t i = 0; i < json_array_size(keras); i++) {
        const char *name = json_string_value(
            json_object_get(json_object_get(json_array_get(keras, i), "config"), "name"));
        if (name != NULL)
            (void)snprintf(inner, sizeof inner, "%s[%s]", path, name);
        else
            (void)snprintf(inner, sizeof inner, "%s[%d]", path, (int)i);
        same &= compare(inner, json_array_get(keras, i), json_array_get(own, i));
    }
    return same;
}

bool cn_json_compare(const char *name, const json_t *keras, const json_t *own)
{
    return compare(name, keras, own);
}
