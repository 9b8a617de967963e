/* Circle: softplus(logsumexp of a(i, j) over j of i's class + logsumexp of b(i, j) over the
 * others), with the distance d(i, j) = max(1 - cosine, 0) of two embeddings, a = gamma (margin +
 * d)(d - margin), and b = gamma max(1 + margin - d, 0)(1 - margin - d). Sun et al., Circle Loss
 * (2020). */
#include "losses/losses.h"

/* Far below every exponent, but finite, so that rows without any partner have gradient 0. */
static const double never = -1e30;

/* 1 - the products of all pairs of rows, at least 0: [N, N]. */
static cn_value emit_distances(cn_program *p, cn_value embeddings)
{
    cn_value cosines = cn_emit_matmul_transposed(p, embeddings, false, embeddings, true);
    return cn_emit_maximum_scalar(p, cn_emit_subtract_from(p, 1, cosines), 0);
}

static cn_value emit_positive(cn_program *p, const cn_circle_args *args, cn_value d)
{
    cn_value weight =
        cn_emit_multiply_scalar(p, cn_emit_add_scalar(p, d, args->margin), args->gamma);
    return cn_emit_multiply(p, weight, cn_emit_add_scalar(p, d, -args->margin));
}

static cn_value emit_negative(cn_program *p, const cn_circle_args *args, cn_value d)
{
    cn_value weight = cn_emit_maximum_scalar(p, cn_emit_subtract_from(p, 1 + args->margin, d), 0);
    cn_value rest = cn_emit_subtract_from(p, 1 - args->margin, d);
    return cn_emit_multiply(p, cn_emit_multiply_scalar(p, weight, args->gamma), rest);
}

static cn_value emit_log_sum(cn_program *p, cn_value mask, cn_value exponents)
{
    cn_value chosen = cn_emit_where(p, mask, exponents, cn_emit_scalar(p, never));
    return cn_emit_logsumexp(p, chosen, CN_AXES(1), false);
}

/* Labels: [N], or [N, 1]. */
static cn_value emit_flat_labels(cn_program *p, cn_value y_true, cn_value y_pred)
{
    const cn_shape *t = cn_shape_of(p, y_true), *e = cn_shape_of(p, y_pred);
    if (e->rank == 2 && t->rank >= 1 && t->rank <= 2 && cn_shape_size(t) == e->dim[0])
        return cn_emit_reshape(p, cn_emit_cast(p, y_true, CN_INT32), CN_SHAPE(e->dim[0]));
    return cn_program_fail(
        p,
        cn_fail(
            CN_INVALID,
            "circle: embeddings of shape (N, D) and labels of shape (N,) are needed, not %s and %s",
            cn_shape_str(e), cn_shape_str(t)));
}

static cn_value call(cn_program *p, const void *arguments, cn_value y_true, cn_value y_pred)
{
    const cn_circle_args *args = arguments;
    cn_value labels = emit_flat_labels(p, y_true, y_pred), d = emit_distances(p, y_pred);
    if (labels == CN_NO_VALUE)
        return labels;
    int64_t n = cn_shape_of(p, labels)->dim[0];
    cn_value same = cn_emit_equal(p, cn_emit_expand_dims(p, labels, 1), labels), positive = same;
    cn_value beside =
        cn_emit_not_equal(p, cn_emit_iota(p, CN_SHAPE(n, 1), 0), cn_emit_iota(p, CN_SHAPE(n), 0));
    if (args->remove_diagonal)
        positive = cn_emit_logical_and(p, same, beside);
    cn_value near = emit_log_sum(p, positive, emit_positive(p, args, d));
    cn_value far = emit_log_sum(p, cn_emit_logical_not(p, same), emit_negative(p, args, d));
    return cn_emit_softplus(p, cn_emit_add(p, near, far));
}

/* Rows whose loss is 0 are left out of the mean. */
static cn_value valid(cn_program *p, const void *args, cn_value y_true, cn_value values)
{
    (void)args, (void)y_true;
    return cn_emit_greater_scalar(p, values, 0);
}

static cn_status check(const void *arguments)
{
    const cn_circle_args *args = arguments;
    CN_CHECK(args->margin >= 0 && args->margin <= 1,
             "circle: margin must be between 0 and 1, not %g", args->margin);
    return cn_check_reduction(args->name, args->reduction);
}

static const cn_field fields[] = {
    CN_LOSS_FIELDS(cn_circle_args),
    CN_FIELD(cn_circle_args, gamma, CN_FIELD_REAL, 0),
    CN_FIELD(cn_circle_args, margin, CN_FIELD_REAL, 0),
    CN_FIELD(cn_circle_args, remove_diagonal, CN_FIELD_BOOL, 0),
    CN_END_FIELDS,
};

static const cn_circle_args defaults = {CN_CIRCLE_DEFAULTS};

const cn_loss_class cn_loss_Circle = {
    .base = {CN_LOSS("Circle", fields, defaults, check)},
    .call = call,
    .reduction_offset = offsetof(cn_circle_args, reduction),
    .integer_labels = true,
    .valid = valid,
};

const char *cn_circle_with(const cn_circle_args *args)
{
    return cn_object_text(&cn_loss_Circle.base, args);
}
