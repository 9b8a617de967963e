/* Emitting reductions over any axes: one op for each run of consecutive axes. */
#include "ops/emit.h"

/* Marks the axes that a list names. CN_ALL_AXES has rank -1. */
static cn_status mark_axes(const cn_op *op, const cn_shape *shape, const cn_shape *axes,
                           bool marked[CN_MAX_RANK])
{
    for (int64_t i = 0; i < CN_MAX_RANK; i++)
        marked[i] = axes->rank < 0 && i < shape->rank;
    for (int64_t i = 0; i < axes->rank; i++) {
        int64_t axis = cn_shape_axis(shape, axes->dim[i]);
        CN_CHECK(axis >= 0, "%s: axis %d is not in shape %s", op->name, (int)axes->dim[i],
                 cn_shape_str(shape));
        marked[axis] = true;
    }
    return CN_OK;
}

/* The shape with 1 for each marked axis. */
static cn_shape kept(cn_shape shape, const bool marked[CN_MAX_RANK])
{
    for (int64_t i = 0; i < shape.rank; i++)
        if (marked[i])
            shape.dim[i] = 1;
    return shape;
}

/* From the last run of marked axes to the first, so that the numbers of the others stay. */
static cn_value reduce_runs(cn_program *p, const cn_op *op, cn_value a, int64_t rank,
                            const bool marked[CN_MAX_RANK])
{
    for (int64_t end = rank; end > 0 && a != CN_NO_VALUE; end--) {
        int64_t begin = end;
        while (begin > 0 && marked[begin - 1])
            begin--;
        if (begin == end)
            continue;
        cn_reduce_attributes attributes = {begin, end - begin};
        a = cn_program_append(p, op, &attributes, &a, 1);
        end = begin + 1;
    }
    return a;
}

/* Reduces as float32; the result has type dtype. */
static cn_value reduce(cn_program *p, const cn_op *op, cn_value a, cn_shape axes, bool keep_dims,
                       cn_dtype dtype)
{
    if (a == CN_NO_VALUE)
        return a;
    const cn_shape shape = *cn_shape_of(p, a);
    bool marked[CN_MAX_RANK];
    cn_status status = mark_axes(op, &shape, &axes, marked);
    if (status != CN_OK)
        return cn_program_fail(p, status);
    a = reduce_runs(p, op, cn_emit_cast(p, a, CN_FLOAT32), shape.rank, marked);
    if (keep_dims)
        a = cn_emit_reshape(p, a, kept(shape, marked));
    return cn_emit_cast(p, a, dtype);
}

static cn_dtype dtype_or_float(const cn_program *p, cn_value a)
{
    return a == CN_NO_VALUE ? CN_FLOAT32 : cn_dtype_of(p, a);
}

/* Sums of truth values and small numbers are int32, as in NumPy. */
static cn_dtype sum_dtype(const cn_program *p, cn_value a)
{
    return dtype_or_float(p, a) == CN_FLOAT32 ? CN_FLOAT32 : CN_INT32;
}

cn_value cn_emit_sum(cn_program *p, cn_value a, cn_shape axes, bool keep_dims)
{
    return reduce(p, &cn_op_sum, a, axes, keep_dims, sum_dtype(p, a));
}

cn_value cn_emit_prod(cn_program *p, cn_value a, cn_shape axes, bool keep_dims)
{
    return reduce(p, &cn_op_prod, a, axes, keep_dims, sum_dtype(p, a));
}

cn_value cn_emit_max(cn_program *p, cn_value a, cn_shape axes, bool keep_dims)
{
    return reduce(p, &cn_op_max, a, axes, keep_dims, dtype_or_float(p, a));
}

cn_value cn_emit_min(cn_program *p, cn_value a, cn_shape axes, bool keep_dims)
{
    return reduce(p, &cn_op_min, a, axes, keep_dims, dtype_or_float(p, a));
}

cn_value cn_emit_any(cn_program *p, cn_value a, cn_shape axes, bool keep_dims)
{
    return cn_emit_max(p, cn_emit_cast(p, a, CN_BOOL), axes, keep_dims);
}

cn_value cn_emit_all(cn_program *p, cn_value a, cn_shape axes, bool keep_dims)
{
    return cn_emit_min(p, cn_emit_cast(p, a, CN_BOOL), axes, keep_dims);
}

cn_value cn_emit_mean(cn_program *p, cn_value a, cn_shape axes, bool keep_dims)
{
    cn_value sum = reduce(p, &cn_op_sum, a, axes, keep_dims, CN_FLOAT32);
    if (sum == CN_NO_VALUE)
        return sum;
    double from = (double)cn_shape_size(cn_shape_of(p, a)),
           to = (double)cn_shape_size(cn_shape_of(p, sum));
    return cn_emit_divide(p, sum, cn_emit_scalar(p, to > 0 ? from / to : 1));
}

cn_value cn_emit_variance(cn_program *p, cn_value a, cn_shape axes, bool keep_dims)
{
    cn_value difference = cn_emit_subtract(p, a, cn_emit_mean(p, a, axes, true));
    return cn_emit_mean(p, cn_emit_square(p, difference), axes, keep_dims);
}

/* log(sum(e^(a - m))) + m, where m is the largest element, or 0 where that is infinite. */
cn_value cn_emit_logsumexp(cn_program *p, cn_value a, cn_shape axes, bool keep_dims)
{
    a = cn_emit_cast(p, a, CN_FLOAT32);
    cn_value largest = cn_emit_stop_gradient(p, cn_emit_max(p, a, axes, true));
    cn_value finite = cn_emit_is_finite(p, largest);
    largest = cn_emit_where(p, finite, largest, cn_emit_scalar(p, 0));
    cn_value sum = cn_emit_sum(p, cn_emit_exp(p, cn_emit_subtract(p, a, largest)), axes, true);
    cn_value result = cn_emit_add(p, cn_emit_log(p, sum), largest);
    if (keep_dims || result == CN_NO_VALUE)
        return result;
    bool marked[CN_MAX_RANK];
    cn_shape shape = *cn_shape_of(p, a), rest = {0};
    (void)mark_axes(&cn_op_max, &shape, &axes, marked); /* succeeded before */
    for (int64_t i = 0; i < shape.rank; i++)
        if (!marked[i])
            rest.dim[rest.rank++] = shape.dim[i];
    return cn_emit_reshape(p, result, rest);
}

static cn_value find_extreme(cn_program *p, cn_value a, int64_t axis, bool smallest)
{
    if (a == CN_NO_VALUE)
        return a;
    cn_argmax_attributes attributes = {cn_shape_axis(cn_shape_of(p, a), axis), smallest};
    a = cn_emit_cast(p, a, CN_FLOAT32);
    return a == CN_NO_VALUE ? a : cn_program_append(p, &cn_op_argmax, &attributes, &a, 1);
}

cn_value cn_emit_argmax(cn_program *p, cn_value a, int64_t axis)
{
    return find_extreme(p, a, axis, false);
}

cn_value cn_emit_argmin(cn_program *p, cn_value a, int64_t axis)
{
    return find_extreme(p, a, axis, true);
}

/* The first output; the second goes to *second. */
static cn_value two_outputs(cn_value first, cn_value *second)
{
    *second = first == CN_NO_VALUE ? CN_NO_VALUE : first + 1;
    return first;
}

cn_value cn_emit_moments(cn_program *p, cn_value x, cn_value *variance)
{
    x = cn_emit_cast(p, x, CN_FLOAT32);
    return two_outputs(x == CN_NO_VALUE ? x : cn_program_append(p, &cn_op_moments, NULL, &x, 1),
                       variance);
}

cn_value cn_emit_product_sums(cn_program *p, cn_value a, cn_value b, cn_value *product)
{
    cn_value operands[2] = {a, b};
    const bool missing = a == CN_NO_VALUE || b == CN_NO_VALUE;
    return two_outputs(missing ? CN_NO_VALUE
                               : cn_program_append(p, &cn_op_product_sums, NULL, operands, 2),
                       product);
}

cn_value cn_emit_sum_to(cn_program *p, cn_value a, cn_shape shape)
{
    if (a == CN_NO_VALUE)
        return a;
    const cn_shape wide = *cn_shape_of(p, a);
    const int64_t extra = wide.rank - shape.rank;
    cn_shape axes = {0};
    for (int64_t i = 0; i < wide.rank; i++)
        if (i < extra || (shape.dim[i - extra] == 1 && wide.dim[i] != 1))
            axes.dim[axes.rank++] = i;
    return cn_emit_reshape(p, cn_emit_sum(p, a, axes, false), shape);
}
