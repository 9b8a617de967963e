/* Opening a file in memory: superblock, checked access, checksums. */
#include "hdf5/image.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* How many times over structures may be read before they must be overlapping, and a little more for
 * small files. */
enum { TIMES = 8, SLACK = 1 << 16 };

cn_status cn_h5_bad(const cn_h5_file *file, uint64_t address, const char *format, ...)
{
    char text[512];
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    return cn_fail(CN_BAD_FILE, "%s: byte %" PRIu64 ": %s", file->name, address, text);
}

cn_status cn_h5_spend(cn_h5_file *file, uint64_t bytes)
{
    if (bytes > file->budget)
        return cn_fail(
            CN_BAD_FILE,
            "%s: its structures overlap: reading them takes more than %d times its %" PRIu64
            " bytes",
            file->name, TIMES, file->size);
    file->budget -= bytes;
    return CN_OK;
}

cn_status cn_h5_bytes(cn_h5_file *file, uint64_t address, uint64_t bytes, const char *what,
                      const uint8_t **data)
{
    if (address > file->size || bytes > file->size - address)
        return cn_h5_bad(file, address,
                         "%s of %" PRIu64 " bytes is outside the file, which has %" PRIu64, what,
                         bytes, file->size);
    CN_TRY(cn_h5_spend(file, bytes));
    *data = file->bytes + address;
    return CN_OK;
}

uint64_t cn_h5_take(cn_h5_cursor *cursor, int width)
{
    uint64_t number = 0;
    if (cn_h5_left(cursor) < (uint64_t)width) {
        cursor->over = true;
        cursor->at = cursor->end;
        return 0;
    }
    for (int i = 0; i < width; i++)
        number |= (uint64_t)cursor->at[i] << 8 * i;
    cursor->at += width;
    return number;
}

const uint8_t *cn_h5_skip(cn_h5_cursor *cursor, uint64_t bytes)
{
    const uint8_t *at = cursor->at;
    if (cn_h5_left(cursor) < bytes) {
        cursor->over = true;
        cursor->at = cursor->end;
        return NULL;
    }
    cursor->at += bytes;
    return at;
}

bool cn_h5_is_signed(const uint8_t *data, const char *signature)
{
    return memcmp(data, signature, 4) == 0;
}

/* ---- checksums ------------------------------------------------------------------------------- */

static uint32_t rotate(uint32_t x, int by)
{
    return x << by | x >> (32 - by);
}

/* lookup3's mix and final, as tables of rotations: each line is x -= z, x ^= rotate(z, by), z += y,
 * or the like. */
static void mix(uint32_t v[3])
{
    static const int by[6] = {4, 6, 8, 16, 19, 4};
    for (int i = 0; i < 6; i++) {
        const int a = i % 3, b = (i + 1) % 3, c = (i + 2) % 3;
        v[a] = (v[a] - v[c]) ^ rotate(v[c], by[i]);
        v[c] += v[b];
    }
}

static void finish(uint32_t v[3])
{
    static const int by[7] = {14, 11, 25, 16, 4, 14, 24};
    for (int i = 0; i < 7; i++) {
        const int c = (i + 2) % 3, b = (i + 1) % 3;
        v[c] = (v[c] ^ v[b]) - rotate(v[b], by[i]);
    }
}

uint32_t cn_h5_checksum(const uint8_t *data, uint64_t bytes)
{
    uint32_t v[3];
    v[0] = v[1] = v[2] = 0xdeadbeef + (uint32_t)bytes;
    if (bytes == 0)
        return v[2];
    for (; bytes > 12; bytes -= 12, data += 12) {
        for (int i = 0; i < 12; i++)
            v[i / 4] += (uint32_t)data[i] << 8 * (i % 4);
        mix(v);
    }
    for (uint64_t i = 0; i < bytes; i++)
        v[i / 4] += (uint32_t)data[i] << 8 * (i % 4);
    finish(v);
    return v[2];
}

cn_status cn_h5_check_sum(const cn_h5_file *file, const uint8_t *data, uint64_t bytes,
                          const char *what)
{
    cn_h5_cursor cursor = cn_h5_cursor_of(data + bytes, 4);
#ifdef FUZZING_BUILD_MODE_UNSAFE_FOR_PRODUCTION
    return CN_OK; /* a fuzzer would never get behind this */
#endif
    if (cn_h5_take(&cursor, 4) == cn_h5_checksum(data, bytes))
        return CN_OK;
    return cn_h5_bad(file, cn_h5_address(file, data), "the checksum of %s is wrong", what);
}

/* ---- superblock ------------------------------------------------------------------------------ */

enum { SIGNATURE = 8, SUPERBLOCK_2 = 44 };

static cn_status check_widths(const cn_h5_file *file, uint64_t offsets, uint64_t lengths)
{
    if (offsets != 8 || lengths != 8)
        return cn_h5_bad(file, SIGNATURE,
                         "offsets of %d and lengths of %d bytes are not supported, only 8 and 8",
                         (int)offsets, (int)lengths);
    return CN_OK;
}

/* What both forms have in common; the cursor stands at its end. */
static cn_status finish_superblock(cn_h5_file *file, const cn_h5_cursor *cursor, uint64_t base,
                                   uint64_t end)
{
    if (cursor->over)
        return cn_h5_bad(file, 0, "the superblock is cut off");
    if (base != 0)
        return cn_h5_bad(file, 0, "a base address of %" PRIu64 " is not supported", base);
    if (end > file->size)
        return cn_h5_bad(file, file->size,
                         "the file is cut off: it says that it has %" PRIu64 " bytes", end);
    file->size = end;
    return CN_OK;
}

/* Versions 0 and 1: the root is an entry of a symbol table. */
static cn_status read_superblock_0(cn_h5_file *file, cn_h5_cursor *cursor, int version)
{
    (void)cn_h5_skip(cursor, 4);
    const uint64_t offsets = cn_h5_take(cursor, 1), lengths = cn_h5_take(cursor, 1);
    CN_TRY(check_widths(file, offsets, lengths));
    (void)cn_h5_skip(cursor, version == 0 ? 9 : 13);
    const uint64_t base = cn_h5_take(cursor, 8);
    (void)cn_h5_skip(cursor, 8);
    const uint64_t end = cn_h5_take(cursor, 8);
    (void)cn_h5_skip(cursor, 16);
    file->root = cn_h5_take(cursor, 8);
    return finish_superblock(file, cursor, base, end);
}

/* Versions 2 and 3. */
static cn_status read_superblock_2(cn_h5_file *file, cn_h5_cursor *cursor)
{
    const uint64_t offsets = cn_h5_take(cursor, 1), lengths = cn_h5_take(cursor, 1);
    CN_TRY(check_widths(file, offsets, lengths));
    (void)cn_h5_skip(cursor, 1);
    const uint64_t base = cn_h5_take(cursor, 8);
    (void)cn_h5_skip(cursor, 8);
    const uint64_t end = cn_h5_take(cursor, 8);
    file->root = cn_h5_take(cursor, 8);
    (void)cn_h5_skip(cursor, 4);
    CN_TRY(finish_superblock(file, cursor, base, end));
    return cn_h5_check_sum(file, file->bytes, SUPERBLOCK_2, "the superblock");
}

static cn_status read_superblock(cn_h5_file *file)
{
    static const uint8_t signature[SIGNATURE] = {0x89, 'H', 'D', 'F', '\r', '\n', 0x1a, '\n'};
    cn_h5_cursor cursor = cn_h5_cursor_of(file->bytes, file->size);
    const uint8_t *start = cn_h5_skip(&cursor, SIGNATURE);
    if (start == NULL || memcmp(start, signature, SIGNATURE) != 0)
        return cn_fail(CN_BAD_FILE, "%s: is not an HDF5 file: it does not start with \\x89HDF",
                       file->name);
    const int version = (int)cn_h5_take(&cursor, 1);
    if (version <= 1)
        return read_superblock_0(file, &cursor, version);
    if (version <= 3)
        return read_superblock_2(file, &cursor);
    return cn_h5_bad(file, SIGNATURE, "version %d of the superblock is not known", version);
}

static cn_status open_image(cn_h5_file *file)
{
    cn_h5_object *root = NULL;
    CN_TRY(read_superblock(file));
    file->budget = file->size * TIMES + SLACK;
    CN_TRY(cn_h5_object_at(file, file->root, &root));
    return cn_h5_is_dataset(root) ? cn_h5_bad(file, file->root, "the root is no group") : CN_OK;
}

cn_status cn_h5_open(const char *name, const void *bytes, size_t size, cn_h5_file **file)
{
    cn_h5_file *made = cn_allocate(sizeof *made);
    if (made == NULL)
        return CN_OUT_OF_MEMORY;
    *made = (cn_h5_file){.bytes = bytes, .size = size};
    made->name = cn_arena_text(&made->arena, name);
    cn_status status = made->name == NULL ? CN_OUT_OF_MEMORY : open_image(made);
    if (status == CN_OK)
        *file = made;
    else
        cn_h5_close(made);
    return status;
}

size_t cn_h5_size(const cn_h5_file *file)
{
    return file->size;
}

static void free_object(cn_h5_object *object)
{
    cn_release(object->messages);
    cn_release(object->links);
    cn_release(object->names);
    cn_release(object);
}

void cn_h5_close(cn_h5_file *file)
{
    if (file == NULL)
        return;
    for (int i = 0; i < CN_H5_SLOTS; i++) {
        for (cn_h5_object *object = file->objects[i], *next; object != NULL; object = next) {
            next = object->next;
            free_object(object);
        }
        for (cn_h5_heap *heap = file->heaps[i], *next; heap != NULL; heap = next) {
            next = heap->next;
            cn_release(heap->values);
            cn_release(heap);
        }
    }
    cn_arena_free(&file->arena);
    cn_release(file);
}

cn_h5_object *cn_h5_root(cn_h5_file *file)
{
    cn_h5_object *root = NULL;
    (void)cn_h5_object_at(file, file->root, &root); /* it was read when the file was opened */
    return root;
}
