/* Element types of data files and how they become ours: byte order turned, small integers and half
 * floats widened. */
#ifndef CORNU_DATA_ELEMENTS_H
#define CORNU_DATA_ELEMENTS_H

#include "data/source.h"
#include "runtime/array.h"

typedef struct cn_element_type {
    char name[3]; /* NumPy's: kind and bytes, such as "f4" */
    size_t size;
    cn_dtype dtype; /* what it becomes */
    /* Writes n elements; returns n or the index of the first that dtype cannot hold. NULL: a copy
     * will do. */
    int64_t (*widen)(const void *from, int64_t n, void *to);
} cn_element_type;

/* The type with NumPy's name; NULL if it is none of those that can be read. */
const cn_element_type *cn_element_type_by_name(const char *name);

/* The type that an array of ours is saved as. */
const cn_element_type *cn_element_type_of(cn_dtype dtype);

/* Turns n elements, which may be unaligned, into what they become; returns n or the index of the
 * first that the type's dtype cannot hold. */
int64_t cn_elements_decode(const cn_element_type *type, bool little_endian, const void *from,
                           int64_t n, void *to);

/* Whether this machine stores the low byte first. */
bool cn_is_little_endian(void);

/* Checks that source has the data for shape, makes the array and reads its elements in row-major
 * order. */
cn_status cn_elements_read(cn_source *source, const cn_element_type *type, bool little_endian,
                           const cn_shape *shape, cn_array **array);

#endif
