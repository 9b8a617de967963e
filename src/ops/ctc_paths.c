/* Sums over the ways in which labels can be spread over time with blanks between them. */
#include "ops/ctc_paths.h"

#include <inttypes.h>
#include <math.h>

double cn_ctc_add(double a, double b)
{
    return fmax(a, b) + log1p(exp(-fabs(a - b)));
}

cn_status cn_ctc_check(const void *attributes, const cn_type *inputs)
{
    const cn_shape *x = &inputs[0].shape, *labels = &inputs[1].shape;
    const int64_t blank = ((const cn_ctc_attributes *)attributes)->blank;
    CN_CHECK(inputs[0].dtype == CN_FLOAT32 && x->rank == 3,
             "takes logarithms of probabilities of shape (N, T, C), got %s %s",
             cn_dtype_name(inputs[0].dtype), cn_shape_str(x));
    CN_CHECK(labels->rank == 2 && labels->dim[0] == x->dim[0],
             "labels of shape (N, L) are needed, not %s with %s", cn_shape_str(labels),
             cn_shape_str(x));
    for (int i = 1; i < 4; i++)
        CN_CHECK(inputs[i].dtype == CN_INT32, "labels and lengths are int32, not %s",
                 cn_dtype_name(inputs[i].dtype));
    for (int i = 2; i < 4; i++)
        CN_CHECK(inputs[i].shape.rank == 1 && inputs[i].shape.dim[0] == x->dim[0],
                 "a length for each of %s is needed, not %s", cn_shape_str(x),
                 cn_shape_str(&inputs[i].shape));
    CN_CHECK(blank >= 0 && blank < x->dim[2], "class %" PRId64 " of the blank is not one of %s",
             blank, cn_shape_str(x));
    return CN_OK;
}

cn_ctc cn_ctc_of(const cn_lowering *lowering, const cn_instruction *instruction)
{
    const cn_shape *x = cn_shape_of(lowering->program, instruction->inputs[0]);
    const cn_shape *labels = cn_shape_of(lowering->program, instruction->inputs[1]);
    return (cn_ctc){.x = cn_address(lowering, instruction->inputs[0]),
                    .labels = cn_address(lowering, instruction->inputs[1]),
                    .n_labels = cn_address(lowering, instruction->inputs[2]),
                    .n_steps = cn_address(lowering, instruction->inputs[3]),
                    .n = x->dim[0],
                    .t = x->dim[1],
                    .c = x->dim[2],
                    .l = labels->dim[1],
                    .blank = ((const cn_ctc_attributes *)instruction->attributes)->blank,
                    .states = lowering->scratch};
}

size_t cn_ctc_scratch(const cn_program *program, const cn_instruction *instruction)
{
    const int64_t steps = cn_shape_of(program, instruction->inputs[0])->dim[1],
                  labels = cn_shape_of(program, instruction->inputs[1])->dim[1];
    return (size_t)((steps + 5) * (2 * labels + 1)) * sizeof(double);
}

double cn_ctc_before(const cn_ctc *c, int64_t row, const double *state, int64_t n)
{
    const double *label = state + c->l + 1;
    return n == 0
               ? state[0]
               : cn_ctc_add(state[n], label[n - 1] + CN_CTC_NEVER * cn_ctc_repeats(c, row, n - 1));
}

/* One step: logarithms x[C] of what is read. */
static void step(const cn_ctc *c, int64_t row, const float *x, const double *state, double *next)
{
    const double *label = state + c->l + 1, blank = (double)x[c->blank];
    double *next_label = next + c->l + 1;
    for (int64_t n = 0; n <= c->l; n++) {
        const double before = cn_ctc_before(c, row, state, n);
        next[n] = before + blank;
        if (n > 0)
            next[n] = cn_ctc_add(next[n], label[n - 1] + blank +
                                              CN_CTC_NEVER * (1 - cn_ctc_repeats(c, row, n - 1)));
        if (n < cn_ctc_count(c->n_labels[row], c->l))
            next_label[n] = cn_ctc_add(before, label[n]) + (double)x[c->labels[row * c->l + n]];
        else if (n < c->l)
            next_label[n] = CN_CTC_NEVER;
    }
}

cn_status cn_ctc_forward(const cn_ctc *c, int64_t row, double *probability)
{
    const int64_t width = 2 * c->l + 1, n = cn_ctc_count(c->n_labels[row], c->l),
                  steps = cn_ctc_count(c->n_steps[row], c->t);
    for (int64_t i = 0; i < n; i++) {
        const int32_t label = c->labels[row * c->l + i];
        CN_CHECK(label >= 0 && label < c->c,
                 "ctc: label %" PRId64 " of row %" PRId64 " is %d, not one of %" PRId64 " classes",
                 i, row, (int)label, c->c);
    }
    for (int64_t i = 0; i < width; i++)
        c->states[i] = i == 0 ? 0 : CN_CTC_NEVER;
    for (int64_t t = 0; t < steps; t++)
        step(c, row, c->x + (row * c->t + t) * c->c, c->states + t * width,
             c->states + (t + 1) * width);
    const double *last = c->states + steps * width;
    *probability = n == 0 ? last[0] : cn_ctc_add(last[n], last[c->l + n]);
    return CN_OK;
}

/* ---- reference ------------------------------------------------------------------------------- */

static double log_of_label(const cn_reference_call *call, int64_t row, int64_t t, int64_t n);

static bool is_next(const cn_reference_call *call, int64_t row, int64_t n)
{
    const int64_t l = call->input_types[1].shape.dim[1];
    const double *labels = call->inputs[1] + row * l;
    return n + 1 < l && !(labels[n] < labels[n + 1]) && !(labels[n] > labels[n + 1]);
}

static double read_at(const cn_reference_call *call, int64_t row, int64_t t, int64_t class)
{
    const cn_shape *x = &call->input_types[0].shape;
    return call->inputs[0][(row * x->dim[1] + t) * x->dim[2] + class];
}

static double log_of_blank(const cn_reference_call *call, int64_t row, int64_t t, int64_t n);

static double log_before(const cn_reference_call *call, int64_t row, int64_t t, int64_t n)
{
    const double blank = log_of_blank(call, row, t, n);
    if (n == 0)
        return blank;
    const double never = is_next(call, row, n - 1) ? CN_CTC_NEVER : 0;
    return cn_ctc_add(blank, log_of_label(call, row, t, n - 1) + never);
}

static double log_of_blank(const cn_reference_call *call, int64_t row, int64_t t, int64_t n)
{
    if (t == 0)
        return n == 0 ? 0 : CN_CTC_NEVER;
    const double blank =
        read_at(call, row, t - 1, ((const cn_ctc_attributes *)call->attributes)->blank);
    const double before = log_before(call, row, t - 1, n) + blank;
    if (n == 0)
        return before;
    const double never = is_next(call, row, n - 1) ? 0 : CN_CTC_NEVER;
    return cn_ctc_add(before, log_of_label(call, row, t - 1, n - 1) + blank + never);
}

static double log_of_label(const cn_reference_call *call, int64_t row, int64_t t, int64_t n)
{
    const int64_t l = call->input_types[1].shape.dim[1];
    if (t == 0)
        return CN_CTC_NEVER;
    const double sum =
        cn_ctc_add(log_before(call, row, t - 1, n), log_of_label(call, row, t - 1, n));
    return sum + read_at(call, row, t - 1, (int64_t)call->inputs[1][row * l + n]);
}

double cn_ctc_reference(const cn_reference_call *call, int64_t row)
{
    const int64_t n =
        cn_ctc_count((int32_t)call->inputs[2][row], call->input_types[1].shape.dim[1]);
    const int64_t t =
        cn_ctc_count((int32_t)call->inputs[3][row], call->input_types[0].shape.dim[1]);
    const double blank = log_of_blank(call, row, t, n);
    return n == 0 ? blank : cn_ctc_add(blank, log_of_label(call, row, t, n - 1));
}
