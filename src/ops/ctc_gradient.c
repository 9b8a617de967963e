/* ctc_gradient: dx[N, T, C] of ctc for dy[N]: -dy times the share that ways through a class at a
 * step have of the probability, counted from the last step to the first. No gradient of its own. */
#include "ops/ctc_paths.h"
#include "ops/samples.h"

#include <math.h>
#include <string.h>

static cn_status infer(const void *attributes, const cn_type *inputs, int64_t n_inputs,
                       cn_type *outputs)
{
    (void)n_inputs;
    CN_TRY(cn_ctc_check(attributes, inputs));
    CN_CHECK(inputs[4].dtype == CN_FLOAT32 && inputs[4].shape.rank == 1 &&
                 inputs[4].shape.dim[0] == inputs[0].shape.dim[0],
             "a gradient for each of %s is needed, not %s", cn_shape_str(&inputs[0].shape),
             cn_shape_str(&inputs[4].shape));
    outputs[0] = (cn_type){CN_FLOAT32, inputs[0].shape};
    return CN_OK;
}

struct call {
    cn_ctc ctc;
    const float *dy;
    float *dx;
};

/* The shares of what came before one step: to[] from shares[] of the state behind it. */
static void step_back(const cn_ctc *c, int64_t row, int64_t t, const double *shares, double *to,
                      float *dx, double dy)
{
    const int64_t width = 2 * c->l + 1, used = cn_ctc_count(c->n_labels[row], c->l);
    const float *x = c->x + (row * c->t + t) * c->c;
    const double *state = c->states + t * width, *next = state + width, blank = (double)x[c->blank];
    const double *label = state + c->l + 1, *next_label = next + c->l + 1;
    double *to_label = to + c->l + 1;
    for (int64_t i = 0; i < width; i++)
        to[i] = 0;
    for (int64_t n = 0; n <= used; n++) {
        const double before = cn_ctc_before(c, row, state, n);
        const double repeats = n > 0 ? cn_ctc_repeats(c, row, n - 1) : 0;
        double share = shares[n] * exp(before + blank - next[n]);
        dx[c->blank] -= (float)(dy * shares[n]);
        if (n > 0)
            to_label[n - 1] += shares[n] *
                               exp(label[n - 1] + blank + CN_CTC_NEVER * (1 - repeats) - next[n]);
        if (n < used) {
            const int32_t class = c->labels[row * c->l + n];
            const double own = shares[c->l + 1 + n], read = next_label[n] - (double)x[class];
            share += own * exp(before - read);
            to_label[n] += own * exp(label[n] - read);
            dx[class] -= (float)(dy * own);
        }
        to[n] += share * exp(state[n] - before);
        if (n > 0)
            to_label[n - 1] += share * exp(label[n - 1] + CN_CTC_NEVER * repeats - before);
    }
}

static cn_status run_row(const struct call *c, int64_t row)
{
    const cn_ctc *ctc = &c->ctc;
    const int64_t width = 2 * ctc->l + 1, n = cn_ctc_count(ctc->n_labels[row], ctc->l),
                  steps = cn_ctc_count(ctc->n_steps[row], ctc->t);
    double *shares = ctc->states + (ctc->t + 1) * width, *other = shares + width, probability;
    CN_TRY(cn_ctc_forward(ctc, row, &probability));
    const double *last = ctc->states + steps * width;
    for (int64_t i = 0; i < width; i++)
        shares[i] = 0;
    shares[n] = exp(last[n] - probability);
    if (n > 0)
        shares[ctc->l + n] = exp(last[ctc->l + n] - probability);
    for (int64_t t = steps - 1; t >= 0; t--) {
        step_back(ctc, row, t, shares, other, c->dx + (row * ctc->t + t) * ctc->c,
                  (double)c->dy[row]);
        double *exchanged = shares;
        shares = other;
        other = exchanged;
    }
    return CN_OK;
}

static cn_status run(const void *arguments)
{
    const struct call *c = arguments;
    memset(c->dx, 0, (size_t)(c->ctc.n * c->ctc.t * c->ctc.c) * sizeof *c->dx);
    for (int64_t i = 0; i < c->ctc.n; i++)
        CN_TRY(run_row(c, i));
    return CN_OK;
}

static cn_status lower(cn_lowering *lowering, const cn_instruction *instruction)
{
    const struct call call = {cn_ctc_of(lowering, instruction),
                              cn_address(lowering, instruction->inputs[4]),
                              cn_address(lowering, instruction->output)};
    return cn_plan_add(lowering->plan, instruction->op->name, run, &call, sizeof call);
}

/* By differences. */
static void reference(const cn_reference_call *call)
{
    const cn_shape *x = &call->input_types[0].shape;
    const int64_t size = cn_shape_size(x), of_row = x->dim[1] * x->dim[2];
    const double step = 1e-4;
    double *numbers = (double *)(uintptr_t)call->inputs[0];
    for (int64_t i = 0; i < size; i++) {
        const double number = numbers[i];
        numbers[i] = number - step;
        const double below = cn_ctc_reference(call, i / of_row);
        numbers[i] = number + step;
        const double above = cn_ctc_reference(call, i / of_row);
        numbers[i] = number;
        call->outputs[0][i] = call->inputs[4][i / of_row] * (below - above) / (2 * step);
    }
}

static const cn_field fields[] = {CN_FIELD(cn_ctc_attributes, blank, CN_FIELD_INT, 0),
                                  CN_END_FIELDS};

#define WHOLE(...)                                                                                 \
    {                                                                                              \
        .shape = CN_DIMS(__VA_ARGS__), .dtype = CN_INT32                                           \
    }
static const cn_ctc_attributes first = {0}, second = {1};
static const cn_sample_input few[] = {CN_SAMPLE_KEEP(3, 4, 5), WHOLE(3, 2), WHOLE(3), WHOLE(3),
                                      CN_SAMPLE_KEEP(3)},
                             short_ones[] = {CN_SAMPLE_KEEP(5, 2, 4), WHOLE(5, 3), WHOLE(5),
                                             WHOLE(5), CN_SAMPLE_KEEP(5)};
static const cn_sample samples[] = {
    {.inputs = few, .n_inputs = 5, .low = 0, .high = 4, .attributes = &first},
    {.inputs = short_ones, .n_inputs = 5, .low = 0, .high = 3, .attributes = &second},
};

const cn_op cn_op_ctc_gradient = {
    .name = "ctc_gradient",
    .min_inputs = 5,
    .max_inputs = 5,
    .n_outputs = 1,
    .fields = fields,
    .attributes_size = sizeof(cn_ctc_attributes),
    .infer = infer,
    .lower = lower,
    .scratch = cn_ctc_scratch,
    .reference = reference,
    CN_SAMPLES(samples),
};
