/* OrthogonalRegularizer: factor * sum |G[i, j]| over i != j / (n (n - 1)), G = V V^T of the n
 * rows (or columns) V, each divided by its Euclidean norm. */
#include <math.h>
#include <string.h>

#include "regularizers/regularizers.h"

/* 0 on the diagonal, 1 beside it: [n, n]. */
static cn_value emit_off_diagonal(cn_program *p, int64_t n)
{
    cn_value row = cn_emit_iota(p, CN_SHAPE(n, 1), 0), column = cn_emit_iota(p, CN_SHAPE(1, n), 1);
    return cn_emit_cast(p, cn_emit_not_equal(p, row, column), CN_FLOAT32);
}

static cn_value emit(cn_program *p, const void *arguments, cn_value x)
{
    const cn_orthogonal_regularizer_args *args = arguments;
    const double epsilon = 1e-7;
    if (p->status != CN_OK)
        return CN_NO_VALUE;
    const cn_shape shape = *cn_shape_of(p, x);
    if (shape.rank != 2)
        return cn_program_fail(
            p, cn_fail(CN_INVALID, "OrthogonalRegularizer: a matrix is needed, the shape is %s",
                       cn_shape_str(&shape)));
    bool rows = strcmp(args->mode, "rows") == 0;
    int64_t n = shape.dim[rows ? 0 : 1];
    cn_value v = cn_emit_l2_normalize(p, x, CN_AXES(rows ? 1 : 0), epsilon);
    cn_value gram = cn_emit_matmul_transposed(p, v, !rows, v, rows);
    cn_value beside = cn_emit_multiply(p, cn_emit_absolute(p, gram), emit_off_diagonal(p, n));
    double pairs = (double)n * ((double)n - 1);
    return cn_emit_multiply_scalar(p, cn_emit_sum(p, beside, CN_ALL_AXES, false),
                                   pairs == 0 ? 0 : args->factor / pairs);
}

static cn_status check(const void *arguments)
{
    const cn_orthogonal_regularizer_args *args = arguments;
    CN_CHECK(isfinite(args->factor) && args->factor >= 0,
             "OrthogonalRegularizer: factor must be finite and not negative, not %g", args->factor);
    CN_CHECK(args->mode != NULL &&
                 (strcmp(args->mode, "rows") == 0 || strcmp(args->mode, "columns") == 0),
             "OrthogonalRegularizer: mode must be rows or columns, not %s",
             args->mode == NULL ? "absent" : args->mode);
    return CN_OK;
}

static const cn_field fields[] = {
    CN_FIELD(cn_orthogonal_regularizer_args, factor, CN_FIELD_REAL, 0),
    CN_FIELD(cn_orthogonal_regularizer_args, mode, CN_FIELD_TEXT, 0),
    CN_END_FIELDS,
};

static const cn_orthogonal_regularizer_args defaults = {CN_ORTHOGONAL_REGULARIZER_DEFAULTS};

const cn_regularizer_class cn_regularizer_OrthogonalRegularizer = {
    .base = {CN_REGULARIZER("OrthogonalRegularizer"), .fields = fields,
             .args_size = sizeof defaults, .defaults = &defaults, .check = check},
    .emit = emit,
};

const char *cn_orthogonal_regularizer_with(const cn_orthogonal_regularizer_args *args)
{
    return cn_object_text(&cn_regularizer_OrthogonalRegularizer.base, args);
}
