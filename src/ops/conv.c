/* conv: y[n, o, g F + f] = sum over t and c of x[n, o stride + t dilation - before, g C + c]
 * kernel[t, c, g F + f], x[N, space..., G C], kernel[window..., C, G F] -> y[N, out..., G F] for
 * one to three spatial axes; out = (before + size + after - (window - 1) dilation - 1) / stride +
 * 1. With one channel to a group it is the depthwise convolution. Gradients: dx =
 * conv_input_gradient(dy, kernel), dkernel = conv_kernel_gradient(x, dy). */
#include "ops/conv.h"

static cn_status infer(const void *attributes, const cn_type *inputs, int64_t n_inputs,
                       cn_type *outputs)
{
    (void)n_inputs;
    outputs[0].dtype = CN_FLOAT32;
    CN_TRY(cn_conv_check_inputs(inputs));
    return cn_conv_infer_shape(attributes, &inputs[0].shape, &inputs[1].shape, &outputs[0].shape);
}

static void gradient(cn_program *p, const cn_instruction *i, const cn_value *dy, cn_value *dx)
{
    dx[0] = cn_emit_conv_input_gradient(p, dy[0], i->inputs[1], i->attributes,
                                        cn_shape_of(p, i->inputs[0]));
    dx[1] = cn_emit_conv_kernel_gradient(p, i->inputs[0], dy[0], i->attributes,
                                         cn_shape_of(p, i->inputs[1]));
}

struct call {
    cn_conv conv;
    const float *x, *kernel;
    float *y;
};

static cn_status run(const void *arguments)
{
    const struct call *c = arguments;
    return cn_conv_run(&c->conv, c->x, c->kernel, c->y, NULL);
}

static cn_status lower(cn_lowering *lowering, const cn_instruction *instruction)
{
    const cn_value x = instruction->inputs[0], kernel = instruction->inputs[1],
                   y = instruction->output;
    struct call call = {cn_conv_of_values(lowering, instruction->attributes, x, kernel, y),
                        cn_address(lowering, x), cn_address(lowering, kernel),
                        cn_address(lowering, y)};
    cn_conv_prepare(&call.conv);
    return cn_plan_add(lowering->plan, instruction->op->name, run, &call, sizeof call);
}

void cn_reference_conv(const cn_reference_call *call)
{
    const cn_shape *y = &call->output_types[0].shape;
    const cn_conv conv =
        cn_conv_of(call->attributes, &call->input_types[0].shape, &call->input_types[1].shape, y);
    for (int64_t i = 0; i < cn_shape_size(y); i++)
        call->outputs[0][i] = 0;
    cn_conv_loops(&conv,
                  &(cn_conv_arrays){call->inputs[0], call->inputs[1], NULL, call->outputs[0]});
}

static const cn_conv_attributes
    valid = CN_CONV_1D(1, 1, 0, 0, 1, 0),
    same = CN_CONV_1D(1, 1, 2, 2, 1, 0), wide = CN_CONV_1D(1, 1, 5, 4, 1, 0),
    strided = CN_CONV_1D(2, 1, 1, 1, 1, 0), far = CN_CONV_1D(5, 1, 0, 0, 1, 0),
    dilated = CN_CONV_1D(1, 3, 6, 0, 1, 0), both = CN_CONV_1D(4, 6, 5, 7, 1, 0),
    grouped = CN_CONV_1D(2, 1, 1, 0, 3, 0), depthwise = CN_CONV_1D(1, 2, 2, 1, 70, 0),
    narrow = CN_CONV_1D(3, 2, 2, 1, 4, 0),
    images = {CN_DIMS(1, 1), CN_DIMS(1, 1), CN_DIMS(1, 1), CN_DIMS(1, 1), 1, {0}, {0}},
    sparse = {CN_DIMS(2, 3), CN_DIMS(2, 1), CN_DIMS(1, 0), CN_DIMS(0, 2), 2, {0}, {0}},
    points = {CN_DIMS(2, 1), CN_DIMS(1, 1), CN_DIMS(0, 0), CN_DIMS(0, 0), 1, {0}, {0}},
    plain = {CN_DIMS(1, 1), CN_DIMS(1, 1), CN_DIMS(0, 0), CN_DIMS(0, 0), 1, {0}, {0}},
    channels = {CN_DIMS(2, 1), CN_DIMS(1, 1), CN_DIMS(1, 1), CN_DIMS(0, 1), 5, {0}, {0}},
    volumes = {CN_DIMS(1, 2, 1), CN_DIMS(1, 1, 2), CN_DIMS(1, 0, 2), CN_DIMS(0, 1, 1), 1, {0}, {0}};
static const cn_sample samples[] = {
    {.shapes = {CN_DIMS(2, 7, 3), CN_DIMS(3, 3, 4)}, .n_inputs = 2, .attributes = &valid},
    {.shapes = {CN_DIMS(3, 2, 3), CN_DIMS(5, 3, 2)}, .n_inputs = 2, .attributes = &same},
    {.shapes = {CN_DIMS(2, 9, 5), CN_DIMS(5, 5, 19)}, .n_inputs = 2, .attributes = &same},
    {.shapes = {CN_DIMS(2, 3, 2), CN_DIMS(2, 2, 3)}, .n_inputs = 2, .attributes = &wide},
    {.shapes = {CN_DIMS(2, 8, 3), CN_DIMS(3, 3, 4)}, .n_inputs = 2, .attributes = &strided},
    {.shapes = {CN_DIMS(2, 13, 3), CN_DIMS(2, 3, 4)}, .n_inputs = 2, .attributes = &far},
    {.shapes = {CN_DIMS(2, 11, 2), CN_DIMS(3, 2, 4)}, .n_inputs = 2, .attributes = &dilated},
    {.shapes = {CN_DIMS(1, 20, 2), CN_DIMS(3, 2, 3)}, .n_inputs = 2, .attributes = &both},
    {.shapes = {CN_DIMS(2, 7, 6), CN_DIMS(3, 2, 9)}, .n_inputs = 2, .attributes = &grouped},
    {.shapes = {CN_DIMS(2, 6, 70), CN_DIMS(3, 1, 70)}, .n_inputs = 2, .attributes = &depthwise},
    {.shapes = {CN_DIMS(2, 9, 4), CN_DIMS(3, 1, 12)}, .n_inputs = 2, .attributes = &narrow},
    {.shapes = {CN_DIMS(2, 9, 12), CN_DIMS(2, 3, 4)}, .n_inputs = 2, .attributes = &narrow},
    {.shapes = {CN_DIMS(2, 4, 5, 3), CN_DIMS(3, 3, 3, 2)}, .n_inputs = 2, .attributes = &images},
    {.shapes = {CN_DIMS(2, 7, 8, 4), CN_DIMS(2, 3, 2, 6)}, .n_inputs = 2, .attributes = &sparse},
    {.shapes = {CN_DIMS(2, 5, 3, 4), CN_DIMS(1, 1, 4, 3)}, .n_inputs = 2, .attributes = &points},
    {.shapes = {CN_DIMS(2, 5, 3, 4), CN_DIMS(1, 1, 4, 3)}, .n_inputs = 2, .attributes = &plain},
    {.shapes = {CN_DIMS(2, 4, 5, 5), CN_DIMS(3, 3, 1, 5)}, .n_inputs = 2, .attributes = &channels},
    {.shapes = {CN_DIMS(2, 3, 4, 5, 2), CN_DIMS(2, 3, 2, 2, 2)},
     .n_inputs = 2,
     .attributes = &volumes},
    {.shapes = {CN_DIMS(2, 1100, 1), CN_DIMS(2, 1, 2)}, .n_inputs = 2, .attributes = &valid},
    {.shapes = {CN_DIMS(0, 7, 3), CN_DIMS(3, 3, 4)}, .n_inputs = 2, .attributes = &valid},
};

const cn_op cn_op_conv = {
    .name = "conv",
    .min_inputs = 2,
    .max_inputs = 2,
    .n_outputs = 1,
    .flags = CN_OP_READS_APART | CN_OP_WRITES_APART,
    .dense_inputs = 1 << 1,
    .fields = cn_conv_fields,
    .attributes_size = sizeof(cn_conv_attributes),
    .infer = infer,
    .gradient = gradient,
    .lower = lower,
    .reference = cn_reference_conv,
    CN_SAMPLES(samples),
};
