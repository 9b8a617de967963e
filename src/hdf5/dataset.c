/* Datasets: type, shape and layout of a header; elements in one piece, in the header, or in
 * chunks. */
#include <inttypes.h>
#include <string.h>

#include "hdf5/image.h"

enum { COMPACT = 0, CONTIGUOUS = 1, CHUNKED = 2, VIRTUAL = 3 };

/* Where the elements are. */
struct layout {
    int class;
    const uint8_t *elements; /* NULL: nowhere, as they were never written */
    uint64_t bytes;
    cn_h5_chunks chunks;
};

/* What a dataset's header must have. */
static cn_status need(const cn_h5_object *object, cn_h5_kind kind, const char *what,
                      cn_h5_cursor *cursor)
{
    const cn_h5_message *message = cn_h5_message_of(object, kind);
    if (message == NULL)
        return cn_h5_bad(object->file, object->address, "a dataset without %s", what);
    if (message->shared)
        return cn_h5_bad(object->file, object->address,
                         "the %s of a dataset stands elsewhere (committed), which is not supported",
                         what);
    *cursor = cn_h5_cursor_of(message->data, message->bytes);
    return CN_OK;
}

/* Keras keeps bfloat16 as opaque bytes, and says so in an attribute. */
static cn_status check_opaque(cn_h5_object *object)
{
    cn_arena arena = {0};
    const char *text = NULL;
    cn_status status = cn_h5_text(object, "dtype", &arena, &text);
    if (status == CN_OK && (text == NULL || strcmp(text, "bfloat16") != 0))
        status = cn_h5_bad(object->file, object->address,
                           "a dataset of opaque bytes; numbers were expected");
    cn_arena_free(&arena);
    return status;
}

static cn_status find_contiguous(cn_h5_object *object, cn_h5_cursor *cursor, uint64_t need_bytes,
                                 struct layout *layout)
{
    cn_h5_file *file = object->file;
    const uint64_t address = cn_h5_take(cursor, 8);
    layout->bytes = cn_h5_take(cursor, 8);
    if (address == CN_H5_NOWHERE || need_bytes == 0)
        return CN_OK;
    if (layout->bytes < need_bytes)
        return cn_h5_bad(file, object->address,
                         "a dataset of %" PRIu64 " bytes, of which %" PRIu64 " are stored",
                         need_bytes, layout->bytes);
    if (address > file->size || need_bytes > file->size - address)
        return cn_h5_bad(file, object->address,
                         "a dataset's %" PRIu64 " bytes from byte %" PRIu64
                         " are outside the file, which has %" PRIu64,
                         need_bytes, address, file->size);
    layout->elements = file->bytes + address;
    return CN_OK;
}

static cn_status find_compact(const cn_h5_object *object, cn_h5_cursor *cursor, uint64_t need_bytes,
                              struct layout *layout)
{
    layout->bytes = cn_h5_take(cursor, 2);
    layout->elements = cn_h5_skip(cursor, layout->bytes);
    if (layout->elements == NULL || layout->bytes < need_bytes)
        return cn_h5_bad(object->file, object->address,
                         "a dataset of %" PRIu64 " bytes, of which %" PRIu64 " are in its header",
                         need_bytes, layout->bytes);
    return CN_OK;
}

static cn_status find_chunks(const cn_h5_object *object, cn_h5_cursor *cursor,
                             const cn_h5_data *data, struct layout *layout)
{
    cn_h5_chunks *chunks = &layout->chunks;
    const uint64_t most = UINT32_MAX, rank = (uint64_t)data->shape.rank;
    uint64_t bytes = data->type->size;
    const uint64_t n = cn_h5_take(cursor, 1);
    chunks->tree = cn_h5_take(cursor, 8);
    for (uint64_t i = 0; i < rank && n == rank + 1; i++) {
        const uint64_t dim = cn_h5_take(cursor, 4);
        bytes = dim == 0 || bytes > most / dim ? most + 1 : bytes * dim;
        chunks->dim[i] = (int64_t)dim;
    }
    if (n != rank + 1 || rank == 0 || bytes > most)
        return cn_h5_bad(object->file, object->address,
                         "the chunks of a dataset of shape %s do not fit it",
                         cn_shape_str(&data->shape));
    chunks->bytes = (size_t)bytes;
    const cn_h5_message *filters = cn_h5_message_of(object, CN_H5_FILTERS);
    return filters == NULL ? CN_OK : cn_h5_parse_filters(object->file, filters, chunks);
}

static cn_status find_layout(const cn_h5_data *data, struct layout *layout)
{
    cn_h5_object *object = data->object;
    cn_h5_cursor cursor = {0};
    *layout = (struct layout){.chunks.data = data};
    CN_TRY(need(object, CN_H5_LAYOUT, "layout", &cursor));
    const int version = (int)cn_h5_take(&cursor, 1);
    const uint64_t bytes = (uint64_t)cn_shape_size(&data->shape) * data->type->size;
    layout->class = (int)cn_h5_take(&cursor, 1);
    cn_status status = CN_OK;
    if (cn_h5_message_of(object, CN_H5_EXTERNAL_FILES) != NULL || layout->class == VIRTUAL)
        return cn_h5_bad(
            object->file, object->address,
            "an external or virtual dataset, whose numbers are in other files, is refused");
    if (version != 3 && (version != 4 || layout->class == CHUNKED))
        return cn_h5_bad(
            object->file, object->address,
            "version %d of the layout%s is not supported; h5py writes version 3 by default",
            version, layout->class == CHUNKED ? " in chunks" : "");
    if (layout->class == CONTIGUOUS)
        status = find_contiguous(object, &cursor, bytes, layout);
    else if (layout->class == COMPACT)
        status = find_compact(object, &cursor, bytes, layout);
    else if (layout->class == CHUNKED)
        status = find_chunks(object, &cursor, data, layout);
    else
        return cn_h5_bad(object->file, object->address, "layout %d is not known", layout->class);
    if (status == CN_OK && cursor.over)
        status = cn_h5_bad(object->file, object->address, "the layout of a dataset is cut off");
    return status;
}

static cn_status parse(cn_h5_object *object, cn_h5_data *data)
{
    cn_h5_cursor cursor = {0};
    cn_h5_type type;
    cn_h5_space space;
    struct layout layout;
    CN_TRY(need(object, CN_H5_DATATYPE, "type", &cursor));
    CN_TRY(cn_h5_parse_type(object->file, &cursor, &type));
    CN_TRY(need(object, CN_H5_DATASPACE, "shape", &cursor));
    CN_TRY(cn_h5_parse_space(object->file, &cursor, &space));
    if (type.type == NULL || space.is_null)
        return cn_h5_bad(object->file, object->address,
                         "a dataset of type %s%s; numbers were expected", type.name,
                         space.is_null ? " without elements" : "");
    if (type.is_opaque)
        CN_TRY(check_opaque(object));
    *data = (cn_h5_data){.object = object,
                         .shape = space.shape,
                         .dtype = type.type->dtype,
                         .type = type.type,
                         .little_endian = type.little_endian};
    CN_TRY(find_layout(data, &layout));
    const bool same = type.type->widen == NULL &&
                      (type.type->size == 1 || type.little_endian == cn_is_little_endian());
    if (same && layout.class != CHUNKED)
        data->raw = layout.elements;
    return CN_OK;
}

cn_status cn_h5_data_of(cn_h5_object *object, cn_h5_data *data)
{
    if (!cn_h5_is_dataset(object))
        return cn_h5_bad(object->file, object->address, "a dataset was expected, not a group");
    return parse(object, data);
}

/* ---- reading --------------------------------------------------------------------------------- */

/* The value of what was never written, version 1 and 2 or 3 of the message; NULL: all bits 0. */
static cn_status find_fill(const cn_h5_data *data, const uint8_t **fill)
{
    enum { DEFINED_3 = 32 };
    const cn_h5_message *message = cn_h5_message_of(data->object, CN_H5_FILL_VALUE);
    *fill = NULL;
    if (message == NULL || message->shared)
        return CN_OK;
    cn_h5_cursor cursor = cn_h5_cursor_of(message->data, message->bytes);
    const uint64_t version = cn_h5_take(&cursor, 1);
    const uint64_t flags = cn_h5_take(&cursor, version == 3 ? 1 : 2);
    const bool defined = version == 3 ? (flags & DEFINED_3) != 0 : cn_h5_take(&cursor, 1) != 0;
    const uint64_t bytes = defined ? cn_h5_take(&cursor, 4) : 0;
    if (cursor.over || bytes == 0)
        return CN_OK;
    *fill = cn_h5_skip(&cursor, bytes);
    if (*fill == NULL || bytes != data->type->size)
        return cn_h5_bad(data->object->file, data->object->address,
                         "the fill value of a dataset is damaged");
    return CN_OK;
}

static cn_status fill_with(const cn_h5_data *data, const uint8_t *value, void *to)
{
    const int64_t n = cn_shape_size(&data->shape);
    const size_t item_size = cn_dtype_size(data->dtype);
    _Alignas(8) uint8_t element[8];
    if (value == NULL || n == 0) {
        if (n > 0)
            memset(to, 0, (size_t)n * item_size);
        return CN_OK;
    }
    if (cn_elements_decode(data->type, data->little_endian, value, 1, element) != 1)
        return cn_h5_bad(data->object->file, data->object->address,
                         "the fill value is too large a number");
    for (int64_t i = 0; i < n; i++)
        memcpy((char *)to + (size_t)i * item_size, element, item_size);
    return CN_OK;
}

cn_status cn_h5_read(const cn_h5_data *data, void *to)
{
    struct layout layout;
    const uint8_t *fill = NULL;
    const int64_t n = cn_shape_size(&data->shape);
    CN_TRY(find_layout(data, &layout));
    if (layout.elements == NULL) {
        CN_TRY(find_fill(data, &fill));
        CN_TRY(fill_with(data, fill, to));
    }
    if (layout.class == CHUNKED)
        return n == 0 ? CN_OK : cn_h5_read_chunks(data->object->file, &layout.chunks, to);
    if (layout.elements == NULL)
        return CN_OK;
    const int64_t good =
        cn_elements_decode(data->type, data->little_endian, layout.elements, n, to);
    if (good == n)
        return CN_OK;
    return cn_h5_bad(
        data->object->file,
        cn_h5_address(data->object->file, layout.elements) + (uint64_t)good * data->type->size,
        "a number of type %s that %s cannot hold", data->type->name, cn_dtype_name(data->dtype));
}
