/* Shapes. */
#include "runtime/shape.h"

#include <inttypes.h>
#include <stdio.h>

cn_shape cn_shape_of_dims(const int64_t dims[CN_MAX_RANK])
{
    cn_shape shape = {0};
    while (shape.rank < CN_MAX_RANK && dims[shape.rank] != 0) {
        shape.dim[shape.rank] = dims[shape.rank];
        shape.rank++;
    }
    return shape;
}

cn_shape cn_shape_of_axes(const int64_t axes[CN_MAX_RANK])
{
    cn_shape shape = {.rank = 1, .dim = {axes[0]}};
    while (shape.rank < CN_MAX_RANK && axes[shape.rank] != 0) {
        shape.dim[shape.rank] = axes[shape.rank];
        shape.rank++;
    }
    return shape;
}

cn_status cn_shape_with_batch(cn_shape shape, int64_t batch, cn_shape *result)
{
    CN_CHECK(shape.rank < CN_MAX_RANK, "shape %s leaves no room for a batch axis: at most %d axes",
             cn_shape_str(&shape), CN_MAX_RANK);
    result->rank = shape.rank + 1;
    result->dim[0] = batch;
    for (int64_t i = 0; i < shape.rank; i++)
        result->dim[i + 1] = shape.dim[i];
    return CN_OK;
}

bool cn_shape_equal(const cn_shape *a, const cn_shape *b)
{
    if (a->rank != b->rank)
        return false;
    for (int64_t i = 0; i < a->rank; i++)
        if (a->dim[i] != b->dim[i])
            return false;
    return true;
}

int64_t cn_shape_size(const cn_shape *shape)
{
    int64_t size = 1;
    for (int64_t i = 0; i < shape->rank; i++)
        size *= shape->dim[i];
    return size;
}

cn_status cn_shape_checked_size(const cn_shape *shape, size_t item_size, int64_t *size)
{
    const int64_t most = (int64_t)(INT64_MAX / 2 / (int64_t)item_size);
    int64_t n = 1; /* as if no dimension were 0: the rows of an empty array have a size, too */
    bool empty = false;
    CN_CHECK(shape->rank >= 0 && shape->rank <= CN_MAX_RANK,
             "an array has at most %d axes, not %" PRId64, CN_MAX_RANK, shape->rank);
    for (int64_t i = 0; i < shape->rank; i++) {
        int64_t dim = shape->dim[i];
        CN_CHECK(dim >= 0, "axis %" PRId64 " of shape %s is negative", i, cn_shape_str(shape));
        empty = empty || dim == 0;
        CN_CHECK(dim == 0 || n <= most / dim, "shape %s is too large for this machine",
                 cn_shape_str(shape));
        n *= dim == 0 ? 1 : dim;
    }
    *size = empty ? 0 : n;
    return CN_OK;
}

bool cn_shape_has_none(const cn_shape *shape)
{
    for (int64_t i = 0; i < shape->rank; i++)
        if (shape->dim[i] == CN_NONE)
            return true;
    return false;
}

int64_t cn_shape_axis(const cn_shape *shape, int64_t axis)
{
    if (axis < 0)
        axis += shape->rank;
    return axis >= 0 && axis < shape->rank ? axis : -1;
}

static cn_status broadcast_dim(int64_t a, int64_t b, int64_t *result)
{
    if (a == b || b == 1)
        *result = a;
    else if (a == 1)
        *result = b;
    else if (a == CN_NONE || b == CN_NONE)
        *result = a == CN_NONE ? b : a;
    else
        return CN_INVALID;
    return CN_OK;
}

cn_status cn_shape_broadcast(const cn_shape *a, const cn_shape *b, cn_shape *result)
{
    cn_shape wide = {.rank = a->rank > b->rank ? a->rank : b->rank};
    for (int64_t i = 1; i <= wide.rank; i++) {
        int64_t from_a = i <= a->rank ? a->dim[a->rank - i] : 1;
        int64_t from_b = i <= b->rank ? b->dim[b->rank - i] : 1;
        CN_TRY(broadcast_dim(from_a, from_b, &wide.dim[wide.rank - i]));
    }
    *result = wide;
    return CN_OK;
}

const char *cn_shape_print(const cn_shape *shape, cn_shape_text *text)
{
    char *at = text->text;
    const char *const end = at + sizeof text->text;
    *at++ = '(';
    for (int64_t i = 0; i < shape->rank && i < CN_MAX_RANK; i++) {
        const char *comma = i > 0 ? ", " : "";
        if (shape->dim[i] == CN_NONE)
            at += snprintf(at, (size_t)(end - at), "%sNone", comma);
        else
            at += snprintf(at, (size_t)(end - at), "%s%" PRId64, comma, shape->dim[i]);
    }
    (void)snprintf(at, (size_t)(end - at), shape->rank == 1 ? ",)" : ")");
    return text->text;
}
