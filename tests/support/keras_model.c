/* Reading Keras's model configs, sources of numbers and compile arguments. */
#include "support/keras_model.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "layers/layers.h"

enum { MOST_LAYERS = 32, MOST_CALLS = 4 };

/* A layer of a config, with the outputs of its calls in the order of the config. */
struct entry {
    const char *name;
    const json_t *record;
    cn_layer *layer;
    cn_tensors outputs[MOST_CALLS];
    size_t n_calls;
};

struct loader {
    struct entry entries[MOST_LAYERS];
    size_t n;
};

static const char *text_of(const json_t *record, const char *member)
{
    return json_string_value(json_object_get(record, member));
}

/* ---- single layers --------------------------------------------------------------------------- */

static cn_tensor *make_input(const json_t *config)
{
    const json_t *shape = json_object_get(config, "batch_shape");
    cn_input_args args = {CN_INPUT_DEFAULTS};
    args.name = text_of(config, "name");
    args.dtype = text_of(config, "dtype");
    for (size_t i = 1; i < json_array_size(shape); i++) {
        const json_t *dim = json_array_get(shape, i);
        args.shape[i - 1] = json_is_null(dim) ? CN_NONE : json_integer_value(dim);
    }
    return cn_input_with(&args);
}

static cn_layer *make_layer(const json_t *record)
{
    static const char *const ignored[] = {"quantization_config", NULL};
    const char *name = text_of(record, "class_name");
    void *args = NULL;
    if (strcmp(name, "Functional") == 0 || strcmp(name, "Sequential") == 0)
        return cn_keras_model(record);
    for (const cn_class *const *class = cn_layer_classes; *class != NULL; class ++) {
        if (strcmp((*class)->name, name) != 0)
            continue;
        json_t *config = json_copy(json_object_get(record, "config"));
        json_object_del(config, "dtype"); /* a record there, a name here */
        cn_status status = cn_args_parse(*class, name, config, ignored,
                                         cn_session_arena(cn_session_current()), &args);
        json_decref(config);
        return status == CN_OK ? cn_layer_make((const cn_layer_class *)(const void *)*class, args)
                               : NULL;
    }
    fail_msg("there is no layer class %s", name);
    return NULL;
}

/* ---- Functional ------------------------------------------------------------------------------ */

static struct entry *find_entry(struct loader *loader, const char *name)
{
    for (size_t i = 0; i < loader->n; i++)
        if (strcmp(loader->entries[i].name, name) == 0)
            return &loader->entries[i];
    fail_msg("the config has no layer %s", name);
    return NULL;
}

/* The tensor of [layer, call, output]; NULL if that call has not been made yet. */
static cn_tensor *find_tensor(struct loader *loader, const json_t *place)
{
    const struct entry *entry = find_entry(loader, json_string_value(json_array_get(place, 0)));
    const size_t call = (size_t)json_integer_value(json_array_get(place, 1));
    const json_int_t output = json_integer_value(json_array_get(place, 2));
    if (call >= entry->n_calls)
        return NULL;
    assert_in_range(output, 0, entry->outputs[call].count - 1);
    return entry->outputs[call].at[output];
}

/* Adds the tensors in a call's arguments, however deep they are, to a list; false if one is not
 * there yet. */
static bool collect(struct loader *loader, const json_t *arguments, const void **list, size_t *n)
{
    size_t i;
    json_t *item;
    if (json_is_object(arguments)) {
        cn_tensor *tensor = find_tensor(
            loader, json_object_get(json_object_get(arguments, "config"), "keras_history"));
        list[(*n)++] = tensor;
        return tensor != NULL;
    }
    json_array_foreach(arguments, i, item)
    {
        assert_true(*n + 1 < MOST_LAYERS);
        if (!collect(loader, item, list, n))
            return false;
    }
    return true;
}

/* Makes the calls of a layer whose inputs are there; returns how many are missing. */
static size_t make_calls(struct loader *loader, struct entry *entry)
{
    const json_t *calls = json_object_get(entry->record, "inbound_nodes");
    if (entry->layer == NULL)
        return 0;
    while (entry->n_calls < json_array_size(calls)) {
        const void *inputs[MOST_LAYERS];
        size_t n = 0;
        const json_t *call = json_array_get(calls, entry->n_calls);
        if (!collect(loader, json_object_get(call, "args"), inputs, &n))
            return json_array_size(calls) - entry->n_calls;
        inputs[n] = CN_END;
        assert_true(entry->n_calls < MOST_CALLS);
        entry->outputs[entry->n_calls++] = cn_call_all_list(entry->layer, inputs);
        if (cn_failed())
            fail_msg("%s: %s", entry->name, cn_error());
    }
    return 0;
}

static void make_entry(struct loader *loader, const json_t *record)
{
    assert_true(loader->n < MOST_LAYERS);
    struct entry *entry = &loader->entries[loader->n++];
    *entry = (struct entry){.name = text_of(record, "name"), .record = record};
    if (strcmp(text_of(record, "class_name"), "InputLayer") == 0) {
        const cn_tensor *input = make_input(json_object_get(record, "config"));
        const void *kept =
            cn_arena_copy(cn_session_arena(cn_session_current()), &input, sizeof input);
        entry->outputs[entry->n_calls++] = (cn_tensors){1, kept};
    } else if (strcmp(text_of(record, "class_name"), "NotEqual") != 0) {
        entry->layer =
            make_layer(record); /* masks, which NotEqual makes, come by themselves here */
    }
    if (cn_failed())
        fail_msg("%s: %s", entry->name, cn_error());
}

/* The tensors that "input_layers" or "output_layers" name: one place, or a list of them. */
static cn_items list_tensors(struct loader *loader, const json_t *places, const void **list)
{
    size_t n = 0;
    if (json_is_string(json_array_get(places, 0)))
        list[n++] = find_tensor(loader, places);
    for (; n < json_array_size(places) && json_is_array(json_array_get(places, n)); n++)
        list[n] = find_tensor(loader, json_array_get(places, n));
    list[n] = CN_END;
    return (cn_items){.list = list};
}

static cn_model *make_functional(const json_t *config)
{
    struct loader loader = {.n = 0};
    const void *inputs[MOST_LAYERS], *outputs[MOST_LAYERS];
    size_t i, missing = 1;
    json_t *record;
    json_array_foreach(json_object_get(config, "layers"), i, record) make_entry(&loader, record);
    for (size_t round = 0; missing > 0 && round < MOST_LAYERS; round++) {
        missing = 0;
        for (i = 0; i < loader.n; i++)
            missing += make_calls(&loader, &loader.entries[i]);
    }
    assert_int_equal(missing, 0);
    const cn_model_of_args args = {
        .inputs = list_tensors(&loader, json_object_get(config, "input_layers"), inputs),
        .outputs = list_tensors(&loader, json_object_get(config, "output_layers"), outputs),
        .name = text_of(config, "name")};
    return cn_model_of_with(&args);
}

/* ---- Sequential ------------------------------------------------------------------------------ */

static cn_model *make_sequential(const json_t *config)
{
    cn_model *model = cn_sequential(.name = text_of(config, "name"));
    const json_t *input = NULL;
    size_t i;
    json_t *record;
    json_array_foreach(json_object_get(config, "layers"), i, record)
    {
        if (strcmp(text_of(record, "class_name"), "InputLayer") == 0)
            input = json_object_get(json_object_get(record, "config"), "batch_shape");
        else
            (void)cn_sequential_add(model, make_layer(record));
    }
    cn_type type = {.dtype = CN_FLOAT32};
    for (i = 0; i < json_array_size(input); i++) {
        const json_t *dim = json_array_get(input, i);
        type.shape.dim[type.shape.rank++] = json_is_null(dim) ? CN_NONE : json_integer_value(dim);
    }
    if (input != NULL && !cn_failed())
        (void)cn_sequential_build(model, &type);
    return model;
}

cn_model *cn_keras_model(const json_t *record)
{
    const char *class = text_of(record, "class_name");
    const json_t *config = json_object_get(record, "config");
    assert_non_null(class);
    return strcmp(class, "Sequential") == 0 ? make_sequential(config) : make_functional(config);
}

/* ---- numbers --------------------------------------------------------------------------------- */

static double next_number(uint32_t *state)
{
    *state = *state * 1664525u + 1013904223u;
    return (double)(*state >> 8) / 16777216.0;
}

static void fill_rows(const json_t *source, cn_array *array, uint32_t state)
{
    const int64_t size = cn_array_size(array), columns = cn_array_dim(array, -1);
    const char *kind = text_of(source, "kind");
    const double scale = json_number_value(json_object_get(source, "scale"));
    const double offset = json_number_value(json_object_get(source, "offset"));
    const double classes = json_number_value(json_object_get(source, "classes"));
    float *floats = cn_array_data(array);
    int32_t *ints = cn_array_data(array);
    for (int64_t i = 0; strcmp(kind, "uniform") == 0 && i < size; i++)
        floats[i] = (float)offset + (float)(scale * next_number(&state));
    for (int64_t i = 0; strcmp(kind, "classes") == 0 && i < size; i++)
        ints[i] = (int32_t)(classes * next_number(&state));
    for (int64_t i = 0; strcmp(kind, "one_hot") == 0 && i < size; i += columns)
        floats[i + (int64_t)((double)columns * next_number(&state))] = 1;
}

cn_array *cn_keras_source(const json_t *source)
{
    if (!json_is_object(source))
        return NULL;
    int64_t dims[CN_MAX_RANK];
    const json_t *shape = json_object_get(source, "shape");
    const size_t rank = json_array_size(shape);
    for (size_t i = 0; i < rank; i++)
        dims[i] = json_integer_value(json_array_get(shape, i));
    const cn_dtype dtype = strcmp(text_of(source, "kind"), "classes") == 0 ? CN_INT32 : CN_FLOAT32;
    cn_array *array = cn_array_new(dtype, dims, (int)rank, NULL);
    assert_non_null(array);
    fill_rows(source, array, (uint32_t)json_integer_value(json_object_get(source, "seed")));
    return array;
}

/* ---- compile --------------------------------------------------------------------------------- */

/* A name or a record as an identifier; NULL for null. */
static const char *identifier_of(const json_t *object)
{
    if (json_is_string(object))
        return json_string_value(object);
    char *dump = json_is_object(object) ? json_dumps(object, 0) : NULL;
    const char *text = cn_arena_text(cn_session_arena(cn_session_current()), dump);
    free(dump);
    return text;
}

static bool is_identifier(const json_t *object)
{
    return json_is_string(object) || json_object_get(object, "class_name") != NULL;
}

/* Whether an argument says something else for each output: a dictionary, or a list of lists
 * (losses: a list). */
static bool is_by_output(const json_t *argument, bool loss)
{
    const json_t *first = json_array_get(argument, 0);
    return (json_is_object(argument) && !is_identifier(argument)) || json_is_array(first) ||
           (loss && first != NULL);
}

/* What an argument says for one output. */
static const json_t *part_for(const json_t *argument, size_t output, const char *name, bool loss)
{
    if (!is_by_output(argument, loss))
        return argument;
    return json_is_object(argument) ? json_object_get(argument, name)
                                    : json_array_get(argument, output);
}

static void fill_list(const json_t *list, const char **to, size_t most)
{
    assert_true(json_array_size(list) <= most);
    for (size_t i = 0; i < json_array_size(list); i++)
        to[i] = identifier_of(json_array_get(list, i));
}

static void fill_table(const json_t *arguments, cn_tensors outputs, cn_compile_args *args)
{
    for (size_t i = 0; i < (size_t)outputs.count; i++) {
        const char *name = cn_tensor_name(outputs.at[i]);
        cn_output_args *line = &args->outputs[i];
        line->name = name;
        line->loss = identifier_of(part_for(json_object_get(arguments, "loss"), i, name, true));
        line->loss_weight =
            json_number_value(part_for(json_object_get(arguments, "loss_weights"), i, name, true));
        fill_list(part_for(json_object_get(arguments, "metrics"), i, name, false), line->metrics,
                  8);
        fill_list(part_for(json_object_get(arguments, "weighted_metrics"), i, name, false),
                  line->weighted_metrics, 8);
    }
}

cn_status cn_keras_compile(cn_model *model, const json_t *arguments)
{
    cn_compile_args args = {.model = model};
    const json_t *loss = json_object_get(arguments, "loss");
    const json_t *metrics = json_object_get(arguments, "metrics");
    const json_t *weighted = json_object_get(arguments, "weighted_metrics");
    args.optimizer = identifier_of(json_object_get(arguments, "optimizer"));
    if (is_by_output(loss, true) || is_by_output(metrics, false) || is_by_output(weighted, false)) {
        fill_table(arguments, cn_model_outputs(model), &args);
    } else {
        args.loss = identifier_of(loss);
        fill_list(metrics, args.metrics, CN_MAX_LIST);
        fill_list(weighted, args.weighted_metrics, CN_MAX_LIST);
    }
    return cn_compile_with(&args);
}
