/* Global heaps: collections of variable-length values. */
#include <inttypes.h>

#include "hdf5/image.h"

enum { HEAD = 16 };

/* The values of a collection, each behind number, count of references, 4 bytes of nothing,
 * length. */
static cn_status index_values(cn_h5_file *file, cn_h5_heap *heap, cn_h5_cursor cursor)
{
    while (cn_h5_left(&cursor) >= HEAD) {
        const uint8_t *start = cursor.at;
        const uint64_t number = cn_h5_take(&cursor, 2);
        (void)cn_h5_skip(&cursor, 6);
        const uint64_t bytes = cn_h5_take(&cursor, 8);
        if (number == 0) /* free space, up to the end */
            break;
        const uint8_t *data = cn_h5_skip(&cursor, bytes);
        if (data == NULL)
            return cn_h5_bad(file, cn_h5_address(file, start),
                             "a value of %" PRIu64 " bytes is cut off by the end of its collection",
                             bytes);
        if ((int64_t)number >= heap->n) {
            CN_TRY(
                cn_grow(&heap->values, &heap->capacity, (int64_t)number + 1, sizeof *heap->values));
            heap->n = (int64_t)number + 1;
        }
        heap->values[number].data = data;
        heap->values[number].bytes = bytes;
        const uint64_t padding = (8 - bytes % 8) % 8;
        (void)cn_h5_skip(&cursor, padding < cn_h5_left(&cursor) ? padding : cn_h5_left(&cursor));
    }
    return CN_OK;
}

static cn_status read_heap(cn_h5_file *file, cn_h5_heap *heap)
{
    const uint8_t *data = NULL;
    CN_TRY(cn_h5_bytes(file, heap->address, HEAD, "a global heap collection", &data));
    if (!cn_h5_is_signed(data, "GCOL") || data[4] != 1)
        return cn_h5_bad(file, heap->address,
                         "a global heap collection (GCOL, version 1) was expected");
    cn_h5_cursor cursor = cn_h5_cursor_of(data + 8, 8);
    const uint64_t bytes = cn_h5_take(&cursor, 8);
    if (bytes < HEAD)
        return cn_h5_bad(file, heap->address, "a global heap collection of %" PRIu64 " bytes",
                         bytes);
    CN_TRY(cn_h5_bytes(file, heap->address, bytes, "a global heap collection", &data));
    return index_values(file, heap, cn_h5_cursor_of(data + HEAD, bytes - HEAD));
}

static cn_status add_heap(cn_h5_file *file, uint64_t address, cn_h5_heap **heap)
{
    cn_h5_heap *made = cn_allocate(sizeof *made), **slot = &file->heaps[address / 8 % CN_H5_SLOTS];
    if (made == NULL)
        return CN_OUT_OF_MEMORY;
    made->address = address;
    cn_status status = read_heap(file, made);
    if (status != CN_OK) {
        cn_release(made->values);
        cn_release(made);
        return status;
    }
    made->next = *slot;
    *slot = *heap = made;
    return CN_OK;
}

cn_status cn_h5_heap_value(cn_h5_file *file, uint64_t address, uint64_t index, const uint8_t **data,
                           uint64_t *bytes)
{
    cn_h5_heap *heap = file->heaps[address / 8 % CN_H5_SLOTS];
    while (heap != NULL && heap->address != address)
        heap = heap->next;
    if (heap == NULL)
        CN_TRY(add_heap(file, address, &heap));
    if (index >= (uint64_t)heap->n || heap->values[index].data == NULL)
        return cn_h5_bad(file, address, "the global heap collection has no value %" PRIu64, index);
    *data = heap->values[index].data;
    *bytes = heap->values[index].bytes;
    return CN_OK;
}
