/* Object headers, versions 1 and 2: lists of messages, in one or more blocks. */
#include <inttypes.h>

#include "hdf5/image.h"

static cn_status add_message(cn_h5_object *object, uint64_t kind, uint64_t flags,
                             const uint8_t *data, uint64_t bytes)
{
    enum { SHARED = 2 };
    CN_TRY(cn_grow(&object->messages, &object->capacity, object->n + 1, sizeof *object->messages));
    object->messages[object->n++] =
        (cn_h5_message){(cn_h5_kind)kind, (flags & SHARED) != 0, data, (uint32_t)bytes};
    return CN_OK;
}

/* The messages of one block. order: in version 2, whether each says when it was made. */
static cn_status parse_messages(cn_h5_object *object, int version, bool order, cn_h5_cursor block)
{
    const uint64_t head = version == 1 ? 8 : order ? 6 : 4;
    while (cn_h5_left(&block) >= head) {
        const uint8_t *start = block.at;
        const uint64_t kind = cn_h5_take(&block, version == 1 ? 2 : 1),
                       bytes = cn_h5_take(&block, 2), flags = cn_h5_take(&block, 1);
        (void)cn_h5_skip(&block, head - (version == 1 ? 5 : 4));
        const uint8_t *data = cn_h5_skip(&block, bytes);
        if (data == NULL)
            return cn_h5_bad(object->file, cn_h5_address(object->file, start),
                             "a message of %" PRIu64 " bytes is cut off", bytes);
        if (kind != 0)
            CN_TRY(add_message(object, kind, flags, data, bytes));
    }
    return CN_OK;
}

/* A further block of a header. */
static cn_status read_continuation(cn_h5_object *object, int version, bool order,
                                   const cn_h5_message *message)
{
    enum { AROUND = 8 }; /* bytes around the messages of version 2: OCHK and a checksum */
    cn_h5_file *file = object->file;
    cn_h5_cursor cursor = cn_h5_cursor_of(message->data, message->bytes);
    const uint8_t *block = NULL;
    const uint64_t address = cn_h5_take(&cursor, 8), bytes = cn_h5_take(&cursor, 8);
    if (cursor.over || bytes < AROUND)
        return cn_h5_bad(file, cn_h5_address(file, message->data),
                         "a continuation of the header is cut off");
    CN_TRY(cn_h5_bytes(file, address, bytes, "a continuation of a header", &block));
    if (version == 1)
        return parse_messages(object, version, order, cn_h5_cursor_of(block, bytes));
    if (!cn_h5_is_signed(block, "OCHK"))
        return cn_h5_bad(file, address, "a continuation of a header (OCHK) was expected");
    CN_TRY(cn_h5_check_sum(file, block, bytes - 4, "a continuation of a header"));
    return parse_messages(object, version, order, cn_h5_cursor_of(block + 4, bytes - AROUND));
}

/* Where version 1 has its messages. */
static cn_status begin_1(cn_h5_object *object, cn_h5_cursor *block)
{
    enum { PREFIX = 16 };
    const uint8_t *start = NULL;
    CN_TRY(cn_h5_bytes(object->file, object->address, PREFIX, "an object's header", &start));
    cn_h5_cursor cursor = cn_h5_cursor_of(start + 8, 4);
    const uint64_t bytes = cn_h5_take(&cursor, 4);
    CN_TRY(
        cn_h5_bytes(object->file, object->address + PREFIX, bytes, "an object's header", &start));
    *block = cn_h5_cursor_of(start, bytes);
    return CN_OK;
}

/* Where version 2 has them. */
static cn_status begin_2(cn_h5_object *object, bool *order, cn_h5_cursor *block)
{
    enum { ORDER = 4, PHASES = 16, TIMES = 32, LONGEST = 34 };
    cn_h5_file *file = object->file;
    const uint64_t room = file->size - object->address;
    cn_h5_cursor cursor =
        cn_h5_cursor_of(file->bytes + object->address, room < LONGEST ? room : LONGEST);
    (void)cn_h5_skip(&cursor, 4);
    const uint64_t version = cn_h5_take(&cursor, 1), flags = cn_h5_take(&cursor, 1);
    (void)cn_h5_skip(&cursor, (flags & TIMES ? 16 : 0) + (flags & PHASES ? 4 : 0));
    const uint64_t bytes = cn_h5_take(&cursor, 1 << (flags & 3));
    const uint64_t before = cn_h5_address(file, cursor.at) - object->address;
    if (cursor.over || bytes > file->size)
        return cn_h5_bad(file, object->address, "an object's header is cut off");
    if (version != 2)
        return cn_h5_bad(file, object->address, "version %d of object headers is not known",
                         (int)version);
    const uint8_t *start = NULL;
    CN_TRY(cn_h5_bytes(file, object->address, before + bytes + 4, "an object's header", &start));
    CN_TRY(cn_h5_check_sum(file, start, before + bytes, "an object's header"));
    *order = (flags & ORDER) != 0;
    *block = cn_h5_cursor_of(start + before, bytes);
    return CN_OK;
}

static cn_status read_header(cn_h5_object *object)
{
    cn_h5_file *file = object->file;
    const uint8_t *start = NULL;
    cn_h5_cursor block = {0};
    bool order = false;
    CN_TRY(cn_h5_bytes(file, object->address, 4, "an object's header", &start));
    const int version = cn_h5_is_signed(start, "OHDR") ? 2 : start[0];
    if (version != 1 && version != 2)
        return cn_h5_bad(file, object->address, "an object's header was expected");
    CN_TRY(version == 1 ? begin_1(object, &block) : begin_2(object, &order, &block));
    CN_TRY(parse_messages(object, version, order, block));
    for (int64_t i = 0; i < object->n; i++) /* which grows on the way */
        if (object->messages[i].kind == CN_H5_CONTINUATION) {
            const cn_h5_message message = object->messages[i];
            CN_TRY(read_continuation(object, version, order, &message));
        }
    return CN_OK;
}

static cn_status add_object(cn_h5_file *file, uint64_t address, cn_h5_object **object)
{
    enum { OWN_BYTES = sizeof(cn_h5_object) / 8 };
    CN_TRY(cn_h5_spend(file, OWN_BYTES));
    cn_h5_object *made = cn_allocate(sizeof *made),
                 **slot = &file->objects[address / 8 % CN_H5_SLOTS];
    if (made == NULL)
        return CN_OUT_OF_MEMORY;
    made->file = file;
    made->address = address;
    cn_status status = read_header(made);
    if (status != CN_OK) {
        cn_release(made->messages);
        cn_release(made);
        return status;
    }
    made->next = *slot;
    *slot = *object = made;
    return CN_OK;
}

cn_status cn_h5_object_at(cn_h5_file *file, uint64_t address, cn_h5_object **object)
{
    for (*object = file->objects[address / 8 % CN_H5_SLOTS]; *object != NULL;
         *object = (*object)->next)
        if ((*object)->address == address)
            return CN_OK;
    return add_object(file, address, object);
}

const cn_h5_message *cn_h5_message_of(const cn_h5_object *object, cn_h5_kind kind)
{
    for (int64_t i = 0; i < object->n; i++)
        if (object->messages[i].kind == kind)
            return &object->messages[i];
    return NULL;
}

bool cn_h5_is_dataset(const cn_h5_object *object)
{
    return cn_h5_message_of(object, CN_H5_LAYOUT) != NULL;
}
