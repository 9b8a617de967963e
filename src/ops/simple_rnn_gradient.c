/* simple_rnn_gradient: the gradients of simple_rnn's xw, kernel and h0, from its inputs, hs, and
 * the gradients of hs and h_last (each optional). Backwards through the steps: d = dh' act'; dh =
 * (d U_r^T) keep; d_kernel is the sum of h d. Where the mask is false dh' passes unchanged. No
 * gradient flows through it. */
#include "ops/recurrent.h"

enum { KERNEL, H0, MASK, KEEP, HS, D_HS, D_H_LAST, INPUTS };
enum { D_XW, D_KERNEL, D_H0, OUTPUTS };

static const cn_recurrent_operand operands[] = {
    [KERNEL] = CN_RECURRENT_OPERAND(KERNEL, kernel),
    [H0] = CN_RECURRENT_OPERAND(STATE, h0),
    [MASK] = CN_RECURRENT_OPTIONAL(MASK, mask),
    [KEEP] = CN_RECURRENT_OPTIONAL(KEEP, keep),
    [HS] = CN_RECURRENT_OPERAND(STATES, hs),
    [D_HS] = CN_RECURRENT_OPTIONAL(STATES, d_hs),
    [D_H_LAST] = CN_RECURRENT_OPTIONAL(STATE, d_h_last),
};

static const cn_recurrent_operand results[] = {
    [D_XW] = CN_RECURRENT_OPERAND(GATES, d_xw),
    [D_KERNEL] = CN_RECURRENT_OPERAND(KERNEL, d_kernel),
    [D_H0] = CN_RECURRENT_OPERAND(STATE, d_h0),
};

static const cn_recurrent_signature signature = {
    .gate_count = 1,
    .sequence = HS,
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

static size_t scratch(const cn_program *p, const cn_instruction *i)
{
    const cn_recurrent call = cn_recurrent_describe(p, i, &signature);
    return cn_recurrent_gradient_scratch(&call, i->inputs[KEEP] != CN_NO_VALUE);
}

static cn_status run(const void *arguments)
{
    return cn_simple_rnn_gradient_run(arguments);
}

static cn_status lower(cn_lowering *lowering, const cn_instruction *i)
{
    return cn_recurrent_lower(lowering, i, &signature, run);
}

static void step_back(const cn_reference_call *call, const cn_recurrent_sizes *s, int64_t t,
                      int64_t row)
{
    const cn_recurrent_attributes *a = call->attributes;
    const double *const *in = call->inputs;
    const int64_t units = s->units, at = t * s->batch + row;
    const cn_reference_product p = {in[KERNEL], in[KEEP], row, s};
    double *dh = call->outputs[D_H0] + row * units, *d = call->outputs[D_XW] + at * units;
    const bool active = in[MASK] == NULL || in[MASK][at] != 0;
    for (int64_t u = 0; u < units; u++) {
        dh[u] += in[D_HS] != NULL ? in[D_HS][at * units + u] : 0;
        d[u] = active ? dh[u] * cn_squash_slope(a->activation, in[HS][at * units + u]) : 0;
    }
    for (int64_t u = 0; u < units && active; u++)
        dh[u] = cn_reference_row(&p, d, 0, units, u);
    cn_reference_add_kernel(&p, cn_reference_before(call, s, in[HS], in[H0], t, row), d, 0, units,
                            call->outputs[D_KERNEL]);
}

static void reference(const cn_reference_call *call)
{
    const double *d_h_last = call->inputs[D_H_LAST];
    const cn_recurrent_sizes s =
        cn_recurrent_sizes_of(&call->input_types[HS], &call->input_types[KERNEL]);
    for (int64_t i = 0; i < s.units * s.units; i++)
        call->outputs[D_KERNEL][i] = 0;
    for (int64_t i = 0; i < s.batch * s.units; i++)
        call->outputs[D_H0][i] = d_h_last == NULL ? 0 : d_h_last[i];
    for (int64_t i = 0; i < s.steps; i++)
        for (int64_t row = 0; row < s.batch; row++)
            step_back(call, &s, cn_reference_step(call, s.steps, i, true), row);
}

static const cn_sample_input hs[] = {CN_SAMPLE_F32(5, 5),    CN_SAMPLE_F32(3, 5),
                                     CN_SAMPLE_NONE,         CN_SAMPLE_NONE,
                                     CN_SAMPLE_F32(4, 3, 5), CN_SAMPLE_F32(4, 3, 5),
                                     CN_SAMPLE_NONE},
                             h_last[] = {CN_SAMPLE_F32(5, 5),    CN_SAMPLE_F32(3, 5),
                                         CN_SAMPLE_MASK(4, 3),   CN_SAMPLE_KEEP(1, 3, 5),
                                         CN_SAMPLE_F32(4, 3, 5), CN_SAMPLE_NONE,
                                         CN_SAMPLE_F32(3, 5)};
static const cn_recurrent_attributes usual = {"tanh", NULL, false, false},
                                     linear = {"linear", NULL, true, false};
static const cn_sample samples[] = {
    {.inputs = hs, .n_inputs = INPUTS, .attributes = &usual},
    {.inputs = h_last, .n_inputs = INPUTS, .attributes = &linear},
};

const cn_op cn_op_simple_rnn_gradient = {
    .name = "simple_rnn_gradient",
    .min_inputs = INPUTS,
    .max_inputs = INPUTS,
    .n_outputs = OUTPUTS,
    .fields = cn_recurrent_fields,
    .attributes_size = sizeof(cn_recurrent_attributes),
    .infer = infer,
    .lower = lower,
    .scratch = scratch,
    .reference = reference,
    CN_SAMPLES(samples),
};
