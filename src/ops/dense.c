/* dense: y = activation(A B + bias), the product as in matmul, the bias [N] and the activation (an
 * elementwise op of one input) optional. Made from separate ops after differentiation: no gradient.
 */
#include <stdatomic.h>
#include <string.h>

#include "kernels/gemm.h"
#include "kernels/native/native.h"
#include "ops/matmul.h"
#include "ops/samples.h"
#include "runtime/threads.h"

static cn_status infer(const void *attributes, const cn_type *inputs, int64_t n_inputs,
                       cn_type *outputs)
{
    const cn_matmul_attributes *dense = attributes;
    CN_TRY(cn_infer_matmul(attributes, inputs, 2, outputs));
    const int64_t n = outputs[0].shape.dim[outputs[0].shape.rank - 1];
    if (n_inputs == 3)
        CN_CHECK(inputs[2].dtype == CN_FLOAT32 && inputs[2].shape.rank == 1 &&
                     inputs[2].shape.dim[0] == n,
                 "its bias is float32 of shape (%d,), not %s of shape %s", (int)n,
                 cn_dtype_name(inputs[2].dtype), cn_shape_str(&inputs[2].shape));
    if (dense->activation == NULL)
        return CN_OK;
    const cn_op *op = cn_op_find(dense->activation);
    cn_type output;
    CN_CHECK(op != NULL && (op->flags & CN_OP_ELEMENTWISE) && op->max_inputs == 1 && op->tile != 0,
             "its activation is not an elementwise op of one input: %s", dense->activation);
    CN_TRY(op->infer(NULL, outputs, 1, &output));
    CN_CHECK(output.dtype == CN_FLOAT32, "its activation %s does not give float32",
             dense->activation);
    return CN_OK;
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
    cn_tile *add;
};

/* One run. The bias is repeated: as many whole rows of it as a tile holds. */
struct job {
    const struct call *call;
    float bias[CN_TILE];
    int64_t tile_rows; /* 0: a row is longer than a tile */
    _Atomic cn_status status;
};

static void finish_tile(const struct call *c, float *out, const float *bias, int64_t n)
{
    if (bias != NULL)
        c->add(out, out, bias, NULL, n);
    if (c->activation != NULL)
        c->activation(out, out, NULL, NULL, n);
}

/* Bias and activation of some rows. */
static void finish(void *context, int64_t begin, int64_t end)
{
    const struct job *job = context;
    const struct call *c = job->call;
    const int64_t n = c->product.n, rows = job->tile_rows;
    const float *bias = c->bias == NULL ? NULL : job->bias;
    for (int64_t row = begin; row < end && rows > 0; row += rows)
        finish_tile(c, c->product.c + row * n, bias, (end - row < rows ? end - row : rows) * n);
    for (int64_t row = begin; row < end && rows == 0; row++)
        for (int64_t j = 0; j < n; j += CN_TILE)
            finish_tile(c, c->product.c + row * n + j, c->bias == NULL ? NULL : c->bias + j,
                        n - j < CN_TILE ? n - j : CN_TILE);
}

/* Some rows of the product, panel by panel, each finished before the next begins. */
static void run_rows(void *context, int64_t begin, int64_t end)
{
    struct job *job = context;
    const cn_product *p = &job->call->product;
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

static void begin(struct job *job, const struct call *c)
{
    const int64_t n = c->product.n;
    job->call = c;
    job->status = CN_OK;
    job->tile_rows = CN_TILE / n;
    for (int64_t row = 0; row < job->tile_rows && c->bias != NULL; row++)
        memcpy(job->bias + row * n, c->bias, (size_t)n * sizeof *job->bias);
}

static cn_status run(const void *arguments)
{
    const struct call *c = arguments;
    const cn_product *p = &c->product;
    const double row_work = (double)p->n * (double)(p->k + 1);
    const int64_t rows = p->batch * p->m;
    struct job job;
    begin(&job, c);
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
    cn_tile *const *tiles = cn_native_kernels()->tiles;
    const struct call call = {
        .product = cn_product_of(lowering, instruction),
        .bias = instruction->n_inputs < 3 ? NULL : cn_address(lowering, instruction->inputs[2]),
        .activation = dense->activation == NULL ? NULL
                                                : tiles[cn_op_find(dense->activation)->tile - 1],
        .add = tiles[CN_TILE_add],
    };
    if (call.product.batch * call.product.m * call.product.n == 0)
        return CN_OK;
    return cn_plan_add(lowering->plan, instruction->op->name, run, &call, sizeof call);
}

static void reference(const cn_reference_call *call)
{
    const cn_matmul_attributes *dense = call->attributes;
    const cn_op *activation = dense->activation == NULL ? NULL : cn_op_find(dense->activation);
    const cn_shape *shape = &call->output_types[0].shape;
    const int64_t size = cn_shape_size(shape), n = shape->dim[shape->rank - 1];
    cn_reference_matmul(call);
    for (int64_t i = 0; i < size; i++) {
        double y = call->outputs[0][i] + (call->n_inputs == 3 ? call->inputs[2][i % n] : 0);
        call->outputs[0][i] = activation == NULL ? y : activation->scalar(y, 0, 0);
    }
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
