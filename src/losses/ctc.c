/* CTC: -log of the probability that a sequence of logits [N, T, C] reads as labels [N, L]: the
 * sum over all ways to spread the labels over time, with blanks (class 0) between and
 * repetitions. 0 also fills up short label rows. Graves et al., Connectionist Temporal
 * Classification (2006). */
#include "losses/losses.h"

/* Keras's logarithm of 0. */
static const double log_zero = -1e5;

/* Logarithms of probabilities so far: blank[N, L + 1], the last thing read is a blank and so many
 * labels came before; label[N, L], the last thing read is this label. */
typedef struct ctc {
    cn_program *p;
    int64_t n, length; /* L */
    cn_value blank, label;
    cn_value repeated,
        fresh; /* [N, L]: log_zero where the next label is the same, and where it is another */
} ctc;

/* log(e^a + e^b) */
static cn_value emit_log_add(cn_program *p, cn_value a, cn_value b)
{
    cn_value distance = cn_emit_absolute(p, cn_emit_subtract(p, a, b));
    return cn_emit_add(p, cn_emit_maximum(p, a, b),
                       cn_emit_softplus(p, cn_emit_negative(p, distance)));
}

/* Adds what comes from the labels to all blanks but the first. */
static cn_value emit_into_blanks(ctc *c, cn_value blank, cn_value added)
{
    cn_value first = cn_emit_slice_axis(c->p, blank, 1, 0, 1);
    cn_value rest = emit_log_add(c->p, cn_emit_slice_axis(c->p, blank, 1, 1, c->length), added);
    return cn_emit_concatenate(c->p, (cn_value[]){first, rest}, 2, 1);
}

/* One step of time: log probabilities of a blank [N, 1] and of each label [N, L]. */
static void emit_step(ctc *c, cn_value of_blank, cn_value of_label)
{
    cn_program *p = c->p;
    cn_value before = emit_into_blanks(c, c->blank, cn_emit_add(p, c->label, c->repeated));
    cn_value from_blank = cn_emit_slice_axis(p, before, 1, 0, c->length);
    cn_value label = cn_emit_add(p, emit_log_add(p, from_blank, c->label), of_label);
    cn_value ended = cn_emit_add(p, cn_emit_add(p, c->label, of_blank), c->fresh);
    c->blank = emit_into_blanks(c, cn_emit_add(p, before, of_blank), ended);
    c->label = label;
}

/* Where a label is followed by itself a blank has to come between. */
static void emit_repetitions(ctc *c, cn_value labels)
{
    cn_program *p = c->p;
    cn_value behind = cn_emit_full(p, -1, CN_INT32, CN_SHAPE(c->n, 1)); /* nothing is like it */
    if (c->length > 1) {
        cn_value shifted = cn_emit_slice_axis(p, labels, 1, 1, c->length - 1);
        behind = cn_emit_concatenate(p, (cn_value[]){shifted, behind}, 2, 1);
    }
    cn_value same = cn_emit_cast(p, cn_emit_equal(p, labels, behind), CN_FLOAT32);
    c->repeated = cn_emit_multiply_scalar(p, same, log_zero);
    c->fresh = cn_emit_subtract_from(p, log_zero, c->repeated);
}

/* At the beginning no label has been read, for certain. */
static void emit_start(ctc *c)
{
    cn_value first = cn_emit_full(c->p, 0, CN_FLOAT32, CN_SHAPE(c->n, 1));
    c->label = cn_emit_full(c->p, log_zero, CN_FLOAT32, CN_SHAPE(c->n, c->length));
    c->blank = cn_emit_concatenate(c->p, (cn_value[]){first, c->label}, 2, 1);
}

static void emit_all_steps(ctc *c, cn_value labels, cn_value y_pred)
{
    cn_program *p = c->p;
    const cn_shape shape = *cn_shape_of(p, y_pred);
    cn_value logarithms = cn_emit_log_softmax(p, y_pred, -1);
    cn_value of_labels = cn_emit_matmul_transposed(p, logarithms, false,
                                                   cn_emit_one_hot(p, labels, shape.dim[2]), true);
    cn_value of_blanks = cn_emit_slice_axis(p, logarithms, 2, 0, 1);
    for (int64_t t = 0; t < shape.dim[1]; t++)
        emit_step(c, cn_emit_squeeze(p, cn_emit_slice_axis(p, of_blanks, 1, t, 1), 1),
                  cn_emit_squeeze(p, cn_emit_slice_axis(p, of_labels, 1, t, 1), 1));
}

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
    ctc c = {.p = p, .n = t.dim[0], .length = t.dim[1]};
    emit_repetitions(&c, labels);
    emit_start(&c);
    emit_all_steps(&c, labels, y_pred);
    cn_value ends = emit_into_blanks(&c, c.blank, c.label);
    cn_value is_label = cn_emit_logical_not(p, cn_emit_equal_scalar(p, labels, 0));
    cn_value counts = cn_emit_sum(p, cn_emit_cast(p, is_label, CN_INT32), CN_AXES(1), false);
    return cn_emit_negative(p, cn_emit_pick(p, ends, counts, 1));
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
