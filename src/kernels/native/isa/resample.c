/* One axis resized: each cell of the result is a weighted sum of neighbours. */
#include "kernels/native/isa/isa.h"
#include "runtime/threads.h"

enum { THREAD_ELEMENTS = 1 << 15 /* worth a thread */, MOST_SMALL = 3 };

typedef struct resampling {
    const cn_resample *resample;
    const float *x;
    float *y;
} resampling;

static void set_cell(float *restrict y, const float *restrict x, float weight, int64_t n)
{
    for (int64_t i = 0; i < n; i++)
        y[i] = weight * x[i];
}

static void add_cell(float *restrict y, const float *restrict x, float weight, int64_t n)
{
    for (int64_t i = 0; i < n; i++)
        y[i] += weight * x[i];
}

/* Two cells, as bilinear interpolation has them, in one pass. */
static void set_two_cells(float *restrict y, const float *restrict x, const float weights[2],
                          int64_t n)
{
    const float first = weights[0], second = weights[1];
    const float *restrict next = x + n;
    for (int64_t i = 0; i < n; i++)
        y[i] = first * x[i] + second * next[i];
}

/* A cell of few elements, whose sums are in registers. */
CN_INLINE void make_small_cell(const cn_resample *r, int64_t i, const float *x, float *y,
                               int64_t inner)
{
    const cn_resample_row row = r->rows[i];
    const float *weights = r->weights + i * r->taps;
    float sums[MOST_SMALL] = {0};
    x += row.first * inner;
    for (int64_t t = 0; t < row.count; t++)
        for (int64_t k = 0; k < inner; k++)
            sums[k] += weights[t] * x[t * inner + k];
    for (int64_t k = 0; k < inner; k++)
        y[k] = sums[k];
}

static void make_cell(const cn_resample *r, int64_t i, const float *x, float *y)
{
    const cn_resample_row row = r->rows[i];
    const float *weights = r->weights + i * r->taps;
    x += row.first * r->inner;
    if (row.count == 2) {
        set_two_cells(y, x, weights, r->inner);
        return;
    }
    set_cell(y, x, row.count == 0 ? 0 : weights[0], r->inner);
    for (int64_t t = 1; t < row.count; t++)
        add_cell(y, x + t * r->inner, weights[t], r->inner);
}

static void make_cells(void *context, int64_t begin, int64_t end)
{
    const resampling *job = context;
    const cn_resample *r = job->resample;
    const float *x = job->x + begin / r->out * r->in * r->inner;
    float *y = job->y + begin * r->inner;
    int64_t i = begin % r->out;
    for (int64_t cell = begin; cell < end; cell++, y += r->inner) {
        if (r->inner == 1)
            make_small_cell(r, i, x, y, 1);
        else if (r->inner == 3)
            make_small_cell(r, i, x, y, 3);
        else
            make_cell(r, i, x, y);
        if (++i == r->out) {
            i = 0;
            x += r->in * r->inner;
        }
    }
}

void CN_LOCAL(cn_resample)(const cn_resample *resample, const float *x, float *y)
{
    resampling job = {resample, x, y};
    cn_parallel_for(resample->outer * resample->out,
                    THREAD_ELEMENTS / (resample->inner * resample->taps + 1) + 1, make_cells, &job);
}
