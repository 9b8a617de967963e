/* Sources of bytes: a file, a gzip stream or a member of an archive, read from front to back with
 * its length known. */
#ifndef CORNU_DATA_SOURCE_H
#define CORNU_DATA_SOURCE_H

#include "runtime/file.h"
#include "runtime/shape.h"

typedef struct cn_source {
    const char *name; /* how messages call it: the path, or path and member */
    uint64_t bytes;   /* its length; not exact: the most that it can be */
    bool exact;
    uint64_t offset; /* how many bytes have been read */
    /* Reads up to bytes; returns how many, fewer only at the end, -1 for bytes that are damaged. */
    int64_t (*read)(void *context, void *to, size_t bytes);
    void *context;
} cn_source;

/* A file that is open, as it is. */
cn_source cn_source_of_file(cn_input_file *file);

/* Reads exactly so many bytes; fewer are an error. */
cn_status cn_source_read(cn_source *source, void *to, size_t bytes);

/* Before memory is asked for: whether the data of this shape can be, or if the length is exact is,
 * what is left. */
cn_status cn_source_check_data(const cn_source *source, const cn_shape *shape, size_t item_size);

/* After the last read: nothing may be left, and checksums must be right. */
cn_status cn_source_finish(cn_source *source);

#endif
