/* Emitting looks at elements by their places, and filters over images. */
#include "ops/images.h"

#include <string.h>

/* ---- places inside --------------------------------------------------------------------------- */

/* 0 .. half, half .. 0, and again; or, if the ends come once only, 0 .. half .. 1. */
static cn_value to_and_fro(cn_program *p, cn_value i, int64_t period, int64_t last)
{
    cn_value forth = cn_emit_mod(p, i, cn_emit_whole(p, period));
    return cn_emit_minimum(p, forth, cn_emit_subtract_from(p, (double)last, forth));
}

cn_value cn_emit_inside(cn_program *p, cn_value i, int64_t n, const char *fill_mode)
{
    if (strcmp(fill_mode, "wrap") == 0)
        return cn_emit_mod(p, i, cn_emit_whole(p, n));
    if (strcmp(fill_mode, "reflect") == 0)
        return to_and_fro(p, i, 2 * n, 2 * n - 1);
    if (strcmp(fill_mode, "mirror") == 0 && n > 1)
        return to_and_fro(p, i, 2 * n - 2, 2 * n - 2);
    return cn_emit_minimum_scalar(p, cn_emit_maximum_scalar(p, i, 0), (double)n - 1);
}

/* ---- elements at places ---------------------------------------------------------------------- */

cn_value cn_emit_between(cn_program *p, cn_value a, cn_value b, cn_value part)
{
    cn_value first = cn_emit_multiply(p, a, cn_emit_subtract_from(p, 1, part));
    return cn_emit_add(p, first, cn_emit_multiply(p, b, part));
}

/* The cells of one axis that places lie at or between. */
typedef struct cells {
    cn_value first, part; /* part: of the way to the next cell; CN_NO_VALUE: the first is it */
} cells;

/* The nearest whole number, halves away from 0. */
static cn_value nearest(cn_program *p, cn_value place)
{
    cn_value size = cn_emit_floor(p, cn_emit_add_scalar(p, cn_emit_absolute(p, place), 0.5));
    return cn_emit_multiply(p, cn_emit_sign(p, place), size);
}

static cells cells_at(cn_program *p, cn_value place, const cn_warping *how)
{
    if (place == CN_NO_VALUE || cn_type_of(p, place)->dtype == CN_INT32)
        return (cells){place, CN_NO_VALUE};
    if (strcmp(how->interpolation, "nearest") == 0)
        return (cells){cn_emit_cast(p, nearest(p, place), CN_INT32), CN_NO_VALUE};
    cn_value whole = cn_emit_floor(p, place);
    return (cells){cn_emit_cast(p, whole, CN_INT32), cn_emit_subtract(p, place, whole)};
}

/* What is looked at: x's first n axes are one in the table. */
typedef struct look {
    cn_shape shape;
    cn_value table;
    int64_t n;
    cells cells[CN_MAX_RANK];
    cn_warping how;
} look;

static cn_value with_trailing_axes(cn_program *p, cn_value x, int64_t n)
{
    for (int64_t i = 0; i < n; i++)
        x = cn_emit_expand_dims(p, x, -1);
    return x;
}

/* From an axis on; index and inside are what the axes before it have come to. */
static cn_value elements(cn_program *p, const look *at, int64_t axis, cn_value index,
                         cn_value inside);

/* With one cell for each place along the axis. */
static cn_value elements_of(cn_program *p, const look *at, int64_t axis, cn_value index,
                            cn_value inside, cn_value cell)
{
    const int64_t size = at->shape.dim[axis];
    cn_value own = cn_emit_inside(p, cell, size, at->how.fill_mode);
    if (strcmp(at->how.fill_mode, "constant") == 0) {
        cn_value same = cn_emit_equal(p, own, cell);
        inside = inside == CN_NO_VALUE ? same : cn_emit_logical_and(p, inside, same);
    }
    if (index != CN_NO_VALUE)
        own = cn_emit_add(p, cn_emit_multiply(p, index, cn_emit_whole(p, size)), own);
    return elements(p, at, axis + 1, own, inside);
}

static cn_value elements(cn_program *p, const look *at, int64_t axis, cn_value index,
                         cn_value inside)
{
    const int64_t rest = at->shape.rank - at->n;
    if (p->status != CN_OK)
        return CN_NO_VALUE;
    if (axis == at->n) {
        cn_value found = cn_emit_gather(p, at->table, index);
        return inside == CN_NO_VALUE ? found
                                     : cn_emit_where(p, with_trailing_axes(p, inside, rest), found,
                                                     cn_emit_scalar(p, at->how.fill_value));
    }
    const cells along = at->cells[axis];
    cn_value here = elements_of(p, at, axis, index, inside, along.first);
    if (along.part == CN_NO_VALUE)
        return here;
    cn_value next = cn_emit_add(p, along.first, cn_emit_whole(p, 1));
    return cn_emit_between(p, here, elements_of(p, at, axis, index, inside, next),
                           with_trailing_axes(p, along.part, rest));
}

cn_value cn_emit_at_places(cn_program *p, cn_value x, const cn_value *places, int64_t n,
                           cn_warping how)
{
    if (x == CN_NO_VALUE)
        return x;
    look at = {.shape = *cn_shape_of(p, x), .n = n, .how = how};
    cn_shape joined = {1, {1}};
    for (int64_t i = 0; i < at.shape.rank; i++)
        if (i < n)
            joined.dim[0] *= at.shape.dim[i];
        else
            joined.dim[joined.rank++] = at.shape.dim[i];
    at.table = cn_emit_reshape(p, x, joined);
    for (int64_t i = 0; i < n; i++)
        at.cells[i] = cells_at(p, places[i], &how);
    return elements(p, &at, 0, CN_NO_VALUE, CN_NO_VALUE);
}

cn_value cn_emit_cells(cn_program *p, cn_value x, cn_value rows, cn_value columns, cn_warping how)
{
    if (x == CN_NO_VALUE)
        return x;
    cn_value image = cn_emit_iota(p, CN_SHAPE(cn_shape_of(p, x)->dim[0], 1, 1), 0);
    const cn_value places[] = {image, rows, columns};
    return cn_emit_at_places(p, x, places, 3, how);
}

/* ---- filters --------------------------------------------------------------------------------- */

cn_value cn_emit_filtered(cn_program *p, cn_value x, cn_value kernel)
{
    if (x == CN_NO_VALUE || kernel == CN_NO_VALUE)
        return CN_NO_VALUE;
    const cn_shape *size = cn_shape_of(p, kernel);
    const cn_shape before = CN_SHAPE((size->dim[0] - 1) / 2, (size->dim[1] - 1) / 2),
                   after = CN_SHAPE(size->dim[0] / 2, size->dim[1] / 2);
    const cn_conv_attributes same = {.strides = CN_SHAPE(1, 1),
                                     .dilation = CN_SHAPE(1, 1),
                                     .before = before,
                                     .after = after,
                                     .groups = 1};
    return cn_emit_depthwise_conv(p, x, kernel, &same);
}

cn_value cn_emit_bell(cn_program *p, int64_t size, int64_t axis, cn_value sigma, cn_value reach)
{
    cn_shape shape = CN_SHAPE(1, 1, 1, 1);
    shape.dim[axis] = size;
    cn_value place = cn_emit_cast(p, cn_emit_iota(p, shape, axis), CN_FLOAT32);
    cn_value distance = cn_emit_add_scalar(p, place, -(double)(size - 1) / 2);
    cn_value square = cn_emit_square(p, cn_emit_divide(p, distance, sigma));
    cn_value curve = cn_emit_exp(p, cn_emit_multiply_scalar(p, square, -0.5));
    if (reach != CN_NO_VALUE) {
        cn_value near = cn_emit_less_equal(p, cn_emit_absolute(p, distance), reach);
        curve = cn_emit_where(p, near, curve, cn_emit_scalar(p, 0));
    }
    return cn_emit_divide(p, curve, cn_emit_sum(p, curve, CN_AXES(axis), true));
}
