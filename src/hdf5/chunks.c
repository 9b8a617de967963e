/* Chunks of a dataset, found by a B-tree (version 1) and copied to their places. */
#include <inttypes.h>
#include <string.h>

#include "hdf5/image.h"

enum { ROOM = 64 };

/* What reading the chunks of a dataset needs. */
struct reading {
    cn_h5_file *file;
    const cn_h5_chunks *chunks;
    uint8_t *room[2]; /* for unpacking; NULL without filters */
    int64_t left;     /* chunks that may still come: as many as fit the shape */
    char *to;
};

/* Elements of the row that begins at index are copied, as far as they are inside the shape. */
static cn_status copy_row(const struct reading *reading, const int64_t *start, const int64_t *index,
                          const uint8_t *row)
{
    const cn_h5_data *data = reading->chunks->data;
    const int64_t last = data->shape.rank - 1;
    int64_t at = 0, n = reading->chunks->dim[last];
    for (int64_t i = 0; i <= last; i++) {
        const int64_t place = start[i] + (i < last ? index[i] : 0);
        if (place >= data->shape.dim[i])
            return CN_OK;
        at = at * data->shape.dim[i] + place;
    }
    if (n > data->shape.dim[last] - start[last])
        n = data->shape.dim[last] - start[last];
    void *to = reading->to + (size_t)at * cn_dtype_size(data->dtype);
    if (cn_elements_decode(data->type, data->little_endian, row, n, to) == n)
        return CN_OK;
    return cn_h5_bad(reading->file, data->object->address,
                     "a number of type %s that %s cannot hold", data->type->name,
                     cn_dtype_name(data->dtype));
}

static cn_status copy_chunk(const struct reading *reading, const int64_t *start,
                            const uint8_t *chunk)
{
    const cn_h5_chunks *chunks = reading->chunks;
    const int64_t last = chunks->data->shape.rank - 1;
    const size_t row_bytes = (size_t)chunks->dim[last] * chunks->data->type->size;
    int64_t index[CN_MAX_RANK] = {0}, axis = 0;
    for (const uint8_t *row = chunk; axis >= 0; row += row_bytes) {
        CN_TRY(copy_row(reading, start, index, row));
        for (axis = last - 1; axis >= 0 && ++index[axis] == chunks->dim[axis]; axis--)
            index[axis] = 0;
    }
    return CN_OK;
}

/* A key of the tree: bytes of the chunk in the file, filters left out, and where the chunk
 * begins. */
static cn_status read_chunk(struct reading *reading, cn_h5_cursor key, uint64_t address)
{
    const cn_h5_chunks *chunks = reading->chunks;
    const uint8_t *packed = NULL;
    int64_t start[CN_MAX_RANK];
    const uint64_t where = cn_h5_address(reading->file, key.at), bytes = cn_h5_take(&key, 4),
                   mask = cn_h5_take(&key, 4);
    for (int64_t i = 0; i < chunks->data->shape.rank; i++) {
        const uint64_t offset = cn_h5_take(&key, 8);
        if (offset >= (uint64_t)chunks->data->shape.dim[i] ||
            offset % (uint64_t)chunks->dim[i] != 0)
            return cn_h5_bad(reading->file, where,
                             "a chunk begins at %" PRIu64 " of axis %d, of shape %s", offset,
                             (int)i, cn_shape_str(&chunks->data->shape));
        start[i] = (int64_t)offset;
    }
    if (reading->left-- == 0)
        return cn_h5_bad(reading->file, where, "more chunks than the shape %s has",
                         cn_shape_str(&chunks->data->shape));
    CN_TRY(cn_h5_bytes(reading->file, address, bytes, "a chunk", &packed));
    CN_TRY(
        cn_h5_unpack(reading->file, chunks, (uint32_t)mask, packed, bytes, reading->room, &packed));
    return copy_chunk(reading, start, packed);
}

static cn_status read_tree(struct reading *reading, uint64_t address, int level)
{
    enum { HEAD = 24, ANY = -1, MOST_LEVELS = 16 };
    cn_h5_file *file = reading->file;
    const uint8_t *node = NULL;
    const uint64_t key = 8 + 8 * (uint64_t)(reading->chunks->data->shape.rank + 1), step = key + 8;
    CN_TRY(cn_h5_bytes(file, address, HEAD, "a B-tree of chunks", &node));
    if (!cn_h5_is_signed(node, "TREE") || node[4] != 1)
        return cn_h5_bad(file, address, "a B-tree of chunks (TREE, type 1) was expected");
    if ((level != ANY && node[5] != level) || node[5] > MOST_LEVELS)
        return cn_h5_bad(file, address, "a B-tree of chunks has level %d below level %d", node[5],
                         level + 1);
    const int below = node[5] - 1;
    const uint64_t n = (uint64_t)node[6] | (uint64_t)node[7] << 8;
    CN_TRY(cn_h5_bytes(file, address + HEAD, n * step, "a B-tree of chunks", &node));
    for (uint64_t i = 0; i < n; i++) {
        cn_h5_cursor cursor = cn_h5_cursor_of(node + i * step + key, 8);
        const uint64_t child = cn_h5_take(&cursor, 8);
        CN_TRY(below < 0 ? read_chunk(reading, cn_h5_cursor_of(node + i * step, key), child)
                         : read_tree(reading, child, below));
    }
    return CN_OK;
}

/* How many chunks a dataset has. */
static int64_t count_chunks(const cn_h5_chunks *chunks)
{
    int64_t n = 1;
    for (int64_t i = 0; i < chunks->data->shape.rank; i++)
        n *= (chunks->data->shape.dim[i] + chunks->dim[i] - 1) / chunks->dim[i];
    return n;
}

/* A chunk may be larger than its dataset, but not by much. */
static cn_status check_size(const cn_h5_file *file, const cn_h5_chunks *chunks)
{
    enum { MUCH = 16 << 20 };
    const uint64_t bytes = (uint64_t)cn_shape_size(&chunks->data->shape) * chunks->data->type->size;
    if (chunks->bytes <= bytes || chunks->bytes <= MUCH)
        return CN_OK;
    return cn_h5_bad(file, chunks->data->object->address,
                     "chunks of %zu bytes, in a dataset of %" PRIu64, chunks->bytes, bytes);
}

cn_status cn_h5_read_chunks(cn_h5_file *file, const cn_h5_chunks *chunks, void *to)
{
    struct reading reading = {
        .file = file, .chunks = chunks, .left = count_chunks(chunks), .to = to};
    uint8_t *room = NULL;
    if (chunks->tree == CN_H5_NOWHERE)
        return CN_OK;
    CN_TRY(check_size(file, chunks));
    if (chunks->n_filters > 0) {
        room = cn_allocate_raw(2 * (chunks->bytes + ROOM));
        if (room == NULL)
            return CN_OUT_OF_MEMORY;
        reading.room[0] = room;
        reading.room[1] = room + chunks->bytes + ROOM;
    }
    cn_status status = read_tree(&reading, chunks->tree, -1);
    cn_release(room);
    return status;
}
