/* Weights in old files: /dense_1/dense_1/kernel:0, by the names of layers; lists of names in
 * attributes say the order. */
#include <inttypes.h>
#include <string.h>

#include "saving/weights.h"

cn_status cn_legacy_weights(const cn_layer *layer, cn_arena *arena, cn_weight ***weights,
                            int64_t *n)
{
    cn_weight **all = NULL;
    int64_t at = 0;
    CN_TRY(cn_layer_weights(layer, arena, &all, n));
    *weights = cn_arena_allocate(arena, (size_t)(*n + 1) * sizeof(cn_weight *));
    if (*weights == NULL)
        return CN_OUT_OF_MEMORY;
    for (int trained = 1; trained >= 0; trained--)
        for (int64_t i = 0; i < *n; i++)
            if (cn_weight_is_trained(all[i]) == (trained == 1))
                (*weights)[at++] = all[i];
    return CN_OK;
}

/* ---- writing --------------------------------------------------------------------------------- */

cn_status cn_write_legacy_variables(cn_h5_writer *writer, struct cn_h5_node *group,
                                    cn_variable *const *variables, int64_t n)
{
    const char **names = cn_arena_allocate(&writer->arena, (size_t)(n + 1) * sizeof(char *));
    if (names == NULL)
        return CN_OUT_OF_MEMORY;
    for (int64_t i = 0; i < n; i++) {
        names[i] = variables[i]->name;
        CN_TRY(cn_h5_put_data(writer, group, names[i], variables[i]->dtype, &variables[i]->shape,
                              variables[i]->data));
    }
    return cn_h5_put_texts(writer, group, "weight_names", names, n);
}

static cn_status write_layer(cn_h5_writer *writer, struct cn_h5_node *group, const cn_layer *layer)
{
    cn_weight **weights = NULL;
    int64_t n = 0;
    CN_TRY(cn_legacy_weights(layer, &writer->arena, &weights, &n));
    cn_variable **variables =
        cn_arena_allocate(&writer->arena, (size_t)(n + 1) * sizeof(cn_variable *));
    if (variables == NULL)
        return CN_OUT_OF_MEMORY;
    for (int64_t i = 0; i < n; i++)
        variables[i] = &weights[i]->variable;
    return cn_write_legacy_variables(writer, group, variables, n);
}

cn_status cn_write_legacy_weights(cn_h5_writer *writer, struct cn_h5_node *group,
                                  const cn_model *model)
{
    const cn_graph *graph = model->graph;
    const char **names =
        cn_arena_allocate(&writer->arena, (size_t)(graph->n_layers + 1) * sizeof(char *));
    struct cn_h5_node *own = NULL;
    int64_t n = 0;
    if (names == NULL)
        return CN_OUT_OF_MEMORY;
    for (int64_t i = 0; i < graph->n_layers; i++) {
        if (cn_operation_of(graph->layers[i]) != NULL)
            continue;
        names[n++] = graph->layers[i]->name;
        CN_TRY(cn_h5_put_group(writer, group, graph->layers[i]->name, &own));
        CN_TRY(write_layer(writer, own, graph->layers[i]));
    }
    CN_TRY(cn_h5_put_texts(writer, group, "layer_names", names, n));
    CN_TRY(cn_h5_put_text(writer, group, "backend", CN_SAVED_BACKEND, false));
    CN_TRY(cn_h5_put_text(writer, group, "keras_version", CN_SAVED_VERSION, false));
    CN_TRY(cn_h5_put_group(writer, group, "top_level_model_weights", &own));
    return cn_h5_put_texts(writer, own, "weight_names", NULL, 0);
}

/* ---- reading --------------------------------------------------------------------------------- */

/* A layer's datasets, in the order of its list of names. */
struct saved_layer {
    const char *name;
    cn_h5_object *group;
    const char *const *names;
    int64_t n;
};

static cn_status find_layer(cn_h5_object *group, const char *name, cn_arena *arena,
                            struct saved_layer *layer)
{
    *layer = (struct saved_layer){.name = name};
    CN_TRY(cn_h5_find(group, name, &layer->group));
    if (layer->group == NULL)
        return cn_fail(CN_BAD_FILE,
                       "the file lists the layer '%.200s', but has no group of that name", name);
    return cn_h5_texts(layer->group, "weight_names", arena, &layer->names, &layer->n);
}

static cn_status find_variable(const struct saved_layer *layer, int64_t i, cn_h5_object **object)
{
    CN_TRY(cn_h5_find(layer->group, layer->names[i], object));
    return *object != NULL
               ? CN_OK
               : cn_fail(CN_BAD_FILE,
                         "the file lists the weight '%.200s' of '%.200s', but does not have it",
                         layer->names[i], layer->name);
}

/* A weight that does not fit is an error or, with skip_mismatch, left as it is. */
static cn_status read_layer(cn_weights_reading *reading, const cn_layer *layer,
                            const struct saved_layer *saved, cn_weight *const *weights, int64_t n)
{
    const bool forgive = reading->args->skip_mismatch;
    cn_status status = CN_OK;
    if (saved->n != n)
        status = cn_fail(CN_INVALID,
                         "%s has %" PRId64 " weights, the file has %" PRId64 " in '%.200s'",
                         layer->name, n, saved->n, saved->name);
    if (status != CN_OK)
        return forgive ? cn_reading_forgive(reading, status, "left as it is") : status;
    for (int64_t i = 0; i < n; i++) {
        cn_h5_object *object = NULL;
        CN_TRY(find_variable(saved, i, &object));
        status = cn_reading_add(reading, &weights[i]->variable, object);
        if (forgive)
            status = cn_reading_forgive(reading, status, "left as it is");
        CN_TRY(status);
    }
    return CN_OK;
}

/* What the layers are read from. */
struct legacy {
    cn_h5_object *group;
    const char *const *names;
    int64_t n;
    cn_arena *arena;
};

static cn_status next_with_weights(const struct legacy *legacy, int64_t *at,
                                   struct saved_layer *saved)
{
    *saved = (struct saved_layer){0};
    while (*at < legacy->n && saved->n == 0)
        CN_TRY(find_layer(legacy->group, legacy->names[(*at)++], legacy->arena, saved));
    return CN_OK;
}

/* How many layers of the model and of the file have weights. */
static cn_status count_layers(const struct legacy *legacy, const cn_graph *graph, int64_t *in_model,
                              int64_t *in_file)
{
    struct saved_layer saved;
    cn_weight **weights = NULL;
    *in_model = *in_file = 0;
    for (int64_t i = 0; i < graph->n_layers; i++) {
        int64_t n = 0;
        CN_TRY(cn_layer_weights(graph->layers[i], legacy->arena, &weights, &n));
        *in_model += n > 0;
    }
    for (int64_t at = 0; at < legacy->n;) {
        CN_TRY(next_with_weights(legacy, &at, &saved));
        *in_file += saved.n > 0;
    }
    return CN_OK;
}

static cn_status read_by_position(cn_weights_reading *reading, const struct legacy *legacy)
{
    const cn_model *model = reading->args->model;
    int64_t in_model = 0, in_file = 0;
    CN_TRY(count_layers(legacy, model->graph, &in_model, &in_file));
    CN_CHECK(in_model == in_file, "%s has %" PRId64 " layers with weights, the file has %" PRId64,
             model->name, in_model, in_file);
    for (int64_t i = 0, at = 0; i < model->graph->n_layers; i++) {
        const cn_layer *layer = model->graph->layers[i];
        struct saved_layer saved;
        cn_weight **weights = NULL;
        int64_t n = 0;
        CN_TRY(cn_legacy_weights(layer, legacy->arena, &weights, &n));
        if (n == 0)
            continue;
        CN_TRY(next_with_weights(legacy, &at, &saved));
        CN_TRY(read_layer(reading, layer, &saved, weights, n));
    }
    return CN_OK;
}

/* Layers that are only in the model or only in the file are passed over. */
static cn_status read_by_name(cn_weights_reading *reading, const struct legacy *legacy)
{
    const cn_graph *graph = reading->args->model->graph;
    for (int64_t i = 0; i < graph->n_layers; i++)
        for (int64_t k = 0; k < legacy->n; k++) {
            struct saved_layer saved;
            cn_weight **weights = NULL;
            int64_t n = 0;
            if (strcmp(graph->layers[i]->name, legacy->names[k]) != 0)
                continue;
            CN_TRY(cn_legacy_weights(graph->layers[i], legacy->arena, &weights, &n));
            CN_TRY(find_layer(legacy->group, legacy->names[k], legacy->arena, &saved));
            CN_TRY(read_layer(reading, graph->layers[i], &saved, weights, n));
            break;
        }
    return CN_OK;
}

static cn_status check_version(cn_h5_object *group, cn_arena *arena)
{
    const char *version = NULL;
    CN_TRY(cn_h5_text(group, "keras_version", arena, &version));
    if (version == NULL || version[0] == '1')
        return cn_fail(
            CN_BAD_FILE,
            "was written by Keras 1, whose kernels have other shapes; load and save it with Keras 2");
    return CN_OK;
}

static cn_status read_layers(cn_weights_reading *reading, struct legacy *legacy)
{
    CN_TRY(check_version(legacy->group, legacy->arena));
    CN_TRY(cn_h5_texts(legacy->group, "layer_names", legacy->arena, &legacy->names, &legacy->n));
    return reading->args->by_name ? read_by_name(reading, legacy)
                                  : read_by_position(reading, legacy);
}

cn_status cn_read_legacy_weights(cn_weights_reading *reading, cn_h5_object *group)
{
    cn_arena arena = {0};
    struct legacy legacy = {.group = group, .arena = &arena};
    cn_status status = read_layers(reading, &legacy);
    cn_arena_free(&arena);
    return status;
}
