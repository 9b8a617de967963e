/* Operations of one tensor, place by place, that are composed of others. */
#include "cornu/array_ops.h"
#include "cornu/math_ops.h"

#include <math.h>

#include "graph/draw.h"
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

/* ---- in C ------------------------------------------------------------------------------------ */

cn_tensor *cn_ops_abs(cn_tensor *x)
{
    return cn_draw_1(&cn_operation_abs, x);
}
cn_tensor *cn_ops_fabs(cn_tensor *x)
{
    return cn_draw_1(&cn_operation_fabs, x);
}
cn_tensor *cn_ops_exp2(cn_tensor *x)
{
    return cn_draw_1(&cn_operation_exp2, x);
}
cn_tensor *cn_ops_log2(cn_tensor *x)
{
    return cn_draw_1(&cn_operation_log2, x);
}
cn_tensor *cn_ops_log10(cn_tensor *x)
{
    return cn_draw_1(&cn_operation_log10, x);
}
cn_tensor *cn_ops_cbrt(cn_tensor *x)
{
    return cn_draw_1(&cn_operation_cbrt, x);
}
cn_tensor *cn_ops_deg2rad(cn_tensor *x)
{
    return cn_draw_1(&cn_operation_deg2rad, x);
}
cn_tensor *cn_ops_rad2deg(cn_tensor *x)
{
    return cn_draw_1(&cn_operation_rad2deg, x);
}
cn_tensor *cn_ops_sinh(cn_tensor *x)
{
    return cn_draw_1(&cn_operation_sinh, x);
}
cn_tensor *cn_ops_cosh(cn_tensor *x)
{
    return cn_draw_1(&cn_operation_cosh, x);
}
cn_tensor *cn_ops_tan(cn_tensor *x)
{
    return cn_draw_1(&cn_operation_tan, x);
}
cn_tensor *cn_ops_arcsin(cn_tensor *x)
{
    return cn_draw_1(&cn_operation_arcsin, x);
}
cn_tensor *cn_ops_arccos(cn_tensor *x)
{
    return cn_draw_1(&cn_operation_arccos, x);
}
cn_tensor *cn_ops_arctan(cn_tensor *x)
{
    return cn_draw_1(&cn_operation_arctan, x);
}
cn_tensor *cn_ops_arcsinh(cn_tensor *x)
{
    return cn_draw_1(&cn_operation_arcsinh, x);
}
cn_tensor *cn_ops_arccosh(cn_tensor *x)
{
    return cn_draw_1(&cn_operation_arccosh, x);
}
cn_tensor *cn_ops_arctanh(cn_tensor *x)
{
    return cn_draw_1(&cn_operation_arctanh, x);
}
cn_tensor *cn_ops_erfc(cn_tensor *x)
{
    return cn_draw_1(&cn_operation_erfc, x);
}
cn_tensor *cn_ops_sinc(cn_tensor *x)
{
    return cn_draw_1(&cn_operation_sinc, x);
}
cn_tensor *cn_ops_trunc(cn_tensor *x)
{
    return cn_draw_1(&cn_operation_trunc, x);
}
cn_tensor *cn_ops_signbit(cn_tensor *x)
{
    return cn_draw_1(&cn_operation_signbit, x);
}
cn_tensor *cn_ops_isinf(cn_tensor *x)
{
    return cn_draw_1(&cn_operation_isinf, x);
}
cn_tensor *cn_ops_isposinf(cn_tensor *x)
{
    return cn_draw_1(&cn_operation_isposinf, x);
}
cn_tensor *cn_ops_isneginf(cn_tensor *x)
{
    return cn_draw_1(&cn_operation_isneginf, x);
}
cn_tensor *cn_ops_copy(cn_tensor *x)
{
    return cn_draw_1(&cn_operation_copy, x);
}
cn_tensor *cn_ops_real(cn_tensor *x)
{
    return cn_draw_1(&cn_operation_real, x);
}
cn_tensor *cn_ops_conj(cn_tensor *x)
{
    return cn_draw_1(&cn_operation_conj, x);
}
cn_tensor *cn_ops_conjugate(cn_tensor *x)
{
    return cn_draw_1(&cn_operation_conjugate, x);
}
cn_tensor *cn_ops_imag(cn_tensor *x)
{
    return cn_draw_1(&cn_operation_imag, x);
}

cn_tensor *cn_ops_nan_to_num_with(const cn_ops_nan_to_num_args *from)
{
    cn_operation_args args = cn_operation_defaults;
    args.low = from->nan;
    args.high = from->posinf;
    args.threshold = from->neginf;
    return cn_operation(&cn_operation_nan_to_num, &args, &from->x, 1);
}
cn_tensor *cn_ops_ravel(cn_tensor *x)
{
    return cn_draw_1(&cn_operation_ravel, x);
}
