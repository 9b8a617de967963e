/* Emitting products, softmax and its relatives, and looking up rows. */
#include "ops/emit.h"

/* ---- products -------------------------------------------------------------------------------- */

/* Brings the leading axes of a product's operands to one shape, unless B is one matrix for all of
 * A's. */
static void broadcast_leading(cn_program *p, cn_value *a, cn_value *b)
{
    cn_shape left = *cn_shape_of(p, *a), right = *cn_shape_of(p, *b), leading;
    if (right.rank <= 2)
        return;
    int64_t m = left.dim[left.rank - 2], n = left.dim[left.rank - 1];
    int64_t k = right.dim[right.rank - 2], l = right.dim[right.rank - 1];
    left.rank -= 2;
    right.rank -= 2;
    if (cn_shape_equal(&left, &right) || cn_shape_broadcast(&left, &right, &leading) != CN_OK)
        return; /* where they do not fit, infer says it */
    left = right = leading;
    left.rank = right.rank = leading.rank + 2;
    left.dim[left.rank - 2] = m;
    left.dim[left.rank - 1] = n;
    right.dim[right.rank - 2] = k;
    right.dim[right.rank - 1] = l;
    *a = cn_emit_broadcast_to(p, *a, left);
    *b = cn_emit_broadcast_to(p, *b, right);
}

cn_value cn_emit_matmul_transposed(cn_program *p, cn_value a, bool transpose_a, cn_value b,
                                   bool transpose_b)
{
    if (a == CN_NO_VALUE || b == CN_NO_VALUE)
        return CN_NO_VALUE;
    if (cn_shape_of(p, a)->rank >= 2 && cn_shape_of(p, b)->rank >= 2)
        broadcast_leading(p, &a, &b);
    cn_value operands[2] = {a, b};
    cn_matmul_attributes attributes = {transpose_a, transpose_b, {0}};
    return b == CN_NO_VALUE ? b : cn_program_append(p, &cn_op_matmul, &attributes, operands, 2);
}

cn_value cn_emit_matmul_rows(cn_program *p, cn_value a, bool transpose_a, cn_value b,
                             bool transpose_b, cn_value indices)
{
    if (a == CN_NO_VALUE || b == CN_NO_VALUE || indices == CN_NO_VALUE)
        return CN_NO_VALUE;
    const cn_value operands[] = {a, b, indices};
    const cn_matmul_attributes attributes = {transpose_a, transpose_b, {0}};
    return cn_program_append(p, &cn_op_matmul_rows, &attributes, operands, 3);
}

cn_value cn_emit_matmul(cn_program *p, cn_value a, cn_value b)
{
    if (a == CN_NO_VALUE || b == CN_NO_VALUE)
        return CN_NO_VALUE;
    const bool row = cn_shape_of(p, a)->rank == 1, column = cn_shape_of(p, b)->rank == 1;
    a = row ? cn_emit_expand_dims(p, cn_emit_cast(p, a, CN_FLOAT32), 0)
            : cn_emit_cast(p, a, CN_FLOAT32);
    b = column ? cn_emit_expand_dims(p, cn_emit_cast(p, b, CN_FLOAT32), 1)
               : cn_emit_cast(p, b, CN_FLOAT32);
    cn_value product = cn_emit_matmul_transposed(p, a, false, b, false);
    if (column)
        product = cn_emit_squeeze(p, product, -1);
    return row ? cn_emit_squeeze(p, product, column ? -1 : -2) : product;
}

/* ---- along one axis -------------------------------------------------------------------------- */

/* An op that works along the last axis, applied along any. */
static cn_value along_axis(cn_program *p, const cn_op *op, const void *attributes, cn_value a,
                           int64_t axis)
{
    a = cn_emit_swap_axes(p, cn_emit_cast(p, a, CN_FLOAT32), axis, -1);
    if (a != CN_NO_VALUE)
        a = cn_program_append(p, op, attributes, &a, 1);
    return cn_emit_swap_axes(p, a, axis, -1);
}

cn_value cn_emit_softmax(cn_program *p, cn_value a, int64_t axis)
{
    return along_axis(p, &cn_op_softmax, &(cn_softmax_attributes){false}, a, axis);
}

cn_value cn_emit_log_softmax(cn_program *p, cn_value a, int64_t axis)
{
    return along_axis(p, &cn_op_softmax, &(cn_softmax_attributes){true}, a, axis);
}

cn_value cn_emit_sparsemax(cn_program *p, cn_value a, int64_t axis)
{
    return along_axis(p, &cn_op_sparsemax, NULL, a, axis);
}

/* The square of epsilon under the root: the same value, and a gradient of 0 rather than NaN at 0.
 */
cn_value cn_emit_l2_normalize(cn_program *p, cn_value a, cn_shape axes, double epsilon)
{
    a = cn_emit_cast(p, a, CN_FLOAT32);
    cn_value squares = cn_emit_sum(p, cn_emit_square(p, a), axes, true);
    return cn_emit_multiply(
        p, a, cn_emit_rsqrt(p, cn_emit_maximum_scalar(p, squares, epsilon * epsilon)));
}

/* ---- rows ------------------------------------------------------------------------------------ */

cn_value cn_emit_gather(cn_program *p, cn_value table, cn_value indices)
{
    cn_value operands[2] = {table, cn_emit_cast(p, indices, CN_INT32)};
    if (table == CN_NO_VALUE || operands[1] == CN_NO_VALUE)
        return CN_NO_VALUE;
    return cn_program_append(p, &cn_op_gather, NULL, operands, 2);
}

cn_value cn_emit_gather_windows(cn_program *p, cn_value table, cn_value indices,
                                const cn_windows_attributes *attributes)
{
    cn_value operands[2] = {table, cn_emit_cast(p, indices, CN_INT32)};
    if (table == CN_NO_VALUE || operands[1] == CN_NO_VALUE)
        return CN_NO_VALUE;
    return cn_program_append(p, &cn_op_gather_windows, attributes, operands, 2);
}

cn_value cn_emit_one_hot(cn_program *p, cn_value labels, int64_t n)
{
    cn_value apart = cn_emit_expand_dims(p, labels, -1);
    return cn_emit_cast(p, cn_emit_equal(p, apart, cn_emit_iota(p, CN_SHAPE(n), 0)), CN_FLOAT32);
}
