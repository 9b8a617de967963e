/* Operations of linear algebra: matrices [..., M, M] solved and decomposed. */
#include "cornu/ops.h"

#include "graph/operation.h"
#include "ops/emit.h"

static cn_value real(cn_program *p, cn_value x)
{
    return cn_emit_cast(p, x, CN_FLOAT32);
}

static cn_value exchanged(cn_program *p, cn_value x)
{
    return cn_emit_swap_axes(p, x, -1, -2);
}

/* Float32 matrices [..., M, M]; CN_NO_VALUE, having failed, if x is none. */
static cn_value matrices(cn_program *p, const cn_operation_class *class, cn_value x)
{
    if (x == CN_NO_VALUE)
        return x;
    const cn_shape *shape = cn_shape_of(p, x);
    if (shape->rank < 2 || shape->dim[shape->rank - 1] != shape->dim[shape->rank - 2])
        return cn_program_fail(p, cn_fail(CN_INVALID, "%s: takes square matrices, got shape %s",
                                          class->layer.automatic_name, cn_shape_str(shape)));
    return real(p, x);
}

static cn_value eye_like(cn_program *p, cn_value a)
{
    const cn_shape shape = *cn_shape_of(p, a);
    return cn_emit_broadcast_to(p, cn_emit_eye(p, shape.dim[shape.rank - 1]), shape);
}

/* ---- solving --------------------------------------------------------------------------------- */

/* Leading axes broadcast; the last two as the first tensor has them. */
static cn_value spread(cn_program *p, cn_value x, cn_value other)
{
    const cn_shape *own = cn_shape_of(p, x), *beside = cn_shape_of(p, other);
    cn_shape mine = *own, his = *beside, both;
    mine.rank -= 2;
    his.rank -= 2;
    if (cn_shape_broadcast(&mine, &his, &both) != CN_OK || both.rank + 2 > CN_MAX_RANK)
        return x; /* the op says what does not fit */
    both.dim[both.rank] = own->dim[own->rank - 2];
    both.dim[both.rank + 1] = own->dim[own->rank - 1];
    both.rank += 2;
    return cn_emit_broadcast_to(p, x, both);
}

/* b[M] is one column; of [..., M, N], which may be [..., M] in Keras, the last two axes. */
static cn_value solve(cn_program *p, const cn_operation_class *class, const cn_value *inputs,
                      const bool *lower)
{
    cn_value a = matrices(p, class, inputs[0]), b = real(p, inputs[1]);
    if (a == CN_NO_VALUE || b == CN_NO_VALUE)
        return CN_NO_VALUE;
    const bool vector = cn_shape_of(p, b)->rank == cn_shape_of(p, a)->rank - 1;
    b = vector ? cn_emit_expand_dims(p, b, -1) : b;
    if (b == CN_NO_VALUE || cn_shape_of(p, b)->rank < 2)
        return cn_program_fail(p, cn_fail(CN_INVALID, "%s: the right-hand side is a scalar",
                                          class->layer.automatic_name));
    cn_value wide_a = spread(p, a, b), wide_b = spread(p, b, a);
    cn_value y = lower == NULL ? cn_emit_solve(p, wide_a, wide_b)
                               : cn_emit_solve_triangular(p, wide_a, wide_b, *lower);
    return vector ? cn_emit_squeeze(p, y, -1) : y;
}

CN_EMIT(emit_solve)
{
    (void)args, (void)n;
    return solve(p, class, inputs, NULL);
}

CN_EMIT(emit_solve_triangular)
{
    (void)n;
    return solve(p, class, inputs, &args->keepdims);
}

CN_EMIT(emit_inv)
{
    (void)args, (void)n;
    cn_value a = matrices(p, class, inputs[0]);
    return a == CN_NO_VALUE ? a : cn_emit_solve(p, a, eye_like(p, a));
}

/* ---- determinants ---------------------------------------------------------------------------- */

CN_EMIT(emit_logdet)
{
    (void)args, (void)n;
    cn_value sign;
    return cn_emit_log_determinant(p, matrices(p, class, inputs[0]), &sign);
}

CN_EMIT(emit_det)
{
    (void)args, (void)n;
    cn_value sign, logarithm = cn_emit_log_determinant(p, matrices(p, class, inputs[0]), &sign);
    return cn_emit_multiply(p, sign, cn_emit_exp(p, logarithm));
}

CN_EMIT_SEVERAL(emit_slogdet)
{
    (void)n;
    cn_value x = inputs[0];
    (void)args;
    outputs[1] = cn_emit_log_determinant(p, matrices(p, class, x), &outputs[0]);
    return 2;
}

/* ---- roots ----------------------------------------------------------------------------------- */

/* keepdims stands for "upper". */
CN_EMIT(emit_cholesky)
{
    (void)n;
    cn_value root = cn_emit_cholesky(p, matrices(p, class, inputs[0]));
    return args->keepdims ? exchanged(p, root) : root;
}

/* (L L^T)^-1 or, upper, (U^T U)^-1: by the inverse of the triangle. */
CN_EMIT(emit_cholesky_inverse)
{
    (void)n;
    cn_value a = matrices(p, class, inputs[0]);
    if (a == CN_NO_VALUE)
        return a;
    cn_value inverse = cn_emit_solve_triangular(p, a, eye_like(p, a), !args->keepdims);
    return cn_emit_matmul_transposed(p, inverse, !args->keepdims, inverse, args->keepdims);
}

/* ---- classes --------------------------------------------------------------------------------- */

static const cn_field lower_fields[] = {CN_OPERATION_FIELD("lower", keepdims, CN_FIELD_BOOL, 0),
                                        CN_END_FIELDS};
static const cn_field upper_fields[] = {CN_OPERATION_FIELD("upper", keepdims, CN_FIELD_BOOL, 0),
                                        CN_END_FIELDS};

const cn_operation_class cn_operation_det =
    CN_OPERATION_OF("det", "Det", "linalg", cn_no_operation_fields, 1, emit_det);
const cn_operation_class cn_operation_inv =
    CN_OPERATION_OF("inv", "Inv", "linalg", cn_no_operation_fields, 1, emit_inv);
const cn_operation_class cn_operation_logdet =
    CN_OPERATION_OF("logdet", "Logdet", "math", cn_no_operation_fields, 1, emit_logdet);
const cn_operation_class cn_operation_slogdet = {
    CN_OPERATION("slogdet", "Slogdet", "numpy", cn_no_operation_fields, 1, 1),
    .emit_several = emit_slogdet};
const cn_operation_class cn_operation_solve =
    CN_OPERATION_OF("solve", "Solve", "linalg", cn_no_operation_fields, 2, emit_solve);
const cn_operation_class cn_operation_solve_triangular = CN_OPERATION_OF(
    "solve_triangular", "SolveTriangular", "linalg", lower_fields, 2, emit_solve_triangular);
const cn_operation_class cn_operation_cholesky =
    CN_OPERATION_OF("cholesky", "Cholesky", "linalg", upper_fields, 1, emit_cholesky);
const cn_operation_class cn_operation_cholesky_inverse = CN_OPERATION_OF(
    "cholesky_inverse", "CholeskyInverse", "linalg", upper_fields, 1, emit_cholesky_inverse);

/* ---- in C ------------------------------------------------------------------------------------ */

static cn_tensor *with_half(const cn_operation_class *class, cn_tensor *a, cn_tensor *b, bool half)
{
    cn_operation_args args = cn_operation_defaults;
    cn_tensor *inputs[2];
    args.keepdims = half;
    inputs[0] = a;
    inputs[1] = b;
    return cn_operation(class, &args, inputs, class->layer.max_inputs);
}

cn_tensor *cn_ops_det(cn_tensor *x)
{
    return cn_operation(&cn_operation_det, NULL, &x, 1);
}
cn_tensor *cn_ops_inv(cn_tensor *x)
{
    return cn_operation(&cn_operation_inv, NULL, &x, 1);
}
cn_tensor *cn_ops_logdet(cn_tensor *x)
{
    return cn_operation(&cn_operation_logdet, NULL, &x, 1);
}
cn_tensors cn_ops_slogdet(cn_tensor *x)
{
    return cn_operation_several(&cn_operation_slogdet, NULL, x);
}
cn_tensor *cn_ops_solve(cn_tensor *a, cn_tensor *b)
{
    return with_half(&cn_operation_solve, a, b, false);
}
cn_tensor *cn_ops_solve_triangular(cn_tensor *a, cn_tensor *b, bool lower)
{
    return with_half(&cn_operation_solve_triangular, a, b, lower);
}
cn_tensor *cn_ops_cholesky(cn_tensor *x, bool upper)
{
    return with_half(&cn_operation_cholesky, x, NULL, upper);
}
cn_tensor *cn_ops_cholesky_inverse(cn_tensor *x, bool upper)
{
    return with_half(&cn_operation_cholesky_inverse, x, NULL, upper);
}
