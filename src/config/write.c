/* Writing objects as Keras's records. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "config/config.h"

void cn_json_set(json_t **object, const char *key, json_t *value)
{
    if (*object == NULL) {
        json_decref(value);
    } else if (json_object_set_new(*object, key, value) != 0) {
        json_decref(*object);
        *object = NULL;
    }
}

void cn_json_append(json_t **list, json_t *value)
{
    if (*list == NULL) {
        json_decref(value);
    } else if (json_array_append_new(*list, value) != 0) {
        json_decref(*list);
        *list = NULL;
    }
}

struct text {
    char *bytes;
    int64_t n, capacity;
    bool failed;
};

static int put_bytes(const char *bytes, size_t n, void *context)
{
    struct text *text = context;
    if (!text->failed)
        text->failed = cn_grow(&text->bytes, &text->capacity, text->n + (int64_t)n + 1, 1) != CN_OK;
    if (text->failed)
        return -1;
    memcpy(text->bytes + text->n, bytes, n);
    text->n += (int64_t)n;
    text->bytes[text->n] = '\0';
    return 0;
}

char *cn_json_text(const json_t *json, size_t flags)
{
    struct text text = {0};
    if (json != NULL && json_dump_callback(json, put_bytes, &text, flags) == 0 && !text.failed) {
        cn_json_put_words(text.bytes);
        return text.bytes;
    }
    cn_release(text.bytes);
    return NULL;
}

cn_status cn_json_failure(cn_status status, const char *what, const json_error_t *error)
{
    if (error->text[0] == '\0' || error->line < 0)
        return cn_fail(CN_OUT_OF_MEMORY, "%s: out of memory", what);
    return cn_fail(status, "%s is not JSON: line %d: %s", what, error->line, error->text);
}

static json_t *real_json(const cn_field *field, double value)
{
    if (isnan(value) && (field->flags & CN_FIELD_OPTIONAL))
        return json_null();
    return field->flags & CN_FIELD_WHOLE ? json_integer((json_int_t)value) : cn_json_real(value);
}

static json_t *numbers_json(const cn_field *field, const cn_numbers *numbers)
{
    if (numbers->count == 0 && (field->flags & CN_FIELD_OPTIONAL))
        return json_null();
    json_t *list = json_array();
    for (int64_t i = 0; i < numbers->count; i++)
        cn_json_append(&list, field->flags & CN_FIELD_WHOLE
                                  ? json_integer((json_int_t)numbers->items[i])
                                  : cn_json_real(numbers->items[i]));
    return list;
}

static json_t *texts_json(const cn_field *field, const cn_texts *texts)
{
    if (texts->count == 0 && (field->flags & CN_FIELD_OPTIONAL))
        return json_null();
    json_t *list = json_array();
    for (int64_t i = 0; i < texts->count; i++)
        cn_json_append(&list, json_string(texts->items[i]));
    return list;
}

static json_t *pairs_json(const cn_field *field, const int64_t *dims)
{
    const cn_shape pairs = cn_field_dims(field, dims);
    json_t *list = json_array();
    for (int64_t i = 0; i < pairs.rank; i += 2)
        cn_json_append(&list,
                       json_pack("[II]", (json_int_t)pairs.dim[i], (json_int_t)pairs.dim[i + 1]));
    return list;
}

/* 1, 2 ... n of a field where n stands for them. */
static bool is_up_to(const cn_field *field, const cn_shape *shape)
{
    bool counts = (field->flags & CN_FIELD_UP_TO) != 0 && shape->rank > 0;
    for (int64_t i = 0; counts && i < shape->rank; i++)
        counts = shape->dim[i] == i + 1;
    return counts;
}

static json_t *dims_json(const cn_field *field, const int64_t *dims)
{
    if (field->flags & CN_FIELD_PAIRS)
        return pairs_json(field, dims);
    const bool axes = (field->flags & CN_FIELD_AXES) != 0;
    cn_shape shape = cn_field_dims(field, dims);
    const bool none = shape.rank == 0 || (axes && dims[0] == 0 && dims[1] == 0);
    if (none && (field->flags & CN_FIELD_OPTIONAL))
        return json_null();
    if ((shape.rank == 1 && (field->flags & CN_FIELD_ONE_OR_MORE)) || is_up_to(field, &shape))
        return json_integer(shape.dim[shape.rank - 1]);
    json_t *list = json_array();
    for (int64_t i = 0; i < shape.rank; i++)
        cn_json_append(&list,
                       shape.dim[i] == CN_NONE && !axes ? json_null() : json_integer(shape.dim[i]));
    return list;
}

static json_t *shape_json(const cn_field *field, const cn_shape *shape)
{
    if (shape->rank < 0)
        return json_null();
    if (shape->rank == 1 && (field->flags & CN_FIELD_ONE_OR_MORE))
        return json_integer(shape->dim[0]);
    json_t *list = json_array();
    for (int64_t i = 0; i < shape->rank; i++)
        cn_json_append(&list, shape->dim[i] == CN_NONE && !(field->flags & CN_FIELD_SIGNED)
                                  ? json_null()
                                  : json_integer(shape->dim[i]));
    return list;
}

static json_t *reals_json(const cn_field *field, const double *reals)
{
    if ((field->flags & CN_FIELD_ONE_OR_MORE) && !isnan(reals[0]) && isnan(reals[1]))
        return cn_json_real(reals[0]);
    if ((field->flags & CN_FIELD_OPTIONAL) && isnan(reals[0]))
        return json_null();
    json_t *list = json_array();
    for (int i = 0; i < CN_MAX_LIST && !isnan(reals[i]); i++)
        cn_json_append(&list, cn_json_real(reals[i]));
    return list;
}

json_t *cn_identifier_json(const char *identifier)
{
    if (identifier == NULL || identifier[0] == '\0')
        return json_null();
    if (identifier[0] == '{' || identifier[0] == '[')
        return cn_json_load(identifier, strlen(identifier), 0, NULL);
    char *end;
    double number = strtod(identifier, &end);
    return *end == '\0' ? cn_json_real(number) : json_string(identifier);
}

static json_t *text_json(const char *text)
{
    return text == NULL ? json_null() : json_string(text);
}

static json_t *thing_json(const cn_field *field, const void *thing)
{
    return thing == NULL ? json_null() : field->records->write(thing);
}

static json_t *things_json(const cn_field *field, const cn_items *items)
{
    json_t *list = json_array();
    for (int64_t i = 0; items->list != NULL && items->list[i] != CN_END; i++)
        cn_json_append(&list, thing_json(field, items->list[i]));
    return list;
}

static json_t *member_json(const cn_field *field, const void *member)
{
    switch (field->kind) {
    case CN_FIELD_BOOL: return json_boolean(*(const bool *)member);
    case CN_FIELD_INT:
        if ((field->flags & CN_FIELD_OPTIONAL) && *(const int64_t *)member == CN_NONE)
            return json_null();
        return json_integer(*(const int64_t *)member);
    case CN_FIELD_REAL: return real_json(field, *(const double *)member);
    case CN_FIELD_NUMBERS: return numbers_json(field, member);
    case CN_FIELD_TEXTS: return texts_json(field, member);
    case CN_FIELD_DIMS: return dims_json(field, member);
    case CN_FIELD_SHAPE: return shape_json(field, member);
    case CN_FIELD_REALS: return reals_json(field, member);
    case CN_FIELD_OBJECT: return cn_identifier_json(*(const char *const *)member);
    case CN_FIELD_TEXT: return text_json(*(const char *const *)member);
    case CN_FIELD_THING: return thing_json(field, *(const void *const *)member);
    case CN_FIELD_THINGS: return things_json(field, member);
    default: return NULL;
    }
}

json_t *cn_member_json(const cn_field *field, const void *args)
{
    const cn_field *text = field + 1;
    if ((field->flags & CN_FIELD_OR_TEXT) &&
        *(const char *const *)(const void *)((const char *)args + text->offset) != NULL)
        field = text;
    return member_json(field, (const char *)args + field->offset);
}

json_t *cn_args_json(const cn_class *class, const void *args)
{
    json_t *config = json_object();
    for (const cn_field *field = class->fields; field != NULL && field->name != NULL; field++)
        if (!(field->flags & CN_FIELD_HIDDEN))
            cn_json_set(&config, field->name, cn_member_json(field, args));
    return config;
}

bool cn_is_left_out(const cn_class *class, const cn_field *field, const void *args)
{
    if ((field->flags & CN_FIELD_RECENT) == 0)
        return false;
    json_t *own = cn_member_json(field, args), *usual = cn_member_json(field, class->defaults);
    const bool same = own != NULL && usual != NULL && json_equal(own, usual);
    json_decref(own);
    json_decref(usual);
    return same;
}

json_t *cn_object_json(const cn_class *class, const void *args)
{
    json_t *config = cn_args_json(class, args);
    for (const cn_field *field = class->fields; field != NULL && field->name != NULL; field++)
        if (cn_is_left_out(class, field, args))
            (void)json_object_del(config, field->name);
    return json_pack("{s:s, s:s, s:o, s:n}", "module", class->module, "class_name", class->name,
                     "config", config, "registered_name");
}

const char *cn_object_text(const cn_class *class, const void *args)
{
    cn_session *session = cn_session_current();
    if (session == NULL || (class->check != NULL && class->check(args) != CN_OK))
        return NULL;
    json_t *record = cn_object_json(class, args);
    char *dump = record == NULL ? NULL : cn_json_text(record, 0);
    const char *text = dump == NULL ? NULL : cn_arena_text(cn_session_arena(session), dump);
    if (text == NULL)
        (void)cn_fail(CN_OUT_OF_MEMORY, "%s: out of memory", class->name);
    free(dump);
    json_decref(record);
    return text;
}
