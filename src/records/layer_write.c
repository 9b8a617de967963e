/* Layers as Keras 3 writes them: class, config with full records of initializers and their kin, and
 * the shapes they were built for. */
#include <math.h>
#include <string.h>

#include "constraints/constraints.h"
#include "initializers/initializers.h"
#include "records/records.h"
#include "regularizers/regularizers.h"

json_t *cn_shape_json(const cn_shape *shape)
{
    json_t *list = json_array();
    for (int64_t i = 0; i < shape->rank; i++)
        cn_json_append(&list, shape->dim[i] == CN_NONE ? json_null() : json_integer(shape->dim[i]));
    return list;
}

/* ---- objects in a config --------------------------------------------------------------------- */

/* Activations with arguments are layers in Keras. */
static const struct {
    const char *activation, *layer;
} activation_layers[] = {
    {"relu", "ReLU"}, {"leaky_relu", "LeakyReLU"}, {"elu", "ELU"}, {"softmax", "Softmax"}};

static json_t *dtype_json(const char *dtype)
{
    return json_pack("{s:s, s:s, s:{s:s}, s:n}", "module", "keras", "class_name", "DTypePolicy",
                     "config", "name", dtype == NULL ? "float32" : dtype, "registered_name");
}

static json_t *activation_config(const cn_object *activation, const char *layer)
{
    cn_arena memory = {0};
    json_t *config = cn_args_json(activation->class, activation->args);
    const char *name = cn_snake_case(&memory, layer);
    cn_json_set(&config, "name", json_string(name == NULL ? layer : name));
    cn_json_set(&config, "trainable", json_true());
    cn_json_set(&config, "dtype", dtype_json(NULL));
    cn_arena_free(&memory);
    return config;
}

static json_t *activation_layer_json(const cn_object *activation)
{
    for (size_t i = 0; i < sizeof activation_layers / sizeof activation_layers[0]; i++)
        if (strcmp(activation_layers[i].activation, activation->class->name) == 0)
            return json_pack("{s:s, s:s, s:o, s:n}", "module", "keras.layers", "class_name",
                             activation_layers[i].layer, "config",
                             activation_config(activation, activation_layers[i].layer),
                             "registered_name");
    (void)cn_fail(CN_INVALID,
                  "the activation %s with other arguments than its defaults has no "
                  "record that Keras could read",
                  activation->class->name);
    return NULL;
}

static json_t *activation_json(const cn_object *activation)
{
    const cn_class *class = activation->class;
    if (class == NULL)
        return json_string("linear");
    if (cn_fields_equal(class->fields, activation->args, class->defaults))
        return json_string(class->name);
    return activation_layer_json(activation);
}

/* An identifier as the record or name that Keras's get_config gives. */
static json_t *object_json(const char *kind, const char *identifier)
{
    static const cn_classes *const kinds[] = {&cn_initializer_classes, &cn_regularizer_classes,
                                              &cn_constraint_classes};
    cn_arena memory = {0};
    cn_object object = {0};
    json_t *json = NULL;
    if (strcmp(kind, cn_activation_classes.kind) == 0) {
        if (cn_object_parse(&cn_activation_classes, identifier, &memory, &object) == CN_OK)
            json = activation_json(&object);
    } else {
        for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
            if (strcmp(kinds[i]->kind, kind) == 0 &&
                cn_object_parse(kinds[i], identifier, &memory, &object) == CN_OK)
                json = object.class == NULL ? json_null()
                                            : cn_object_json(object.class, object.args);
    }
    cn_arena_free(&memory);
    return json;
}

static json_t *field_json(const cn_field *field, const void *args)
{
    const bool is_record = field->kind == CN_FIELD_OBJECT && !cn_field_is_dictionary(field) &&
                           strcmp(field->object, "window") != 0;
    if (is_record)
        return object_json(field->object, *(const char *const *)(const void *)((const char *)args +
                                                                               field->offset));
    return cn_member_json(field, args);
}

/* ---- config ---------------------------------------------------------------------------------- */

static const cn_layer_keywords *keywords(const cn_layer *layer)
{
    return (const void *)((const char *)layer->args + layer->class->keywords);
}

static json_t *common_config(const cn_layer *layer)
{
    return json_pack("{s:s, s:b, s:o}", "name", layer->name, "trainable", layer->trainable, "dtype",
                     dtype_json(keywords(layer)->dtype));
}

static bool is_common(const char *key)
{
    return strcmp(key, "name") == 0 || strcmp(key, "trainable") == 0 || strcmp(key, "dtype") == 0;
}

/* Keys that Keras's classes do not write, and in part do not take; only_null: those that say
 * something are written. */
static const struct {
    const char *class_name, *key;
    bool only_null;
} left_out[] = {
    {"BatchNormalization", "renorm_clipping", true},
    {"Dense", "activity_regularizer", true},
    {"Lambda", "output_shape", true},
    {"Lambda", "mask", true},
    {"EinsumDense", "activity_regularizer", true},
    {"Discretization", "trainable", false},
    {"HashedCrossing", "trainable", false},
    {"SimpleRNN", "seed", true},
    {"RandomGrayscale", "seed", true},
    {"SpatialDropout1D", "trainable", false},
    {"SpatialDropout2D", "trainable", false},
    {"SpatialDropout3D", "trainable", false},
};

static void leave_out(const cn_layer *layer, json_t *config)
{
    for (size_t i = 0; i < sizeof left_out / sizeof left_out[0]; i++)
        if (strcmp(left_out[i].class_name, layer->class->base.name) == 0 &&
            (!left_out[i].only_null || json_is_null(json_object_get(config, left_out[i].key))))
            (void)json_object_del(config, left_out[i].key);
}

static json_t *layer_config(const cn_layer *layer)
{
    json_t *config = common_config(layer);
    for (const cn_field *field = layer->class->base.fields; field->name != NULL; field++) {
        if ((field->flags & CN_FIELD_HIDDEN) || is_common(field->name) ||
            cn_is_left_out(&layer->class->base, field, layer->args))
            continue;
        json_t *value = field_json(field, layer->args);
        if (value == NULL || json_object_set_new(config, field->name, value) != 0) {
            json_decref(config);
            return NULL;
        }
    }
    leave_out(layer, config);
    return config;
}

/* ---- the shapes of the first call ------------------------------------------------------------ */

static json_t *shapes_json(const cn_type *types, int64_t n)
{
    json_t *list = json_array();
    for (int64_t i = 0; i < n; i++)
        cn_json_append(&list, cn_shape_json(&types[i].shape));
    return list;
}

static json_t *named_shapes_json(const char *const *keys, const cn_type *types, int64_t n)
{
    json_t *shapes = json_object();
    for (int64_t i = 0; i < n; i++)
        cn_json_set(&shapes, keys[i], cn_shape_json(&types[i].shape));
    return shapes;
}

static json_t *build_shapes(const cn_layer *layer)
{
    static const char *const apart[] = {"query_shape", "value_shape", "key_shape"};
    int64_t n_keys = 0;
    const char *const *keys = cn_dictionary_keys(layer, &n_keys);
    const cn_type *types = layer->built_for;
    const int64_t n = layer->n_built_for;
    const int takes = layer->class->takes;
    if (takes & CN_TAKES_APART)
        return json_pack("{s:o}", "shapes_dict", named_shapes_json(apart, types, n < 3 ? n : 3));
    if (keys != NULL && n == n_keys)
        return json_pack("{s:o}", "input_shape", named_shapes_json(keys, types, n));
    if ((takes & CN_TAKES_STATES) && n > 1 && layer->class->state_shapes == NULL)
        return json_pack("{s:{s:o, s:o}}", "shapes_dict", "sequences_shape",
                         cn_shape_json(&types[0].shape), "initial_state_shape",
                         n == 2 ? cn_shape_json(&types[1].shape) : shapes_json(types + 1, n - 1));
    if (cn_takes_list_of(layer, n) && layer->class->state_shapes == NULL)
        return json_pack("{s:o}", "input_shape", shapes_json(types, n));
    return json_pack("{s:o}", "input_shape", cn_shape_json(&types[0].shape));
}

/* Keras writes them of layers that it builds with the first call. Some are built as they are made,
 * and others have nothing to build. */
static bool has_build(const cn_layer *layer)
{
    static const char *const also[] = {"AdaptiveAveragePooling1D",
                                       "AdaptiveAveragePooling2D",
                                       "AdaptiveAveragePooling3D",
                                       "AdaptiveMaxPooling1D",
                                       "AdaptiveMaxPooling2D",
                                       "AdaptiveMaxPooling3D",
                                       "AutoContrast",
                                       "CategoryEncoding",
                                       "CenterCrop",
                                       "ContrastLimitedAdaptiveHistogramEqualization",
                                       "Cropping1D",
                                       "Cropping2D",
                                       "Cropping3D",
                                       "Flatten",
                                       "Hashing",
                                       "MelSpectrogram",
                                       "Permute",
                                       "RepeatVector",
                                       "Rescaling",
                                       "Resizing",
                                       "UpSampling1D",
                                       "UpSampling2D",
                                       "UpSampling3D",
                                       "ZeroPadding1D",
                                       "ZeroPadding2D",
                                       "ZeroPadding3D",
                                       NULL};
    static const char *const never[] = {
        "AlphaDropout",     "Dropout",          "GaussianDropout",  "GaussianNoise",
        "SpatialDropout1D", "SpatialDropout2D", "SpatialDropout3D", NULL};
    const char *name = layer->class->base.name;
    return (layer->class->build != NULL || cn_takes_list(layer) || cn_is_among(name, also)) &&
           !cn_is_among(name, never);
}

/* ---- records --------------------------------------------------------------------------------- */

/* Adds the keys of an object that is given as text. */
static void add_keys(json_t **config, const char *text)
{
    const char *key;
    json_t *value, *more = text == NULL ? json_object() : cn_json_load(text, strlen(text), 0, NULL);
    if (more == NULL) {
        json_decref(*config);
        *config = NULL;
    }
    json_object_foreach(more, key, value) cn_json_set(config, key, json_incref(value));
    json_decref(more);
}

static json_t *operation_json(const cn_layer *layer, const cn_operation_class *class)
{
    json_t *config = class->is_nameless ? json_object() : json_pack("{s:s}", "name", layer->name);
    for (const cn_field *field = class->layer.base.fields; field->name != NULL; field++)
        if (!(field->flags & (CN_FIELD_IN_CALL | CN_FIELD_HIDDEN)))
            cn_json_set(&config, field->name, cn_member_json(field, layer->args));
    add_keys(&config, class->rest);
    return json_pack("{s:s, s:s, s:o, s:s}", "module", class->layer.base.module, "class_name",
                     class->layer.base.name, "config", config, "registered_name",
                     class->layer.base.name);
}

static json_t *input_json(const cn_layer *layer)
{
    const cn_tensor *tensor = layer->nodes[0]->outputs[0];
    return json_pack("{s:s, s:s, s:{s:o, s:s, s:b, s:b, s:s, s:b}, s:n}", "module", "keras.layers",
                     "class_name", "InputLayer", "config", "batch_shape",
                     cn_shape_json(&tensor->shape), "dtype", tensor->dtype_name, "sparse", 0,
                     "ragged", 0, "name", layer->name, "optional", 0, "registered_name");
}

/* A layer of the user's: Keras finds its class by the registered name. */
static json_t *custom_json(const cn_layer *layer, json_t *config)
{
    add_keys(&config, cn_custom_config(layer));
    return json_pack("{s:n, s:s, s:o, s:o}", "module", "class_name", layer->class->base.name,
                     "config", config, "registered_name",
                     json_sprintf("Custom>%s", layer->class->base.name));
}

static json_t *plain_json(const cn_layer *layer)
{
    json_t *config = layer_config(layer);
    const char *module = layer->class->base.module;
    const bool is_exported = strncmp(module, "keras.src.", strlen("keras.src.")) != 0;
    if (config == NULL)
        return NULL;
    json_t *record = cn_is_custom(layer)
                         ? custom_json(layer, config)
                         : json_pack("{s:s, s:s, s:o, s:s?}", "module", module, "class_name",
                                     layer->class->base.name, "config", config, "registered_name",
                                     is_exported ? NULL : layer->class->base.name);
    if (layer->built_for != NULL && has_build(layer))
        cn_json_set(&record, "build_config", build_shapes(layer));
    return record;
}

json_t *cn_layer_json(const cn_layer *layer)
{
    const cn_operation_class *operation = cn_operation_of(layer);
    json_t *record = layer->graph != NULL                    ? cn_model_json(layer)
                     : operation != NULL                     ? operation_json(layer, operation)
                     : layer->class == &cn_input_layer_class ? input_json(layer)
                                                             : plain_json(layer);
    if (record != NULL && layer->class != &cn_input_layer_class)
        cn_json_set(&record, "shared_object_id", json_integer((json_int_t)(intptr_t)layer));
    if (record == NULL && !cn_failed())
        (void)cn_fail(CN_OUT_OF_MEMORY, "%s: out of memory", layer->name);
    return record;
}
