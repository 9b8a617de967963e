/* Functions of the user's: registered under a name, found, run, and as Keras's records. */
#include "layers/functions.h"

#include <string.h>

/* ---- the list -------------------------------------------------------------------------------- */

static const cn_class *const none[] = {NULL};
static const cn_classes functions = {"function", none, NULL};

cn_status cn_register_function(const char *name, cn_function *function, void *data)
{
    cn_session *session = cn_session_current();
    CN_CHECK_MEMORY(session);
    CN_CHECK(name != NULL && name[0] != '\0', "cn_register_function: it needs a name");
    CN_CHECK(function != NULL, "cn_register_function: \"%s\" needs a function", name);
    cn_arena *arena = cn_session_arena(session);
    cn_registered_function *own = cn_arena_allocate(arena, sizeof *own);
    CN_CHECK_MEMORY(own);
    *own =
        (cn_registered_function){.base = {.name = cn_arena_text(arena, name), .module = "custom"},
                                 .function = function,
                                 .data = data};
    CN_CHECK_MEMORY(own->base.name);
    return cn_class_register(functions.kind, &own->base);
}

static const char *without_package(const char *name)
{
    const char *mark = strrchr(name, '>');
    return mark == NULL ? name : mark + 1;
}

const cn_registered_function *cn_function_find(const char *name)
{
    cn_arena memory = {0};
    const cn_class *class = cn_class_find(&functions, name, &memory);
    if (class == NULL)
        class = cn_class_find(&functions, without_package(name), &memory);
    cn_arena_free(&memory);
    return (const cn_registered_function *)(const void *)class;
}

bool cn_is_activation(const char *name)
{
    cn_arena memory = {0};
    const bool is = cn_class_find(&cn_activation_classes, name, &memory) != NULL;
    cn_arena_free(&memory);
    return is;
}

cn_status cn_unknown_function(const char *name)
{
    cn_arena memory = {0};
    const char *nearest = cn_class_nearest(&functions, without_package(name), &memory);
    cn_status status = cn_fail(CN_INVALID,
                               "unknown function \"%s\"%s%s%s (a function of your own is to be "
                               "registered with cn_register_function)",
                               name, nearest == NULL ? "" : ": did you mean \"",
                               nearest == NULL ? "" : nearest, nearest == NULL ? "" : "\"?");
    cn_arena_free(&memory);
    return status;
}

/* ---- running --------------------------------------------------------------------------------- */

/* What cn_function_number finds wrong while a function runs. */
struct running {
    cn_function_call call;
    cn_status status;
};

cn_status cn_function_run(const cn_registered_function *function, cn_tensors inputs,
                          const cn_function_call *call, cn_tensor **result)
{
    struct running running = {.call = *call};
    running.call.data = function->data;
    const bool failed_before = cn_failed();
    *result = function->function(inputs, &running.call);
    CN_TRY(running.status);
    return *result == NULL && cn_failed() && !failed_before ? cn_error_status() : CN_OK;
}

double cn_function_number(const cn_function_call *call, const char *name, double other)
{
    struct running *running = (struct running *)(uintptr_t)call;
    json_t *arguments = cn_json_load(call->arguments, strlen(call->arguments), 0, NULL);
    const json_t *value = json_object_get(arguments, name);
    double number = other;
    if (arguments == NULL)
        running->status = cn_fail(CN_OUT_OF_MEMORY, "out of memory");
    else if (json_is_boolean(value))
        number = json_is_true(value);
    else if (json_is_number(value))
        number = cn_json_number(value);
    else if (value != NULL)
        running->status = cn_fail(CN_INVALID, "its argument \"%s\" is no number", name);
    json_decref(arguments);
    return number;
}

/* ---- records --------------------------------------------------------------------------------- */

/* Keras finds its own functions by their names, and others by the package too. */
static json_t *write_function(const void *thing)
{
    const char *name = thing;
    const bool is_custom = cn_function_find(name) != NULL && strchr(name, '>') == NULL;
    return json_pack("{s:s, s:s, s:o, s:s}", "module", "builtins", "class_name", "function",
                     "config", json_sprintf("%s%s", is_custom ? "Custom>" : "", name),
                     "registered_name", "function");
}

/* A name alone, or Keras 3's record; of Python code there is "__lambda__". */
static cn_status read_function(const json_t *record, const void **thing)
{
    const char *class = cn_record_text(record, "class_name");
    const char *name = json_is_string(record) ? json_string_value(record)
                                              : cn_record_text(record, "config");
    CN_CHECK(class == NULL || strcmp(class, "__lambda__") != 0,
             "a Lambda layer holds Python code, which is not run here");
    CN_CHECK(name != NULL && (class == NULL || strcmp(class, "function") == 0),
             "a Lambda layer needs the name of a function, got %s",
             class == NULL ? "another value" : class);
    *thing = cn_arena_text(cn_session_arena(cn_session_current()), name);
    CN_CHECK_MEMORY(*thing);
    return CN_OK;
}

const cn_records cn_function_records = {write_function, read_function};
