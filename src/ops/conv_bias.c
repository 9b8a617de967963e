/* conv_bias: a convolution, and an elementwise program (a bias, a scale, a residual, an activation
 * and what else followed it) over its elements, each row while it is in the cache. Made from
 * separate ops after differentiation: no gradient. */
#include "ops/conv.h"
#include "ops/finished.h"

static cn_status infer(const void *attributes, const cn_type *inputs, int64_t n_inputs,
                       cn_type *outputs)
{
    const cn_conv_attributes *conv = attributes;
    CN_TRY(cn_op_conv.infer(attributes, inputs, 2, outputs));
    return cn_infer_finished(&conv->finish, inputs, n_inputs, outputs);
}

static int64_t count_outputs(const void *attributes)
{
    return ((const cn_conv_attributes *)attributes)->finish.n_outputs;
}

struct call {
    cn_conv conv;
    const float *x, *kernel;
    float *y;
    cn_finish finish;
};

static cn_status run(const void *arguments)
{
    const struct call *c = arguments;
    cn_finish_begin(&c->finish);
    return cn_conv_run(&c->conv, c->x, c->kernel, c->y, &c->finish);
}

static cn_status lower(cn_lowering *lowering, const cn_instruction *instruction)
{
    const cn_conv_attributes *attributes = instruction->attributes;
    const cn_value x = instruction->inputs[0], kernel = instruction->inputs[1],
                   y = instruction->output;
    struct call call = {.conv = cn_conv_of_values(lowering, attributes, x, kernel, y),
                        .x = cn_address(lowering, x),
                        .kernel = cn_address(lowering, kernel),
                        .y = cn_address(lowering, y)};
    if (cn_shape_size(cn_shape_of(lowering->program, y)) == 0)
        return CN_OK;
    cn_conv_prepare(&call.conv);
    CN_TRY(cn_prepare_finish(lowering, instruction, &attributes->finish, &call.finish));
    return cn_plan_add(lowering->plan, instruction->op->name, run, &call, sizeof call);
}

static void reference(const cn_reference_call *call)
{
    const cn_conv_attributes *conv = call->attributes;
    cn_reference_finished(&conv->finish, call, cn_reference_conv);
}

static const cn_conv_attributes bias = {.strides = CN_DIMS(1),
                                        .dilation = CN_DIMS(1),
                                        .before = CN_DIMS(2),
                                        .after = CN_DIMS(1),
                                        .groups = 1,
                                        .finish = {"add(0,1) -> 2", 0, 1}},
                                bias_relu = {.strides = CN_DIMS(2),
                                             .dilation = CN_DIMS(1),
                                             .before = CN_DIMS(4),
                                             .after = CN_DIMS(0),
                                             .groups = 1,
                                             .finish = {"add(1,0) relu(2) -> 3", 1, 1}},
                                tanh_alone = {.strides = CN_DIMS(2),
                                              .dilation = CN_DIMS(1),
                                              .before = CN_DIMS(4),
                                              .after = CN_DIMS(0),
                                              .groups = 1,
                                              .finish = {"tanh(0) -> 1", 0, 1}},
                                images = {.strides = CN_DIMS(1, 1),
                                          .dilation = CN_DIMS(1, 1),
                                          .before = CN_DIMS(1, 1),
                                          .after = CN_DIMS(1, 1),
                                          .groups = 3,
                                          .finish = {"multiply_add(0,1,2) add(4,3) relu(5) -> 5 6",
                                                     0, 2}};
static const cn_sample_input residual[] = {{.shape = CN_DIMS(2, 4, 5, 3)},
                                           {.shape = CN_DIMS(3, 3, 1, 6)},
                                           {.shape = CN_DIMS(6)},
                                           {.shape = CN_DIMS(6)},
                                           {.shape = CN_DIMS(2, 4, 5, 6)}},
                             by_sample[] = {{.shape = CN_DIMS(2, 4, 5, 3)},
                                            {.shape = CN_DIMS(3, 3, 1, 6)},
                                            {.shape = CN_DIMS(2, 1, 1, 6)},
                                            {.shape = CN_DIMS(4, 5, 1)},
                                            {.shape = {0}}};
static const cn_sample samples[] = {
    {.shapes = {CN_DIMS(2, 7, 3), CN_DIMS(3, 3, 4), CN_DIMS(4)},
     .n_inputs = 3,
     .attributes = &bias},
    {.shapes = {CN_DIMS(2, 7, 3), CN_DIMS(3, 3, 4), CN_DIMS(4)},
     .n_inputs = 3,
     .attributes = &bias_relu},
    {.shapes = {CN_DIMS(2, 7, 3), CN_DIMS(3, 3, 4)}, .n_inputs = 2, .attributes = &tanh_alone},
    {.shapes = {CN_DIMS(2, 5, 3), CN_DIMS(2, 3, 600), CN_DIMS(600)},
     .n_inputs = 3,
     .attributes = &bias_relu},
    {.inputs = residual, .n_inputs = 5, .attributes = &images},
    {.inputs = by_sample, .n_inputs = 5, .attributes = &images},
};

const cn_op cn_op_conv_bias = {
    .name = "conv_bias",
    .min_inputs = 2,
    .max_inputs = CN_MOST_FUSED_INPUTS + 1,
    .count_outputs = count_outputs,
    .flags = CN_OP_READS_APART | CN_OP_WRITES_APART,
    .dense_inputs = 1 << 1,
    .fields = cn_conv_fields,
    .attributes_size = sizeof(cn_conv_attributes),
    .infer = infer,
    .lower = lower,
    .reference = reference,
    CN_SAMPLES(samples),
};
