/* Parsing identifiers: which class, and which arguments. */
#include "config/config.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

/* ---- classes by name ------------------------------------------------------------------------- */

struct registered {
    const char *kind;
    const cn_class *class;
    struct registered *next;
};

cn_status cn_class_register(const char *kind, const cn_class *class)
{
    cn_session *session = cn_session_current();
    CN_CHECK_MEMORY(session);
    struct registered *entry = cn_arena_allocate(cn_session_arena(session), sizeof *entry);
    CN_CHECK_MEMORY(entry);
    void **registry = cn_session_registry(session);
    *entry = (struct registered){kind, class, *registry};
    *registry = entry;
    return CN_OK;
}

/* Room for 2 * strlen(name) + 2 characters is needed. */
static char *write_snake_case(const char *name, char *snake)
{
    char *at = snake;
    for (const char *c = name; *c != '\0'; c++) {
        bool upper = isupper((unsigned char)*c) != 0;
        bool begins_word = upper && c > name &&
                           (islower((unsigned char)c[1]) || islower((unsigned char)c[-1]));
        if (begins_word && at[-1] != '_')
            *at++ = '_';
        *at++ = (char)tolower((unsigned char)*c);
    }
    *at = '\0';
    return snake;
}

char *cn_snake_case(cn_arena *arena, const char *name)
{
    char *snake = cn_arena_allocate(arena, 2 * strlen(name) + 2);
    return snake == NULL ? NULL : write_snake_case(name, snake);
}

static bool same_name(const char *a, const char *b)
{
    return strcmp(a, b) == 0;
}

static bool is_called(const cn_class *class, const char *name, cn_arena *arena)
{
    if (same_name(class->name, name))
        return true;
    for (const char *const *alias = class->aliases; alias != NULL && *alias != NULL; alias++)
        if (same_name(*alias, name))
            return true;
    /* almost always enough: a failure of memory would be taken for an unknown name */
    char room[256];
    const bool fits = 2 * strlen(class->name) + 2 <= sizeof room;
    const char *snake = fits ? write_snake_case(class->name, room)
                             : cn_snake_case(arena, class->name);
    return snake != NULL && same_name(snake, name);
}

const cn_class *cn_class_find(const cn_classes *classes, const char *name, cn_arena *arena)
{
    cn_session *session = cn_session_current();
    if (session != NULL)
        for (const struct registered *entry = *cn_session_registry(session); entry != NULL;
             entry = entry->next)
            if (same_name(entry->kind, classes->kind) && is_called(entry->class, name, arena))
                return entry->class;
    for (const cn_class *const *class = classes->list; *class != NULL; class ++)
        if (is_called(*class, name, arena))
            return *class;
    return NULL;
}

const char *cn_class_nearest(const cn_classes *classes, const char *name, cn_arena *arena)
{
    enum { MOST = 1024 };
    const char *names[MOST + 1];
    int n = 0;
    cn_session *session = cn_session_current();
    const struct registered *entry = session == NULL ? NULL : *cn_session_registry(session);
    for (; entry != NULL && n < MOST / 4; entry = entry->next)
        if (same_name(entry->kind, classes->kind))
            names[n++] = entry->class->name;
    for (const cn_class *const *class = classes->list; *class != NULL && n < MOST - 8; class ++) {
        names[n++] = (*class)->name;
        const char *snake = cn_snake_case(arena, (*class)->name);
        if (snake != NULL)
            names[n++] = snake;
        for (const char *const *alias = (*class)->aliases;
             alias != NULL && *alias != NULL && n < MOST; alias++)
            names[n++] = *alias;
    }
    names[n] = NULL;
    return cn_nearest_name(name, names);
}

static cn_status unknown_class(const cn_classes *classes, const char *name, cn_arena *arena)
{
    const char *nearest = cn_class_nearest(classes, name, arena);
    if (nearest != NULL)
        return cn_fail(CN_INVALID, "unknown %s \"%s\": did you mean \"%s\"?", classes->kind, name,
                       nearest);
    if (classes->registers != NULL)
        return cn_fail(CN_INVALID,
                       "unknown %s \"%s\" (one of your own is to be registered with %s)",
                       classes->kind, name, classes->registers);
    return cn_fail(CN_INVALID, "unknown %s \"%s\"", classes->kind, name);
}

/* ---- arguments ------------------------------------------------------------------------------- */

static cn_status wrong_type(const char *who, const cn_field *field, const char *expected)
{
    return cn_fail(CN_INVALID, "%s: %s must be %s", who, field->name, expected);
}

static cn_status parse_pairs(const char *who, const cn_field *field, const json_t *value,
                             int64_t *dims)
{
    const int64_t n = cn_field_pairs(field);
    bool fits = (int64_t)json_array_size(value) == n;
    for (int64_t i = 0; fits && i < 2 * n; i++) {
        const json_t *pair = json_array_get(value, (size_t)i / 2);
        const json_t *item = json_array_get(pair, (size_t)i % 2);
        fits = json_array_size(pair) == 2 && json_is_integer(item);
        dims[i] = json_integer_value(item);
    }
    return fits ? CN_OK
                : wrong_type(who, field,
                             n == 2 ? "a list of 2 pairs of integers"
                                    : "a list of 3 pairs of integers");
}

static cn_status parse_up_to(const char *who, const cn_field *field, json_int_t most, int64_t *dims)
{
    if (most < 1 || most > CN_MAX_RANK)
        return wrong_type(who, field, "an integer from 1 to 8 or a list of at most 8 integers");
    for (int64_t i = 0; i < most; i++)
        dims[i] = i + 1;
    return CN_OK;
}

static cn_status parse_dims(const char *who, const cn_field *field, const json_t *value,
                            int64_t *dims)
{
    memset(dims, 0, sizeof(int64_t[CN_MAX_RANK]));
    if (field->flags & CN_FIELD_PAIRS)
        return parse_pairs(who, field, value, dims);
    if (json_is_integer(value) && (field->flags & CN_FIELD_UP_TO))
        return parse_up_to(who, field, json_integer_value(value), dims);
    if (json_is_integer(value)) {
        dims[0] = json_integer_value(value);
        dims[1] = field->flags & (CN_FIELD_PAIR | CN_FIELD_COUNTS) ? CN_NONE : 0;
        return CN_OK;
    }
    if ((field->flags & CN_FIELD_PAIR) && json_array_size(value) != 2)
        return wrong_type(who, field, "an integer or a list of 2 integers");
    if (!json_is_array(value) || json_array_size(value) > CN_MAX_RANK)
        return wrong_type(who, field, "an integer or a list of at most 8 integers");
    if ((field->flags & CN_FIELD_COUNTS) && (int64_t)json_array_size(value) != cn_field_axes(field))
        return wrong_type(who, field, "an integer or a list of one for each axis");
    for (size_t i = 0; i < json_array_size(value); i++) {
        const json_t *item = json_array_get(value, i);
        if (!json_is_integer(item) && !json_is_null(item))
            return wrong_type(who, field, "a list of integers");
        dims[i] = json_is_null(item) ? CN_NONE : json_integer_value(item);
    }
    return CN_OK;
}

/* Where NaN says that a number is absent, or a list ends, it cannot be said. */
static cn_status parse_real(const char *who, const cn_field *field, const json_t *value,
                            double *real)
{
    *real = cn_json_number(value);
    if (!json_is_number(value))
        return wrong_type(who, field, "a number");
    if ((field->flags & CN_FIELD_WHOLE) && !(fabs(*real) < 0x1p63))
        return wrong_type(who, field, "a whole number of 64 bits");
    if (isnan(*real) && (field->flags & CN_FIELD_OPTIONAL))
        return wrong_type(who, field, "a number or null, not NaN");
    return CN_OK;
}

static bool ends_list(const json_t *value)
{
    return !json_is_number(value) || isnan(cn_json_number(value));
}

static cn_status parse_reals(const char *who, const cn_field *field, const json_t *value,
                             double *reals)
{
    if (!ends_list(value) && (field->flags & CN_FIELD_ONE_OR_MORE)) {
        reals[0] = cn_json_number(value);
        reals[1] = CN_UNSET;
        return CN_OK;
    }
    if (!json_is_array(value) || json_array_size(value) >= CN_MAX_LIST)
        return wrong_type(who, field, "a list of numbers");
    for (size_t i = 0; i < json_array_size(value); i++) {
        if (ends_list(json_array_get(value, i)))
            return wrong_type(who, field, "a list of numbers");
        reals[i] = cn_json_number(json_array_get(value, i));
    }
    reals[json_array_size(value)] = CN_UNSET;
    return CN_OK;
}

static cn_status parse_numbers(const char *who, const cn_field *field, const json_t *value,
                               cn_arena *arena, cn_numbers *numbers)
{
    const size_t n = json_array_size(value);
    double *items = cn_arena_allocate(arena, (n + 1) * sizeof *items);
    CN_CHECK_MEMORY(items);
    bool fits = json_is_array(value);
    for (size_t i = 0; fits && i < n; i++) {
        items[i] = cn_json_number(json_array_get(value, i));
        fits = json_is_number(json_array_get(value, i)) &&
               (!(field->flags & CN_FIELD_WHOLE) || fabs(items[i]) < 0x1p63);
    }
    *numbers = (cn_numbers){(int64_t)n, items};
    return fits ? CN_OK : wrong_type(who, field, "a list of numbers");
}

static cn_status parse_texts(const char *who, const cn_field *field, const json_t *value,
                             cn_arena *arena, cn_texts *texts)
{
    const size_t n = json_array_size(value);
    const char **items = cn_arena_allocate(arena, (n + 1) * sizeof *items);
    CN_CHECK_MEMORY(items);
    bool fits = json_is_array(value);
    for (size_t i = 0; fits && i < n; i++) {
        fits = json_is_string(json_array_get(value, i));
        items[i] = cn_arena_text(arena, json_string_value(json_array_get(value, i)));
        if (fits)
            CN_CHECK_MEMORY(items[i]);
    }
    *texts = (cn_texts){(int64_t)n, items};
    return fits ? CN_OK : wrong_type(who, field, "a list of strings");
}

static const char *what_text(const cn_field *field)
{
    return field->kind != CN_FIELD_OBJECT  ? "a string"
           : cn_field_is_dictionary(field) ? "an object"
                                           : "a name or a record";
}

static cn_status parse_text(const char *who, const cn_field *field, const json_t *value,
                            cn_arena *arena, const char **text)
{
    if (json_is_string(value) && !cn_field_is_dictionary(field)) {
        *text = cn_arena_text(arena, json_string_value(value));
    } else if (field->kind == CN_FIELD_OBJECT &&
               (json_is_object(value) ||
                (json_array_size(value) > 0 && !cn_field_is_dictionary(field)))) {
        char *dump = cn_json_text(value, JSON_COMPACT);
        *text = dump == NULL ? NULL : cn_arena_text(arena, dump);
        free(dump);
    } else {
        return wrong_type(who, field, what_text(field));
    }
    CN_CHECK_MEMORY(*text);
    return CN_OK;
}

static cn_status parse_things(const char *who, const cn_field *field, const json_t *value,
                              cn_arena *arena, cn_items *items)
{
    if (!json_is_array(value))
        return wrong_type(who, field, "a list of records");
    const size_t n = json_array_size(value);
    const void **list = cn_arena_allocate(arena, (n + 1) * sizeof *list);
    CN_CHECK_MEMORY(list);
    for (size_t i = 0; i < n; i++)
        CN_TRY(field->records->read(json_array_get(value, i), &list[i]));
    list[n] = CN_END;
    *items = (cn_items){.list = list};
    return CN_OK;
}

static cn_status parse_shape(const char *who, const cn_field *field, const json_t *value,
                             cn_shape *shape)
{
    *shape = (cn_shape){.rank = 1};
    if (json_is_integer(value)) {
        shape->dim[0] = json_integer_value(value);
        return CN_OK;
    }
    if (!json_is_array(value) || json_array_size(value) > CN_MAX_RANK)
        return wrong_type(who, field, "a list of at most 8 integers");
    shape->rank = (int64_t)json_array_size(value);
    for (int64_t i = 0; i < shape->rank; i++) {
        const json_t *item = json_array_get(value, (size_t)i);
        if (!json_is_integer(item) && !json_is_null(item))
            return wrong_type(who, field, "a list of integers");
        shape->dim[i] = json_is_null(item) ? CN_NONE : json_integer_value(item);
    }
    return CN_OK;
}

static cn_status parse_none(const char *who, const cn_field *field, void *member)
{
    if (!(field->flags & CN_FIELD_OPTIONAL))
        return wrong_type(who, field, "given, not null");
    if (field->kind == CN_FIELD_REAL)
        *(double *)member = CN_UNSET;
    else if (field->kind == CN_FIELD_INT)
        *(int64_t *)member = CN_NONE;
    else if (field->kind == CN_FIELD_REALS)
        *(double *)member = CN_UNSET;
    else if (field->flags & CN_FIELD_COUNTS)
        *(int64_t *)member = CN_NONE;
    else
        memset(member, 0, cn_field_size(field->kind));
    if (field->kind == CN_FIELD_SHAPE)
        ((cn_shape *)member)->rank = -1;
    return CN_OK;
}

/* A schedule may stand where Keras wants a learning rate; such fields are objects, and numbers
 * become text. */
static cn_status parse_number_as_object(const json_t *value, cn_arena *arena, const char **text)
{
    *text = cn_arena_format(arena, "%.17g", cn_json_number(value));
    CN_CHECK_MEMORY(*text);
    return CN_OK;
}

static cn_status parse_member(const char *who, const cn_field *field, const json_t *value,
                              cn_arena *arena, void *member)
{
    if (json_is_null(value))
        return parse_none(who, field, member);
    switch (field->kind) {
    case CN_FIELD_BOOL:
        if (!json_is_boolean(value))
            return wrong_type(who, field, "true or false");
        *(bool *)member = json_is_true(value);
        return CN_OK;
    case CN_FIELD_INT:
        if (!json_is_integer(value))
            return wrong_type(who, field, "an integer");
        *(int64_t *)member = json_integer_value(value);
        return CN_OK;
    case CN_FIELD_REAL: return parse_real(who, field, value, member);
    case CN_FIELD_DIMS: return parse_dims(who, field, value, member);
    case CN_FIELD_SHAPE: return parse_shape(who, field, value, member);
    case CN_FIELD_REALS: return parse_reals(who, field, value, member);
    case CN_FIELD_NUMBERS: return parse_numbers(who, field, value, arena, member);
    case CN_FIELD_TEXTS: return parse_texts(who, field, value, arena, member);
    case CN_FIELD_OBJECT:
        if (json_is_number(value) && !cn_field_is_dictionary(field))
            return parse_number_as_object(value, arena, member);
        return parse_text(who, field, value, arena, member);
    case CN_FIELD_TEXT: return parse_text(who, field, value, arena, member);
    case CN_FIELD_THING: return field->records->read(value, member);
    case CN_FIELD_THINGS: return parse_things(who, field, value, arena, member);
    default: return cn_fail(CN_INTERNAL, "%s: %s cannot be read from JSON", who, field->name);
    }
}

cn_status cn_member_parse(const char *who, const cn_field *field, const json_t *value,
                          cn_arena *arena, void *args)
{
    return parse_member(who, field, value, arena, (char *)args + field->offset);
}

static const cn_field *find_field(const cn_class *class, const char *key)
{
    for (const cn_field *field = class->fields; field != NULL && field->name != NULL; field++)
        if (same_name(field->name, key))
            return field;
    return NULL;
}

static cn_status unknown_key(const cn_class *class, const char *who, const char *key)
{
    enum { MOST = 64 };
    const char *names[MOST + 1];
    int n = 0;
    for (const cn_field *field = class->fields; field != NULL && field->name != NULL && n < MOST;
         field++)
        names[n++] = field->name;
    names[n] = NULL;
    const char *nearest = cn_nearest_name(key, names);
    return cn_fail(CN_INVALID, "%s: %s has no argument \"%s\"%s%s%s", who, class->name, key,
                   nearest == NULL ? "" : ": did you mean \"", nearest == NULL ? "" : nearest,
                   nearest == NULL ? "" : "\"?");
}

static bool listed(const char *const *list, const char *key)
{
    for (; list != NULL && *list != NULL; list++)
        if (same_name(*list, key))
            return true;
    return false;
}

cn_status cn_args_parse(const cn_class *class, const char *who, const json_t *config,
                        const char *const *ignored, cn_arena *arena, void **args)
{
    char *parsed = cn_arena_copy(arena, class->defaults, class->args_size);
    CN_CHECK_MEMORY(parsed);
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)(uintptr_t)config, key, value)
    {
        const cn_field *field = find_field(class, key);
        if (field != NULL && (field->flags & CN_FIELD_OR_TEXT) && json_is_string(value))
            field++;
        if (field != NULL)
            CN_TRY(parse_member(who, field, value, arena, parsed + field->offset));
        else if (!listed(ignored, key))
            return unknown_key(class, who, key);
    }
    *args = parsed;
    return class->check == NULL ? CN_OK : class->check(parsed);
}

/* ---- identifiers ----------------------------------------------------------------------------- */

cn_status cn_object_parse_json(const cn_classes *classes, const json_t *record, cn_arena *arena,
                               cn_object *object)
{
    static const char *const ignored[] = {"name", "dtype", NULL};
    *object = (cn_object){0};
    if (json_is_null(record))
        return CN_OK;
    if (json_is_string(record))
        return cn_object_parse(classes, json_string_value(record), arena, object);
    const char *name = json_string_value(json_object_get(record, "class_name"));
    const json_t *config = json_object_get(record, "config");
    CN_CHECK(name != NULL, "a %s record needs a \"class_name\"", classes->kind);
    if (same_name(name, "function") && json_is_string(config))
        return cn_object_parse(classes, json_string_value(config), arena, object);
    object->class = cn_class_find(classes, name, arena);
    if (object->class == NULL)
        return unknown_class(classes, name, arena);
    CN_CHECK(config == NULL || json_is_object(config), "%s: \"config\" must be a JSON object",
             name);
    void *args = NULL;
    CN_TRY(cn_args_parse(object->class, name, config, ignored, arena, &args));
    object->args = args;
    return CN_OK;
}

cn_status cn_object_parse(const cn_classes *classes, const char *identifier, cn_arena *arena,
                          cn_object *object)
{
    *object = (cn_object){0};
    if (identifier == NULL || identifier[0] == '\0')
        return CN_OK;
    if (identifier[0] != '{') {
        object->class = cn_class_find(classes, identifier, arena);
        if (object->class == NULL)
            return unknown_class(classes, identifier, arena);
        object->args = object->class->defaults;
        return CN_OK;
    }
    json_error_t error;
    json_t *record = cn_json_load(identifier, strlen(identifier), JSON_REJECT_DUPLICATES, &error);
    if (record == NULL) {
        char what[64];
        (void)snprintf(what, sizeof what, "a %s record", classes->kind);
        return cn_json_failure(CN_INVALID, what, &error);
    }
    cn_status status = cn_object_parse_json(classes, record, arena, object);
    json_decref(record);
    return status;
}
