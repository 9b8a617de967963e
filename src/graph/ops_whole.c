/* Operations on whole numbers bit by bit, and on the steps between floats. */
#include "cornu/math_ops.h"

#include "graph/draw.h"
#include "ops/emit.h"

static cn_dtype wider(cn_program *p, cn_value a, cn_value b)
{
    const cn_dtype one = cn_dtype_of(p, a), other = cn_dtype_of(p, b);
    if (one == CN_BOOL || (one == CN_UINT8 && other != CN_BOOL))
        return other;
    return one;
}

/* Computed as int32; the result has the wider type of the two. */
static cn_value emit_bits(cn_program *p, const cn_operation_class *class,
                          const cn_operation_args *args, const cn_value *inputs, int64_t n)
{
    (void)args, (void)n;
    const cn_dtype dtype = wider(p, inputs[0], inputs[1]);
    return cn_emit_cast(p, cn_emit_2(p, class->op, inputs[0], inputs[1]), dtype);
}

static cn_value emit_not(cn_program *p, const cn_operation_class *class,
                         const cn_operation_args *args, const cn_value *inputs, int64_t n)
{
    (void)class, (void)args, (void)n;
    if (cn_dtype_of(p, inputs[0]) == CN_BOOL)
        return cn_emit_logical_not(p, inputs[0]);
    return cn_emit_cast(p, cn_emit_bitwise_not(p, inputs[0]), cn_dtype_of(p, inputs[0]));
}

/* |a| times how often their greatest common divisor is in |b|; 0 of 0 and 0. */
static cn_value emit_lcm(cn_program *p, const cn_operation_class *class,
                         const cn_operation_args *args, const cn_value *inputs, int64_t n)
{
    (void)class, (void)args, (void)n;
    cn_value divisor = cn_emit_gcd(p, inputs[0], inputs[1]);
    cn_value safe = cn_emit_maximum(p, divisor, cn_emit_whole(p, 1));
    cn_value times = cn_emit_absolute(p, cn_emit_cast(p, inputs[1], CN_INT32));
    times = cn_emit_floor_divide(p, times, safe);
    cn_value size = cn_emit_absolute(p, cn_emit_cast(p, inputs[0], CN_INT32));
    const cn_dtype dtype = wider(p, inputs[0], inputs[1]);
    return cn_emit_cast(p, cn_emit_multiply(p, size, times), dtype);
}

static cn_value emit_next_after(cn_program *p, const cn_operation_class *class,
                                const cn_operation_args *args, const cn_value *inputs, int64_t n)
{
    (void)class, (void)args, (void)n;
    return cn_emit_next_after(p, inputs[0], inputs[1]);
}

#define OF_TWO(name, class, emit_, op_)                                                            \
    {                                                                                              \
        CN_OPERATION(name, class, "numpy", cn_no_operation_fields, 2, 2), .emit = (emit_),         \
                                                                          .op = (op_)              \
    }
#define OF_ONE(name, class, emit_)                                                                 \
    {                                                                                              \
        CN_OPERATION(name, class, "numpy", cn_no_operation_fields, 1, 1), .emit = (emit_)          \
    }

const cn_operation_class cn_operation_bitwise_and =
    OF_TWO("bitwise_and", "BitwiseAnd", emit_bits, &cn_op_bitwise_and);
const cn_operation_class cn_operation_bitwise_or =
    OF_TWO("bitwise_or", "BitwiseOr", emit_bits, &cn_op_bitwise_or);
const cn_operation_class cn_operation_bitwise_xor =
    OF_TWO("bitwise_xor", "BitwiseXor", emit_bits, &cn_op_bitwise_xor);
const cn_operation_class cn_operation_bitwise_left_shift =
    OF_TWO("bitwise_left_shift", "BitwiseLeftShift", emit_bits, &cn_op_shift_left);
const cn_operation_class cn_operation_bitwise_right_shift =
    OF_TWO("bitwise_right_shift", "BitwiseRightShift", emit_bits, &cn_op_shift_right);
const cn_operation_class cn_operation_left_shift =
    OF_TWO("left_shift", "LeftShift", emit_bits, &cn_op_shift_left);
const cn_operation_class cn_operation_right_shift =
    OF_TWO("right_shift", "RightShift", emit_bits, &cn_op_shift_right);
const cn_operation_class cn_operation_gcd = OF_TWO("gcd", "Gcd", emit_bits, &cn_op_gcd);
const cn_operation_class cn_operation_lcm = OF_TWO("lcm", "Lcm", emit_lcm, NULL);
const cn_operation_class cn_operation_nextafter =
    OF_TWO("nextafter", "Nextafter", emit_next_after, NULL);
const cn_operation_class cn_operation_bitwise_not = OF_ONE("bitwise_not", "BitwiseNot", emit_not);
const cn_operation_class cn_operation_bitwise_invert =
    OF_ONE("bitwise_invert", "BitwiseInvert", emit_not);

cn_tensor *cn_ops_bitwise_and(cn_tensor *a, cn_tensor *b)
{
    return cn_draw_2(&cn_operation_bitwise_and, a, b);
}
cn_tensor *cn_ops_bitwise_or(cn_tensor *a, cn_tensor *b)
{
    return cn_draw_2(&cn_operation_bitwise_or, a, b);
}
cn_tensor *cn_ops_bitwise_xor(cn_tensor *a, cn_tensor *b)
{
    return cn_draw_2(&cn_operation_bitwise_xor, a, b);
}
cn_tensor *cn_ops_bitwise_not(cn_tensor *x)
{
    return cn_draw_1(&cn_operation_bitwise_not, x);
}
cn_tensor *cn_ops_left_shift(cn_tensor *a, cn_tensor *b)
{
    return cn_draw_2(&cn_operation_left_shift, a, b);
}
cn_tensor *cn_ops_right_shift(cn_tensor *a, cn_tensor *b)
{
    return cn_draw_2(&cn_operation_right_shift, a, b);
}
cn_tensor *cn_ops_gcd(cn_tensor *a, cn_tensor *b)
{
    return cn_draw_2(&cn_operation_gcd, a, b);
}
cn_tensor *cn_ops_lcm(cn_tensor *a, cn_tensor *b)
{
    return cn_draw_2(&cn_operation_lcm, a, b);
}
cn_tensor *cn_ops_bitwise_invert(cn_tensor *x)
{
    return cn_draw_1(&cn_operation_bitwise_invert, x);
}
cn_tensor *cn_ops_bitwise_left_shift(cn_tensor *a, cn_tensor *b)
{
    return cn_draw_2(&cn_operation_bitwise_left_shift, a, b);
}
cn_tensor *cn_ops_bitwise_right_shift(cn_tensor *a, cn_tensor *b)
{
    return cn_draw_2(&cn_operation_bitwise_right_shift, a, b);
}
cn_tensor *cn_ops_nextafter(cn_tensor *a, cn_tensor *b)
{
    return cn_draw_2(&cn_operation_nextafter, a, b);
}
