/* The product behind matmul and dense: sizes and strides from the shapes, the kernel calls, and the
 * plain loops. */
#include "ops/matmul.h"

#include <stdatomic.h>

#include "kernels/gemm.h"
#include "runtime/threads.h"

/* Multiplications and additions. */
enum { WORK_FOR_A_THREAD = 1 << 22 };

int64_t cn_last_dim(const cn_shape *shape, bool before)
{
    return shape->dim[shape->rank - (before ? 2 : 1)];
}

/* Of rows that lie together. */
static cn_product sizes(const cn_matmul_attributes *matmul, const cn_shape *a, const cn_shape *b)
{
    cn_product product = {
        .transpose_a = matmul->transpose_a,
        .transpose_b = matmul->transpose_b,
        .m = cn_last_dim(a, !matmul->transpose_a),
        .n = cn_last_dim(b, matmul->transpose_b),
        .k = cn_last_dim(a, matmul->transpose_a),
        .lda = cn_last_dim(a, false),
        .ldb = cn_last_dim(b, false),
        .ldc = cn_last_dim(b, matmul->transpose_b),
        .batch = 1,
    };
    for (int64_t i = 0; i < a->rank - 2; i++)
        product.batch *= a->dim[i];
    if (b->rank == 2 && !matmul->transpose_a) {
        product.m *= product.batch;
        product.batch = 1;
    }
    product.step_a = product.m * product.k;
    product.step_b = b->rank == 2 ? 0 : product.k * product.n;
    product.step_c = product.m * product.n;
    return product;
}

cn_product cn_product_of(const cn_lowering *lowering, const cn_instruction *instruction)
{
    const cn_program *program = lowering->program;
    const cn_value a = instruction->inputs[0], b = instruction->inputs[1];
    cn_product product =
        sizes(instruction->attributes, cn_shape_of(program, a), cn_shape_of(program, b));
    product.a = cn_address(lowering, a);
    product.b = cn_address(lowering, b);
    product.c = cn_address(lowering, instruction->output);
    product.lda = cn_pitch_of(lowering, a);
    product.ldb = cn_pitch_of(lowering, b);
    product.ldc = cn_pitch_of(lowering, instruction->output);
    product.step_a = (product.transpose_a ? product.k : product.m) * product.lda;
    product.step_b =
        product.step_b == 0 ? 0 : (product.transpose_b ? product.n : product.k) * product.ldb;
    product.step_c = product.m * product.ldc;
    return product;
}

static cn_status run_one(const cn_product *p, int64_t i, const cn_finish *finish)
{
    return cn_sgemm(p->transpose_a, p->transpose_b, p->m, p->n, p->k, p->a + i * p->step_a, p->lda,
                    p->b + i * p->step_b, p->ldb, p->c + i * p->step_c, p->ldc, false, finish);
}

struct batch {
    const cn_product *product;
    const cn_finish *finish;
    _Atomic cn_status status; /* of one that failed, if any did */
};

static void run_part(void *context, int64_t begin, int64_t end)
{
    struct batch *batch = context;
    for (int64_t i = begin; i < end; i++) {
        cn_status status = run_one(batch->product, i, batch->finish);
        if (status != CN_OK)
            atomic_store(&batch->status, status);
    }
}

/* Large products are cut up inside; of small ones each thread gets several. */
cn_status cn_product_run(const cn_product *product, const cn_finish *finish)
{
    const int64_t work = product->m * product->n * (product->k + 1);
    if (work < WORK_FOR_A_THREAD) {
        struct batch batch = {.product = product, .finish = finish};
        cn_parallel_for(product->batch, WORK_FOR_A_THREAD / work + 1, run_part, &batch);
        return atomic_load(&batch.status);
    }
    for (int64_t i = 0; i < product->batch; i++)
        CN_TRY(run_one(product, i, finish));
    return CN_OK;
}

void cn_reference_matmul(const cn_reference_call *call)
{
    const cn_product p =
        sizes(call->attributes, &call->input_types[0].shape, &call->input_types[1].shape);
    for (int64_t at = 0; at < p.batch * p.m * p.n; at++) {
        const int64_t batch = at / p.step_c, m = at % p.step_c / p.n, n = at % p.n;
        const double *a = call->inputs[0] + batch * p.step_a,
                     *b = call->inputs[1] + batch * p.step_b;
        double sum = 0;
        for (int64_t k = 0; k < p.k; k++)
            sum += a[p.transpose_a ? k * p.lda + m : m * p.lda + k] *
                   b[p.transpose_b ? n * p.ldb + k : k * p.ldb + n];
        call->outputs[0][at] = sum;
    }
}
