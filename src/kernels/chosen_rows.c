/* Products with chosen rows. Rows are read and written where they lie; each element is summed in
 * the same order however the work is cut. */
#include "kernels/chosen_rows.h"

#include <string.h>

#include "kernels/native/native.h"
#include "runtime/threads.h"

enum {
    PANEL = 72,           /* rows at a time: they and a strip of b stay in the first two caches */
    DEPTH = 256,          /* rows of a sum at a time; */
    COLUMNS = 128,        /* and columns, so that a copy of both stays in the second */
    THREAD_WORK = 1 << 22 /* multiplications worth a thread */
};

/* One run. */
struct job {
    const cn_chosen_rows *call;
    const cn_native *native;
    const int32_t *chosen; /* [count], ascending */
    int64_t count;
    const float *packed; /* op(b), slice by slice */
};

static int64_t smaller(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* Columns of b in whole strips. */
static int64_t padded(const cn_chosen_rows *call, const cn_native *native)
{
    return (call->columns + native->strip - 1) / native->strip * native->strip;
}

size_t cn_chosen_rows_scratch(const cn_chosen_rows *call)
{
    const int64_t packed = call->inner * padded(call, cn_native_kernels());
    return (size_t)packed * sizeof(float) + (size_t)(call->rows + 1) * sizeof(int32_t);
}

/* Marks first become the list itself, without a branch that nobody could foresee. */
static struct job begin(const cn_chosen_rows *call)
{
    const cn_native *native = cn_native_kernels();
    float *packed = call->scratch;
    int32_t *chosen = (int32_t *)(void *)(packed + call->inner * padded(call, native));
    int64_t count = 0;
    memset(chosen, 0, (size_t)call->rows * sizeof *chosen);
    for (int64_t i = 0; i < call->n; i++)
        if (call->indices[i] >= 0 && call->indices[i] < call->rows)
            chosen[call->indices[i]] = 1;
    for (int64_t row = 0; row < call->rows; row++) {
        const int32_t is_chosen = chosen[row];
        chosen[count] = (int32_t)row;
        count += is_chosen;
    }
    return (struct job){call, native, chosen, count, packed};
}

static int64_t grain(double work, int64_t items)
{
    return work < 1 ? items : (int64_t)(THREAD_WORK / work) + 1;
}

/* ---- rows ------------------------------------------------------------------------------------ */

/* All of op(b), once for all threads. */
static void pack(const struct job *job, float *packed)
{
    const cn_chosen_rows *g = job->call;
    const int64_t depth_step = g->transpose_b ? 1 : g->columns,
                  column_step = g->transpose_b ? g->inner : 1, width = padded(g, job->native);
    for (int64_t first = 0; first < g->inner; first += job->native->depth) {
        const int64_t depth = smaller(job->native->depth, g->inner - first);
        job->native->pack_columns(g->b + first * depth_step, depth_step, column_step, depth,
                                  g->columns, packed + first * width, depth, 0);
    }
}

static void set_row(const cn_chosen_rows *g, int64_t row)
{
    float *c = g->c + row * g->columns;
    const size_t bytes = (size_t)g->columns * sizeof *c;
    if (g->bias != NULL)
        memcpy(c, g->bias, bytes);
    else
        memset(c, 0, bytes);
}

static void multiply_panel(const struct job *job, const int32_t *chosen, int64_t rows)
{
    const cn_chosen_rows *g = job->call;
    const float *x[PANEL];
    float *y[PANEL];
    for (int64_t i = 0; i < rows; i++) {
        y[i] = g->c + chosen[i] * g->columns;
        if (g->bias != NULL)
            set_row(g, chosen[i]);
    }
    for (int64_t first = 0; first < g->inner; first += job->native->depth) {
        for (int64_t i = 0; i < rows; i++)
            x[i] = g->a + chosen[i] * g->inner + first;
        job->native->multiply_windows(
            &(cn_window_product){.rows = rows,
                                 .cells = 1,
                                 .depth = smaller(job->native->depth, g->inner - first),
                                 .columns = g->columns,
                                 .x = x,
                                 .packed = job->packed + first * padded(g, job->native),
                                 .y = y,
                                 .add = g->bias != NULL || first > 0});
    }
}

/* Chosen rows begin .. end-1, of which the one behind the last stands for the end, and before each
 * of them those that are not chosen. */
static void multiply_share(void *context, int64_t begin, int64_t end)
{
    const struct job *job = context;
    for (int64_t i = begin; i < end; i++) {
        const int64_t next = i < job->count ? job->chosen[i] : job->call->rows;
        for (int64_t row = i > 0 ? job->chosen[i - 1] + 1 : 0; row < next; row++)
            set_row(job->call, row);
    }
    const int64_t last = smaller(end, job->count);
    for (int64_t i = begin; i < last; i += PANEL)
        multiply_panel(job, job->chosen + i, smaller(PANEL, last - i));
}

void cn_multiply_chosen_rows(const cn_chosen_rows *call)
{
    struct job job = begin(call);
    if (call->columns == 0)
        return;
    if (call->inner == 0)
        job.count = 0;
    pack(&job, call->scratch);
    const double work = (double)call->inner * (double)call->columns;
    cn_parallel_for(job.count + 1, grain(work, job.count + 1), multiply_share, &job);
}

/* ---- sums ------------------------------------------------------------------------------------ */

/* Some columns, at most COLUMNS. */
static void sum_columns(const struct job *job, int64_t column, int64_t columns)
{
    const cn_chosen_rows *g = job->call;
    float packed[DEPTH * COLUMNS] __attribute__((aligned(64)));
    const float *x[DEPTH];
    for (int64_t first = 0; first < job->count; first += DEPTH) {
        const int64_t rows = smaller(DEPTH, job->count - first);
        for (int64_t i = 0; i < rows; i++) {
            const int64_t row = job->chosen[first + i];
            x[i] = g->a + row * g->inner;
            job->native->pack_columns(g->b + row * g->columns + column, 0, 1, 1, columns, packed,
                                      rows, i);
        }
        job->native->sum_window_products(&(cn_window_sums){.rows = rows,
                                                           .channels = g->inner,
                                                           .columns = columns,
                                                           .x = x,
                                                           .packed = packed,
                                                           .sums = g->c + column,
                                                           .sums_row = g->columns,
                                                           .add = first > 0});
    }
}

static void sum_share(void *context, int64_t begin, int64_t end)
{
    const struct job *job = context;
    const int64_t strip = job->native->strip, last = smaller(end * strip, job->call->columns);
    for (int64_t column = begin * strip; column < last; column += COLUMNS)
        sum_columns(job, column, smaller(COLUMNS, last - column));
}

void cn_sum_chosen_rows(const cn_chosen_rows *call)
{
    struct job job = begin(call);
    if (job.count == 0)
        memset(call->c, 0, (size_t)(call->inner * call->columns) * sizeof *call->c);
    if (job.count == 0 || call->inner == 0)
        return;
    const int64_t strips = padded(call, job.native) / job.native->strip;
    const double work = (double)job.count * (double)call->inner * (double)job.native->strip;
    cn_parallel_for(strips, grain(work, strips), sum_share, &job);
}
