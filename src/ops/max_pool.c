/* max_pool: y = largest of each window of x[N, spatial..., C], and the number of its cell,
 * row-major in the widest window (uint8; int32 where that has more than 256 cells). Gradient: dy
 * goes to that cell, the first of equal ones (max_pool_gradient). */
#include "ops/pool.h"

#include <math.h>

static cn_status infer(const void *attributes, const cn_type *inputs, int64_t n_inputs,
                       cn_type *outputs)
{
    (void)n_inputs;
    CN_CHECK(inputs[0].dtype == CN_FLOAT32, "takes float32, got %s",
             cn_dtype_name(inputs[0].dtype));
    outputs[0].dtype = CN_FLOAT32;
    CN_TRY(cn_pool_shape(attributes, &inputs[0].shape, &outputs[0].shape));
    CN_CHECK(cn_pool_cells(attributes, &inputs[0].shape) <= INT32_MAX,
             "more than 2^31 - 1 cells in a window");
    outputs[1] = (cn_type){cn_pool_index_dtype(attributes, &inputs[0].shape), outputs[0].shape};
    return CN_OK;
}

static void gradient(cn_program *p, const cn_instruction *i, const cn_value *dy, cn_value *dx)
{
    const cn_pool_attributes attributes =
        cn_pool_with_input(i->attributes, cn_shape_of(p, i->inputs[0]));
    cn_value operands[2] = {dy[0], i->output + 1};
    dx[0] = dy[0] == CN_NO_VALUE
                ? CN_NO_VALUE
                : cn_program_append(p, &cn_op_max_pool_gradient, &attributes, operands, 2);
}

struct call {
    void (*run)(const cn_pool *pool, const float *x, float *y, void *index);
    cn_pool pool;
    const float *x;
    float *y;
    void *index;
};

static cn_status run(const void *arguments)
{
    const struct call *c = arguments;
    c->run(&c->pool, c->x, c->y, c->index);
    return CN_OK;
}

static cn_status lower(cn_lowering *lowering, const cn_instruction *instruction)
{
    const cn_value x = instruction->inputs[0], y = instruction->output;
    if (cn_shape_size(cn_shape_of(lowering->program, y)) == 0)
        return CN_OK;
    const struct call call = {
        cn_native_kernels()->max_pool, cn_pool_of(lowering, instruction->attributes, x, y),
        cn_address(lowering, instruction->inputs[0]), cn_address(lowering, instruction->output),
        cn_address(lowering, instruction->output + 1)};
    return cn_plan_add(lowering->plan, instruction->op->name, run, &call, sizeof call);
}

static void take_larger(const cn_reference_call *call, const cn_pool_visit *at)
{
    double *y = &call->outputs[0][at->y], *index = &call->outputs[1][at->y];
    const double x = call->inputs[0][at->x];
    if (*index < 0 || x > *y || (isnan(x) && !isnan(*y))) {
        *y = x;
        *index = (double)at->number;
    }
}

static void reference(const cn_reference_call *call)
{
    const cn_shape *y = &call->output_types[0].shape;
    for (int64_t o = 0; o < cn_shape_size(y); o++)
        call->outputs[1][o] = -1;
    cn_pool_walk(call->attributes, &call->input_types[0].shape, y, take_larger, call);
}

static const cn_pool_attributes
    fives = {CN_DIMS(5), CN_DIMS(5), CN_DIMS(0), CN_DIMS(0), {0}, {0}},
    lapping = {CN_DIMS(3), CN_DIMS(2), CN_DIMS(1), CN_DIMS(2), {0}, {0}},
    gaps = {CN_DIMS(2, 1), CN_DIMS(3, 2), CN_DIMS(0, 0), CN_DIMS(1, 0), {0}, {0}},
    solid = {CN_DIMS(2, 3, 2), CN_DIMS(1, 2, 2), CN_DIMS(0, 1, 1), CN_DIMS(1, 1, 0), {0}, {0}},
    wide = {CN_DIMS(300), CN_DIMS(50), CN_DIMS(0), CN_DIMS(0), {0}, {0}},
    adaptive = {{0}, {0}, {0}, {0}, CN_DIMS(3, 5), {0}};
static const cn_sample samples[] = {
    {.shapes = {CN_DIMS(2, 23, 70)}, .n_inputs = 1, .attributes = &fives},
    {.shapes = {CN_DIMS(3, 7, 3)}, .n_inputs = 1, .attributes = &lapping},
    {.shapes = {CN_DIMS(2, 7, 5, 2)}, .n_inputs = 1, .attributes = &gaps},
    {.shapes = {CN_DIMS(2, 3, 5, 4, 2)}, .n_inputs = 1, .attributes = &solid},
    {.shapes = {CN_DIMS(1, 400, 2)}, .n_inputs = 1, .attributes = &wide},
    {.shapes = {CN_DIMS(2, 8, 4, 3)}, .n_inputs = 1, .attributes = &adaptive},
    {.shapes = {CN_DIMS(0, 7, 3)}, .n_inputs = 1, .attributes = &lapping},
};

const cn_op cn_op_max_pool = {
    CN_POOL_OP("max_pool", 1), .n_outputs = 2, .infer = infer,
    .gradient = gradient,      .lower = lower, .reference = reference,
    CN_SAMPLES(samples),
};

cn_value cn_emit_max_pool(cn_program *p, cn_value x, const cn_pool_attributes *pool)
{
    return x == CN_NO_VALUE ? x : cn_program_append(p, &cn_op_max_pool, pool, &x, 1);
}
