/* max_pool_gradient: dx[N, spatial..., C] from dy[N, windows..., C] and the numbers of the largest
 * cells: the sum of dy over the windows whose number is the cell's. */
#include "ops/pool.h"

static cn_status infer(const void *attributes, const cn_type *inputs, int64_t n_inputs,
                       cn_type *outputs)
{
    (void)n_inputs;
    CN_CHECK(inputs[0].dtype == CN_FLOAT32, "takes float32, got %s",
             cn_dtype_name(inputs[0].dtype));
    CN_CHECK(cn_shape_equal(&inputs[0].shape, &inputs[1].shape),
             "a gradient of shape %s with indices of shape %s", cn_shape_str(&inputs[0].shape),
             cn_shape_str(&inputs[1].shape));
    outputs[0].dtype = CN_FLOAT32;
    CN_TRY(cn_pool_input_shape(attributes, &inputs[0].shape, &outputs[0].shape));
    const cn_dtype index = cn_pool_index_dtype(attributes, &outputs[0].shape);
    CN_CHECK(inputs[1].dtype == index, "indices of these windows are %s, got %s",
             cn_dtype_name(index), cn_dtype_name(inputs[1].dtype));
    return CN_OK;
}

struct call {
    void (*run)(const cn_pool *pool, const float *dy, const void *index, float *dx);
    cn_pool pool;
    const float *dy;
    const void *index;
    float *dx;
};

static cn_status run(const void *arguments)
{
    const struct call *c = arguments;
    c->run(&c->pool, c->dy, c->index, c->dx);
    return CN_OK;
}

static cn_status lower(cn_lowering *lowering, const cn_instruction *instruction)
{
    const cn_value x = instruction->output, y = instruction->inputs[0];
    if (cn_shape_size(cn_shape_of(lowering->program, x)) == 0)
        return CN_OK;
    const struct call call = {
        cn_native_kernels()->max_pool_gradient, cn_pool_of(lowering, instruction->attributes, x, y),
        cn_address(lowering, instruction->inputs[0]), cn_address(lowering, instruction->inputs[1]),
        cn_address(lowering, instruction->output)};
    return cn_plan_add(lowering->plan, instruction->op->name, run, &call, sizeof call);
}

static void give(const cn_reference_call *call, const cn_pool_visit *at)
{
    if (call->inputs[1][at->y] == (double)at->number)
        call->outputs[0][at->x] += call->inputs[0][at->y];
}

static void reference(const cn_reference_call *call)
{
    const cn_shape *x = &call->output_types[0].shape;
    for (int64_t i = 0; i < cn_shape_size(x); i++)
        call->outputs[0][i] = 0;
    cn_pool_walk(call->attributes, x, &call->input_types[0].shape, give, call);
}

static const cn_pool_attributes fives = {CN_DIMS(5), CN_DIMS(5), CN_DIMS(0),
                                         CN_DIMS(0), {0},        CN_DIMS(12)},
                                lapping = {CN_DIMS(2, 2), CN_DIMS(1, 1), CN_DIMS(0, 1),
                                           CN_DIMS(0, 1), {0},           CN_DIMS(4, 3)},
                                wide = {CN_DIMS(300), CN_DIMS(9), CN_DIMS(299),
                                        CN_DIMS(0),   {0},        CN_DIMS(20)},
                                adaptive = {{0}, {0}, {0}, {0}, CN_DIMS(3), CN_DIMS(7)};
static const cn_sample samples[] = {
    {.shapes = {CN_DIMS(3, 2, 70), CN_DIMS(3, 2, 70)},
     .dtypes = {CN_FLOAT32, CN_UINT8},
     .n_inputs = 2,
     .low = 0,
     .high = 4,
     .attributes = &fives},
    {.shapes = {CN_DIMS(2, 3, 4, 3), CN_DIMS(2, 3, 4, 3)},
     .dtypes = {CN_FLOAT32, CN_UINT8},
     .n_inputs = 2,
     .low = 0,
     .high = 3,
     .attributes = &lapping},
    {.shapes = {CN_DIMS(2, 3, 2), CN_DIMS(2, 3, 2)},
     .dtypes = {CN_FLOAT32, CN_INT32},
     .n_inputs = 2,
     .low = 280,
     .high = 299,
     .attributes = &wide},
    {.shapes = {CN_DIMS(2, 3, 2), CN_DIMS(2, 3, 2)},
     .dtypes = {CN_FLOAT32, CN_UINT8},
     .n_inputs = 2,
     .low = 0,
     .high = 2,
     .attributes = &adaptive},
};

const cn_op cn_op_max_pool_gradient = {
    CN_POOL_OP("max_pool_gradient", 2),
    .n_outputs = 1,
    .infer = infer,
    .lower = lower,
    .reference = reference,
    CN_SAMPLES(samples),
};
