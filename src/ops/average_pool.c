/* average_pool: y = mean of the cells inside of each window of x[N, spatial..., C]. Gradient:
 * average_pool_gradient. */
#include "ops/pool.h"

static cn_status infer(const void *attributes, const cn_type *inputs, int64_t n_inputs,
                       cn_type *outputs)
{
    (void)n_inputs;
    CN_CHECK(inputs[0].dtype == CN_FLOAT32, "takes float32, got %s",
             cn_dtype_name(inputs[0].dtype));
    outputs[0].dtype = CN_FLOAT32;
    return cn_pool_shape(attributes, &inputs[0].shape, &outputs[0].shape);
}

static void gradient(cn_program *p, const cn_instruction *i, const cn_value *dy, cn_value *dx)
{
    const cn_pool_attributes attributes =
        cn_pool_with_input(i->attributes, cn_shape_of(p, i->inputs[0]));
    dx[0] = cn_program_append(p, &cn_op_average_pool_gradient, &attributes, dy, 1);
}

struct call {
    void (*run)(const cn_pool *pool, const float *x, float *y);
    cn_pool pool;
    const float *x;
    float *y;
};

static cn_status run(const void *arguments)
{
    const struct call *c = arguments;
    c->run(&c->pool, c->x, c->y);
    return CN_OK;
}

static cn_status lower(cn_lowering *lowering, const cn_instruction *instruction)
{
    const cn_value x = instruction->inputs[0], y = instruction->output;
    if (cn_shape_size(cn_shape_of(lowering->program, y)) == 0)
        return CN_OK;
    const struct call call = {
        cn_native_kernels()->average_pool, cn_pool_of(lowering, instruction->attributes, x, y),
        cn_address(lowering, instruction->inputs[0]), cn_address(lowering, instruction->output)};
    return cn_plan_add(lowering->plan, instruction->op->name, run, &call, sizeof call);
}

static void add_share(const cn_reference_call *call, const cn_pool_visit *at)
{
    call->outputs[0][at->y] += call->inputs[0][at->x] / (double)at->cells;
}

static void reference(const cn_reference_call *call)
{
    const cn_shape *y = &call->output_types[0].shape;
    for (int64_t o = 0; o < cn_shape_size(y); o++)
        call->outputs[0][o] = 0;
    cn_pool_walk(call->attributes, &call->input_types[0].shape, y, add_share, call);
}

static const cn_pool_attributes
    fives = {CN_DIMS(5), CN_DIMS(5), CN_DIMS(0), CN_DIMS(0), {0}, {0}},
    lapping = {CN_DIMS(3), CN_DIMS(2), CN_DIMS(1), CN_DIMS(2), {0}, {0}},
    gaps = {CN_DIMS(2, 1), CN_DIMS(3, 2), CN_DIMS(0, 0), CN_DIMS(1, 0), {0}, {0}},
    solid = {CN_DIMS(2, 3, 2), CN_DIMS(1, 2, 2), CN_DIMS(0, 1, 1), CN_DIMS(1, 1, 0), {0}, {0}},
    adaptive = {{0}, {0}, {0}, {0}, CN_DIMS(3, 5), {0}};
static const cn_sample samples[] = {
    {.shapes = {CN_DIMS(2, 23, 7)}, .n_inputs = 1, .attributes = &fives},
    {.shapes = {CN_DIMS(3, 7, 3)}, .n_inputs = 1, .attributes = &lapping},
    {.shapes = {CN_DIMS(2, 7, 5, 2)}, .n_inputs = 1, .attributes = &gaps},
    {.shapes = {CN_DIMS(2, 3, 5, 4, 2)}, .n_inputs = 1, .attributes = &solid},
    {.shapes = {CN_DIMS(2, 8, 4, 3)}, .n_inputs = 1, .attributes = &adaptive},
    {.shapes = {CN_DIMS(0, 7, 3)}, .n_inputs = 1, .attributes = &lapping},
};

const cn_op cn_op_average_pool = {
    CN_POOL_OP("average_pool", 1), .n_outputs = 1, .infer = infer,
    .gradient = gradient,          .lower = lower, .reference = reference,
    CN_SAMPLES(samples),
};

cn_value cn_emit_average_pool(cn_program *p, cn_value x, const cn_pool_attributes *pool)
{
    return x == CN_NO_VALUE ? x : cn_program_append(p, &cn_op_average_pool, pool, &x, 1);
}
