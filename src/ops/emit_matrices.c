/* Emitting ops on square matrices. */
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

cn_value cn_emit_log_determinant(cn_program *p, cn_value a, cn_value *sign)
{
    *sign = cn_program_append(p, &cn_op_log_determinant, NULL, &a, 1);
    return *sign == CN_NO_VALUE ? CN_NO_VALUE : *sign + 1;
}

cn_value cn_emit_eye(cn_program *p, int64_t m)
{
    cn_value rows = cn_emit_iota(p, CN_SHAPE(m, m), 0);
    return cn_emit_cast(p, cn_emit_equal(p, rows, cn_emit_iota(p, CN_SHAPE(m, m), 1)), CN_FLOAT32);
}
