/* Elements of one data type as another. Blocks go through int64 or double, which hold every element
 * type exactly. */
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "runtime/array.h"
#include "runtime/dtype.h"

enum { BLOCK = 512 };

static void load_integers(cn_dtype dtype, const void *data, int64_t start, int64_t n, int64_t *to)
{
    if (dtype == CN_INT32)
        for (int64_t i = 0; i < n; i++)
            to[i] = ((const int32_t *)data)[start + i];
    else if (dtype == CN_INT64)
        memcpy(to, (const int64_t *)data + start, (size_t)n * sizeof *to);
    else /* the byte of a bool is 0 or 1 */
        for (int64_t i = 0; i < n; i++)
            to[i] = ((const uint8_t *)data)[start + i];
}

static void load_reals(cn_dtype dtype, const void *data, int64_t start, int64_t n, double *to)
{
    if (dtype == CN_FLOAT64)
        memcpy(to, (const double *)data + start, (size_t)n * sizeof *to);
    else
        for (int64_t i = 0; i < n; i++)
            to[i] = (double)((const float *)data)[start + i];
}

/* Each store returns the index of the first number that does not fit, or n. */

static int64_t store_integers(cn_dtype dtype, const int64_t *from, int64_t n, void *data,
                              int64_t start)
{
    const int64_t lowest = cn_dtype_lowest(dtype), highest = cn_dtype_highest(dtype);
    for (int64_t i = 0; i < n; i++)
        if (from[i] < lowest || from[i] > highest)
            return i;
    if (dtype == CN_INT64)
        memcpy((int64_t *)data + start, from, (size_t)n * sizeof *from);
    else if (dtype == CN_INT32)
        for (int64_t i = 0; i < n; i++)
            ((int32_t *)data)[start + i] = (int32_t)from[i];
    else
        for (int64_t i = 0; i < n; i++)
            ((uint8_t *)data)[start + i] = (uint8_t)from[i];
    return n;
}

static int64_t store_reals(cn_dtype dtype, const double *from, int64_t n, void *data, int64_t start)
{
    if (dtype == CN_FLOAT64) {
        memcpy((double *)data + start, from, (size_t)n * sizeof *from);
        return n;
    }
    for (int64_t i = 0; i < n; i++) {
        if (isfinite(from[i]) && fabs(from[i]) > (double)__FLT_MAX__)
            return i;
        ((float *)data)[start + i] = (float)from[i];
    }
    return n;
}

/* Truncates towards zero, as NumPy does. */
static int64_t reals_to_integers(cn_dtype dtype, const double *from, int64_t n, int64_t *to)
{
    const double lowest = (double)cn_dtype_lowest(dtype),
                 beyond = (double)cn_dtype_highest(dtype) + 1;
    for (int64_t i = 0; i < n; i++) {
        double whole = trunc(from[i]);
        if (!(whole >= lowest && whole < beyond))
            return i;
        to[i] = (int64_t)whole;
    }
    return n;
}

static int64_t cast_from_integers(const int64_t *from, int64_t n, cn_array *to, int64_t start)
{
    if (to->dtype == CN_FLOAT32)
        for (int64_t i = 0; i < n; i++) /* not through double, which would round twice */
            ((float *)to->data)[start + i] = (float)from[i];
    else if (to->dtype == CN_FLOAT64)
        for (int64_t i = 0; i < n; i++)
            ((double *)to->data)[start + i] = (double)from[i];
    else if (to->dtype == CN_BOOL)
        for (int64_t i = 0; i < n; i++)
            ((bool *)to->data)[start + i] = from[i] != 0;
    else
        return store_integers(to->dtype, from, n, to->data, start);
    return n;
}

static int64_t cast_from_reals(const double *from, int64_t n, cn_array *to, int64_t start)
{
    int64_t whole[BLOCK];
    if (cn_dtype_is_float(to->dtype))
        return store_reals(to->dtype, from, n, to->data, start);
    if (to->dtype == CN_BOOL) {
        for (int64_t i = 0; i < n; i++)
            ((bool *)to->data)[start + i] = from[i] != 0;
        return n;
    }
    int64_t good = reals_to_integers(to->dtype, from, n, whole);
    (void)store_integers(to->dtype, whole, good, to->data, start);
    return good;
}

static int64_t cast_block(const cn_array *from, cn_array *to, int64_t start, int64_t n)
{
    if (cn_dtype_is_float(from->dtype)) {
        double reals[BLOCK];
        load_reals(from->dtype, from->data, start, n, reals);
        return cast_from_reals(reals, n, to, start);
    }
    int64_t integers[BLOCK];
    load_integers(from->dtype, from->data, start, n, integers);
    return cast_from_integers(integers, n, to, start);
}

static cn_status element_does_not_fit(const cn_array *from, int64_t index, cn_dtype dtype)
{
    if (cn_dtype_is_float(from->dtype))
        return cn_fail(CN_INVALID,
                       "cn_array_cast: element %" PRId64 " is %.9g, which %s cannot hold", index,
                       cn_array_at(from, index), cn_dtype_name(dtype));
    int64_t value = 0;
    load_integers(from->dtype, from->data, index, 1, &value);
    return cn_fail(CN_INVALID,
                   "cn_array_cast: element %" PRId64 " is %" PRId64 ", which %s cannot hold", index,
                   value, cn_dtype_name(dtype));
}

static cn_status cast_all(const cn_array *from, cn_array *to)
{
    const int64_t size = cn_shape_size(&from->shape);
    if (from->dtype == to->dtype) {
        if (size > 0)
            memcpy(to->data, from->data, (size_t)size * cn_dtype_size(to->dtype));
        return CN_OK;
    }
    CN_CHECK(from->dtype != CN_STRING && to->dtype != CN_STRING,
             "cn_array_cast: %s cannot become %s", cn_dtype_name(from->dtype),
             cn_dtype_name(to->dtype));
    for (int64_t start = 0; start < size; start += BLOCK) {
        int64_t n = size - start < BLOCK ? size - start : BLOCK;
        int64_t good = cast_block(from, to, start, n);
        if (good < n)
            return element_does_not_fit(from, start + good, to->dtype);
    }
    return CN_OK;
}

cn_array *cn_array_cast(const cn_array *array, cn_dtype dtype)
{
    cn_array *made = NULL;
    if (cn_array_check(array, "cn_array_cast", &array) != CN_OK)
        return NULL;
    if (cn_array_create_raw(dtype, &array->shape, &made) != CN_OK) {
        cn_fail_in("cn_array_cast");
        return NULL;
    }
    if (cast_all(array, made) == CN_OK)
        return made;
    cn_array_free(made);
    return NULL;
}

static cn_status check_index(const cn_array *array, const char *who, int64_t index)
{
    const int64_t size = cn_shape_size(&array->shape);
    CN_CHECK(index >= 0 && index < size,
             "%s: index %" PRId64 " is outside an array of %" PRId64 " elements", who, index, size);
    return CN_OK;
}

const char *cn_array_text(const cn_array *array, int64_t index)
{
    if (cn_array_check(array, "cn_array_text", &array) != CN_OK ||
        check_index(array, "cn_array_text", index) != CN_OK)
        return NULL;
    if (array->dtype == CN_STRING)
        return ((const char *const *)array->data)[index];
    (void)cn_fail(CN_INVALID, "cn_array_text: an array of strings was expected, not of %s",
                  cn_dtype_name(array->dtype));
    return NULL;
}

double cn_array_at(const cn_array *array, int64_t index)
{
    int64_t integer = 0;
    double real = 0;
    if (cn_numbers_check(array, "cn_array_at", &array) != CN_OK ||
        check_index(array, "cn_array_at", index) != CN_OK)
        return NAN;
    if (cn_dtype_is_float(array->dtype)) {
        load_reals(array->dtype, array->data, index, 1, &real);
        return real;
    }
    load_integers(array->dtype, array->data, index, 1, &integer);
    return (double)integer;
}

bool cn_array_put(cn_array *array, int64_t index, double value)
{
    if (array->dtype == CN_STRING)
        return false;
    const double exact = 0x1p53; /* from here on a double may stand for its odd neighbour */
    if (!cn_dtype_is_float(array->dtype) && (value != trunc(value) || fabs(value) >= exact))
        return false;
    if (array->dtype == CN_BOOL && value != 0 && value != 1)
        return false;
    return cast_from_reals(&value, 1, array, index) == 1;
}
