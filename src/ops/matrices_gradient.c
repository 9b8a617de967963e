/* What the gradients of ops on matrices are made of. */
#include "ops/matrices.h"

cn_value cn_emit_sum_of_given(cn_program *p, cn_value a, cn_value b)
{
    return a == CN_NO_VALUE ? b : b == CN_NO_VALUE ? a : cn_emit_add(p, a, b);
}

cn_value cn_emit_below(cn_program *p, cn_value like, bool inclusive)
{
    if (like == CN_NO_VALUE)
        return like;
    const cn_shape *shape = cn_shape_of(p, like);
    const cn_shape square = CN_SHAPE(shape->dim[shape->rank - 1], shape->dim[shape->rank - 1]);
    cn_value rows = cn_emit_iota(p, square, 0), columns = cn_emit_iota(p, square, 1);
    return inclusive ? cn_emit_greater_equal(p, rows, columns) : cn_emit_greater(p, rows, columns);
}

cn_value cn_emit_half(cn_program *p, cn_value a, bool lower)
{
    cn_value below = cn_emit_below(p, a, lower), zero = cn_emit_scalar(p, 0);
    return lower ? cn_emit_where(p, below, a, zero) : cn_emit_where(p, below, zero, a);
}

cn_value cn_emit_diagonal(cn_program *p, cn_value a)
{
    if (a == CN_NO_VALUE)
        return a;
    const cn_shape *shape = cn_shape_of(p, a);
    cn_value eye = cn_emit_eye(p, shape->dim[shape->rank - 1]);
    return cn_emit_multiply(p, cn_emit_expand_dims(p, a, -1), eye);
}

cn_value cn_emit_inverse_or_zero(cn_program *p, cn_value a)
{
    cn_value zero = cn_emit_equal_scalar(p, a, 0);
    cn_value safe = cn_emit_where(p, zero, cn_emit_scalar(p, 1), a);
    cn_value inverse = cn_emit_reciprocal(p, safe);
    return cn_emit_where(p, zero, cn_emit_scalar(p, 0), inverse);
}

cn_value cn_emit_inverse_differences(cn_program *p, cn_value w)
{
    cn_value column = cn_emit_expand_dims(p, w, -1);
    cn_value differences = cn_emit_subtract(p, cn_emit_expand_dims(p, w, -2), column);
    return cn_emit_inverse_or_zero(p, differences);
}

cn_value cn_gradient_of_system(cn_program *p, const cn_instruction *i, cn_value db)
{
    return cn_emit_negative(p, cn_emit_matmul_transposed(p, db, false, i->output, true));
}
