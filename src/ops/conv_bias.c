/* conv_bias: y = activation(conv(x, kernel) + bias), the bias [G F] and the activation (an
 * elementwise op of one input) optional. Made from separate ops after differentiation: no gradient.
 */
#include "ops/activation.h"
#include "ops/conv.h"

static cn_status infer(const void *attributes, const cn_type *inputs, int64_t n_inputs,
                       cn_type *outputs)
{
    const cn_conv_attributes *conv = attributes;
    CN_TRY(cn_op_conv.infer(attributes, inputs, 2, outputs));
    return cn_infer_activated(conv->activation, n_inputs == 3 ? &inputs[2] : NULL, &outputs[0]);
}

struct call {
    cn_conv conv;
    const float *x, *kernel, *bias; /* bias may be NULL */
    float *y;
    cn_tile *activation; /* or NULL */
};

static cn_status run(const void *arguments)
{
    const struct call *c = arguments;
    cn_finish finish;
    cn_finish_begin(&finish, c->bias, c->activation, c->conv.groups * c->conv.filters);
    return cn_conv_run(&c->conv, c->x, c->kernel, c->y, &finish);
}

static cn_status lower(cn_lowering *lowering, const cn_instruction *instruction)
{
    const cn_program *p = lowering->program;
    const cn_conv_attributes *attributes = instruction->attributes;
    const cn_value x = instruction->inputs[0], kernel = instruction->inputs[1],
                   bias = instruction->n_inputs < 3 ? CN_NO_VALUE : instruction->inputs[2],
                   y = instruction->output;
    struct call call = {
        cn_conv_of(attributes, cn_shape_of(p, x), cn_shape_of(p, kernel), cn_shape_of(p, y)),
        cn_address(lowering, x),
        cn_address(lowering, kernel),
        cn_address(lowering, bias),
        cn_address(lowering, y),
        cn_activation_tile(attributes->activation)};
    cn_conv_prepare(&call.conv);
    return cn_plan_add(lowering->plan, instruction->op->name, run, &call, sizeof call);
}

static void reference(const cn_reference_call *call)
{
    const cn_conv_attributes *conv = call->attributes;
    cn_reference_conv(call);
    cn_reference_activated(conv->activation, call);
}

static const cn_conv_attributes none = {.strides = CN_DIMS(1),
                                        .dilation = CN_DIMS(1),
                                        .before = CN_DIMS(2),
                                        .after = CN_DIMS(1),
                                        .groups = 1},
                                relu = {.strides = CN_DIMS(2),
                                        .dilation = CN_DIMS(1),
                                        .before = CN_DIMS(4),
                                        .after = CN_DIMS(0),
                                        .groups = 1,
                                        .activation = "relu"},
                                images = {.strides = CN_DIMS(1, 1),
                                          .dilation = CN_DIMS(1, 1),
                                          .before = CN_DIMS(1, 1),
                                          .after = CN_DIMS(1, 1),
                                          .groups = 3,
                                          .activation = "tanh"};
static const cn_sample samples[] = {
    {.shapes = {CN_DIMS(2, 7, 3), CN_DIMS(3, 3, 4), CN_DIMS(4)},
     .n_inputs = 3,
     .attributes = &none},
    {.shapes = {CN_DIMS(2, 7, 3), CN_DIMS(3, 3, 4), CN_DIMS(4)},
     .n_inputs = 3,
     .attributes = &relu},
    {.shapes = {CN_DIMS(2, 7, 3), CN_DIMS(3, 3, 4)}, .n_inputs = 2, .attributes = &relu},
    {.shapes = {CN_DIMS(2, 5, 3), CN_DIMS(2, 3, 600), CN_DIMS(600)},
     .n_inputs = 3,
     .attributes = &relu},
    {.shapes = {CN_DIMS(2, 4, 5, 3), CN_DIMS(3, 3, 1, 6), CN_DIMS(6)},
     .n_inputs = 3,
     .attributes = &images},
};

const cn_op cn_op_conv_bias = {
    .name = "conv_bias",
    .min_inputs = 2,
    .max_inputs = 3,
    .n_outputs = 1,
    .fields = cn_conv_fields,
    .attributes_size = sizeof(cn_conv_attributes),
    .infer = infer,
    .lower = lower,
    .reference = reference,
    CN_SAMPLES(samples),
};
