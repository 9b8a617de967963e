/* Reading models: all layers first, then their calls, round by round, each as soon as what it needs
 * is there. */
#include <inttypes.h>
#include <string.h>

#include "records/records.h"

enum { MOST_LAYERS = 20000 };

/* A layer of the record, with the outputs of the calls made so far. */
struct entry {
    const char *name;
    const json_t *calls;
    cn_layer *layer;     /* NULL: an input */
    cn_tensors *outputs; /* one for each call */
    int64_t n, n_calls, capacity;
};

struct reader {
    const char *model;
    struct entry *entries;
    int64_t n;
    json_t *index; /* entries by name */
    cn_arena *arena;
    cn_layer_reader *read;
};

const char *cn_record_text(const json_t *record, const char *key)
{
    return json_string_value(json_object_get(record, key));
}

bool cn_is_model_record(const json_t *record)
{
    const char *class = cn_record_text(record, "class_name");
    return class != NULL && (strcmp(class, "Functional") == 0 || strcmp(class, "Model") == 0 ||
                             strcmp(class, "Sequential") == 0);
}

/* ---- inputs ---------------------------------------------------------------------------------- */

static cn_status check_flag(const json_t *config, const char *name, const char *flag)
{
    CN_CHECK(!json_is_true(json_object_get(config, flag)), "%s: inputs that are %s are not known",
             name, flag);
    return CN_OK;
}

static cn_status read_dim(const char *name, const json_t *dim, int64_t *to)
{
    *to = json_is_null(dim) ? CN_NONE : json_integer_value(dim);
    CN_CHECK(json_is_null(dim) || (json_is_integer(dim) && *to > 0 && *to <= INT32_MAX),
             "%s: a dimension of batch_shape must be null or a positive integer", name);
    return CN_OK;
}

/* "float32", or the record of a policy of that name. */
static const char *dtype_of(const json_t *config)
{
    const json_t *dtype = json_object_get(config, "dtype");
    const char *name = json_is_object(dtype)
                           ? cn_record_text(json_object_get(dtype, "config"), "name")
                           : json_string_value(dtype);
    return name == NULL ? "float32" : name;
}

cn_status cn_input_of_json(const json_t *record, cn_tensor **input)
{
    const json_t *config = json_object_get(record, "config");
    const json_t *shape = json_object_get(config, "batch_shape");
    const char *name = cn_record_text(config, "name");
    cn_input_args args = {CN_INPUT_DEFAULTS, .name = name};
    CN_CHECK(name != NULL, "an InputLayer needs a \"name\"");
    CN_CHECK(json_array_size(shape) >= 1 && json_array_size(shape) <= CN_MAX_RANK,
             "%s: \"batch_shape\" must be a list of 1 to %d dimensions", name, CN_MAX_RANK);
    CN_TRY(check_flag(config, name, "sparse"));
    CN_TRY(check_flag(config, name, "ragged"));
    CN_TRY(check_flag(config, name, "optional"));
    CN_TRY(read_dim(name, json_array_get(shape, 0), &args.batch_size));
    for (size_t i = 1; i < json_array_size(shape); i++)
        CN_TRY(read_dim(name, json_array_get(shape, i), &args.shape[i - 1]));
    args.dtype = cn_arena_text(cn_session_arena(cn_session_current()), dtype_of(config));
    CN_CHECK_MEMORY(args.dtype);
    *input = cn_input_with(&args);
    return *input == NULL ? cn_error_status() : CN_OK;
}

static bool is_input_record(const json_t *record)
{
    const char *class = cn_record_text(record, "class_name");
    return class != NULL && strcmp(class, "InputLayer") == 0;
}

/* ---- layers ---------------------------------------------------------------------------------- */

static cn_status keep_outputs(struct entry *entry, cn_tensor *const *outputs, int64_t n,
                              cn_arena *arena)
{
    cn_tensor **kept = cn_arena_copy(arena, outputs, (size_t)n * sizeof *outputs);
    CN_CHECK_MEMORY(kept);
    CN_TRY(cn_grow(&entry->outputs, &entry->capacity, entry->n_calls + 1, sizeof *entry->outputs));
    entry->outputs[entry->n_calls++] = (cn_tensors){n, kept};
    return CN_OK;
}

static cn_status read_entry(struct reader *reader, const json_t *record)
{
    struct entry *entry = &reader->entries[reader->n];
    const json_t *config = json_object_get(record, "config");
    entry->name = cn_record_text(record, "name");
    if (entry->name == NULL)
        entry->name = cn_record_text(config, "name");
    CN_CHECK(entry->name != NULL, "%s: layer %" PRId64 " has no name", reader->model, reader->n);
    CN_CHECK(json_object_get(reader->index, entry->name) == NULL,
             "%s: two layers are called \"%s\": names must be unique in a model", reader->model,
             entry->name);
    CN_CHECK(json_object_set_new(reader->index, entry->name, json_integer(reader->n)) == 0,
             "%s: the layer name \"%s\" cannot be used", reader->model, entry->name);
    reader->n++;
    entry->calls = json_object_get(record, "inbound_nodes");
    entry->n = (int64_t)json_array_size(entry->calls);
    if (!is_input_record(record))
        return reader->read(record, &entry->layer);
    cn_tensor *input = NULL;
    CN_TRY(cn_input_of_json(record, &input));
    return keep_outputs(entry, &input, 1, reader->arena);
}

static cn_status read_entries(struct reader *reader, const json_t *layers)
{
    const size_t n = json_array_size(layers);
    CN_CHECK(n > 0, "%s: its config needs a list of \"layers\"", reader->model);
    CN_CHECK(n <= MOST_LAYERS, "%s: has %d layers, at most %d are read", reader->model, (int)n,
             MOST_LAYERS);
    reader->entries = cn_arena_allocate(reader->arena, n * sizeof *reader->entries);
    reader->index = json_object();
    CN_CHECK_MEMORY(reader->entries);
    CN_CHECK_MEMORY(reader->index);
    for (size_t i = 0; i < n; i++)
        CN_TRY(read_entry(reader, json_array_get(layers, i)));
    return CN_OK;
}

/* ---- calls ----------------------------------------------------------------------------------- */

static cn_status find_tensor(void *context, const char *layer, int64_t call, int64_t output,
                             cn_tensor **tensor)
{
    const struct reader *reader = context;
    const json_t *place = json_object_get(reader->index, layer);
    *tensor = NULL;
    CN_CHECK(place != NULL, "%s: there is no layer \"%s\"", reader->model, layer);
    const struct entry *entry = &reader->entries[json_integer_value(place)];
    const int64_t n = entry->layer == NULL ? 1 : entry->n;
    CN_CHECK(call >= 0 && call < n, "%s: %s has %" PRId64 " calls, number %" PRId64 " is asked for",
             reader->model, layer, n, call);
    if (call >= entry->n_calls)
        return CN_OK;
    CN_CHECK(output >= 0 && output < entry->outputs[call].count,
             "%s: %s has %" PRId64 " outputs, number %" PRId64 " is asked for", reader->model,
             layer, entry->outputs[call].count, output);
    *tensor = entry->outputs[call].at[output];
    return CN_OK;
}

/* Makes calls of a layer until one needs what is not there yet; made counts them. */
static cn_status make_calls(struct reader *reader, struct entry *entry, int64_t *made)
{
    const cn_tensor_source source = {find_tensor, reader};
    cn_call_reading *call = cn_arena_allocate(reader->arena, sizeof *call);
    CN_CHECK_MEMORY(call);
    while (entry->layer != NULL && entry->n_calls < entry->n) {
        cn_tensor *outputs[CN_MOST_TENSORS];
        int64_t n_outputs = 0;
        CN_TRY(cn_call_of_json(json_array_get(entry->calls, (size_t)entry->n_calls), entry->layer,
                               &source, call));
        if (call->missing)
            return CN_OK;
        CN_TRY(cn_layer_apply(entry->layer, &call->options, call->tensors, call->n, outputs,
                              &n_outputs));
        CN_TRY(keep_outputs(entry, outputs, n_outputs, reader->arena));
        ++*made;
    }
    return CN_OK;
}

static const struct entry *first_unfinished(const struct reader *reader)
{
    for (int64_t i = 0; i < reader->n; i++)
        if (reader->entries[i].layer != NULL && reader->entries[i].n_calls < reader->entries[i].n)
            return &reader->entries[i];
    return NULL;
}

static cn_status make_all_calls(struct reader *reader)
{
    for (;;) {
        int64_t made = 0;
        for (int64_t i = 0; i < reader->n; i++)
            CN_TRY(make_calls(reader, &reader->entries[i], &made));
        const struct entry *waiting = first_unfinished(reader);
        if (waiting == NULL)
            return CN_OK;
        CN_CHECK(made > 0, "%s: call %" PRId64 " of %s waits for itself: the calls go in a circle",
                 reader->model, waiting->n_calls, waiting->name);
    }
}

/* ---- inputs and outputs of the model --------------------------------------------------------- */

static bool is_place(const json_t *json)
{
    return json_is_array(json) && json_is_string(json_array_get(json, 0));
}

/* [layer, call, output], where the first call of a nested Functional has number 1. */
static cn_status take_place(struct reader *reader, const json_t *place, const void **tensor)
{
    const json_t *call = json_array_get(place, 1), *output = json_array_get(place, 2);
    CN_CHECK(is_place(place) && json_is_integer(call) && json_is_integer(output),
             "%s: its inputs and outputs must be named as [layer, call, output]", reader->model);
    const char *name = json_string_value(json_array_get(place, 0));
    const json_t *index = json_object_get(reader->index, name);
    const cn_layer *layer = index == NULL ? NULL : reader->entries[json_integer_value(index)].layer;
    int64_t number = json_integer_value(call);
    if (layer != NULL && layer->graph != NULL && !layer->graph->sequential && number > 0)
        number--;
    cn_tensor *found = NULL;
    CN_TRY(find_tensor(reader, name, number, json_integer_value(output), &found));
    *tensor = found;
    return CN_OK;
}

/* Room for what one argument of cn_model_of says. */
struct tensors {
    const void *list[CN_MOST_TENSORS + 1];
    cn_item dict[CN_MOST_TENSORS + 1];
};

/* Adds the places of a list to n others; lists in lists, which Keras has where a layer's outputs
 * are in lists, become one. */
static cn_status take_list(struct reader *reader, const json_t *places, struct tensors *room,
                           size_t *n)
{
    size_t i;
    json_t *place;
    json_array_foreach((json_t *)(uintptr_t)places, i, place)
    {
        if (json_is_array(json_array_get(place, 0))) {
            CN_TRY(take_list(reader, place, room, n));
            continue;
        }
        CN_CHECK(*n < CN_MOST_TENSORS, "%s: has more than %d inputs or outputs", reader->model,
                 CN_MOST_TENSORS);
        CN_TRY(take_place(reader, place, &room->list[(*n)++]));
    }
    return CN_OK;
}

static cn_status take_places(struct reader *reader, const json_t *places, struct tensors *room,
                             cn_items *items)
{
    const char *key;
    json_t *place;
    size_t n = 0;
    *items = (cn_items){0};
    if (is_place(places))
        return take_place(reader, places, &items->one);
    if (json_is_array(places)) {
        CN_TRY(take_list(reader, places, room, &n));
        room->list[n] = CN_END;
        items->list = room->list;
        return CN_OK;
    }
    CN_CHECK(json_is_object(places), "%s: its config needs \"input_layers\" and \"output_layers\"",
             reader->model);
    CN_CHECK(json_object_size(places) <= CN_MOST_TENSORS, "%s: has more than %d inputs or outputs",
             reader->model, CN_MOST_TENSORS);
    json_object_foreach((json_t *)(uintptr_t)places, key, place)
    {
        room->dict[n].name = key;
        CN_TRY(take_place(reader, place, &room->dict[n++].item));
    }
    room->dict[n] = (cn_item){NULL, NULL};
    items->dict = room->dict;
    return CN_OK;
}

/* ---- Functional ------------------------------------------------------------------------------ */

static cn_status read_functional(struct reader *reader, const json_t *config, cn_model **model)
{
    struct tensors *rooms = cn_arena_allocate(reader->arena, 2 * sizeof *rooms);
    cn_model_of_args args = {.name = reader->model};
    CN_CHECK_MEMORY(rooms);
    CN_TRY(read_entries(reader, json_object_get(config, "layers")));
    CN_TRY(make_all_calls(reader));
    CN_TRY(take_places(reader, json_object_get(config, "input_layers"), &rooms[0], &args.inputs));
    CN_TRY(take_places(reader, json_object_get(config, "output_layers"), &rooms[1], &args.outputs));
    *model = cn_model_of_with(&args);
    return *model == NULL ? cn_error_status() : CN_OK;
}

/* ---- Sequential ------------------------------------------------------------------------------ */

static cn_status add_layer(struct reader *reader, const json_t *record, cn_model *model)
{
    cn_layer *layer = NULL;
    if (!is_input_record(record)) {
        CN_TRY(reader->read(record, &layer));
        return cn_sequential_add(model, layer);
    }
    cn_tensor *input = NULL;
    CN_CHECK(model->graph->n_layers == 0 && model->graph->n_inputs == 0,
             "%s: an InputLayer must be the first layer of a Sequential", reader->model);
    CN_TRY(cn_input_of_json(record, &input));
    return cn_sequential_begin(model, input);
}

/* The shape of a stack that was built without an InputLayer. */
static cn_status build_stack(const struct reader *reader, const json_t *shape, cn_model *model)
{
    cn_type type = {.dtype = CN_FLOAT32, .shape = {.rank = (int64_t)json_array_size(shape)}};
    if (!json_is_array(shape) || model->graph->n_outputs > 0 || model->graph->n_layers == 0)
        return CN_OK;
    CN_CHECK(type.shape.rank >= 1 && type.shape.rank <= CN_MAX_RANK,
             "%s: \"build_input_shape\" must be a list of 1 to %d dimensions", reader->model,
             CN_MAX_RANK);
    for (int64_t i = 0; i < type.shape.rank; i++)
        CN_TRY(read_dim(reader->model, json_array_get(shape, (size_t)i), &type.shape.dim[i]));
    return cn_sequential_build(model, &type);
}

static cn_status read_sequential(struct reader *reader, const json_t *config, cn_model **model)
{
    const json_t *layers = json_object_get(config, "layers");
    CN_CHECK(json_is_array(layers) && json_array_size(layers) <= MOST_LAYERS,
             "%s: its config needs a list of at most %d \"layers\"", reader->model, MOST_LAYERS);
    *model = cn_sequential(.name = reader->model);
    CN_CHECK_MEMORY(*model);
    for (size_t i = 0; i < json_array_size(layers); i++)
        CN_TRY(add_layer(reader, json_array_get(layers, i), *model));
    return build_stack(reader, json_object_get(config, "build_input_shape"), *model);
}

/* ---- both ------------------------------------------------------------------------------------ */

static cn_status read_model(struct reader *reader, const json_t *record, cn_model **model)
{
    const json_t *config = json_object_get(record, "config");
    CN_CHECK(json_is_object(config), "a model's record needs a \"config\"");
    reader->model = cn_record_text(config, "name");
    CN_CHECK(reader->model != NULL, "a model's config needs a \"name\"");
    if (strcmp(cn_record_text(record, "class_name"), "Sequential") == 0)
        CN_TRY(read_sequential(reader, config, model));
    else
        CN_TRY(read_functional(reader, config, model));
    if (json_is_false(json_object_get(config, "trainable")))
        cn_set_trainable(*model, false);
    return CN_OK;
}

cn_status cn_model_of_json(const json_t *record, cn_layer_reader *read, cn_model **model)
{
    cn_arena memory = {0};
    struct reader reader = {.arena = &memory, .read = read};
    cn_status status = read_model(&reader, record, model);
    for (int64_t i = 0; i < reader.n; i++)
        cn_release(reader.entries[i].outputs);
    json_decref(reader.index);
    cn_arena_free(&memory);
    return status;
}
