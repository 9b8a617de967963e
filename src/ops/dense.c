/* dense: y = activation(A B + bias), the product as in matmul, the bias [N] and the activation (an
 * elementwise op of one input) optional. Made from separate ops after differentiation: no gradient.
 */
#include <stdatomic.h>

#include "kernels/gemm.h"
#include "ops/activation.h"
#include "ops/matmul.h"
#include "ops/samples.h"
#include "runtime/threads.h"

static cn_status infer(const void *attributes, const cn_type *inputs, int64_t n_inputs,
                       cn_type *outputs)
{
    const cn_matmul_attributes *dense = attributes;
    CN_TRY(cn_infer_matmul(attributes, inputs, 2, outputs));
    return cn_infer_activated(dense->activation, n_inputs == 3 ? &inputs[2] : NULL, &outputs[0]);
}

/* ---- lowering -------------------------------------------------------------------------------- */

/* Outputs of at most CACHED elements are still in the second cache when the product is done; so
 * large a product that the passes over memory do not count is cut up best by its own kernel. */
enum { CACHED = 1 << 18, PANEL_ELEMENTS = 1 << 16, LEAST_PANEL_ROWS = 512, GRAIN = 1 << 16 };
static const double large_product = 5e8, work_for_a_thread = 4e6;

struct call {
    cn_product product;
    const float *bias;   /* or NULL */
    cn_tile *activation; /* or NULL */
};

/* One run. */
struct job {
    const cn_product *product;
    cn_finish finish;
    _Atomic cn_status status;
};

/* Bias and activation of some rows. */
static void finish(void *context, int64_t begin, int64_t end)
{
    const struct job *job = context;
    const int64_t n = job->product->n;
    cn_finish_rows(&job->finish, job->product->c + begin * n, n, end - begin);
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
                                    p->lda, p->b, p->ldb, p->c + row * p->n, p->n, false);
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
    struct job job = {.product = p};
    cn_finish_begin(&job.finish, c->bias, c->activation, p->n);
    if (p->batch > 1 || p->transpose_a || rows * p->n <= CACHED ||
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
    const struct call call = {
        .product = cn_product_of(lowering, instruction),
        .bias = instruction->n_inputs < 3 ? NULL : cn_address(lowering, instruction->inputs[2]),
        .activation = cn_activation_tile(dense->activation),
    };
    if (call.product.batch * call.product.m * call.product.n == 0)
        return CN_OK;
    return cn_plan_add(lowering->plan, instruction->op->name, run, &call, sizeof call);
}

static void reference(const cn_reference_call *call)
{
    const cn_matmul_attributes *dense = call->attributes;
    cn_reference_matmul(call);
    cn_reference_activated(dense->activation, call);
}

static const cn_matmul_attributes none = {false, false, NULL}, relu = {false, false, "relu"},
                                  transposed = {true, true, "tanh"},
                                  second = {false, true, "sigmoid"};
static const cn_sample samples[] = {
    {.shapes = {CN_DIMS(3, 4), CN_DIMS(4, 5), CN_DIMS(5)}, .n_inputs = 3, .attributes = &none},
    {.shapes = {CN_DIMS(3, 4), CN_DIMS(4, 5), CN_DIMS(5)}, .n_inputs = 3, .attributes = &relu},
    {.shapes = {CN_DIMS(3, 4), CN_DIMS(4, 5)}, .n_inputs = 2, .attributes = &relu},
    {.shapes = {CN_DIMS(4, 3), CN_DIMS(5, 4), CN_DIMS(5)},
     .n_inputs = 3,
     .attributes = &transposed},
    {.shapes = {CN_DIMS(2, 7, 3, 4), CN_DIMS(5, 4), CN_DIMS(5)},
     .n_inputs = 3,
     .attributes = &second},
    {.shapes = {CN_DIMS(2, 4, 3), CN_DIMS(2, 5, 4), CN_DIMS(5)},
     .n_inputs = 3,
     .attributes = &transposed},
    {.shapes = {CN_DIMS(3, 2), CN_DIMS(2, 1100), CN_DIMS(1100)},
     .n_inputs = 3,
     .attributes = &relu},
    {.shapes = {CN_DIMS(600, 3), CN_DIMS(3, 1030), CN_DIMS(1030)},
     .n_inputs = 3,
     .attributes = &relu},
};

const cn_op cn_op_dense = {
    .name = "dense",
    .min_inputs = 2,
    .max_inputs = 3,
    .n_outputs = 1,
    .fields = cn_matmul_fields,
    .attributes_size = sizeof(cn_matmul_attributes),
    .infer = infer,
    .lower = lower,
    .reference = reference,
    CN_SAMPLES(samples),
};
