/* Operations of linear algebra: matrices [..., M, N] decomposed into orthogonal and triangular
 * factors, and what is made of those. */
#include "cornu/linalg_ops.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "graph/operation.h"
#include "ops/emit.h"

/* Float32 matrices [..., M, N]; CN_NO_VALUE, having failed, if x is none. */
static cn_value matrices(cn_program *p, const cn_operation_class *class, cn_value x)
{
    if (x != CN_NO_VALUE && cn_shape_of(p, x)->rank < 2)
        return cn_refuse(p, class, "takes matrices, got shape %s", cn_shape_str(cn_shape_of(p, x)));
    return cn_emit_cast(p, x, CN_FLOAT32);
}

/* Of matrices [..., M, N]. */
static int64_t rows_of(cn_program *p, cn_value x)
{
    return cn_shape_of(p, x)->dim[cn_shape_of(p, x)->rank - 2];
}
static int64_t columns_of(cn_program *p, cn_value x)
{
    return cn_shape_of(p, x)->dim[cn_shape_of(p, x)->rank - 1];
}

/* max(M, N) 2^-23: what rounding does to the singular values of a matrix with a largest of 1. */
static double roundings(cn_program *p, cn_value x)
{
    return (double)FLT_EPSILON * fmax((double)rows_of(p, x), (double)columns_of(p, x));
}

/* ---- factors --------------------------------------------------------------------------------- */

CN_EMIT_SEVERAL(emit_eigh)
{
    (void)args, (void)n;
    cn_value x = matrices(p, class, inputs[0]);
    if (x != CN_NO_VALUE && rows_of(p, x) != columns_of(p, x))
        x = cn_refuse(p, class, "takes square matrices, got shape %s",
                      cn_shape_str(cn_shape_of(p, x)));
    outputs[0] = cn_emit_eigh(p, x, &outputs[1]);
    return 2;
}

/* Orthogonal columns [..., M, K] with those that they lack. */
static cn_value completed(cn_program *p, cn_value columns, cn_value of)
{
    if (columns == CN_NO_VALUE || rows_of(p, columns) == columns_of(p, columns))
        return columns;
    const cn_value parts[2] = {columns, cn_emit_complement(p, of)};
    return cn_emit_concatenate(p, parts, 2, -1);
}

/* approximate stands for "full_matrices", keepdims for "compute_uv". */
CN_EMIT_SEVERAL(emit_svd)
{
    (void)n;
    cn_value s = cn_emit_svd(p, matrices(p, class, inputs[0]), &outputs[0], &outputs[2]);
    outputs[args->keepdims ? 1 : 0] = s;
    if (!args->keepdims || !args->approximate || s == CN_NO_VALUE)
        return args->keepdims ? 3 : 1;
    outputs[0] = completed(p, outputs[0], outputs[0]);
    cn_value turned = cn_emit_swap_axes(p, outputs[2], -1, -2);
    outputs[2] = cn_emit_swap_axes(p, completed(p, turned, turned), -1, -2);
    return 3;
}

CN_EMIT_SEVERAL(emit_qr)
{
    (void)n;
    cn_value x = matrices(p, class, inputs[0]);
    const bool complete = strcmp(args->padding, "complete") == 0;
    if (!complete && strcmp(args->padding, "reduced") != 0)
        x = cn_refuse(p, class, "mode must be \"reduced\" or \"complete\", got \"%.20s\"",
                      args->padding);
    outputs[0] = cn_emit_qr(p, x, &outputs[1]);
    if (outputs[0] == CN_NO_VALUE || !complete)
        return 2;
    const cn_shape shape = *cn_shape_of(p, outputs[1]);
    cn_shape before = {.rank = shape.rank}, after = before;
    after.dim[shape.rank - 2] = rows_of(p, x) - shape.dim[shape.rank - 2];
    outputs[0] = completed(p, outputs[0], x);
    outputs[1] = cn_emit_pad(p, outputs[1], before, after, 0);
    return 2;
}

CN_EMIT_SEVERAL(emit_lu_factor)
{
    (void)args, (void)n;
    outputs[0] = cn_emit_lu(p, matrices(p, class, inputs[0]), &outputs[1]);
    return 2;
}

/* ---- what is made of them -------------------------------------------------------------------- */

/* high is "rcond". */
CN_EMIT(emit_pinv)
{
    (void)n;
    cn_value x = matrices(p, class, inputs[0]);
    if (x == CN_NO_VALUE)
        return x;
    return cn_emit_pinv(p, x, isnan(args->high) ? 10 * roundings(p, x) : args->high);
}

/* high is "tol". */
CN_EMIT(emit_matrix_rank)
{
    (void)n;
    cn_value x = matrices(p, class, inputs[0]), u, v, s = cn_emit_svd(p, x, &u, &v);
    if (s == CN_NO_VALUE)
        return s;
    cn_value least = cn_emit_scalar(p, args->high);
    if (isnan(args->high)) {
        least = cn_emit_max(p, s, CN_AXES(-1), true);
        least = cn_emit_multiply_scalar(p, least, roundings(p, x));
    }
    cn_value counted = cn_emit_cast(p, cn_emit_greater(p, s, least), CN_INT32);
    return cn_emit_sum(p, counted, CN_AXES(-1), false);
}

/* high is "rcond". */
CN_EMIT(emit_lstsq)
{
    (void)n;
    cn_value a = matrices(p, class, inputs[0]), b = cn_emit_cast(p, inputs[1], CN_FLOAT32);
    if (a == CN_NO_VALUE || b == CN_NO_VALUE)
        return CN_NO_VALUE;
    const cn_shape *right = cn_shape_of(p, b);
    if (cn_shape_of(p, a)->rank != 2 || right->rank < 1 || right->rank > 2 ||
        right->dim[0] != rows_of(p, a))
        return cn_refuse(p, class, "a right-hand side %s does not fit a matrix %s",
                         cn_shape_str(right), cn_shape_str(cn_shape_of(p, a)));
    const bool vector = right->rank == 1;
    const double ratio = isnan(args->high) ? roundings(p, a)
                         : args->high < 0  ? (double)FLT_EPSILON
                                           : args->high;
    cn_value inverse = cn_emit_pinv(p, a, ratio);
    cn_value x = cn_emit_matmul(p, inverse, vector ? cn_emit_expand_dims(p, b, -1) : b);
    return vector ? cn_emit_squeeze(p, x, -1) : x;
}

/* ---- classes --------------------------------------------------------------------------------- */

static const cn_field svd_fields[] = {
    CN_OPERATION_FIELD("full_matrices", approximate, CN_FIELD_BOOL, 0),
    CN_OPERATION_FIELD("compute_uv", keepdims, CN_FIELD_BOOL, 0), CN_END_FIELDS};
static const cn_field mode_fields[] = {CN_OPERATION_FIELD("mode", padding, CN_FIELD_TEXT, 0),
                                       CN_END_FIELDS};
static const cn_field rcond_fields[] = {
    CN_OPERATION_FIELD("rcond", high, CN_FIELD_REAL, CN_FIELD_OPTIONAL), CN_END_FIELDS};
static const cn_field tol_fields[] = {
    CN_OPERATION_FIELD("tol", high, CN_FIELD_REAL, CN_FIELD_OPTIONAL), CN_END_FIELDS};

const cn_operation_class cn_operation_eigh = {
    CN_OPERATION("eigh", "Eigh", "linalg", cn_no_operation_fields, 1, 1),
    .emit_several = emit_eigh};
const cn_operation_class cn_operation_svd = {CN_OPERATION("svd", "SVD", "linalg", svd_fields, 1, 1),
                                             .emit_several = emit_svd};
const cn_operation_class cn_operation_qr = {CN_OPERATION("qr", "Qr", "linalg", mode_fields, 1, 1),
                                            .emit_several = emit_qr};
const cn_operation_class cn_operation_lu_factor = {
    CN_OPERATION("lu_factor", "LuFactor", "linalg", cn_no_operation_fields, 1, 1),
    .emit_several = emit_lu_factor};
const cn_operation_class cn_operation_pinv =
    CN_OPERATION_OF("pinv", "Pinv", "linalg", rcond_fields, 1, emit_pinv);
const cn_operation_class cn_operation_matrix_rank =
    CN_OPERATION_OF("matrix_rank", "MatrixRank", "linalg", tol_fields, 1, emit_matrix_rank);
const cn_operation_class cn_operation_lstsq =
    CN_OPERATION_OF("lstsq", "Lstsq", "linalg", rcond_fields, 2, emit_lstsq);

/* ---- in C ------------------------------------------------------------------------------------ */

cn_tensors cn_ops_eigh(cn_tensor *x)
{
    return cn_operation_several(&cn_operation_eigh, NULL, x);
}
cn_tensors cn_ops_lu_factor(cn_tensor *x)
{
    return cn_operation_several(&cn_operation_lu_factor, NULL, x);
}

cn_tensors cn_ops_svd_with(const cn_ops_svd_args *args)
{
    cn_operation_args own = cn_operation_defaults;
    own.approximate = args->full_matrices;
    own.keepdims = args->compute_uv;
    return cn_operation_several(&cn_operation_svd, &own, args->x);
}

cn_tensors cn_ops_qr_with(const cn_ops_qr_args *args)
{
    cn_operation_args own = cn_operation_defaults;
    own.padding = args->mode == NULL ? "reduced" : args->mode;
    return cn_operation_several(&cn_operation_qr, &own, args->x);
}

static cn_tensor *with_high(const cn_operation_class *class, double high, cn_tensor *a,
                            cn_tensor *b)
{
    cn_operation_args args = cn_operation_defaults;
    cn_tensor *inputs[2] = {a, b};
    args.high = high;
    return cn_operation(class, &args, inputs, class->layer.max_inputs);
}

cn_tensor *cn_ops_pinv_with(const cn_ops_pinv_args *args)
{
    return with_high(&cn_operation_pinv, args->rcond, args->x, NULL);
}
cn_tensor *cn_ops_matrix_rank_with(const cn_ops_matrix_rank_args *args)
{
    return with_high(&cn_operation_matrix_rank, args->tol, args->x, NULL);
}
cn_tensor *cn_ops_lstsq_with(const cn_ops_lstsq_args *args)
{
    return with_high(&cn_operation_lstsq, args->rcond, args->a, args->b);
}
