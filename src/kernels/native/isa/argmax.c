/* Positions of the largest (or smallest) elements of in[O,R,I] over R. */
#include "kernels/native/isa/isa.h"
#include "runtime/threads.h"

enum {
    LANES = 32,               /* columns searched at once */
    THREAD_ELEMENTS = 1 << 17 /* worth a thread */
};

typedef struct search {
    float sign; /* -1 for the smallest: the largest of the negated */
    const float *in;
    int32_t *out;
    int64_t outer, reduced, inner;
} search;

/* NaN is larger than all. */
static inline bool is_larger(float x, float than)
{
    return (x > than) | ((x != x) & (than == than));
}

/* best[n] and the rows they were found in, of rows that are stride apart. */
static void search_columns(float sign, const float *restrict x, int64_t rows, int64_t stride,
                           int64_t n, float *restrict best, int32_t *restrict row)
{
    for (int64_t j = 0; j < n; j++) {
        best[j] = sign * x[j];
        row[j] = 0;
    }
    for (int64_t r = 1; r < rows; r++)
        for (int64_t j = 0; j < n; j++) {
            const float now = sign * x[r * stride + j], kept = best[j];
            const int32_t old = row[j];
            const bool larger = is_larger(now, kept);
            best[j] = larger ? now : kept;
            row[j] = larger ? (int32_t)r : old;
        }
}

static int32_t search_short_row(float sign, const float *x, int64_t n)
{
    int64_t best = 0;
    for (int64_t i = 1; i < n; i++)
        best = is_larger(sign * x[i], sign * x[best]) ? i : best;
    return (int32_t)best;
}

/* A long row is searched in LANES columns; of equal ones the first counts. */
static int32_t search_row(float sign, const float *x, int64_t n)
{
    if (n < 2 * LANES)
        return search_short_row(sign, x, n);
    float best[LANES];
    int32_t row[LANES];
    const int64_t rows = n / LANES;
    search_columns(sign, x, rows, LANES, LANES, best, row);
    float largest = best[0];
    int32_t place = row[0] * LANES;
    for (int32_t j = 1; j < LANES; j++) {
        const int32_t here = row[j] * LANES + j;
        const bool same = best[j] == largest || (best[j] != best[j] && largest != largest);
        if (is_larger(best[j], largest) || (same && here < place))
            largest = best[j], place = here;
    }
    for (int64_t i = rows * LANES; i < n; i++)
        if (is_larger(sign * x[i], largest))
            largest = sign * x[i], place = (int32_t)i;
    return place;
}

static void search_rows(void *context, int64_t begin, int64_t end)
{
    const search *g = context;
    for (int64_t o = begin; o < end; o++)
        g->out[o] = search_row(g->sign, g->in + o * g->reduced, g->reduced);
}

static void search_outer(void *context, int64_t begin, int64_t end)
{
    const search *g = context;
    for (int64_t o = begin; o < end; o++)
        for (int64_t j = 0; j < g->inner; j += LANES) {
            float best[LANES];
            const int64_t n = g->inner - j < LANES ? g->inner - j : LANES;
            search_columns(g->sign, g->in + o * g->reduced * g->inner + j, g->reduced, g->inner, n,
                           best, g->out + o * g->inner + j);
        }
}

void CN_LOCAL(cn_argmax)(bool smallest, const float *in, int32_t *out, int64_t outer,
                         int64_t reduced, int64_t inner)
{
    search g = {smallest ? -1.0f : 1.0f, in, out, outer, reduced, inner};
    if (reduced > 0 && inner > 0)
        cn_parallel_for(outer, THREAD_ELEMENTS / (reduced * inner) + 1,
                        inner == 1 ? search_rows : search_outer, &g);
}
