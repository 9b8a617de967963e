/* Layers from Keras's records. */
#include "support/keras_layer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "layers/layers.h"

cn_layer *cn_keras_layer(const json_t *record)
{
    cn_layer *layer = NULL;
    return cn_layer_of_json(record, &layer) == CN_OK ? layer : NULL;
}

/* 1 and 1.0 are the same, in a list too. */
static bool same_numbers(const json_t *ours, const json_t *keras)
{
    const size_t n = json_array_size(ours);
    bool same = n > 0 && n == json_array_size(keras);
    for (size_t i = 0; same && i < n; i++)
        same = json_number_value(json_array_get(ours, i)) ==
                   json_number_value(json_array_get(keras, i)) &&
               json_is_number(json_array_get(ours, i)) && json_is_number(json_array_get(keras, i));
    return same;
}

static bool same_value(const json_t *ours, const json_t *keras)
{
    if (same_numbers(ours, keras))
        return true;
    if (json_is_number(ours) && json_is_number(keras))
        return json_number_value(ours) == json_number_value(keras);
    return json_equal(ours, keras) || (keras == NULL && json_is_null(ours)) ||
           json_is_object(keras) || json_is_string(ours);
}

void cn_keras_compare_config(const cn_layer *layer, const json_t *record, const char *name)
{
    const json_t *config = json_object_get(record, "config");
    json_t *own = cn_args_json(&layer->class->base, layer->args);
    const char *key;
    json_t *value;
    json_object_foreach(own, key, value)
    {
        const json_t *expected = json_object_get(config, key);
        if (same_value(value, expected) ||
            (expected == NULL && strcmp(key, "trainable") == 0)) /* a few leave it out */
            continue;
        char *left = json_dumps(value, JSON_ENCODE_ANY),
             *right = json_dumps(expected, JSON_ENCODE_ANY);
        print_error("%s: %s is %s, Keras has %s\n", name, key, left,
                    right == NULL ? "nothing" : right);
        free(left);
        free(right);
        fail();
    }
    json_decref(own);
}
