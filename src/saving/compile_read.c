/* Compiling as a file says: Keras's compile_config, by output where it is said by output. */
#include <stdlib.h>
#include <string.h>

#include "cornu/training.h"
#include "saving/saving.h"

/* What is read into; strings live in the arena. */
struct reader {
    const cn_model *model;
    cn_compile_args *args;
    cn_arena *arena;
};

/* A name or a record as an identifier; NULL for null. */
static cn_status take_identifier(const struct reader *reader, const char *what, const json_t *json,
                                 const char **identifier)
{
    *identifier = NULL;
    if (json == NULL || json_is_null(json))
        return CN_OK;
    CN_CHECK(json_is_string(json) || json_is_object(json), "%s: a %s must be a name or a record",
             reader->model->name, what);
    char *dump = json_is_object(json) ? cn_json_text(json, 0) : NULL;
    *identifier = cn_arena_text(reader->arena, dump == NULL ? json_string_value(json) : dump);
    free(dump);
    CN_CHECK_MEMORY(*identifier);
    return CN_OK;
}

static bool is_identifier(const json_t *json)
{
    return json_is_string(json) || json_object_get(json, "class_name") != NULL;
}

static int64_t count_outputs(const struct reader *reader)
{
    const int64_t n = reader->model->graph->n_outputs;
    return n == 0 ? 1 : n;
}

static const char *output_name(const struct reader *reader, int64_t i)
{
    const cn_graph *graph = reader->model->graph;
    if (graph->n_outputs == 0)
        return reader->model->name;
    return graph->output_structure.keys != NULL ? graph->output_structure.keys[i]
                                                : graph->outputs[i]->node->layer->name;
}

/* What an argument says for one output: a dictionary by name, a list by position, or the same for
 * all. */
static const json_t *part_for(const struct reader *reader, const json_t *argument, int64_t output)
{
    if (json_is_object(argument) && !is_identifier(argument))
        return json_object_get(argument, output_name(reader, output));
    return json_is_array(argument) ? json_array_get(argument, (size_t)output) : argument;
}

/* ---- all outputs alike ----------------------------------------------------------------------- */

static cn_status take_list(const struct reader *reader, const char *what, const json_t *list,
                           const char **to, size_t most)
{
    if (list != NULL && !json_is_null(list) && !json_is_array(list))
        return take_identifier(reader, what, list, to);
    CN_CHECK(json_array_size(list) <= most, "%s: has %d entries of \"%s\", at most %d are read",
             reader->model->name, (int)json_array_size(list), what, (int)most);
    size_t n = 0;
    for (size_t i = 0; i < json_array_size(list); i++) {
        CN_TRY(take_identifier(reader, what, json_array_get(list, i), &to[n]));
        n += to[n] != NULL;
    }
    return CN_OK;
}

/* A model with one output may have a list in a list, or a dictionary of one. */
static const json_t *only_part(const struct reader *reader, const json_t *argument)
{
    const json_t *first = json_array_get(argument, 0);
    if (json_is_object(argument) && !is_identifier(argument)) {
        const json_t *part = json_object_get(argument, output_name(reader, 0));
        void *any = json_object_iter((json_t *)(uintptr_t)argument);
        return part != NULL || any == NULL ? part : json_object_iter_value(any);
    }
    return json_is_array(first) && json_array_size(argument) == 1 ? first : argument;
}

static cn_status take_single(const struct reader *reader, const json_t *config)
{
    cn_compile_args *args = reader->args;
    const json_t *loss = json_object_get(config, "loss");
    const json_t *weight = json_object_get(config, "loss_weights");
    loss = only_part(reader, loss);
    CN_TRY(take_identifier(reader, "loss", json_is_array(loss) ? json_array_get(loss, 0) : loss,
                           &args->loss));
    weight = json_is_number(weight) ? weight : only_part(reader, weight);
    weight = json_is_array(weight) ? json_array_get(weight, 0) : weight;
    if (json_is_number(weight))
        args->loss_weights[0] = cn_json_number(weight);
    CN_TRY(take_list(reader, "metrics", only_part(reader, json_object_get(config, "metrics")),
                     args->metrics, CN_MAX_LIST));
    return take_list(reader, "weighted_metrics",
                     only_part(reader, json_object_get(config, "weighted_metrics")),
                     args->weighted_metrics, CN_MAX_LIST);
}

/* ---- several outputs ------------------------------------------------------------------------- */

static cn_status take_weight(const struct reader *reader, const json_t *json, double *weight)
{
    *weight = 1;
    if (json == NULL || json_is_null(json))
        return CN_OK;
    CN_CHECK(json_is_number(json) && cn_json_number(json) != 0,
             "%s: a loss weight must be a number that is not 0", reader->model->name);
    *weight = cn_json_number(json);
    return CN_OK;
}

static cn_status take_line(const struct reader *reader, const json_t *config, int64_t i)
{
    cn_output_args *line = &reader->args->outputs[i];
    line->name = output_name(reader, i);
    CN_TRY(take_identifier(reader, "loss", part_for(reader, json_object_get(config, "loss"), i),
                           &line->loss));
    CN_TRY(take_weight(reader, part_for(reader, json_object_get(config, "loss_weights"), i),
                       &line->loss_weight));
    CN_TRY(take_list(reader, "metrics", part_for(reader, json_object_get(config, "metrics"), i),
                     line->metrics, sizeof line->metrics / sizeof line->metrics[0]));
    return take_list(reader, "weighted_metrics",
                     part_for(reader, json_object_get(config, "weighted_metrics"), i),
                     line->weighted_metrics,
                     sizeof line->weighted_metrics / sizeof line->weighted_metrics[0]);
}

/* Names in dictionaries must be those of outputs. */
static cn_status check_names(const struct reader *reader, const json_t *config, const char *what)
{
    const json_t *argument = json_object_get(config, what);
    const char *key;
    json_t *value;
    if (!json_is_object(argument) || is_identifier(argument))
        return CN_OK;
    json_object_foreach((json_t *)(uintptr_t)argument, key, value)
    {
        bool found = false;
        for (int64_t i = 0; i < count_outputs(reader); i++)
            found |= strcmp(key, output_name(reader, i)) == 0;
        CN_CHECK(found, "%s: \"%s\" names \"%s\", which is none of its outputs",
                 reader->model->name, what, key);
    }
    return CN_OK;
}

static cn_status take_table(const struct reader *reader, const json_t *config)
{
    static const char *const arguments[] = {"loss", "loss_weights", "metrics", "weighted_metrics"};
    CN_CHECK(count_outputs(reader) <= CN_MAX_LIST, "%s: has more than %d outputs",
             reader->model->name, CN_MAX_LIST);
    for (size_t i = 0; i < sizeof arguments / sizeof arguments[0]; i++)
        CN_TRY(check_names(reader, config, arguments[i]));
    for (int64_t i = 0; i < count_outputs(reader); i++)
        CN_TRY(take_line(reader, config, i));
    return CN_OK;
}

/* ---- both ------------------------------------------------------------------------------------ */

static cn_status compile(const struct reader *reader, const json_t *config)
{
    const json_t *optimizer = json_object_get(config, "optimizer");
    CN_TRY(take_identifier(reader, "optimizer", optimizer, &reader->args->optimizer));
    if (reader->args->optimizer == NULL)
        reader->args->optimizer = "rmsprop";
    CN_TRY(count_outputs(reader) == 1 ? take_single(reader, config) : take_table(reader, config));
    return cn_compile_with(reader->args);
}

cn_status cn_compile_of_record(cn_model *model, const json_t *config, const char *keras_version)
{
    cn_arena memory = {0};
    if (!json_is_object(config) || json_object_size(config) == 0)
        return CN_OK;
    const cn_keras_kind kind = cn_keras_kind_of(config, keras_version);
    json_t *translated = cn_keras3_compile(config, kind);
    if (translated == NULL)
        return cn_error_status();
    cn_compile_args *args = cn_arena_allocate(&memory, sizeof *args);
    cn_status status = args == NULL ? CN_OUT_OF_MEMORY : CN_OK;
    if (status == CN_OK) {
        const struct reader reader = {model, args, &memory};
        args->model = model;
        status = compile(&reader, translated);
    }
    json_decref(translated);
    cn_arena_free(&memory);
    return status;
}

/* Inner models, which Keras compiles by what was said of them. */
static cn_status compile_inner(const cn_model *model, const json_t *record)
{
    const json_t *layers = json_object_get(json_object_get(record, "config"), "layers");
    for (size_t i = 0; i < json_array_size(layers); i++) {
        const json_t *inner = json_array_get(layers, i), *config = json_object_get(inner, "config");
        const char *name = json_string_value(json_object_get(config, "name"));
        if (name == NULL || json_object_get(config, "layers") == NULL)
            continue;
        for (int64_t k = 0; k < model->graph->n_layers; k++) {
            cn_layer *layer = model->graph->layers[k];
            if (layer->graph != NULL && strcmp(layer->name, name) == 0)
                CN_TRY(cn_compile_of_model(layer, inner, NULL));
        }
    }
    return CN_OK;
}

cn_status cn_compile_of_model(cn_model *model, const json_t *record, const char *keras_version)
{
    if (cn_keras_kind_of(record, keras_version) == CN_KERAS_3)
        CN_TRY(compile_inner(model, record));
    return cn_compile_of_record(model, json_object_get(record, "compile_config"), keras_version);
}
