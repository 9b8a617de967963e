/* dense: a product as in matmul, and an elementwise program (a bias, an activation, a scale and
 * what else followed it) over its elements. Made from separate ops after differentiation: no
 * gradient. */
#include "ops/finished.h"
#include "ops/matmul.h"

static cn_status infer(const void *attributes, const cn_type *inputs, int64_t n_inputs,
                       cn_type *outputs)
{
    const cn_matmul_attributes *dense = attributes;
    CN_TRY(cn_infer_matmul(attributes, inputs, 2, outputs));
    return cn_infer_finished(&dense->finish, inputs, n_inputs, outputs);
}

static int64_t count_outputs(const void *attributes)
{
    return ((const cn_matmul_attributes *)attributes)->finish.n_outputs;
}

/* ---- lowering -------------------------------------------------------------------------------- */

struct call {
    cn_product product;
    cn_finish finish;
};

static cn_status run(const void *arguments)
{
    const struct call *c = arguments;
    cn_finish_begin(&c->finish);
    return cn_product_run(&c->product, &c->finish);
}

static cn_status lower(cn_lowering *lowering, const cn_instruction *instruction)
{
    const cn_matmul_attributes *dense = instruction->attributes;
    struct call call = {.product = cn_product_of(lowering, instruction)};
    if (call.product.batch * call.product.m * call.product.n == 0)
        return CN_OK;
    CN_TRY(cn_prepare_finish(lowering, instruction, &dense->finish, &call.finish));
    return cn_plan_add(lowering->plan, instruction->op->name, run, &call, sizeof call);
}

static void reference(const cn_reference_call *call)
{
    const cn_matmul_attributes *dense = call->attributes;
    cn_reference_finished(&dense->finish, call, cn_reference_matmul);
}

#define BIAS                                                                                       \
    {                                                                                              \
        "add(0,1) -> 2", 0, 1                                                                      \
    }
#define BIAS_RELU                                                                                  \
    {                                                                                              \
        "add(1,0) relu(2) -> 3", 1, 1                                                              \
    }
static const cn_matmul_attributes bias = {false, false, BIAS},
                                  bias_relu = {false, false, BIAS_RELU},
                                  relu = {false, false, {"relu(0) -> 1", 0, 1}},
                                  transposed = {true, true, {"add(0,1) tanh(2) -> 3", 0, 1}},
                                  second = {false, true, BIAS_RELU},
                                  both = {false,
                                          false,
                                          {"multiply_add(2,0,1) add(4,3) relu(5) -> 5 6", 2, 2}};
static const cn_sample_input whole[] = {{.shape = CN_DIMS(600, 3)},
                                        {.shape = CN_DIMS(3, 1030)},
                                        {.shape = CN_DIMS(1030)},
                                        {.shape = CN_DIMS(1030)},
                                        {.shape = CN_DIMS(600, 1030)}};
static const cn_sample samples[] = {
    {.shapes = {CN_DIMS(3, 4), CN_DIMS(4, 5), CN_DIMS(5)}, .n_inputs = 3, .attributes = &bias},
    {.shapes = {CN_DIMS(3, 4), CN_DIMS(4, 5), CN_DIMS(5)}, .n_inputs = 3, .attributes = &bias_relu},
    {.shapes = {CN_DIMS(3, 4), CN_DIMS(4, 5)}, .n_inputs = 2, .attributes = &relu},
    {.shapes = {CN_DIMS(4, 3), CN_DIMS(5, 4), CN_DIMS(5)},
     .n_inputs = 3,
     .attributes = &transposed},
    {.shapes = {CN_DIMS(2, 7, 3, 4), CN_DIMS(5, 4), CN_DIMS(7, 3, 5)},
     .n_inputs = 3,
     .attributes = &second},
    {.shapes = {CN_DIMS(2, 4, 3), CN_DIMS(2, 5, 4), CN_DIMS(3, 1)},
     .n_inputs = 3,
     .attributes = &transposed},
    {.shapes = {CN_DIMS(3, 2), CN_DIMS(2, 1100), CN_DIMS(1100)},
     .n_inputs = 3,
     .attributes = &bias_relu},
    {.inputs = whole, .n_inputs = 5, .attributes = &both},
};

const cn_op cn_op_dense = {
    .name = "dense",
    .min_inputs = 2,
    .max_inputs = CN_MOST_FUSED_INPUTS + 1,
    .count_outputs = count_outputs,
    .flags = CN_OP_READS_APART | CN_OP_WRITES_APART,
    .fields = cn_matmul_fields,
    .attributes_size = sizeof(cn_matmul_attributes),
    .infer = infer,
    .lower = lower,
    .reference = reference,
    CN_SAMPLES(samples),
};
