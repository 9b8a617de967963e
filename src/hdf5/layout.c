/* Structures of files that are written, as h5py's defaults make them: superblock 0, old groups,
 * object headers of version 1, elements in one piece, strings in global heaps. Nothing depends on
 * the time. */
#include <stdlib.h>
#include <string.h>

#include "hdf5/writer.h"

#define NOWHERE UINT64_MAX

/* Half of the members of a symbol table and of the children of a B-tree's node; smallest global
 * heap collection. */
enum { LEAF = 4, INTERNAL = 16, SMALLEST_HEAP = 4096 };

/* ---- bytes ----------------------------------------------------------------------------------- */

/* Makes room for bytes (zeros) at the end; *at is where. */
static cn_status reserve(cn_h5_output *output, uint64_t bytes, uint64_t *at)
{
    *at = (uint64_t)output->n;
    if (output->n + (int64_t)bytes > output->capacity)
        CN_TRY(cn_grow(&output->bytes, &output->capacity, output->n + (int64_t)bytes, 1));
    output->n += (int64_t)bytes;
    return CN_OK;
}

void cn_h5_patch(cn_h5_output *output, uint64_t at, uint64_t number, int width)
{
    for (int i = 0; i < width; i++)
        output->bytes[at + (uint64_t)i] = (uint8_t)(number >> 8 * i);
}

/* Writes one number behind the other. */
struct pen {
    cn_h5_output *output;
    uint64_t at;
};

static void put(struct pen *pen, uint64_t number, int width)
{
    cn_h5_patch(pen->output, pen->at, number, width);
    pen->at += (uint64_t)width;
}

static void put_bytes(struct pen *pen, const void *bytes, size_t n)
{
    if (n > 0)
        memcpy(pen->output->bytes + pen->at, bytes, n);
    pen->at += n;
}

static uint64_t padded(uint64_t bytes)
{
    return (bytes + 7) / 8 * 8;
}

/* ---- strings --------------------------------------------------------------------------------- */

/* Ends the collection that is being filled: what is free is value 0. */
static void end_heap(cn_h5_output *output)
{
    enum { HEAD = 16 };
    const uint64_t left = output->heap_bytes - output->heap_used;
    if (output->heap != 0 && left >= HEAD)
        cn_h5_patch(output, output->heap + output->heap_used + 8, left, 8);
    output->heap = 0;
}

static cn_status begin_heap(cn_h5_output *output, uint64_t need)
{
    enum { HEAD = 16 };
    end_heap(output);
    output->heap_bytes = need + HEAD < SMALLEST_HEAP ? SMALLEST_HEAP : need + HEAD;
    output->heap_used = HEAD;
    output->heap_values = 0;
    CN_TRY(reserve(output, output->heap_bytes, &output->heap));
    struct pen pen = {output, output->heap};
    put_bytes(&pen, "GCOL\1\0\0\0", 8);
    put(&pen, output->heap_bytes, 8);
    return CN_OK;
}

/* A reference to a string, which is put into a heap: length, collection, number. */
static cn_status put_string(cn_h5_output *output, const char *text, uint8_t reference[16])
{
    enum { HEAD = 16 };
    const uint64_t length = strlen(text), need = HEAD + padded(length);
    memset(reference, 0, 16);
    if (length == 0)
        return CN_OK;
    if (output->heap == 0 || output->heap_used + need > output->heap_bytes)
        CN_TRY(begin_heap(output, need));
    struct pen pen = {output, output->heap + output->heap_used};
    put(&pen, (uint64_t)++output->heap_values, 2);
    put(&pen, 0, 6);
    put(&pen, length, 8);
    put_bytes(&pen, text, (size_t)length);
    output->heap_used += need;
    for (int i = 0; i < 4; i++)
        reference[i] = (uint8_t)(length >> 8 * i);
    for (int i = 0; i < 8; i++)
        reference[4 + i] = (uint8_t)(output->heap >> 8 * i);
    reference[12] = (uint8_t)output->heap_values;
    reference[13] = (uint8_t)(output->heap_values >> 8);
    return CN_OK;
}

/* Puts all strings of a tree into heaps, before the headers; the references take their place. */
static cn_status put_strings(cn_h5_writer *writer, cn_h5_output *output, cn_h5_node *node)
{
    for (cn_h5_written *written = node->attributes; written != NULL; written = written->next) {
        const int64_t n = written->count < 0 ? 1 : written->count;
        uint8_t *references = cn_arena_allocate(&writer->arena, (size_t)n * 16 + 1);
        if (references == NULL)
            return CN_OUT_OF_MEMORY;
        for (int64_t i = 0; i < n; i++)
            CN_TRY(put_string(output, written->texts[i], references + i * 16));
        written->references = references;
    }
    for (cn_h5_node *child = node->children; child != NULL; child = child->next)
        CN_TRY(put_strings(writer, output, child));
    return CN_OK;
}

/* ---- messages -------------------------------------------------------------------------------- */

enum { MESSAGE = 8, HEADER = 16, FLOAT_TYPE = 24, INTEGER_TYPE = 16, TEXT_TYPE = 24 };

static uint64_t space_bytes(int64_t rank)
{
    return 8 + 8 * (uint64_t)rank;
}

static void put_message(struct pen *pen, int kind, uint64_t bytes, int flags)
{
    put(pen, (uint64_t)kind, 2);
    put(pen, bytes, 2);
    put(pen, (uint64_t)flags, 4);
}

static void put_space(struct pen *pen, const cn_shape *shape)
{
    put(pen, 1, 1);
    put(pen, (uint64_t)shape->rank, 1);
    put(pen, 0, 6);
    for (int64_t i = 0; i < shape->rank; i++)
        put(pen, (uint64_t)shape->dim[i], 8);
}

/* IEEE 754: a sign, exponent bits, fraction bits. */
static void put_float_type(struct pen *pen, uint64_t bytes, uint64_t exponent, uint64_t fraction)
{
    put(pen, 0x11, 1);
    put(pen, cn_is_little_endian() ? 0x20 : 0x21, 1);
    put(pen, 8 * bytes - 1, 2);
    put(pen, bytes, 4);
    put(pen, 0, 2);
    put(pen, 8 * bytes, 2);
    put(pen, fraction, 1);
    put(pen, exponent, 1);
    put(pen, 0, 1);
    put(pen, fraction, 1);
    put(pen, (1u << (exponent - 1)) - 1, 4);
    put(pen, 0, 4);
}

static void put_integer_type(struct pen *pen, uint64_t bytes, bool is_signed)
{
    put(pen, 0x10, 1);
    put(pen, (is_signed ? 8u : 0u) | (cn_is_little_endian() ? 0u : 1u), 3);
    put(pen, bytes, 4);
    put(pen, 0, 2);
    put(pen, 8 * bytes, 2);
    put(pen, 0, 4);
}

static void put_type(struct pen *pen, cn_dtype dtype)
{
    if (dtype == CN_FLOAT32)
        put_float_type(pen, 4, 8, 23);
    else if (dtype == CN_FLOAT64)
        put_float_type(pen, 8, 11, 52);
    else
        put_integer_type(pen, cn_dtype_size(dtype), dtype == CN_INT32 || dtype == CN_INT64);
}

static uint64_t type_bytes(cn_dtype dtype)
{
    return dtype == CN_FLOAT32 || dtype == CN_FLOAT64 ? FLOAT_TYPE : INTEGER_TYPE;
}

/* Strings of variable length, ended by 0. */
static void put_text_type(struct pen *pen, bool utf8)
{
    put(pen, 0x19, 1);
    put(pen, 1, 1);
    put(pen, utf8, 2);
    put(pen, 16, 4);
    put(pen, 0x10, 1);
    put(pen, 0, 3);
    put(pen, 1, 4);
    put(pen, 0, 2);
    put(pen, 8, 2);
    put(pen, 0, 4);
}

/* An empty list is one of float64, as NumPy makes it. */
static uint64_t attribute_bytes(const cn_h5_written *written)
{
    const uint64_t text = (uint64_t)(written->count < 0 ? 1 : written->count);
    return 8 + padded(strlen(written->name) + 1) + TEXT_TYPE + space_bytes(written->count >= 0) +
           16 * text;
}

static void put_attribute(struct pen *pen, const cn_h5_written *written)
{
    const size_t name = strlen(written->name) + 1;
    const cn_shape shape = {.rank = written->count >= 0, .dim[0] = written->count};
    const bool empty = written->count == 0;
    put_message(pen, 0x0C, attribute_bytes(written), 0);
    put(pen, 1, 2);
    put(pen, name, 2);
    put(pen, 20, 2);
    put(pen, space_bytes(shape.rank), 2);
    put_bytes(pen, written->name, name);
    pen->at += padded(name) - name;
    if (empty)
        put_float_type(pen, 8, 11, 52);
    else
        put_text_type(pen, written->utf8);
    put_space(pen, &shape);
    put_bytes(pen, written->references, (size_t)(written->count < 0 ? 1 : written->count) * 16);
}

/* ---- headers --------------------------------------------------------------------------------- */

/* Reserves a header of n messages, whose bytes are those given and those of the attributes. */
static cn_status begin_header(cn_h5_output *output, cn_h5_node *node, int n, uint64_t bytes,
                              struct pen *pen)
{
    bytes += (uint64_t)n * MESSAGE;
    for (const cn_h5_written *written = node->attributes; written != NULL;
         written = written->next, n++)
        bytes += MESSAGE + attribute_bytes(written);
    CN_TRY(reserve(output, HEADER + bytes, &node->header));
    *pen = (struct pen){output, node->header};
    put(pen, 1, 2);
    put(pen, (uint64_t)n, 2);
    put(pen, 1, 4);
    put(pen, bytes, 8);
    return CN_OK;
}

static void end_header(struct pen *pen, const cn_h5_node *node)
{
    for (const cn_h5_written *written = node->attributes; written != NULL; written = written->next)
        put_attribute(pen, written);
}

static cn_status put_dataset(cn_h5_output *output, cn_h5_node *node)
{
    enum { FILL = 8, LAYOUT = 24, CONSTANT = 1 };
    const uint64_t space = space_bytes(node->shape.rank), type = type_bytes(node->dtype);
    struct pen pen;
    CN_TRY(begin_header(output, node, 4, space + type + FILL + LAYOUT, &pen));
    put_message(&pen, 0x01, space, 0);
    put_space(&pen, &node->shape);
    put_message(&pen, 0x03, type, CONSTANT);
    put_type(&pen, node->dtype);
    put_message(&pen, 0x05, FILL, CONSTANT);
    put(&pen, 2 | 2 << 8 | 2 << 16 | 1 << 24,
        4); /* version 2: late, if set, defined, of no bytes */
    put(&pen, 0, 4);
    put_message(&pen, 0x08, LAYOUT, 0);
    put(&pen, 3 | 1 << 8, 2); /* version 3: in one piece */
    node->address_at = pen.at;
    put(&pen, NOWHERE, 8);
    put(&pen, (uint64_t)cn_shape_size(&node->shape) * cn_dtype_size(node->dtype), 8);
    pen.at += 6;
    end_header(&pen, node);
    return CN_OK;
}

/* ---- groups ---------------------------------------------------------------------------------- */

/* A part of a group's B-tree: where it is, and where in the heap the last name under it begins. */
struct branch {
    uint64_t address, last_name;
};

static int compare_nodes(const void *a, const void *b)
{
    return strcmp((*(cn_h5_node *const *)a)->name, (*(cn_h5_node *const *)b)->name);
}

/* The names of all members; names[i] is where each begins. */
static cn_status put_names(cn_h5_output *output, cn_h5_node *const *members, int64_t n,
                           uint64_t *names, uint64_t *address)
{
    enum { HEAD = 32, EMPTY_NAME = 8, NOTHING_FREE = 1 };
    uint64_t bytes = EMPTY_NAME;
    for (int64_t i = 0; i < n; i++) {
        names[i] = bytes;
        bytes += padded(strlen(members[i]->name) + 1);
    }
    CN_TRY(reserve(output, HEAD + bytes, address));
    struct pen pen = {output, *address};
    put_bytes(&pen, "HEAP\0\0\0\0", 8);
    put(&pen, bytes, 8);
    put(&pen, NOTHING_FREE, 8);
    put(&pen, *address + HEAD, 8);
    for (int64_t i = 0; i < n; i++) {
        pen.at = *address + HEAD + names[i];
        put_bytes(&pen, members[i]->name, strlen(members[i]->name));
    }
    return CN_OK;
}

/* Symbol tables of up to 8 members each; branches has one for each. */
static cn_status put_symbols(cn_h5_output *output, cn_h5_node *const *members, int64_t n,
                             const uint64_t *names, struct branch *branches)
{
    enum { HEAD = 8, ENTRY = 40, MOST = 2 * LEAF };
    for (int64_t start = 0; start < n; start += MOST, branches++) {
        const int64_t count = n - start < MOST ? n - start : MOST;
        CN_TRY(reserve(output, HEAD + MOST * ENTRY, &branches->address));
        struct pen pen = {output, branches->address};
        put_bytes(&pen, "SNOD\1\0", 6);
        put(&pen, (uint64_t)count, 2);
        for (int64_t i = start; i < start + count; i++) {
            put(&pen, names[i], 8);
            put(&pen, members[i]->header, 8);
            pen.at += ENTRY - 16;
        }
        branches->last_name = names[start + count - 1];
    }
    return CN_OK;
}

/* Nodes of one level of the B-tree, over the n branches below; the list becomes that of the new
 * ones. */
static cn_status put_level(cn_h5_output *output, struct branch *branches, int64_t n, int level,
                           int64_t *above)
{
    enum { HEAD = 24, MOST = 2 * INTERNAL };
    *above = (n + MOST - 1) / MOST + (n == 0);
    uint64_t at = 0;
    const uint64_t bytes = HEAD + 8 * (2 * MOST + 1);
    for (int64_t i = 0; i < *above; i++) {
        const int64_t start = i * MOST, count = n - start < MOST ? n - start : MOST;
        CN_TRY(reserve(output, bytes, &at));
        struct pen pen = {output, at};
        put_bytes(&pen, "TREE\0", 5);
        put(&pen, (uint64_t)level, 1);
        put(&pen, (uint64_t)count, 2);
        put(&pen, i == 0 ? NOWHERE : at - bytes, 8);
        put(&pen, i + 1 == *above ? NOWHERE : at + bytes, 8);
        put(&pen, i == 0 ? 0 : branches[i - 1].last_name, 8);
        for (int64_t k = start; k < start + count; k++) {
            put(&pen, branches[k].address, 8);
            put(&pen, branches[k].last_name, 8);
        }
        branches[i] = (struct branch){at, count == 0 ? 0 : branches[start + count - 1].last_name};
    }
    return CN_OK;
}

static cn_status put_node(cn_h5_writer *writer, cn_h5_output *output, cn_h5_node *node);

/* Members first, then names, symbol tables, B-tree, header. */
static cn_status put_members(cn_h5_writer *writer, cn_h5_output *output, cn_h5_node *node,
                             uint64_t *tree, uint64_t *heap)
{
    const int64_t n = node->n_children;
    cn_h5_node **members =
        cn_arena_allocate(&writer->arena, (size_t)(n + 1) * sizeof(cn_h5_node *));
    uint64_t *names = cn_arena_allocate(&writer->arena, (size_t)(n + 1) * sizeof *names);
    struct branch *branches = cn_arena_allocate(&writer->arena, (size_t)(n + 1) * sizeof *branches);
    int64_t i = 0, count = (n + 2 * LEAF - 1) / (2 * LEAF);
    if (members == NULL || names == NULL || branches == NULL)
        return CN_OUT_OF_MEMORY;
    for (cn_h5_node *child = node->children; child != NULL; child = child->next) {
        CN_TRY(put_node(writer, output, child));
        members[i++] = child;
    }
    qsort(members, (size_t)n, sizeof *members, compare_nodes);
    CN_TRY(put_names(output, members, n, names, heap));
    CN_TRY(put_symbols(output, members, n, names, branches));
    int level = 0;
    do
        CN_TRY(put_level(output, branches, count, level++, &count));
    while (count > 1);
    *tree = branches[0].address;
    return CN_OK;
}

static cn_status put_group(cn_h5_writer *writer, cn_h5_output *output, cn_h5_node *node)
{
    enum { SYMBOL_TABLE = 16 };
    uint64_t tree = 0, heap = 0;
    struct pen pen;
    CN_TRY(put_members(writer, output, node, &tree, &heap));
    CN_TRY(begin_header(output, node, 1, SYMBOL_TABLE, &pen));
    put_message(&pen, 0x11, SYMBOL_TABLE, 0);
    put(&pen, tree, 8);
    put(&pen, heap, 8);
    end_header(&pen, node);
    return CN_OK;
}

static cn_status put_node(cn_h5_writer *writer, cn_h5_output *output, cn_h5_node *node)
{
    return node->is_data ? put_dataset(output, node) : put_group(writer, output, node);
}

/* The superblock, with nothing cached of the root. The length of the file is filled in later. */
static cn_status put_superblock(cn_h5_output *output)
{
    enum { BYTES = 96 };
    uint64_t at = 0;
    CN_TRY(reserve(output, BYTES, &at));
    struct pen pen = {output, at};
    put_bytes(&pen, "\x89HDF\r\n\x1a\n\0\0\0\0\0\10\10\0", 16);
    put(&pen, LEAF, 2);
    put(&pen, INTERNAL, 2);
    put(&pen, 0, 4);
    put(&pen, 0, 8);
    put(&pen, NOWHERE, 8);
    put(&pen, 0, 8);
    put(&pen, NOWHERE, 8);
    return CN_OK;
}

cn_status cn_h5_lay_out(cn_h5_writer *writer, cn_h5_output *output)
{
    enum { ROOT = 64 };
    CN_TRY(put_superblock(output));
    CN_TRY(put_strings(writer, output, writer->root));
    end_heap(output);
    CN_TRY(put_node(writer, output, writer->root));
    cn_h5_patch(output, ROOT, writer->root->header, 8);
    return CN_OK;
}
