/* Public operations place by place. Each is one call of cn_operation with what the program will
 * emit. */
#include "cornu/ops.h"

#include "activations/activations.h"
#include "graph/graph.h"
#include "ops/emit.h"
#include "runtime/dtype.h"

cn_tensor *cn_ops_scalar(double value)
{
    cn_session *session = cn_session_current();
    cn_tensor *tensor =
        session == NULL ? NULL : cn_arena_allocate(cn_session_arena(session), sizeof *tensor);
    if (tensor != NULL)
        *tensor = (cn_tensor){.kind = CN_KIND_TENSOR,
                              .dtype = CN_FLOAT32,
                              .dtype_name = "float32",
                              .session = session,
                              .value = CN_NO_VALUE,
                              .mask = CN_NO_VALUE,
                              .is_constant = true,
                              .constant = value};
    return tensor;
}

/* ---- one and two tensors, by an op ----------------------------------------------------------- */

struct by_op {
    const cn_op *op;
};

static cn_value emit_by_op(cn_program *p, const void *args, const cn_value *inputs, int64_t n)
{
    const struct by_op *own = args;
    return n == 1 ? cn_emit_1(p, own->op, inputs[0]) : cn_emit_2(p, own->op, inputs[0], inputs[1]);
}

static cn_tensor *unary(const char *name, const cn_op *op, cn_tensor *x)
{
    return cn_operation(name, emit_by_op, &(struct by_op){op}, sizeof(struct by_op), &x, 1);
}

static cn_tensor *binary(const cn_op *op, cn_tensor *a, cn_tensor *b)
{
    cn_tensor *inputs[2];
    inputs[0] = a;
    inputs[1] = b;
    return cn_operation(op->name, emit_by_op, &(struct by_op){op}, sizeof(struct by_op), inputs, 2);
}

cn_tensor *cn_ops_negative(cn_tensor *x)
{
    return unary("negative", &cn_op_negative, x);
}
cn_tensor *cn_ops_absolute(cn_tensor *x)
{
    return unary("absolute", &cn_op_absolute, x);
}
cn_tensor *cn_ops_sign(cn_tensor *x)
{
    return unary("sign", &cn_op_sign, x);
}
cn_tensor *cn_ops_square(cn_tensor *x)
{
    return unary("square", &cn_op_square, x);
}
cn_tensor *cn_ops_sqrt(cn_tensor *x)
{
    return unary("sqrt", &cn_op_sqrt, x);
}
cn_tensor *cn_ops_rsqrt(cn_tensor *x)
{
    return unary("rsqrt", &cn_op_rsqrt, x);
}
cn_tensor *cn_ops_reciprocal(cn_tensor *x)
{
    return unary("reciprocal", &cn_op_reciprocal, x);
}
cn_tensor *cn_ops_exp(cn_tensor *x)
{
    return unary("exp", &cn_op_exp, x);
}
cn_tensor *cn_ops_expm1(cn_tensor *x)
{
    return unary("expm1", &cn_op_expm1, x);
}
cn_tensor *cn_ops_log(cn_tensor *x)
{
    return unary("log", &cn_op_log, x);
}
cn_tensor *cn_ops_log1p(cn_tensor *x)
{
    return unary("log1p", &cn_op_log1p, x);
}
cn_tensor *cn_ops_sin(cn_tensor *x)
{
    return unary("sin", &cn_op_sin, x);
}
cn_tensor *cn_ops_cos(cn_tensor *x)
{
    return unary("cos", &cn_op_cos, x);
}
cn_tensor *cn_ops_tanh(cn_tensor *x)
{
    return unary("tanh", &cn_op_tanh, x);
}
cn_tensor *cn_ops_erf(cn_tensor *x)
{
    return unary("erf", &cn_op_erf, x);
}
cn_tensor *cn_ops_floor(cn_tensor *x)
{
    return unary("floor", &cn_op_floor, x);
}
cn_tensor *cn_ops_ceil(cn_tensor *x)
{
    return unary("ceil", &cn_op_ceil, x);
}
cn_tensor *cn_ops_round(cn_tensor *x)
{
    return unary("round", &cn_op_round, x);
}
cn_tensor *cn_ops_isfinite(cn_tensor *x)
{
    return unary("isfinite", &cn_op_is_finite, x);
}
cn_tensor *cn_ops_isnan(cn_tensor *x)
{
    return unary("isnan", &cn_op_is_nan, x);
}
cn_tensor *cn_ops_logical_not(cn_tensor *x)
{
    return unary("logical_not", &cn_op_logical_not, x);
}
cn_tensor *cn_ops_relu(cn_tensor *x)
{
    return unary("relu", &cn_op_relu, x);
}
cn_tensor *cn_ops_sigmoid(cn_tensor *x)
{
    return unary("sigmoid", &cn_op_sigmoid, x);
}
cn_tensor *cn_ops_softplus(cn_tensor *x)
{
    return unary("softplus", &cn_op_softplus, x);
}

cn_tensor *cn_ops_add(cn_tensor *a, cn_tensor *b)
{
    return binary(&cn_op_add, a, b);
}
cn_tensor *cn_ops_subtract(cn_tensor *a, cn_tensor *b)
{
    return binary(&cn_op_subtract, a, b);
}
cn_tensor *cn_ops_multiply(cn_tensor *a, cn_tensor *b)
{
    return binary(&cn_op_multiply, a, b);
}
cn_tensor *cn_ops_divide(cn_tensor *a, cn_tensor *b)
{
    return binary(&cn_op_divide, a, b);
}
cn_tensor *cn_ops_power(cn_tensor *a, cn_tensor *b)
{
    return binary(&cn_op_power, a, b);
}
cn_tensor *cn_ops_maximum(cn_tensor *a, cn_tensor *b)
{
    return binary(&cn_op_maximum, a, b);
}
cn_tensor *cn_ops_minimum(cn_tensor *a, cn_tensor *b)
{
    return binary(&cn_op_minimum, a, b);
}
cn_tensor *cn_ops_floor_divide(cn_tensor *a, cn_tensor *b)
{
    return binary(&cn_op_floor_divide, a, b);
}
cn_tensor *cn_ops_mod(cn_tensor *a, cn_tensor *b)
{
    return binary(&cn_op_mod, a, b);
}
cn_tensor *cn_ops_equal(cn_tensor *a, cn_tensor *b)
{
    return binary(&cn_op_equal, a, b);
}
cn_tensor *cn_ops_not_equal(cn_tensor *a, cn_tensor *b)
{
    return binary(&cn_op_not_equal, a, b);
}
cn_tensor *cn_ops_less(cn_tensor *a, cn_tensor *b)
{
    return binary(&cn_op_less, a, b);
}
cn_tensor *cn_ops_less_equal(cn_tensor *a, cn_tensor *b)
{
    return binary(&cn_op_less_equal, a, b);
}
cn_tensor *cn_ops_greater(cn_tensor *a, cn_tensor *b)
{
    return binary(&cn_op_greater, a, b);
}
cn_tensor *cn_ops_greater_equal(cn_tensor *a, cn_tensor *b)
{
    return binary(&cn_op_greater_equal, a, b);
}
cn_tensor *cn_ops_logical_and(cn_tensor *a, cn_tensor *b)
{
    return binary(&cn_op_logical_and, a, b);
}
cn_tensor *cn_ops_logical_or(cn_tensor *a, cn_tensor *b)
{
    return binary(&cn_op_logical_or, a, b);
}

/* ---- one tensor, by a function or an activation ---------------------------------------------- */

struct by_function {
    cn_value (*emit)(cn_program *p, cn_value x);
};

static cn_value emit_by_function(cn_program *p, const void *args, const cn_value *inputs, int64_t n)
{
    (void)n;
    return ((const struct by_function *)args)->emit(p, inputs[0]);
}

static cn_tensor *by_function(const char *name, cn_value (*emit)(cn_program *p, cn_value x),
                              cn_tensor *x)
{
    return cn_operation(name, emit_by_function, &(struct by_function){emit},
                        sizeof(struct by_function), &x, 1);
}

cn_tensor *cn_ops_stop_gradient(cn_tensor *x)
{
    return by_function("stop_gradient", cn_emit_stop_gradient, x);
}
cn_tensor *cn_ops_zeros_like(cn_tensor *x)
{
    return by_function("zeros_like", cn_emit_zeros_like, x);
}
cn_tensor *cn_ops_ones_like(cn_tensor *x)
{
    return by_function("ones_like", cn_emit_ones_like, x);
}

struct by_activation {
    const cn_activation_class *class;
    const void *args; /* constant */
};

static cn_value emit_by_activation(cn_program *p, const void *args, const cn_value *inputs,
                                   int64_t n)
{
    (void)n;
    const struct by_activation *own = args;
    return own->class->emit(p, own->args, inputs[0]);
}

static cn_tensor *activation(const cn_activation_class *class, const void *args, cn_tensor *x)
{
    const struct by_activation own = {class, args != NULL ? args : class->base.defaults};
    return cn_operation(class->base.name, emit_by_activation, &own, sizeof own, &x, 1);
}

static const cn_activation_gelu_args gelu_by_tanh = {.approximate = true};

cn_tensor *cn_ops_leaky_relu(cn_tensor *x)
{
    return activation(&cn_activation_leaky_relu, NULL, x);
}
cn_tensor *cn_ops_elu(cn_tensor *x)
{
    return activation(&cn_activation_elu, NULL, x);
}
cn_tensor *cn_ops_selu(cn_tensor *x)
{
    return activation(&cn_activation_selu, NULL, x);
}
cn_tensor *cn_ops_gelu(cn_tensor *x)
{
    return activation(&cn_activation_gelu, &gelu_by_tanh, x);
}
cn_tensor *cn_ops_silu(cn_tensor *x)
{
    return activation(&cn_activation_silu, NULL, x);
}

/* ---- with other arguments -------------------------------------------------------------------- */

static cn_value emit_where(cn_program *p, const void *args, const cn_value *inputs, int64_t n)
{
    (void)args, (void)n;
    return cn_emit_where(p, inputs[0], inputs[1], inputs[2]);
}

cn_tensor *cn_ops_where(cn_tensor *condition, cn_tensor *a, cn_tensor *b)
{
    cn_tensor *inputs[3];
    inputs[0] = condition;
    inputs[1] = a;
    inputs[2] = b;
    return cn_operation("where", emit_where, NULL, 0, inputs, 3);
}

struct limits {
    double low, high;
};

static cn_value emit_clip(cn_program *p, const void *args, const cn_value *inputs, int64_t n)
{
    (void)n;
    const struct limits *limits = args;
    return cn_emit_clip(p, inputs[0], limits->low, limits->high);
}

cn_tensor *cn_ops_clip(cn_tensor *x, double low, double high)
{
    return cn_operation("clip", emit_clip, &(struct limits){low, high}, sizeof(struct limits), &x,
                        1);
}

static cn_value emit_cast(cn_program *p, const void *args, const cn_value *inputs, int64_t n)
{
    (void)n;
    return cn_emit_cast(p, inputs[0], *(const cn_dtype *)args);
}

cn_tensor *cn_ops_cast(cn_tensor *x, const char *dtype)
{
    cn_dtype wanted;
    if (cn_dtype_by_name("cast", dtype, &wanted) != CN_OK)
        return NULL;
    wanted = wanted == CN_FLOAT64 ? CN_FLOAT32 : wanted == CN_INT64 ? CN_INT32 : wanted;
    return cn_operation("cast", emit_cast, &wanted, sizeof wanted, &x, 1);
}
