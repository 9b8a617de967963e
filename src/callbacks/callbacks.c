/* The list of callbacks, and how identifiers are made and become hooks. */
#include "callbacks/callbacks.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

static const cn_class *const list[] = {
#define CN_CALLBACK_ENTRY(name) &cn_callback_##name.base,
#include "callbacks/callbacks.def"
#undef CN_CALLBACK_ENTRY
    NULL,
};

const cn_classes cn_callback_classes = {"callback", list, NULL};

/* ---- from identifiers to hooks --------------------------------------------------------------- */

static void release(void *data)
{
    cn_callback_state *state = data;
    cn_arena memory = state->memory;
    if (state->class->end != NULL)
        state->class->end(state);
    cn_arena_free(&memory);
    cn_release(state);
}

/* The state takes the memory, in which the arguments are. */
static cn_status make_state(const cn_object *object, cn_arena *memory, cn_callback *callback)
{
    const cn_callback_class *class = (const cn_callback_class *)object->class;
    *callback = class->hooks;
    if (class->state_size == 0)
        return CN_OK;
    cn_callback_state *state = cn_allocate(class->state_size);
    CN_CHECK_MEMORY(state);
    *state = (cn_callback_state){*memory, object->args, class};
    *memory = (cn_arena){0};
    callback->data = state;
    callback->free = release;
    cn_status status = class->begin == NULL ? CN_OK : class->begin(state, callback);
    if (status != CN_OK) {
        release(state);
        *callback = (cn_callback){0};
    }
    return status;
}

static cn_status create(const char *identifier, cn_arena *memory, cn_callback *callback)
{
    cn_object object;
    CN_TRY(cn_object_parse(&cn_callback_classes, identifier, memory, &object));
    CN_CHECK(
        object.class != NULL,
        "a callback is a name or what a constructor such as cn_early_stopping(...) returns, got nothing");
    if (object.class->check != NULL)
        CN_TRY(object.class->check(object.args));
    return make_state(&object, memory, callback);
}

cn_status cn_callback_create(const char *identifier, cn_callback *callback)
{
    cn_arena memory = {0};
    *callback = (cn_callback){0};
    cn_status status = create(identifier, &memory, callback);
    cn_arena_free(&memory);
    return status;
}

/* ---- what a backup keeps --------------------------------------------------------------------- */

/* The state behind hooks, NULL for those of the user's own. */
static cn_callback_state *state_of(const cn_callback *callback)
{
    return callback->free == release ? callback->data : NULL;
}

json_t *cn_callback_kept(const cn_callback *callback)
{
    const cn_callback_state *state = state_of(callback);
    if (state == NULL || state->class->kept == NULL)
        return json_null();
    json_t *kept = json_object();
    bool fits = json_object_set_new(kept, "class", json_string(state->class->base.name)) == 0;
    for (const cn_field *field = state->class->kept; fits && field->name != NULL; field++) {
        const void *member = (const char *)state + field->offset;
        if (field->kind == CN_FIELD_REAL && isinf(*(const double *)member))
            continue; /* JSON has no such number; NaN, what it is at first, is as bad */
        fits = json_object_set_new(kept, field->name, cn_member_json(field, state)) == 0;
    }
    if (fits)
        return kept;
    json_decref(kept);
    (void)cn_fail(CN_OUT_OF_MEMORY, "out of memory");
    return NULL;
}

cn_status cn_callback_resume(const cn_callback *callback, const json_t *kept)
{
    cn_callback_state *state = state_of(callback);
    const char *name = json_string_value(json_object_get(kept, "class"));
    if (state == NULL || state->class->kept == NULL || name == NULL ||
        strcmp(name, state->class->base.name) != 0)
        return CN_OK;
    for (const cn_field *field = state->class->kept; field->name != NULL; field++) {
        const json_t *value = json_object_get(kept, field->name);
        if (value != NULL)
            CN_TRY(cn_member_parse(name, field, value, &state->memory, state));
    }
    return CN_OK;
}

cn_array_list *cn_callback_arrays(const cn_callback *callback)
{
    cn_callback_state *state = state_of(callback);
    if (state == NULL || state->class->kept_arrays == 0)
        return NULL;
    return (cn_array_list *)((char *)state + state->class->kept_arrays);
}

void cn_array_list_free(cn_array_list *arrays)
{
    for (int64_t i = 0; i < arrays->n; i++)
        cn_array_free(arrays->items[i]);
    cn_release(arrays->items);
    *arrays = (cn_array_list){0};
}

/* ---- making identifiers ---------------------------------------------------------------------- */

/* An identifier that no training accepts. */
static const char refused[] = "";

const char *cn_callback_text(const cn_callback_class *class, const void *args)
{
    const char *text = cn_object_text(&class->base, args);
    return text == NULL ? refused : text;
}

const char *cn_callback_register(const cn_callback_class *class, const char *prefix,
                                 const void *args)
{
    cn_session *session = cn_session_current();
    if (session == NULL || (class->base.check != NULL && class->base.check(args) != CN_OK))
        return refused;
    cn_arena *arena = cn_session_arena(session);
    const int64_t number = cn_session_count_name(session, prefix);
    cn_callback_class *own = cn_arena_copy(arena, class, sizeof *class);
    char *name = cn_arena_format(arena, "%s_%" PRId64, prefix, number);
    void *kept = cn_arena_copy(arena, args, class->base.args_size);
    if (number == 0 || own == NULL || name == NULL || kept == NULL)
        return refused;
    own->base.name = name;
    own->base.defaults = kept;
    own->base.fields = NULL;
    return cn_class_register(cn_callback_classes.kind, &own->base) == CN_OK ? name : refused;
}

const char *cn_custom_callback_with(const cn_callback *callback)
{
    const cn_callback_class class = {.base = {.module = "cornu", .args_size = sizeof *callback},
                                     .hooks = *callback};
    return cn_callback_register(&class, "custom_callback", callback);
}
