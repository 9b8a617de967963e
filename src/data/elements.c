/* Elements of data files. */
#include "data/elements.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

enum { BLOCK_BYTES = 8192 };

static int64_t widen_bool(const void *from, int64_t n, void *to)
{
    for (int64_t i = 0; i < n; i++)
        ((bool *)to)[i] = ((const uint8_t *)from)[i] != 0;
    return n;
}

/* IEEE 754 binary16: 1 sign, 5 exponent, 10 fraction bits; every number is also a float. */
static float float_of_half(uint16_t half)
{
    const int exponent = half >> 10 & 31, fraction = half & 1023;
    float magnitude;
    if (exponent == 31)
        magnitude = fraction == 0 ? INFINITY : NAN;
    else if (exponent == 0)
        magnitude = ldexpf((float)fraction, -24);
    else
        magnitude = ldexpf((float)(fraction + 1024), exponent - 25);
    return half & 0x8000 ? -magnitude : magnitude;
}

static int64_t widen_half(const void *from, int64_t n, void *to)
{
    for (int64_t i = 0; i < n; i++)
        ((float *)to)[i] = float_of_half(((const uint16_t *)from)[i]);
    return n;
}

static int64_t widen_int8(const void *from, int64_t n, void *to)
{
    for (int64_t i = 0; i < n; i++)
        ((int32_t *)to)[i] = ((const int8_t *)from)[i];
    return n;
}

static int64_t widen_int16(const void *from, int64_t n, void *to)
{
    for (int64_t i = 0; i < n; i++)
        ((int32_t *)to)[i] = ((const int16_t *)from)[i];
    return n;
}

static int64_t widen_uint16(const void *from, int64_t n, void *to)
{
    for (int64_t i = 0; i < n; i++)
        ((int32_t *)to)[i] = ((const uint16_t *)from)[i];
    return n;
}

static int64_t widen_uint32(const void *from, int64_t n, void *to)
{
    for (int64_t i = 0; i < n; i++)
        ((int64_t *)to)[i] = ((const uint32_t *)from)[i];
    return n;
}

static int64_t widen_uint64(const void *from, int64_t n, void *to)
{
    for (int64_t i = 0; i < n; i++) {
        uint64_t number = ((const uint64_t *)from)[i];
        if (number > INT64_MAX)
            return i;
        ((int64_t *)to)[i] = (int64_t)number;
    }
    return n;
}

/* The first type of each dtype is the one it is saved as. */
static const cn_element_type types[] = {
    {"f4", 4, CN_FLOAT32, NULL},       {"f8", 8, CN_FLOAT64, NULL},
    {"i4", 4, CN_INT32, NULL},         {"i8", 8, CN_INT64, NULL},
    {"u1", 1, CN_UINT8, NULL},         {"b1", 1, CN_BOOL, widen_bool},
    {"f2", 2, CN_FLOAT32, widen_half}, {"i1", 1, CN_INT32, widen_int8},
    {"i2", 2, CN_INT32, widen_int16},  {"u2", 2, CN_INT32, widen_uint16},
    {"u4", 4, CN_INT64, widen_uint32}, {"u8", 8, CN_INT64, widen_uint64},
};

enum { TYPE_COUNT = sizeof types / sizeof types[0] };

const cn_element_type *cn_element_type_by_name(const char *name)
{
    for (int i = 0; i < TYPE_COUNT; i++)
        if (strcmp(types[i].name, name) == 0)
            return &types[i];
    return NULL;
}

const cn_element_type *cn_element_type_of(cn_dtype dtype)
{
    int i = 0;
    while (types[i].dtype != dtype)
        i++;
    return &types[i];
}

bool cn_is_little_endian(void)
{
    const uint16_t one = 1;
    uint8_t first;
    memcpy(&first, &one, 1);
    return first == 1;
}

static void swap_bytes(uint8_t *bytes, int64_t n, size_t size)
{
    for (int64_t i = 0; i < n; i++, bytes += size)
        for (size_t low = 0, high = size - 1; low < high; low++, high--) {
            uint8_t kept = bytes[low];
            bytes[low] = bytes[high];
            bytes[high] = kept;
        }
}

/* Elements that fit into a block: turns them in place, and widens them. */
static int64_t decode_block(const cn_element_type *type, bool swap, uint8_t *block, int64_t n,
                            void *to)
{
    if (swap)
        swap_bytes(block, n, type->size);
    if (type->widen != NULL)
        return type->widen(block, n, to);
    memcpy(to, block, (size_t)n * type->size);
    return n;
}

int64_t cn_elements_decode(const cn_element_type *type, bool little_endian, const void *from,
                           int64_t n, void *to)
{
    _Alignas(8) uint8_t block[BLOCK_BYTES];
    const bool swap = type->size > 1 && little_endian != cn_is_little_endian();
    const int64_t most = BLOCK_BYTES / (int64_t)type->size;
    const size_t item_size = cn_dtype_size(type->dtype);
    if (!swap && type->widen == NULL && n > 0) {
        memcpy(to, from, (size_t)n * type->size);
        return n;
    }
    for (int64_t start = 0; start < n; start += most) {
        const int64_t part = n - start < most ? n - start : most;
        memcpy(block, (const char *)from + (size_t)start * type->size, (size_t)part * type->size);
        const int64_t good =
            decode_block(type, swap, block, part, (char *)to + (size_t)start * item_size);
        if (good < part)
            return start + good;
    }
    return n;
}

static cn_status read_block(cn_source *source, const cn_element_type *type, bool swap, int64_t n,
                            void *to)
{
    _Alignas(8) uint8_t block[BLOCK_BYTES];
    const uint64_t offset = source->offset;
    CN_TRY(cn_source_read(source, block, (size_t)n * type->size));
    int64_t good = decode_block(type, swap, block, n, to);
    if (good == n)
        return CN_OK;
    return cn_fail(CN_BAD_FILE, "%s: byte %" PRIu64 ": a number of type %s that %s cannot hold",
                   source->name, offset + (uint64_t)good * type->size, type->name,
                   cn_dtype_name(type->dtype));
}

static cn_status read_all(cn_source *source, const cn_element_type *type, bool swap,
                          cn_array *array)
{
    const int64_t size = cn_shape_size(&array->shape), most = BLOCK_BYTES / (int64_t)type->size;
    const size_t item_size = cn_dtype_size(array->dtype);
    if (!swap && type->widen == NULL)
        return cn_source_read(source, array->data, (size_t)size * item_size);
    for (int64_t start = 0; start < size; start += most) {
        int64_t n = size - start < most ? size - start : most;
        CN_TRY(read_block(source, type, swap, n, (char *)array->data + (size_t)start * item_size));
    }
    return CN_OK;
}

cn_status cn_elements_read(cn_source *source, const cn_element_type *type, bool little_endian,
                           const cn_shape *shape, cn_array **array)
{
    cn_array *made = NULL;
    const bool swap = type->size > 1 && little_endian != cn_is_little_endian();
    CN_TRY(cn_source_check_data(source, shape, type->size));
    CN_TRY(cn_array_create_raw(type->dtype, shape, &made));
    cn_status status = read_all(source, type, swap, made);
    if (status == CN_OK)
        *array = made;
    else
        cn_array_free(made);
    return status;
}
