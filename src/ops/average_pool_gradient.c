/* average_pool_gradient: dx[N, spatial..., C] = sum of dy / cells over the windows that hold the
 * cell, cells being the number of a window's cells that are inside. Gradient: average_pool. */
#include "ops/pool.h"

static cn_status infer(const void *attributes, const cn_type *inputs, int64_t n_inputs,
                       cn_type *outputs)
{
    (void)n_inputs;
    CN_CHECK(inputs[0].dtype == CN_FLOAT32, "takes float32, got %s",
             cn_dtype_name(inputs[0].dtype));
    outputs[0].dtype = CN_FLOAT32;
    return cn_pool_input_shape(attributes, &inputs[0].shape, &outputs[0].shape);
}

static void gradient(cn_program *p, const cn_instruction *i, const cn_value *dy, cn_value *dx)
{
    cn_pool_attributes attributes = *(const cn_pool_attributes *)i->attributes;
    attributes.input = (cn_shape){0};
    dx[0] = cn_emit_average_pool(p, dy[0], &attributes);
}

struct call {
    void (*run)(const cn_pool *pool, const float *dy, float *dx);
    cn_pool pool;
    const float *dy;
    float *dx;
};

static cn_status run(const void *arguments)
{
    const struct call *c = arguments;
    c->run(&c->pool, c->dy, c->dx);
    return CN_OK;
}

static cn_status lower(cn_lowering *lowering, const cn_instruction *instruction)
{
    const cn_value x = instruction->output, y = instruction->inputs[0];
    if (cn_shape_size(cn_shape_of(lowering->program, x)) == 0)
        return CN_OK;
    const struct call call = {cn_native_kernels()->average_pool_gradient,
                              cn_pool_of(lowering, instruction->attributes, x, y),
                              cn_address(lowering, instruction->inputs[0]),
                              cn_address(lowering, instruction->output)};
    return cn_plan_add(lowering->plan, instruction->op->name, run, &call, sizeof call);
}

static void add_share(const cn_reference_call *call, const cn_pool_visit *at)
{
    call->outputs[0][at->x] += call->inputs[0][at->y] / (double)at->cells;
}

static void reference(const cn_reference_call *call)
{
    const cn_shape *x = &call->output_types[0].shape;
    for (int64_t i = 0; i < cn_shape_size(x); i++)
        call->outputs[0][i] = 0;
    cn_pool_walk(call->attributes, x, &call->input_types[0].shape, add_share, call);
}

static const cn_pool_attributes lapping = {CN_DIMS(2, 2), CN_DIMS(1, 1), CN_DIMS(0, 1),
                                           CN_DIMS(0, 1), {0},           CN_DIMS(4, 3)},
                                gaps = {CN_DIMS(2), CN_DIMS(3), CN_DIMS(0),
                                        CN_DIMS(0), {0},        CN_DIMS(9)},
                                adaptive = {{0}, {0}, {0}, {0}, CN_DIMS(3), CN_DIMS(7)};
static const cn_sample samples[] = {
    {.shapes = {CN_DIMS(2, 3, 4, 3)}, .n_inputs = 1, .attributes = &lapping},
    {.shapes = {CN_DIMS(2, 3, 2)}, .n_inputs = 1, .attributes = &gaps},
    {.shapes = {CN_DIMS(2, 3, 2)}, .n_inputs = 1, .attributes = &adaptive},
};

const cn_op cn_op_average_pool_gradient = {
    CN_POOL_OP("average_pool_gradient", 1),
    .n_outputs = 1,
    .infer = infer,
    .gradient = gradient,
    .lower = lower,
    .reference = reference,
    CN_SAMPLES(samples),
};
