/* Copies of n-dimensional blocks: joins, slices, pads, broadcasts, transposes. */
#include "kernels/native/native.h"

#include <string.h>

#include "runtime/threads.h"

void cn_copy_prepare(cn_copy *copy)
{
    int64_t rank = 0;
    for (int64_t axis = 0; axis < copy->rank; axis++) {
        int64_t dim = copy->dim[axis], from = copy->from_stride[axis], to = copy->to_stride[axis];
        if (dim == 1)
            continue;
        int64_t last = rank - 1;
        bool merges = rank > 0 && copy->from_stride[last] == from * dim && copy->to_stride[last] == to * dim;
        if (merges)
            dim *= copy->dim[last];
        else
            rank++;
        copy->dim[rank - 1] = dim;
        copy->from_stride[rank - 1] = from;
        copy->to_stride[rank - 1] = to;
    }
    copy->rank = rank;
}

static void copy_axis(const cn_copy *copy, int64_t axis, const char *from, char *to)
{
    if (axis == copy->rank) {
        memcpy(to, from, copy->item);
        return;
    }
    int64_t item = (int64_t)copy->item;
    for (int64_t i = 0; i < copy->dim[axis]; i++)
        copy_axis(copy, axis + 1, from + i * copy->from_stride[axis] * item, to + i * copy->to_stride[axis] * item);
}

void cn_copy_run(const cn_copy *copy)
{
    copy_axis(copy, 0, copy->from, copy->to);
}

void cn_fill_run(void *out, const void *value, size_t item, int64_t n)
{
    for (int64_t i = 0; i < n; i++)
        memcpy((char *)out + (size_t)i * item, value, item);
}
