/* Operations on the triangles and diagonals of matrices. */
#include "cornu/array_ops.h"

#include <inttypes.h>

#include "graph/draw.h"
#include "ops/emit.h"

/* ---- of matrices ----------------------------------------------------------------------------- */

/* Whether a diagonal's number is one that can be computed with. */
static bool fits(cn_program *p, const cn_operation_class *class, int64_t k)
{
    if (k < -INT32_MAX || k > INT32_MAX)
        (void)cn_refuse(p, class, "there is no diagonal %" PRId64, k);
    return p->status == CN_OK;
}

/* Whether column - row is at least k, of the last two axes. */
static cn_value is_above(cn_program *p, cn_value x, int64_t k)
{
    const cn_shape *shape = cn_shape_of(p, x);
    const cn_shape square = CN_SHAPE(shape->dim[shape->rank - 2], shape->dim[shape->rank - 1]);
    cn_value rows = cn_emit_add_scalar(p, cn_emit_iota(p, square, 0), (double)k);
    return cn_emit_greater_equal(p, cn_emit_iota(p, square, 1), rows);
}

static cn_value half(cn_program *p, const cn_operation_class *class, cn_value x, int64_t k,
                     bool upper)
{
    if (x == CN_NO_VALUE || cn_shape_of(p, x)->rank < 2)
        return cn_refuse(p, class, "takes tensors of two axes or more");
    if (!fits(p, class, k))
        return CN_NO_VALUE;
    cn_value above = is_above(p, x, upper ? k : k + 1), none = cn_emit_zeros_like(p, x);
    return upper ? cn_emit_where(p, above, x, none) : cn_emit_where(p, above, none, x);
}

CN_EMIT(emit_triu)
{
    (void)n;
    return half(p, class, inputs[0], args->number, true);
}

CN_EMIT(emit_tril)
{
    (void)n;
    return half(p, class, inputs[0], args->number, false);
}

/* The diagonal of two axes as the last one: rows and columns from where it begins, as many of both,
 * and of each row its one element. */
CN_EMIT(emit_diagonal)
{
    (void)n;
    const int64_t offset = args->number, rank = cn_shape_of(p, inputs[0])->rank;
    const int64_t a = cn_axis_of(p, class, inputs[0], args->shape.dim[0]);
    const int64_t b = cn_axis_of(p, class, inputs[0], args->shape.dim[1]);
    if (a < 0 || b < 0 || a == b || !fits(p, class, offset))
        return p->status == CN_OK ? cn_refuse(p, class, "takes two axes") : CN_NO_VALUE;
    cn_shape order = {.rank = rank};
    for (int64_t i = 0, at = 0; i < rank; i++)
        if (i != a && i != b)
            order.dim[at++] = i;
    order.dim[rank - 2] = a;
    order.dim[rank - 1] = b;
    cn_value x = cn_emit_transpose(p, inputs[0], order);
    const cn_shape shape = *cn_shape_of(p, x);
    const int64_t row = offset < 0 ? -offset : 0, column = offset < 0 ? 0 : offset;
    const int64_t rows = shape.dim[rank - 2] - row, columns = shape.dim[rank - 1] - column;
    const int64_t length = rows < columns ? rows : columns;
    if (length < 1)
        return cn_refuse(p, class,
                         "there is no diagonal %" PRId64 " of %" PRId64 " rows and %" PRId64
                         " columns",
                         offset, shape.dim[rank - 2], shape.dim[rank - 1]);
    x = cn_emit_slice_axis(p, x, rank - 2, row, length);
    x = cn_emit_slice_axis(p, x, rank - 1, column, length);
    const cn_shape square = CN_SHAPE(length, length);
    cn_value here = cn_emit_equal(p, cn_emit_iota(p, square, 0), cn_emit_iota(p, square, 1));
    x = cn_emit_where(p, here, x, cn_emit_zeros_like(p, x));
    return cn_emit_cast(p, cn_emit_sum(p, x, CN_AXES(-1), false), cn_dtype_of(p, inputs[0]));
}

CN_EMIT(emit_trace)
{
    return cn_emit_sum(p, emit_diagonal(p, class, args, inputs, n), CN_AXES(-1), false);
}

/* ---- as matrices ----------------------------------------------------------------------------- */

/* The matrix whose k-th diagonal is x[N], and that is 0 elsewhere. */
static cn_value on_diagonal(cn_program *p, const cn_operation_class *class, cn_value x, int64_t k)
{
    if (!fits(p, class, k))
        return CN_NO_VALUE;
    const cn_shape before = CN_SHAPE(k < 0 ? -k : 0), after = CN_SHAPE(k < 0 ? 0 : k);
    x = cn_emit_pad(p, x, before, after, 0);
    if (x == CN_NO_VALUE)
        return x;
    const int64_t side = cn_shape_of(p, x)->dim[0];
    cn_value column = cn_emit_iota(p, CN_SHAPE(side, side), 1);
    cn_value row = cn_emit_iota(p, CN_SHAPE(side, side), 0);
    cn_value here = cn_emit_equal(p, column, cn_emit_add(p, row, cn_emit_whole(p, k)));
    x = cn_emit_expand_dims(p, x, 1);
    return cn_emit_where(p, here, x, cn_emit_zeros_like(p, x));
}

/* Of a matrix its diagonal. */
CN_EMIT(emit_diag)
{
    cn_operation_args of_matrix = *args;
    const int64_t rank = inputs[0] == CN_NO_VALUE ? 1 : cn_shape_of(p, inputs[0])->rank;
    if (rank != 1 && rank != 2)
        return cn_refuse(p, class, "takes a tensor of one or two axes, got %d", (int)rank);
    of_matrix.shape = CN_SHAPE(0, 1);
    return rank == 1 ? on_diagonal(p, class, inputs[0], args->number)
                     : cn_operation_diagonal.emit(p, class, &of_matrix, inputs, n);
}

CN_EMIT(emit_diagflat)
{
    (void)n;
    return on_diagonal(p, class, cn_emit_reshape(p, inputs[0], CN_SHAPE(CN_NONE)), args->number);
}

/* ---- classes --------------------------------------------------------------------------------- */

static const cn_field k_fields[] = {CN_OPERATION_FIELD("k", number, CN_FIELD_INT, 0),
                                    CN_END_FIELDS};
/* axis1 and axis2 are the two numbers of one member. */
static const cn_field diagonal_fields[] = {
    CN_OPERATION_FIELD("offset", number, CN_FIELD_INT, 0),
    CN_OPERATION_FIELD("axis1", shape.dim[0], CN_FIELD_INT, 0),
    CN_OPERATION_FIELD("axis2", shape.dim[1], CN_FIELD_INT, 0),
    CN_END_FIELDS,
};

const cn_operation_class cn_operation_diagonal = {
    CN_OPERATION("diagonal", "Diagonal", "numpy", diagonal_fields, 1, 1), .emit = emit_diagonal};
const cn_operation_class cn_operation_trace = {
    CN_OPERATION("trace", "Trace", "numpy", diagonal_fields, 1, 1), .emit = emit_trace};
const cn_operation_class cn_operation_triu =
    CN_OPERATION_OF("triu", "Triu", "numpy", k_fields, 1, emit_triu);
const cn_operation_class cn_operation_tril =
    CN_OPERATION_OF("tril", "Tril", "numpy", k_fields, 1, emit_tril);
const cn_operation_class cn_operation_diag =
    CN_OPERATION_OF("diag", "Diag", "numpy", k_fields, 1, emit_diag);
const cn_operation_class cn_operation_diagflat =
    CN_OPERATION_OF("diagflat", "Diagflat", "numpy", k_fields, 1, emit_diagflat);

/* ---- in C ------------------------------------------------------------------------------------ */

cn_tensor *cn_ops_tril(cn_tensor *x, int64_t k)
{
    return cn_draw_numbers(&cn_operation_tril, x, k, 0);
}
cn_tensor *cn_ops_triu(cn_tensor *x, int64_t k)
{
    return cn_draw_numbers(&cn_operation_triu, x, k, 0);
}
cn_tensor *cn_ops_diag(cn_tensor *x, int64_t k)
{
    return cn_draw_numbers(&cn_operation_diag, x, k, 0);
}
cn_tensor *cn_ops_diagflat(cn_tensor *x, int64_t k)
{
    return cn_draw_numbers(&cn_operation_diagflat, x, k, 0);
}

static cn_tensor *diagonal(const cn_operation_class *class, const cn_ops_diagonal_args *from)
{
    cn_operation_args args = cn_operation_defaults;
    args.number = from->offset;
    args.shape = CN_SHAPE(from->axis1, from->axis2);
    return cn_operation(class, &args, &from->x, 1);
}

cn_tensor *cn_ops_diagonal_with(const cn_ops_diagonal_args *args)
{
    return diagonal(&cn_operation_diagonal, args);
}
cn_tensor *cn_ops_trace_with(const cn_ops_diagonal_args *args)
{
    return diagonal(&cn_operation_trace, args);
}
