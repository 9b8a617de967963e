/* Operations that models of Keras may hold and that are composed of others, place by place. */
#include <math.h>

#include "graph/operation.h"
#include "ops/emit.h"

static cn_value real(cn_program *p, cn_value x)
{
    return cn_emit_cast(p, x, CN_FLOAT32);
}

/* ---- one tensor ------------------------------------------------------------------------------ */

static cn_value emit_fabs(cn_program *p, cn_value x)
{
    return cn_emit_absolute(p, real(p, x));
}

static cn_value emit_exp2(cn_program *p, cn_value x)
{
    return cn_emit_exp(p, cn_emit_multiply_scalar(p, real(p, x), log(2)));
}

static cn_value emit_log2(cn_program *p, cn_value x)
{
    return cn_emit_multiply_scalar(p, cn_emit_log(p, x), 1 / log(2));
}

static cn_value emit_log10(cn_program *p, cn_value x)
{
    return cn_emit_multiply_scalar(p, cn_emit_log(p, x), 1 / log(10));
}

static cn_value emit_cbrt(cn_program *p, cn_value x)
{
    cn_value size = cn_emit_log(p, cn_emit_absolute(p, real(p, x)));
    cn_value root = cn_emit_exp(p, cn_emit_multiply_scalar(p, size, 1.0 / 3));
    return cn_emit_multiply(p, cn_emit_sign(p, real(p, x)), root);
}

static cn_value emit_deg2rad(cn_program *p, cn_value x)
{
    return cn_emit_multiply_scalar(p, real(p, x), acos(-1) / 180);
}

static cn_value emit_rad2deg(cn_program *p, cn_value x)
{
    return cn_emit_multiply_scalar(p, real(p, x), 180 / acos(-1));
}

static cn_value emit_sinh(cn_program *p, cn_value x)
{
    cn_value up = cn_emit_expm1(p, x), down = cn_emit_expm1(p, cn_emit_negative(p, real(p, x)));
    return cn_emit_multiply_scalar(p, cn_emit_subtract(p, up, down), 0.5);
}

static cn_value emit_cosh(cn_program *p, cn_value x)
{
    cn_value up = cn_emit_exp(p, x), down = cn_emit_exp(p, cn_emit_negative(p, real(p, x)));
    return cn_emit_multiply_scalar(p, cn_emit_add(p, up, down), 0.5);
}

static cn_value emit_tan(cn_program *p, cn_value x)
{
    cn_value sine = cn_emit_sin(p, x);
    return cn_emit_divide(p, sine, cn_emit_cos(p, x));
}

/* sign(x) log(1 + |x| + x^2 / (1 + sqrt(1 + x^2))), which is exact near 0. */
static cn_value emit_arcsinh(cn_program *p, cn_value x)
{
    x = real(p, x);
    cn_value square = cn_emit_square(p, x), size = cn_emit_absolute(p, x);
    cn_value root = cn_emit_sqrt(p, cn_emit_add_scalar(p, square, 1));
    cn_value rest = cn_emit_divide(p, square, cn_emit_add_scalar(p, root, 1));
    cn_value logarithm = cn_emit_log1p(p, cn_emit_add(p, size, rest));
    return cn_emit_multiply(p, cn_emit_sign(p, x), logarithm);
}

static cn_value emit_arccosh(cn_program *p, cn_value x)
{
    x = real(p, x);
    cn_value below = cn_emit_add_scalar(p, x, -1), above = cn_emit_add_scalar(p, x, 1);
    cn_value root = cn_emit_sqrt(p, cn_emit_multiply(p, below, above));
    return cn_emit_log(p, cn_emit_add(p, x, root));
}

static cn_value emit_arctanh(cn_program *p, cn_value x)
{
    cn_value above = cn_emit_log1p(p, x), below = cn_emit_log1p(p, cn_emit_negative(p, real(p, x)));
    return cn_emit_multiply_scalar(p, cn_emit_subtract(p, above, below), 0.5);
}

static cn_value emit_arctan(cn_program *p, cn_value x)
{
    return cn_emit_arctan2(p, x, cn_emit_scalar(p, 1));
}

/* sqrt(1 - x^2) */
static cn_value other_side(cn_program *p, cn_value x)
{
    cn_value below = cn_emit_subtract_from(p, 1, x), above = cn_emit_add_scalar(p, x, 1);
    return cn_emit_sqrt(p, cn_emit_multiply(p, below, above));
}

static cn_value emit_arcsin(cn_program *p, cn_value x)
{
    x = real(p, x);
    return cn_emit_arctan2(p, x, other_side(p, x));
}

static cn_value emit_arccos(cn_program *p, cn_value x)
{
    x = real(p, x);
    return cn_emit_arctan2(p, other_side(p, x), x);
}

static cn_value emit_erfc(cn_program *p, cn_value x)
{
    return cn_emit_subtract_from(p, 1, cn_emit_erf(p, x));
}

static cn_value emit_sinc(cn_program *p, cn_value x)
{
    cn_value angle = cn_emit_multiply_scalar(p, real(p, x), acos(-1));
    cn_value none = cn_emit_equal_scalar(p, angle, 0);
    cn_value safe = cn_emit_where(p, none, cn_emit_scalar(p, 1), angle);
    cn_value quotient = cn_emit_divide(p, cn_emit_sin(p, safe), safe);
    return cn_emit_where(p, none, cn_emit_scalar(p, 1), quotient);
}

static cn_value emit_trunc(cn_program *p, cn_value x)
{
    cn_value size = cn_emit_floor(p, cn_emit_absolute(p, x));
    return cn_emit_multiply(p, cn_emit_sign(p, x), size);
}

static cn_value emit_signbit(cn_program *p, cn_value x)
{
    return cn_emit_less_scalar(p, x, 0);
}

static cn_value emit_isinf(cn_program *p, cn_value x)
{
    cn_value usual = cn_emit_is_finite(p, real(p, x));
    cn_value either = cn_emit_logical_or(p, usual, cn_emit_is_nan(p, real(p, x)));
    return cn_emit_logical_not(p, either);
}

static cn_value emit_isposinf(cn_program *p, cn_value x)
{
    cn_value infinite = emit_isinf(p, x);
    return cn_emit_logical_and(p, infinite, cn_emit_greater_scalar(p, x, 0));
}

static cn_value emit_isneginf(cn_program *p, cn_value x)
{
    cn_value infinite = emit_isinf(p, x);
    return cn_emit_logical_and(p, infinite, cn_emit_less_scalar(p, x, 0));
}

/* Numbers are real here. */
static cn_value emit_same(cn_program *p, cn_value x)
{
    return cn_emit_reshape(p, x, *cn_shape_of(p, x));
}

static cn_value emit_ravel(cn_program *p, cn_value x)
{
    return cn_emit_reshape(p, x, CN_SHAPE(CN_NONE));
}

static cn_value emit_by_function(cn_program *p, const cn_operation_class *class,
                                 const cn_operation_args *args, const cn_value *inputs, int64_t n)
{
    (void)args, (void)n;
    return class->function(p, inputs[0]);
}

#define OF_ONE(name, class, module, function_)                                                     \
    {                                                                                              \
        CN_OPERATION(name, class, module, cn_no_operation_fields, 1, 1), .emit = emit_by_function, \
                                                                         .function = (function_)   \
    }

const cn_operation_class cn_operation_abs = OF_ONE("abs", "Abs", "numpy", cn_emit_absolute);
const cn_operation_class cn_operation_fabs = OF_ONE("fabs", "Fabs", "numpy", emit_fabs);
const cn_operation_class cn_operation_exp2 = OF_ONE("exp2", "Exp2", "numpy", emit_exp2);
const cn_operation_class cn_operation_log2 = OF_ONE("log2", "Log2", "numpy", emit_log2);
const cn_operation_class cn_operation_log10 = OF_ONE("log10", "Log10", "numpy", emit_log10);
const cn_operation_class cn_operation_cbrt = OF_ONE("cbrt", "Cbrt", "numpy", emit_cbrt);
const cn_operation_class cn_operation_deg2rad = OF_ONE("deg2rad", "Deg2rad", "numpy", emit_deg2rad);
const cn_operation_class cn_operation_rad2deg = OF_ONE("rad2deg", "Rad2deg", "numpy", emit_rad2deg);
const cn_operation_class cn_operation_sinh = OF_ONE("sinh", "Sinh", "numpy", emit_sinh);
const cn_operation_class cn_operation_cosh = OF_ONE("cosh", "Cosh", "numpy", emit_cosh);
const cn_operation_class cn_operation_tan = OF_ONE("tan", "Tan", "numpy", emit_tan);
const cn_operation_class cn_operation_arcsin = OF_ONE("arcsin", "Arcsin", "numpy", emit_arcsin);
const cn_operation_class cn_operation_arccos = OF_ONE("arccos", "Arccos", "numpy", emit_arccos);
const cn_operation_class cn_operation_arctan = OF_ONE("arctan", "Arctan", "numpy", emit_arctan);
const cn_operation_class cn_operation_arcsinh = OF_ONE("arcsinh", "Arcsinh", "numpy", emit_arcsinh);
const cn_operation_class cn_operation_arccosh = OF_ONE("arccosh", "Arccosh", "numpy", emit_arccosh);
const cn_operation_class cn_operation_arctanh = OF_ONE("arctanh", "Arctanh", "numpy", emit_arctanh);
const cn_operation_class cn_operation_erfc = OF_ONE("erfc", "Erfc", "math", emit_erfc);
const cn_operation_class cn_operation_sinc = OF_ONE("sinc", "Sinc", "numpy", emit_sinc);
const cn_operation_class cn_operation_trunc = OF_ONE("trunc", "Trunc", "numpy", emit_trunc);
const cn_operation_class cn_operation_signbit = OF_ONE("signbit", "Signbit", "numpy", emit_signbit);
const cn_operation_class cn_operation_isinf = OF_ONE("isinf", "Isinf", "numpy", emit_isinf);
const cn_operation_class cn_operation_isposinf =
    OF_ONE("isposinf", "Isposinf", "numpy", emit_isposinf);
const cn_operation_class cn_operation_isneginf =
    OF_ONE("isneginf", "Isneginf", "numpy", emit_isneginf);
const cn_operation_class cn_operation_copy = OF_ONE("copy", "Copy", "numpy", emit_same);
const cn_operation_class cn_operation_real = OF_ONE("real", "Real", "numpy", emit_same);
const cn_operation_class cn_operation_conj = OF_ONE("conj", "Conj", "numpy", emit_same);
const cn_operation_class cn_operation_conjugate =
    OF_ONE("conjugate", "Conjugate", "numpy", emit_same);
const cn_operation_class cn_operation_imag = OF_ONE("imag", "Imag", "numpy", cn_emit_zeros_like);
const cn_operation_class cn_operation_ravel = OF_ONE("ravel", "Ravel", "numpy", emit_ravel);
/* ---- two tensors ----------------------------------------------------------------------------- */

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
    cn_value part = cn_emit_log1p(p, emit_exp2(p, cn_emit_negative(p, distance)));
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
    cn_value whole = emit_trunc(p, cn_emit_divide(p, a, b));
    return cn_emit_subtract(p, a, cn_emit_multiply(p, whole, b));
}

static cn_value emit_ldexp(cn_program *p, cn_value a, cn_value b)
{
    return cn_emit_multiply(p, real(p, a), emit_exp2(p, b));
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

/* ---- with arguments -------------------------------------------------------------------------- */

/* NaN and the infinities become numbers; without a number, the largest there is. */
static cn_value emit_nan_to_num(cn_program *p, const cn_operation_class *class,
                                const cn_operation_args *args, const cn_value *inputs, int64_t n)
{
    (void)class, (void)n;
    const double most = 3.4028234663852886e38;
    const double high = isnan(args->high) ? most : args->high;
    const double low = isnan(args->threshold) ? -most : args->threshold;
    cn_value x = real(p, inputs[0]);
    cn_value y = cn_emit_where(p, emit_isposinf(p, x), cn_emit_scalar(p, high), x);
    y = cn_emit_where(p, emit_isneginf(p, x), cn_emit_scalar(p, low), y);
    return cn_emit_where(p, cn_emit_is_nan(p, x), cn_emit_scalar(p, args->low), y);
}

static const cn_field nan_to_num_fields[] = {
    CN_OPERATION_FIELD("nan", low, CN_FIELD_REAL, 0),
    CN_OPERATION_FIELD("posinf", high, CN_FIELD_REAL, CN_FIELD_OPTIONAL),
    CN_OPERATION_FIELD("neginf", threshold, CN_FIELD_REAL, CN_FIELD_OPTIONAL),
    CN_END_FIELDS,
};

const cn_operation_class cn_operation_nan_to_num = {
    CN_OPERATION("nan_to_num", "NanToNum", "numpy", nan_to_num_fields, 1, 1),
    .emit = emit_nan_to_num};
