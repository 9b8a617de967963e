/* A variable: a weight or other state, which programs read and update in place. */
#ifndef CORNU_RUNTIME_VARIABLE_H
#define CORNU_RUNTIME_VARIABLE_H

#include "cornu/array.h"
#include "runtime/shape.h"

typedef struct cn_variable {
    const char *name; /* its path, such as "dense_1/kernel"; owned by whoever owns the variable */
    cn_dtype dtype;
    cn_shape shape;
    void *data; /* owned; zeroed at first */
} cn_variable;

cn_status cn_variable_init(cn_variable *variable, const char *name, cn_dtype dtype, cn_shape shape);
void cn_variable_free(cn_variable *variable);
size_t cn_variable_bytes(const cn_variable *variable);

#endif
