/* dense: a product as in matmul, and an elementwise program (a bias, an activation, a scale and what
 * else followed it) over its elements. Made from separate ops after differentiation: no gradient. */
#include <stdatomic.h>

#include "kernels/gemm.h"
#include "ops/finished.h"
#include "ops/matmul.h"
#include "runtime/threads.h"

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

/* Outputs of at most CACHED elements are still in the second cache when the product is done. So large a
 * product that the passes over memory do not count is cut up best by its own kernel, and so is one of few
 * rows, of which threads would copy all columns each. */
enum { CACHED = 1 << 18, PANEL_ELEMENTS = 1 << 16, LEAST_PANEL_ROWS = 512, GRAIN = 1 << 16 };
static const double large_product = 5e8, work_for_a_thread = 4e6;

struct call {
    cn_product product;
    cn_finish finish;
};

/* One run. */
struct job {
    const cn_product *product;
    const cn_finish *finish;
    _Atomic cn_status status;
};

static void finish(void *context, int64_t begin, int64_t end)
{
    const struct job *job = context;
    const int64_t ldc = job->product->ldc;
    cn_finish_rows(job->finish, job->product->c + begin * ldc, ldc, end - begin);
}

/* Some rows of the product, panel by panel, each finished before the next begins. */
static void run_rows(void *context, int64_t begin, int64_t end)
{
    struct job *job = context;
    const cn_product *p = job->product;
    const int64_t most = PANEL_ELEMENTS / p->n,
                  panel = most > LEAST_PANEL_ROWS ? most : LEAST_PANEL_ROWS;
    for (int64_t row = begin; row < end; row += panel) {
        const int64_t rows = end - row < panel ? end - row : panel;
        cn_status status = cn_sgemm(false, p->transpose_b, rows, p->n, p->k, p->a + row * p->lda,
                                    p->lda, p->b, p->ldb, p->c + row * p->ldc, p->ldc, false);
        if (status != CN_OK)
            atomic_store(&job->status, status);
        finish(job, row, row + rows);
    }
}

static cn_status run(const void *arguments)
{
    const struct call *c = arguments;
    const cn_product *p = &c->product;
    const double row_work = (double)p->n * (double)(p->k + 1);
    const int64_t rows = p->batch * p->m;
    struct job job = {.product = p, .finish = &c->finish};
    cn_finish_begin(&c->finish);
    if (p->batch > 1 || p->transpose_a || rows * p->n <= CACHED || rows <= 2 * p->k ||
        (double)rows * row_work > large_product) {
        CN_TRY(cn_product_run(p));
        cn_parallel_for(rows, GRAIN / p->n + 1, finish, &job);
        return CN_OK;
    }
    cn_parallel_for(rows, (int64_t)(work_for_a_thread / row_work) + 1, run_rows, &job);
    return atomic_load(&job.status);
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
