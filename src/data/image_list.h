/* The images in a folder, by class. */
#ifndef CORNU_DATA_IMAGE_LIST_H
#define CORNU_DATA_IMAGE_LIST_H

#include "runtime/memory.h"

/* Everything is in the arena. */
typedef struct cn_image_list {
    const char **classes; /* NULL without classes */
    int64_t n_classes;
    const char **paths; /* by class, then by name */
    int32_t *labels;    /* of each path */
    int64_t count;
} cn_image_list;

/* Finds the images of a folder: those of the folders named by classes (ended by NULL; if there are
 * none, all, by name), or, without by_class, all. */
cn_status cn_image_list_make(const char *directory, bool by_class, const char *const *classes,
                             cn_arena *arena, cn_image_list *list);

#endif
