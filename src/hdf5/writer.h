/* The inside of a file that is written: a tree of groups and datasets, and bytes that are put
 * behind one another. */
#ifndef CORNU_HDF5_WRITER_H
#define CORNU_HDF5_WRITER_H

#include "hdf5/hdf5.h"

/* An attribute: count strings (a scalar one if count is -1). */
typedef struct cn_h5_written {
    const char *name;
    const char *const *texts;
    int64_t count;
    bool utf8;
    const uint8_t *references; /* to the strings in the file, 16 bytes each */
    struct cn_h5_written *next;
} cn_h5_written;

typedef struct cn_h5_node {
    const char *name;
    bool is_data;
    cn_dtype dtype;
    cn_shape shape;
    const void *data;
    cn_h5_written *attributes, **last_attribute;
    struct cn_h5_node *children, **last_child, *next;
    int64_t n_children;
    /* Where it was put. */
    uint64_t header;
    uint64_t address_at; /* of a dataset: where in the structures its data's address belongs */
} cn_h5_node;

/* Bytes of structures: everything but the elements of datasets stands in one piece, at the start of
 * the file. */
typedef struct cn_h5_output {
    uint8_t *bytes;
    int64_t n, capacity;
    uint64_t heap; /* the global heap collection that is being filled; 0: none */
    uint64_t heap_used, heap_bytes;
    int heap_values;
} cn_h5_output;

/* All of them; afterwards every node knows where it is. */
cn_status cn_h5_lay_out(cn_h5_writer *writer, cn_h5_output *output);

/* A number of so many bytes at a place, the low one first. */
void cn_h5_patch(cn_h5_output *output, uint64_t at, uint64_t number, int width);

#endif
