/* The gradient of scatter: of set the rows of dy for each x that was the last at its place, of max
 * and min equal parts for all that y equals, of multiply the product of the others; of the base the
 * same. */
#include "ops/scattering.h"

#include <string.h>

cn_scattering cn_scattering_of(const cn_scatter_attributes *attributes)
{
    static const char *const names[] = {"set", "max", "min", "multiply"};
    int i = 0;
    while (i < CN_SCATTER_UNKNOWN &&
           (attributes->reduction == NULL || strcmp(attributes->reduction, names[i]) != 0))
        i++;
    return (cn_scattering)i;
}

/* An int32 for each row or index with axes of 1 behind it, as many as rows have. */
static cn_value beside(cn_program *p, cn_value numbers, int64_t rank)
{
    while (numbers != CN_NO_VALUE && cn_shape_of(p, numbers)->rank < rank)
        numbers = cn_emit_expand_dims(p, numbers, -1);
    return numbers;
}

static void gradient_of_set(cn_program *p, const cn_instruction *i, cn_value dy, cn_value *dx)
{
    const cn_shape indices = *cn_shape_of(p, i->inputs[1]), x = *cn_shape_of(p, i->inputs[2]);
    const cn_shape base = *cn_shape_of(p, i->output);
    cn_value number = cn_emit_iota(p, CN_SHAPE(cn_shape_size(&indices)), 0);
    cn_value none = cn_emit_full(p, -1, CN_INT32, CN_SHAPE(base.dim[0]));
    number = cn_emit_reshape(p, number, indices);
    cn_value last = cn_emit_scatter(p, none, i->inputs[1], number, "set");
    cn_value stays = cn_emit_equal(p, cn_emit_gather(p, last, i->inputs[1]), number);
    cn_value zero = cn_emit_scalar(p, 0), rows = cn_emit_gather(p, dy, i->inputs[1]);
    cn_value untouched = beside(p, cn_emit_less_scalar(p, last, 0), base.rank);
    dx[0] = cn_emit_where(p, untouched, dy, zero);
    dx[2] = cn_emit_where(p, beside(p, stays, x.rank), rows, zero);
}

static cn_value as_float(cn_program *p, cn_value truth)
{
    return cn_emit_cast(p, truth, CN_FLOAT32);
}

static cn_value sum_rows(cn_program *p, const cn_instruction *i, cn_value x)
{
    return cn_emit_scatter_add(p, x, i->inputs[1], cn_shape_of(p, i->output)->dim[0]);
}

static void gradient_of_choice(cn_program *p, const cn_instruction *i, cn_value dy, cn_value *dx)
{
    cn_value y = i->output, rows = cn_emit_gather(p, y, i->inputs[1]);
    cn_value of_base = as_float(p, cn_emit_equal(p, y, i->inputs[0]));
    cn_value of_x = as_float(p, cn_emit_equal(p, rows, i->inputs[2]));
    cn_value count = cn_emit_add(p, of_base, sum_rows(p, i, of_x));
    cn_value part = cn_emit_divide(p, dy, count);
    dx[0] = cn_emit_multiply(p, part, of_base);
    dx[2] = cn_emit_multiply(p, cn_emit_gather(p, part, i->inputs[1]), of_x);
}

/* What one factor is multiplied with, of all factors of its place and the zeros among them. */
static cn_value rest_of(cn_program *p, cn_value product, cn_value zeros, cn_value factor)
{
    cn_value is_zero = cn_emit_equal_scalar(p, factor, 0), zero = cn_emit_scalar(p, 0);
    cn_value divisor = cn_emit_where(p, is_zero, cn_emit_scalar(p, 1), factor);
    cn_value left = cn_emit_subtract(p, zeros, as_float(p, is_zero));
    cn_value rest = cn_emit_divide(p, product, divisor);
    return cn_emit_where(p, cn_emit_equal(p, left, zero), rest, zero);
}

static void gradient_of_product(cn_program *p, const cn_instruction *i, cn_value dy, cn_value *dx)
{
    const cn_value base = i->inputs[0], indices = i->inputs[1], x = i->inputs[2];
    cn_value one = cn_emit_scalar(p, 1), no_base = cn_emit_equal_scalar(p, base, 0),
             no_x = cn_emit_equal_scalar(p, x, 0);
    cn_value zeros = sum_rows(p, i, as_float(p, no_x));
    zeros = cn_emit_add(p, zeros, as_float(p, no_base));
    cn_value safe_base = cn_emit_where(p, no_base, one, base),
             safe_x = cn_emit_where(p, no_x, one, x);
    cn_value product = cn_emit_scatter(p, safe_base, indices, safe_x, "multiply");
    dx[0] = cn_emit_multiply(p, dy, rest_of(p, product, zeros, base));
    cn_value rows = cn_emit_gather(p, product, indices),
             zero_rows = cn_emit_gather(p, zeros, indices);
    cn_value rest = rest_of(p, rows, zero_rows, x);
    dx[2] = cn_emit_multiply(p, cn_emit_gather(p, dy, indices), rest);
}

void cn_gradient_of_scatter(cn_program *p, const cn_instruction *i, const cn_value *dy,
                            cn_value *dx)
{
    const cn_scattering scattering = cn_scattering_of(i->attributes);
    dx[1] = CN_NO_VALUE;
    if (scattering == CN_SCATTER_SET)
        gradient_of_set(p, i, dy[0], dx);
    else if (scattering == CN_SCATTER_MULTIPLY)
        gradient_of_product(p, i, dy[0], dx);
    else
        gradient_of_choice(p, i, dy[0], dx);
}
