/* x / ||x|| along an axis, where the norm is not 0: ||x|| = (sum |x|^order)^(1/order). Keras:
 * keras.utils.normalize. */
#include <math.h>

#include "cornu/data.h"
#include "runtime/array.h"

/* The elements start, start + step, ... of an array: count of them along the axis. */
typedef struct line {
    int64_t start, step, count;
} line;

static double norm(const cn_array *array, line l, double order)
{
    double sum = 0;
    for (int64_t i = 0; i < l.count; i++) {
        const double x = fabs(cn_array_at(array, l.start + i * l.step));
        if (isinf(order))
            sum = x > sum || isnan(x) ? x : sum;
        else
            sum += order == 2 ? x * x : order == 1 ? x : pow(x, order);
    }
    return isinf(order) || order == 1 ? sum : order == 2 ? sqrt(sum) : pow(sum, 1 / order);
}

static void divide(cn_array *array, line l, double order)
{
    const double by = norm(array, l, order);
    if (by == 0)
        return;
    for (int64_t i = 0; i < l.count; i++) {
        const int64_t at = l.start + i * l.step;
        if (array->dtype == CN_FLOAT64)
            ((double *)array->data)[at] /= by;
        else
            ((float *)array->data)[at] = (float)((double)((float *)array->data)[at] / by);
    }
}

static cn_status normalize(const cn_normalize_args *args, cn_array **array)
{
    const cn_array *x = NULL;
    CN_TRY(cn_numbers_check(args->x, "x", &x));
    CN_CHECK(args->order >= 1, "order must be 1 or more, not %g", args->order);
    const int64_t axis = cn_shape_axis(&x->shape, args->axis);
    CN_CHECK(axis >= 0, "axis %d of an array with shape %s does not exist", args->axis,
             cn_shape_str(&x->shape));
    *array = cn_array_cast(x, x->dtype == CN_FLOAT64 ? CN_FLOAT64 : CN_FLOAT32);
    if (*array == NULL)
        return CN_OUT_OF_MEMORY;
    line l = {.step = 1, .count = x->shape.dim[axis]};
    for (int64_t i = axis + 1; i < x->shape.rank; i++)
        l.step *= x->shape.dim[i];
    const int64_t size = cn_shape_size(&x->shape), block = l.step * l.count;
    for (int64_t outer = 0; outer < size; outer += block)
        for (int64_t inner = 0; inner < l.step; inner++) {
            l.start = outer + inner;
            divide(*array, l, args->order);
        }
    return CN_OK;
}

cn_array *cn_normalize_with(const cn_normalize_args *args)
{
    cn_array *array = NULL;
    return cn_array_or_null(normalize(args, &array), "cn_normalize", &array);
}
