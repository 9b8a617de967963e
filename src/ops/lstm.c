/* lstm: Keras's LSTM cell over a whole sequence. From xw [T,N,4U] = x W + b, the kernel U_r [U,4U],
 * h0, c0 [N,U], mask [T,N] and keep [4,N,U] (both optional), with r the recurrent activation:
 * i, f = r(xw + h U_r), g = act(xw + h U_r), o = r(xw + h U_r); c' = f c + i g; h' = o act(c').
 * Outputs: hs [T,N,U], h_last, c_last [N,U]; saved for lstm_gradient: cs [T,N,U], and the gates
 * [T,N,4U] i, f, g, o, which are 0 where the mask is false. No gradient flows into keep. */
#include "ops/recurrent.h"

enum { XW, KERNEL, H0, C0, MASK, KEEP, INPUTS };
enum { HS, H_LAST, C_LAST, CS, GATE_VALUES, OUTPUTS };
enum { GATES = 4 };

static const cn_recurrent_operand operands[] = {
    [XW] = CN_RECURRENT_OPERAND(GATES, xw),     [KERNEL] = CN_RECURRENT_OPERAND(KERNEL, kernel),
    [H0] = CN_RECURRENT_OPERAND(STATE, h0),     [C0] = CN_RECURRENT_OPERAND(STATE, c0),
    [MASK] = CN_RECURRENT_OPTIONAL(MASK, mask), [KEEP] = CN_RECURRENT_OPTIONAL(KEEP, keep),
};

static const cn_recurrent_operand results[] = {
    [HS] = CN_RECURRENT_OPERAND(STATES, hs),
    [H_LAST] = CN_RECURRENT_OPERAND(STATE, h_last),
    [C_LAST] = CN_RECURRENT_OPERAND(STATE, c_last),
    [CS] = CN_RECURRENT_OPERAND(STATES, cs),
    [GATE_VALUES] = CN_RECURRENT_OPERAND(GATES, gates),
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
    return cn_recurrent_infer(&signature, attributes, inputs, outputs);
}

static void gradient(cn_program *p, const cn_instruction *i, const cn_value *d, cn_value *inputs)
{
    if (d[HS] == CN_NO_VALUE && d[H_LAST] == CN_NO_VALUE && d[C_LAST] == CN_NO_VALUE)
        return;
    const cn_value of_gradient[] = {i->inputs[KERNEL],
                                    i->inputs[H0],
                                    i->inputs[C0],
                                    i->inputs[MASK],
                                    i->inputs[KEEP],
                                    i->output + HS,
                                    i->output + CS,
                                    i->output + GATE_VALUES,
                                    d[HS],
                                    d[H_LAST],
                                    d[C_LAST]};
    const cn_value first = cn_program_append(p, &cn_op_lstm_gradient, i->attributes, of_gradient,
                                             sizeof of_gradient / sizeof *of_gradient);
    if (first == CN_NO_VALUE)
        return;
    inputs[XW] = first;
    inputs[KERNEL] = first + 1;
    inputs[H0] = first + 2;
    inputs[C0] = first + 3;
}

static size_t scratch(const cn_program *p, const cn_instruction *i)
{
    const cn_recurrent call = cn_recurrent_describe(p, i, &signature);
    return cn_recurrent_scratch(&call);
}

static cn_status run(const void *arguments)
{
    cn_lstm_run(arguments);
    return CN_OK;
}

static cn_status lower(cn_lowering *lowering, const cn_instruction *i)
{
    return cn_recurrent_lower(lowering, i, &signature, run);
}

/* ---- reference ------------------------------------------------------------------------------- */

static void step(const cn_reference_call *call, const cn_recurrent_sizes *s, int64_t t, int64_t row)
{
    const cn_recurrent_attributes *a = call->attributes;
    const int64_t units = s->units, at = t * s->batch + row;
    const cn_reference_product p = {call->inputs[KERNEL], call->inputs[KEEP], row, s};
    double *h = call->outputs[H_LAST] + row * units, *c = call->outputs[C_LAST] + row * units,
           *gates = call->outputs[GATE_VALUES] + at * GATES * units;
    const bool active = call->inputs[MASK] == NULL || call->inputs[MASK][at] != 0;
    for (int64_t j = 0; j < GATES * units; j++) {
        const char *name = j / units == 2 ? a->activation : a->recurrent_activation;
        const double x = call->inputs[XW][at * GATES * units + j] + cn_reference_column(&p, h, j);
        gates[j] = active ? cn_squash_value(name, x) : 0;
    }
    for (int64_t u = 0; u < units && active; u++) {
        c[u] = gates[units + u] * c[u] + gates[u] * gates[2 * units + u];
        h[u] = gates[3 * units + u] * cn_squash_value(a->activation, c[u]);
    }
    for (int64_t u = 0; u < units; u++) {
        call->outputs[HS][at * units + u] = h[u];
        call->outputs[CS][at * units + u] = c[u];
    }
}

static void reference(const cn_reference_call *call)
{
    const cn_recurrent_sizes s =
        cn_recurrent_sizes_of(&call->input_types[XW], &call->input_types[KERNEL]);
    for (int64_t i = 0; i < s.batch * s.units; i++) {
        call->outputs[H_LAST][i] = call->inputs[H0][i];
        call->outputs[C_LAST][i] = call->inputs[C0][i];
    }
    for (int64_t i = 0; i < s.steps; i++)
        for (int64_t row = 0; row < s.batch; row++)
            step(call, &s, cn_reference_step(call, s.steps, i, false), row);
}

/* ---- samples --------------------------------------------------------------------------------- */

#define OPERANDS(t, n, u)                                                                          \
    CN_SAMPLE_F32(t, n, 4 * (u)), CN_SAMPLE_F32(u, 4 * (u)), CN_SAMPLE_F32(n, u),                  \
        CN_SAMPLE_F32(n, u)

static const cn_sample_input plain[] = {OPERANDS(3, 2, 5), CN_SAMPLE_NONE, CN_SAMPLE_NONE},
                             masked[] = {OPERANDS(5, 3, 4), CN_SAMPLE_MASK(5, 3), CN_SAMPLE_NONE},
                             keeping[] = {OPERANDS(3, 2, 17), CN_SAMPLE_NONE,
                                          CN_SAMPLE_KEEP(4, 2, 17)},
                             both[] = {OPERANDS(4, 3, 3), CN_SAMPLE_MASK(4, 3),
                                       CN_SAMPLE_KEEP(4, 3, 3)},
                             single[] = {OPERANDS(1, 1, 16), CN_SAMPLE_NONE, CN_SAMPLE_NONE},
                             wide[] = {OPERANDS(2, 1, 70), CN_SAMPLE_NONE, CN_SAMPLE_NONE},
                             rows[] = {OPERANDS(2, 51, 32), CN_SAMPLE_MASK(2, 51), CN_SAMPLE_NONE},
                             no_steps[] = {OPERANDS(0, 2, 3), CN_SAMPLE_NONE, CN_SAMPLE_NONE},
                             no_rows[] = {OPERANDS(2, 0, 3), CN_SAMPLE_NONE, CN_SAMPLE_NONE};
static const cn_recurrent_attributes usual = {"tanh", "sigmoid", false, false},
                                     reversed = {"tanh", "sigmoid", true, false},
                                     hard = {"tanh", "hard_sigmoid", false, false},
                                     keras2 = {"relu", "hard_sigmoid_keras2", true, false},
                                     rare = {"linear", "relu", false, false},
                                     swapped = {"sigmoid", "tanh", false, false};
static const cn_sample samples[] = {
    {.inputs = plain, .n_inputs = INPUTS, .attributes = &usual},
    {.inputs = plain, .n_inputs = INPUTS, .attributes = &reversed},
    {.inputs = plain, .n_inputs = INPUTS, .attributes = &swapped},
    {.inputs = masked, .n_inputs = INPUTS, .attributes = &usual},
    {.inputs = masked, .n_inputs = INPUTS, .attributes = &reversed},
    {.inputs = keeping, .n_inputs = INPUTS, .low = -1, .high = 1, .attributes = &usual},
    {.inputs = both, .n_inputs = INPUTS, .attributes = &reversed},
    {.inputs = single, .n_inputs = INPUTS, .low = -1, .high = 1, .attributes = &usual},
    {.inputs = wide, .n_inputs = INPUTS, .low = -0.3, .high = 0.3, .attributes = &usual},
    {.inputs = rows, .n_inputs = INPUTS, .low = -0.5, .high = 0.5, .attributes = &reversed},
    {.inputs = no_steps, .n_inputs = INPUTS, .attributes = &usual},
    {.inputs = no_rows, .n_inputs = INPUTS, .attributes = &usual},
    {.inputs = plain, .n_inputs = INPUTS, .low = -0.4, .high = 0.4, .attributes = &hard},
    {.inputs = masked, .n_inputs = INPUTS, .low = 0.1, .high = 0.4, .attributes = &keras2},
    {.inputs = masked, .n_inputs = INPUTS, .low = 1, .high = 1.5, .attributes = &hard},
    {.inputs = plain, .n_inputs = INPUTS, .low = 0.1, .high = 0.4, .attributes = &rare},
};

const cn_op cn_op_lstm = {
    .name = "lstm",
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
