/* What ctc and its gradient share: the sums over ways to spread labels over time, step by step. */
#ifndef CORNU_OPS_CTC_PATHS_H
#define CORNU_OPS_CTC_PATHS_H

#include "ops/ops.h"
#include "program/lowering.h"

/* Logarithms of probabilities x[N, T, C], labels[N, L], how many labels and steps of each row
 * count. */
typedef struct cn_ctc {
    const float *x;
    const int32_t *labels, *n_labels, *n_steps;
    int64_t n, t, c, l, blank;
    double *states; /* [T + 1, 2 L + 1], and as much as four of these rows */
} cn_ctc;

/* Keras's logarithm of 0. */
#define CN_CTC_NEVER (-1e5)

/* log(e^a + e^b) */
double cn_ctc_add(double a, double b);

/* From an instruction whose first four inputs these are. */
cn_ctc cn_ctc_of(const cn_lowering *lowering, const cn_instruction *instruction);
cn_scratch cn_ctc_scratch;

/* CN_INVALID if the first four inputs are no such arrays. */
cn_status cn_ctc_check(const void *attributes, const cn_type *inputs);

/* How many labels or steps of a row count. */
static inline int64_t cn_ctc_count(int32_t said, int64_t most)
{
    return said < 0 ? 0 : said > most ? most : said;
}

/* What a blank (L + 1) may follow at a step: a blank, or another label than the next one. */
double cn_ctc_before(const cn_ctc *c, int64_t row, const double *state, int64_t n);

/* Whether a label is the next one too: 1 or 0. */
static inline double cn_ctc_repeats(const cn_ctc *c, int64_t row, int64_t n)
{
    const int32_t *labels = c->labels + row * c->l;
    return n + 1 < c->l && labels[n] == labels[n + 1];
}

/* The states of one row after each step, and the logarithm of its probability. Each state has what
 * ended in a blank, by the number of labels before it (L + 1), and what ended in each label (L). */
cn_status cn_ctc_forward(const cn_ctc *c, int64_t row, double *probability);

/* The same as a plain recursion over doubles, for references. */
double cn_ctc_reference(const cn_reference_call *call, int64_t row);

#endif
