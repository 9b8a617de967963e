/* Emitting elementwise ops, numbers and values made from nothing. */
#include "ops/emit.h"

#include <math.h>

#include "ops/elementwise.h"

/* ---- elementwise ----------------------------------------------------------------------------- */

/* bool < uint8 < int32 < float32 */
static int width(cn_dtype dtype)
{
    return dtype == CN_BOOL ? 0 : dtype == CN_UINT8 ? 1 : dtype == CN_INT32 ? 2 : 3;
}

static cn_dtype wider(cn_dtype a, cn_dtype b)
{
    return width(a) >= width(b) ? a : b;
}

/* What an op's operands are cast to if the widest of them has this type: its type rule says it. */
static cn_dtype operand_type(const cn_op *op, cn_dtype widest)
{
    if (op->infer == cn_infer_real || op->infer == cn_infer_test)
        return CN_FLOAT32;
    if (op->infer == cn_infer_logical)
        return CN_BOOL;
    const bool of_numbers = op->infer == cn_infer_elementwise || op->infer == cn_infer_whole;
    return of_numbers ? wider(widest, CN_INT32) : widest;
}

cn_value cn_emit_1(cn_program *p, const cn_op *op, cn_value a)
{
    if (a == CN_NO_VALUE)
        return CN_NO_VALUE;
    a = cn_emit_cast(p, a, operand_type(op, cn_dtype_of(p, a)));
    return a == CN_NO_VALUE ? a : cn_program_append(p, op, NULL, &a, 1);
}

cn_value cn_emit_2(cn_program *p, const cn_op *op, cn_value a, cn_value b)
{
    if (a == CN_NO_VALUE || b == CN_NO_VALUE)
        return CN_NO_VALUE;
    cn_dtype dtype = operand_type(op, wider(cn_dtype_of(p, a), cn_dtype_of(p, b)));
    cn_value operands[2];
    operands[0] = cn_emit_cast(p, a, dtype);
    operands[1] = cn_emit_cast(p, b, dtype);
    return operands[1] == CN_NO_VALUE ? CN_NO_VALUE : cn_program_append(p, op, NULL, operands, 2);
}

cn_value cn_emit_where(cn_program *p, cn_value condition, cn_value a, cn_value b)
{
    if (condition == CN_NO_VALUE || a == CN_NO_VALUE || b == CN_NO_VALUE)
        return CN_NO_VALUE;
    cn_dtype dtype = wider(cn_dtype_of(p, a), cn_dtype_of(p, b));
    cn_value operands[3];
    operands[0] = cn_emit_cast(p, condition, CN_BOOL);
    operands[1] = cn_emit_cast(p, a, dtype);
    operands[2] = cn_emit_cast(p, b, dtype);
    return operands[2] == CN_NO_VALUE ? CN_NO_VALUE
                                      : cn_program_append(p, &cn_op_where, NULL, operands, 3);
}

cn_value cn_emit_multiply_add(cn_program *p, cn_value a, cn_value b, cn_value c)
{
    if (a == CN_NO_VALUE || b == CN_NO_VALUE || c == CN_NO_VALUE)
        return CN_NO_VALUE;
    cn_value operands[3] = {a, b, c};
    for (int i = 0; i < 3; i++)
        operands[i] = cn_emit_cast(p, operands[i], CN_FLOAT32);
    return operands[2] == CN_NO_VALUE
               ? CN_NO_VALUE
               : cn_program_append(p, &cn_op_multiply_add, NULL, operands, 3);
}

cn_value cn_emit_cast(cn_program *p, cn_value a, cn_dtype dtype)
{
    if (a == CN_NO_VALUE || cn_dtype_of(p, a) == dtype)
        return a;
    cn_cast_attributes attributes = {dtype};
    return cn_program_append(p, &cn_op_cast, &attributes, &a, 1);
}

cn_value cn_emit_view_bits(cn_program *p, cn_value a, cn_dtype dtype)
{
    return a == CN_NO_VALUE || cn_dtype_of(p, a) == dtype
               ? a
               : cn_program_append(p, &cn_op_view_bits, NULL, &a, 1);
}

cn_value cn_emit_stop_gradient(cn_program *p, cn_value a)
{
    return a == CN_NO_VALUE ? a : cn_program_append(p, &cn_op_stop_gradient, NULL, &a, 1);
}

/* ---- with a number on one side --------------------------------------------------------------- */

cn_value cn_emit_scalar(cn_program *p, double value)
{
    return cn_emit_full(p, value, CN_FLOAT32, (cn_shape){0});
}

cn_value cn_emit_whole(cn_program *p, int64_t number)
{
    return cn_emit_full(p, (double)number, CN_INT32, (cn_shape){0});
}

/* A whole number beside whole numbers is an int32; anything else a float32. */
static cn_value number_beside(cn_program *p, cn_value a, double value)
{
    if (a == CN_NO_VALUE)
        return CN_NO_VALUE;
    bool whole = cn_dtype_of(p, a) != CN_FLOAT32 && value == trunc(value) &&
                 fabs(value) <= INT32_MAX;
    return cn_emit_full(p, value, whole ? CN_INT32 : CN_FLOAT32, (cn_shape){0});
}

cn_value cn_emit_add_scalar(cn_program *p, cn_value a, double b)
{
    return cn_emit_add(p, a, number_beside(p, a, b));
}

cn_value cn_emit_multiply_scalar(cn_program *p, cn_value a, double b)
{
    return cn_emit_multiply(p, a, number_beside(p, a, b));
}

cn_value cn_emit_maximum_scalar(cn_program *p, cn_value a, double b)
{
    return cn_emit_maximum(p, a, number_beside(p, a, b));
}

cn_value cn_emit_minimum_scalar(cn_program *p, cn_value a, double b)
{
    return cn_emit_minimum(p, a, number_beside(p, a, b));
}

cn_value cn_emit_power_scalar(cn_program *p, cn_value a, double b)
{
    return cn_emit_power(p, a, number_beside(p, a, b));
}

cn_value cn_emit_greater_scalar(cn_program *p, cn_value a, double b)
{
    return cn_emit_greater(p, a, number_beside(p, a, b));
}

cn_value cn_emit_less_scalar(cn_program *p, cn_value a, double b)
{
    return cn_emit_less(p, a, number_beside(p, a, b));
}

cn_value cn_emit_equal_scalar(cn_program *p, cn_value a, double b)
{
    return cn_emit_equal(p, a, number_beside(p, a, b));
}

cn_value cn_emit_subtract_from(cn_program *p, double a, cn_value b)
{
    return cn_emit_subtract(p, number_beside(p, b, a), b);
}

cn_value cn_emit_clip(cn_program *p, cn_value a, double low, double high)
{
    return cn_emit_minimum_scalar(p, cn_emit_maximum_scalar(p, a, low), high);
}

/* ---- made from nothing ----------------------------------------------------------------------- */

cn_value cn_emit_full(cn_program *p, double value, cn_dtype dtype, cn_shape shape)
{
    cn_full_attributes attributes = {value, dtype, shape};
    return cn_program_append(p, &cn_op_full, &attributes, NULL, 0);
}

static cn_value full_like(cn_program *p, cn_value a, double value)
{
    return a == CN_NO_VALUE ? a : cn_emit_full(p, value, cn_dtype_of(p, a), *cn_shape_of(p, a));
}

cn_value cn_emit_zeros_like(cn_program *p, cn_value a)
{
    return full_like(p, a, 0);
}

cn_value cn_emit_ones_like(cn_program *p, cn_value a)
{
    return full_like(p, a, 1);
}

cn_value cn_emit_iota(cn_program *p, cn_shape shape, int64_t axis)
{
    cn_iota_attributes attributes = {cn_shape_axis(&shape, axis), shape};
    return cn_program_append(p, &cn_op_iota, &attributes, NULL, 0);
}

cn_value cn_emit_random_uniform(cn_program *p, cn_value state, cn_shape shape)
{
    cn_shape_attributes attributes = {shape};
    return state == CN_NO_VALUE
               ? state
               : cn_program_append(p, &cn_op_random_uniform, &attributes, &state, 1);
}
