/* Reading calls: which tensors and options a node's {"args": [...], "kwargs": {...}} says. */
#include <string.h>

#include "records/calls.h"

/* ---- tensors --------------------------------------------------------------------------------- */

bool cn_is_tensor_record(const json_t *json)
{
    const char *class = cn_record_text(json, "class_name");
    return class != NULL && strcmp(class, "__keras_tensor__") == 0;
}

/* A tensor, or a call that is still to come. */
static cn_status find_tensor(cn_call_reader *reader, const json_t *record, cn_tensor **tensor)
{
    const json_t *place = json_object_get(json_object_get(record, "config"), "keras_history");
    const char *layer = json_string_value(json_array_get(place, 0));
    const json_t *call = json_array_get(place, 1), *output = json_array_get(place, 2);
    CN_CHECK(layer != NULL && json_is_integer(call) && json_is_integer(output),
             "%s: a tensor's keras_history must be [layer, call, output]", reader->layer->name);
    CN_TRY(reader->source->find(reader->source->context, layer, json_integer_value(call),
                                json_integer_value(output), tensor));
    reader->call->missing |= *tensor == NULL;
    return CN_OK;
}

cn_status cn_read_add(cn_call_reader *reader, cn_tensor *tensor)
{
    CN_CHECK(reader->call->n < CN_MOST_TENSORS, "%s: takes at most %d tensors", reader->layer->name,
             CN_MOST_TENSORS);
    reader->call->tensors[reader->call->n++] = tensor;
    return CN_OK;
}

cn_status cn_read_tensor(cn_call_reader *reader, const json_t *record)
{
    cn_tensor *tensor = NULL;
    CN_TRY(find_tensor(reader, record, &tensor));
    return cn_read_add(reader, tensor);
}

static const char *kind_of(const json_t *json)
{
    static const char *const names[] = {"an object", "a list", "a string", "a number",
                                        "a number",  "true",   "false",    "null"};
    const char *class = cn_record_text(json, "class_name");
    return class != NULL ? class : json == NULL ? "nothing" : names[json_typeof(json)];
}

cn_status cn_read_no_tensor(const cn_call_reader *reader, const char *what, const json_t *json)
{
    return cn_fail(CN_INVALID, "%s: %s must be a tensor, got %s", reader->layer->name, what,
                   kind_of(json));
}

/* A tensor or a list of them. */
static cn_status add_tensors(cn_call_reader *reader, const char *what, const json_t *json)
{
    size_t i;
    json_t *item;
    if (cn_is_tensor_record(json))
        return cn_read_tensor(reader, json);
    if (!json_is_array(json))
        return cn_read_no_tensor(reader, what, json);
    json_array_foreach((json_t *)(uintptr_t)json, i, item)
    {
        if (!cn_is_tensor_record(item))
            return cn_read_no_tensor(reader, what, item);
        CN_TRY(cn_read_tensor(reader, item));
    }
    return CN_OK;
}

/* The inputs of a model by name, or images and labels, which may be left out. */
static cn_status add_named(cn_call_reader *reader, const json_t *dict)
{
    const cn_layer *layer = reader->layer;
    const cn_graph *graph = layer->graph;
    int64_t n = 0;
    const char *const *keys = cn_dictionary_keys(layer, &n);
    CN_CHECK(graph != NULL || keys != NULL, "%s: takes no dictionary of tensors", layer->name);
    if (graph == NULL && json_object_size(dict) == 1)
        n = 1;
    CN_CHECK((int64_t)json_object_size(dict) == n, "%s: has %d inputs, got a dictionary of %d",
             layer->name, (int)n, (int)json_object_size(dict));
    for (int64_t i = 0; i < n; i++) {
        const char *name = graph != NULL ? graph->inputs[i]->node->layer->name : keys[i];
        const json_t *item = json_object_get(dict, name);
        if (!cn_is_tensor_record(item))
            return cn_read_no_tensor(reader, name, item);
        CN_TRY(cn_read_tensor(reader, item));
    }
    return CN_OK;
}

static cn_status add_inputs(cn_call_reader *reader, const json_t *json)
{
    const bool named = json_is_object(json) && json_object_get(json, "class_name") == NULL;
    return named ? add_named(reader, json) : add_tensors(reader, "its input", json);
}

/* ---- layers ---------------------------------------------------------------------------------- */

static const json_t *either(const json_t *positional, const json_t *kwargs, const char *name)
{
    return positional != NULL && !json_is_null(positional) ? positional
                                                           : json_object_get(kwargs, name);
}

static bool is_given(const json_t *json)
{
    return json != NULL && !json_is_null(json);
}

/* query, value and key, each an argument of its own. */
static cn_status read_apart(cn_call_reader *reader, const json_t *args, const json_t *kwargs)
{
    static const char *const names[] = {"query", "value", "key"};
    for (size_t i = 0; i < 3; i++) {
        const json_t *input = either(json_array_get(args, i), kwargs, names[i]);
        if (is_given(input))
            CN_TRY(add_tensors(reader, names[i], input));
    }
    reader->call->options.n_inputs = reader->call->n;
    return CN_OK;
}

/* The first argument, by whatever name. */
static const json_t *first_argument(const json_t *args, const json_t *kwargs)
{
    static const char *const names[] = {"inputs", "sequences", "sequence", "x", "input"};
    const json_t *first = json_array_get(args, 0);
    for (size_t i = 0; first == NULL && i < sizeof names / sizeof names[0]; i++)
        first = json_object_get(kwargs, names[i]);
    return first;
}

static cn_status read_inputs(cn_call_reader *reader, const json_t *args, const json_t *kwargs)
{
    const int takes = reader->layer->class->takes;
    size_t positional = 1;
    if (takes & CN_TAKES_APART)
        return read_apart(reader, args, kwargs);
    CN_TRY(add_inputs(reader, first_argument(args, kwargs)));
    if (takes & CN_TAKES_STATES) {
        const json_t *states = either(json_array_get(args, 1), kwargs, "initial_state");
        if (is_given(states))
            CN_TRY(add_tensors(reader, "its initial state", states));
        positional = 2;
    }
    for (; positional < json_array_size(args); positional++)
        CN_CHECK(json_is_null(json_array_get(args, positional)),
                 "%s: positional argument %d is not known", reader->layer->name,
                 (int)positional + 1);
    reader->call->options.n_inputs = reader->call->n;
    return CN_OK;
}

static cn_status add_mask(cn_call_reader *reader, int64_t input, const json_t *mask)
{
    if (!is_given(mask))
        return CN_OK;
    CN_CHECK(input < reader->call->options.n_inputs, "%s: has more masks than inputs",
             reader->layer->name);
    if (!cn_is_tensor_record(mask))
        return cn_read_no_tensor(reader, "a mask", mask);
    reader->call->options.mask_of[input] = (int8_t)reader->call->n;
    return cn_read_tensor(reader, mask);
}

static cn_status read_masks(cn_call_reader *reader, const json_t *kwargs)
{
    static const char *const apart[] = {"query_mask", "value_mask", "key_mask"};
    const json_t *mask = json_object_get(kwargs, "mask");
    for (int64_t i = 0; i < 3 && (reader->layer->class->takes & CN_TAKES_APART); i++)
        CN_TRY(add_mask(reader, i, json_object_get(kwargs, apart[i])));
    const cn_graph *graph = reader->layer->graph;
    if (graph != NULL && json_is_object(mask) && !cn_is_tensor_record(mask)) {
        for (int64_t i = 0; i < graph->n_inputs; i++)
            CN_TRY(add_mask(reader, i, json_object_get(mask, graph->inputs[i]->node->layer->name)));
        return CN_OK;
    }
    if (!json_is_array(mask))
        return add_mask(reader, 0, mask);
    for (size_t i = 0; i < json_array_size(mask); i++)
        CN_TRY(add_mask(reader, (int64_t)i, json_array_get(mask, i)));
    return CN_OK;
}

static cn_status read_flag(const cn_call_reader *reader, const json_t *kwargs, const char *name,
                           bool *flag)
{
    const json_t *value = json_object_get(kwargs, name);
    if (!is_given(value))
        return CN_OK;
    CN_CHECK(json_is_boolean(value), "%s: %s must be true or false", reader->layer->name, name);
    *flag = json_is_true(value);
    return CN_OK;
}

/* What Keras writes where nobody said it. */
static bool is_default(const cn_layer *layer, bool training)
{
    return cn_silent_training(layer) == training ||
           (!training && (layer->class->takes & CN_TAKES_STATES) != 0);
}

static cn_status read_options(cn_call_reader *reader, const json_t *kwargs)
{
    cn_call_options *options = &reader->call->options;
    const json_t *attention = json_object_get(kwargs, "attention_mask");
    bool training = false;
    CN_TRY(read_flag(reader, kwargs, "training", &training));
    options->training = CN_NONE;
    if (is_given(json_object_get(kwargs, "training")) && !is_default(reader->layer, training))
        options->training = training;
    if (is_given(attention)) {
        if (!cn_is_tensor_record(attention))
            return cn_read_no_tensor(reader, "attention_mask", attention);
        options->attention_mask = (int8_t)reader->call->n;
        CN_TRY(cn_read_tensor(reader, attention));
    }
    CN_TRY(read_flag(reader, kwargs, "reverse", &options->reverse));
    CN_TRY(read_flag(reader, kwargs, "use_causal_mask", &options->use_causal_mask));
    return read_flag(reader, kwargs, "return_attention_scores", &options->return_attention_scores);
}

/* What a class does not take must not be said. */
static cn_status check_keywords(const cn_call_reader *reader, const json_t *kwargs)
{
    static const struct {
        const char *name;
        int takes; /* 0: any class */
    } known[] = {
        {"inputs", 0},
        {"sequences", 0},
        {"sequence", 0},
        {"x", 0},
        {"input", 0},
        {"mask", 0},
        {"training", 0},
        {"initial_state", CN_TAKES_STATES},
        {"query", CN_TAKES_APART},
        {"value", CN_TAKES_APART},
        {"key", CN_TAKES_APART},
        {"query_mask", CN_TAKES_APART},
        {"value_mask", CN_TAKES_APART},
        {"key_mask", CN_TAKES_APART},
        {"attention_mask", CN_TAKES_ATTENTION},
        {"use_causal_mask", CN_TAKES_ATTENTION},
        {"return_attention_scores", CN_TAKES_ATTENTION},
        {"reverse", CN_TAKES_REVERSE},
    };
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)(uintptr_t)kwargs, key, value)
    {
        bool fits = !is_given(value) || json_is_false(value);
        for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
            fits |= strcmp(known[i].name, key) == 0 &&
                    (known[i].takes == 0 || (reader->layer->class->takes & known[i].takes) != 0);
        CN_CHECK(fits, "%s: its call has an argument \"%s\", which it does not take",
                 reader->layer->name, key);
    }
    return CN_OK;
}

cn_status cn_call_of_json(const json_t *record, cn_layer *layer, const cn_tensor_source *source,
                          cn_call_reading *call)
{
    const json_t *args = json_object_get(record, "args"),
                 *kwargs = json_object_get(record, "kwargs");
    cn_call_reader reader = {layer, cn_operation_of(layer), source, call};
    *call = (cn_call_reading){.options = {.training = CN_NONE}};
    CN_CHECK(json_is_array(args) && (kwargs == NULL || json_is_object(kwargs)),
             "%s: a call must be {\"args\": [...], \"kwargs\": {...}}", layer->name);
    if (reader.operation != NULL)
        return cn_read_operation(&reader, args, kwargs);
    CN_TRY(check_keywords(&reader, kwargs));
    CN_TRY(read_inputs(&reader, args, kwargs));
    CN_TRY(read_masks(&reader, kwargs));
    return read_options(&reader, kwargs);
}
