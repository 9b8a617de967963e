/* Cells of images x[N, H, W, C] that are looked up by number, and Gaussian curves. */
#include "layers/image.h"

#include <string.h>

/* ---- places ---------------------------------------------------------------------------------- */

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

cn_value cn_emit_cells(cn_program *p, cn_value x, cn_value rows, cn_value columns, cn_warping how)
{
    if (p->status != CN_OK)
        return CN_NO_VALUE;
    const cn_shape *shape = cn_shape_of(p, x);
    const int64_t n = shape->dim[0], height = shape->dim[1], width = shape->dim[2];
    cn_value table = cn_emit_reshape(p, x, CN_SHAPE(n * height * width, shape->dim[3]));
    cn_value row = cn_emit_inside(p, rows, height, how.fill_mode);
    cn_value column = cn_emit_inside(p, columns, width, how.fill_mode);
    cn_value index = cn_emit_iota(p, CN_SHAPE(n, 1, 1), 0);
    index = cn_emit_add(p, cn_emit_multiply_scalar(p, index, (double)height), row);
    index = cn_emit_add(p, cn_emit_multiply_scalar(p, index, (double)width), column);
    cn_value cells = cn_emit_gather(p, table, index);
    if (strcmp(how.fill_mode, "constant") != 0)
        return cells;
    cn_value inside =
        cn_emit_logical_and(p, cn_emit_equal(p, row, rows), cn_emit_equal(p, column, columns));
    return cn_emit_where(p, cn_emit_expand_dims(p, inside, -1), cells,
                         cn_emit_scalar(p, how.fill_value));
}

/* The whole part of a place, and what is left of it, [N, H, W, 1]. */
static cn_value split(cn_program *p, cn_value place, cn_value *part)
{
    cn_value whole = cn_emit_floor(p, place);
    *part = cn_emit_expand_dims(p, cn_emit_subtract(p, place, whole), -1);
    return cn_emit_cast(p, whole, CN_INT32);
}

cn_value cn_emit_between(cn_program *p, cn_value a, cn_value b, cn_value part)
{
    cn_value first = cn_emit_multiply(p, a, cn_emit_subtract_from(p, 1, part));
    return cn_emit_add(p, first, cn_emit_multiply(p, b, part));
}

cn_value cn_emit_moved_cells(cn_program *p, cn_value x, cn_value rows, cn_value columns,
                             cn_warping how)
{
    if (strcmp(how.interpolation, "nearest") == 0) {
        rows = cn_emit_floor(p, cn_emit_add_scalar(p, rows, 0.5));
        columns = cn_emit_floor(p, cn_emit_add_scalar(p, columns, 0.5));
        return cn_emit_cells(p, x, cn_emit_cast(p, rows, CN_INT32),
                             cn_emit_cast(p, columns, CN_INT32), how);
    }
    cn_value down = CN_NO_VALUE, across = CN_NO_VALUE;
    cn_value top = split(p, rows, &down), left = split(p, columns, &across);
    cn_value bottom = cn_emit_add_scalar(p, top, 1), right = cn_emit_add_scalar(p, left, 1);
    cn_value above = cn_emit_between(p, cn_emit_cells(p, x, top, left, how),
                                     cn_emit_cells(p, x, top, right, how), across);
    cn_value below = cn_emit_between(p, cn_emit_cells(p, x, bottom, left, how),
                                     cn_emit_cells(p, x, bottom, right, how), across);
    return cn_emit_between(p, above, below, down);
}

/* ---- curves ---------------------------------------------------------------------------------- */

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
