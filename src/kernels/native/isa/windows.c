/* Sums of table rows over windows of indices, and their gradient. */
#include "kernels/native/isa/isa.h"

#include <string.h>

#include "runtime/threads.h"

enum {
    LINE = 16,              /* floats: threads do not share a line of the cache */
    THREAD_BYTES = 1 << 18, /* worth a thread */
    AHEAD = 4               /* rows: so much earlier the next ones are asked for */
};

struct job {
    const cn_windows *windows;
    float *table;           /* [V, taps, width]; gathering only reads it */
    float *rows;            /* [n, out, width]; scattering only reads them */
    const int32_t *indices; /* [n, steps] */
};

static void add_row(float *restrict to, const float *restrict from, int64_t n)
{
    for (int64_t j = 0; j < n; j++)
        to[j] += from[j];
}

/* ---- gathering ------------------------------------------------------------------------------- */

static void gather_window(const struct job *job, const int32_t *indices, int64_t first, float *row)
{
    const cn_windows *w = job->windows;
    bool written = false;
    for (int64_t tap = 0; tap < w->taps; tap++) {
        const int64_t step = first + tap * w->dilation;
        if (step < 0 || step >= w->steps)
            continue;
        const float *from = job->table + (indices[step] * w->taps + tap) * w->width;
        if (written)
            add_row(row, from, w->width);
        else
            memcpy(row, from, (size_t)w->width * sizeof *row);
        written = true;
    }
    if (!written)
        memset(row, 0, (size_t)w->width * sizeof *row);
}

static void gather_part(void *context, int64_t begin, int64_t end)
{
    const struct job *job = context;
    const cn_windows *w = job->windows;
    for (int64_t i = begin; i < end; i++)
        gather_window(job, job->indices + i / w->out * w->steps, i % w->out * w->stride - w->before,
                      job->rows + i * w->width);
}

void CN_LOCAL(cn_gather_windows)(const cn_windows *windows, const float *table,
                                 const int32_t *indices, float *out)
{
    struct job job = {windows, (float *)(uintptr_t)table, out, indices};
    const int64_t bytes = (windows->taps + 1) * windows->width * (int64_t)sizeof(float);
    if (windows->width > 0)
        cn_parallel_for(windows->n * windows->out, THREAD_BYTES / bytes + 1, gather_part, &job);
}

/* ---- scattering ------------------------------------------------------------------------------ */

static void ask_for(const float *row, int64_t n)
{
    for (int64_t j = 0; j < n; j += LINE)
        __builtin_prefetch(row + j, 1);
}

/* Columns begin .. begin+n-1 of one sequence's rows. */
static void scatter_sequence(const struct job *job, const int32_t *indices, const float *rows,
                             int64_t begin, int64_t n)
{
    const cn_windows *w = job->windows;
    const int64_t row = w->taps * w->width;
    for (int64_t i = 0; i < w->out; i++) {
        const int64_t first = i * w->stride - w->before;
        for (int64_t tap = 0; tap < w->taps; tap++) {
            const int64_t step = first + tap * w->dilation;
            if (step < 0 || step >= w->steps)
                continue;
            float *to = job->table + begin + tap * w->width;
            if (step + AHEAD < w->steps)
                ask_for(to + indices[step + AHEAD] * row, n);
            add_row(to + indices[step] * row, rows + i * w->width + begin, n);
        }
    }
}

/* Each thread adds up some columns of all rows: every sum has the order of the indices, and a row
 * that comes often is shared evenly. */
static void scatter_part(void *context, int64_t begin, int64_t end)
{
    const struct job *job = context;
    const cn_windows *w = job->windows;
    const int64_t first = begin * LINE, last = end * LINE < w->width ? end * LINE : w->width;
    for (int64_t k = 0; k < w->n; k++)
        scatter_sequence(job, job->indices + k * w->steps, job->rows + k * w->out * w->width, first,
                         last - first);
}

void CN_LOCAL(cn_scatter_windows)(const cn_windows *windows, float *table, int64_t table_rows,
                                  const int32_t *indices, const float *rows)
{
    struct job job = {windows, table, (float *)(uintptr_t)rows, indices};
    const int64_t width = windows->width;
    const float zero = 0;
    cn_fill_run(table, &zero, sizeof zero, table_rows * windows->taps * width);
    const int64_t line_bytes = windows->n * windows->out * windows->taps * LINE *
                               (int64_t)sizeof(float);
    cn_parallel_for((width + LINE - 1) / LINE, THREAD_BYTES / (line_bytes + 1) + 1, scatter_part,
                    &job);
}
