/* Copying and comparing structs by their field tables. */
#include "runtime/field.h"

#include <string.h>

size_t cn_field_size(cn_field_kind kind)
{
    static const size_t sizes[] = {
        [CN_FIELD_BOOL] = sizeof(bool),           [CN_FIELD_INT] = sizeof(int64_t),
        [CN_FIELD_REAL] = sizeof(double),         [CN_FIELD_TEXT] = sizeof(const char *),
        [CN_FIELD_DTYPE] = sizeof(cn_dtype),      [CN_FIELD_DIMS] = sizeof(int64_t[CN_MAX_RANK]),
        [CN_FIELD_SHAPE] = sizeof(cn_shape),      [CN_FIELD_REALS] = sizeof(double[CN_MAX_LIST]),
        [CN_FIELD_OBJECT] = sizeof(const char *), [CN_FIELD_THING] = sizeof(const void *),
        [CN_FIELD_THINGS] = sizeof(cn_items),     [CN_FIELD_NUMBERS] = sizeof(cn_numbers),
        [CN_FIELD_TEXTS] = sizeof(cn_texts),
    };
    return sizes[kind];
}

bool cn_field_is_dictionary(const cn_field *field)
{
    return field->kind == CN_FIELD_OBJECT && strcmp(field->object, "dictionary") == 0;
}

static bool is_text(const cn_field *field)
{
    return field->kind == CN_FIELD_TEXT || field->kind == CN_FIELD_OBJECT;
}

static int64_t count_things(const cn_items *items)
{
    int64_t n = 0;
    while (items->list != NULL && items->list[n] != CN_END)
        n++;
    return n;
}

static bool copy_text(const char **member, cn_arena *arena)
{
    if (*member == NULL)
        return true;
    *member = cn_arena_text(arena, *member);
    return *member != NULL;
}

static bool copy_things(cn_items *items, cn_arena *arena)
{
    if (items->list == NULL)
        return true;
    items->list =
        cn_arena_copy(arena, items->list, (size_t)(count_things(items) + 1) * sizeof(void *));
    return items->list != NULL;
}

static bool copy_numbers(cn_numbers *numbers, cn_arena *arena)
{
    if (numbers->count == 0)
        return true;
    numbers->items = cn_arena_copy(arena, numbers->items, (size_t)numbers->count * sizeof(double));
    return numbers->items != NULL;
}

static bool copy_texts(cn_texts *texts, cn_arena *arena)
{
    if (texts->count == 0)
        return true;
    const char **items = cn_arena_copy(arena, texts->items, (size_t)texts->count * sizeof *items);
    for (int64_t i = 0; items != NULL && i < texts->count; i++)
        if (!copy_text(&items[i], arena))
            return false;
    texts->items = items;
    return items != NULL;
}

void *cn_fields_copy(const cn_field *fields, const void *from, size_t size, cn_arena *arena)
{
    char *copy = cn_arena_copy(arena, from, size);
    if (copy == NULL || fields == NULL)
        return copy;
    for (const cn_field *field = fields; field->name != NULL; field++) {
        void *member = copy + field->offset;
        if (is_text(field) && !copy_text(member, arena))
            return NULL;
        if (field->kind == CN_FIELD_THINGS && !copy_things(member, arena))
            return NULL;
        if (field->kind == CN_FIELD_NUMBERS && !copy_numbers(member, arena))
            return NULL;
        if (field->kind == CN_FIELD_TEXTS && !copy_texts(member, arena))
            return NULL;
    }
    return copy;
}

static uint64_t hash_bytes(uint64_t hash, const void *data, size_t n)
{
    const unsigned char *bytes = data;
    for (size_t i = 0; i < n; i++)
        hash = (hash ^ bytes[i]) * 0x100000001B3u;
    return hash;
}

/* A number for each axis, from a list of them or one for all. */
static cn_shape for_each_axis(const cn_field *field, const int64_t *dims, bool one_for_all)
{
    cn_shape shape = {.rank = cn_field_axes(field)};
    for (int64_t i = 0; i < shape.rank; i++)
        shape.dim[i] = dims[one_for_all ? 0 : i];
    return shape;
}

cn_shape cn_field_dims(const cn_field *field, const int64_t dims[CN_MAX_RANK])
{
    if (field->flags & CN_FIELD_PAIRS) {
        cn_shape all = {.rank = 2 * cn_field_pairs(field)};
        for (int64_t i = 0; i < all.rank; i++)
            all.dim[i] = dims[dims[1] == CN_NONE ? 0 : i];
        return all;
    }
    if (field->flags & CN_FIELD_PAIR)
        return CN_SHAPE(dims[0], dims[1] == CN_NONE ? dims[0] : dims[1]);
    if (field->flags & CN_FIELD_COUNTS)
        return dims[0] == CN_NONE ? (cn_shape){.rank = 0}
                                  : for_each_axis(field, dims, dims[1] == CN_NONE);
    if (dims[0] != 0 && dims[1] == 0 && cn_field_axes(field) > 1)
        return for_each_axis(field, dims, true);
    return field->flags & CN_FIELD_AXES ? cn_shape_of_axes(dims) : cn_shape_of_dims(dims);
}

static uint64_t hash_member(const cn_field *field, const void *member, uint64_t hash)
{
    if (is_text(field)) {
        const char *text = *(const char *const *)member;
        return text == NULL ? hash + 1 : hash_bytes(hash, text, strlen(text));
    }
    if (field->kind == CN_FIELD_SHAPE)
        return hash_bytes(hash, member,
                          (size_t)(1 + ((const cn_shape *)member)->rank) * sizeof(int64_t));
    if (field->kind == CN_FIELD_DIMS) {
        cn_shape shape = cn_field_dims(field, member);
        return hash_bytes(hash, shape.dim, (size_t)shape.rank * sizeof(int64_t));
    }
    if (field->kind == CN_FIELD_THINGS) {
        const cn_items *items = member;
        return hash_bytes(hash, items->list, (size_t)count_things(items) * sizeof(void *));
    }
    if (field->kind == CN_FIELD_NUMBERS) {
        const cn_numbers *numbers = member;
        return hash_bytes(hash, numbers->items, (size_t)numbers->count * sizeof(double));
    }
    if (field->kind == CN_FIELD_TEXTS) {
        const cn_texts *texts = member;
        for (int64_t i = 0; i < texts->count; i++)
            hash = hash_bytes(hash, texts->items[i], strlen(texts->items[i]) + 1);
        return hash;
    }
    return hash_bytes(hash, member, cn_field_size(field->kind));
}

uint64_t cn_fields_hash(const cn_field *fields, const void *from, uint64_t hash)
{
    if (fields == NULL)
        return hash;
    for (const cn_field *field = fields; field->name != NULL; field++)
        hash = hash_member(field, (const char *)from + field->offset, hash);
    return hash;
}

static bool text_equal(const char *a, const char *b)
{
    if (a == NULL || b == NULL)
        return a == b;
    return strcmp(a, b) == 0;
}

static bool dims_equal(const cn_field *field, const int64_t *a, const int64_t *b)
{
    cn_shape left = cn_field_dims(field, a), right = cn_field_dims(field, b);
    return cn_shape_equal(&left, &right);
}

static bool things_equal(const cn_items *a, const cn_items *b)
{
    const int64_t n = count_things(a);
    for (int64_t i = 0; i < n; i++)
        if (b->list == NULL ||
            a->list[i] != b->list[i]) /* also at the end of b, if it is shorter */
            return false;
    return count_things(b) == n;
}

static bool numbers_equal(const cn_numbers *a, const cn_numbers *b)
{
    return a->count == b->count &&
           (a->count == 0 || memcmp(a->items, b->items, (size_t)a->count * sizeof(double)) == 0);
}

static bool texts_equal(const cn_texts *a, const cn_texts *b)
{
    bool equal = a->count == b->count;
    for (int64_t i = 0; equal && i < a->count; i++)
        equal = strcmp(a->items[i], b->items[i]) == 0;
    return equal;
}

static bool member_equal(const cn_field *field, const void *a, const void *b)
{
    switch (field->kind) {
    case CN_FIELD_TEXT:
    case CN_FIELD_OBJECT: return text_equal(*(const char *const *)a, *(const char *const *)b);
    case CN_FIELD_DIMS: return dims_equal(field, a, b);
    case CN_FIELD_SHAPE: return cn_shape_equal(a, b);
    case CN_FIELD_THINGS: return things_equal(a, b);
    case CN_FIELD_NUMBERS: return numbers_equal(a, b);
    case CN_FIELD_TEXTS: return texts_equal(a, b);
    default: /* plain values: the same bits */ return memcmp(a, b, cn_field_size(field->kind)) == 0;
    }
}

bool cn_fields_equal(const cn_field *fields, const void *a, const void *b)
{
    if (fields == NULL)
        return true;
    for (const cn_field *field = fields; field->name != NULL; field++) {
        const char *left = (const char *)a + field->offset,
                   *right = (const char *)b + field->offset;
        if (!member_equal(field, left, right))
            return false;
    }
    return true;
}
