/* Public operations place by place. Each is a class and the function that draws it. */
#include "cornu/activation_ops.h"
#include "cornu/math_ops.h"

#include "graph/draw.h"
#include "ops/emit.h"

/* ---- one and two tensors, by an op ----------------------------------------------------------- */

static cn_value emit_by_op(cn_program *p, const cn_operation_class *class,
                           const cn_operation_args *args, const cn_value *inputs, int64_t n)
{
    (void)args;
    return n == 1 ? cn_emit_1(p, class->op, inputs[0])
                  : cn_emit_2(p, class->op, inputs[0], inputs[1]);
}

#define BY_OP(name, class, module, n, op_)                                                         \
    {                                                                                              \
        CN_OPERATION(name, class, module, cn_no_operation_fields, n, n), .emit = emit_by_op,       \
                                                                         .op = &cn_op_##op_        \
    }

const cn_operation_class cn_operation_negative =
    BY_OP("negative", "Negative", "numpy", 1, negative);
const cn_operation_class cn_operation_absolute =
    BY_OP("absolute", "Absolute", "numpy", 1, absolute);
const cn_operation_class cn_operation_sign = BY_OP("sign", "Sign", "numpy", 1, sign);
const cn_operation_class cn_operation_square = BY_OP("square", "Square", "numpy", 1, square);
const cn_operation_class cn_operation_sqrt = BY_OP("sqrt", "Sqrt", "numpy", 1, sqrt);
const cn_operation_class cn_operation_rsqrt = BY_OP("rsqrt", "Rsqrt", "math", 1, rsqrt);
const cn_operation_class cn_operation_reciprocal =
    BY_OP("reciprocal", "Reciprocal", "numpy", 1, reciprocal);
const cn_operation_class cn_operation_exp = BY_OP("exp", "Exp", "numpy", 1, exp);
const cn_operation_class cn_operation_expm1 = BY_OP("expm1", "Expm1", "numpy", 1, expm1);
const cn_operation_class cn_operation_log = BY_OP("log", "Log", "numpy", 1, log);
const cn_operation_class cn_operation_log1p = BY_OP("log1p", "Log1p", "numpy", 1, log1p);
const cn_operation_class cn_operation_sin = BY_OP("sin", "Sin", "numpy", 1, sin);
const cn_operation_class cn_operation_cos = BY_OP("cos", "Cos", "numpy", 1, cos);
const cn_operation_class cn_operation_tanh = BY_OP("tanh", "Tanh", "numpy", 1, tanh);
const cn_operation_class cn_operation_erf = BY_OP("erf", "Erf", "math", 1, erf);
const cn_operation_class cn_operation_erfinv = BY_OP("erfinv", "Erfinv", "math", 1, erfinv);
const cn_operation_class cn_operation_i0 = BY_OP("i0", "I0", "numpy", 1, i0);
const cn_operation_class cn_operation_floor = BY_OP("floor", "Floor", "numpy", 1, floor);
const cn_operation_class cn_operation_ceil = BY_OP("ceil", "Ceil", "numpy", 1, ceil);
const cn_operation_class cn_operation_round = {
    CN_OPERATION("round", "Round", "numpy", cn_no_operation_fields, 1, 1), .emit = emit_by_op,
    .rest = "{\"decimals\": 0}", .op = &cn_op_round};
const cn_operation_class cn_operation_isfinite =
    BY_OP("isfinite", "Isfinite", "numpy", 1, is_finite);
const cn_operation_class cn_operation_isnan = BY_OP("isnan", "Isnan", "numpy", 1, is_nan);
const cn_operation_class cn_operation_logical_not =
    BY_OP("logical_not", "LogicalNot", "numpy", 1, logical_not);
const cn_operation_class cn_operation_relu = BY_OP("relu", "Relu", "nn", 1, relu);
const cn_operation_class cn_operation_sigmoid = BY_OP("sigmoid", "Sigmoid", "nn", 1, sigmoid);
const cn_operation_class cn_operation_softplus = BY_OP("softplus", "Softplus", "nn", 1, softplus);

const cn_operation_class cn_operation_add = BY_OP("add", "Add", "numpy", 2, add);
const cn_operation_class cn_operation_subtract =
    BY_OP("subtract", "Subtract", "numpy", 2, subtract);
const cn_operation_class cn_operation_multiply =
    BY_OP("multiply", "Multiply", "numpy", 2, multiply);
const cn_operation_class cn_operation_divide = BY_OP("divide", "Divide", "numpy", 2, divide);
const cn_operation_class cn_operation_true_divide =
    BY_OP("true_divide", "TrueDivide", "numpy", 2, divide);
const cn_operation_class cn_operation_power = BY_OP("power", "Power", "numpy", 2, power);
const cn_operation_class cn_operation_maximum = BY_OP("maximum", "Maximum", "numpy", 2, maximum);
const cn_operation_class cn_operation_minimum = BY_OP("minimum", "Minimum", "numpy", 2, minimum);
const cn_operation_class cn_operation_floor_divide =
    BY_OP("floor_divide", "FloorDivide", "numpy", 2, floor_divide);
const cn_operation_class cn_operation_mod = BY_OP("mod", "Mod", "numpy", 2, mod);
const cn_operation_class cn_operation_equal = BY_OP("equal", "Equal", "numpy", 2, equal);
const cn_operation_class cn_operation_not_equal =
    BY_OP("not_equal", "NotEqual", "numpy", 2, not_equal);
const cn_operation_class cn_operation_less = BY_OP("less", "Less", "numpy", 2, less);
const cn_operation_class cn_operation_less_equal =
    BY_OP("less_equal", "LessEqual", "numpy", 2, less_equal);
const cn_operation_class cn_operation_greater = BY_OP("greater", "Greater", "numpy", 2, greater);
const cn_operation_class cn_operation_greater_equal =
    BY_OP("greater_equal", "GreaterEqual", "numpy", 2, greater_equal);
const cn_operation_class cn_operation_logical_and =
    BY_OP("logical_and", "LogicalAnd", "numpy", 2, logical_and);
const cn_operation_class cn_operation_logical_or =
    BY_OP("logical_or", "LogicalOr", "numpy", 2, logical_or);

cn_tensor *cn_ops_negative(cn_tensor *x)
{
    return cn_draw_1(&cn_operation_negative, x);
}
cn_tensor *cn_ops_absolute(cn_tensor *x)
{
    return cn_draw_1(&cn_operation_absolute, x);
}
cn_tensor *cn_ops_sign(cn_tensor *x)
{
    return cn_draw_1(&cn_operation_sign, x);
}
cn_tensor *cn_ops_square(cn_tensor *x)
{
    return cn_draw_1(&cn_operation_square, x);
}
cn_tensor *cn_ops_sqrt(cn_tensor *x)
{
    return cn_draw_1(&cn_operation_sqrt, x);
}
cn_tensor *cn_ops_rsqrt(cn_tensor *x)
{
    return cn_draw_1(&cn_operation_rsqrt, x);
}
cn_tensor *cn_ops_reciprocal(cn_tensor *x)
{
    return cn_draw_1(&cn_operation_reciprocal, x);
}
cn_tensor *cn_ops_exp(cn_tensor *x)
{
    return cn_draw_1(&cn_operation_exp, x);
}
cn_tensor *cn_ops_expm1(cn_tensor *x)
{
    return cn_draw_1(&cn_operation_expm1, x);
}
cn_tensor *cn_ops_log(cn_tensor *x)
{
    return cn_draw_1(&cn_operation_log, x);
}
cn_tensor *cn_ops_log1p(cn_tensor *x)
{
    return cn_draw_1(&cn_operation_log1p, x);
}
cn_tensor *cn_ops_sin(cn_tensor *x)
{
    return cn_draw_1(&cn_operation_sin, x);
}
cn_tensor *cn_ops_cos(cn_tensor *x)
{
    return cn_draw_1(&cn_operation_cos, x);
}
cn_tensor *cn_ops_tanh(cn_tensor *x)
{
    return cn_draw_1(&cn_operation_tanh, x);
}
cn_tensor *cn_ops_erfinv(cn_tensor *x)
{
    return cn_draw_1(&cn_operation_erfinv, x);
}
cn_tensor *cn_ops_i0(cn_tensor *x)
{
    return cn_draw_1(&cn_operation_i0, x);
}
cn_tensor *cn_ops_erf(cn_tensor *x)
{
    return cn_draw_1(&cn_operation_erf, x);
}
cn_tensor *cn_ops_floor(cn_tensor *x)
{
    return cn_draw_1(&cn_operation_floor, x);
}
cn_tensor *cn_ops_ceil(cn_tensor *x)
{
    return cn_draw_1(&cn_operation_ceil, x);
}
cn_tensor *cn_ops_round(cn_tensor *x)
{
    return cn_draw_1(&cn_operation_round, x);
}
cn_tensor *cn_ops_isfinite(cn_tensor *x)
{
    return cn_draw_1(&cn_operation_isfinite, x);
}
cn_tensor *cn_ops_isnan(cn_tensor *x)
{
    return cn_draw_1(&cn_operation_isnan, x);
}
cn_tensor *cn_ops_logical_not(cn_tensor *x)
{
    return cn_draw_1(&cn_operation_logical_not, x);
}
cn_tensor *cn_ops_relu(cn_tensor *x)
{
    return cn_draw_1(&cn_operation_relu, x);
}
cn_tensor *cn_ops_sigmoid(cn_tensor *x)
{
    return cn_draw_1(&cn_operation_sigmoid, x);
}
cn_tensor *cn_ops_softplus(cn_tensor *x)
{
    return cn_draw_1(&cn_operation_softplus, x);
}

cn_tensor *cn_ops_add(cn_tensor *a, cn_tensor *b)
{
    return cn_draw_2(&cn_operation_add, a, b);
}
cn_tensor *cn_ops_subtract(cn_tensor *a, cn_tensor *b)
{
    return cn_draw_2(&cn_operation_subtract, a, b);
}
cn_tensor *cn_ops_multiply(cn_tensor *a, cn_tensor *b)
{
    return cn_draw_2(&cn_operation_multiply, a, b);
}
cn_tensor *cn_ops_divide(cn_tensor *a, cn_tensor *b)
{
    return cn_draw_2(&cn_operation_divide, a, b);
}
cn_tensor *cn_ops_true_divide(cn_tensor *a, cn_tensor *b)
{
    return cn_draw_2(&cn_operation_true_divide, a, b);
}
cn_tensor *cn_ops_power(cn_tensor *a, cn_tensor *b)
{
    return cn_draw_2(&cn_operation_power, a, b);
}
cn_tensor *cn_ops_maximum(cn_tensor *a, cn_tensor *b)
{
    return cn_draw_2(&cn_operation_maximum, a, b);
}
cn_tensor *cn_ops_minimum(cn_tensor *a, cn_tensor *b)
{
    return cn_draw_2(&cn_operation_minimum, a, b);
}
cn_tensor *cn_ops_floor_divide(cn_tensor *a, cn_tensor *b)
{
    return cn_draw_2(&cn_operation_floor_divide, a, b);
}
cn_tensor *cn_ops_mod(cn_tensor *a, cn_tensor *b)
{
    return cn_draw_2(&cn_operation_mod, a, b);
}
cn_tensor *cn_ops_equal(cn_tensor *a, cn_tensor *b)
{
    return cn_draw_2(&cn_operation_equal, a, b);
}
cn_tensor *cn_ops_not_equal(cn_tensor *a, cn_tensor *b)
{
    return cn_draw_2(&cn_operation_not_equal, a, b);
}
cn_tensor *cn_ops_less(cn_tensor *a, cn_tensor *b)
{
    return cn_draw_2(&cn_operation_less, a, b);
}
cn_tensor *cn_ops_less_equal(cn_tensor *a, cn_tensor *b)
{
    return cn_draw_2(&cn_operation_less_equal, a, b);
}
cn_tensor *cn_ops_greater(cn_tensor *a, cn_tensor *b)
{
    return cn_draw_2(&cn_operation_greater, a, b);
}
cn_tensor *cn_ops_greater_equal(cn_tensor *a, cn_tensor *b)
{
    return cn_draw_2(&cn_operation_greater_equal, a, b);
}
cn_tensor *cn_ops_logical_and(cn_tensor *a, cn_tensor *b)
{
    return cn_draw_2(&cn_operation_logical_and, a, b);
}
cn_tensor *cn_ops_logical_or(cn_tensor *a, cn_tensor *b)
{
    return cn_draw_2(&cn_operation_logical_or, a, b);
}

/* ---- one tensor, by a function --------------------------------------------------------------- */

static cn_value emit_by_function(cn_program *p, const cn_operation_class *class,
                                 const cn_operation_args *args, const cn_value *inputs, int64_t n)
{
    (void)args, (void)n;
    return class->function(p, inputs[0]);
}

const cn_operation_class cn_operation_stop_gradient = {
    CN_OPERATION("stop_gradient", "StopGradient", "core", cn_no_operation_fields, 1, 1),
    .emit = emit_by_function, .function = cn_emit_stop_gradient};

static cn_value emit_like(cn_program *p, const cn_operation_class *class,
                          const cn_operation_args *args, const cn_value *inputs, int64_t n)
{
    (void)n;
    return cn_emit_typed(p, class, args, class->function(p, inputs[0]));
}

static const cn_field like_fields[] = {
    CN_OPERATION_FIELD("dtype", dtype, CN_FIELD_TEXT, CN_FIELD_OPTIONAL), CN_END_FIELDS};

const cn_operation_class cn_operation_zeros_like = {
    CN_OPERATION("zeros_like", "ZerosLike", "numpy", like_fields, 1, 1), .emit = emit_like,
    .function = cn_emit_zeros_like};
const cn_operation_class cn_operation_ones_like = {
    CN_OPERATION("ones_like", "OnesLike", "numpy", like_fields, 1, 1), .emit = emit_like,
    .function = cn_emit_ones_like};

cn_tensor *cn_ops_stop_gradient(cn_tensor *x)
{
    return cn_draw_1(&cn_operation_stop_gradient, x);
}
cn_tensor *cn_ops_zeros_like(cn_tensor *x)
{
    return cn_draw_1(&cn_operation_zeros_like, x);
}
cn_tensor *cn_ops_ones_like(cn_tensor *x)
{
    return cn_draw_1(&cn_operation_ones_like, x);
}

/* ---- with other arguments -------------------------------------------------------------------- */

static cn_value emit_where(cn_program *p, const cn_operation_class *class,
                           const cn_operation_args *args, const cn_value *inputs, int64_t n)
{
    (void)class, (void)args, (void)n;
    return cn_emit_where(p, inputs[0], inputs[1], inputs[2]);
}

const cn_operation_class cn_operation_where = {
    CN_OPERATION("where", "Where", "numpy", cn_no_operation_fields, 3, 3), .emit = emit_where};

cn_tensor *cn_ops_where(cn_tensor *condition, cn_tensor *a, cn_tensor *b)
{
    cn_tensor *inputs[3];
    inputs[0] = condition;
    inputs[1] = a;
    inputs[2] = b;
    return cn_operation(&cn_operation_where, NULL, inputs, 3);
}

static cn_value emit_clip(cn_program *p, const cn_operation_class *class,
                          const cn_operation_args *args, const cn_value *inputs, int64_t n)
{
    (void)class, (void)n;
    return cn_emit_clip(p, inputs[0], args->low, args->high);
}

static const cn_field clip_fields[] = {CN_OPERATION_FIELD("x_min", low, CN_FIELD_REAL, 0),
                                       CN_OPERATION_FIELD("x_max", high, CN_FIELD_REAL, 0),
                                       CN_END_FIELDS};

const cn_operation_class cn_operation_clip = {
    CN_OPERATION("clip", "Clip", "numpy", clip_fields, 1, 1), .emit = emit_clip};

cn_tensor *cn_ops_clip(cn_tensor *x, double low, double high)
{
    cn_operation_args args = cn_operation_defaults;
    args.low = low;
    args.high = high;
    return cn_operation(&cn_operation_clip, &args, &x, 1);
}

static cn_value emit_cast(cn_program *p, const cn_operation_class *class,
                          const cn_operation_args *args, const cn_value *inputs, int64_t n)
{
    (void)n;
    return cn_emit_typed(p, class, args, inputs[0]);
}

static const cn_field cast_fields[] = {CN_OPERATION_FIELD("dtype", dtype, CN_FIELD_TEXT, 0),
                                       CN_END_FIELDS};

const cn_operation_class cn_operation_cast = {
    CN_OPERATION("cast", "Cast", "core", cast_fields, 1, 1), .emit = emit_cast};

cn_tensor *cn_ops_cast(cn_tensor *x, const char *dtype)
{
    return cn_draw_typed(&cn_operation_cast, x, dtype);
}
