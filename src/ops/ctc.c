/* ctc: y[N] = -log of the probability that x[N, T, C], logarithms of probabilities, reads as
 * labels[N, L], of which n_labels[N] and of whose steps n_steps[N] count: the sum over all ways to
 * spread the labels over time, with blanks between and repetitions. Gradient: ctc_gradient. Graves
 * et al., Connectionist Temporal Classification (2006). */
#include "ops/ctc_paths.h"
#include "ops/emit.h"
#include "ops/samples.h"

static cn_status infer(const void *attributes, const cn_type *inputs, int64_t n_inputs,
                       cn_type *outputs)
{
    (void)n_inputs;
    CN_TRY(cn_ctc_check(attributes, inputs));
    outputs[0] = (cn_type){CN_FLOAT32, CN_SHAPE(inputs[0].shape.dim[0])};
    return CN_OK;
}

static void gradient(cn_program *p, const cn_instruction *i, const cn_value *dy, cn_value *dx)
{
    const cn_value operands[] = {i->inputs[0], i->inputs[1], i->inputs[2], i->inputs[3], dy[0]};
    dx[0] = cn_program_append(p, &cn_op_ctc_gradient, i->attributes, operands, 5);
    dx[1] = dx[2] = dx[3] = CN_NO_VALUE;
}

struct call {
    cn_ctc ctc;
    float *y;
};

static cn_status run(const void *arguments)
{
    const struct call *c = arguments;
    for (int64_t i = 0; i < c->ctc.n; i++) {
        double probability;
        CN_TRY(cn_ctc_forward(&c->ctc, i, &probability));
        c->y[i] = (float)-probability;
    }
    return CN_OK;
}

static cn_status lower(cn_lowering *lowering, const cn_instruction *instruction)
{
    const struct call call = {cn_ctc_of(lowering, instruction),
                              cn_address(lowering, instruction->output)};
    return cn_plan_add(lowering->plan, instruction->op->name, run, &call, sizeof call);
}

static void reference(const cn_reference_call *call)
{
    for (int64_t i = 0; i < call->output_types[0].shape.dim[0]; i++)
        call->outputs[0][i] = -cn_ctc_reference(call, i);
}

static const cn_field fields[] = {CN_FIELD(cn_ctc_attributes, blank, CN_FIELD_INT, 0),
                                  CN_END_FIELDS};

#define SAMPLE(n, t, c, l, blank, most)                                                            \
    {                                                                                              \
        .shapes = {CN_DIMS(n, t, c), CN_DIMS(n, l), CN_DIMS(n), CN_DIMS(n)},                       \
        .dtypes = {CN_FLOAT32, CN_INT32, CN_INT32, CN_INT32}, .n_inputs = 4, .low = 0,             \
        .high = (most), .attributes = &(blank)                                                     \
    }
static const cn_ctc_attributes first = {0}, second = {1};
static const cn_sample samples[] = {
    SAMPLE(4, 5, 6, 3, first, 5),
    SAMPLE(7, 2, 4, 2, second, 3),
    SAMPLE(3, 4, 3, 1, second, 2),
};

const cn_op cn_op_ctc = {
    .name = "ctc",
    .min_inputs = 4,
    .max_inputs = 4,
    .n_outputs = 1,
    .fields = fields,
    .attributes_size = sizeof(cn_ctc_attributes),
    .infer = infer,
    .gradient = gradient,
    .lower = lower,
    .scratch = cn_ctc_scratch,
    .reference = reference,
    CN_SAMPLES(samples),
};

cn_value cn_emit_ctc(cn_program *p, cn_value x, cn_value labels, cn_value n_labels,
                     cn_value n_steps, int64_t blank)
{
    const cn_ctc_attributes attributes = {blank};
    cn_value operands[] = {x, labels, n_labels, n_steps};
    for (int i = 0; i < 4; i++)
        operands[i] = cn_emit_cast(p, operands[i], i == 0 ? CN_FLOAT32 : CN_INT32);
    return cn_program_append(p, &cn_op_ctc, &attributes, operands, 4);
}
