/* The largest, the smallest, the product of in[O,R,I] over R: rows are taken into one another
 * tile by tile. */
#include <math.h>
#include <string.h>

#include "kernels/native/isa/isa.h"
#include "runtime/threads.h"

enum { THREAD_ELEMENTS = 1 << 17 /* worth a thread */ };

extern cn_tile CN_LOCAL(cn_tile_maximum), CN_LOCAL(cn_tile_minimum), CN_LOCAL(cn_tile_multiply);

typedef struct reduction {
    cn_tile *tile;
    const float *in;
    float *out;
    int64_t reduced, inner;
    int64_t chunks; /* of columns, in each outer */
} reduction;

/* One row is folded until a single element is left. */
static float fold_row(cn_tile *tile, const float *x, int64_t n)
{
    float lanes[CN_TILE];
    int64_t width = n < CN_TILE ? n : CN_TILE;
    memcpy(lanes, x, (size_t)width * sizeof *lanes);
    for (int64_t i = width; i < n; i += width)
        tile(lanes, lanes, x + i, NULL, n - i < width ? n - i : width);
    while (width > 1) {
        const int64_t half = width / 2, rest = width - half;
        tile(lanes, lanes, lanes + rest, NULL, half);
        width = rest;
    }
    return lanes[0];
}

static void fold_columns(const reduction *g, const float *x, float *out, int64_t n)
{
    memcpy(out, x, (size_t)n * sizeof *out);
    for (int64_t r = 1; r < g->reduced; r++)
        g->tile(out, out, x + r * g->inner, NULL, n);
}

static void fold_items(void *context, int64_t begin, int64_t end)
{
    const reduction *g = context;
    for (int64_t item = begin; item < end; item++) {
        const int64_t outer = item / g->chunks, column = item % g->chunks * CN_TILE;
        const int64_t n = g->inner - column < CN_TILE ? g->inner - column : CN_TILE;
        const float *x = g->in + outer * g->reduced * g->inner + column;
        float *out = g->out + outer * g->inner + column;
        if (g->inner == 1)
            *out = fold_row(g->tile, x, g->reduced);
        else
            fold_columns(g, x, out, n);
    }
}

/* What a kind of reduction is made of; empty is the result of reducing nothing. */
static const struct {
    cn_tile *tile;
    float empty;
} kinds[] = {
    [CN_REDUCE_MAX] = {CN_LOCAL(cn_tile_maximum), -INFINITY},
    [CN_REDUCE_MIN] = {CN_LOCAL(cn_tile_minimum), INFINITY},
    [CN_REDUCE_PROD] = {CN_LOCAL(cn_tile_multiply), 1},
};

void CN_LOCAL(cn_reduce_any)(cn_reduction kind, const float *in, float *out, int64_t outer,
                             int64_t reduced, int64_t inner)
{
    reduction g = {kinds[kind].tile, in, out, reduced, inner, (inner + CN_TILE - 1) / CN_TILE};
    for (int64_t i = 0; reduced == 0 && i < outer * inner; i++)
        out[i] = kinds[kind].empty;
    if (reduced == 0 || outer == 0 || inner == 0)
        return;
    const int64_t items = outer * g.chunks, elements = outer * reduced * inner / items + 1;
    cn_parallel_for(items, THREAD_ELEMENTS / elements + 1, fold_items, &g);
}
