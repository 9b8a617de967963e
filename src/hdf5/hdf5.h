/* HDF5, as much of it as Keras writes: groups, datasets of numbers, attributes. Files are hostile:
 * every offset, size and count is checked before it is used, and neither time nor memory is more
 * than a small multiple of the file's length and of what the caller asks for. Nothing here is
 * shared between threads. */
#ifndef CORNU_HDF5_H
#define CORNU_HDF5_H

#include "data/elements.h"

/* ---- reading --------------------------------------------------------------------------------- */

/* A file in memory. */
typedef struct cn_h5_file cn_h5_file;

/* A group or dataset of a file, living as long as that. */
typedef struct cn_h5_object cn_h5_object;

/* bytes[0 .. size) is the file, which must outlive *file. name starts every message. */
cn_status cn_h5_open(const char *name, const void *bytes, size_t size, cn_h5_file **file);
void cn_h5_close(cn_h5_file *file); /* NULL is allowed */

/* Its bytes. */
size_t cn_h5_size(const cn_h5_file *file);

/* The group '/'. */
cn_h5_object *cn_h5_root(cn_h5_file *file);

/* What a path of names with '/' between them leads to; NULL if nothing is there. A soft or external
 * link on the way is an error. */
cn_status cn_h5_find(cn_h5_object *from, const char *path, cn_h5_object **found);

/* Whether the object is a dataset; otherwise it is a group. */
bool cn_h5_is_dataset(const cn_h5_object *object);

/* A group's members in the order of their bytes; the list belongs to the file. */
cn_status cn_h5_members(cn_h5_object *group, const char *const **names, int64_t *count);

/* A dataset of numbers. */
typedef struct cn_h5_data {
    cn_h5_object *object;
    cn_shape shape;
    cn_dtype dtype; /* what its numbers become: small integers and half floats are widened */
    const cn_element_type *type;
    bool little_endian;
    /* the elements if they lie in the file in one piece and need no conversion (their address may
     * be odd); otherwise NULL */
    const void *raw;
} cn_h5_data;

/* What a dataset holds, with everything checked that can be without reading it. */
cn_status cn_h5_data_of(cn_h5_object *object, cn_h5_data *data);

/* Writes all elements to to, which has room for data's shape in data's dtype. */
cn_status cn_h5_read(const cn_h5_data *data, void *to);

/* An attribute that is one string, a copy in the arena; *text is NULL if there is none of this
 * name. */
cn_status cn_h5_text(cn_h5_object *object, const char *name, cn_arena *arena, const char **text);

/* An attribute that is a list of strings; also one in parts called name0, name1 ... *texts is NULL
 * if there is none. An empty list may have any type. */
cn_status cn_h5_texts(cn_h5_object *object, const char *name, cn_arena *arena,
                      const char *const **texts, int64_t *count);

/* An attribute that is one number; *found says whether there is one. */
cn_status cn_h5_number(cn_h5_object *object, const char *name, double *number, bool *found);

/* ---- writing --------------------------------------------------------------------------------- */

/* A file that is being put together. A zeroed struct is an empty one. Names, strings and shapes are
 * copied, the elements of datasets are not. */
typedef struct cn_h5_writer {
    cn_arena arena;
    struct cn_h5_node *root;
    struct cn_h5_part *parts; /* the file, once it is finished */
    int64_t n_parts;
} cn_h5_writer;

typedef struct cn_h5_part {
    const void *data;
    size_t bytes;
} cn_h5_part;

/* The group at a path under from (NULL: the root), made with all groups on the way if need be. */
cn_status cn_h5_put_group(cn_h5_writer *writer, struct cn_h5_node *from, const char *path,
                          struct cn_h5_node **group);

/* A dataset at a path under from; data must live until the parts have been written. */
cn_status cn_h5_put_data(cn_h5_writer *writer, struct cn_h5_node *from, const char *path,
                         cn_dtype dtype, const cn_shape *shape, const void *data);

/* Attributes: a string, and a list of strings (in parts name0, name1 ... where one is too small).
 * utf8: Python's str rather than bytes. */
cn_status cn_h5_put_text(cn_h5_writer *writer, struct cn_h5_node *node, const char *name,
                         const char *text, bool utf8);
cn_status cn_h5_put_texts(cn_h5_writer *writer, struct cn_h5_node *node, const char *name,
                          const char *const *texts, int64_t count);

/* Fills parts: the whole file is those, one behind the other. The same content makes the same
 * bytes. */
cn_status cn_h5_finish(cn_h5_writer *writer);
void cn_h5_writer_free(cn_h5_writer *writer);

#endif
