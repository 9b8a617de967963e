/* Models of Keras 2 as Keras 3 would have written them: names, forms and defaults that have
 * changed. All that this library knows about old files of models is here; the rest reads Keras 3
 * alone. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "saving/saving.h"

/* ---- which Keras ----------------------------------------------------------------------------- */

static cn_keras_kind kind_of_version(const char *version)
{
    if (version[0] >= '3' && version[0] <= '9')
        return CN_KERAS_3;
    const bool minor_4 = strncmp(version, "2.", 2) == 0 && strtol(version + 2, NULL, 10) >= 4;
    return strstr(version, "-tf") != NULL || minor_4 ? CN_TF_KERAS : CN_KERAS_2;
}

/* Whether a layer's record has what only Keras 2 wrote. */
static bool looks_old(const json_t *record)
{
    const json_t *config = json_object_get(record, "config");
    const json_t *node = json_array_get(json_object_get(record, "inbound_nodes"), 0);
    return json_object_get(config, "batch_input_shape") != NULL || json_is_array(node);
}

cn_keras_kind cn_keras_kind_of(const json_t *record, const char *keras_version)
{
    const char *version = cn_record_text(record, "keras_version");
    const json_t *config = json_object_get(record, "config");
    const json_t *optimizer = json_object_get(record, "optimizer_config");
    const json_t *layers = json_is_array(config) ? config : json_object_get(config, "layers");
    if (keras_version != NULL || version != NULL)
        return kind_of_version(keras_version != NULL ? keras_version : version);
    bool old = json_is_array(config) ||
               json_object_get(json_object_get(optimizer, "config"), "lr") != NULL;
    for (size_t i = 0; i < json_array_size(layers); i++)
        old |= looks_old(json_array_get(layers, i));
    return old ? CN_KERAS_2 : CN_KERAS_3;
}

/* ---- plain values ---------------------------------------------------------------------------- */

static bool is_text(const json_t *json, const char *text)
{
    return json_is_string(json) && strcmp(json_string_value(json), text) == 0;
}

/* Tuples and shapes that are marked as such are lists. */
static json_t *unmark(json_t *json)
{
    const char *key;
    json_t *value;
    size_t i;
    json_t *items = json_object_get(json, "items");
    const json_t *class = json_object_get(json, "class_name");
    if (items != NULL && (is_text(class, "__tuple__") || is_text(class, "TensorShape")))
        return unmark(items);
    json_object_foreach(json, key, value)
    {
        json_t *plain = unmark(value);
        if (plain != value)
            (void)json_object_set(json, key, plain);
    }
    json_array_foreach(json, i, value)
    {
        json_t *plain = unmark(value);
        if (plain != value)
            (void)json_array_set(json, i, plain);
    }
    return json;
}

static void rename_key(json_t *config, const char *from, const char *to)
{
    json_t *value = json_object_get(config, from);
    if (value == NULL)
        return;
    if (json_object_get(config, to) == NULL)
        (void)json_object_set(config, to, value);
    (void)json_object_del(config, from);
}

static void set_default(json_t *config, const char *key, json_t *value)
{
    if (json_object_get(config, key) == NULL)
        (void)json_object_set_new(config, key, value);
    else
        json_decref(value);
}

/* ---- layers ---------------------------------------------------------------------------------- */

static void translate_layer(json_t *record, cn_keras_kind kind);

/* What Keras 2 called hard_sigmoid is another function. A layer may stand for an activation. */
static void translate_activation(json_t *config, const char *key)
{
    if (is_text(json_object_get(json_object_get(config, key), "class_name"), "LeakyReLU"))
        rename_key(json_object_get(json_object_get(config, key), "config"), "alpha",
                   "negative_slope");
    if (is_text(json_object_get(config, key), "hard_sigmoid"))
        (void)json_object_set_new(config, key, json_string("hard_sigmoid_keras2"));
}

/* Classes that have gone, as those that do the same. */
static void rename_class(json_t *record, json_t *config)
{
    static const char *const renamed[][2] = {
        {"Model", "Functional"},
        {"CuDNNLSTM", "LSTM"},
        {"CuDNNGRU", "GRU"},
        {"ThresholdedReLU", "ReLU"},
        {"Convolution1D", "Conv1D"},
        {"Convolution2D", "Conv2D"},
        {"BatchNormalizationV1", "BatchNormalization"},
        {"BatchNormalizationV2", "BatchNormalization"},
        {"LSTMV2", "LSTM"},
        {"GRUV2", "GRU"},
        {"Custom>CustomScaleLayer", "CustomScaleLayer"},
    };
    const char *name = cn_record_text(record, "class_name");
    for (size_t i = 0; name != NULL && i < sizeof renamed / sizeof renamed[0]; i++) {
        if (strcmp(name, renamed[i][0]) != 0)
            continue;
        if (strncmp(name, "CuDNN", 5) == 0) {
            set_default(config, "recurrent_activation", json_string("sigmoid"));
            set_default(config, "reset_after", json_true());
            if (strcmp(name, "CuDNNLSTM") == 0)
                (void)json_object_del(config, "reset_after");
        }
        if (strcmp(name, "ThresholdedReLU") == 0)
            rename_key(config, "theta", "threshold");
        (void)json_object_set_new(record, "class_name", json_string(renamed[i][1]));
        return;
    }
}

static void translate_defaults(const char *class, json_t *config)
{
    const bool lstm = strcmp(class, "LSTM") == 0 || strcmp(class, "LSTMCell") == 0;
    const bool gru = strcmp(class, "GRU") == 0 || strcmp(class, "GRUCell") == 0;
    if (lstm || gru)
        set_default(config, "recurrent_activation", json_string("hard_sigmoid"));
    if (gru)
        set_default(config, "reset_after", json_false());
    if (strcmp(class, "LeakyReLU") == 0)
        rename_key(config, "alpha", "negative_slope");
    const json_t *axis = json_object_get(config, "axis");
    if (strcmp(class, "BatchNormalization") == 0 && json_array_size(axis) == 1)
        (void)json_object_set(config, "axis", json_array_get(axis, 0));
}

/* A function is a name or Python code, and a type beside it says which. */
static void translate_functions(json_t *config)
{
    static const char *const keys[][3] = {
        {"function", "function_type", "module"},
        {"mask", "mask_type", "mask_module"},
        {"output_shape", "output_shape_type", "output_shape_module"}};
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        if (is_text(json_object_get(config, keys[i][1]), "lambda"))
            (void)json_object_set_new(config, keys[i][0],
                                      json_pack("{s:s}", "class_name", "__lambda__"));
        (void)json_object_del(config, keys[i][1]);
        (void)json_object_del(config, keys[i][2]);
    }
}

static void translate_initializers(json_t *config)
{
    const char *key;
    json_t *value;
    json_object_foreach(config, key, value)
    {
        json_t *own = json_object_get(value, "config");
        if (is_text(json_object_get(value, "class_name"), "VarianceScaling") &&
            is_text(json_object_get(own, "distribution"), "normal"))
            (void)json_object_set_new(own, "distribution", json_string("truncated_normal"));
    }
}

/* Arguments of the base of convolutions that depthwise ones do not use. */
static void drop_unused(const char *class, json_t *config)
{
    static const char *const unused[] = {"kernel_initializer", "kernel_regularizer",
                                         "kernel_constraint"};
    const bool depthwise = strncmp(class, "Depthwise", 9) == 0;
    const bool separable = strncmp(class, "Separable", 9) == 0;
    const bool transposed = strstr(class, "Transpose") != NULL;
    for (size_t i = 0; (depthwise || separable) && i < 3; i++)
        (void)json_object_del(config, unused[i]);
    if (depthwise)
        (void)json_object_del(config, "filters");
    if (depthwise || separable || transposed)
        (void)json_object_del(config, "groups");
}

static void translate_inside(json_t *config, cn_keras_kind kind)
{
    static const char *const keys[] = {"layer", "backward_layer", "forward_layer", "cell"};
    size_t i;
    json_t *cell;
    for (i = 0; i < sizeof keys / sizeof keys[0]; i++)
        if (json_is_object(json_object_get(config, keys[i])))
            translate_layer(json_object_get(config, keys[i]), kind);
    json_array_foreach(json_object_get(config, "cells"), i, cell) translate_layer(cell, kind);
}

static void translate_model(json_t *record, cn_keras_kind kind);

static void translate_layer(json_t *record, cn_keras_kind kind)
{
    json_t *config = json_object_get(record, "config");
    const bool is_model = cn_is_model_record(record);
    rename_class(record, config);
    if (is_model) {
        translate_model(record, kind);
        return;
    }
    const char *class = cn_record_text(record, "class_name");
    if (class == NULL || !json_is_object(config))
        return;
    if (strcmp(class, "InputLayer") == 0)
        rename_key(config, "batch_input_shape", "batch_shape");
    (void)json_object_del(config, "batch_input_shape");
    translate_defaults(class, config);
    translate_activation(config, "activation");
    translate_activation(config, "recurrent_activation");
    if (strcmp(class, "Lambda") == 0)
        translate_functions(config);
    translate_initializers(config);
    drop_unused(class, config);
    translate_inside(config, kind);
}

/* ---- Sequential ------------------------------------------------------------------------------ */

/* Keras 2 keeps the input's shape in the first layer: Keras 3 has a layer for it. */
static void add_input(json_t *layers)
{
    const json_t *first = json_object_get(json_array_get(layers, 0), "config");
    json_t *shape = json_object_get(first, "batch_input_shape");
    const char *name = cn_record_text(first, "name");
    const char *dtype = cn_record_text(first, "dtype");
    if (shape == NULL ||
        is_text(json_object_get(json_array_get(layers, 0), "class_name"), "InputLayer"))
        return;
    json_t *input_name = json_sprintf("%s_input", name == NULL ? "layer" : name);
    (void)json_array_insert_new(layers, 0,
                                json_pack("{s:s, s:{s:O, s:s, s:o?}}", "class_name", "InputLayer",
                                          "config", "batch_shape", shape, "dtype",
                                          dtype == NULL ? "float32" : dtype, "name", input_name));
}

static void translate_sequential(json_t *record, cn_keras_kind kind)
{
    json_t *config = json_object_get(record, "config");
    size_t i;
    json_t *layer;
    if (json_is_array(config)) { /* before 2.2.3 */
        json_t *named = json_pack("{s:s, s:O}", "name", "sequential_1", "layers", config);
        (void)json_object_set_new(record, "config", named);
        config = named;
    }
    json_t *layers = json_object_get(config, "layers");
    add_input(layers);
    json_array_foreach(layers, i, layer) translate_layer(layer, kind);
}

/* ---- calls ----------------------------------------------------------------------------------- */

/* The first call of a model inside had number 1, for it had one of its own when it was made. By how
 * much the numbers of each are too high: */
struct shifts {
    json_t *calls;  /* of every model inside: how many it has, by name */
    json_t *by_one; /* models whose numbers begin with 1 */
};

static bool is_place(const json_t *json)
{
    return json_array_size(json) >= 3 && json_is_string(json_array_get(json, 0)) &&
           json_is_integer(json_array_get(json, 1)) && json_is_integer(json_array_get(json, 2));
}

/* Looks at every [layer, call, output]: one of number 0 shows that numbers begin there, one that is
 * the number of calls that they begin with 1. */
static void look_at_places(const struct shifts *shifts, const json_t *json)
{
    const char *key;
    json_t *value;
    size_t i;
    if (is_place(json)) {
        const char *name = json_string_value(json_array_get(json, 0));
        const json_int_t call = json_integer_value(json_array_get(json, 1));
        if (json_object_get(shifts->calls, name) != NULL && call == 0)
            (void)json_object_set_new(shifts->by_one, name, json_false());
    }
    json_array_foreach((json_t *)(uintptr_t)json, i, value) look_at_places(shifts, value);
    json_object_foreach((json_t *)(uintptr_t)json, key, value) look_at_places(shifts, value);
}

static json_int_t shift_of(const struct shifts *shifts, const char *name)
{
    return json_object_get(shifts->calls, name) != NULL &&
           !json_is_false(json_object_get(shifts->by_one, name));
}

static json_t *tensor_json(const struct shifts *shifts, const json_t *place)
{
    const char *name = json_string_value(json_array_get(place, 0));
    return json_pack("{s:s, s:{s:[s, I, I]}}", "class_name", "__keras_tensor__", "config",
                     "keras_history", name,
                     json_integer_value(json_array_get(place, 1)) - shift_of(shifts, name),
                     json_integer_value(json_array_get(place, 2)));
}

/* A keyword's value: tensors are places in it, however deep. */
static json_t *argument_json(const struct shifts *shifts, json_t *value)
{
    size_t i;
    json_t *item;
    if (json_array_size(value) == 3 && is_place(value))
        return tensor_json(shifts, value);
    if (!json_is_array(value))
        return json_incref(value);
    json_t *list = json_array();
    json_array_foreach(value, i, item) json_array_append_new(list, argument_json(shifts, item));
    return list;
}

/* Every tensor of a call repeats its keywords. */
static json_t *keywords_json(const struct shifts *shifts, const json_t *call)
{
    json_t *kwargs = json_object();
    const json_t *first = json_is_array(call) ? json_array_get(call, 0) : NULL;
    const char *key;
    json_t *value;
    json_object_foreach(json_array_get(first, 3), key, value)(void)
        json_object_set_new(kwargs, key, argument_json(shifts, value));
    return kwargs;
}

/* A list of places, one of them, or a dictionary of them. */
static json_t *inputs_json(const struct shifts *shifts, json_t *call)
{
    const char *key;
    json_t *value;
    size_t i;
    if (json_is_object(call)) {
        json_t *dict = json_object();
        json_object_foreach(call, key, value)(void) json_object_set_new(
            dict, key, is_place(value) ? tensor_json(shifts, value) : json_null());
        return dict;
    }
    if (json_array_size(call) == 1 && is_place(json_array_get(call, 0)))
        return tensor_json(shifts, json_array_get(call, 0));
    json_t *list = json_array();
    json_array_foreach(call, i, value)
        json_array_append_new(list, is_place(value) ? tensor_json(shifts, value) : json_null());
    return list;
}

static void translate_calls(const struct shifts *shifts, json_t *record)
{
    json_t *calls = json_object_get(record, "inbound_nodes"), *call;
    size_t i;
    json_array_foreach(calls, i, call)
    {
        if (json_object_get(call, "args") != NULL)
            continue;
        json_t *list = is_place(call) ? json_pack("[O]", call) : json_incref(call);
        json_t *kwargs = keywords_json(shifts, list);
        (void)json_array_set_new(
            calls, i,
            json_pack("{s:[o], s:o}", "args", inputs_json(shifts, list), "kwargs", kwargs));
        json_decref(list);
    }
}

/* ---- Functional ------------------------------------------------------------------------------ */

/* In Keras 3 numbers of models inside are too high by one here, but not those of a Sequential. */
static void translate_places(const struct shifts *shifts, json_t *places)
{
    const char *key;
    json_t *value;
    size_t i;
    if (is_place(places)) {
        const char *name = json_string_value(json_array_get(places, 0));
        const json_t *calls = json_object_get(shifts->calls, name);
        const json_int_t own = calls != NULL && json_is_true(calls);
        const json_int_t call = json_integer_value(json_array_get(places, 1));
        (void)json_array_set_new(places, 1, json_integer(call - shift_of(shifts, name) + own));
        return;
    }
    json_array_foreach(places, i, value) translate_places(shifts, value);
    json_object_foreach(places, key, value) translate_places(shifts, value);
}

static void translate_functional(json_t *record, cn_keras_kind kind)
{
    json_t *config = json_object_get(record, "config"), *layer;
    json_t *layers = json_object_get(config, "layers");
    const struct shifts shifts = {json_object(), json_object()};
    size_t i;
    json_array_foreach(layers, i, layer)
    {
        const char *name = cn_record_text(layer, "name");
        const bool sequential = is_text(json_object_get(layer, "class_name"), "Sequential");
        if (cn_is_model_record(layer) && name != NULL)
            (void)json_object_set_new(shifts.calls, name, json_boolean(!sequential));
    }
    json_array_foreach(layers, i, layer)
        look_at_places(&shifts, json_object_get(layer, "inbound_nodes"));
    look_at_places(&shifts, json_object_get(config, "output_layers"));
    json_array_foreach(layers, i, layer)
    {
        translate_layer(layer, kind);
        translate_calls(&shifts, layer);
    }
    translate_places(&shifts, json_object_get(config, "input_layers"));
    translate_places(&shifts, json_object_get(config, "output_layers"));
    json_decref(shifts.calls);
    json_decref(shifts.by_one);
}

static void translate_model(json_t *record, cn_keras_kind kind)
{
    if (is_text(json_object_get(record, "class_name"), "Sequential"))
        translate_sequential(record, kind);
    else
        translate_functional(record, kind);
}

json_t *cn_keras3_model(const json_t *record, cn_keras_kind kind)
{
    json_t *copy = json_deep_copy(record);
    if (copy == NULL) {
        (void)cn_fail(CN_OUT_OF_MEMORY, "a model's record: out of memory");
        return NULL;
    }
    (void)unmark(copy);
    translate_layer(copy, kind);
    return copy;
}
