/* Windows over the spatial axes: shapes, what kernels are told, and the plain walk of
 * references. */
#include "ops/pool.h"

#include "ops/reference.h"

enum { MOST_AXES = 3, NARROW_CELLS = 256 /* that a uint8 can number */ };

static bool is_adaptive(const cn_pool_attributes *pool)
{
    return pool->outputs.rank > 0;
}

/* ---- shapes ---------------------------------------------------------------------------------- */

static cn_status check_axis(const cn_pool_attributes *pool, int64_t axis, int64_t cells)
{
    const int64_t size = pool->size.dim[axis], before = pool->before.dim[axis],
                  after = pool->after.dim[axis];
    CN_CHECK(size > 0 && pool->strides.dim[axis] > 0, "windows of %d cells every %d cells",
             (int)size, (int)pool->strides.dim[axis]);
    CN_CHECK(before >= 0 && after >= 0 && before < size && after < size,
             "padding of %d and %d cells makes windows of %d without a cell inside", (int)before,
             (int)after, (int)size);
    CN_CHECK(cells > 0 && size - before - after <= cells,
             "a window of %d cells does not fit into %d cells with %d more", (int)size, (int)cells,
             (int)(before + after));
    return CN_OK;
}

/* One entry for each axis, where there has to be one. */
static bool has_axes(const cn_pool_attributes *pool, int64_t axes)
{
    if (is_adaptive(pool))
        return pool->outputs.rank == axes && pool->size.rank == 0 && pool->strides.rank == 0 &&
               pool->before.rank == 0 && pool->after.rank == 0;
    return pool->size.rank == axes && pool->strides.rank == axes && pool->before.rank == axes &&
           pool->after.rank == axes;
}

cn_status cn_pool_shape(const cn_pool_attributes *pool, const cn_shape *x, cn_shape *y)
{
    const int64_t axes = x->rank - 2;
    CN_CHECK(axes >= 1 && axes <= MOST_AXES && has_axes(pool, axes),
             "takes 1 to %d axes between samples and channels, and windows with as many, got shape "
             "%s",
             MOST_AXES, cn_shape_str(x));
    *y = *x;
    for (int64_t i = 0; i < axes; i++) {
        const int64_t cells = x->dim[i + 1];
        if (is_adaptive(pool)) {
            CN_CHECK(cells > 0 && pool->outputs.dim[i] > 0, "%d windows over %d cells",
                     (int)pool->outputs.dim[i], (int)cells);
            y->dim[i + 1] = pool->outputs.dim[i];
            continue;
        }
        CN_TRY(check_axis(pool, i, cells));
        const int64_t padded = cells + pool->before.dim[i] + pool->after.dim[i];
        y->dim[i + 1] = (padded - pool->size.dim[i]) / pool->strides.dim[i] + 1;
    }
    return CN_OK;
}

cn_status cn_pool_input_shape(const cn_pool_attributes *pool, const cn_shape *y, cn_shape *x)
{
    cn_shape expected;
    CN_CHECK(pool->input.rank == y->rank - 2, "an input of %d axes for the output's shape %s",
             (int)pool->input.rank, cn_shape_str(y));
    *x = *y;
    for (int64_t i = 0; i < pool->input.rank; i++)
        x->dim[i + 1] = pool->input.dim[i];
    CN_TRY(cn_pool_shape(pool, x, &expected));
    CN_CHECK(cn_shape_equal(&expected, y), "inputs %s give %s, not %s", cn_shape_str(x),
             cn_shape_str(&expected), cn_shape_str(y));
    return CN_OK;
}

/* The most cells of one axis in a window. n cells in o windows: n / o if it divides, otherwise a
 * window may touch a part of a cell at each end. */
static int64_t widest(const cn_pool_attributes *pool, int64_t axis, int64_t n)
{
    if (!is_adaptive(pool))
        return pool->size.dim[axis];
    const int64_t outputs = pool->outputs.dim[axis], whole = n / outputs + 2;
    return n % outputs == 0 ? n / outputs : whole < n ? whole : n;
}

int64_t cn_pool_cells(const cn_pool_attributes *pool, const cn_shape *x)
{
    int64_t cells = 1;
    for (int64_t i = 0; i < x->rank - 2; i++)
        cells *= widest(pool, i, x->dim[i + 1]);
    return cells;
}

cn_dtype cn_pool_index_dtype(const cn_pool_attributes *pool, const cn_shape *x)
{
    return cn_pool_cells(pool, x) <= NARROW_CELLS ? CN_UINT8 : CN_INT32;
}

cn_pool_attributes cn_pool_with_input(const cn_pool_attributes *pool, const cn_shape *x)
{
    cn_pool_attributes with = *pool;
    with.input.rank = x->rank - 2;
    for (int64_t i = 0; i < with.input.rank; i++)
        with.input.dim[i] = x->dim[i + 1];
    return with;
}

/* ---- kernels --------------------------------------------------------------------------------- */

cn_pool cn_pool_of(const cn_lowering *lowering, const cn_pool_attributes *pool, cn_value x_value,
                   cn_value y_value)
{
    const cn_shape *x = cn_shape_of(lowering->program, x_value),
                   *y = cn_shape_of(lowering->program, y_value);
    const int64_t axes = x->rank - 2;
    cn_pool kernel = {.samples = x->dim[0],
                      .channels = x->dim[x->rank - 1],
                      .x_row = cn_pitch_of(lowering, x_value),
                      .y_row = cn_pitch_of(lowering, y_value),
                      .wide = cn_pool_index_dtype(pool, x) == CN_INT32};
    for (int64_t i = 0; i < MOST_AXES; i++) {
        const int64_t axis = i - (MOST_AXES - axes);
        kernel.axes[i] = (cn_pool_axis){1, 1, 1, 1, 0};
        if (axis < 0)
            continue;
        kernel.axes[i] = (cn_pool_axis){
            .in = x->dim[axis + 1],
            .out = y->dim[axis + 1],
            .size = widest(pool, axis, x->dim[axis + 1]),
            .stride = is_adaptive(pool) ? 0 : pool->strides.dim[axis],
            .before = is_adaptive(pool) ? 0 : pool->before.dim[axis],
        };
    }
    return kernel;
}

/* ---- reference ------------------------------------------------------------------------------- */

/* The window's cell with these places along each axis, which may be outside. */
static bool find_cell(const cn_pool_attributes *pool, const cn_shape *x, const int64_t *window,
                      const int64_t *within, int64_t *cell)
{
    for (int64_t i = 0; i < x->rank - 2; i++) {
        const int64_t n = x->dim[i + 1], o = window[i + 1];
        if (is_adaptive(pool)) {
            const double share = (double)n / (double)pool->outputs.dim[i];
            cell[i + 1] = o * n / pool->outputs.dim[i] + within[i];
            if ((double)cell[i + 1] >= (double)(o + 1) * share - 1e-9)
                return false;
        } else {
            cell[i + 1] = o * pool->strides.dim[i] + within[i] - pool->before.dim[i];
        }
        if (cell[i + 1] < 0 || cell[i + 1] >= n)
            return false;
    }
    cell[0] = window[0];
    cell[x->rank - 1] = window[x->rank - 1];
    return true;
}

void cn_pool_walk(const cn_pool_attributes *pool, const cn_shape *x, const cn_shape *y,
                  void (*visit)(const cn_reference_call *call, const cn_pool_visit *at),
                  const cn_reference_call *call)
{
    cn_shape box = {.rank = x->rank - 2};
    for (int64_t i = 0; i < box.rank; i++)
        box.dim[i] = widest(pool, i, x->dim[i + 1]);
    const int64_t outputs = cn_shape_size(y), numbers = cn_shape_size(&box);
    for (int64_t o = 0; o < outputs; o++) {
        int64_t window[CN_MAX_RANK], within[CN_MAX_RANK], cell[CN_MAX_RANK], cells = 0;
        cn_index_split(y, o, window);
        for (int64_t k = 0; k < numbers; k++) {
            cn_index_split(&box, k, within);
            cells += find_cell(pool, x, window, within, cell);
        }
        for (int64_t k = 0; k < numbers; k++) {
            cn_index_split(&box, k, within);
            if (find_cell(pool, x, window, within, cell))
                visit(call, &(cn_pool_visit){o, cn_index_join(x, cell), k, cells});
        }
    }
}

const cn_field cn_pool_fields[] = {
    CN_FIELD(cn_pool_attributes, size, CN_FIELD_SHAPE, 0),
    CN_FIELD(cn_pool_attributes, strides, CN_FIELD_SHAPE, 0),
    CN_FIELD(cn_pool_attributes, before, CN_FIELD_SHAPE, 0),
    CN_FIELD(cn_pool_attributes, after, CN_FIELD_SHAPE, 0),
    CN_FIELD(cn_pool_attributes, outputs, CN_FIELD_SHAPE, 0),
    CN_FIELD(cn_pool_attributes, input, CN_FIELD_SHAPE, 0),
    CN_END_FIELDS,
};
