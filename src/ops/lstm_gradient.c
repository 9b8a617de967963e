/* lstm_gradient: the gradients of lstm's xw, kernel, h0 and c0, from its inputs, what it saved, and
 * the gradients of hs, h_last and c_last (each optional). Backwards through the steps, with g gate
 * c and y = act(c'): dc' += dh' o act'(c'); di = dc' g, df = dc' c, dg = dc' i, do = dh' y, each
 * times its activation's derivative; dc = dc' f, dh = (d U_r^T) keep; d_kernel is the sum of h d.
 * Where the mask is false dh' and dc' pass unchanged. No gradient flows through it. */
#include "ops/recurrent.h"

enum { KERNEL, H0, C0, MASK, KEEP, HS, CS, GATE_VALUES, D_HS, D_H_LAST, D_C_LAST, INPUTS };
enum { D_XW, D_KERNEL, D_H0, D_C0, OUTPUTS };
enum { GATES = 4 };

static const cn_recurrent_operand operands[] = {
    [KERNEL] = CN_RECURRENT_OPERAND(KERNEL, kernel),
    [H0] = CN_RECURRENT_OPERAND(STATE, h0),
    [C0] = CN_RECURRENT_OPERAND(STATE, c0),
    [MASK] = CN_RECURRENT_OPTIONAL(MASK, mask),
    [KEEP] = CN_RECURRENT_OPTIONAL(KEEP, keep),
    [HS] = CN_RECURRENT_OPERAND(STATES, hs),
    [CS] = CN_RECURRENT_OPERAND(STATES, cs),
    [GATE_VALUES] = CN_RECURRENT_OPERAND(GATES, gates),
    [D_HS] = CN_RECURRENT_OPTIONAL(STATES, d_hs),
    [D_H_LAST] = CN_RECURRENT_OPTIONAL(STATE, d_h_last),
    [D_C_LAST] = CN_RECURRENT_OPTIONAL(STATE, d_c_last),
};

static const cn_recurrent_operand results[] = {
    [D_XW] = CN_RECURRENT_OPERAND(GATES, d_xw),
    [D_KERNEL] = CN_RECURRENT_OPERAND(KERNEL, d_kernel),
    [D_H0] = CN_RECURRENT_OPERAND(STATE, d_h0),
    [D_C0] = CN_RECURRENT_OPERAND(STATE, d_c0),
};

static const cn_recurrent_signature signature = {
    .gate_count = GATES,
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
    return cn_lstm_gradient_run(arguments);
}

static cn_status lower(cn_lowering *lowering, const cn_instruction *i)
{
    return cn_recurrent_lower(lowering, i, &signature, run);
}

/* ---- reference ------------------------------------------------------------------------------- */

/* One unit of one step: the gates' gradients to d, and dc. */
static void unit_back(const cn_recurrent_attributes *a, int64_t units, const double *gates,
                      double c, double c_before, double dh, double *dc, double *d)
{
    const double i = gates[0], f = gates[units], g = gates[2 * units], o = gates[3 * units];
    const double y = cn_squash_value(a->activation, c);
    const double whole = *dc + dh * o * cn_squash_slope(a->activation, y);
    d[0] = whole * g * cn_squash_slope(a->recurrent_activation, i);
    d[units] = whole * c_before * cn_squash_slope(a->recurrent_activation, f);
    d[2 * units] = whole * i * cn_squash_slope(a->activation, g);
    d[3 * units] = dh * y * cn_squash_slope(a->recurrent_activation, o);
    *dc = whole * f;
}

static void step_back(const cn_reference_call *call, const cn_recurrent_sizes *s, int64_t t,
                      int64_t row)
{
    const double *const *in = call->inputs;
    const int64_t units = s->units, at = t * s->batch + row;
    const cn_reference_product p = {in[KERNEL], in[KEEP], row, s};
    double *dh = call->outputs[D_H0] + row * units, *dc = call->outputs[D_C0] + row * units,
           *d = call->outputs[D_XW] + at * GATES * units;
    const double *c_before = cn_reference_before(call, s, in[CS], in[C0], t, row);
    for (int64_t u = 0; u < units && in[D_HS] != NULL; u++)
        dh[u] += in[D_HS][at * units + u];
    for (int64_t j = 0; j < GATES * units; j++)
        d[j] = 0;
    if (in[MASK] != NULL && in[MASK][at] == 0)
        return;
    for (int64_t u = 0; u < units; u++)
        unit_back(call->attributes, units, in[GATE_VALUES] + at * GATES * units + u,
                  in[CS][at * units + u], c_before[u], dh[u], &dc[u], d + u);
    for (int64_t u = 0; u < units; u++)
        dh[u] = cn_reference_row(&p, d, 0, GATES * units, u);
    cn_reference_add_kernel(&p, cn_reference_before(call, s, in[HS], in[H0], t, row), d, 0,
                            GATES * units, call->outputs[D_KERNEL]);
}

static void reference(const cn_reference_call *call)
{
    const double *const *in = call->inputs;
    const cn_recurrent_sizes s =
        cn_recurrent_sizes_of(&call->input_types[HS], &call->input_types[KERNEL]);
    for (int64_t i = 0; i < GATES * s.units * s.units; i++)
        call->outputs[D_KERNEL][i] = 0;
    for (int64_t i = 0; i < s.batch * s.units; i++) {
        call->outputs[D_H0][i] = in[D_H_LAST] == NULL ? 0 : in[D_H_LAST][i];
        call->outputs[D_C0][i] = in[D_C_LAST] == NULL ? 0 : in[D_C_LAST][i];
    }
    for (int64_t i = 0; i < s.steps; i++)
        for (int64_t row = 0; row < s.batch; row++)
            step_back(call, &s, cn_reference_step(call, s.steps, i, true), row);
}

/* ---- samples: those of lstm come here too; these lack some gradients ------------------------- */

#define SAVED(t, n, u) CN_SAMPLE_F32(t, n, u), CN_SAMPLE_F32(t, n, u), CN_SAMPLE_F32(t, n, 4 * (u))

static const cn_sample_input
    all[] = {CN_SAMPLE_F32(5, 20),   CN_SAMPLE_F32(3, 5), CN_SAMPLE_F32(3, 5),
             CN_SAMPLE_NONE,         CN_SAMPLE_NONE,      SAVED(4, 3, 5),
             CN_SAMPLE_F32(4, 3, 5), CN_SAMPLE_F32(3, 5), CN_SAMPLE_F32(3, 5)},
    h_last[] = {CN_SAMPLE_F32(5, 20), CN_SAMPLE_F32(3, 5), CN_SAMPLE_F32(3, 5),
                CN_SAMPLE_NONE,       CN_SAMPLE_NONE,      SAVED(4, 3, 5),
                CN_SAMPLE_NONE,       CN_SAMPLE_F32(3, 5), CN_SAMPLE_NONE},
    masked[] = {CN_SAMPLE_F32(5, 20),   CN_SAMPLE_F32(3, 5),     CN_SAMPLE_F32(3, 5),
                CN_SAMPLE_MASK(4, 3),   CN_SAMPLE_KEEP(4, 3, 5), SAVED(4, 3, 5),
                CN_SAMPLE_F32(4, 3, 5), CN_SAMPLE_NONE,          CN_SAMPLE_NONE};
static const cn_recurrent_attributes usual = {"tanh", "sigmoid", false, false},
                                     reversed = {"relu", "hard_sigmoid", true, false};
static const cn_sample samples[] = {
    {.inputs = all, .n_inputs = INPUTS, .attributes = &usual},
    {.inputs = h_last, .n_inputs = INPUTS, .attributes = &usual},
    {.inputs = masked, .n_inputs = INPUTS, .attributes = &reversed},
};

const cn_op cn_op_lstm_gradient = {
    .name = "lstm_gradient",
    .min_inputs = INPUTS,
    .max_inputs = INPUTS,
    .n_outputs = OUTPUTS,
    .flags = CN_OP_IN_PLACE,
    .place_input = GATE_VALUES,
    .place_output = D_XW,
    .fields = cn_recurrent_fields,
    .attributes_size = sizeof(cn_recurrent_attributes),
    .infer = infer,
    .lower = lower,
    .scratch = scratch,
    .reference = reference,
    CN_SAMPLES(samples),
};
