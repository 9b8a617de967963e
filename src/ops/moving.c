/* What the ops that move elements share. */
#include "ops/moving.h"

void cn_row_major_strides(const cn_shape *shape, int64_t strides[CN_MAX_RANK])
{
    int64_t stride = 1;
    for (int64_t i = shape->rank - 1; i >= 0; i--) {
        strides[i] = stride;
        stride *= shape->dim[i];
    }
}

void cn_strides_of(const cn_lowering *lowering, cn_value value, int64_t strides[CN_MAX_RANK])
{
    const cn_shape *shape = cn_shape_of(lowering->program, value);
    cn_row_major_strides(shape, strides);
    if (shape->rank >= 2)
        strides[shape->rank - 2] = cn_pitch_of(lowering, value);
    for (int64_t i = shape->rank - 3; i >= 0; i--)
        strides[i] = strides[i + 1] * shape->dim[i + 1];
}

cn_copy cn_copy_between(const cn_lowering *lowering, cn_value from, int64_t from_start, cn_value to,
                        int64_t to_start, const cn_shape *dims)
{
    const size_t item = cn_dtype_size(cn_dtype_of(lowering->program, to));
    cn_copy copy = {
        .from = (const char *)cn_address(lowering, from) + (size_t)from_start * item,
        .to = (char *)cn_address(lowering, to) + (size_t)to_start * item,
        .rank = dims->rank,
        .item = item,
    };
    for (int64_t i = 0; i < dims->rank; i++)
        copy.dim[i] = dims->dim[i];
    cn_row_major_strides(dims, copy.from_stride);
    cn_row_major_strides(dims, copy.to_stride);
    return copy;
}

static cn_status run(const void *arguments)
{
    cn_copy_run(arguments);
    return CN_OK;
}

static bool lies_there(const cn_copy *copy)
{
    bool same = copy->from == copy->to;
    for (int64_t i = 0; i < copy->rank; i++)
        same = same && (copy->dim[i] == 1 || copy->from_stride[i] == copy->to_stride[i]);
    return same;
}

cn_status cn_add_copy(cn_lowering *lowering, const char *name, cn_copy copy)
{
    for (int64_t i = 0; i < copy.rank; i++)
        if (copy.dim[i] == 0)
            return CN_OK;
    if (lies_there(&copy))
        return CN_OK;
    cn_copy_prepare(&copy);
    return cn_plan_add(lowering->plan, name, run, &copy, sizeof copy);
}
