/* Datatype and dataspace messages. */
#include <inttypes.h>
#include <string.h>

#include "hdf5/image.h"

/* bfloat16: the upper half of a float. */
static int64_t widen_bfloat16(const void *from, int64_t n, void *to)
{
    for (int64_t i = 0; i < n; i++) {
        const uint32_t bits = (uint32_t)((const uint16_t *)from)[i] << 16;
        memcpy((float *)to + i, &bits, sizeof bits);
    }
    return n;
}

static const cn_element_type bfloat16 = {"bf", 2, CN_FLOAT32, widen_bfloat16};

enum {
    INTEGER = 0,
    FLOAT = 1,
    STRING = 3,
    OPAQUE = 5,
    ENUMERATION = 8,
    VARIABLE = 9,
    CLASSES = 11
};

static const char *const class_names[CLASSES] = {
    "an integer",   "a float",    "a time",      "a string",       "a bit field",
    "opaque bytes", "a compound", "a reference", "an enumeration", "of variable length",
    "an array"};

/* The element type of kind and size, such as 'i', 4. */
static const cn_element_type *element_type(char kind, uint64_t size)
{
    const char name[3] = {kind, (char)('0' + size % 10), 0};
    return size > 8 ? NULL : cn_element_type_by_name(name);
}

static const cn_element_type *integer_type(cn_h5_cursor *cursor, uint64_t bits, uint64_t size)
{
    enum { SIGNED = 8 };
    const uint64_t offset = cn_h5_take(cursor, 2), precision = cn_h5_take(cursor, 2);
    if (offset != 0 || precision != 8 * size)
        return NULL;
    return element_type(bits & SIGNED ? 'i' : 'u', size);
}

/* Only the formats of IEEE 754, and bfloat16. */
static const cn_element_type *float_type(cn_h5_cursor *cursor, uint64_t bits, uint64_t size)
{
    enum { NORMALIZED = 0x20 };
    static const struct {
        uint64_t size, exponent, fraction, bias;
    } formats[] = {{2, 5, 10, 15}, {2, 8, 7, 127}, {4, 8, 23, 127}, {8, 11, 52, 1023}};
    const uint64_t offset = cn_h5_take(cursor, 2), precision = cn_h5_take(cursor, 2),
                   at = cn_h5_take(cursor, 1), exponent = cn_h5_take(cursor, 1),
                   low = cn_h5_take(cursor, 1), fraction = cn_h5_take(cursor, 1),
                   bias = cn_h5_take(cursor, 4);
    if (offset != 0 || precision != 8 * size || low != 0 || at != fraction ||
        (bits & 0x30) != NORMALIZED || (bits >> 8 & 0xff) != precision - 1)
        return NULL;
    for (int i = 0; i < 4; i++)
        if (formats[i].size == size && formats[i].exponent == exponent &&
            formats[i].fraction == fraction && formats[i].bias == bias)
            return i == 1 ? &bfloat16 : element_type('f', size);
    return NULL;
}

/* The head of every type: class and version, bits, size. */
struct head {
    int class, version;
    uint64_t bits, size;
};

static struct head take_head(cn_h5_cursor *cursor)
{
    struct head head = {0};
    const int first = (int)cn_h5_take(cursor, 1);
    head.class = first & 15;
    head.version = first >> 4;
    head.bits = cn_h5_take(cursor, 3);
    head.size = cn_h5_take(cursor, 4);
    return head;
}

static cn_status parse_number(const cn_h5_file *file, cn_h5_cursor *cursor, const struct head *head,
                              cn_h5_type *type)
{
    const uint64_t start = cn_h5_address(file, cursor->at);
    type->little_endian = (head->bits & 1) == 0;
    type->type = head->class == FLOAT ? float_type(cursor, head->bits, head->size)
                                      : integer_type(cursor, head->bits, head->size);
    if (type->type == NULL && !cursor->over)
        return cn_h5_bad(file, start,
                         "the type is %s of %" PRIu64 " bytes in a format that is not supported",
                         type->name, head->size);
    return CN_OK;
}

/* An enumeration is what it is based on, without the names; h5py's bool is one of 8 bits. */
static cn_status parse_enumeration(const cn_h5_file *file, cn_h5_cursor *cursor, cn_h5_type *type)
{
    struct head base = take_head(cursor);
    if (base.class != INTEGER)
        return cn_h5_bad(file, cn_h5_address(file, cursor->at),
                         "an enumeration must be of integers");
    type->size = base.size;
    return parse_number(file, cursor, &base, type);
}

static cn_status parse_text(const cn_h5_file *file, const cn_h5_cursor *cursor,
                            const struct head *head, cn_h5_type *type)
{
    enum { VARIABLE_TEXT = 1, REFERENCE = 16, SPACES = 2 };
    type->is_text = true;
    type->is_variable = head->class == VARIABLE;
    type->space_padded = head->class == STRING && (head->bits & 15) == SPACES;
    if (type->is_variable && ((head->bits & 15) != VARIABLE_TEXT || head->size != REFERENCE))
        return cn_h5_bad(file, cn_h5_address(file, cursor->at),
                         "lists of variable length that are no strings are not supported");
    return CN_OK;
}

cn_status cn_h5_parse_type(const cn_h5_file *file, cn_h5_cursor *cursor, cn_h5_type *type)
{
    const uint64_t start = cn_h5_address(file, cursor->at);
    const struct head head = take_head(cursor);
    cn_status status = CN_OK;
    if (head.class >= CLASSES || head.version < 1 || head.version > 3)
        return cn_h5_bad(file, start, "a type of class %d, version %d is not known", head.class,
                         head.version);
    *type = (cn_h5_type){.size = head.size, .little_endian = true, .name = class_names[head.class]};
    if (head.class == INTEGER || head.class == FLOAT)
        status = parse_number(file, cursor, &head, type);
    else if (head.class == ENUMERATION)
        status = parse_enumeration(file, cursor, type);
    else if (head.class == STRING || head.class == VARIABLE)
        status = parse_text(file, cursor, &head, type);
    else if (head.class == OPAQUE && head.size == bfloat16.size) {
        type->type = &bfloat16;
        type->is_opaque = true;
    }
    if (status == CN_OK && (cursor->over || type->size == 0))
        status = cn_h5_bad(file, start, "a type is cut off, or of size 0");
    return status;
}

/* ---- dataspaces ------------------------------------------------------------------------------ */

static cn_status parse_dims(const cn_h5_file *file, cn_h5_cursor *cursor, cn_h5_space *space)
{
    const uint64_t most = INT64_MAX / 16; /* elements, so that their bytes can be counted */
    space->count = 1;
    for (int64_t i = 0; i < space->shape.rank; i++) {
        const uint64_t dim = cn_h5_take(cursor, 8);
        if (dim > INT32_MAX || space->count > most / (dim + 1))
            return cn_h5_bad(file, cn_h5_address(file, cursor->at) - 8,
                             "dimension %d is %" PRIu64 ", which is too large", (int)i, dim);
        space->shape.dim[i] = (int64_t)dim;
        space->count *= dim;
    }
    return CN_OK;
}

cn_status cn_h5_parse_space(const cn_h5_file *file, cn_h5_cursor *cursor, cn_h5_space *space)
{
    enum { NULL_SPACE = 2 };
    const uint64_t start = cn_h5_address(file, cursor->at);
    const uint64_t version = cn_h5_take(cursor, 1), rank = cn_h5_take(cursor, 1);
    (void)cn_h5_take(cursor, 1);
    const uint64_t type = cn_h5_take(cursor, 1);
    (void)cn_h5_skip(cursor, version == 1 ? 4 : 0);
    *space =
        (cn_h5_space){.shape.rank = (int64_t)rank, .is_null = version == 2 && type == NULL_SPACE};
    if (version != 1 && version != 2)
        return cn_h5_bad(file, start, "version %d of dataspaces is not known", (int)version);
    if (rank > CN_MAX_RANK)
        return cn_h5_bad(file, start, "%d dimensions; at most %d are supported", (int)rank,
                         CN_MAX_RANK);
    CN_TRY(parse_dims(file, cursor, space));
    if (space->is_null)
        space->count = 0;
    return cursor->over ? cn_h5_bad(file, start, "a dataspace is cut off") : CN_OK;
}
