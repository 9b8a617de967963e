/* gru_gradient: the gradients of gru's xw, kernel, h0 and recurrent bias, from its inputs, what it
 * saved, and the gradients of hs and h_last (each optional). Backwards through the steps: dz = dh'
 * (h - g) f'(z), dg = dh' (1 - z) act'(g); with reset_after dr = dg inner f'(r) and d_inner = dg r,
 * otherwise q = dg U_r^T, dr = q h keep f'(r); dh = dh' z (+ q r keep) + (dz, dr, d_inner) U_r^T
 * keep. d_kernel is the sum of h (or, for g without reset_after, of inner) times these, and the
 * bias's that of these. Where the mask is false dh' passes unchanged. No gradient flows through
 * it. */
#include "ops/recurrent.h"

enum { KERNEL, H0, MASK, KEEP, HS, GATE_VALUES, INNER, D_HS, D_H_LAST, INPUTS };
enum { D_XW, D_KERNEL, D_H0, D_BIAS, OUTPUTS };
enum { GATES = 3 };

static const cn_recurrent_operand operands[] = {
    [KERNEL] = CN_RECURRENT_OPERAND(KERNEL, kernel),
    [H0] = CN_RECURRENT_OPERAND(STATE, h0),
    [MASK] = CN_RECURRENT_OPTIONAL(MASK, mask),
    [KEEP] = CN_RECURRENT_OPTIONAL(KEEP, keep),
    [HS] = CN_RECURRENT_OPERAND(STATES, hs),
    [GATE_VALUES] = CN_RECURRENT_OPERAND(GATES, gates),
    [INNER] = CN_RECURRENT_OPERAND(STATES, inner),
    [D_HS] = CN_RECURRENT_OPTIONAL(STATES, d_hs),
    [D_H_LAST] = CN_RECURRENT_OPTIONAL(STATE, d_h_last),
};

static const cn_recurrent_operand results[] = {
    [D_XW] = CN_RECURRENT_OPERAND(GATES, d_xw),
    [D_KERNEL] = CN_RECURRENT_OPERAND(KERNEL, d_kernel),
    [D_H0] = CN_RECURRENT_OPERAND(STATE, d_h0),
    [D_BIAS] = CN_RECURRENT_OPERAND(BIAS, d_bias),
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
    return cn_gru_gradient_run(arguments);
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
    const double *before, *gates, *inner; /* before: h */
    double *dh, *d;
} place;

/* dz, dg and dh' z. */
static void unit_back(const place *p, int64_t units, int64_t u)
{
    const cn_recurrent_attributes *a = p->call->attributes;
    const double z = p->gates[u], g = p->gates[2 * units + u];
    p->d[u] = p->dh[u] * (p->before[u] - g) * cn_squash_slope(a->recurrent_activation, z);
    p->d[2 * units + u] = p->dh[u] * (1 - z) * cn_squash_slope(a->activation, g);
    p->dh[u] *= z;
}

/* Without reset_after: dr and g's share of dh and d_kernel. */
static void reset_before(const place *p, int64_t units)
{
    const cn_recurrent_attributes *a = p->call->attributes;
    cn_reference_product unkept = p->product;
    unkept.keep = NULL;
    for (int64_t u = 0; u < units; u++) {
        const double r = p->gates[units + u], keep = cn_reference_keep(&p->product, 2, u),
                     q = cn_reference_row(&unkept, p->d + 2 * units, 2 * units, 3 * units, u);
        p->d[units + u] = q * p->before[u] * keep * cn_squash_slope(a->recurrent_activation, r);
        p->dh[u] += q * r * keep;
    }
    cn_reference_add_kernel(&unkept, p->inner, p->d + 2 * units, 2 * units, 3 * units,
                            p->call->outputs[D_KERNEL]);
}

/* With reset_after: the same, and the bias's; one unit's d_inner at a time. */
static void reset_after(const place *p, int64_t units)
{
    const cn_recurrent_attributes *a = p->call->attributes;
    double *d_bias = p->call->outputs[D_BIAS];
    for (int64_t u = 0; u < units; u++) {
        const double r = p->gates[units + u], d_inner = p->d[2 * units + u] * r;
        p->d[units + u] = p->d[2 * units + u] * p->inner[u] *
                          cn_squash_slope(a->recurrent_activation, r);
        d_bias[u] += p->d[u];
        d_bias[units + u] += p->d[units + u];
        d_bias[2 * units + u] += d_inner;
        cn_reference_add_kernel(&p->product, p->before, &d_inner, 2 * units + u, 2 * units + u + 1,
                                p->call->outputs[D_KERNEL]);
        for (int64_t k = 0; k < units; k++)
            p->dh[k] +=
                cn_reference_row(&p->product, &d_inner, 2 * units + u, 2 * units + u + 1, k);
    }
}

static void step_back(const cn_reference_call *call, const cn_recurrent_sizes *s, int64_t t,
                      int64_t row)
{
    const double *const *in = call->inputs;
    const int64_t units = s->units, at = t * s->batch + row;
    const place p = {.call = call,
                     .product = {in[KERNEL], in[KEEP], row, s},
                     .before = cn_reference_before(call, s, in[HS], in[H0], t, row),
                     .gates = in[GATE_VALUES] + at * GATES * units,
                     .inner = in[INNER] + at * units,
                     .dh = call->outputs[D_H0] + row * units,
                     .d = call->outputs[D_XW] + at * GATES * units};
    for (int64_t u = 0; u < units && in[D_HS] != NULL; u++)
        p.dh[u] += in[D_HS][at * units + u];
    for (int64_t j = 0; j < GATES * units; j++)
        p.d[j] = 0;
    if (in[MASK] != NULL && in[MASK][at] == 0)
        return;
    for (int64_t u = 0; u < units; u++)
        unit_back(&p, units, u);
    if (((const cn_recurrent_attributes *)call->attributes)->reset_after)
        reset_after(&p, units);
    else
        reset_before(&p, units);
    for (int64_t u = 0; u < units; u++)
        p.dh[u] += cn_reference_row(&p.product, p.d, 0, 2 * units, u);
    cn_reference_add_kernel(&p.product, p.before, p.d, 0, 2 * units, call->outputs[D_KERNEL]);
}

static void reference(const cn_reference_call *call)
{
    const double *d_h_last = call->inputs[D_H_LAST];
    const cn_recurrent_sizes s =
        cn_recurrent_sizes_of(&call->input_types[HS], &call->input_types[KERNEL]);
    for (int64_t i = 0; i < GATES * s.units * s.units; i++)
        call->outputs[D_KERNEL][i] = 0;
    for (int64_t i = 0; i < GATES * s.units; i++)
        call->outputs[D_BIAS][i] = 0;
    for (int64_t i = 0; i < s.batch * s.units; i++)
        call->outputs[D_H0][i] = d_h_last == NULL ? 0 : d_h_last[i];
    for (int64_t i = 0; i < s.steps; i++)
        for (int64_t row = 0; row < s.batch; row++)
            step_back(call, &s, cn_reference_step(call, s.steps, i, true), row);
}

/* ---- samples: those of gru come here too; these lack some gradients -------------------------- */

#define SAVED CN_SAMPLE_F32(4, 3, 5), CN_SAMPLE_F32(4, 3, 15), CN_SAMPLE_F32(4, 3, 5)

static const cn_sample_input hs[] =
    {CN_SAMPLE_F32(5, 15),   CN_SAMPLE_F32(3, 5), CN_SAMPLE_NONE, CN_SAMPLE_NONE, SAVED,
     CN_SAMPLE_F32(4, 3, 5), CN_SAMPLE_NONE},
                             h_last[] = {CN_SAMPLE_F32(5, 15),
                                         CN_SAMPLE_F32(3, 5),
                                         CN_SAMPLE_MASK(4, 3),
                                         CN_SAMPLE_KEEP(3, 3, 5),
                                         SAVED,
                                         CN_SAMPLE_NONE,
                                         CN_SAMPLE_F32(3, 5)};
static const cn_recurrent_attributes after = {"tanh", "sigmoid", false, true},
                                     before = {"relu", "hard_sigmoid", true, false};
static const cn_sample samples[] = {
    {.inputs = hs, .n_inputs = INPUTS, .attributes = &after},
    {.inputs = h_last, .n_inputs = INPUTS, .attributes = &before},
};

const cn_op cn_op_gru_gradient = {
    .name = "gru_gradient",
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
