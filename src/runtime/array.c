/* Arrays: made, viewed, sliced, cast, reshaped. */
#include "runtime/array.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "runtime/dtype.h"

/* ---- Making ---- */

/* Links a new array that owns owned (or only views data) into the current session. */
static cn_status make(cn_dtype dtype, const cn_shape *shape, void *data, void *owned,
                      cn_array **array)
{
    cn_session *session = cn_session_current();
    cn_array *made = session == NULL ? NULL : cn_allocate(sizeof *made);
    if (made == NULL)
        return CN_OUT_OF_MEMORY;
    made->kind = CN_KIND_ARRAY;
    made->dtype = dtype;
    made->shape = *shape;
    made->data = data;
    made->owned = owned;
    cn_array_link(made, session);
    *array = made;
    return CN_OK;
}

static cn_status check_dtype(cn_dtype dtype)
{
    CN_CHECK(cn_dtype_is_valid(dtype), "%d is not a dtype", (int)dtype);
    return CN_OK;
}

static cn_status create(cn_dtype dtype, const cn_shape *shape, void *(*allocate)(size_t bytes),
                        cn_array **array)
{
    int64_t size = 0;
    CN_TRY(check_dtype(dtype));
    CN_TRY(cn_shape_checked_size(shape, cn_dtype_size(dtype), &size));
    void *data = allocate((size_t)size * cn_dtype_size(dtype));
    if (data == NULL)
        return CN_OUT_OF_MEMORY;
    cn_status status = make(dtype, shape, data, data, array);
    if (status != CN_OK)
        cn_release(data);
    return status;
}

cn_status cn_array_create(cn_dtype dtype, const cn_shape *shape, cn_array **array)
{
    return create(dtype, shape, cn_allocate, array);
}

cn_status cn_array_create_raw(cn_dtype dtype, const cn_shape *shape, cn_array **array)
{
    return create(dtype, shape, cn_allocate_raw, array);
}

cn_status cn_array_create_storage(size_t bytes, cn_array **array)
{
    CN_CHECK(bytes <= INT64_MAX / 2, "%zu bytes are too much for this machine", bytes);
    return cn_array_create(CN_UINT8, &CN_SHAPE((int64_t)bytes), array);
}

static cn_status shape_of(const int64_t *dims, int rank, cn_shape *shape)
{
    CN_CHECK(rank >= 0 && rank <= CN_MAX_RANK, "rank must be 0 to %d, not %d", CN_MAX_RANK, rank);
    CN_CHECK(rank == 0 || dims != NULL, "dims is NULL, %d dimensions were expected", rank);
    *shape = (cn_shape){.rank = rank};
    for (int i = 0; i < rank; i++)
        shape->dim[i] = dims[i];
    return CN_OK;
}

cn_array *cn_array_or_null(cn_status status, const char *who, cn_array *const *array)
{
    if (status == CN_OK)
        return *array;
    cn_fail_in("%s", who);
    return NULL;
}

static cn_status new_array(cn_dtype dtype, const int64_t *dims, int rank, const void *data,
                           cn_array **array)
{
    cn_shape shape;
    CN_TRY(shape_of(dims, rank, &shape));
    if (data == NULL)
        return cn_array_create(dtype, &shape, array);
    CN_TRY(cn_array_create_raw(dtype, &shape, array));
    memcpy((*array)->data, data, (size_t)cn_shape_size(&shape) * cn_dtype_size(dtype));
    return CN_OK;
}

cn_array *cn_array_new(cn_dtype dtype, const int64_t *dims, int rank, const void *data)
{
    cn_array *array = NULL;
    return cn_array_or_null(new_array(dtype, dims, rank, data, &array), "cn_array_new", &array);
}

cn_array *cn_zeros_with(const cn_zeros_args *args)
{
    cn_array *array = NULL;
    cn_shape shape = cn_shape_of_dims(args->shape);
    return cn_array_or_null(cn_array_create(args->dtype, &shape, &array), "cn_zeros", &array);
}

/* ---- Views ---- */

static cn_status view(cn_dtype dtype, const int64_t *dims, int rank, void *data, cn_array **array)
{
    cn_shape shape;
    int64_t size = 0;
    CN_TRY(check_dtype(dtype));
    CN_TRY(shape_of(dims, rank, &shape));
    CN_TRY(cn_shape_checked_size(&shape, cn_dtype_size(dtype), &size));
    CN_CHECK(data != NULL || size == 0, "data is NULL, %" PRId64 " elements of %s were expected",
             size, cn_dtype_name(dtype));
    return make(dtype, &shape, data, NULL, array);
}

cn_array *cn_array_view(cn_dtype dtype, const int64_t *dims, int rank, void *data)
{
    cn_array *array = NULL;
    return cn_array_or_null(view(dtype, dims, rank, data, &array), "cn_array_view", &array);
}

static cn_status view_texts(const cn_texts *texts, cn_array **array)
{
    CN_CHECK(texts->count >= 0 && (texts->count == 0 || texts->items != NULL),
             "a list of texts was expected, not %" PRId64 " at NULL", texts->count);
    return make(CN_STRING, &CN_SHAPE(texts->count), (void *)(uintptr_t)texts->items, NULL, array);
}

cn_array *cn_array_of_texts(cn_texts texts)
{
    cn_array *array = NULL;
    return cn_array_or_null(view_texts(&texts, &array), "cn_array_of_texts", &array);
}

size_t cn_array_row_bytes(const cn_array *array)
{
    cn_shape row = array->shape;
    if (row.rank > 0)
        row.dim[0] = 1;
    return (size_t)cn_shape_size(&row) * cn_dtype_size(array->dtype);
}

int64_t cn_slice_bound(int64_t bound, int64_t rows)
{
    if (bound < 0)
        bound = bound < -rows ? 0 : bound + rows;
    return bound > rows ? rows : bound;
}

static cn_status slice(const cn_array *from, int64_t start, int64_t stop, cn_array **array)
{
    CN_TRY(cn_array_check(from, "cn_array_slice", &from));
    CN_CHECK(from->shape.rank > 0, "cn_array_slice: a scalar has no rows");
    cn_shape shape = from->shape;
    start = cn_slice_bound(start, shape.dim[0]);
    stop = cn_slice_bound(stop, shape.dim[0]);
    shape.dim[0] = stop > start ? stop - start : 0;
    char *data = (char *)from->data + (size_t)start * cn_array_row_bytes(from);
    return make(from->dtype, &shape, data, NULL, array);
}

cn_array *cn_array_slice(const cn_array *array, int64_t start, int64_t stop)
{
    cn_array *made = NULL;
    return slice(array, start, stop, &made) == CN_OK ? made : NULL;
}

/* Computes the one unknown dimension, if there is one, and compares the sizes. */
static cn_status fit_shape(const cn_array *from, cn_shape *shape)
{
    int64_t unknown = -1, size = 0;
    cn_shape known = *shape;
    for (int64_t i = 0; i < shape->rank; i++) {
        if (shape->dim[i] != CN_NONE)
            continue;
        CN_CHECK(unknown < 0, "only one dimension of %s may be unknown", cn_shape_str(shape));
        unknown = i;
        known.dim[i] = 1;
    }
    CN_TRY(cn_shape_checked_size(&known, cn_dtype_size(from->dtype), &size));
    int64_t have = cn_shape_size(&from->shape);
    bool fits = unknown < 0 ? size == have : size > 0 && have % size == 0;
    CN_CHECK(fits, "%" PRId64 " elements of shape %s do not fit into shape %s", have,
             cn_shape_str(&from->shape), cn_shape_str(shape));
    if (unknown >= 0)
        shape->dim[unknown] = have / size;
    return CN_OK;
}

static cn_status reshape(const cn_array *from, const int64_t *dims, int rank, cn_array **array)
{
    cn_shape shape;
    CN_TRY(shape_of(dims, rank, &shape));
    CN_TRY(fit_shape(from, &shape));
    return make(from->dtype, &shape, from->data, NULL, array);
}

cn_array *cn_array_reshape(const cn_array *array, const int64_t *dims, int rank)
{
    cn_array *made = NULL;
    if (cn_array_check(array, "cn_array_reshape", &array) != CN_OK)
        return NULL;
    return cn_array_or_null(reshape(array, dims, rank, &made), "cn_array_reshape", &made);
}

/* ---- Asking ---- */

cn_status cn_array_check(const void *object, const char *who, const cn_array **array)
{
    CN_CHECK(object != NULL, "%s: an array was expected, not NULL", who);
    CN_CHECK(*(const cn_kind *)object == CN_KIND_ARRAY, "%s: an array was expected, not %s", who,
             cn_kind_name(object));
    *array = object;
    return CN_OK;
}

cn_status cn_numbers_check(const void *object, const char *who, const cn_array **array)
{
    CN_TRY(cn_array_check(object, who, array));
    CN_CHECK((*array)->dtype != CN_STRING, "%s: an array of numbers was expected, not of strings",
             who);
    return CN_OK;
}

void cn_array_free(cn_array *array)
{
    const cn_array *checked;
    if (array == NULL || cn_array_check(array, "cn_array_free", &checked) != CN_OK)
        return;
    cn_array_unlink(array);
    array->kind = (cn_kind)0;
    cn_release(array->owned);
    cn_release(array);
}

cn_dtype cn_array_dtype(const cn_array *array)
{
    return cn_array_check(array, "cn_array_dtype", &array) == CN_OK ? array->dtype : CN_FLOAT32;
}

int cn_array_rank(const cn_array *array)
{
    return cn_array_check(array, "cn_array_rank", &array) == CN_OK ? (int)array->shape.rank : 0;
}

int64_t cn_array_dim(const cn_array *array, int axis)
{
    if (cn_array_check(array, "cn_array_dim", &array) != CN_OK)
        return 0;
    int64_t found = cn_shape_axis(&array->shape, axis);
    if (found >= 0)
        return array->shape.dim[found];
    (void)cn_fail(CN_INVALID, "cn_array_dim: axis %d of an array with shape %s does not exist",
                  axis, cn_shape_str(&array->shape));
    return 0;
}

int64_t cn_array_size(const cn_array *array)
{
    return cn_array_check(array, "cn_array_size", &array) == CN_OK ? cn_shape_size(&array->shape)
                                                                   : 0;
}

void *cn_array_data(const cn_array *array)
{
    return cn_array_check(array, "cn_array_data", &array) == CN_OK ? array->data : NULL;
}
