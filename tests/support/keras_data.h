/* Results saved from real Keras (tests/keras/data): reading them, and comparing with them. A file
 * that cannot be read fails the running test. */
#ifndef CORNU_TESTS_KERAS_DATA_H
#define CORNU_TESTS_KERAS_DATA_H

#include <jansson.h>

#include "cornu/array.h"
#include "runtime/shape.h"

/* A file by its name in the data folder, such as "losses.json"; to be released with json_decref. */
json_t *cn_keras_load(const char *file);

/* For each case of a file: json_t *item; size_t i; cn_keras_each(root, i, item) { ... } */
#define cn_keras_each(root, i, item) json_array_foreach(json_object_get(root, "cases"), i, item)

/* A case's name. */
const char *cn_keras_name(const json_t *item);

/* An array {"shape", "dtype", "values"}, its numbers as doubles in row-major order. */
typedef struct cn_keras_array {
    cn_dtype dtype;
    cn_shape shape;
    int64_t size;
    double *values; /* to be freed with cn_keras_array_free */
} cn_keras_array;

/* Reads a member of a case; false if it is null or absent. */
bool cn_keras_read(const json_t *item, const char *member, cn_keras_array *array);
void cn_keras_array_free(cn_keras_array *array);

/* An identifier as the library takes it: a name as it is, a record as text; "" for null. To be
 * freed with free(). */
char *cn_keras_identifier(const json_t *item, const char *member);

/* Whether every number is within absolute + relative * |expected|. Prints the case, the index and
 * both numbers of the first one that is not, and how many there are. NaN is never right. */
bool cn_keras_compare(const json_t *item, const char *what, const cn_keras_array *expected,
                      const double *got, double absolute, double relative);

#endif
