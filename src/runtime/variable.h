/* A variable: a weight or other state, which programs read and update in place. */
#ifndef CORNU_RUNTIME_VARIABLE_H
#define CORNU_RUNTIME_VARIABLE_H

#include "cornu/array.h"
#include "runtime/shape.h"

typedef struct cn_variable {
    const char *name; /* its path, such as "dense_1/kernel"; owned by whoever owns the variable */
    cn_dtype dtype;
    cn_shape shape;
    void *data;  /* zeroed at first */
    bool pooled; /* the data are a pool's, otherwise the variable's own */
} cn_variable;

/* Room for many variables in few large blocks, which lie in huge pages: kernels that read weights
 * of a megabyte or two, each once, would spend a third of their time on finding small pages.
 * Released as a whole. */
typedef struct cn_variable_pool {
    void **blocks;
    int64_t n_blocks, capacity;
    size_t block_bytes, used; /* of the last block */
} cn_variable_pool;

/* pool: NULL, or where a variable of some size may lie; it must then outlive the variable. */
cn_status cn_variable_init(cn_variable *variable, const char *name, cn_dtype dtype, cn_shape shape,
                           cn_variable_pool *pool);
void cn_variable_free(cn_variable *variable);
void cn_variable_pool_free(cn_variable_pool *pool);
size_t cn_variable_bytes(const cn_variable *variable);

#endif
