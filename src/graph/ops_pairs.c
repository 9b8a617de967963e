/* Operations of two tensors, place by place, that are composed of others. */
#include "cornu/math_ops.h"

#include <math.h>

#include "graph/draw.h"
#include "ops/emit.h"

static cn_value real(cn_program *p, cn_value x)
{
    return cn_emit_cast(p, x, CN_FLOAT32);
}

static cn_value exp2_of(cn_program *p, cn_value x)
{
    return cn_operation_exp2.function(p, x);
}

static cn_value emit_hypot(cn_program *p, cn_value a, cn_value b)
{
    cn_value squares = cn_emit_square(p, real(p, a));
    squares = cn_emit_add(p, squares, cn_emit_square(p, real(p, b)));
    return cn_emit_sqrt(p, squares);
}

/* The larger, and the distance of the smaller from it. */
static cn_value larger(cn_program *p, cn_value a, cn_value b, cn_value *distance)
{
    *distance = cn_emit_absolute(p, cn_emit_subtract(p, real(p, a), real(p, b)));
    return cn_emit_maximum(p, real(p, a), real(p, b));
}

static cn_value emit_logaddexp(cn_program *p, cn_value a, cn_value b)
{
    cn_value distance, most = larger(p, a, b, &distance);
    cn_value part = cn_emit_log1p(p, cn_emit_exp(p, cn_emit_negative(p, distance)));
    return cn_emit_add(p, most, part);
}

static cn_value emit_logaddexp2(cn_program *p, cn_value a, cn_value b)
{
    cn_value distance, most = larger(p, a, b, &distance);
    cn_value part = cn_emit_log1p(p, exp2_of(p, cn_emit_negative(p, distance)));
    return cn_emit_add(p, most, cn_emit_multiply_scalar(p, part, 1 / log(2)));
}

static cn_value emit_logical_xor(cn_program *p, cn_value a, cn_value b)
{
    cn_value first = cn_emit_cast(p, a, CN_BOOL);
    return cn_emit_not_equal(p, first, cn_emit_cast(p, b, CN_BOOL));
}

static cn_value emit_heaviside(cn_program *p, cn_value a, cn_value b)
{
    cn_value above = cn_emit_cast(p, cn_emit_greater_scalar(p, a, 0), CN_FLOAT32);
    return cn_emit_where(p, cn_emit_equal_scalar(p, a, 0), real(p, b), above);
}

static cn_value emit_divide_no_nan(cn_program *p, cn_value a, cn_value b)
{
    cn_value none = cn_emit_equal_scalar(p, real(p, b), 0);
    cn_value safe = cn_emit_where(p, none, cn_emit_scalar(p, 1), real(p, b));
    return cn_emit_where(p, none, cn_emit_scalar(p, 0), cn_emit_divide(p, a, safe));
}

/* What of the two is no NaN, if one is. */
static cn_value unless_nan(cn_program *p, cn_value a, cn_value b, cn_value chosen)
{
    cn_value other = cn_emit_where(p, cn_emit_is_nan(p, real(p, b)), a, chosen);
    return cn_emit_where(p, cn_emit_is_nan(p, real(p, a)), b, other);
}

static cn_value emit_fmax(cn_program *p, cn_value a, cn_value b)
{
    return unless_nan(p, a, b, cn_emit_maximum(p, a, b));
}

static cn_value emit_fmin(cn_program *p, cn_value a, cn_value b)
{
    return unless_nan(p, a, b, cn_emit_minimum(p, a, b));
}

static cn_value emit_fmod(cn_program *p, cn_value a, cn_value b)
{
    cn_value whole = cn_operation_trunc.function(p, cn_emit_divide(p, a, b));
    return cn_emit_subtract(p, a, cn_emit_multiply(p, whole, b));
}

static cn_value emit_ldexp(cn_program *p, cn_value a, cn_value b)
{
    return cn_emit_multiply(p, real(p, a), exp2_of(p, b));
}

static cn_value emit_two(cn_program *p, const cn_operation_class *class,
                         const cn_operation_args *args, const cn_value *inputs, int64_t n)
{
    (void)args, (void)n;
    return class->of_two(p, inputs[0], inputs[1]);
}

#define OF_TWO(name, class, module, function_)                                                     \
    {                                                                                              \
        CN_OPERATION(name, class, module, cn_no_operation_fields, 2, 2), .emit = emit_two,         \
                                                                         .of_two = (function_)     \
    }

const cn_operation_class cn_operation_arctan2 =
    OF_TWO("arctan2", "Arctan2", "numpy", cn_emit_arctan2);
const cn_operation_class cn_operation_hypot = OF_TWO("hypot", "Hypot", "numpy", emit_hypot);
const cn_operation_class cn_operation_logaddexp =
    OF_TWO("logaddexp", "Logaddexp", "numpy", emit_logaddexp);
const cn_operation_class cn_operation_logaddexp2 =
    OF_TWO("logaddexp2", "Logaddexp2", "numpy", emit_logaddexp2);
const cn_operation_class cn_operation_logical_xor =
    OF_TWO("logical_xor", "LogicalXor", "numpy", emit_logical_xor);
const cn_operation_class cn_operation_heaviside =
    OF_TWO("heaviside", "Heaviside", "numpy", emit_heaviside);
const cn_operation_class cn_operation_divide_no_nan =
    OF_TWO("divide_no_nan", "DivideNoNan", "numpy", emit_divide_no_nan);
const cn_operation_class cn_operation_fmax = OF_TWO("fmax", "Fmax", "numpy", emit_fmax);
const cn_operation_class cn_operation_fmin = OF_TWO("fmin", "Fmin", "numpy", emit_fmin);
const cn_operation_class cn_operation_fmod = OF_TWO("fmod", "Fmod", "numpy", emit_fmod);
const cn_operation_class cn_operation_ldexp = OF_TWO("ldexp", "Ldexp", "numpy", emit_ldexp);

/* ---- in C ------------------------------------------------------------------------------------ */

cn_tensor *cn_ops_arctan2(cn_tensor *y, cn_tensor *x)
{
    return cn_draw_2(&cn_operation_arctan2, y, x);
}
cn_tensor *cn_ops_hypot(cn_tensor *a, cn_tensor *b)
{
    return cn_draw_2(&cn_operation_hypot, a, b);
}
cn_tensor *cn_ops_logaddexp(cn_tensor *a, cn_tensor *b)
{
    return cn_draw_2(&cn_operation_logaddexp, a, b);
}
cn_tensor *cn_ops_logaddexp2(cn_tensor *a, cn_tensor *b)
{
    return cn_draw_2(&cn_operation_logaddexp2, a, b);
}
cn_tensor *cn_ops_logical_xor(cn_tensor *a, cn_tensor *b)
{
    return cn_draw_2(&cn_operation_logical_xor, a, b);
}
cn_tensor *cn_ops_heaviside(cn_tensor *a, cn_tensor *b)
{
    return cn_draw_2(&cn_operation_heaviside, a, b);
}
cn_tensor *cn_ops_divide_no_nan(cn_tensor *a, cn_tensor *b)
{
    return cn_draw_2(&cn_operation_divide_no_nan, a, b);
}
cn_tensor *cn_ops_fmax(cn_tensor *a, cn_tensor *b)
{
    return cn_draw_2(&cn_operation_fmax, a, b);
}
cn_tensor *cn_ops_fmin(cn_tensor *a, cn_tensor *b)
{
    return cn_draw_2(&cn_operation_fmin, a, b);
}
cn_tensor *cn_ops_fmod(cn_tensor *a, cn_tensor *b)
{
    return cn_draw_2(&cn_operation_fmod, a, b);
}
cn_tensor *cn_ops_ldexp(cn_tensor *a, cn_tensor *b)
{
    return cn_draw_2(&cn_operation_ldexp, a, b);
}
