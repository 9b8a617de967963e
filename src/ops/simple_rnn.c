/* simple_rnn: Keras's SimpleRNN cell over a whole sequence, h' = act(xw + h U_r). From xw [T,N,U] =
 * x W + b, the kernel U_r [U,U], h0 [N,U], mask [T,N] and keep [1,N,U] (both optional). Outputs: hs
 * [T,N,U] and h_last [N,U]. No gradient flows into keep. */
#include "ops/recurrent.h"

enum { XW, KERNEL, H0, MASK, KEEP, INPUTS };
enum { HS, H_LAST, OUTPUTS };

static const cn_recurrent_operand operands[] = {
    [XW] = CN_RECURRENT_OPERAND(GATES, xw),     [KERNEL] = CN_RECURRENT_OPERAND(KERNEL, kernel),
    [H0] = CN_RECURRENT_OPERAND(STATE, h0),     [MASK] = CN_RECURRENT_OPTIONAL(MASK, mask),
    [KEEP] = CN_RECURRENT_OPTIONAL(KEEP, keep),
};

static const cn_recurrent_operand results[] = {
    [HS] = CN_RECURRENT_OPERAND(STATES, hs),
    [H_LAST] = CN_RECURRENT_OPERAND(STATE, h_last),
};

static const cn_recurrent_signature signature = {
    .gate_count = 1,
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
    const cn_value of_gradient[] = {i->inputs[KERNEL], i->inputs[H0],  i->inputs[MASK],
                                    i->inputs[KEEP],   i->output + HS, d[HS],
                                    d[H_LAST]};
    const cn_value first = cn_program_append(p, &cn_op_simple_rnn_gradient, i->attributes,
                                             of_gradient, sizeof of_gradient / sizeof *of_gradient);
    if (first == CN_NO_VALUE)
        return;
    inputs[XW] = first;
    inputs[KERNEL] = first + 1;
    inputs[H0] = first + 2;
}

static size_t scratch(const cn_program *p, const cn_instruction *i)
{
    const cn_recurrent call = cn_recurrent_describe(p, i, &signature);
    return cn_recurrent_scratch(&call);
}

static cn_status run(const void *arguments)
{
    cn_simple_rnn_run(arguments);
    return CN_OK;
}

static cn_status lower(cn_lowering *lowering, const cn_instruction *i)
{
    return cn_recurrent_lower(lowering, i, &signature, run);
}

/* The new state is made where hs has it, because the old one is read for each unit. */
static void step(const cn_reference_call *call, const cn_recurrent_sizes *s, int64_t t, int64_t row)
{
    const cn_recurrent_attributes *a = call->attributes;
    const int64_t units = s->units, at = t * s->batch + row;
    const cn_reference_product p = {call->inputs[KERNEL], call->inputs[KEEP], row, s};
    double *h = call->outputs[H_LAST] + row * units, *to = call->outputs[HS] + at * units;
    const bool active = call->inputs[MASK] == NULL || call->inputs[MASK][at] != 0;
    for (int64_t u = 0; u < units; u++)
        to[u] = active ? cn_squash_value(a->activation, call->inputs[XW][at * units + u] +
                                                            cn_reference_column(&p, h, u))
                       : h[u];
    for (int64_t u = 0; u < units; u++)
        h[u] = to[u];
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

#define OPERANDS(t, n, u) CN_SAMPLE_F32(t, n, u), CN_SAMPLE_F32(u, u), CN_SAMPLE_F32(n, u)

static const cn_sample_input plain[] = {OPERANDS(3, 2, 5), CN_SAMPLE_NONE, CN_SAMPLE_NONE},
                             masked[] = {OPERANDS(5, 3, 4), CN_SAMPLE_MASK(5, 3), CN_SAMPLE_NONE},
                             keeping[] = {OPERANDS(3, 2, 17), CN_SAMPLE_NONE,
                                          CN_SAMPLE_KEEP(1, 2, 17)},
                             both[] = {OPERANDS(4, 3, 3), CN_SAMPLE_MASK(4, 3),
                                       CN_SAMPLE_KEEP(1, 3, 3)},
                             single[] = {OPERANDS(1, 1, 16), CN_SAMPLE_NONE, CN_SAMPLE_NONE},
                             deep[] = {OPERANDS(1, 2, 270), CN_SAMPLE_NONE, CN_SAMPLE_NONE},
                             no_steps[] = {OPERANDS(0, 2, 3), CN_SAMPLE_NONE, CN_SAMPLE_NONE},
                             no_rows[] = {OPERANDS(2, 0, 3), CN_SAMPLE_NONE, CN_SAMPLE_NONE};
static const cn_recurrent_attributes usual = {"tanh", NULL, false, false},
                                     reversed = {"tanh", NULL, true, false},
                                     relu = {"relu", NULL, false, false},
                                     hard = {"hard_sigmoid", NULL, true, false};
static const cn_sample samples[] = {
    {.inputs = plain, .n_inputs = INPUTS, .attributes = &usual},
    {.inputs = masked, .n_inputs = INPUTS, .attributes = &usual},
    {.inputs = masked, .n_inputs = INPUTS, .attributes = &reversed},
    {.inputs = keeping, .n_inputs = INPUTS, .low = -1, .high = 1, .attributes = &usual},
    {.inputs = both, .n_inputs = INPUTS, .attributes = &reversed},
    {.inputs = single, .n_inputs = INPUTS, .attributes = &usual},
    {.inputs = deep, .n_inputs = INPUTS, .low = -0.1, .high = 0.1, .attributes = &reversed},
    {.inputs = no_steps, .n_inputs = INPUTS, .attributes = &usual},
    {.inputs = no_rows, .n_inputs = INPUTS, .attributes = &usual},
    {.inputs = plain, .n_inputs = INPUTS, .low = 0.1, .high = 0.5, .attributes = &relu},
    {.inputs = masked, .n_inputs = INPUTS, .low = -0.4, .high = 0.4, .attributes = &hard},
};

const cn_op cn_op_simple_rnn = {
    .name = "simple_rnn",
    .min_inputs = INPUTS,
    .max_inputs = INPUTS,
    .n_outputs = OUTPUTS,
    .flags = CN_OP_SKIPS_UNUSED | CN_OP_IN_PLACE,
    .place_input = XW,
    .place_output = HS,
    .fields = cn_recurrent_fields,
    .attributes_size = sizeof(cn_recurrent_attributes),
    .infer = infer,
    .gradient = gradient,
    .lower = lower,
    .scratch = scratch,
    .reference = reference,
    CN_SAMPLES(samples),
};
