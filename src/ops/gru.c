/* gru: Keras's GRU cell over a whole sequence. From xw [T,N,3U] = x W + b, the kernel U_r [U,3U], a
 * recurrent bias b_r [3U] (optional, with reset_after), h0 [N,U], mask [T,N] and keep [3,N,U] (both
 * optional), with f the recurrent activation: z, r = f(xw + h U_r + b_r); with reset_after g =
 * act(xw + r (h U_r + b_r)), otherwise g = act(xw + (r h) U_r); h' = z h + (1 - z) g. Outputs: hs
 * [T,N,U], h_last [N,U]; saved for gru_gradient: the gates [T,N,3U] z, r, g, and inner [T,N,U],
 * which is g's h U_r + b_r, or r h keep; both are 0 where the mask is false. No gradient flows into
 * keep. */
#include "ops/recurrent.h"

enum { XW, KERNEL, BIAS, H0, MASK, KEEP, INPUTS };
enum { HS, H_LAST, GATE_VALUES, INNER, OUTPUTS };
enum { GATES = 3 };

static const cn_recurrent_operand operands[] = {
    [XW] = CN_RECURRENT_OPERAND(GATES, xw),     [KERNEL] = CN_RECURRENT_OPERAND(KERNEL, kernel),
    [BIAS] = CN_RECURRENT_OPTIONAL(BIAS, bias), [H0] = CN_RECURRENT_OPERAND(STATE, h0),
    [MASK] = CN_RECURRENT_OPTIONAL(MASK, mask), [KEEP] = CN_RECURRENT_OPTIONAL(KEEP, keep),
};

static const cn_recurrent_operand results[] = {
    [HS] = CN_RECURRENT_OPERAND(STATES, hs),
    [H_LAST] = CN_RECURRENT_OPERAND(STATE, h_last),
    [GATE_VALUES] = CN_RECURRENT_OPERAND(GATES, gates),
    [INNER] = CN_RECURRENT_OPERAND(STATES, inner),
};

static const cn_recurrent_signature signature = {
    .gate_count = GATES,
    .sequence = XW,
    .kernel = KERNEL,
    .n_inputs = INPUTS,
    .n_outputs = OUTPUTS,
    .inputs = operands,
    .outputs = results,
};

static cn_status infer(const void *attributes, const cn_type *inputs, int64_t n_inputs,
                       cn_type *outputs)
{
    (void)n_inputs;
    const cn_recurrent_attributes *gru = attributes;
    CN_CHECK(gru->reset_after || inputs[BIAS].shape.rank == 0,
             "it has a recurrent bias only with reset_after");
    return cn_recurrent_infer(&signature, attributes, inputs, outputs);
}

static void gradient(cn_program *p, const cn_instruction *i, const cn_value *d, cn_value *inputs)
{
    if (d[HS] == CN_NO_VALUE && d[H_LAST] == CN_NO_VALUE)
        return;
    const cn_value of_gradient[] = {i->inputs[KERNEL], i->inputs[H0],  i->inputs[MASK],
                                    i->inputs[KEEP],   i->output + HS, i->output + GATE_VALUES,
                                    i->output + INNER, d[HS],          d[H_LAST]};
    const cn_value first = cn_program_append(p, &cn_op_gru_gradient, i->attributes, of_gradient,
                                             sizeof of_gradient / sizeof *of_gradient);
    if (first == CN_NO_VALUE)
        return;
    inputs[XW] = first;
    inputs[KERNEL] = first + 1;
    inputs[H0] = first + 2;
    inputs[BIAS] = i->inputs[BIAS] == CN_NO_VALUE ? CN_NO_VALUE : first + 3;
}

static size_t scratch(const cn_program *p, const cn_instruction *i)
{
    const cn_recurrent call = cn_recurrent_describe(p, i, &signature);
    return cn_recurrent_scratch(&call);
}

static cn_status run(const void *arguments)
{
    cn_gru_run(arguments);
    return CN_OK;
}

static cn_status lower(cn_lowering *lowering, const cn_instruction *i)
{
    return cn_recurrent_lower(lowering, i, &signature, run);
}

/* ---- reference ------------------------------------------------------------------------------- */

/* A row of one step. */
typedef struct place {
    const cn_reference_call *call;
    cn_reference_product product;
    const double *xw;
    double *h, *gates, *inner;
} place;

/* Gates z and r, and inner. */
static void make_gates(const place *p, int64_t units)
{
    const cn_recurrent_attributes *a = p->call->attributes;
    const double *bias = p->call->inputs[BIAS];
    for (int64_t j = 0; j < 2 * units; j++) {
        const double x = p->xw[j] + cn_reference_column(&p->product, p->h, j);
        p->gates[j] = cn_squash_value(a->recurrent_activation, x + (bias == NULL ? 0 : bias[j]));
    }
    for (int64_t u = 0; u < units; u++)
        p->inner[u] = a->reset_after
                          ? cn_reference_column(&p->product, p->h, 2 * units + u) +
                                (bias == NULL ? 0 : bias[2 * units + u])
                          : p->gates[units + u] * p->h[u] * cn_reference_keep(&p->product, 2, u);
}

static void make_state(const place *p, int64_t units)
{
    const cn_recurrent_attributes *a = p->call->attributes;
    cn_reference_product inner = p->product;
    inner.keep = NULL;
    for (int64_t u = 0; u < units; u++) {
        const double z = p->gates[u], r = p->gates[units + u];
        const double product =
            a->reset_after ? r * p->inner[u] : cn_reference_column(&inner, p->inner, 2 * units + u);
        const double g = cn_squash_value(a->activation, p->xw[2 * units + u] + product);
        p->gates[2 * units + u] = g;
        p->h[u] = z * p->h[u] + (1 - z) * g;
    }
}

static void step(const cn_reference_call *call, const cn_recurrent_sizes *s, int64_t t, int64_t row)
{
    const int64_t units = s->units, at = t * s->batch + row;
    const place p = {.call = call,
                     .product = {call->inputs[KERNEL], call->inputs[KEEP], row, s},
                     .xw = call->inputs[XW] + at * GATES * units,
                     .h = call->outputs[H_LAST] + row * units,
                     .gates = call->outputs[GATE_VALUES] + at * GATES * units,
                     .inner = call->outputs[INNER] + at * units};
    const bool active = call->inputs[MASK] == NULL || call->inputs[MASK][at] != 0;
    for (int64_t j = 0; j < GATES * units; j++)
        p.gates[j] = p.inner[j % units] = 0;
    if (active) {
        make_gates(&p, units);
        make_state(&p, units);
    }
    for (int64_t u = 0; u < units; u++)
        call->outputs[HS][at * units + u] = p.h[u];
}

static void reference(const cn_reference_call *call)
{
    const cn_recurrent_sizes s =
        cn_recurrent_sizes_of(&call->input_types[XW], &call->input_types[KERNEL]);
    for (int64_t i = 0; i < s.batch * s.units; i++)
        call->outputs[H_LAST][i] = call->inputs[H0][i];
    for (int64_t i = 0; i < s.steps; i++)
        for (int64_t row = 0; row < s.batch; row++)
            step(call, &s, cn_reference_step(call, s.steps, i, false), row);
}

/* ---- samples --------------------------------------------------------------------------------- */

#define OPERANDS(t, n, u)                                                                          \
    CN_SAMPLE_F32(t, n, 3 * (u)), CN_SAMPLE_F32(u, 3 * (u)), CN_SAMPLE_F32(3 * (u)),               \
        CN_SAMPLE_F32(n, u)
#define UNBIASED(t, n, u)                                                                          \
    CN_SAMPLE_F32(t, n, 3 * (u)), CN_SAMPLE_F32(u, 3 * (u)), CN_SAMPLE_NONE, CN_SAMPLE_F32(n, u)

static const cn_sample_input plain[] = {OPERANDS(3, 2, 5), CN_SAMPLE_NONE, CN_SAMPLE_NONE},
                             unbiased[] = {UNBIASED(3, 2, 5), CN_SAMPLE_NONE, CN_SAMPLE_NONE},
                             masked[] = {OPERANDS(5, 3, 4), CN_SAMPLE_MASK(5, 3), CN_SAMPLE_NONE},
                             masked_unbiased[] = {UNBIASED(5, 3, 4), CN_SAMPLE_MASK(5, 3),
                                                  CN_SAMPLE_NONE},
                             both[] = {OPERANDS(4, 3, 3), CN_SAMPLE_MASK(4, 3),
                                       CN_SAMPLE_KEEP(3, 3, 3)},
                             both_unbiased[] = {UNBIASED(4, 3, 17), CN_SAMPLE_MASK(4, 3),
                                                CN_SAMPLE_KEEP(3, 3, 17)},
                             single[] = {OPERANDS(1, 1, 16), CN_SAMPLE_NONE, CN_SAMPLE_NONE},
                             rows[] = {UNBIASED(2, 51, 32), CN_SAMPLE_MASK(2, 51), CN_SAMPLE_NONE},
                             no_steps[] = {OPERANDS(0, 2, 3), CN_SAMPLE_NONE, CN_SAMPLE_NONE},
                             no_rows[] = {UNBIASED(2, 0, 3), CN_SAMPLE_NONE, CN_SAMPLE_NONE};
static const cn_recurrent_attributes after = {"tanh", "sigmoid", false, true},
                                     before = {"tanh", "sigmoid", false, false},
                                     after_reversed = {"tanh", "sigmoid", true, true},
                                     before_reversed = {"tanh", "sigmoid", true, false},
                                     hard = {"tanh", "hard_sigmoid", false, true},
                                     keras2 = {"relu", "hard_sigmoid_keras2", true, false};
static const cn_sample samples[] = {
    {.inputs = plain, .n_inputs = INPUTS, .attributes = &after},
    {.inputs = unbiased, .n_inputs = INPUTS, .attributes = &after_reversed},
    {.inputs = unbiased, .n_inputs = INPUTS, .attributes = &before},
    {.inputs = masked, .n_inputs = INPUTS, .attributes = &after},
    {.inputs = masked, .n_inputs = INPUTS, .attributes = &after_reversed},
    {.inputs = masked_unbiased, .n_inputs = INPUTS, .attributes = &before_reversed},
    {.inputs = both, .n_inputs = INPUTS, .low = -1, .high = 1, .attributes = &after},
    {.inputs = both_unbiased, .n_inputs = INPUTS, .low = -1, .high = 1, .attributes = &before},
    {.inputs = single, .n_inputs = INPUTS, .low = -1, .high = 1, .attributes = &after},
    {.inputs = rows, .n_inputs = INPUTS, .low = -0.5, .high = 0.5, .attributes = &before_reversed},
    {.inputs = rows, .n_inputs = INPUTS, .low = -0.5, .high = 0.5, .attributes = &after},
    {.inputs = no_steps, .n_inputs = INPUTS, .attributes = &after},
    {.inputs = no_rows, .n_inputs = INPUTS, .attributes = &before},
    {.inputs = plain, .n_inputs = INPUTS, .low = -0.4, .high = 0.4, .attributes = &hard},
    {.inputs = unbiased, .n_inputs = INPUTS, .low = 0.1, .high = 0.4, .attributes = &keras2},
};

const cn_op cn_op_gru = {
    .name = "gru",
    .min_inputs = INPUTS,
    .max_inputs = INPUTS,
    .n_outputs = OUTPUTS,
    .n_saved = 2,
    .flags = CN_OP_SKIPS_UNUSED | CN_OP_IN_PLACE,
    .place_input = XW,
    .place_output = GATE_VALUES,
    .fields = cn_recurrent_fields,
    .attributes_size = sizeof(cn_recurrent_attributes),
    .infer = infer,
    .gradient = gradient,
    .lower = lower,
    .scratch = scratch,
    .reference = reference,
    CN_SAMPLES(samples),
};
