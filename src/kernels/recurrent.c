/* What surrounds the recurrent kernels: scratch memory, and the gradients that are sums over all
 * steps, and so are large matrix products. */
#include "kernels/recurrent.h"

#include <string.h>

#include "kernels/gemm.h"
#include "kernels/native/native.h"
#include "runtime/threads.h"

/* ---- scratch memory: weights, a place for each row of the batch, d_inner, h times keep ------- */

static int64_t local_floats(const cn_recurrent *r)
{
    return cn_recurrent_weight_floats(r->units, r->gate_count) +
           r->batch * cn_recurrent_row_floats(r->units);
}

static int64_t sequence_floats(const cn_recurrent *r)
{
    return r->steps * r->batch * r->units;
}

static bool has_inner_gradient(const cn_recurrent *r)
{
    return r->gate_count == 3 && r->reset_after;
}

size_t cn_recurrent_scratch(const cn_recurrent *r)
{
    return (size_t)local_floats(r) * sizeof(float);
}

size_t cn_recurrent_gradient_scratch(const cn_recurrent *r, bool keeps)
{
    const int64_t sequences = (has_inner_gradient(r) ? 1 : 0) + (keeps ? 1 : 0);
    return cn_recurrent_scratch(r) + (size_t)(sequences * sequence_floats(r)) * sizeof(float);
}

/* ---- forward --------------------------------------------------------------------------------- */

void cn_lstm_run(const cn_recurrent *r)
{
    cn_native_kernels()->lstm(r);
}

void cn_gru_run(const cn_recurrent *r)
{
    cn_native_kernels()->gru(r);
}

void cn_simple_rnn_run(const cn_recurrent *r)
{
    cn_native_kernels()->simple_rnn(r);
}

/* ---- the recurrent kernel's gradient: the sum over steps of h' d, h being the state before --- */

/* Columns of d_kernel, and the gradient [T,N,...] that belongs to them. */
typedef struct part {
    int64_t begin, count;
    const float *d;
    int64_t stride; /* of its rows */
} part;

static cn_status multiply(const cn_recurrent *r, const part *p, int64_t step, int64_t steps,
                          const float *h, bool accumulate)
{
    return cn_sgemm(true, false, r->units, p->count, steps * r->batch, h, r->units,
                    p->d + step * r->batch * p->stride, p->stride, r->d_kernel + p->begin,
                    r->gate_count * r->units, accumulate, NULL);
}

/* Before the first step stands h0, before the others the state behind their neighbour. */
static cn_status multiply_states(const cn_recurrent *r, const part *p)
{
    const int64_t first = r->reverse ? r->steps - 1 : 0;
    if (r->steps == 0)
        return multiply(r, p, 0, 0, r->h0, false);
    CN_TRY(multiply(r, p, first, 1, r->h0, false));
    const float *hs = r->reverse ? r->hs + r->batch * r->units : r->hs;
    return multiply(r, p, r->reverse ? 0 : 1, r->steps - 1, hs, true);
}

typedef struct kept_states {
    const cn_recurrent *r;
    const float *keep; /* of one gate */
    float *to;         /* [T,N,U] */
} kept_states;

/* h times keep for the steps begin .. end-1. */
static void keep_steps(void *context, int64_t begin, int64_t end)
{
    const kept_states *k = context;
    const cn_recurrent *r = k->r;
    const int64_t size = r->batch * r->units, first = r->reverse ? r->steps - 1 : 0;
    for (int64_t t = begin; t < end; t++) {
        const float *h = t == first ? r->h0 : r->hs + (r->reverse ? t + 1 : t - 1) * size;
        for (int64_t i = 0; i < size; i++)
            k->to[t * size + i] = h[i] * k->keep[i];
    }
}

static cn_status multiply_kept_states(const cn_recurrent *r, const part *p)
{
    const int64_t size = r->batch * r->units, gate = p->begin / r->units;
    float *to = r->scratch + local_floats(r) + (has_inner_gradient(r) ? sequence_floats(r) : 0);
    kept_states kept = {r, r->keep + gate * size, to};
    cn_parallel_for(r->steps, (1 << 16) / (size + 1) + 1, keep_steps, &kept);
    return multiply(r, p, 0, r->steps, to, false);
}

/* Gates begin .. end-1, whose gradients d lie stride apart. */
static cn_status sum_gates(const cn_recurrent *r, int64_t begin, int64_t end, const float *d,
                           int64_t stride)
{
    const int64_t units = r->units;
    if (r->keep == NULL)
        return multiply_states(r, &(part){begin * units, (end - begin) * units, d, stride});
    for (int64_t gate = begin; gate < end; gate++)
        CN_TRY(multiply_kept_states(
            r, &(part){gate * units, units, d + (gate - begin) * units, stride}));
    return CN_OK;
}

/* ---- backward -------------------------------------------------------------------------------- */

cn_status cn_lstm_gradient_run(const cn_recurrent *r)
{
    cn_native_kernels()->lstm_gradient(r);
    return sum_gates(r, 0, 4, r->d_xw, 4 * r->units);
}

cn_status cn_simple_rnn_gradient_run(const cn_recurrent *r)
{
    cn_native_kernels()->simple_rnn_gradient(r);
    return sum_gates(r, 0, 1, r->d_xw, r->units);
}

/* The recurrent bias's gradient: sums over all steps and rows. */
static void sum_bias(const cn_recurrent *r)
{
    const int64_t units = r->units, rows = r->steps * r->batch;
    const cn_native *kernels = cn_native_kernels();
    kernels->reduce(CN_REDUCE_SUM, r->d_xw, r->d_bias, 1, rows, 3 * units);
    kernels->reduce(CN_REDUCE_SUM, r->d_inner, r->d_bias + 2 * units, 1, rows, units);
}

cn_status cn_gru_gradient_run(const cn_recurrent *r)
{
    cn_recurrent call = *r;
    const int64_t units = r->units;
    const part h = {2 * units, units, r->d_xw + 2 * units, 3 * units};
    if (r->reset_after)
        call.d_inner = r->scratch + local_floats(r);
    cn_native_kernels()->gru_gradient(&call);
    CN_TRY(sum_gates(&call, 0, 2, r->d_xw, 3 * units));
    if (r->reset_after) {
        sum_bias(&call);
        return sum_gates(&call, 2, 3, call.d_inner, units);
    }
    memset(r->d_bias, 0, (size_t)(3 * units) * sizeof *r->d_bias);
    return multiply(r, &h, 0, r->steps, r->inner, false);
}
