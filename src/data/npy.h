/* The .npy format (NumPy's numpy/lib/format.py): magic, version, a header that is a Python
 * dictionary, raw elements. */
#ifndef CORNU_DATA_NPY_H
#define CORNU_DATA_NPY_H

#include "cornu/data.h"
#include "data/archive.h"
#include "data/elements.h"

typedef struct cn_npy_header {
    const cn_element_type *type; /* NULL: strings */
    char kind; /* 'U' or 'S' of those, with room for so many characters or bytes */
    uint64_t width;
    bool little_endian, fortran_order;
    cn_shape shape;
} cn_npy_header;

/* Reads the dictionary in text[0 .. length); messages start with source's name and count bytes from
 * first. */
cn_status cn_npy_parse_header(const char *text, size_t length, const char *name, uint64_t first,
                              cn_npy_header *header);

/* The bytes in front of an array's elements; their number is a multiple of 64. width: of
 * strings. */
enum { CN_NPY_PREFIX = 512 };
size_t cn_npy_print_prefix(const cn_array *array, int64_t width, char prefix[CN_NPY_PREFIX]);

/* Bytes of a string of a file. */
static inline uint64_t cn_npy_cell(const cn_npy_header *header)
{
    return header->kind == 'U' ? 4 * header->width : header->width;
}

/* The strings behind a header; and, of an array of strings, the characters of the longest, which
 * fails for what is no UTF-8, and its elements as NumPy has them. */
cn_status cn_npy_read_texts(cn_source *source, const cn_npy_header *header, cn_array **array);
cn_status cn_npy_width(const cn_array *array, const char *who, int64_t *width);
cn_status cn_npy_texts(const cn_array *array, int64_t width, cn_arena *arena, cn_bytes *bytes);

/* Prefix and elements of any array, in the arena or where they are. */
cn_status cn_npy_parts(const cn_array *array, const char *who, cn_arena *arena, cn_bytes parts[2]);

/* A list of count arrays that are not there yet, in one piece of memory: the struct, two tables
 * (that of names ends in NULL), and text, which has room for name_bytes of names. */
cn_status cn_arrays_create(int64_t count, size_t name_bytes, cn_arrays **made, const char ***names,
                           char **text);

/* The array that source is. */
cn_status cn_npy_read(cn_source *source, cn_array **array);

#endif
