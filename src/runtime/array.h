/* The inside of an array, for the rooms that read data directly. */
#ifndef CORNU_RUNTIME_ARRAY_H
#define CORNU_RUNTIME_ARRAY_H

#include "cornu/array.h"
#include "runtime/session.h"
#include "runtime/shape.h"

struct cn_array {
    cn_kind kind;
    cn_dtype dtype;
    cn_shape shape;
    void *data;
    void *owned;               /* what to release with the array; NULL for a view */
    cn_array *previous, *next; /* the session's list of arrays */
    cn_session *session;
};

/* A zeroed array of the current session; raw: not yet written. */
cn_status cn_array_create(cn_dtype dtype, const cn_shape *shape, cn_array **array);
cn_status cn_array_create_raw(cn_dtype dtype, const cn_shape *shape, cn_array **array);

/* Memory (zeroed) that has an array's life: freed by cn_array_free, or with the session. For what
 * public structs of results are made of. */
cn_status cn_array_create_storage(size_t bytes, cn_array **array);

/* What a public function returns: *array, or NULL with who in front of the kept message. A pointer
 * to the result is passed, so that the call that makes it can stand in the same argument list. */
cn_array *cn_array_or_null(cn_status status, const char *who, cn_array *const *array);

/* Bytes of one row: an element of the first axis. */
size_t cn_array_row_bytes(const cn_array *array);

/* Python's rule for the bounds of a slice: negative ones count from the end, those beyond the ends
 * are cut. */
int64_t cn_slice_bound(int64_t bound, int64_t rows);

/* The array behind a public pointer, or a failure that says what it is instead. */
cn_status cn_array_check(const void *object, const char *who, const cn_array **array);

/* The same for an array of numbers, which strings are not. */
cn_status cn_numbers_check(const void *object, const char *who, const cn_array **array);

/* Writes a number to an element; false if the data type cannot hold it: out of range, or a fraction
 * among integers. */
bool cn_array_put(cn_array *array, int64_t index, double value);

/* Session's side of the list. */
void cn_array_link(cn_array *array, cn_session *session);
void cn_array_unlink(cn_array *array);

#endif
