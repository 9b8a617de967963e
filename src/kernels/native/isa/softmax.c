/* Softmax, its gradient, and sparsemax, of the rows of [R,C]. */
#include "kernels/native/isa/reduce.h"
#include "kernels/native/isa/tiles.h"
#include "runtime/threads.h"

enum {
    BLOCK = 1024,             /* elements of short rows whose powers are made at once */
    THREAD_ELEMENTS = 1 << 14 /* worth a thread */
};

typedef struct rows_call {
    const float *in, *dy;
    float *out;
    int64_t columns;
} rows_call;

static float max_of(const float *x, int64_t n)
{
    return cn_reduce_row(cn_larger, cn_join_max, x, n);
}

static float sum_of(const float *x, int64_t n)
{
    return cn_reduce_row(cn_op_sum, cn_join_sum, x, n);
}

/* ---- softmax --------------------------------------------------------------------------------- */

static void subtract(float *out, const float *x, float shift, int64_t n)
{
    CN_INDEPENDENT
    for (int64_t i = 0; i < n; i++)
        out[i] = x[i] - shift;
}

static void powers(float *x, int64_t n)
{
    cn_each(cn_expf, x, x, n);
}

static void softmax_row(const float *x, float *y, int64_t n)
{
    const float max = max_of(x, n);
    subtract(y, x, max, n);
    powers(y, n);
    const float scale = 1.0f / sum_of(y, n);
    for (int64_t i = 0; i < n; i++)
        y[i] *= scale;
}

/* Short rows: all powers in one loop, which then has whole vectors. */
static void softmax_short_rows(const float *x, float *y, int64_t rows, int64_t n)
{
    for (int64_t r = 0; r < rows; r++) {
        const float max = max_of(x + r * n, n);
        for (int64_t i = 0; i < n; i++)
            y[r * n + i] = x[r * n + i] - max;
    }
    powers(y, rows * n);
    for (int64_t r = 0; r < rows; r++) {
        const float scale = 1.0f / sum_of(y + r * n, n);
        for (int64_t i = 0; i < n; i++)
            y[r * n + i] *= scale;
    }
}

static void softmax_rows(void *context, int64_t begin, int64_t end)
{
    const rows_call *g = context;
    const int64_t n = g->columns, step = n < BLOCK / 2 ? BLOCK / n : 1;
    for (int64_t r = begin; r < end; r += step) {
        const int64_t rows = end - r < step ? end - r : step;
        if (step > 1)
            softmax_short_rows(g->in + r * n, g->out + r * n, rows, n);
        else
            softmax_row(g->in + r * n, g->out + r * n, n);
    }
}

/* log_softmax: x - max - log(sum of powers). The powers are made in the output. */
static void log_softmax_rows(void *context, int64_t begin, int64_t end)
{
    const rows_call *g = context;
    const int64_t n = g->columns;
    for (int64_t r = begin; r < end; r++) {
        const float *x = g->in + r * n;
        float *y = g->out + r * n;
        const float max = max_of(x, n);
        float sum = 0;
        for (int64_t begin_part = 0; begin_part < n; begin_part += BLOCK) {
            float part[BLOCK];
            const int64_t count = n - begin_part < BLOCK ? n - begin_part : BLOCK;
            subtract(part, x + begin_part, max, count);
            powers(part, count);
            sum += sum_of(part, count);
        }
        const float log = cn_logf(sum);
        for (int64_t i = 0; i < n; i++)
            y[i] = (x[i] - max) - log;
    }
}

void CN_LOCAL(cn_softmax)(bool log, const float *in, float *out, int64_t rows, int64_t columns)
{
    rows_call g = {.in = in, .out = out, .columns = columns};
    if (columns > 0)
        cn_parallel_for(rows, THREAD_ELEMENTS / columns + 1, log ? log_softmax_rows : softmax_rows,
                        &g);
}

/* ---- gradients ------------------------------------------------------------------------------- */

static float dot(const float *restrict x, const float *restrict y, int64_t n)
{
    float sum = 0;
    for (int64_t begin = 0; begin < n; begin += BLOCK) {
        float products[BLOCK];
        const int64_t count = n - begin < BLOCK ? n - begin : BLOCK;
        for (int64_t i = 0; i < count; i++)
            products[i] = x[begin + i] * y[begin + i];
        sum += sum_of(products, count);
    }
    return sum;
}

static void softmax_gradient_rows(void *context, int64_t begin, int64_t end)
{
    const rows_call *g = context;
    for (int64_t r = begin; r < end; r++) {
        const float *y = g->in + r * g->columns, *dy = g->dy + r * g->columns;
        float *dx = g->out + r * g->columns;
        const float sum = dot(y, dy, g->columns);
        CN_INDEPENDENT
        for (int64_t i = 0; i < g->columns; i++)
            dx[i] = y[i] * (dy[i] - sum);
    }
}

static void log_softmax_gradient_rows(void *context, int64_t begin, int64_t end)
{
    const rows_call *g = context;
    for (int64_t r = begin; r < end; r++) {
        const float *y = g->in + r * g->columns, *dy = g->dy + r * g->columns;
        float *dx = g->out + r * g->columns;
        const float sum = sum_of(dy, g->columns);
        CN_INDEPENDENT
        for (int64_t i = 0; i < g->columns; i++)
            dx[i] = dy[i] - cn_expf(y[i]) * sum;
    }
}

void CN_LOCAL(cn_softmax_gradient)(bool log, const float *y, const float *dy, float *dx,
                                   int64_t rows, int64_t columns)
{
    rows_call g = {.in = y, .dy = dy, .out = dx, .columns = columns};
    if (columns > 0)
        cn_parallel_for(rows, THREAD_ELEMENTS / columns + 1,
                        log ? log_softmax_gradient_rows : softmax_gradient_rows, &g);
}

/* ---- sparsemax ------------------------------------------------------------------------------- */

/* The threshold t with sum(max(x - t, 0)) = 1, for x whose largest is 0 (Michelot 1986): what
 * lies below the threshold for all is left out, which raises the threshold, until nothing more
 * is below. It lies in -1 .. 0. */
static float threshold_of(const float *x, int64_t n)
{
    float threshold = -1;
    for (int64_t count = -1;;) {
        double sum = 0;
        int64_t above = 0;
        for (int64_t i = 0; i < n; i++) {
            sum += x[i] > threshold ? (double)x[i] : 0;
            above += x[i] > threshold;
        }
        if (above == count || above == 0)
            return threshold;
        count = above;
        threshold = (float)((sum - 1) / (double)above);
    }
}

void CN_LOCAL(cn_sparsemax)(const float *in, float *out, int64_t rows, int64_t columns,
                            float *scratch)
{
    for (int64_t r = 0; r < rows && columns > 0; r++) {
        const float *x = in + r * columns;
        float *y = out + r * columns;
        const float max = max_of(x, columns);
        for (int64_t i = 0; i < columns; i++)
            scratch[i] = x[i] - max;
        const float threshold = threshold_of(scratch, columns);
        for (int64_t i = 0; i < columns; i++)
            y[i] = scratch[i] > threshold ? scratch[i] - threshold : 0;
    }
}
