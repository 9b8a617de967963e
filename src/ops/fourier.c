/* Lowering the Fourier ops. */
#include "ops/fourier.h"

struct call {
    const cn_native *native;
    cn_fft fft;
    const float *x, *dre, *dim;
    float *re, *im, *dx, *scratch;
    int64_t rows;
};

static cn_status run(const void *arguments)
{
    const struct call *c = arguments;
    c->native->rfft(&c->fft, c->x, c->re, c->im, c->rows, c->scratch);
    return CN_OK;
}

static cn_status run_back(const void *arguments)
{
    const struct call *c = arguments;
    c->native->rfft_gradient(&c->fft, c->dre, c->dim, c->dx, c->rows, c->scratch);
    return CN_OK;
}

cn_status cn_fourier_lower(cn_lowering *lowering, const cn_instruction *instruction, bool back)
{
    const cn_value one = back ? instruction->output : instruction->inputs[0];
    const cn_rows rows = cn_rows_of(cn_shape_of(lowering->program, one));
    struct call call = {
        .native = cn_native_kernels(), .rows = rows.rows, .scratch = lowering->scratch};
    CN_TRY(cn_fft_prepare(rows.columns, &lowering->plan->memory, &call.fft));
    if (back) {
        call.dre = cn_address(lowering, instruction->inputs[0]);
        call.dim = cn_address(lowering, instruction->inputs[1]);
        call.dx = cn_address(lowering, instruction->output);
    } else {
        call.x = cn_address(lowering, instruction->inputs[0]);
        call.re = cn_address(lowering, instruction->output);
        call.im = cn_address(lowering, instruction->output + 1);
    }
    return cn_plan_add(lowering->plan, instruction->op->name, back ? run_back : run, &call,
                       sizeof call);
}
