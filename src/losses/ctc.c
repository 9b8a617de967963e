/* CTC: -log of the probability that a sequence of logits [N, T, C] reads as labels [N, L], with
 * blanks (class 0) between, as the op ctc has it. 0 also fills up short label rows. */
#include "losses/losses.h"

static cn_status check_shapes(const cn_shape *t, const cn_shape *q)
{
    CN_CHECK(t->rank == 2 && q->rank == 3 && t->dim[0] == q->dim[0] && t->dim[1] > 0,
             "ctc: labels of shape (N, L) and logits of shape (N, T, C) are needed, not %s and %s",
             cn_shape_str(t), cn_shape_str(q));
    return CN_OK;
}

static cn_value call(cn_program *p, const void *args, cn_value y_true, cn_value y_pred)
{
    (void)args;
    const cn_shape t = *cn_shape_of(p, y_true), q = *cn_shape_of(p, y_pred);
    cn_status status = check_shapes(&t, &q);
    if (status != CN_OK)
        return cn_program_fail(p, status);
    cn_value labels = cn_emit_cast(p, y_true, CN_INT32);
    cn_check_range_attributes range = {0, q.dim[2] - 1, "ctc", "label"};
    labels = cn_program_append(p, &cn_op_check_range, &range, &labels, 1);
    cn_value is_label = cn_emit_logical_not(p, cn_emit_equal_scalar(p, labels, 0));
    cn_value counts = cn_emit_sum(p, cn_emit_cast(p, is_label, CN_INT32), CN_AXES(1), false);
    cn_value steps = cn_emit_full(p, (double)q.dim[1], CN_INT32, CN_SHAPE(q.dim[0]));
    return cn_emit_ctc(p, cn_emit_log_softmax(p, y_pred, -1), labels, counts, steps, 0);
}

static const cn_loss_args defaults = {CN_CTC_DEFAULTS};

const cn_loss_class cn_loss_CTC = {
    .base = {CN_PLAIN_LOSS("CTC", defaults)},
    .call = call,
    CN_PLAIN_REDUCTION,
    .integer_labels = true,
};

const char *cn_ctc_with(const cn_loss_args *args)
{
    return cn_object_text(&cn_loss_CTC.base, args);
}
