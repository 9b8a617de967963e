/* Emitting ops on matrices. */
#include "ops/emit.h"

cn_value cn_emit_solve(cn_program *p, cn_value a, cn_value b)
{
    const cn_value operands[2] = {a, b};
    return cn_program_append(p, &cn_op_solve, NULL, operands, 2);
}

cn_value cn_emit_solve_triangular(cn_program *p, cn_value a, cn_value b, bool lower)
{
    const cn_triangular_attributes attributes = {lower};
    const cn_value operands[2] = {a, b};
    return cn_program_append(p, &cn_op_solve_triangular, &attributes, operands, 2);
}

cn_value cn_emit_cholesky(cn_program *p, cn_value a)
{
    return cn_program_append(p, &cn_op_cholesky, NULL, &a, 1);
}

/* An op of one input; its second and third output, where there are some. */
static cn_value several(cn_program *p, const cn_op *op, cn_value a, cn_value *second,
                        cn_value *third)
{
    const cn_value first = cn_program_append(p, op, NULL, &a, 1);
    *second = first == CN_NO_VALUE ? first : first + 1;
    if (third != NULL)
        *third = first == CN_NO_VALUE ? first : first + 2;
    return first;
}

cn_value cn_emit_log_determinant(cn_program *p, cn_value a, cn_value *sign)
{
    cn_value logarithm;
    *sign = several(p, &cn_op_log_determinant, a, &logarithm, NULL);
    return logarithm;
}

cn_value cn_emit_eigh(cn_program *p, cn_value a, cn_value *vectors)
{
    return several(p, &cn_op_eigh, a, vectors, NULL);
}

cn_value cn_emit_svd(cn_program *p, cn_value a, cn_value *u, cn_value *v)
{
    cn_value s;
    *u = several(p, &cn_op_svd, a, &s, v);
    return s;
}

cn_value cn_emit_pinv(cn_program *p, cn_value a, double ratio)
{
    const cn_pinv_attributes attributes = {ratio};
    return cn_program_append(p, &cn_op_pinv, &attributes, &a, 1);
}

cn_value cn_emit_qr(cn_program *p, cn_value a, cn_value *r)
{
    return several(p, &cn_op_qr, a, r, NULL);
}

cn_value cn_emit_complement(cn_program *p, cn_value a)
{
    return cn_program_append(p, &cn_op_complement, NULL, &a, 1);
}

cn_value cn_emit_lu(cn_program *p, cn_value a, cn_value *pivots)
{
    return several(p, &cn_op_lu, a, pivots, NULL);
}

cn_value cn_emit_eye(cn_program *p, int64_t m)
{
    cn_value rows = cn_emit_iota(p, CN_SHAPE(m, m), 0);
    return cn_emit_cast(p, cn_emit_equal(p, rows, cn_emit_iota(p, CN_SHAPE(m, m), 1)), CN_FLOAT32);
}
