/* Filters of chunks: deflate, shuffle, Fletcher's checksum. */
#include <inttypes.h>
#include <string.h>
#include <zlib.h>

#include "hdf5/image.h"

enum { DEFLATE = 1, SHUFFLE = 2, FLETCHER32 = 3, ROOM = 64 };

cn_status cn_h5_parse_filters(const cn_h5_file *file, const cn_h5_message *message,
                              cn_h5_chunks *chunks)
{
    enum { MOST = sizeof chunks->filters / sizeof chunks->filters[0], NAMED = 256 };
    cn_h5_cursor cursor = cn_h5_cursor_of(message->data, message->bytes);
    const uint64_t version = cn_h5_take(&cursor, 1), n = cn_h5_take(&cursor, 1);
    (void)cn_h5_skip(&cursor, version == 1 ? 6 : 0);
    for (uint64_t i = 0; i < n && i < MOST; i++) {
        const uint64_t id = cn_h5_take(&cursor, 2);
        uint64_t name = version == 1 || id >= NAMED ? cn_h5_take(&cursor, 2) : 0;
        (void)cn_h5_take(&cursor, 2);
        const uint64_t values = cn_h5_take(&cursor, 2);
        name = version == 1 ? (name + 7) / 8 * 8 : name;
        (void)cn_h5_skip(&cursor, name);
        chunks->filters[i].id = (int)id;
        chunks->filters[i].value = values > 0 ? cn_h5_take(&cursor, 4) : 0;
        (void)cn_h5_skip(&cursor,
                         (values > 0 ? values - 1 : 0) * 4 + (version == 1 && values % 2 ? 4 : 0));
        if (id < DEFLATE || id > FLETCHER32)
            return cn_h5_bad(file, cn_h5_address(file, message->data),
                             "filter %d is not supported, only deflate, shuffle and fletcher32",
                             (int)id);
    }
    chunks->n_filters = (int)n;
    if (cursor.over || n > MOST || version < 1 || version > 2)
        return cn_h5_bad(file, cn_h5_address(file, message->data), "a list of filters is damaged");
    return CN_OK;
}

/* Bytes in groups: first byte of every element, then the second... */
static void unshuffle(const uint8_t *from, size_t bytes, size_t size, uint8_t *to)
{
    const size_t n = bytes / size;
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < size; j++)
            to[i * size + j] = from[j * n + i];
    memcpy(to + n * size, from + n * size, bytes - n * size);
}

static bool inflate_all(const uint8_t *from, size_t bytes, uint8_t *to, size_t room, size_t *made)
{
    z_stream stream = {.next_in = (Bytef *)(uintptr_t)from,
                       .avail_in = (uInt)bytes,
                       .next_out = to,
                       .avail_out = (uInt)(room > UINT32_MAX ? UINT32_MAX : room)};
    if (inflateInit(&stream) != Z_OK)
        return false;
    const int code = inflate(&stream, Z_FINISH);
    *made = (size_t)stream.total_out;
    (void)inflateEnd(&stream);
    return code == Z_STREAM_END;
}

/* Fletcher's sums of 16-bit words, the high byte first. */
static uint32_t fletcher32(const uint8_t *data, size_t bytes)
{
    uint32_t low = 0, high = 0;
    for (size_t i = 0; i < bytes; i += 2) {
        low = (low + (uint32_t)(data[i] << 8) + (i + 1 < bytes ? data[i + 1] : 0)) % 65535;
        high = (high + low) % 65535;
    }
    return high << 16 | low;
}

/* HDF5 keeps a sum of 0 as 65535 sometimes; they are the same number modulo 65535. */
static bool same_sums(uint32_t a, uint32_t b)
{
    return (a & 0xffff) % 65535 == (b & 0xffff) % 65535 && (a >> 16) % 65535 == (b >> 16) % 65535;
}

/* Undoes one filter: from[0 .. bytes) becomes to[0 .. *made). */
static bool undo(const cn_h5_chunks *chunks, int filter, const uint8_t *from, size_t bytes,
                 uint8_t *to, size_t *made)
{
    const size_t value = (size_t)chunks->filters[filter].value;
    const int id = chunks->filters[filter].id;
    if (id == DEFLATE)
        return inflate_all(from, bytes, to, chunks->bytes + ROOM, made);
    if (bytes > chunks->bytes + ROOM)
        return false;
    *made = bytes;
    if (id == SHUFFLE) {
        unshuffle(from, bytes, value == 0 || value > bytes ? 1 : value, to);
        return true;
    }
    if (bytes < 4)
        return false;
    *made = bytes - 4;
    cn_h5_cursor sum = cn_h5_cursor_of(from + *made, 4);
    memcpy(to, from, *made);
    return same_sums((uint32_t)cn_h5_take(&sum, 4), fletcher32(from, *made));
}

cn_status cn_h5_unpack(const cn_h5_file *file, const cn_h5_chunks *chunks, uint32_t mask,
                       const uint8_t *from, uint64_t bytes, uint8_t *const room[2],
                       const uint8_t **unpacked)
{
    static const char *const names[] = {"", "deflate", "shuffle", "fletcher32"};
    const uint64_t address = cn_h5_address(file, from);
    size_t have = (size_t)bytes;
    for (int i = chunks->n_filters - 1, turn = 0; i >= 0; i--) {
        if (mask >> i & 1)
            continue;
        if (!undo(chunks, i, from, have, room[turn], &have))
            return cn_h5_bad(file, address, "a chunk cannot be unpacked: %s finds it damaged",
                             names[chunks->filters[i].id]);
        from = room[turn];
        turn = !turn;
    }
    if (have != chunks->bytes)
        return cn_h5_bad(file, address, "a chunk has %zu bytes, %zu were expected", have,
                         chunks->bytes);
    *unpacked = from;
    return CN_OK;
}
