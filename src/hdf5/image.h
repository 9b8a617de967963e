/* The inside of a file that is read: checked access to its bytes, and what is kept of its
 * structures so that each is read once. */
#ifndef CORNU_HDF5_IMAGE_H
#define CORNU_HDF5_IMAGE_H

#include "hdf5/hdf5.h"

/* The address that means none. */
#define CN_H5_NOWHERE UINT64_MAX

/* Numbers of messages: what an object's header consists of. */
typedef enum cn_h5_kind {
    CN_H5_DATASPACE = 0x01,
    CN_H5_LINK_INFO = 0x02,
    CN_H5_DATATYPE = 0x03,
    CN_H5_FILL_VALUE = 0x05,
    CN_H5_LINK = 0x06,
    CN_H5_EXTERNAL_FILES = 0x07,
    CN_H5_LAYOUT = 0x08,
    CN_H5_FILTERS = 0x0B,
    CN_H5_ATTRIBUTE = 0x0C,
    CN_H5_CONTINUATION = 0x10,
    CN_H5_SYMBOL_TABLE = 0x11,
    CN_H5_ATTRIBUTE_INFO = 0x15
} cn_h5_kind;

typedef struct cn_h5_message {
    cn_h5_kind kind;
    bool shared; /* it stands elsewhere */
    const uint8_t *data;
    uint32_t bytes;
} cn_h5_message;

typedef struct cn_h5_link {
    const char *name;
    uint64_t address; /* of the object's header; CN_H5_NOWHERE: no hard link */
} cn_h5_link;

struct cn_h5_object {
    cn_h5_file *file;
    uint64_t address;
    cn_h5_message *messages;
    int64_t n, capacity;
    cn_h5_link *links; /* of a group, by name; with names, which is the same without addresses */
    const char **names;
    int64_t n_links, links_capacity;
    bool listed;
    cn_h5_object *next; /* in the file's table */
};

/* A collection of variable-length values: where each is, by its number. */
typedef struct cn_h5_heap {
    uint64_t address;
    struct {
        const uint8_t *data;
        uint64_t bytes;
    } * values;
    int64_t n, capacity;
    struct cn_h5_heap *next;
} cn_h5_heap;

enum { CN_H5_SLOTS = 256 };

struct cn_h5_file {
    const char *name;
    const uint8_t *bytes;
    uint64_t size;
    uint64_t budget; /* bytes of structures that may still be read */
    uint64_t root;
    cn_arena arena;
    cn_h5_object *objects[CN_H5_SLOTS];
    cn_h5_heap *heaps[CN_H5_SLOTS];
};

/* Fails with the byte at which something is wrong. */
cn_status cn_h5_bad(const cn_h5_file *file, uint64_t address, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Takes bytes from the budget: structures that do not overlap never use it up. */
cn_status cn_h5_spend(cn_h5_file *file, uint64_t bytes);

/* The bytes of a structure, which are spent. what: its name in messages. */
cn_status cn_h5_bytes(cn_h5_file *file, uint64_t address, uint64_t bytes, const char *what,
                      const uint8_t **data);

/* Takes numbers from a range of bytes, the low byte first. What is not there is 0, and over is
 * set. */
typedef struct cn_h5_cursor {
    const uint8_t *at, *end;
    bool over;
} cn_h5_cursor;

static inline cn_h5_cursor cn_h5_cursor_of(const uint8_t *data, uint64_t bytes)
{
    return (cn_h5_cursor){data, data + bytes, false};
}
uint64_t cn_h5_take(cn_h5_cursor *cursor, int width);
const uint8_t *cn_h5_skip(cn_h5_cursor *cursor, uint64_t bytes); /* NULL if over */
static inline uint64_t cn_h5_left(const cn_h5_cursor *cursor)
{
    return (uint64_t)(cursor->end - cursor->at);
}

/* Whether four letters stand at data. */
bool cn_h5_is_signed(const uint8_t *data, const char *signature);

/* The checksum of newer structures (Bob Jenkins's lookup3, hashlittle). */
uint32_t cn_h5_checksum(const uint8_t *data, uint64_t bytes);

/* Whether the four bytes behind data are its checksum. */
cn_status cn_h5_check_sum(const cn_h5_file *file, const uint8_t *data, uint64_t bytes,
                          const char *what);

/* Where in the file a byte is. */
static inline uint64_t cn_h5_address(const cn_h5_file *file, const uint8_t *data)
{
    return (uint64_t)(data - file->bytes);
}

/* The object whose header is at an address. */
cn_status cn_h5_object_at(cn_h5_file *file, uint64_t address, cn_h5_object **object);

/* The first message of a kind; NULL if there is none. */
const cn_h5_message *cn_h5_message_of(const cn_h5_object *object, cn_h5_kind kind);

/* Value number index of the collection at an address. */
cn_status cn_h5_heap_value(cn_h5_file *file, uint64_t address, uint64_t index, const uint8_t **data,
                           uint64_t *bytes);

/* ---- types and shapes ------------------------------------------------------------------------ */

/* A datatype message: numbers (type is not NULL), strings of a length (size), or strings in a
 * heap. */
typedef struct cn_h5_type {
    const cn_element_type *type;
    bool little_endian;
    bool is_text, is_variable, space_padded;
    bool is_opaque; /* type is what Keras means by it only if the dataset says so */
    uint64_t size;  /* of an element in the file */
    const char *name;
} cn_h5_type;

cn_status cn_h5_parse_type(const cn_h5_file *file, cn_h5_cursor *cursor, cn_h5_type *type);

/* A dataspace message; a null one has is_null set and no elements. */
typedef struct cn_h5_space {
    cn_shape shape;
    bool is_null;
    uint64_t count; /* of elements */
} cn_h5_space;

cn_status cn_h5_parse_space(const cn_h5_file *file, cn_h5_cursor *cursor, cn_h5_space *space);

/* ---- chunks ---------------------------------------------------------------------------------- */

/* A dataset in pieces of one shape, found by a B-tree. */
typedef struct cn_h5_chunks {
    const cn_h5_data *data;
    uint64_t tree;
    int64_t dim[CN_MAX_RANK];
    size_t bytes; /* of a chunk, unpacked */
    struct {
        int id;
        uint64_t value;
    } filters[8];
    int n_filters;
} cn_h5_chunks;

cn_status cn_h5_parse_filters(const cn_h5_file *file, const cn_h5_message *message,
                              cn_h5_chunks *chunks);

/* Undoes the filters whose bit in mask is not set: from[0 .. bytes) becomes chunks->bytes bytes in
 * one of two pieces of memory, each with room for as many and 64 more; *unpacked says where. */
cn_status cn_h5_unpack(const cn_h5_file *file, const cn_h5_chunks *chunks, uint32_t mask,
                       const uint8_t *from, uint64_t bytes, uint8_t *const room[2],
                       const uint8_t **unpacked);

/* Writes all chunks to their places in to. */
cn_status cn_h5_read_chunks(cn_h5_file *file, const cn_h5_chunks *chunks, void *to);

#endif
