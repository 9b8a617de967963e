/* Windows of pooling layers: arguments, output sizes, and what the ops are told. */
#include "layers/pooling.h"

#include <inttypes.h>
#include <string.h>

/* ---- arguments ------------------------------------------------------------------------------- */

static int64_t entry(const int64_t *list, int64_t axis)
{
    return list[1] == 0 ? list[0] : list[axis];
}

static cn_status check_list(const char *argument, const int64_t *list, int64_t axes)
{
    const cn_shape entries = cn_shape_of_dims(list);
    bool right = entries.rank == 1 || entries.rank == axes;
    for (int64_t i = 0; i < entries.rank; i++)
        right &= entries.dim[i] > 0;
    if (axes == 1)
        CN_CHECK(right, "%s must be one positive number, got %s", argument, cn_shape_str(&entries));
    CN_CHECK(right, "%s must be one or %" PRId64 " positive numbers, got %s", argument, axes,
             cn_shape_str(&entries));
    return CN_OK;
}

static bool is_same(const cn_pooling *pooling)
{
    return strcmp(pooling->padding, "same") == 0;
}

cn_status cn_pooling_check(const cn_pooling *pooling)
{
    if (pooling->output_size != NULL) {
        CN_TRY(check_list("output_size", pooling->output_size, pooling->axes));
        return cn_check_data_format(pooling->data_format);
    }
    CN_TRY(check_list("pool_size", pooling->pool_size, pooling->axes));
    if (pooling->strides[0] != 0)
        CN_TRY(check_list("strides", pooling->strides, pooling->axes));
    CN_CHECK(pooling->padding != NULL &&
                 (is_same(pooling) || strcmp(pooling->padding, "valid") == 0),
             "padding must be \"valid\" or \"same\", got \"%s\"",
             pooling->padding == NULL ? "NULL" : pooling->padding);
    return cn_check_data_format(pooling->data_format);
}

/* ---- sizes ----------------------------------------------------------------------------------- */

/* The first of the axes that are pooled. */
static int64_t first_axis(const cn_pooling *pooling)
{
    return cn_channels_first(pooling->data_format) ? 2 : 1;
}

static int64_t stride_of(const cn_pooling *pooling, int64_t axis)
{
    return entry(pooling->strides[0] == 0 ? pooling->pool_size : pooling->strides, axis);
}

static int64_t windows_of(const cn_pooling *pooling, int64_t axis, int64_t cells)
{
    const int64_t stride = stride_of(pooling, axis);
    if (cells == CN_NONE)
        return CN_NONE;
    return is_same(pooling) ? (cells + stride - 1) / stride
                            : (cells - entry(pooling->pool_size, axis)) / stride + 1;
}

cn_status cn_pooling_check_input(const cn_pooling *pooling, const cn_layer *layer,
                                 const cn_shape *shape)
{
    CN_TRY(cn_check_rank(layer, shape, pooling->axes + 2));
    for (int64_t i = 0; i < pooling->axes; i++) {
        const int64_t cells = shape->dim[first_axis(pooling) + i];
        const bool inside = pooling->output_size == NULL && !is_same(pooling);
        const int64_t least = inside ? entry(pooling->pool_size, i) : 1;
        CN_CHECK(cells == CN_NONE || cells >= least,
                 "%s: needs at least %" PRId64 " along axis %" PRId64 ", got shape %s", layer->name,
                 least, first_axis(pooling) + i, cn_shape_str(shape));
    }
    return CN_OK;
}

cn_type cn_pooling_type(const cn_pooling *pooling, const cn_shape *input)
{
    cn_type type = {CN_FLOAT32, *input};
    for (int64_t i = 0; i < pooling->axes; i++) {
        int64_t *dim = &type.shape.dim[first_axis(pooling) + i];
        *dim = windows_of(pooling, i, *dim);
    }
    return type;
}

/* ---- call ------------------------------------------------------------------------------------ */

/* Of the cells that "same" adds, the odd one is behind. */
static void set_window(const cn_pooling *pooling, int64_t axis, int64_t cells,
                       cn_pool_attributes *pool)
{
    const int64_t size = entry(pooling->pool_size, axis), stride = stride_of(pooling, axis);
    int64_t extra = 0;
    if (is_same(pooling))
        extra = (windows_of(pooling, axis, cells) - 1) * stride + size - cells;
    pool->size.dim[axis] = size;
    pool->strides.dim[axis] = stride;
    pool->before.dim[axis] = extra > 0 ? extra / 2 : 0;
    pool->after.dim[axis] = extra > 0 ? extra - extra / 2 : 0;
}

static cn_pool_attributes attributes_of(const cn_pooling *pooling, const cn_shape *x)
{
    cn_pool_attributes pool = {.size.rank = 0};
    const int64_t axes = pooling->axes;
    if (pooling->output_size == NULL)
        pool.size.rank = pool.strides.rank = pool.before.rank = pool.after.rank = axes;
    else
        pool.outputs.rank = axes;
    for (int64_t i = 0; i < axes; i++)
        if (pooling->output_size == NULL)
            set_window(pooling, i, x->dim[1 + i], &pool);
        else
            pool.outputs.dim[i] = entry(pooling->output_size, i);
    return pool;
}

/* Moves the features behind the other axes, or back. */
static cn_value move_features(cn_program *p, cn_value x, bool to_end)
{
    const int64_t rank = cn_shape_of(p, x)->rank;
    cn_shape permutation = {.rank = rank};
    for (int64_t i = 1; i < rank; i++)
        permutation.dim[i] = to_end ? i % (rank - 1) + 1 : (i + rank - 3) % (rank - 1) + 1;
    return cn_emit_transpose(p, x, permutation);
}

/* A batch may be shorter than what was drawn tells. */
cn_status cn_pooling_call(const cn_pooling *pooling, cn_call_frame *frame, cn_pooling_emit *emit)
{
    cn_program *p = frame->program;
    const bool first = cn_channels_first(pooling->data_format);
    CN_TRY(cn_pooling_check_input(pooling, frame->layer, cn_shape_of(p, frame->inputs[0])));
    cn_value x = cn_emit_cast(p, frame->inputs[0], CN_FLOAT32);
    if (first)
        x = move_features(p, x, true);
    if (x == CN_NO_VALUE)
        return p->status;
    const cn_pool_attributes pool = attributes_of(pooling, cn_shape_of(p, x));
    cn_value y = emit(p, x, &pool);
    frame->outputs[0] = first && y != CN_NO_VALUE ? move_features(p, y, false) : y;
    return p->status;
}
