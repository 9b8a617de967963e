/* Attributes: messages with a name, a type, a dataspace and the value itself. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "hdf5/image.h"

struct attribute {
    const char *name;
    uint64_t name_bytes; /* with the 0 at its end */
    cn_h5_type type;
    cn_h5_space space;
    const uint8_t *value; /* count elements of the type's size */
};

/* A part of the message; in version 1 its bytes are followed by nothing up to a multiple of 8. */
static cn_h5_cursor take_part(cn_h5_cursor *message, uint64_t version, uint64_t bytes)
{
    const uint64_t padded = version == 1 ? (bytes + 7) / 8 * 8 : bytes;
    const uint8_t *part = cn_h5_skip(message, padded);
    return part == NULL ? (cn_h5_cursor){0} : cn_h5_cursor_of(part, bytes);
}

static cn_status cut_off(const cn_h5_file *file, const cn_h5_message *message)
{
    return cn_h5_bad(file, cn_h5_address(file, message->data), "an attribute is cut off");
}

/* Where the parts of an attribute are. */
struct parts {
    cn_h5_cursor name, type, space, value;
    bool shared;
};

static cn_status split(const cn_h5_file *file, const cn_h5_message *message, struct parts *parts)
{
    cn_h5_cursor cursor = cn_h5_cursor_of(message->data, message->bytes);
    const uint64_t version = cn_h5_take(&cursor, 1);
    parts->shared = cn_h5_take(&cursor, 1) != 0 && version != 1;
    const uint64_t name = cn_h5_take(&cursor, 2), type = cn_h5_take(&cursor, 2),
                   space = cn_h5_take(&cursor, 2);
    (void)cn_h5_skip(&cursor, version == 3 ? 1 : 0);
    if (version < 1 || version > 3)
        return cn_h5_bad(file, cn_h5_address(file, message->data),
                         "version %d of attributes is not known", (int)version);
    parts->name = take_part(&cursor, version, name);
    parts->type = take_part(&cursor, version, type);
    parts->space = take_part(&cursor, version, space);
    parts->value = cursor;
    if (cursor.over || name == 0 || parts->name.at[name - 1] != 0)
        return cut_off(file, message);
    return CN_OK;
}

/* The attribute of a name; *found says whether there is one. */
static cn_status find(const cn_h5_object *object, const char *name, struct attribute *attribute,
                      bool *found)
{
    cn_h5_file *file = object->file;
    *found = false;
    CN_TRY(cn_h5_spend(file, (uint64_t)object->n));
    for (int64_t i = 0; i < object->n; i++) {
        const cn_h5_message *message = &object->messages[i];
        struct parts parts;
        if (message->kind != CN_H5_ATTRIBUTE)
            continue;
        if (message->shared)
            return cn_h5_bad(file, cn_h5_address(file, message->data),
                             "shared attributes are not supported");
        CN_TRY(split(file, message, &parts));
        if (strcmp((const char *)parts.name.at, name) != 0)
            continue;
        if (parts.shared)
            return cn_h5_bad(file, cn_h5_address(file, message->data),
                             "attribute '%s' has a committed type, which is not supported", name);
        CN_TRY(cn_h5_parse_type(file, &parts.type, &attribute->type));
        CN_TRY(cn_h5_parse_space(file, &parts.space, &attribute->space));
        attribute->value = parts.value.at;
        if (attribute->space.count > cn_h5_left(&parts.value) / attribute->type.size)
            return cut_off(file, message);
        *found = true;
        return CN_OK;
    }
    return CN_OK;
}

/* The same, with an error if attributes stand where they are not looked for. */
static cn_status find_attribute(cn_h5_object *object, const char *name, struct attribute *attribute,
                                bool *found)
{
    CN_TRY(find(object, name, attribute, found));
    const cn_h5_message *info = *found ? NULL : cn_h5_message_of(object, CN_H5_ATTRIBUTE_INFO);
    if (info == NULL)
        return CN_OK;
    cn_h5_cursor cursor = cn_h5_cursor_of(info->data, info->bytes);
    (void)cn_h5_take(&cursor, 1);
    const uint64_t flags = cn_h5_take(&cursor, 1);
    (void)cn_h5_skip(&cursor, flags & 1 ? 2 : 0);
    if (cn_h5_take(&cursor, 8) == CN_H5_NOWHERE && !cursor.over)
        return CN_OK;
    return cn_h5_bad(
        object->file, object->address,
        "an object with dense attribute storage is not supported; h5py does not make one by default");
}

static cn_status wrong_type(const cn_h5_object *object, const char *name,
                            const struct attribute *attribute, const char *expected)
{
    return cn_h5_bad(object->file, object->address,
                     "attribute '%s' is %s%s of shape %s; %s was expected", name,
                     attribute->type.is_variable ? "a string " : "", attribute->type.name,
                     cn_shape_str(&attribute->space.shape), expected);
}

/* A copy of text[0 .. bytes) up to its first 0. */
static cn_status copy_text(cn_h5_file *file, cn_arena *arena, const uint8_t *text, uint64_t bytes,
                           const char **copy)
{
    CN_TRY(cn_h5_spend(file, bytes));
    const uint8_t *end = bytes == 0 ? NULL : memchr(text, 0, (size_t)bytes);
    const size_t length = end == NULL ? (size_t)bytes : (size_t)(end - text);
    char *made = cn_arena_allocate(arena, length + 1);
    if (made == NULL)
        return CN_OUT_OF_MEMORY;
    memcpy(made, text, length);
    *copy = made;
    return CN_OK;
}

/* Element number index of an attribute of strings. */
static cn_status read_text(cn_h5_file *file, const struct attribute *attribute, uint64_t index,
                           cn_arena *arena, const char **text)
{
    const cn_h5_type *type = &attribute->type;
    const uint8_t *element = attribute->value + index * type->size;
    uint64_t bytes = type->size;
    if (type->is_variable) {
        cn_h5_cursor cursor = cn_h5_cursor_of(element, type->size);
        const uint64_t length = cn_h5_take(&cursor, 4), address = cn_h5_take(&cursor, 8),
                       value = cn_h5_take(&cursor, 4);
        if (length == 0)
            return copy_text(file, arena, element, 0, text);
        CN_TRY(cn_h5_heap_value(file, address, value, &element, &bytes));
        if (length > bytes)
            return cn_h5_bad(file, address,
                             "a string of %" PRIu64 " bytes, of which there are %" PRIu64, length,
                             bytes);
        bytes = length;
    }
    while (type->space_padded && bytes > 0 && element[bytes - 1] == ' ')
        bytes--;
    return copy_text(file, arena, element, bytes, text);
}

cn_status cn_h5_text(cn_h5_object *object, const char *name, cn_arena *arena, const char **text)
{
    struct attribute attribute;
    bool found = false;
    *text = NULL;
    CN_TRY(find_attribute(object, name, &attribute, &found));
    if (!found)
        return CN_OK;
    if (!attribute.type.is_text || attribute.space.count != 1)
        return wrong_type(object, name, &attribute, "one string");
    return read_text(object->file, &attribute, 0, arena, text);
}

/* ---- lists of strings ------------------------------------------------------------------------ */

struct texts {
    const char **list;
    int64_t n, capacity;
};

static cn_status append(cn_h5_object *object, const char *name, const struct attribute *attribute,
                        cn_arena *arena, struct texts *texts)
{
    const uint64_t n = attribute->space.count;
    if (n == 0)
        return CN_OK;
    if (!attribute->type.is_text)
        return wrong_type(object, name, attribute, "a list of strings");
    CN_TRY(cn_h5_spend(object->file, n * sizeof(char *)));
    CN_TRY(cn_grow(&texts->list, &texts->capacity, texts->n + (int64_t)n, sizeof *texts->list));
    for (uint64_t i = 0; i < n; i++)
        CN_TRY(read_text(object->file, attribute, i, arena, &texts->list[texts->n + (int64_t)i]));
    texts->n += (int64_t)n;
    return CN_OK;
}

/* The list in one piece, or in parts. */
static cn_status collect(cn_h5_object *object, const char *name, cn_arena *arena,
                         struct texts *texts, bool *found)
{
    struct attribute attribute;
    bool more = true;
    CN_TRY(find_attribute(object, name, &attribute, found));
    if (*found)
        return append(object, name, &attribute, arena, texts);
    for (int part = 0; more; part++) {
        char numbered[256];
        (void)snprintf(numbered, sizeof numbered, "%.200s%d", name, part);
        CN_TRY(find_attribute(object, numbered, &attribute, &more));
        if (more)
            CN_TRY(append(object, numbered, &attribute, arena, texts));
        *found = *found || more;
    }
    return CN_OK;
}

cn_status cn_h5_texts(cn_h5_object *object, const char *name, cn_arena *arena,
                      const char *const **texts, int64_t *count)
{
    struct texts list = {0};
    bool found = false;
    *texts = NULL;
    *count = 0;
    cn_status status = collect(object, name, arena, &list, &found);
    if (status == CN_OK && found) {
        const char **copy = cn_arena_allocate(arena, (size_t)(list.n + 1) * sizeof(char *));
        if (copy != NULL && list.n > 0)
            memcpy(copy, list.list, (size_t)list.n * sizeof(char *));
        *texts = copy;
        *count = list.n;
        status = copy == NULL ? CN_OUT_OF_MEMORY : CN_OK;
    }
    cn_release(list.list);
    return status;
}

cn_status cn_h5_number(cn_h5_object *object, const char *name, double *number, bool *found)
{
    struct attribute attribute;
    CN_TRY(find_attribute(object, name, &attribute, found));
    if (!*found)
        return CN_OK;
    const cn_element_type *type = attribute.type.type;
    _Alignas(8) uint8_t element[8];
    if (type == NULL || attribute.type.is_opaque || attribute.space.count != 1)
        return wrong_type(object, name, &attribute, "one number");
    if (cn_elements_decode(type, attribute.type.little_endian, attribute.value, 1, element) != 1)
        return cn_h5_bad(object->file, object->address, "attribute '%s' is too large a number",
                         name);
    cn_array one = {CN_KIND_ARRAY, type->dtype, {0}, element, NULL, NULL, NULL, NULL};
    *number = cn_array_at(&one, 0);
    return CN_OK;
}
