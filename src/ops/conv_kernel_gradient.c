/* conv_kernel_gradient: dkernel from x[N, space..., G C] and dy[N, out..., G F] of y = conv(x,
 * kernel): dkernel[size..., C, G F], dkernel[t] = sum over n and o of x[n, o stride + t dilation -
 * before]^T dy[n, o]. Gradients, with d that of dkernel: dx = conv_input_gradient(dy, d), ddy =
 * conv(x, d). */
#include "ops/conv.h"

static cn_status infer(const void *attributes, const cn_type *inputs, int64_t n_inputs,
                       cn_type *outputs)
{
    (void)n_inputs;
    const cn_conv_attributes *a = attributes;
    const cn_shape *x = &inputs[0].shape, *dy = &inputs[1].shape;
    cn_shape expected;
    CN_TRY(cn_conv_check_inputs(inputs));
    CN_CHECK(a->size.rank == x->rank - 2, "size %s needs one number for each spatial axis of %s",
             cn_shape_str(&a->size), cn_shape_str(x));
    const cn_shape kernel = cn_conv_shape_of_kernel(a, x, dy);
    CN_TRY(cn_conv_infer_shape(a, x, &kernel, &expected));
    CN_CHECK(cn_shape_equal(&expected, dy), "takes dy of shape %s, got %s", cn_shape_str(&expected),
             cn_shape_str(dy));
    int64_t size;
    CN_TRY(cn_shape_checked_size(&kernel, sizeof(float), &size));
    outputs[0] = (cn_type){CN_FLOAT32, kernel};
    return CN_OK;
}

static void gradient(cn_program *p, const cn_instruction *i, const cn_value *d, cn_value *inputs)
{
    inputs[0] = cn_emit_conv_input_gradient(p, i->inputs[1], d[0], i->attributes,
                                            cn_shape_of(p, i->inputs[0]));
    inputs[1] = cn_emit_conv(p, i->inputs[0], d[0], i->attributes);
}

struct call {
    cn_conv conv;
    const float *x, *dy;
    float *dkernel;
};

static cn_status run(const void *arguments)
{
    const struct call *c = arguments;
    return cn_conv_kernel_gradient_run(&c->conv, c->x, c->dy, c->dkernel);
}

static cn_status lower(cn_lowering *lowering, const cn_instruction *instruction)
{
    const cn_value x = instruction->inputs[0], dy = instruction->inputs[1],
                   dkernel = instruction->output;
    struct call call = {cn_conv_of_values(lowering, instruction->attributes, x, dkernel, dy),
                        cn_address(lowering, x), cn_address(lowering, dy),
                        cn_address(lowering, dkernel)};
    cn_conv_prepare(&call.conv);
    return cn_plan_add(lowering->plan, instruction->op->name, run, &call, sizeof call);
}

static void reference(const cn_reference_call *call)
{
    const cn_shape *kernel = &call->output_types[0].shape;
    const cn_conv conv = cn_conv_of(call->attributes, &call->input_types[0].shape, kernel,
                                    &call->input_types[1].shape);
    for (int64_t i = 0; i < cn_shape_size(kernel); i++)
        call->outputs[0][i] = 0;
    cn_conv_loops(&conv,
                  &(cn_conv_arrays){call->inputs[0], NULL, call->inputs[1], call->outputs[0]});
}

static const cn_conv_attributes
    valid = CN_CONV_1D(1, 1, 0, 0, 1, 3),
    same = CN_CONV_1D(1, 1, 2, 2, 1, 5), both = CN_CONV_1D(4, 6, 5, 7, 1, 3),
    grouped = CN_CONV_1D(2, 1, 1, 0, 3, 3), depthwise = CN_CONV_1D(3, 1, 1, 1, 18, 4),
    images = {CN_DIMS(2, 1), CN_DIMS(1, 2), CN_DIMS(1, 1), CN_DIMS(1, 1), 1, CN_DIMS(3, 3), {0}},
    points = {CN_DIMS(1, 1), CN_DIMS(1, 1), CN_DIMS(0, 0), CN_DIMS(0, 0), 1, CN_DIMS(1, 1), {0}};
static const cn_sample samples[] = {
    {.shapes = {CN_DIMS(2, 7, 3), CN_DIMS(2, 5, 4)}, .n_inputs = 2, .attributes = &valid},
    {.shapes = {CN_DIMS(2, 9, 17), CN_DIMS(2, 9, 19)}, .n_inputs = 2, .attributes = &same},
    {.shapes = {CN_DIMS(1, 20, 2), CN_DIMS(1, 5, 3)}, .n_inputs = 2, .attributes = &both},
    {.shapes = {CN_DIMS(2, 7, 6), CN_DIMS(2, 3, 9)}, .n_inputs = 2, .attributes = &grouped},
    {.shapes = {CN_DIMS(2, 9, 18), CN_DIMS(2, 3, 36)}, .n_inputs = 2, .attributes = &depthwise},
    {.shapes = {CN_DIMS(2, 4, 5, 3), CN_DIMS(2, 2, 3, 2)}, .n_inputs = 2, .attributes = &images},
    {.shapes = {CN_DIMS(2, 4, 5, 3), CN_DIMS(2, 4, 5, 2)}, .n_inputs = 2, .attributes = &points},
    {.shapes = {CN_DIMS(0, 7, 3), CN_DIMS(0, 5, 4)}, .n_inputs = 2, .attributes = &valid},
};

const cn_op cn_op_conv_kernel_gradient = {
    .name = "conv_kernel_gradient",
    .min_inputs = 2,
    .max_inputs = 2,
    .n_outputs = 1,
    .flags = CN_OP_READS_APART,
    .fields = cn_conv_fields,
    .attributes_size = sizeof(cn_conv_attributes),
    .infer = infer,
    .gradient = gradient,
    .lower = lower,
    .reference = reference,
    CN_SAMPLES(samples),
};
