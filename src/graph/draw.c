/* Operations drawn with arguments as C has them. */
#include "graph/draw.h"

#include "runtime/dtype.h"

cn_tensor *cn_draw_1(const cn_operation_class *class, cn_tensor *x)
{
    return cn_operation(class, NULL, &x, 1);
}

cn_tensor *cn_draw_2(const cn_operation_class *class, cn_tensor *a, cn_tensor *b)
{
    cn_tensor *const inputs[] = {a, b};
    return cn_operation(class, NULL, inputs, 2);
}

cn_tensor *cn_draw_numbers(const cn_operation_class *class, cn_tensor *x, int64_t number,
                           int64_t other)
{
    cn_operation_args args = cn_operation_defaults;
    args.number = number;
    args.other = other;
    return cn_operation(class, &args, &x, 1);
}

cn_tensor *cn_draw_real(const cn_operation_class *class, cn_tensor *x, double low)
{
    cn_operation_args args = cn_operation_defaults;
    args.low = low;
    return cn_operation(class, &args, &x, 1);
}

cn_tensor *cn_draw_typed(const cn_operation_class *class, cn_tensor *x, const char *dtype)
{
    cn_dtype wanted;
    if (cn_dtype_by_name(class->layer.automatic_name, dtype, &wanted) != CN_OK)
        return NULL;
    cn_operation_args args = cn_operation_defaults;
    args.dtype = dtype;
    return cn_operation(class, &args, &x, 1);
}

cn_tensor *cn_draw_over(const cn_operation_class *class, const cn_ops_reduce_args *from)
{
    cn_operation_args args = cn_operation_defaults;
    args.keepdims = from->keepdims;
    if (from->axis[0] != CN_EVERY_AXIS)
        args.axis = cn_shape_of_axes(from->axis);
    return cn_operation(class, &args, &from->x, 1);
}

cn_tensor *cn_draw_along(const cn_operation_class *class, const cn_ops_axis_args *from)
{
    return cn_draw_numbers(class, from->x, from->axis, 0);
}

cn_shape cn_one_axis(int64_t axis)
{
    return axis == CN_EVERY_AXIS ? cn_operation_defaults.axis : (cn_shape){1, {axis}};
}

cn_tensor *cn_draw_along_or_all(const cn_operation_class *class, const cn_ops_axis_args *from)
{
    cn_operation_args args = cn_operation_defaults;
    args.axis = cn_one_axis(from->axis);
    return cn_operation(class, &args, &from->x, 1);
}

const void *cn_keep(const cn_operation_class *class, const void *thing, size_t bytes)
{
    cn_session *session = cn_session_current();
    void *kept = session == NULL ? NULL : cn_arena_copy(cn_session_arena(session), thing, bytes);
    if (kept == NULL)
        (void)cn_fail(CN_OUT_OF_MEMORY, "%s: out of memory", class->layer.automatic_name);
    return kept;
}

int64_t cn_listed_tensors(const cn_operation_class *class, cn_items xs,
                          cn_tensor *tensors[CN_MOST_TENSORS])
{
    const char *name = class->layer.automatic_name;
    int64_t n = 0;
    for (; xs.list != NULL && xs.list[n] != CN_END; n++) {
        if (n == CN_MOST_TENSORS) {
            (void)cn_fail(CN_INVALID, "%s: takes at most %d tensors", name, CN_MOST_TENSORS);
            return 0;
        }
        tensors[n] = (cn_tensor *)(uintptr_t)xs.list[n];
    }
    if (n == 0)
        (void)cn_fail(CN_INVALID, "%s: takes CN_LIST(...) of tensors", name);
    return n;
}
