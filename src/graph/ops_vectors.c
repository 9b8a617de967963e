/* Operations that NumPy has for vectors and series: norms, cross
 * products, correlation. */
#include "cornu/linalg_ops.h"
#include "cornu/product_ops.h"

#include <math.h>
#include <string.h>

#include "graph/draw.h"
#include "ops/emit.h"

static cn_value real(cn_program *p, cn_value x)
{
    return cn_emit_cast(p, x, CN_FLOAT32);
}

/* ---- norms ----------------------------------------------------------------------------------- */

/* sum(|x|^order)^(1/order), and what is left of it at 0 and at infinity. */
static cn_value vector_norm(cn_program *p, cn_value x, double order, cn_shape axes, bool keep)
{
    cn_value size = cn_emit_absolute(p, x);
    if (isinf(order))
        return order > 0 ? cn_emit_max(p, size, axes, keep) : cn_emit_min(p, size, axes, keep);
    if (order == 0)
        return real(p, cn_emit_sum(p, cn_emit_cast(p, x, CN_BOOL), axes, keep));
    if (order == 1)
        return cn_emit_sum(p, size, axes, keep);
    if (order == 2)
        return cn_emit_sqrt(p, cn_emit_sum(p, cn_emit_square(p, x), axes, keep));
    cn_value sum = cn_emit_sum(p, cn_emit_power_scalar(p, size, order), axes, keep);
    return cn_emit_power_scalar(p, sum, 1 / order);
}

/* The largest (or smallest) sum of sizes in a column for order 1 (-1), in a row for infinity. */
static cn_value matrix_norm(cn_program *p, cn_value x, double order, int64_t row, int64_t column,
                            bool keep)
{
    const bool of_rows = isinf(order);
    cn_value sums = cn_emit_absolute(p, x);
    sums = cn_emit_sum(p, sums, of_rows ? CN_AXES(column) : CN_AXES(row), true);
    const cn_shape both = CN_AXES(row, column);
    return order > 0 ? cn_emit_max(p, sums, both, keep) : cn_emit_min(p, sums, both, keep);
}

/* Of the singular values the largest for order 2, the smallest for -2, the sum for "nuc" (0). */
static cn_value singular_norm(cn_program *p, cn_value x, double order, int64_t row, int64_t column,
                              bool keep)
{
    const int64_t rank = cn_shape_of(p, x)->rank;
    cn_shape permutation = {.rank = 0};
    for (int64_t i = 0; i < rank; i++)
        if (i != row && i != column)
            permutation.dim[permutation.rank++] = i;
    permutation.dim[permutation.rank++] = row;
    permutation.dim[permutation.rank++] = column;
    cn_value u, v, s = cn_emit_svd(p, cn_emit_transpose(p, x, permutation), &u, &v);
    s = order == 0  ? cn_emit_sum(p, s, CN_AXES(-1), false)
        : order > 0 ? cn_emit_max(p, s, CN_AXES(-1), false)
                    : cn_emit_min(p, s, CN_AXES(-1), false);
    if (!keep)
        return s;
    s = cn_emit_expand_dims(p, s, row < column ? row : column);
    return cn_emit_expand_dims(p, s, row < column ? column : row);
}

/* The order is args->low, or the text "fro" or "nuc"; without it the root of the sum of squares. */
CN_EMIT(emit_norm)
{
    cn_value x = real(p, inputs[0]);
    cn_shape axes = args->axis;
    (void)n;
    if (x == CN_NO_VALUE)
        return x;
    const bool nuclear = args->dtype != NULL && strcmp(args->dtype, "nuc") == 0;
    const bool squares = args->dtype != NULL ? strcmp(args->dtype, "fro") == 0 : isnan(args->low);
    if (axes.rank < 0 && !squares)
        for (axes.rank = 0; axes.rank < cn_shape_of(p, x)->rank; axes.rank++)
            axes.dim[axes.rank] = axes.rank;
    for (int64_t i = 0; i < axes.rank; i++)
        if ((axes.dim[i] = cn_axis_of(p, class, x, axes.dim[i])) < 0)
            return CN_NO_VALUE;
    if (args->dtype != NULL && (axes.rank == 1 || (!squares && !nuclear)))
        return cn_refuse(p, class,
                         "ord must be a number, or \"fro\" or \"nuc\" for matrices, got \"%.20s\"",
                         args->dtype);
    if (squares)
        return vector_norm(p, x, 2, axes, args->keepdims);
    if (axes.rank == 1)
        return vector_norm(p, x, args->low, axes, args->keepdims);
    const double order = nuclear ? 0 : args->low, size = fabs(order);
    if (axes.rank != 2 || axes.dim[0] == axes.dim[1] ||
        (!nuclear && size != 1 && size != 2 && !isinf(size)))
        return cn_refuse(p, class,
                         "ord of a matrix (two axes) must be 1, -1, 2, -2 or infinite, \"fro\" or "
                         "\"nuc\", got %g",
                         order);
    return nuclear || size == 2
               ? singular_norm(p, x, order, axes.dim[0], axes.dim[1], args->keepdims)
               : matrix_norm(p, x, order, axes.dim[0], axes.dim[1], args->keepdims);
}

static const cn_field norm_fields[] = {
    CN_OPERATION_FIELD("ord", low, CN_FIELD_REAL, CN_FIELD_OPTIONAL | CN_FIELD_OR_TEXT),
    CN_OPERATION_FIELD("ord_text", dtype, CN_FIELD_TEXT, CN_FIELD_OPTIONAL | CN_FIELD_HIDDEN),
    CN_OPERATION_FIELD("axis", axis, CN_FIELD_SHAPE,
                       CN_FIELD_OPTIONAL | CN_FIELD_ONE_OR_MORE | CN_FIELD_SIGNED),
    CN_OPERATION_FIELD("keepdims", keepdims, CN_FIELD_BOOL, 0), CN_END_FIELDS};

const cn_operation_class cn_operation_norm =
    CN_OPERATION_OF("norm", "Norm", "linalg", norm_fields, 1, emit_norm);

/* ---- cross products -------------------------------------------------------------------------- */

/* The two or three numbers of vectors along an axis; the third of two is CN_NO_VALUE, which is
 * 0. */
static bool parts_of(cn_program *p, const cn_operation_class *class, cn_value x, int64_t axis,
                     cn_value parts[3])
{
    axis = cn_axis_of(p, class, x, axis);
    if (axis < 0)
        return false;
    const int64_t length = cn_shape_of(p, x)->dim[axis];
    if (length != 2 && length != 3) {
        (void)cn_refuse(p, class, "takes vectors of 2 or 3 numbers, got %d", (int)length);
        return false;
    }
    parts[2] = CN_NO_VALUE;
    for (int64_t i = 0; i < length; i++)
        parts[i] = cn_emit_squeeze(p, cn_emit_slice_axis(p, x, axis, i, 1), axis);
    return p->status == CN_OK;
}

/* a d - b c, where CN_NO_VALUE is 0. */
static cn_value difference(cn_program *p, cn_value a, cn_value d, cn_value b, cn_value c)
{
    const bool left = a != CN_NO_VALUE && d != CN_NO_VALUE;
    cn_value first = left ? cn_emit_multiply(p, a, d) : CN_NO_VALUE;
    if (b == CN_NO_VALUE || c == CN_NO_VALUE)
        return first;
    cn_value second = cn_emit_multiply(p, b, c);
    return left ? cn_emit_subtract(p, first, second) : cn_emit_negative(p, second);
}

/* Axes of a, b and the result are the numbers of args->shape, or all args->axis. */
CN_EMIT(emit_cross)
{
    cn_value a[3], b[3], y[3];
    int64_t axes[3];
    (void)n;
    for (int i = 0; i < 3; i++)
        axes[i] = args->axis.rank < 0 ? args->shape.dim[i] : args->axis.dim[0];
    if (!parts_of(p, class, inputs[0], axes[0], a) || !parts_of(p, class, inputs[1], axes[1], b))
        return CN_NO_VALUE;
    y[2] = difference(p, a[0], b[1], a[1], b[0]);
    if (a[2] == CN_NO_VALUE && b[2] == CN_NO_VALUE)
        return y[2];
    y[0] = difference(p, a[1], b[2], a[2], b[1]);
    y[1] = difference(p, a[2], b[0], a[0], b[2]);
    for (int i = 0; i < 3; i++)
        y[i] = cn_emit_expand_dims(p, y[i], axes[2]);
    return cn_emit_concatenate(p, y, 3, axes[2]);
}

static const cn_field cross_fields[] = {
    CN_OPERATION_FIELD("axisa", shape.dim[0], CN_FIELD_INT, 0),
    CN_OPERATION_FIELD("axisb", shape.dim[1], CN_FIELD_INT, 0),
    CN_OPERATION_FIELD("axisc", shape.dim[2], CN_FIELD_INT, 0),
    CN_OPERATION_FIELD("axis", axis, CN_FIELD_SHAPE,
                       CN_FIELD_OPTIONAL | CN_FIELD_ONE_OR_MORE | CN_FIELD_SIGNED),
    CN_END_FIELDS};

const cn_operation_class cn_operation_cross =
    CN_OPERATION_OF("cross", "Cross", "numpy", cross_fields, 2, emit_cross);

/* ---- correlation ----------------------------------------------------------------------------- */

/* Pearson's coefficients of the rows of x[V, N]: [V, V]. */
CN_EMIT(emit_corrcoef)
{
    cn_value x = real(p, inputs[0]);
    (void)args, (void)n;
    if (x == CN_NO_VALUE || cn_shape_of(p, x)->rank != 2)
        return cn_refuse(p, class, "takes a tensor of two axes");
    x = cn_emit_subtract(p, x, cn_emit_mean(p, x, CN_AXES(1), true));
    cn_value products = cn_emit_matmul_transposed(p, x, false, x, true);
    cn_value size = cn_emit_sqrt(p, cn_emit_sum(p, cn_emit_square(p, x), CN_AXES(1), true));
    products = cn_emit_divide(p, products, size);
    products = cn_emit_divide(p, products, cn_emit_swap_axes(p, size, 0, 1));
    return cn_emit_clip(p, products, -1, 1);
}

/* The elements of a list from its end. */
static cn_value reversed(cn_program *p, cn_value x)
{
    const int64_t length = cn_shape_of(p, x)->dim[0];
    return cn_emit_slice(p, x, CN_SHAPE(length - 1), CN_SHAPE(length), CN_SHAPE(-1));
}

/* y[t] = sum_i a[t + i] b[i], where b lies within a ("valid"), meets it at all ("full"), or, of
 * those, as many in the middle as a has ("same"). The longer list is a; were they exchanged, y is
 * reversed. */
CN_EMIT(emit_correlate)
{
    cn_value a = real(p, inputs[0]), b = real(p, inputs[1]);
    (void)n;
    if (a == CN_NO_VALUE || b == CN_NO_VALUE || cn_shape_of(p, a)->rank != 1 ||
        cn_shape_of(p, b)->rank != 1)
        return cn_refuse(p, class, "takes two lists");
    const int64_t of_a = cn_shape_of(p, a)->dim[0], of_b = cn_shape_of(p, b)->dim[0];
    const bool exchanged = of_a < of_b;
    const int64_t length = exchanged ? of_a : of_b;
    const bool same = strcmp(args->padding, "same") == 0, full = strcmp(args->padding, "full") == 0;
    if (!same && !full && strcmp(args->padding, "valid") != 0)
        return cn_refuse(p, class, "mode must be \"valid\", \"same\" or \"full\", got \"%.20s\"",
                         args->padding);
    const cn_conv_attributes attributes = {.groups = 1,
                                           .strides = CN_SHAPE(1),
                                           .dilation = CN_SHAPE(1),
                                           .before = CN_SHAPE(full   ? length - 1
                                                              : same ? length / 2
                                                                     : 0),
                                           .after = CN_SHAPE(full   ? length - 1
                                                             : same ? length - 1 - length / 2
                                                                    : 0)};
    cn_value series = cn_emit_reshape(p, exchanged ? b : a, CN_SHAPE(1, CN_NONE, 1));
    cn_value kernel = cn_emit_reshape(p, exchanged ? a : b, CN_SHAPE(CN_NONE, 1, 1));
    cn_value y = cn_emit_conv(p, series, kernel, &attributes);
    y = cn_emit_reshape(p, y, CN_SHAPE(CN_NONE));
    return exchanged && y != CN_NO_VALUE ? reversed(p, y) : y;
}

static const cn_field mode_fields[] = {CN_OPERATION_FIELD("mode", padding, CN_FIELD_TEXT, 0),
                                       CN_END_FIELDS};

const cn_operation_class cn_operation_corrcoef =
    CN_OPERATION_OF("corrcoef", "Corrcoef", "numpy", cn_no_operation_fields, 1, emit_corrcoef);
const cn_operation_class cn_operation_correlate =
    CN_OPERATION_OF("correlate", "Correlate", "numpy", mode_fields, 2, emit_correlate);

/* ---- in C ------------------------------------------------------------------------------------ */

cn_tensor *cn_ops_cross_with(const cn_ops_cross_args *from)
{
    cn_operation_args args = cn_operation_defaults;
    cn_tensor *const inputs[] = {from->x1, from->x2};
    args.shape = CN_SHAPE(from->axisa, from->axisb, from->axisc);
    args.axis = cn_one_axis(from->axis);
    return cn_operation(&cn_operation_cross, &args, inputs, 2);
}

cn_tensor *cn_ops_corrcoef(cn_tensor *x)
{
    return cn_draw_1(&cn_operation_corrcoef, x);
}

cn_tensor *cn_ops_correlate(cn_tensor *a, cn_tensor *b, const char *mode)
{
    cn_operation_args args = cn_operation_defaults;
    cn_tensor *const inputs[] = {a, b};
    args.padding = mode == NULL ? "valid" : mode;
    return cn_operation(&cn_operation_correlate, &args, inputs, 2);
}

cn_tensor *cn_ops_norm_with(const cn_ops_norm_args *from)
{
    cn_operation_args args = cn_operation_defaults;
    args.low = from->ord;
    args.dtype = from->ord_name;
    args.keepdims = from->keepdims;
    if (from->axis[0] != CN_EVERY_AXIS)
        args.axis = cn_shape_of_axes(from->axis);
    return cn_operation(&cn_operation_norm, &args, &(cn_tensor *){from->x}, 1);
}
