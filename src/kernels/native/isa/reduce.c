/* Sums of in[O,R,I] over R; other reductions are made of tiles (reduce_any.c). */
#include "kernels/native/isa/reduce.h"

#include "runtime/threads.h"

enum {
    PARTS = 16, /* that a long reduction is cut into, however many threads there are */
    THREAD_ELEMENTS = 1 << 17 /* worth a thread */
};

typedef struct reduction {
    const float *in;
    float *out;
    int64_t outer, reduced, inner;
    int64_t chunks;                         /* of columns, in each outer */
    double partial[PARTS][CN_MOST_COLUMNS]; /* of the parts of one that is cut */
} reduction;

/* ---- one column for each row: inner = 1 ------------------------------------------------------ */

/* Four short rows at once: their chains of operations do not wait for each other. */
CN_INLINE void reduce_4_rows(cn_reduce_op *op, const float *x, int64_t n, float *out)
{
    float r0 = x[0], r1 = x[n], r2 = x[2 * n], r3 = x[3 * n];
    for (int64_t i = 1; i < n; i++) {
        r0 = op(r0, x[i]);
        r1 = op(r1, x[n + i]);
        r2 = op(r2, x[2 * n + i]);
        r3 = op(r3, x[3 * n + i]);
    }
    out[0] = r0, out[1] = r1, out[2] = r2, out[3] = r3;
}

CN_INLINE void reduce_rows(cn_reduce_op *op, cn_reduce_join *join, const reduction *g,
                           int64_t begin, int64_t end)
{
    const int64_t n = g->reduced;
    int64_t o = begin;
    for (; n < CN_REDUCE_LANES && o + 4 <= end; o += 4)
        reduce_4_rows(op, g->in + o * n, n, g->out + o);
    for (; o < end; o++)
        g->out[o] = cn_reduce_row(op, join, g->in + o * n, n);
}

/* ---- columns --------------------------------------------------------------------------------- */

/* Chunks of columns begin .. end-1, counted through all outer. */
CN_INLINE void reduce_chunks(cn_reduce_op *op, cn_reduce_join *join, const reduction *g,
                             int64_t begin, int64_t end)
{
    for (int64_t chunk = begin; chunk < end; chunk++) {
        const int64_t o = chunk / g->chunks, column = chunk % g->chunks * CN_MOST_COLUMNS;
        const int64_t rest = g->inner - column, n = rest < CN_MOST_COLUMNS ? rest : CN_MOST_COLUMNS;
        const float *x = g->in + o * g->reduced * g->inner + column;
        float *out = g->out + o * g->inner + column;
        double total[CN_MOST_COLUMNS];
        if (g->reduced <= CN_REDUCE_BLOCK) {
            cn_reduce_block(op, out, x, g->reduced, g->inner, n);
            continue;
        }
        cn_reduce_columns(op, join, total, x, g->reduced, g->inner, n);
        for (int64_t j = 0; j < n; j++)
            out[j] = (float)total[j];
    }
}

/* ---- one long reduction, cut into parts ------------------------------------------------------ */

static int64_t part_begin(const reduction *g, int64_t part)
{
    return g->reduced / PARTS * part + g->reduced % PARTS * part / PARTS;
}

CN_INLINE void reduce_parts(cn_reduce_op *op, cn_reduce_join *join, reduction *g, int64_t begin,
                            int64_t end)
{
    for (int64_t part = begin; part < end; part++) {
        const int64_t first = part_begin(g, part), rows = part_begin(g, part + 1) - first;
        const float *x = g->in + first * g->inner;
        if (g->inner == 1)
            g->partial[part][0] = cn_reduce_long_row(op, join, x, rows);
        else
            cn_reduce_columns(op, join, g->partial[part], x, rows, g->inner, g->inner);
    }
}

CN_INLINE void join_parts(cn_reduce_join *join, const reduction *g)
{
    for (int64_t j = 0; j < g->inner; j++) {
        double total = g->partial[0][j];
        for (int64_t part = 1; part < PARTS; part++)
            total = join(total, g->partial[part][j]);
        g->out[j] = (float)total;
    }
}

/* ---- which of the three ---------------------------------------------------------------------- */

static bool is_cut(const reduction *g)
{
    return g->outer == 1 && g->inner <= CN_MOST_COLUMNS && g->reduced >= PARTS * CN_REDUCE_LANES &&
           g->reduced * g->inner >= 2 * THREAD_ELEMENTS;
}

static int64_t count_items(const reduction *g)
{
    return is_cut(g) ? PARTS : g->inner == 1 ? g->outer : g->outer * g->chunks;
}

CN_INLINE void reduce_items(cn_reduce_op *op, cn_reduce_join *join, reduction *g, int64_t begin,
                            int64_t end)
{
    if (is_cut(g))
        reduce_parts(op, join, g, begin, end);
    else if (g->inner == 1)
        reduce_rows(op, join, g, begin, end);
    else
        reduce_chunks(op, join, g, begin, end);
}

static void sum_items(void *context, int64_t begin, int64_t end)
{
    reduce_items(cn_op_sum, cn_join_sum, context, begin, end);
}

void CN_LOCAL(cn_reduce_any)(cn_reduction kind, const float *in, float *out, int64_t outer,
                             int64_t reduced, int64_t inner);

void CN_LOCAL(cn_reduce)(cn_reduction kind, const float *in, float *out, int64_t outer,
                         int64_t reduced, int64_t inner)
{
    reduction g;
    if (kind != CN_REDUCE_SUM) {
        CN_LOCAL(cn_reduce_any)(kind, in, out, outer, reduced, inner);
        return;
    }
    g.in = in, g.out = out, g.outer = outer, g.reduced = reduced, g.inner = inner;
    g.chunks = (inner + CN_MOST_COLUMNS - 1) / CN_MOST_COLUMNS;
    for (int64_t i = 0; reduced == 0 && i < outer * inner; i++)
        out[i] = 0;
    if (reduced == 0 || outer == 0 || inner == 0)
        return;
    const int64_t items = count_items(&g), item_elements = outer * reduced * inner / items + 1;
    cn_parallel_for(items, THREAD_ELEMENTS / item_elements + 1, sum_items, &g);
    if (is_cut(&g))
        join_parts(cn_join_sum, &g);
}
