/* Functions of the user's that have a name: found, run, and as Keras's records. */
#ifndef CORNU_LAYERS_FUNCTIONS_H
#define CORNU_LAYERS_FUNCTIONS_H

#include "layers/layers.h"

typedef struct cn_registered_function {
    cn_class base;
    cn_function *function;
    void *data;
} cn_registered_function;

/* The function of this name, or of the name without its package ("mine>twice"). NULL: there is
 * none. */
const cn_registered_function *cn_function_find(const char *name);

/* Whether an activation has this name. */
bool cn_is_activation(const char *name);

/* Fails for a name that nothing has. */
cn_status cn_unknown_function(const char *name);

/* Runs it for a layer. call: all but its data. */
cn_status cn_function_run(const cn_registered_function *function, cn_tensors inputs,
                          const cn_function_call *call, cn_tensor **result);

/* A field that holds a function's name: in Keras's config it is a function's record. */
extern const cn_records cn_function_records;

#endif
