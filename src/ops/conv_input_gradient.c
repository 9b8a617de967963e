/* conv_input_gradient: dx from dy[N, out..., F] and the kernel of y = conv(x, kernel): dx[N,
 * size..., C], dx[i] = sum of dy[o] kernel[t]^T over all o and t with o stride + t dilation -
 * before = i. It is also the transposed convolution. Gradients, with d that of dx: ddy = conv(d,
 * kernel), dkernel = conv_kernel_gradient(d, dy). */
#include "ops/conv.h"

static cn_status infer(const void *attributes, const cn_type *inputs, int64_t n_inputs,
                       cn_type *outputs)
{
    (void)n_inputs;
    const cn_conv_attributes *a = attributes;
    const cn_shape *dy = &inputs[0].shape, *kernel = &inputs[1].shape;
    cn_shape expected;
    CN_TRY(cn_conv_check_inputs(inputs));
    CN_CHECK(a->size.rank == dy->rank - 2, "size %s needs one number for each spatial axis of %s",
             cn_shape_str(&a->size), cn_shape_str(dy));
    CN_CHECK(a->groups > 0 && a->groups < INT32_MAX && kernel->dim[kernel->rank - 2] < INT32_MAX,
             "its groups do not fit a kernel of shape %s", cn_shape_str(kernel));
    const cn_shape x = cn_conv_shape_of_x(a, dy, kernel);
    CN_TRY(cn_conv_infer_shape(a, &x, kernel, &expected));
    CN_CHECK(cn_shape_equal(&expected, dy), "takes dy of shape %s, got %s", cn_shape_str(&expected),
             cn_shape_str(dy));
    int64_t size;
    CN_TRY(cn_shape_checked_size(&x, sizeof(float), &size));
    outputs[0] = (cn_type){CN_FLOAT32, x};
    return CN_OK;
}

static void gradient(cn_program *p, const cn_instruction *i, const cn_value *d, cn_value *inputs)
{
    inputs[0] = cn_emit_conv(p, d[0], i->inputs[1], i->attributes);
    inputs[1] = cn_emit_conv_kernel_gradient(p, d[0], i->inputs[0], i->attributes,
                                             cn_shape_of(p, i->inputs[1]));
}

struct call {
    cn_conv conv;
    const float *dy, *kernel;
    float *dx;
};

static cn_status run(const void *arguments)
{
    const struct call *c = arguments;
    return cn_conv_input_gradient_run(&c->conv, c->dy, c->kernel, c->dx);
}

static cn_status lower(cn_lowering *lowering, const cn_instruction *instruction)
{
    const struct call call = {
        cn_conv_of_values(lowering, instruction->attributes, instruction->output,
                          instruction->inputs[1], instruction->inputs[0]),
        cn_address(lowering, instruction->inputs[0]), cn_address(lowering, instruction->inputs[1]),
        cn_address(lowering, instruction->output)};
    return cn_plan_add(lowering->plan, instruction->op->name, run, &call, sizeof call);
}

static void reference(const cn_reference_call *call)
{
    const cn_shape *x = &call->output_types[0].shape;
    const cn_conv conv =
        cn_conv_of(call->attributes, x, &call->input_types[1].shape, &call->input_types[0].shape);
    for (int64_t i = 0; i < cn_shape_size(x); i++)
        call->outputs[0][i] = 0;
    cn_conv_loops(&conv,
                  &(cn_conv_arrays){NULL, call->inputs[1], call->inputs[0], call->outputs[0]});
}

static const cn_conv_attributes
    valid = CN_CONV_1D(1, 1, 0, 0, 1, 7),
    same = CN_CONV_1D(1, 1, 2, 2, 1, 9), wide = CN_CONV_1D(1, 1, 5, 4, 1, 3),
    strided = CN_CONV_1D(2, 1, 1, 1, 1, 8), far = CN_CONV_1D(5, 1, 0, 0, 1, 14),
    both = CN_CONV_1D(4, 6, 5, 7, 1, 20), grouped = CN_CONV_1D(2, 1, 1, 0, 3, 7),
    depthwise = CN_CONV_1D(3, 1, 1, 1, 18, 9),
    images = {CN_DIMS(2, 1), CN_DIMS(1, 2), CN_DIMS(1, 1), CN_DIMS(1, 1), 1, CN_DIMS(4, 5), {0}},
    points = {CN_DIMS(2, 1), CN_DIMS(1, 1), CN_DIMS(0, 0), CN_DIMS(0, 0), 1, CN_DIMS(5, 3), {0}},
    volumes = {CN_DIMS(1, 2, 1),
               CN_DIMS(1, 1, 2),
               CN_DIMS(1, 0, 2),
               CN_DIMS(0, 1, 1),
               1,
               CN_DIMS(3, 4, 5),
               {0}};
static const cn_sample samples[] = {
    {.shapes = {CN_DIMS(2, 5, 4), CN_DIMS(3, 3, 4)}, .n_inputs = 2, .attributes = &valid},
    {.shapes = {CN_DIMS(2, 9, 19), CN_DIMS(5, 5, 19)}, .n_inputs = 2, .attributes = &same},
    {.shapes = {CN_DIMS(2, 11, 3), CN_DIMS(2, 2, 3)}, .n_inputs = 2, .attributes = &wide},
    {.shapes = {CN_DIMS(2, 4, 4), CN_DIMS(3, 3, 4)}, .n_inputs = 2, .attributes = &strided},
    {.shapes = {CN_DIMS(2, 3, 4), CN_DIMS(2, 3, 4)}, .n_inputs = 2, .attributes = &far},
    {.shapes = {CN_DIMS(1, 5, 3), CN_DIMS(3, 2, 3)}, .n_inputs = 2, .attributes = &both},
    {.shapes = {CN_DIMS(2, 3, 9), CN_DIMS(3, 2, 9)}, .n_inputs = 2, .attributes = &grouped},
    {.shapes = {CN_DIMS(2, 3, 36), CN_DIMS(4, 1, 36)}, .n_inputs = 2, .attributes = &depthwise},
    {.shapes = {CN_DIMS(2, 2, 3, 2), CN_DIMS(3, 3, 3, 2)}, .n_inputs = 2, .attributes = &images},
    {.shapes = {CN_DIMS(2, 3, 3, 3), CN_DIMS(1, 1, 4, 3)}, .n_inputs = 2, .attributes = &points},
    {.shapes = {CN_DIMS(2, 3, 2, 6, 2), CN_DIMS(2, 3, 2, 2, 2)},
     .n_inputs = 2,
     .attributes = &volumes},
    {.shapes = {CN_DIMS(0, 5, 4), CN_DIMS(3, 3, 4)}, .n_inputs = 2, .attributes = &valid},
};

const cn_op cn_op_conv_input_gradient = {
    .name = "conv_input_gradient",
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
    .reference = reference,
    CN_SAMPLES(samples),
};
